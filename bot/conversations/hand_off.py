"""What agents do with a conversation that was handed to them, and how its customer leaves the queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.conversations.conversation import Conversations, Outcome, fingerprint
from bot.conversations.serving import Serving
from bot.dialogue import surveys
from bot.dialogue.speech import plain
from bot.dialogue.state import Owner, State
from bot.errors import Refused
from bot.records import Draft

OUTCOMES = frozenset({"answered", "solved", "refunded", "replaced", "repaired", "not_solved", "spam", "other"})
"""Outcomes that analysis may count; any other wording is personal content."""


@dataclass(frozen=True, slots=True)
class Agent:
    """Who acts, as the log and the customer know them."""

    id: str
    name: str


class HandOff:
    """Takes what agents do. Everything raises Refused for an agent whom the state doesn't allow it."""

    def __init__(self, conversations: Conversations, serving: Serving) -> None:
        self._conversations = conversations
        self._serving = serving

    async def claim(self, conversation_id: str, agent: Agent, client_id: str | None = None) -> Outcome:
        """Make a waiting conversation the agent's own; claiming what one owns already changes nothing."""

        async def assign(state: State) -> Sequence[Draft]:
            if state.owner is Owner.ASSIGNED and state.agent_id == agent.id:
                return ()
            if state.owner is Owner.ASSIGNED:
                raise Refused("another agent has this conversation; take it over if it must be you")
            if state.owner is not Owner.QUEUED:
                raise Refused("this conversation isn't waiting for an agent")
            text = plain(self._texts.assigned, state.locale, {"agent": agent.name})
            waited = self._conversations.clock() - (state.waiting_since or 0)
            facts = {"agent_id": agent.id, "skill": state.skill, "wait_s": round(waited / 1000, 1)}
            return (_by(agent, "conversation.assigned", text, **facts),)

        return await self._conversations.act(conversation_id, assign, client_id, fingerprint("claim", agent.id))

    async def reply(self, conversation_id: str, agent: Agent, client_id: str, text: str) -> Outcome:
        """The agent's message to the customer."""

        async def send(state: State) -> Sequence[Draft]:
            _owned(state, agent)
            return (_by(agent, "message.sent", text),)

        return await self._conversations.act(conversation_id, send, client_id, fingerprint("reply", agent.id, text))

    async def resolve(
        self, conversation_id: str, agent: Agent, outcome: str | None = None, client_id: str | None = None
    ) -> Outcome:
        """End the episode as resolved; `outcome` is the agent's word for how."""

        async def close(state: State) -> Sequence[Draft]:
            _owned(state, agent)
            text = plain(self._texts.resolved, state.locale)
            closed = _by(
                agent, "episode.closed", text, reason="resolved", outcome=outcome if outcome in OUTCOMES else None
            )
            # An agent's own words may name somebody.
            said = {} if outcome is None or outcome in OUTCOMES else {"outcome": outcome}
            survey = surveys.offered(state, self._serving.content, state.locale, state.episode)
            resolved = Draft(closed.type, closed.facts, {**closed.personal, **said})
            return (resolved,) if survey is None or outcome == "spam" else (resolved, survey)

        asked = fingerprint("resolve", agent.id, outcome)
        return await self._conversations.act(conversation_id, close, client_id, asked)

    async def leave(self, conversation_id: str, client_id: str | None = None) -> Outcome:
        """The customer doesn't want to wait any longer and goes back to the bot."""

        async def cancel(state: State) -> Sequence[Draft]:
            if state.owner is not Owner.QUEUED:
                raise Refused("this conversation isn't waiting for an agent")
            text = plain(self._texts.left_queue, state.locale)
            waited = self._conversations.clock() - (state.waiting_since or 0)
            facts = {"actor_kind": "customer", "skill": state.skill, "wait_s": round(waited / 1000, 1)}
            return (Draft("handoff.cancelled", facts, {"text": text}),)

        return await self._conversations.act(conversation_id, cancel, client_id, fingerprint("leave"))

    @property
    def _texts(self) -> Any:
        return self._serving.content.bot.texts


def _owned(state: State, agent: Agent) -> None:
    if state.owner is not Owner.ASSIGNED:
        raise Refused("claim this conversation first")
    if state.agent_id != agent.id:
        raise Refused("another agent has this conversation")


def _by(agent: Agent, type_: str, text: str, **facts: Any) -> Draft:
    known = {name: value for name, value in facts.items() if value is not None}
    return Draft(
        type_, {"actor_kind": "agent", "actor_id": agent.id, **known}, {"text": text, "actor_name": agent.name}
    )
