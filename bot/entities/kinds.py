"""The kinds of values there are, and what a message is read with; a kind's library is loaded when a slot names it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from importlib import import_module
from typing import Literal, Protocol, cast

KindName = Literal["email", "phone", "money", "date"]
Side = Literal["past", "future"]

MOST_VALUES = 8
"""How many values of one kind are taken from a message: more than that are a list and no answer."""

_MODULES: Mapping[KindName, str] = {
    "email": "bot.entities.email",
    "phone": "bot.entities.phone",
    "money": "bot.entities.money",
    "date": "bot.entities.date",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message is read with, so that the same message always gives the same values."""

    now: int = 0
    """When it was written, in milliseconds since the Unix epoch."""
    zone: tzinfo = UTC
    """The shop's time zone: what "yesterday" is."""
    locales: tuple[str, ...] = ("en",)
    """Locale tags in small letters: of the conversation, then of the shop."""
    country: str | None = None
    """The shop's country, ISO 3166 in capitals."""
    currency: str | None = None
    """What amounts without a currency are in, ISO 4217 in capitals."""
    side: Side | None = None
    """Where a day lies that can only be past or future, today included."""

    asked: bool = False
    """Whether the message answers the question for this value, so that less of it says what it is."""

    @property
    def today(self) -> datetime:
        """Noon of the day on which it was written, as the shop's calendar has it; without a zone."""
        local = datetime.fromtimestamp(self.now / 1000, UTC).astimezone(self.zone)
        return local.replace(hour=12, minute=0, second=0, microsecond=0, tzinfo=None)

    @property
    def region(self) -> str | None:
        """The country that the message is read for: the shop's, else the one that a locale names."""
        named = (part for tag in self.locales for part in tag.split("-")[1:] if len(part) == 2 and part.isalpha())
        return self.country or next((part.upper() for part in named), None)


class Kind(Protocol):
    """How values of one kind are found and shown."""

    def find_all(self, text: str, reading: Reading) -> list[str]:
        """Every value in a message in its normal form, in order, each once and at most `MOST_VALUES`; never raises."""

    def shown(self, value: str) -> str:
        """A value as customers of any language read it."""


def load(name: KindName) -> Kind:
    """The kind of this name, with the library that it needs."""
    # By its name, so that the server of a shop without such slots doesn't load the library.
    return cast(Kind, import_module(_MODULES[name]))
