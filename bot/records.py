"""The few values every part of the bot speaks: touchpoints, drafts of them, and what a message was understood as."""

import os
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

Facts = Mapping[str, Any]
"""JSON values that say what happened and can identify nobody."""

Personal = Mapping[str, Any]
"""JSON values that can identify a person (text, names, pages, slots); sealed before they are stored."""


MOODS = ("pleased", "calm", "upset", "distressed")
"""What the notice of mood tells apart; angry is upset, at the end of one's strength is distressed."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Something that is about to happen: a touchpoint before it has an id, a place in its stream and a time."""

    type: str
    facts: Facts = field(default_factory=dict)
    personal: Personal = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """One immutable record of the log.

    `seq` counts from 1 without gaps inside `stream`; `position` is its place in the whole log and 0 until it is
    committed. `time` and `recorded` are milliseconds since the Unix epoch: when it happened and when it was committed.
    `personal` is empty where there was nothing personal and where the customer's key has been destroyed.
    """

    id: str
    stream: str
    seq: int
    type: str
    time: int
    facts: Facts
    personal: Personal
    customer_ref: str | None = None
    position: int = 0
    recorded: int = 0


@dataclass(frozen=True, slots=True)
class Understanding:
    """What the classifier makes of one message.

    `intent` is always the best one, also where `in_scope` is false. `confidence` is the calibrated probability, 0 to 1,
    that it is right given that the message is in scope; `scope_score` rises with the belief that it is. `alternatives`
    are the next best intents with their confidences, best first, without `intent` itself. `parts` are the intents of a
    message that names several, in its order. `mood` goes from -1 (upset) to 1 (pleased), `distressed` is a mood that
    needs a person. `language` is the one that the message is plainly written in, as a tag such as `de`.
    """

    intent: str
    confidence: float
    in_scope: bool
    scope_score: float
    alternatives: Sequence[tuple[str, float]]
    model: str
    mood: float = 0.0
    distressed: bool = False
    language: str | None = None
    parts: Sequence[str] = ()


HIDDEN_FROM_CUSTOMERS = frozenset(
    {
        "account.changed",
        "action.called",
        "assessment.recorded",
        "customer.blocked",
        "customer.erased",
        "customer.unblocked",
        "feedback.dismissed",
        "feedback.shown",
        "identity.linked",
        "identity.unlinked",
        "improvement.recorded",
        "intent.corrected",
        "model.promoted",
        "note.added",
        "slot.filled",
        "agent.presence_changed",
    }
)
"""Types a customer never sees. It is a fixed property of the type: `prev` in the customer's view counts on it."""


_FIRST, _LAST = -62_135_596_800_000, 253_402_300_799_999  # the years 1 to 9999


def timestamp(milliseconds: int) -> str:
    """RFC 3339 in UTC with milliseconds; what lies beyond its years, 1 to 9999, is shown at their end."""
    seconds, rest = divmod(min(max(milliseconds, _FIRST), _LAST), 1000)
    return f"{_second(seconds)}.{rest:03d}Z"


@lru_cache(maxsize=64)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat()


class _Random:
    """Random bytes of the operating system, fetched many at a time: each fetch lets go of Python's global lock."""

    def __init__(self) -> None:
        self._bytes = b""
        self._lock = threading.Lock()

    def take(self, count: int) -> bytes:
        with self._lock:
            if len(self._bytes) < count:
                self._bytes = os.urandom(4096)
            taken, self._bytes = self._bytes[:count], self._bytes[count:]
            return taken


random_bytes = _Random().take
"""That many unpredictable bytes, fit for keys and nonces."""


def new_id() -> str:
    """A UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then random bits, so that ids sort roughly by time."""
    value = time.time_ns() // 1_000_000 << 80 | int.from_bytes(random_bytes(10))
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
