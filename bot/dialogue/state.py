"""The state of a conversation: a pure and total fold over its touchpoints.

One field, the owner, says who answers. `TRANSITIONS` is the whole life of a conversation; what is not in it is refused
before it is stored.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from bot.errors import Refused
from bot.records import HIDDEN_FROM_CUSTOMERS, Draft, Touchpoint


class Owner(StrEnum):
    """Who answers the customer; `queued` and `closed` mean nobody yet and nobody any more."""

    BOT = "bot"
    QUEUED = "queued"
    ASSIGNED = "assigned"
    CLOSED = "closed"


BOT, QUEUED, ASSIGNED, CLOSED = Owner

TRANSITIONS: Mapping[str, Mapping[Owner, Owner]] = {
    "conversation.started": {BOT: BOT},
    "message.received": {BOT: BOT, QUEUED: QUEUED, ASSIGNED: ASSIGNED, CLOSED: BOT},
    "message.received:courtesy": {CLOSED: CLOSED},
    "answer.given": {BOT: BOT},
    "answer.given:courtesy": {CLOSED: CLOSED},
    "answer.given:acknowledgement": {QUEUED: QUEUED},
    "clarification.asked": {BOT: BOT},
    "slot.asked": {BOT: BOT},
    "slot.filled": {BOT: BOT},
    "step.given": {BOT: BOT},
    "action.called": {BOT: BOT},
    "fallback.given": {BOT: BOT},
    "handoff.requested": {BOT: QUEUED},
    "handoff.cancelled": {QUEUED: BOT},
    "conversation.assigned": {QUEUED: ASSIGNED},
    "conversation.transferred:skill": {ASSIGNED: QUEUED},
    "conversation.transferred:agent": {ASSIGNED: ASSIGNED},
    "conversation.taken_over": {ASSIGNED: ASSIGNED},
    "conversation.returned": {ASSIGNED: BOT},
    "assignment.expired": {ASSIGNED: QUEUED},
    "message.sent": {ASSIGNED: ASSIGNED},
    "episode.closed": {BOT: CLOSED, QUEUED: CLOSED, ASSIGNED: CLOSED},
    **{
        always: {owner: owner for owner in Owner}
        for always in (
            "note.added",
            "intent.corrected",
            "feedback.offered",
            "feedback.shown",
            "feedback.dismissed",
            "feedback.given",
            "identity.linked",
            "identity.unlinked",
        )
    },
}
"""Type, with its variant where one matters, × owner → owner."""


class State(NamedTuple):
    """What the past of a conversation comes to. Times are milliseconds since the Unix epoch.

    A tuple and no dataclass: it is made anew with every touchpoint, on the way of every message.
    """

    seq: int = 0
    visible_seq: int = 0
    owner: Owner = BOT
    agent_id: str | None = None
    episode: int = 0
    episode_open: bool = False
    opened_at: int | None = None
    opened_seq: int | None = None
    """The message with which the open episode began."""
    closed_at: int | None = None
    fallbacks: int = 0
    """How many messages were not understood since the bot last answered."""
    clarified: bool = False
    """Whether the bot asked back since it last answered."""
    offered: tuple[tuple[str, str], ...] = ()
    """Title and payload of the quick replies under the bot's last message."""
    asked_slot: str | None = None
    asked_for: str | None = None
    """The intent whose slot was asked for."""
    intent: str | None = None
    acknowledged: bool = False
    """Whether the customer has been told since the hand-off that what they add is passed on."""
    skill: str | None = None
    reason: str | None = None
    priority: int = 0
    waiting_since: int | None = None
    assigned_at: int | None = None
    known_ref: str | None = None
    """Whose conversation it is, where the shop has said so."""
    simulated: bool = False
    locale: str | None = None
    channel: str = "widget"
    started_at: int = 0
    last_time: int = 0


def advance(owner: Owner, happening: Draft | Touchpoint) -> Owner | None:
    """Who owns the conversation after this, or None where it may not happen."""
    variant = happening.facts.get("variant")
    name = f"{happening.type}:{variant}" if variant else happening.type
    return TRANSITIONS.get(name, {}).get(owner)


def check(state: State, drafts: Iterable[Draft]) -> None:
    """Raise Refused unless the drafts may happen, one after the other, from this state on."""
    owner = state.owner
    for draft in drafts:
        following = advance(owner, draft)
        if following is None:
            raise Refused(f"{draft.type} can't happen while the conversation's owner is '{owner}'")
        owner = following


def fold(state: State, touchpoint: Touchpoint) -> State:
    """The state after one more touchpoint. Types it does not know change the `seq` alone."""
    changes = _EFFECTS.get(touchpoint.type, _nothing)(state, touchpoint)
    changes["seq"] = touchpoint.seq
    changes["last_time"] = touchpoint.time
    if touchpoint.type not in HIDDEN_FROM_CUSTOMERS:
        changes["visible_seq"] = touchpoint.seq
    changes["owner"] = advance(state.owner, touchpoint) or state.owner
    return state._replace(**changes)


Changes = dict[str, Any]
_SPOKEN: Changes = {"fallbacks": 0, "clarified": False, "offered": (), "asked_slot": None, "asked_for": None}
_UNQUEUED: Changes = {"skill": None, "reason": None, "priority": 0, "waiting_since": None, "acknowledged": False}


def _nothing(state: State, touchpoint: Touchpoint) -> Changes:
    return {}


def _offered(touchpoint: Touchpoint) -> tuple[tuple[str, str], ...]:
    return tuple((reply["title"], reply["payload"]) for reply in touchpoint.facts.get("quick_replies", ()))


def _started(state: State, touchpoint: Touchpoint) -> Changes:
    facts = touchpoint.facts
    return {
        "locale": facts.get("locale"),
        "channel": facts.get("channel", "widget"),
        "simulated": bool(facts.get("simulated")),
        "started_at": touchpoint.time,
        "offered": _offered(touchpoint),
    }


def opens_episode(state: State, happening: Draft | Touchpoint) -> bool:
    """Whether this is the customer's message with which a new episode begins."""
    return (
        not state.episode_open and happening.type == "message.received" and happening.facts.get("variant") != "courtesy"
    )


def _received(state: State, touchpoint: Touchpoint) -> Changes:
    changes: Changes = {}
    if opens_episode(state, touchpoint):
        changes = {
            **_SPOKEN,
            "episode": state.episode + 1,
            "episode_open": True,
            "opened_at": touchpoint.time,
            "opened_seq": touchpoint.seq,
            "closed_at": None,
            "intent": None,
            "offered": state.offered,
        }
    if touchpoint.facts.get("in_scope"):
        changes["intent"] = touchpoint.facts.get("intent")
    return changes


def _answered(state: State, touchpoint: Touchpoint) -> Changes:
    if touchpoint.facts.get("variant") == "acknowledgement":
        return {"acknowledged": True}
    return {**_SPOKEN, "offered": _offered(touchpoint)}


def _clarified(state: State, touchpoint: Touchpoint) -> Changes:
    return {"clarified": True, "offered": _offered(touchpoint), "asked_slot": None, "asked_for": None}


def _slot_asked(state: State, touchpoint: Touchpoint) -> Changes:
    facts = touchpoint.facts
    return {
        "fallbacks": state.fallbacks + 1 if facts.get("again") else 0,
        "offered": _offered(touchpoint),
        "asked_slot": facts.get("slot"),
        "asked_for": facts.get("intent"),
    }


def _fell_back(state: State, touchpoint: Touchpoint) -> Changes:
    return {**_SPOKEN, "fallbacks": state.fallbacks + 1, "offered": _offered(touchpoint)}


def _queued(state: State, touchpoint: Touchpoint) -> Changes:
    facts = touchpoint.facts
    return {
        **_SPOKEN,
        # What it is about, and not the wish for a person itself.
        "intent": facts.get("intent") if touchpoint.type == "handoff.requested" else state.intent,
        "agent_id": None,
        "acknowledged": False,
        "skill": facts.get("skill", state.skill),
        "reason": facts.get("reason", state.reason),
        "priority": facts.get("priority", state.priority),
        "waiting_since": touchpoint.time,
        "assigned_at": None,
    }


def _assigned(state: State, touchpoint: Touchpoint) -> Changes:
    return {"agent_id": touchpoint.facts.get("agent_id"), "assigned_at": touchpoint.time, "acknowledged": False}


def _transferred(state: State, touchpoint: Touchpoint) -> Changes:
    return (_queued if touchpoint.facts.get("variant") == "skill" else _assigned)(state, touchpoint)


def _with_bot(state: State, touchpoint: Touchpoint) -> Changes:
    return {**_SPOKEN, **_UNQUEUED, "agent_id": None, "assigned_at": None}


def _closed(state: State, touchpoint: Touchpoint) -> Changes:
    return {
        **_with_bot(state, touchpoint),
        "episode_open": False,
        "intent": None,
        "opened_at": None,
        "opened_seq": None,
        "closed_at": touchpoint.time,
    }


def _identified(state: State, touchpoint: Touchpoint) -> Changes:
    return {"known_ref": touchpoint.facts.get("known_ref")}


_EFFECTS: Mapping[str, Callable[[State, Touchpoint], Changes]] = {
    "conversation.started": _started,
    "message.received": _received,
    "answer.given": _answered,
    "clarification.asked": _clarified,
    "slot.asked": _slot_asked,
    "fallback.given": _fell_back,
    "handoff.requested": _queued,
    "handoff.cancelled": _with_bot,
    "conversation.assigned": _assigned,
    "conversation.transferred": _transferred,
    "conversation.taken_over": _assigned,
    "conversation.returned": _with_bot,
    "assignment.expired": _queued,
    "episode.closed": _closed,
    "identity.linked": _identified,
    "identity.unlinked": _identified,
}
