"""What staff say about a conversation that its customer doesn't see: notes, and what a message was really about."""

from collections.abc import Sequence

from bot.conversations.conversation import Conversations, Outcome, fingerprint
from bot.conversations.serving import Serving
from bot.dialogue import work
from bot.dialogue.state import State
from bot.dialogue.work import Agent
from bot.records import Draft
from bot.touchpoints.log import conversation_stream


class Remarks:
    """Takes notes and corrections. Both raise Refused for who leaves it alone because somebody else has it."""

    def __init__(self, conversations: Conversations, serving: Serving) -> None:
        self._conversations = conversations
        self._serving = serving

    async def note(self, conversation_id: str, agent: Agent, text: str, client_id: str | None = None) -> Outcome:
        """Write something down for colleagues."""

        async def add(state: State) -> Sequence[Draft]:
            return work.note(state, agent, text)

        return await self._conversations.act(conversation_id, add, client_id, fingerprint("note", agent.id, text))

    async def correct(
        self, conversation_id: str, agent: Agent, seq: int, intent: str, client_id: str | None = None
    ) -> Outcome:
        """Say what the customer's message with this `seq` was really about; the last word counts."""
        page = await self._conversations.log.read(conversation_stream(conversation_id), seq - 1, 1)
        received = page[0] if page and page[0].seq == seq else None

        async def set_right(state: State) -> Sequence[Draft]:
            return work.correct(state, agent, self._serving.content, received, intent)

        asked = fingerprint("intent", agent.id, str(seq), intent)
        return await self._conversations.act(conversation_id, set_right, client_id, asked)
