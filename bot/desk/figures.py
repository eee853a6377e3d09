"""Figures about single agents, for supervisors alone: what each has handled in a day, and how fast they write."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from bot.records import Touchpoint
from bot.touchpoints.log import TouchpointLog

DAY = 24 * 3600 * 1000
MOST = 20_000
"""So many touchpoints are looked through at most."""

PAGE = 1000
GOOD_FOR = 15.0
"""For so many seconds the figures are not counted anew."""

TAKEN = ("conversation.assigned", "conversation.taken_over", "conversation.transferred")
TYPES = (*TAKEN, "message.sent", "episode.closed")


@dataclass(frozen=True, slots=True)
class Figures:
    """One agent's last 24 hours.

    `handled` is how many episodes the agent has resolved, `median_reply_s` the median of the seconds from getting a
    conversation to writing in it, None where that has not happened.
    """

    handled: int
    median_reply_s: float | None


def count(touchpoints: Iterable[Touchpoint]) -> dict[str, Figures]:
    """The figures that touchpoints of `TYPES`, in the order of the log, come to."""
    handled: Counter[str] = Counter()
    replies: dict[str, list[float]] = defaultdict(list)
    taken: dict[str, tuple[str, int]] = {}
    for one in touchpoints:
        agent_id = str(one.facts.get("actor_id", ""))
        if one.type in TAKEN:
            taken[one.stream] = str(one.facts.get("agent_id", "")), one.time
        elif one.type == "message.sent":
            by, since = taken.pop(one.stream, ("", 0))
            if by == agent_id:
                replies[agent_id].append((one.time - since) / 1000)
        elif one.facts.get("reason") == "resolved" and agent_id:
            handled[agent_id] += 1
    return {
        agent_id: Figures(handled[agent_id], round(median(replies[agent_id]), 1) if replies[agent_id] else None)
        for agent_id in {*handled, *replies}
    }


class AgentFigures:
    """Counts them from the log, on demand."""

    def __init__(self, log: TouchpointLog, clock: Callable[[], int]) -> None:
        self._log = log
        self._clock = clock
        self._counted_at = -GOOD_FOR
        self._known: Mapping[str, Figures] = {}

    async def all(self) -> Mapping[str, Figures]:
        """The figures of everybody who has any."""
        if time.monotonic() - self._counted_at >= GOOD_FOR:
            self._counted_at = time.monotonic()
            self._known = count(reversed(await self._of_the_day()))
        return self._known

    async def _of_the_day(self) -> list[Touchpoint]:
        since, before = self._clock() - DAY, None
        found: list[Touchpoint] = []
        while len(found) < MOST:
            page = await self._log.backwards(before, PAGE, TYPES)
            found += [one for one in page if one.time >= since]
            if len(page) < PAGE or page[-1].time < since:
                break
            before = page[-1].position
        return found
