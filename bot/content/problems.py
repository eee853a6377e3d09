"""Turns what the schema finds wrong into lines a maintainer can act on: file, line, what is wrong, what to do."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.content.yaml_lines import Key, YamlFile

MOST_NAMED = 12


def problems_of(error: ValidationError, model: type[BaseModel], file: YamlFile, *keys: Key) -> list[str]:
    """One line a problem; `keys` lead to what was validated as `model`."""
    return [_problem_of(details, model, file, keys) for details in error.errors(include_url=False)]


def hint(name: str, known: Sequence[str]) -> str:
    """What to do about a name that isn't known: the nearest one that is, else those there are."""
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return f"did you mean `{near[0]}`?"
    shown = ", ".join(known[:MOST_NAMED]) + (", …" if len(known) > MOST_NAMED else "")
    return f"use one of: {shown}" if known else "there are none to choose from"


def _problem_of(details: ErrorDetails, model: type[BaseModel], file: YamlFile, keys: tuple[Key, ...]) -> str:
    loc = tuple(details["loc"])
    where = file.written(*keys, *loc)
    name = f"`{'.'.join(map(str, where))}`"
    context = details.get("ctx", {})
    match details["type"]:
        case "extra_forbidden":
            return file.problem(f"unknown key {name}", hint(str(loc[-1]), _keys_at(model, loc)), *where)
        case "missing":
            remedy = f"add `{loc[-1]}:` ({_meaning(model, loc)})"
            return file.problem(f"{name} is missing", remedy, *where)
        case "literal_error":
            return file.problem(f"{name} is {_shown(details)}", f"use one of: {context['expected']}", *where)
        case "text":
            return file.problem(f"{name}: {context['what']}", context["remedy"], *where, *context["at"])
        case "value_error":
            what, _, remedy = str(context["error"]).partition("; ")
            return file.problem(f"{name}: {what}", remedy, *where)
        case "bool_parsing" | "bool_type":
            return file.problem(f"{name} is {_shown(details)}", "write true or false", *where)
        case "string_too_long":
            return file.problem(f"{name} is too long", f"shorten it to {context['max_length']} characters", *where)
        case "too_long":
            return file.problem(f"{name} has {context['actual_length']}", f"leave {context['max_length']}", *where)
        case "tuple_type" if details["input"] is not None:
            return file.problem(f"{name} is {_shown(details)}", "write a list: `- ` and a name on each line", *where)
        case (
            "string_type"
            | "string_too_short"
            | "too_short"
            | "tuple_type"
            | "greater_than_equal"
            | "less_than_equal"
            | "int_parsing"
            | "float_parsing"
        ):
            return file.problem(f"{name} is {_shown(details)}", f"write {_meaning(model, loc)}", *where)
        case _:
            return file.problem(f"{name} is {_shown(details)}", "write `key: value` lines, indented below it", *where)


def _shown(details: ErrorDetails) -> str:
    value = details["input"]
    if value is None or value in ("", [], {}):
        return "empty"
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list):
        return "a list"
    text = str(value)
    return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"


def _meaning(model: type[BaseModel], loc: tuple[Key, ...]) -> str:
    """What the schema says about a key, in the middle of a sentence."""
    part = _part_at(model, loc[:-1])
    field = part.model_fields.get(str(loc[-1])) if part else None
    said = (field.description or "") if field else ""
    return f"{said[:1].lower()}{said[1:].rstrip('.')}" or "a text"


def _keys_at(model: type[BaseModel], loc: tuple[Key, ...]) -> Sequence[str]:
    part = _part_at(model, loc[:-1])
    return list(part.model_fields) if part else ()


def _part_at(model: type[BaseModel], loc: tuple[Key, ...]) -> type[BaseModel] | None:
    part: type[BaseModel] | None = model
    named = False  # whether the last key led to a map of names, so that the next one is one of those
    for key in loc:
        if named or isinstance(key, int):
            named = False
            continue
        field = part.model_fields.get(key) if part else None
        part = _model_in(field.annotation) if field else None
        named = field is not None and get_origin(field.annotation) in (dict, Mapping)
    return part


def _model_in(annotation: Any) -> type[BaseModel] | None:
    for choice in (annotation, *get_args(annotation)):
        if isinstance(choice, type) and issubclass(choice, BaseModel):
            return choice
    return None
