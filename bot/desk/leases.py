"""An assignment is a lease: who isn't there any more, or leaves a customer without a word, loses it to the queue."""

import logging
from collections.abc import Callable

from bot.agents.accounts import Account, Accounts, Role
from bot.agents.presence import Status
from bot.agents.queue import Queue, Waiting
from bot.agents.targets import Targets
from bot.conversations.hand_off import HandOff
from bot.desk.presence import Attendance
from bot.dialogue.work import Agent, Lease, Reason
from bot.errors import BotError

logger = logging.getLogger(__name__)


class Leases:
    """Ends assignments. Every end is conditional: it ends the assignment that was looked at, and no later one."""

    def __init__(
        self,
        queue: Queue,
        attendance: Attendance,
        accounts: Accounts,
        hand_off: HandOff,
        targets: Callable[[], Targets],
        clock: Callable[[], int],
    ) -> None:
        self._queue = queue
        self._attendance = attendance
        self._accounts = accounts
        self._hand_off = hand_off
        self._targets = targets
        self._clock = clock

    async def sweep(self) -> int:
        """End what is over; returns how many customers are back in the queue."""
        view, present = await self._queue.look(), await self._attendance.all()
        accounts = {account.id: account for account in await self._accounts.all()}
        here = {agent_id for agent_id, one in present.items() if one.status is not Status.OFFLINE}
        ended = 0
        for agent_id in sorted(here | set(view.loads)):
            account, now = accounts.get(agent_id), self._clock()
            presence = present.get(agent_id) or await self._attendance.of(agent_id)
            if account is None or account.disabled or account.role is Role.ANALYST:
                await self._attendance.change(agent_id, Status.OFFLINE, reason="disabled")
                ended += await self.free(agent_id, account, "disabled")
            elif presence.gone(now):
                await self._attendance.change(agent_id, Status.OFFLINE, reason="lost")
                ended += await self.free(agent_id, account, "absent")
            else:
                for row in view.held_by(agent_id):
                    if self._is_late(row, now):
                        ended += await self._end(row, account, "late")
        return ended

    async def free(self, agent_id: str, account: Account | None, reason: Reason) -> int:
        """Put everything an agent has back into the queue; returns how many that was."""
        held = (await self._queue.look()).held_by(agent_id)
        return sum([await self._end(row, account, reason) for row in held])

    def _is_late(self, row: Waiting, now: int) -> bool:
        if row.unanswered_since is None:
            return False
        # While the server was down nobody could write.
        return self._targets().late(max(row.unanswered_since, self._attendance.started_at), now)

    async def _end(self, row: Waiting, account: Account | None, reason: Reason) -> bool:
        agent = Agent(str(row.agent_id), account.name if account else "")
        lease = Lease(agent, row.assigned_at or 0, row.unanswered_since)
        try:
            outcome = await self._hand_off.expire(row.conversation_id, lease, reason)
        except BotError as error:
            logger.warning("an assignment could not be ended and is tried again: %s", error)
            return False
        return bool(outcome.touchpoints)
