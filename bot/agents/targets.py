"""By when customers who were handed over should be answered and helped, measured in opening hours."""

from dataclasses import dataclass
from typing import Literal

from bot.content.hours import Hours
from bot.content.voice import Service

Risk = Literal["", "warning", "missed"]

REMEMBERED = 10_000
"""How many results are kept: opening hours are slow to count, and a queue is asked for every few seconds."""


@dataclass(frozen=True, slots=True)
class Due:
    """When the targets of one hand-off fall due, in milliseconds; None for one that is met or isn't soon."""

    first_reply: int | None
    resolution: int | None
    risk: Risk


class Targets:
    """The targets as one version of the content has them."""

    def __init__(self, service: Service, hours: Hours | None) -> None:
        self._service = service
        self._hours = hours
        self._known: dict[tuple[int, float], int | None] = {}

    def due(self, requested_at: int, replied_at: int | None, now: int) -> Due:
        """What falls due for somebody who asked at `requested_at` and was first written to at `replied_at`."""
        service = self._service
        open_targets = [service.resolution] if replied_at is not None else [service.first_reply, service.resolution]
        risk: Risk = ""
        if any(self._passed(requested_at, target, now) for target in open_targets):
            risk = "missed"
        elif any(self._passed(requested_at, target * service.warn_at, now) for target in open_targets):
            risk = "warning"
        first = None if replied_at is not None else self._after(requested_at, service.first_reply)
        return Due(first, self._after(requested_at, service.resolution), risk)

    def late(self, unanswered_since: int, now: int) -> bool:
        """Whether an agent who owes a word since then has owed it for too long."""
        return self._passed(unanswered_since, self._service.reply_within, now)

    def _passed(self, since: int, minutes: float, now: int) -> bool:
        due = self._after(since, minutes)
        return due is not None and now >= due

    def _after(self, since: int, minutes: float) -> int | None:
        if self._hours is None:
            return since + round(minutes * 60_000)
        key = since, minutes
        if key not in self._known:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[key] = self._hours.after(since, minutes)
        return self._known[key]
