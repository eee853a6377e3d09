"""The queue: who waits, in which order, who has whom, and which agents may see it.

Its rows are read from the database once and kept; a hint says which of them to read again, and now and then all are, as
another process may have changed them.
"""

import asyncio
import time
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.agents.accounts import Account, Role
from bot.touchpoints.hints import Hint, Hints
from bot.touchpoints.log import TouchpointLog, Value

ALL_AGAIN_AFTER = 2.0
"""After so many seconds all rows are read again."""

FEW = 8
"""Up to so many changed rows are read one by one."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One conversation that was handed off, with its agent where it has one. Times are in milliseconds."""

    conversation_id: str
    skill: str
    priority: int
    reason: str
    intent: str | None
    language: str | None
    requested_at: int
    waiting_since: int
    place_at: int
    agent_id: str | None
    assigned_at: int | None
    replied_at: int | None
    unanswered_since: int | None


class View:
    """The queue at one moment: nothing of it changes any more."""

    def __init__(self, rows: Mapping[str, Waiting]) -> None:
        self.rows = rows
        waiting = (row for row in rows.values() if row.agent_id is None)
        self.waiting = sorted(waiting, key=lambda row: (row.place_at, row.conversation_id))
        """Those who wait, in the order in which they are to be taken; see `bot.conversations.projection`."""
        assigned = (row for row in rows.values() if row.agent_id is not None)
        self.assigned = sorted(assigned, key=lambda row: (row.requested_at, row.conversation_id))
        """Those who have an agent, the longest request first."""
        self.loads = Counter(row.agent_id for row in self.assigned if row.agent_id)
        """How many conversations each agent has."""
        self._places: dict[str, int] = {}
        self._of_skill: dict[str, list[int]] = defaultdict(list)
        for row in self.waiting:
            self._of_skill[row.skill].append(row.place_at)
            self._places[row.conversation_id] = len(self._of_skill[row.skill])

    def place(self, conversation_id: str) -> int | None:
        """The place of one who waits, from 1 among those who wait for the same skill; None for who doesn't."""
        return self._places.get(conversation_id)

    def place_for(self, skill: str, place_at: int) -> int:
        """The place that somebody who joined now would have."""
        return bisect_right(self._of_skill.get(skill, ()), place_at) + 1

    def held_by(self, agent_id: str) -> list[Waiting]:
        """What an agent has."""
        return [row for row in self.assigned if row.agent_id == agent_id]


class Queue:
    """Reads the queue's projection. What this process has committed is always in it."""

    def __init__(self, log: TouchpointLog, hints: Hints) -> None:
        self._log = log
        self._rows: dict[str, Waiting] = {}
        self._stale: set[str] = set()
        self._hinted = 0
        self._followed = 0
        self._read_at = -ALL_AGAIN_AFTER
        self._reading = asyncio.Lock()
        self.last = View({})
        """What the last look saw."""
        hints.at_once(self._note)

    async def look(self) -> View:
        """The queue as it is now."""
        hinted = self._hinted
        if self._followed < hinted or self._is_old():
            async with self._reading:
                # Somebody else may have read meanwhile, for all who wait here.
                if self._followed < hinted or self._is_old():
                    await self._follow()
        return self.last

    def _note(self, hint: Hint) -> None:
        if hint.kind == "queue":
            self._hinted += 1
            self._stale.add(hint.conversation_id)

    def _is_old(self) -> bool:
        return time.monotonic() - self._read_at >= ALL_AGAIN_AFTER

    async def _follow(self) -> None:
        """Read what has changed, as of this moment at least."""
        hinted, stale, self._stale = self._hinted, self._stale, set()
        try:
            if len(stale) > FEW or self._is_old():
                await self._read_all()
            else:
                await self._read(stale)
        except BaseException:
            self._stale |= stale
            raise
        self._followed = hinted

    async def _read_all(self) -> None:
        read_at = time.monotonic()
        found = {str(row["conversation_id"]): _waiting(row) for row in await self._log.rows("queue")}
        # What has not changed stays the same object, so that nobody need compare it.
        found |= {key: self._rows[key] for key, row in found.items() if row == self._rows.get(key)}
        self._read_at = read_at
        self._take(found)

    async def _read(self, conversation_ids: Iterable[str]) -> None:
        rows = dict(self._rows)
        for conversation_id in conversation_ids:
            rows.pop(conversation_id, None)
            for row in await self._log.rows("queue", {"conversation_id": conversation_id}):
                rows[conversation_id] = _waiting(row)
        self._take(rows)

    def _take(self, rows: dict[str, Waiting]) -> None:
        if rows != self._rows:
            self._rows = rows
            self.last = View(rows)


def sees(account: Account, skill: str, agent_id: Value) -> bool:
    """Whether the account sees what was handed off for a skill."""
    if account.role is not Role.AGENT or not account.skills:
        return account.role is not Role.ANALYST
    return skill in account.skills or agent_id == account.id


def _waiting(row: Mapping[str, Value]) -> Waiting:
    return Waiting(
        conversation_id=str(row["conversation_id"]),
        skill=str(row["skill"]),
        priority=_int(row["priority"]),
        reason=str(row["reason"]),
        intent=_text(row["intent"]),
        language=_text(row["language"]),
        requested_at=_int(row["requested_at"]),
        waiting_since=_int(row["waiting_since"]),
        place_at=_int(row["place_at"]),
        agent_id=_text(row["agent_id"]),
        assigned_at=_time(row["assigned_at"]),
        replied_at=_time(row["replied_at"]),
        unanswered_since=_time(row["unanswered_since"]),
    )


def _int(value: Value) -> int:
    return int(value or 0)


def _time(value: Value) -> int | None:
    return None if value is None else int(value)


def _text(value: Value) -> str | None:
    return None if value is None else str(value)
