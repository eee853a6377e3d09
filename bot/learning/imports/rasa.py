"""A Rasa project of 2.x or 3.x: NLU data, what its domain and rules answer, and what Duckling finds for it."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.content.yaml_lines import YamlFile, parse_yaml
from bot.errors import ContentError
from bot.learning.imports.archive import files_of
from bot.learning.imports.imported import Imported
from bot.learning.rasa import ANNOTATED, RasaFile
from bot.learning.rows import Rows, lines_of

_SAYS = "utter_"
_DUCKLING = b"Duckling"
_PARTS = re.compile(rb"^(?:\xef\xbb\xbf)?(nlu|responses|rules|pipeline)[ \t]*:", re.MULTILINE)


def import_rasa(path: Path) -> Imported:
    """Examples, entities in all their forms, and the first response to each intent that has one of its own."""
    found = Imported()
    responses: dict[str, str] = {}
    answered: dict[str, str] = {}
    synonyms: list[tuple[str, list[str]]] = []
    for name, data in files_of(path, ".yml", ".yaml").items():
        parts = {match[1] for match in _PARTS.finditer(data)}
        if not parts or (parts == {b"pipeline"} and _DUCKLING not in data):
            continue
        try:
            file = parse_yaml(data, name)
        except ContentError as error:
            if b"nlu" in parts:
                found.problems += error.problems
            else:
                found.notes.append(f"{error.problems[0]} (left out: its answers and entities)")
            continue
        if not isinstance(file.value, dict):
            continue
        if "nlu" in file.value:
            nlu = _NluFile(file, found)
            nlu.examples()
            found.take(nlu.rows)
            synonyms += nlu.synonyms
        for dimension in _dimensions(file.value.get("pipeline")):
            # What Duckling calls a time is a day as well; elsewhere a time is one of the clock.
            found.of_kind(dimension, "date" if dimension == "time" else dimension)
        responses |= _responses(file.value.get("responses")) | responses
        answered |= dict(_ruled(file.value.get("rules"))) | answered
    for value, words in synonyms:
        # A synonym names no entity: it belongs to those that have its value, else to one of its own.
        owners = [entity for entity in found.entities.values() if value in entity.values]
        for entity in owners or [found.entity(value)]:
            entity.add(value, *words)
    for intent in dict.fromkeys(row.intent for row in found.examples):
        text = responses.get(answered.get(intent, ""), responses.get(_SAYS + intent, ""))
        found.answer(intent, text)
    return found


def _dimensions(pipeline: Any) -> Iterator[str]:
    """What a pipeline has Duckling look for."""
    for component in pipeline if isinstance(pipeline, list) else ():
        if isinstance(component, dict) and _DUCKLING.decode() in str(component.get("name")):
            dimensions = component.get("dimensions")
            yield from (one for one in dimensions if isinstance(one, str)) if isinstance(dimensions, list) else ()


def _responses(said: Any) -> dict[str, str]:
    """The first text of each response."""
    texts: dict[str, str] = {}
    for name, variants in said.items() if isinstance(said, dict) else ():
        for variant in variants if isinstance(variants, list) else ():
            if isinstance(variant, dict) and isinstance(variant.get("text"), str):
                texts.setdefault(name, variant["text"])
    return texts


def _ruled(rules: Any) -> Iterator[tuple[str, str]]:
    """Intents that a rule answers with one response and nothing else."""
    for rule in rules if isinstance(rules, list) else ():
        steps = rule.get("steps") if isinstance(rule, dict) else None
        if isinstance(steps, list) and len(steps) == 2 and all(isinstance(step, dict) for step in steps):
            intent, action = steps[0].get("intent"), steps[1].get("action")
            if isinstance(intent, str) and isinstance(action, str) and action.startswith(_SAYS):
                yield intent, action


class _NluFile(RasaFile):
    def __init__(self, file: YamlFile, found: Imported) -> None:
        super().__init__(file, Rows(file.name))
        self.found = found
        self.synonyms: list[tuple[str, list[str]]] = []

    def written(self, text: str) -> str:
        for words, entity, value in annotations(text):
            self.found.entity(entity).add(value or words, words)
        return super().written(text)

    def other(self, index: int, entry: Mapping[str, Any]) -> None:
        """Take synonyms, regular expressions and look-up tables."""
        kind = next((one for one in ("synonym", "regex", "lookup") if isinstance(entry.get(one), str)), None)
        if kind is None or entry.get("examples") is None:
            return
        lines = [text for _, text in lines_of(self.file, self.rows, ("nlu", index, "examples"))]
        name = entry[kind]
        if kind == "regex":
            self.found.entity(name).patterns += lines
        elif kind == "lookup":
            for line in lines:
                self.found.entity(name).add(line)
        else:
            self.synonyms.append((name, lines))


def annotations(text: str) -> Iterator[tuple[str, str, str]]:
    """The words, entity and value (empty where they are the same) of each that is marked in an example."""
    for words, short, one, several in ANNOTATED.findall(text):
        if short:
            entity, _, value = short.partition(":")
            yield words, entity.strip(), value.strip()
            continue
        try:
            marked = json.loads(one or several)
        except ValueError:
            continue
        for mark in marked if isinstance(marked, list) else [marked]:
            if isinstance(mark, dict) and isinstance(mark.get("entity"), str):
                yield words, mark["entity"], str(mark.get("value", ""))
