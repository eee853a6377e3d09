"""What an importer hands over, whatever it comes from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.content.schema import OUT_OF_SCOPE
from bot.entities.kinds import KindName
from bot.learning.rows import Example, Rows


@dataclass(slots=True)
class Entity:
    """Something to recognise in a message: a kind, values with other words for each, regular expressions."""

    values: dict[str, list[str]] = field(default_factory=dict)
    patterns: list[str] = field(default_factory=list)
    kind: KindName | None = None
    """What it is, where the service has found it by rules of its own."""

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
    unknown_kinds: list[str] = field(default_factory=list)
    """What a service finds by rules of its own and a slot has no kind for."""

    def take(self, rows: Rows) -> None:
        """The examples and the problems of one file."""
        self.examples += rows.found
        self.problems += rows.problems

    def entity(self, name: str) -> Entity:
        """The entity of this name."""
        return self.entities.setdefault(name, Entity())

    def of_kind(self, name: str, system: str) -> None:
        """An entity that a service finds by rules of its own, whose name for it is `system`."""
        kind = kind_of(system)
        if kind is not None:
            known = self.entities.get(name)
            # Parameters of two intents may have one name and be different things.
            taken = known is not None and known.kind not in (None, kind)
            self.entity(f"{name}_{kind}" if taken else name).kind = kind
        elif system not in self.unknown_kinds:
            self.unknown_kinds.append(system)

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


_KINDS: Mapping[str, KindName] = {
    **dict.fromkeys(("email", "emailaddress"), "email"),
    **dict.fromkeys(("phone", "phonenumber"), "phone"),
    **dict.fromkeys(("money", "currency", "unitcurrency", "amountofmoney", "quantitycurrency"), "money"),
    **dict.fromkeys(("date", "datetime", "datetimev2", "dateandtime"), "date"),
}
"""Kinds by what Dialogflow (`@sys.…`), LUIS and CLU, Duckling and Watson (`sys-…`) call them, in bare small letters."""


def kind_of(system: str) -> KindName | None:
    """The kind of slot that is what a service calls so; None where there is none."""
    bare = re.sub(r"^@?sys[.-]", "", system.strip().casefold())
    return _KINDS.get(re.sub(r"[^a-z0-9]", "", bare))


OUTSIDE = sorted(OUT_OF_SCOPE)[-1]
"""What the intent of messages that no intent covers is called here, whatever a service calls it."""


def _one_line(text: str) -> str:
    return " ".join(text.split())
