"""What agents do with conversations: state + act + content + time → drafts, or Refused. As pure as `decide`."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from bot.content.content import Content
from bot.content.schema import OUT_OF_SCOPE
from bot.dialogue import surveys, waiting
from bot.dialogue.speech import told
from bot.dialogue.state import Owner, State
from bot.errors import Invalid, Refused
from bot.records import Draft, Touchpoint

OUTCOMES = frozenset({"answered", "solved", "refunded", "replaced", "repaired", "not_solved", "spam", "other"})
"""Outcomes that analysis may count; any other wording is personal content."""

Method = Literal["claimed", "automatic", "given"]
"""How a waiting customer came to an agent: by the agent, by the bot, or by a supervisor."""

Reason = Literal["absent", "late", "disabled", "released"]
"""Why an agent loses a conversation: not there, owes a word for too long, account disabled, or went away."""


@dataclass(frozen=True, slots=True)
class Agent:
    """Who acts, as the log and the customer know them; supervisors may also act on what others have."""

    id: str
    name: str
    supervises: bool = False


@dataclass(frozen=True, slots=True)
class Lease:
    """An assignment as it was when it was looked at: whoever ends it ends this one and no later one."""

    agent: Agent
    assigned_at: int
    unanswered_since: int | None = None
    """For an agent who is late: since when."""


def assign(state: State, agent: Agent, content: Content, now: int, method: Method, by: Agent | None) -> list[Draft]:
    """Give a waiting conversation to an agent; what the agent has already stays as it is.

    A supervisor, `by`, may also give away what another agent has.
    """
    if state.owner is Owner.ASSIGNED and state.agent_id == agent.id:
        return []
    if state.owner is Owner.ASSIGNED and method == "given" and by is not None:
        text = told(content.bot.texts.taken_over, state, values={"agent": agent.name})
        given = {"variant": "agent", "agent_id": agent.id, "from": state.agent_id}
        return [_by(by, "conversation.transferred", text, agent.name, **given)]
    if state.owner is Owner.ASSIGNED:
        raise Refused("another agent has this conversation; take it over if it must be you")
    if state.owner is not Owner.QUEUED:
        raise Refused("this conversation isn't waiting for an agent")
    text = told(content.bot.texts.assigned, state, values={"agent": agent.name})
    facts: dict[str, Any] = {"agent_id": agent.id, "skill": state.skill, "wait_s": _waited(state, now)}
    return [_by(by, "conversation.assigned", text, agent.name, **facts, method=method)]


def take_over(state: State, agent: Agent, content: Content) -> list[Draft]:
    """Go on with what another agent has."""
    if state.owner is not Owner.ASSIGNED:
        raise Refused("nobody has this conversation, so there is nothing to take over; claim it while it waits")
    if state.agent_id == agent.id:
        raise Refused("this conversation is yours already")
    text = told(content.bot.texts.taken_over, state, values={"agent": agent.name})
    taken = {"agent_id": agent.id, "from": state.agent_id}
    return [_by(agent, "conversation.taken_over", text, agent.name, **taken)]


def pass_to_skill(state: State, agent: Agent, content: Content, now: int, skill: str, note: str | None) -> list[Draft]:
    """Put one's conversation back into the queue, for a skill; the customer keeps their place by when they asked."""
    _owned(state, agent)
    facts, by_when = waiting.again(content, state, now)
    said = told(content.bot.texts.transferred, state, values={"agent": agent.name})
    facts = {"variant": "skill", "skill": skill, "from": agent.id, **facts}
    passed = _by(agent, "conversation.transferred", _joined(said, by_when), **facts)
    return [*_noted(agent, note), passed]


def pass_to_agent(state: State, agent: Agent, content: Content, to: Agent, note: str | None) -> list[Draft]:
    """Give one's conversation to a colleague."""
    _owned(state, agent)
    if to.id == agent.id:
        raise Refused("this conversation is yours already; choose a colleague or a skill")
    text = told(content.bot.texts.transferred_agent, state, values={"agent": agent.name, "colleague": to.name})
    facts = {"variant": "agent", "agent_id": to.id, "from": agent.id}
    return [*_noted(agent, note), _by(agent, "conversation.transferred", text, to.name, **facts)]


def give_back(state: State, agent: Agent, content: Content, note: str | None) -> list[Draft]:
    """Give one's conversation back to the bot."""
    _owned(state, agent)
    text = told(content.bot.texts.returned, state, values={"agent": agent.name})
    return [*_noted(agent, note), _by(agent, "conversation.returned", text)]


def expire(state: State, lease: Lease, content: Content, now: int, reason: Reason) -> list[Draft]:
    """End an assignment and put the customer back into the queue; nothing where it isn't that assignment any more."""
    lost = state.agent_id == lease.agent.id and state.assigned_at == lease.assigned_at
    if state.owner is not Owner.ASSIGNED or not lost:
        return []
    if reason == "late" and (state.unanswered_since is None or state.unanswered_since != lease.unanswered_since):
        return []
    facts, by_when = waiting.again(content, state, now)
    texts = content.bot.texts
    lost_text = (texts.expired_late if reason == "late" else None) or texts.expired
    said = told(lost_text, state, values={"agent": lease.agent.name})
    facts = {"agent_id": lease.agent.id, "reason": reason, "skill": state.skill, **facts}
    return [_by(None, "assignment.expired", _joined(said, by_when), **facts)]


def write(state: State, agent: Agent, text: str) -> list[Draft]:
    """Write to the customer."""
    _owned(state, agent)
    return [_by(agent, "message.sent", text)]


def resolve(state: State, agent: Agent, content: Content, outcome: str | None) -> list[Draft]:
    """End the episode; `outcome` is the agent's word for how."""
    _owned(state, agent)
    text = told(content.bot.texts.resolved, state)
    counted = outcome if outcome in OUTCOMES else None
    closed = _by(agent, "episode.closed", text, reason="resolved", outcome=counted)
    if outcome is not None and counted is None:
        # An agent's own words may name somebody.
        closed = replace(closed, personal={**closed.personal, "outcome": outcome})
    survey = surveys.offered(state, content, state.locale, state.episode)
    return [closed] if survey is None or outcome == "spam" else [closed, survey]


def leave(state: State, content: Content, now: int) -> list[Draft]:
    """The customer doesn't want to wait any longer."""
    if state.owner is not Owner.QUEUED:
        raise Refused("this conversation isn't waiting for an agent")
    facts = {"actor_kind": "customer", "skill": state.skill, "wait_s": _waited(state, now)}
    return [Draft("handoff.cancelled", facts, {"text": told(content.bot.texts.left_queue, state)})]


def note(state: State, agent: Agent, text: str) -> list[Draft]:
    """Write something down for colleagues; customers never see it."""
    _free(state, agent)
    return _noted(agent, text)


def correct(state: State, agent: Agent, content: Content, received: Touchpoint | None, intent: str) -> list[Draft]:
    """Say what a message was really about: one of the intents, or none of them."""
    _free(state, agent)
    if received is None or received.type != "message.received":
        raise Refused("there is no message of the customer with this seq; an intent belongs to one of those")
    if intent not in content.intents and intent not in OUT_OF_SCOPE:
        raise Invalid(f"there is no intent `{intent}` in the content")
    facts: dict[str, Any] = {"corrected_seq": received.seq, "intent": intent, "was": received.facts.get("intent")}
    return [_by(agent, "intent.corrected", "", **facts)]


def block(state: State, agent: Agent, blocked: bool) -> list[Draft]:
    """Stop a customer from writing, or let them write again; nothing where it is so already."""
    if state.blocked is blocked:
        return []
    return [_by(agent, "customer.blocked" if blocked else "customer.unblocked", "", agent_id=agent.id)]


def _owned(state: State, agent: Agent) -> None:
    if state.owner is not Owner.ASSIGNED:
        raise Refused("claim this conversation first")
    if state.agent_id != agent.id:
        raise Refused("another agent has this conversation")


def _free(state: State, agent: Agent) -> None:
    """What somebody has, others leave alone; what nobody has, and what is over, whoever sees it may annotate."""
    if state.owner is Owner.ASSIGNED and state.agent_id != agent.id and not agent.supervises:
        raise Refused("another agent has this conversation")


def _noted(agent: Agent, text: str | None) -> list[Draft]:
    return [_by(agent, "note.added", text)] if text else []


def _waited(state: State, now: int) -> float:
    return round((now - (state.waiting_since or now)) / 1000, 1)


def _joined(*texts: str) -> str:
    return "\n\n".join(filter(None, texts))


def _by(actor: Agent | None, type_: str, text: str, joins: str | None = None, **facts: Any) -> Draft:
    """A draft of an agent's, or of nobody's; `joins` is the name of the agent who has it from then on."""
    known = {name: value for name, value in facts.items() if value is not None}
    who = {"actor_kind": "agent", "actor_id": actor.id} if actor else {"actor_kind": "system"}
    names = {"text": text or None, "actor_name": actor.name if actor else None, "agent_name": joins}
    return Draft(type_, {**who, **known}, {name: value for name, value in names.items() if value})
