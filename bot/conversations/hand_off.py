"""Who has a conversation that was handed to people: claimed, given, taken over, passed on, given back, or lost."""

from collections.abc import Callable, Sequence

from bot.conversations.conversation import Conversations, Outcome, fingerprint
from bot.conversations.serving import Serving
from bot.dialogue import work
from bot.dialogue.state import State, check_writer
from bot.dialogue.work import Agent, Lease, Method, Reason
from bot.records import Draft


class HandOff:
    """Takes what agents do. Everything raises Refused where the state doesn't allow it, and NotFound.

    A `client_id` that was seen before gets what it caused the first time.
    """

    def __init__(self, conversations: Conversations, serving: Serving) -> None:
        self._conversations = conversations
        self._serving = serving

    async def claim(self, conversation_id: str, agent: Agent, client_id: str | None = None) -> Outcome:
        """Make a waiting conversation the agent's own; claiming what one owns already changes nothing."""
        asked = fingerprint("claim", agent.id)
        return await self._assign(conversation_id, agent, "claimed", agent, client_id, asked)

    async def assign(
        self,
        conversation_id: str,
        agent: Agent,
        method: Method = "automatic",
        by: Agent | None = None,
        client_id: str | None = None,
    ) -> Outcome:
        """Give a waiting conversation to an agent; a supervisor, `by`, may also give away what another agent has."""
        asked = fingerprint("assign", agent.id, method, by.id if by else None)
        return await self._assign(conversation_id, agent, method, by, client_id, asked)

    async def take_over(self, conversation_id: str, agent: Agent, client_id: str | None = None) -> Outcome:
        """Go on with what another agent has; refused where nobody or the agent has it."""
        return await self._act(
            conversation_id,
            lambda state: work.take_over(state, agent, self._serving.content),
            client_id,
            fingerprint("takeover", agent.id),
        )

    async def pass_to_skill(
        self, conversation_id: str, agent: Agent, skill: str, note: str | None = None, client_id: str | None = None
    ) -> Outcome:
        """Put one's conversation back into the queue for a skill, with a note to whoever takes it."""
        return await self._act(
            conversation_id,
            lambda state: work.pass_to_skill(
                state, agent, self._serving.content, self._conversations.clock(), skill, note
            ),
            client_id,
            fingerprint("transfer", agent.id, "skill", skill, note),
        )

    async def pass_to_agent(
        self, conversation_id: str, agent: Agent, to: Agent, note: str | None = None, client_id: str | None = None
    ) -> Outcome:
        """Give one's conversation to a colleague, with a note."""
        return await self._act(
            conversation_id,
            lambda state: work.pass_to_agent(state, agent, self._serving.content, to, note),
            client_id,
            fingerprint("transfer", agent.id, "agent", to.id, note),
        )

    async def give_back(
        self, conversation_id: str, agent: Agent, note: str | None = None, client_id: str | None = None
    ) -> Outcome:
        """Give one's conversation back to the bot, with a note."""
        return await self._act(
            conversation_id,
            lambda state: work.give_back(state, agent, self._serving.content, note),
            client_id,
            fingerprint("return", agent.id, note),
        )

    async def expire(self, conversation_id: str, lease: Lease, reason: Reason) -> Outcome:
        """End an assignment and put the customer back into the queue; nothing where it has changed meanwhile."""
        return await self._act(
            conversation_id,
            lambda state: work.expire(state, lease, self._serving.content, self._conversations.clock(), reason),
        )

    async def reply(self, conversation_id: str, agent: Agent, client_id: str, text: str) -> Outcome:
        """The agent's message to the customer."""
        asked = fingerprint("reply", agent.id, text)
        return await self._act(conversation_id, lambda state: work.write(state, agent, text), client_id, asked)

    async def resolve(
        self, conversation_id: str, agent: Agent, outcome: str | None = None, client_id: str | None = None
    ) -> Outcome:
        """End the episode as resolved; `outcome` is the agent's word for how."""
        return await self._act(
            conversation_id,
            lambda state: work.resolve(state, agent, self._serving.content, outcome),
            client_id,
            fingerprint("resolve", agent.id, outcome),
        )

    async def leave(self, conversation_id: str, client_id: str | None = None) -> Outcome:
        """The customer doesn't want to wait any longer and goes back to the bot."""

        def leave(state: State) -> Sequence[Draft]:
            check_writer(state)
            return work.leave(state, self._serving.content, self._conversations.clock())

        return await self._act(conversation_id, leave, client_id, fingerprint("leave"))

    async def _assign(
        self,
        conversation_id: str,
        agent: Agent,
        method: Method,
        by: Agent | None,
        client_id: str | None,
        asked: str,
    ) -> Outcome:
        return await self._act(
            conversation_id,
            lambda state: work.assign(state, agent, self._serving.content, self._conversations.clock(), method, by),
            client_id,
            asked,
        )

    async def _act(
        self,
        conversation_id: str,
        rule: Callable[[State], Sequence[Draft]],
        client_id: str | None = None,
        asked: str = "",
    ) -> Outcome:
        async def decide(state: State) -> Sequence[Draft]:
            return rule(state)

        return await self._conversations.act(conversation_id, decide, client_id, asked)
