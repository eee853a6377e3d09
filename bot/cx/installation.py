"""Which installation a report is of; nothing here needs an analysis library."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bot.errors import Unavailable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Installation:
    """Where a log is, and which of its intents are small talk (`chat`), so no subjects of their own.

    `confirming` are those by which customers say that an answer helped: thanks, and no goodbye.
    """

    log: Path
    chat: Collection[str] = ()
    confirming: Collection[str] = ()
    key: bytes = field(default=b"", repr=False)
    """The installation's secret, by which texts are opened; without it no topics are looked for."""


class MirrorDamaged(Unavailable):
    """The mirror could not be read and was thrown away: whoever asks again has it made anew from the log."""


def again(do: Callable[[], T]) -> T:
    """What `do` gives, done a second time where a damaged mirror was found on the way."""
    try:
        return do()
    except MirrorDamaged:
        return do()
