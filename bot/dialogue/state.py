"""The state of a conversation, and the table of what may happen to it.

One field, the owner, says who answers. `TRANSITIONS` is the whole life of a conversation; what is not in it is refused
before it is stored. `bot.dialogue.fold` folds touchpoints into a state.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from bot.errors import Blocked, Refused
from bot.records import Draft, Touchpoint


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
    "answer.given:feedback": {owner: owner for owner in Owner},
    "clarification.asked": {BOT: BOT},
    "slot.asked": {BOT: BOT},
    "slot.filled": {BOT: BOT},
    "slot.filled:contact": {owner: owner for owner in Owner},
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
            "customer.blocked",
            "customer.unblocked",
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


UPSET = -0.5
"""From this mood down, of -1 to 1, a customer counts as upset."""


class Task(NamedTuple):
    """A form or a guide that isn't finished."""

    intent: str
    """What it is for."""
    step: str | None = None
    """Of a guide, the step the customer is at."""


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
    opened_text: str = ""
    """What that message said."""
    closed_at: int | None = None
    fallbacks: int = 0
    """How many messages were not understood since the bot last answered."""
    clarified: bool = False
    """Whether the bot asked back since it last answered."""
    offered: tuple[tuple[str, str], ...] = ()
    """Title and payload of the quick replies under the bot's last message."""
    tasks: tuple[Task, ...] = ()
    """Forms and guides that have begun, the current one last; those before it were interrupted."""
    asked_slot: str | None = None
    """What the last question of the current form was for."""
    slots: tuple[tuple[str, str], ...] = ()
    """What the customer has said in this episode, by slot."""
    others: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Other values of a slot that were in the same message: what “the other one” can mean."""
    asked: tuple[tuple[str, int], ...] = ()
    """How often each question was asked that hasn't been answered since."""
    given: tuple[str, ...] = ()
    """The answers of this episode, oldest first."""
    tried: tuple[str, ...] = ()
    """What was tried in this episode: steps of guides and calls, oldest first."""
    mood: float = 0.0
    """That of the customer's last message, from -1 (upset) to 1 (pleased)."""
    upset: int = 0
    """How many messages in a row were upset."""
    intent: str | None = None
    acknowledged: bool = False
    """Whether the customer has been told since the hand-off that what they add is passed on."""
    skill: str | None = None
    reason: str | None = None
    priority: int = 0
    requested_at: int | None = None
    """When the customer first asked for the people who are to answer; it stays when an agent loses them again."""
    waiting_since: int | None = None
    """Since when nobody has them."""
    lost_by: str | None = None
    """The agent who had them before, where they wait again."""
    promised_at: int | None = None
    """By when somebody who waits out of hours was promised an answer."""
    assigned_at: int | None = None
    replied_at: int | None = None
    """When an agent first wrote since they asked."""
    unanswered_since: int | None = None
    """Since when the agent who has them owes a word."""
    surveyed: int = 0
    """The last episode after which feedback was asked for."""
    rated: int = 0
    """The last episode that was rated."""
    unhappy: bool = False
    """Whether the last rating was a bad one."""
    known_ref: str | None = None
    """Whose conversation it is, where the shop has said so."""
    customer: Mapping[str, Any] = {}
    """What the shop has said about that customer, with their `id` there."""
    name: str | None = None
    """What the customer wants to be called; never guessed."""
    blocked_by: str | None = None
    """Who has decided that the customer may not write any more."""
    simulated: bool = False
    locale: str | None = None
    """The language that the customer writes in or, before that is known, that of the page."""
    channel: str = "widget"
    started_at: int = 0
    last_time: int = 0

    @property
    def blocked(self) -> bool:
        """Whether the customer may not write any more."""
        return self.blocked_by is not None


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


def check_writer(state: State) -> None:
    """Raise Blocked where the customer may not write any more."""
    if state.blocked_by is not None:
        raise Blocked("you can't write here any more, as the staff have closed this to you")


def opens_episode(state: State, happening: Draft | Touchpoint) -> bool:
    """Whether this is the customer's message with which a new episode begins."""
    return (
        not state.episode_open and happening.type == "message.received" and happening.facts.get("variant") != "courtesy"
    )
