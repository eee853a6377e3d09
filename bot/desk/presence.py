"""Who is there: statuses that agents choose, signs of life, and who has gone without a word."""

import logging
from collections.abc import Callable

from bot.agents.accounts import Account
from bot.agents.presence import Presence, Reason, Status, capacity, presence_of, presence_row
from bot.errors import BotError, Refused
from bot.records import Touchpoint, new_id
from bot.touchpoints.hints import Hint, Hints
from bot.touchpoints.log import Put, TouchpointLog, agent_stream
from bot.touchpoints.race import decided_again

WRITTEN_EVERY = 15_000
"""A sign of life is written down at most so often, in milliseconds."""

STREAM_SPEAKS_FOR = 5 * 60_000
"""An open stream is a sign of life for so long after the agent's last call: a closed laptop leaves it open."""

BUSY = "this presence changes in many places at once; try again in a moment"

logger = logging.getLogger(__name__)


class Attendance:
    """Keeps presence: each change a touchpoint in the agent's stream and a row, in one append.

    The row's `seen_at` depends on the stream's seq as well, so no late sign of life undoes a change.
    """

    def __init__(self, log: TouchpointLog, hints: Hints, clock: Callable[[], int]) -> None:
        self._log = log
        self._hints = hints
        self._clock = clock
        self.started_at = clock()
        """Nothing before this counts as a silence: nobody could be heard."""
        self._seen: dict[str, int] = {}
        self._called: dict[str, int] = {}
        self._written: dict[str, int] = {}
        self.online = 0
        """How many were online at the last look."""

    async def all(self) -> dict[str, Presence]:
        """Every presence there is, by agent.

        Nobody was seen less recently than this process began: after a restart everybody has a full lease.
        """
        rows = await self._log.rows("presence")
        found = {str(row["agent_id"]): self._with_signs(presence_of(row)) for row in rows}
        self.online = sum(one.status is Status.ONLINE for one in found.values())
        return found

    async def of(self, agent_id: str) -> Presence:
        """One agent's; who has never chosen any is offline."""
        return self._with_signs(await self._stored(agent_id))

    async def change(
        self,
        agent_id: str,
        status: Status | None = None,
        automatic: bool | None = None,
        chosen: int | None = None,
        reason: Reason = "chosen",
    ) -> bool:
        """Change a presence; what is None stays. Returns whether anything changed."""

        async def attempt() -> bool:
            seq = await self._log.head(agent_stream(agent_id))
            before, now = await self._stored(agent_id), self._clock()
            after = before.changed(now, status, automatic, chosen)
            if after == before:
                return False
            happened = _touchpoint(after, seq + 1, now, reason)
            await self._log.append(agent_stream(agent_id), seq, [happened], [Put("presence", presence_row(after))])
            self._hints.publish(Hint("", 0, "presence"))
            return True

        return await decided_again(attempt, BUSY)

    async def seen(self, agent_id: str) -> None:
        """A call of the agent's: a sign of life."""
        self._called[agent_id] = self._clock()
        await self._sign(agent_id)

    async def stream_open(self, agent_id: str) -> None:
        """A stream of the agent's is open: a sign of life as well, unless nothing else has come for long."""
        if self._clock() - self._called.get(agent_id, self.started_at) < STREAM_SPEAKS_FOR:
            await self._sign(agent_id)

    async def _sign(self, agent_id: str) -> None:
        now = self._clock()
        self._seen[agent_id] = now
        if now - self._written.get(agent_id, 0) >= WRITTEN_EVERY:
            self._written[agent_id] = now
            try:
                await self._write_seen(agent_id, now)
            except BotError as error:
                logger.warning("a sign of life was not written: %s", error)

    async def _write_seen(self, agent_id: str, now: int) -> None:
        async def attempt() -> None:
            seq = await self._log.head(agent_stream(agent_id))
            row = {**presence_row(await self._stored(agent_id)), "seen_at": now}
            await self._log.append(agent_stream(agent_id), seq, (), [Put("presence", row)])

        await decided_again(attempt, BUSY)

    async def _stored(self, agent_id: str) -> Presence:
        rows = await self._log.rows("presence", {"agent_id": agent_id})
        return presence_of(rows[0]) if rows else Presence(agent_id)

    def _with_signs(self, presence: Presence) -> Presence:
        seen = max(presence.seen_at, self._seen.get(presence.agent_id, 0), self.started_at)
        return Presence(presence.agent_id, presence.status, presence.automatic, presence.capacity, presence.since, seen)


def check_capacity(account: Account, chosen: int | None, usual: int) -> None:
    """Raise Refused for more conversations at once than the account allows."""
    if chosen is not None and capacity(chosen, account.capacity, usual) < chosen:
        raise Refused(f"your account is for at most {account.capacity} conversations at once, not {chosen}")


def _touchpoint(presence: Presence, seq: int, now: int, reason: Reason) -> Touchpoint:
    facts = {
        "actor_kind": "agent" if reason in ("chosen", "signed_out") else "system",
        "actor_id": presence.agent_id,
        "status": presence.status.value,
        "automatic": presence.automatic,
        "capacity": presence.capacity,
        "reason": reason,
    }
    return Touchpoint(new_id(), agent_stream(presence.agent_id), seq, "agent.presence_changed", now, facts, {})
