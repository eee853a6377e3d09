"""What the bot asks for, and how it finds the answer in a message."""

import re
from dataclasses import replace
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from bot.content.parts import Name, Part, Phrases, Title, Values
from bot.content.pattern import compile_pattern
from bot.content.phrases import NameList, PhraseBook
from bot.content.text import Text
from bot.content.voice import Texts
from bot.entities.kinds import Kind, KindName, Reading, Side, load


class Choice(Part):
    """One of the answers to choose from."""

    title: Title
    """What its quick reply says, at most 40 characters."""
    says: Phrases = ()
    """Words by which a customer who writes instead means it, one phrase a line; or such a block for each language."""


class Slot(Part):
    """One thing the bot asks for and recognises: by its `kind`, a `pattern`, `choices`, `values` or as `free_text`."""

    ask: Text
    """The question for it."""
    ask_again: Text | None = None
    """Said before the question is asked again; the bot's own `ask_again` where it is absent."""
    title: Title | None = None
    """What it is called where the customer chooses what to correct; needed in a form that asks to confirm."""
    kind: KindName | None = None
    """What it is, if it is an e-mail address, a phone number, an amount of money or a day."""
    must_be: Side | None = None
    """Of a day, that it lies in the past or in the future, today included; a day without a year is then in that one."""
    pattern: str | None = None
    """A regular expression that finds the value in a message; its first group is the value where it has one."""
    choices: Annotated[dict[Name, Choice], Field(max_length=8)] = Field(default_factory=dict)
    """The answers to choose from, by name."""
    values: Values = Field(default_factory=dict)
    """Names to find in a message, such as those of products; other words for each below it, if there are any."""
    free_text: bool = False
    """Whatever the customer writes is the value."""
    must_match: str | None = None
    """Of a free text, a regular expression that it must match somewhere, such as an address a number."""
    keep: bool = False
    """Kept for what the customer asks next, such as an order number; otherwise it is asked for anew."""

    @field_validator("kind")
    @classmethod
    def _loads(cls, kind: KindName | None) -> KindName | None:
        if kind is not None:
            try:
                load(kind)
            except ModuleNotFoundError as error:
                what = f"what finds values of kind `{kind}` isn't installed (`{error.name}`)"
                raise ValueError(f"{what}; install the packages of the lock anew, as `make run` does") from None
        return kind

    @field_validator("pattern", "must_match")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            compile_pattern(pattern)
        return pattern

    @model_validator(mode="after")
    def _is_recognised(self) -> Self:
        ways = (self.kind, self.pattern, self.choices or None, self.values or None, self.free_text or None)
        if sum(way is not None for way in ways) != 1:
            remedy = "give it a `kind`, `pattern`, `choices`, `values` or `free_text: true`"
            raise ValueError(f"nothing, or too much, says what its value is; {remedy}")
        if self.must_be is not None and self.kind != "date":
            raise ValueError("`must_be` is for days; remove it, or write `kind: date`")
        if self.must_match is not None and not self.free_text:
            raise ValueError("`must_match` is for free texts; remove it, or write `free_text: true`")
        return self

    @property
    def is_found(self) -> bool:
        """Whether it is found in messages, which may hold several of its values."""
        return self.kind is not None or self.pattern is not None or bool(self.values)

    @cached_property
    def of_kind(self) -> Kind | None:
        """How values of its kind are found and shown."""
        return load(self.kind) if self.kind is not None else None

    @cached_property
    def names(self) -> NameList:
        """Its values by the words for them."""
        return NameList(self.values)

    @cached_property
    def compiled(self) -> re.Pattern[str] | None:
        """The pattern, blind to upper and lower case."""
        return compile_pattern(self.pattern) if self.pattern is not None else None

    @cached_property
    def needed(self) -> re.Pattern[str] | None:
        """What a free text must match somewhere."""
        return compile_pattern(self.must_match) if self.must_match is not None else None

    @cached_property
    def book(self) -> PhraseBook:
        """The phrases by which a choice is meant: its titles and what its `says` lists."""
        return PhraseBook(
            {name: (*choice.title.versions.values(), *choice.says) for name, choice in self.choices.items()},
            anywhere=True,
        )

    def find_all(self, message: str, reading: Reading) -> list[str]:
        """Every value in a message, in order, each once; of a free text the whole message."""
        if self.of_kind is not None:
            return self.of_kind.find_all(message, replace(reading, side=self.must_be) if self.must_be else reading)
        if self.compiled is not None:
            group = 1 if self.compiled.groups else 0
            return list(
                dict.fromkeys(match.group(group) for match in self.compiled.finditer(message) if match.group(group))
            )
        if self.choices:
            number = message.strip(" .)#")
            if number.isascii() and number.isdigit() and len(number) == 1 and 1 <= int(number) <= len(self.choices):
                return [list(self.choices)[int(number) - 1]]
            meant = self.book.meaning(message)
            return [meant] if meant else []
        if self.values:
            return self.names.find_all(message)
        text = message.strip()
        return [text] if text and (self.needed is None or self.needed.search(text)) else []

    def shown(self, value: str, locale: str | None, texts: Texts) -> str:
        """A value as customers read it: a choice by its title, a day in words, a phone number in groups."""
        choice = self.choices.get(value)
        if choice is not None:
            return choice.title.in_(locale)
        if self.kind == "date":
            return texts.day_in_words(value, locale)
        return self.of_kind.shown(value) if self.of_kind is not None else value
