"""What every part of the content is made of: names, tags, titles, examples, phrases and conditions."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from bot.content.text import Text, is_locale, normal_locale, problem_in_text

MAX_TITLE = 40
MAX_EXAMPLE = 1000
MAX_PHRASE = 80

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_CONDITION = re.compile(r"[a-z][a-z0-9_]{0,59}|customer\.[A-Za-z][A-Za-z0-9_]{0,59}")


class OrElse:
    """Tells editors what else may stand here, in the short forms that a validator before the type turns into it."""

    def __init__(self, *schemas: JsonSchemaValue) -> None:
        self._schemas = schemas

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [*self._schemas, handler(schema)]}


class Part(BaseModel):
    """One part of a content file: nothing in it may be unknown, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def is_name(text: str) -> bool:
    """Whether intents, slots, skills and actions may be called this."""
    return _NAME.fullmatch(text) is not None


def example_of(line: str) -> str:
    """The example that a line of an `examples: |` block holds, empty where it holds none."""
    line = line.strip()
    return line[2:].strip() if line.startswith("- ") else "" if line == "-" else line


def by_locale(value: Any) -> Iterator[tuple[str | None, Any]]:
    """The blocks of a value that may be given by language: each with its locale, None where it isn't."""
    if isinstance(value, dict):
        yield from value.items()
    else:
        yield None, value


def _name(text: str) -> str:
    if not is_name(text):
        raise ValueError(f"`{text}` is no name; use small letters, digits and _, starting with a letter")
    return text


def _locale(tag: str) -> str:
    if not is_locale(tag):
        raise ValueError(f"`{tag}` is no locale; use a tag such as `en` or `de-AT`")
    return normal_locale(tag)


def _link(url: str) -> str:
    if not re.match(r"https?://[^\s/]|/(?!/)", url) or re.search(r"\s", url):
        raise ValueError(f"`{url}` is no link; write https://… or a path of the shop's own site, such as /privacy")
    return url


def _short(text: Text) -> Text:
    for locale, version in text.versions.items():
        if len(version) > MAX_TITLE or "\n" in version:
            what = f"“{version}” is longer than {MAX_TITLE} characters or one line"
            raise problem_in_text(what, "a quick reply has no room for it, shorten it", locale)
    return text


def _lines(value: Any, what: str, longest: int) -> tuple[str, ...]:
    """Every line of every block, without marks of a list and blank ones."""
    found = []
    for locale, block in by_locale(value):
        at = () if locale is None else (locale,)
        if locale is not None and not is_locale(locale):
            raise problem_in_text(f"`{locale}` is no locale", "use a tag such as `en` or `de-AT`", *at)
        lines = block.split("\n") if isinstance(block, str) else block
        for number, line in enumerate(lines if isinstance(lines, list) else ()):
            if not isinstance(line, str):
                remedy = f"write `|` after the key and one {what} a line below it"
                raise problem_in_text(f"a line of {what}s that isn't plain text", remedy, *at, number)
            text = example_of(line)
            if len(text) > longest:
                shown = f"{what} of {len(text)} characters (“{text[:30]}…”)"
                raise problem_in_text(f"one {shown}", f"cut it to {longest}", *at, number)
            if text:
                found.append(text)
    if not found:
        raise ValueError(f"no {what}s; write `|` after the key and at least one {what} a line below it")
    return tuple(found)


def _examples(value: Any) -> Any:
    return _lines(value, "example", MAX_EXAMPLE)


def _phrases(value: Any) -> Any:
    return _lines(value, "phrase", MAX_PHRASE)


def _words(value: Any) -> Any:
    return () if value is None else _lines(value, "name", MAX_PHRASE)


def _conditions(value: Any) -> Any:
    if not isinstance(value, dict) or not value:
        raise ValueError("no conditions; write `name: value` lines, such as `open: false`")
    wanted: dict[str, tuple[str, ...]] = {}
    for name, values in value.items():
        if not isinstance(name, str) or not _CONDITION.fullmatch(name):
            raise problem_in_text(
                f"`{name}` is no condition", "use `open`, `signed_in`, a slot or a returned value", name
            )
        listed = values if isinstance(values, list) else [values]
        if not listed or not all(isinstance(one, str) and one for one in listed):
            raise problem_in_text(f"`{name}` has no value", "write one, or a list of them", name)
        wanted[name] = tuple(listed)
    return wanted


_BLOCK: dict[str, Any] = {"anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string"}}]}
_BY_LOCALE: dict[str, Any] = {"anyOf": [*_BLOCK["anyOf"], {"type": "object", "additionalProperties": _BLOCK}]}
_SCALAR: dict[str, Any] = {"type": ["string", "boolean", "number"]}
_WANTED: dict[str, Any] = {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}]}

Name = Annotated[str, AfterValidator(_name)]
Locale = Annotated[str, AfterValidator(_locale)]
Link = Annotated[str, AfterValidator(_link)]
Title = Annotated[Text, AfterValidator(_short)]
Examples = Annotated[tuple[str, ...], BeforeValidator(_examples), WithJsonSchema(_BY_LOCALE)]
Phrases = Annotated[tuple[str, ...], BeforeValidator(_phrases), WithJsonSchema(_BY_LOCALE)]
Words = Annotated[tuple[str, ...], BeforeValidator(_words), WithJsonSchema({"anyOf": [{"type": "null"}, _BY_LOCALE]})]
Values = Annotated[dict[Annotated[str, Field(max_length=MAX_PHRASE)], Words], Field(max_length=5_000)]
When = Annotated[
    Mapping[str, tuple[str, ...]],
    BeforeValidator(_conditions),
    WithJsonSchema({"type": "object", "minProperties": 1, "additionalProperties": _WANTED}),
]
"""Conditions that must all hold: a name, and the values of which it must have one."""


def holds(when: Mapping[str, tuple[str, ...]], values: Mapping[str, str]) -> bool:
    """Whether every condition holds; a name that has no value counts as an empty one."""
    return all(values.get(name, "") in wanted for name, wanted in when.items())
