"""When people are there: opening hours, the next opening, and by when an answer can be promised."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from bot.content.parts import Part

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LOOKS_AHEAD = 60
"""How many days from now an opening is looked for; a shop that is closed for longer promises nothing."""

_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
Span = tuple[int, int]
"""From and until, in minutes of the day; until is at most 1440."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"`{name}` is no time zone; write one such as Europe/Berlin") from None
    return name


def _spans(text: Any) -> list[Span]:
    spans = []
    for piece in str(text).split(","):
        match = _SPAN.fullmatch(piece.strip())
        begin, end = (0, 0) if match is None else (_minutes(*match.group(1, 2)), _minutes(*match.group(3, 4)))
        if match is None or not 0 <= begin < end <= 1440:
            raise ValueError(f"`{piece.strip()}` are no hours; write them as 09:00-18:00")
        spans.append((begin, end))
    spans.sort()
    for before, after in pairwise(spans):
        if after[0] < before[1]:
            raise ValueError(f"`{text}` has hours that lie in each other; write each time of the day once")
    return spans


def _minutes(hours: str, minutes: str) -> int:
    return int(hours) * 60 + int(minutes) if int(minutes) < 60 else -1


def _week(value: Any) -> Any:
    if not isinstance(value, dict) or not value:
        raise ValueError("no days; write lines such as `mon-fri: 09:00-18:00`")
    week: dict[int, list[Span]] = {}
    for days, hours in value.items():
        first, _, last = str(days).lower().partition("-")
        if first not in DAYS or (last and last not in DAYS):
            raise ValueError(f"`{days}` are no days; write mon, tue, wed, thu, fri, sat, sun, or mon-fri")
        begin = DAYS.index(first)
        count = (DAYS.index(last) - begin) % 7 + 1 if last else 1
        for day in range(begin, begin + count):
            week[day % 7] = _spans(hours)
    return week


def _dates(value: Any) -> Any:
    try:
        return tuple(date.fromisoformat(one) for one in value)
    except (TypeError, ValueError):
        raise ValueError("a day that isn't one; write a list of dates such as 2026-12-25") from None


Week = Annotated[
    Mapping[int, list[Span]],
    BeforeValidator(_week),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}}),
]
Dates = Annotated[
    tuple[date, ...],
    BeforeValidator(_dates),
    WithJsonSchema({"type": "array", "items": {"type": "string", "format": "date"}}),
]


class Hours(Part):
    """When agents are there. Without it the shop is open around the clock."""

    timezone: Annotated[str, AfterValidator(_zone)]
    """The time zone that the hours are in, such as Europe/Berlin."""
    open: Week
    """Days and their hours: `mon-fri: 09:00-18:00`, several spans with a comma between."""
    closed: Dates = ()
    """Dates on which nobody is there, such as holidays."""
    answers_within: Annotated[int, Field(ge=1, le=10_000)] = 240
    """Within how many minutes of opening time a message that was left is answered."""

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone itself."""
        return ZoneInfo(self.timezone)

    def is_open(self, now: int) -> bool:
        """Whether somebody is there, `now` in milliseconds since the Unix epoch."""
        return any(begin <= now < end for begin, end in self._spans_from(now, 0))

    def opens(self, now: int) -> int | None:
        """When somebody is there next, in milliseconds; `now` itself while it is open, None where that isn't soon."""
        for begin, _ in self._spans_from(now, LOOKS_AHEAD):
            return max(begin, now)
        return None

    def promise(self, now: int) -> int | None:
        """By when a message left now is answered: `answers_within` minutes of opening time from now on."""
        return self.after(now, self.answers_within)

    def after(self, now: int, minutes: float) -> int | None:
        """When so many minutes of opening time have gone by; None where that isn't soon."""
        left = round(minutes * 60_000)
        for begin, end in self._spans_from(now, LOOKS_AHEAD):
            begin = max(begin, now)
            if end - begin >= left:
                return begin + left
            left -= end - begin
        return None

    def local(self, moment: int) -> datetime:
        """A moment, in milliseconds, as the shop's clock shows it."""
        return datetime.fromtimestamp(moment / 1000, UTC).astimezone(self.zone)

    def _spans_from(self, now: int, days: int) -> Iterator[Span]:
        """Begin and end, in milliseconds, of each time somebody is there from now on and for some days."""
        today = self.local(now).date()
        for ahead in range(days + 1):
            day = today + timedelta(days=ahead)
            if day in self.closed:
                continue
            for begin, end in self.open.get(day.weekday(), ()):
                span = self._moment(day, begin), self._moment(day, end)
                if span[1] > now:
                    yield span

    def _moment(self, day: date, minutes: int) -> int:
        day, minutes = (day + timedelta(days=1), 0) if minutes == 1440 else (day, minutes)
        local = datetime.combine(day, time(minutes // 60, minutes % 60), self.zone)
        return int(local.timestamp() * 1000)
