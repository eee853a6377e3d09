"""Gives those who wait to agents who take conversations automatically, whenever somebody comes or has room."""

import logging
from collections.abc import Callable, Mapping, Sequence

from bot.agents.accounts import Account, Accounts, Role
from bot.agents.presence import Presence, capacity
from bot.agents.queue import Queue, View, Waiting
from bot.agents.routing import Candidate, Request, route
from bot.conversations.conversation import Conversations
from bot.conversations.hand_off import HandOff
from bot.desk.presence import Attendance
from bot.dialogue.work import Agent
from bot.errors import BotError, Refused

NOT_BACK_FOR = 2 * 60_000
"""For so long, in milliseconds, an agent isn't given again what they have just lost or passed on."""

logger = logging.getLogger(__name__)


class Assigner:
    """Decides from the rows, assigns by conditional appends: a customer who was claimed meanwhile stays claimed."""

    def __init__(
        self,
        queue: Queue,
        attendance: Attendance,
        accounts: Accounts,
        conversations: Conversations,
        hand_off: HandOff,
        usual_capacity: Callable[[], int],
    ) -> None:
        self._queue = queue
        self._attendance = attendance
        self._accounts = accounts
        self._conversations = conversations
        self._hand_off = hand_off
        self._usual_capacity = usual_capacity
        self._last_moved: dict[str, int] = {}
        self._loads: Mapping[str, int] = {}

    async def once(self) -> int:
        """Give away what can be given now; returns how many conversations that was."""
        view = await self._queue.look()
        self._notice(view)
        if not view.waiting:
            return 0
        present = {agent_id: one for agent_id, one in (await self._attendance.all()).items() if one.takes}
        if not present:
            return 0
        accounts = {account.id: account for account in await self._accounts.all()}
        candidates = [
            self._candidate(accounts[agent_id], presence, view)
            for agent_id, presence in present.items()
            if agent_id in accounts and _answers(accounts[agent_id])
        ]
        pairs = route(await self._requests(view.waiting), candidates)
        return sum([await self._give(conversation_id, accounts[agent_id]) for conversation_id, agent_id in pairs])

    async def _give(self, conversation_id: str, account: Account) -> bool:
        # Much may have happened since the decision: the agent may have claimed one by hand, or gone.
        view, presence = await self._queue.look(), await self._attendance.of(account.id)
        if not presence.takes or view.loads[account.id] >= self._capacity(account, presence):
            return False
        try:
            outcome = await self._hand_off.assign(conversation_id, Agent(account.id, account.name))
        except Refused:
            return False  # somebody was faster
        except BotError as error:
            logger.warning("a conversation could not be assigned and is tried again: %s", error)
            return False
        return bool(outcome.touchpoints)

    async def _requests(self, waiting: Sequence[Waiting]) -> list[Request]:
        return [Request(row.conversation_id, row.skill, row.language, await self._not_to(row)) for row in waiting]

    async def _not_to(self, row: Waiting) -> str | None:
        """Who has lost it or passed it on just now; most have never had an agent, and nothing is read for them."""
        if row.waiting_since == row.requested_at:
            return None
        state = (await self._conversations.get(row.conversation_id)).state
        recent = self._conversations.clock() - row.waiting_since < NOT_BACK_FOR
        return state.lost_by if recent else None

    def _candidate(self, account: Account, presence: Presence, view: View) -> Candidate:
        return Candidate(
            account.id,
            account.skills,
            account.languages,
            self._capacity(account, presence),
            view.loads[account.id],
            max(presence.since, self._last_moved.get(account.id, 0)),
        )

    def _capacity(self, account: Account, presence: Presence) -> int:
        return capacity(presence.capacity, account.capacity, self._usual_capacity())

    def _notice(self, view: View) -> None:
        """Remember when each agent last got or finished a conversation: the longest idle comes first."""
        if view.loads is self._loads:
            return
        now = self._conversations.clock()
        for agent_id in {*view.loads, *self._loads}:
            if view.loads.get(agent_id, 0) != self._loads.get(agent_id, 0):
                self._last_moved[agent_id] = now
        self._loads = view.loads


def _answers(account: Account) -> bool:
    return not account.disabled and account.role is not Role.ANALYST
