"""What an importer hands over, whatever it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.content.schema import OUT_OF_SCOPE
from bot.learning.rows import Example, Rows


@dataclass(slots=True)
class Entity:
    """Something to recognise in a message: values, each with other words for it, and regular expressions."""

    values: dict[str, list[str]] = field(default_factory=dict)
    patterns: list[str] = field(default_factory=list)

    def add(self, value: str, *synonyms: str) -> None:
        """Take a value with other words for it; what is there already or blank stays out."""
        value = _one_line(value)
        if value:
            known = self.values.setdefault(value, [])
            for word in map(_one_line, synonyms):
                if word and word != value and word not in known:
                    known.append(word)


@dataclass(slots=True)
class Imported:
    """Examples, and the answers and entities that stood beside them.

    `answers` has a text for each intent and language, None where none is said. `notes` says what was left out and why.
    Where `problems` has anything the source can't be used as it is.
    """

    examples: list[Example] = field(default_factory=list)
    answers: dict[str, dict[str | None, str]] = field(default_factory=dict)
    entities: dict[str, Entity] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def take(self, rows: Rows) -> None:
        """The examples and the problems of one file."""
        self.examples += rows.found
        self.problems += rows.problems

    def entity(self, name: str) -> Entity:
        """The entity of this name."""
        return self.entities.setdefault(name, Entity())

    def answer(self, intent: str, text: str, locale: str | None = None) -> None:
        """What is said to an intent; the first text of a language counts."""
        if text.strip():
            self.answers.setdefault(intent, {}).setdefault(locale, text.strip())

    def rename(self, names: Mapping[str, str]) -> None:
        """Call intents by other names."""
        self.examples = [
            Example(row.text, names.get(row.intent, row.intent), row.file, row.line, row.locale)
            for row in self.examples
        ]
        self.answers = {names.get(intent, intent): texts for intent, texts in self.answers.items()}


OUTSIDE = sorted(OUT_OF_SCOPE)[-1]
"""What the intent of messages that no intent covers is called here, whatever a service calls it."""


def _one_line(text: str) -> str:
    return " ".join(text.split())
