"""Stopping an abusive customer from writing: in every conversation of theirs, and in those they would begin."""

from collections.abc import Sequence

from bot.conversations.conversation import Conversations, Outcome, fingerprint
from bot.conversations.customers import conversations_of
from bot.dialogue import work
from bot.dialogue.state import State
from bot.dialogue.work import Agent
from bot.errors import Forbidden
from bot.records import Draft


class Blocking:
    """Blocks customers and lets them write again, for supervisors."""

    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations

    async def block(self, conversation_id: str, agent: Agent, client_id: str | None = None) -> Outcome:
        """Let the customer of a conversation write no more; raises Forbidden for who supervises nobody."""
        return await self._set(conversation_id, agent, True, client_id)

    async def unblock(self, conversation_id: str, agent: Agent, client_id: str | None = None) -> Outcome:
        """Let the customer write again; it raises as `block` does."""
        return await self._set(conversation_id, agent, False, client_id)

    async def _set(self, conversation_id: str, agent: Agent, blocked: bool, client_id: str | None) -> Outcome:
        if not agent.supervises:
            raise Forbidden("only supervisors and admins block customers; ask one of them")

        async def change(state: State) -> Sequence[Draft]:
            return work.block(state, agent, blocked)

        asked = fingerprint("block", agent.id, str(blocked))
        outcome = await self._conversations.act(conversation_id, change, client_id, asked)
        state = (await self._conversations.get(conversation_id)).state
        if outcome.again and state.blocked != blocked:
            return outcome  # what came after the first call counts; where nothing did, this ends what broke off
        if state.known_ref is not None:
            for row in await conversations_of(self._conversations.log, state.known_ref):
                if row["conversation_id"] != conversation_id:
                    await self._conversations.act(str(row["conversation_id"]), change)
        return outcome
