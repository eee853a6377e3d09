"""What those who wait are told: their place and an honest range of the wait, anew whenever either changes."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.agents.estimates import Estimates, Range
from bot.agents.queue import Queue, View, Waiting
from bot.content.hours import Hours
from bot.conversations.projection import PRIORITY_IS_WORTH
from bot.dialogue.waiting import Expectation
from bot.touchpoints.hints import Hint, Hints
from bot.touchpoints.log import TouchpointLog

LOOKED_BACK_AT = 2_000
"""So many hand-offs and assignments of the past are measured when a process begins."""

JOINS = ("handoff.requested", "assignment.expired")
LEAVES = ("handoff.cancelled", "episode.closed")
SERVES = ("conversation.assigned",)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody who waits stands now; `wait` is from now on, in seconds."""

    place: int
    wait: Range | None


class Line:
    """Follows the queue from look to look; it is the `bot.conversations.line.Line` of the flows that hand over."""

    def __init__(
        self,
        queue: Queue,
        log: TouchpointLog,
        hints: Hints,
        hours: Callable[[], Hours | None],
        clock: Callable[[], int],
    ) -> None:
        self._queue = queue
        self._log = log
        self._hints = hints
        self._hours = hours
        self._clock = clock
        self._seen: View | None = None
        self._told: dict[str, Standing] = {}
        self.estimates = Estimates()

    async def look_back(self) -> None:
        """Measure the waits of the past that the log still tells, so that a restart forgets nothing."""
        types = (*JOINS, *LEAVES, *SERVES)
        for one in reversed(await self._log.backwards(limit=LOOKED_BACK_AT, types=types)):
            conversation_id = one.stream.partition("/")[2]
            if one.type in SERVES:
                self.estimates.served(conversation_id, one.time)
            elif one.type in LEAVES:
                self.estimates.left(conversation_id, one.time)
            else:
                skill = str(one.facts.get("skill", "general"))
                self.estimates.joined(conversation_id, skill, one.time, one.facts.get("place"))

    async def expects(self, skill: str, priority: int, language: str | None, now: int) -> Expectation | None:
        """See `bot.conversations.line.Line.expects`."""
        view = await self._follow()
        place = view.place_for(skill, now - priority * PRIORITY_IS_WORTH)
        wait = self._wait(skill, place, now)
        return Expectation(place, *wait) if wait else Expectation(place)

    async def standing(self, conversation_id: str) -> Standing | None:
        """Where somebody stands, None for who doesn't wait."""
        view = await self._follow()
        row = view.rows.get(conversation_id)
        return self._stands(view, row, self._clock()) if row is not None and row.agent_id is None else None

    async def tell(self) -> None:
        """Hint to every customer who waits with an open page and stands elsewhere than they were told last."""
        view, now = await self._follow(), self._clock()
        told: dict[str, Standing] = {}
        for row in view.waiting:
            if self._hints.is_followed(row.conversation_id):
                told[row.conversation_id] = stands = self._stands(view, row, now)
                if stands != self._told.get(row.conversation_id):
                    self._hints.publish(Hint(row.conversation_id, 0, "place"))
        self._told = told

    def _stands(self, view: View, row: Waiting, now: int) -> Standing:
        place = view.place(row.conversation_id) or 1
        return Standing(place, self._wait(row.skill, place, now))

    def _wait(self, skill: str, place: int, now: int) -> Range | None:
        """Out of hours nothing is said but by when an answer comes; see `bot.dialogue.waiting`."""
        return self.estimates.range(skill, place, now) if self._is_open(now) else None

    async def _follow(self) -> View:
        view, now = await self._queue.look(), self._clock()
        seen, self._seen = self._seen, view
        if seen is None:
            self._begin(view)
        elif view is not seen:
            self._learn(seen, view, now)
        if not self._is_open(now):
            self.estimates.closed(now)
        return view

    def _begin(self, view: View) -> None:
        """Those who wait already when this process begins: their place then isn't known, unless the log told it."""
        for row in view.waiting:
            self.estimates.joined(row.conversation_id, row.skill, row.waiting_since, None)

    def _learn(self, before: View, after: View, now: int) -> None:
        """Those who left the line since the last look first, in their order, then those who joined it."""
        for row in before.waiting:
            left = after.rows.get(row.conversation_id)
            if left is None:
                self.estimates.left(row.conversation_id, now)
            elif left.agent_id is not None:
                self.estimates.served(row.conversation_id, left.assigned_at or now)
            elif left.skill != row.skill:
                self.estimates.left(row.conversation_id, now)
        for row in after.waiting:
            if self._waited(before, row.conversation_id) is not row:
                self._join(after, row)
        for row in after.assigned:
            # Who was helped at once, between two looks, has waited as well.
            if row.conversation_id not in before.rows and row.assigned_at is not None:
                self._join(after, row)
                self.estimates.served(row.conversation_id, row.assigned_at)

    def _join(self, view: View, row: Waiting) -> None:
        place = view.place(row.conversation_id) or 1
        self.estimates.joined(
            row.conversation_id, row.skill, row.waiting_since, place if self._is_open(row.waiting_since) else None
        )

    @staticmethod
    def _waited(view: View, conversation_id: str) -> Waiting | None:
        row = view.rows.get(conversation_id)
        return row if row is not None and row.agent_id is None else None

    def _is_open(self, now: int) -> bool:
        hours = self._hours()
        return hours is None or hours.is_open(now)
