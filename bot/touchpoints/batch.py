"""What waits for the one writer of the SQLite log, and how its callers are told."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import BotError
from bot.touchpoints import rows


@dataclass(slots=True, eq=False)
class Append:
    """One append or write that waits for the writer, and what becomes of it."""

    stream: str
    expected_seq: int
    customer_ref: str | None
    touchpoints: Sequence[tuple[str, str, int, bytes, bytes | None]]
    changes: Sequence[rows.Statement]
    done: "asyncio.Future[int]"
    outcome: int | BotError = 0


@dataclass(slots=True)
class Stream:
    """What the writer knows of a stream."""

    id: int
    head: int
    customer_ref: str | None = None
    erased: bool = False
    """Whether the customer whose it is has a tombstone: then nothing but its end may follow."""


ENDS = ("customer.erased", "episode.closed")
"""What may still be said of a customer who was erased."""

ERASED = "the customer of this was erased; nothing more can be written here, begin anew"


def identity(path: Path) -> tuple[int, int] | None:
    """Which file is at a path, None where none is."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def settle(batch: Sequence[Append]) -> None:
    """Tell whoever waits what became of their appends."""
    for job in batch:
        if job.done.done():
            continue
        if isinstance(job.outcome, BotError):
            job.done.set_exception(job.outcome)
        else:
            job.done.set_result(job.outcome)
