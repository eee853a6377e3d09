"""The queue: who waits, in which order, and which agents may see it."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.agents.accounts import Account, Role
from bot.touchpoints.log import TouchpointLog, Value


@dataclass(frozen=True, slots=True)
class Waiting:
    """One conversation that was handed off; `place` counts from 1 among those who wait for the same skill."""

    conversation_id: str
    skill: str
    priority: int
    reason: str
    intent: str | None
    waiting_s: float
    place: int | None = None
    agent_id: str | None = None


class Queue:
    """Reads the queue's projection."""

    def __init__(self, log: TouchpointLog, clock: Callable[[], int]) -> None:
        self._log = log
        self._clock = clock

    async def waiting(self) -> list[Waiting]:
        """Those who wait, in the order in which they are to be taken; see `bot.conversations.projection`."""
        now, places = self._clock(), Counter[str]()
        waiting = []
        rows = await self._log.rows("queue", {"agent_id": None})
        for row in sorted(rows, key=lambda row: (_int(row["place_at"]), str(row["conversation_id"]))):
            places[str(row["skill"])] += 1
            waiting.append(_waiting(row, now, places[str(row["skill"])]))
        return waiting

    async def assigned(self) -> list[Waiting]:
        """Those who have an agent, the longest wait first."""
        now = self._clock()
        rows = [row for row in await self._log.rows("queue") if row["agent_id"] is not None]
        return [_waiting(row, now) for row in sorted(rows, key=lambda row: _int(row["waiting_since"]))]

    async def may_see(self, account: Account, conversation_id: str) -> bool:
        """Whether the account may read and claim a conversation.

        An agent with skills sees what was handed off for them and what is already the agent's own.
        """
        if account.role is Role.ANALYST:
            return False
        if account.role is not Role.AGENT or not account.skills:
            return True
        rows = await self._log.rows("queue", {"conversation_id": conversation_id})
        return bool(rows) and sees(account, str(rows[0]["skill"]), rows[0]["agent_id"])


def sees(account: Account, skill: str, agent_id: Value) -> bool:
    """Whether the account sees what was handed off for a skill."""
    if account.role is not Role.AGENT or not account.skills:
        return account.role is not Role.ANALYST
    return skill in account.skills or agent_id == account.id


def _waiting(row: Mapping[str, Value], now: int, place: int | None = None) -> Waiting:
    return Waiting(
        conversation_id=str(row["conversation_id"]),
        skill=str(row["skill"]),
        priority=_int(row["priority"]),
        reason=str(row["reason"]),
        intent=str(row["intent"]) if row["intent"] is not None else None,
        waiting_s=round((now - _int(row["waiting_since"])) / 1000, 1),
        place=place,
        agent_id=str(row["agent_id"]) if row["agent_id"] is not None else None,
    )


def _int(value: Value) -> int:
    return int(value or 0)
