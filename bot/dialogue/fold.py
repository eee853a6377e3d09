"""From touchpoints to the state of a conversation: pure and total, also for what no rule of today would write."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.dialogue.state import UPSET, Owner, State, Task, advance, opens_episode
from bot.records import HIDDEN_FROM_CUSTOMERS, Draft, Touchpoint

NAME_SLOT = "customer_name"
"""The slot whose value is what the customer wants to be called."""

CONFIRM = "confirm"
WHAT = "what"
"""What a form asks for beside its slots: whether all is right, and which part isn't."""

MOST_TASKS = 3
"""How many forms and guides may be open; the one that was left longest ago is forgotten."""

REMEMBERED = 20
"""How many answers, and how many things tried, of an episode are remembered."""

Changes = dict[str, Any]


def fold(state: State, touchpoint: Touchpoint) -> State:
    """The state after one more touchpoint. Types it does not know change the `seq` alone."""
    changes = _EFFECTS.get(touchpoint.type, _nothing)(state, touchpoint)
    changes["seq"] = touchpoint.seq
    changes["last_time"] = touchpoint.time
    if touchpoint.type not in HIDDEN_FROM_CUSTOMERS:
        changes["visible_seq"] = touchpoint.seq
    changes["owner"] = advance(state.owner, touchpoint) or state.owner
    return state._replace(**changes)


def question_key(happening: Draft | Touchpoint) -> str:
    """What tells one question from another: asked again and again, they have the same key."""
    facts = happening.facts
    return f"{facts.get('intent')}/{facts.get('slot') or facts.get('step')}"


def answer_key(answer_id: object, about: object) -> str:
    """What tells one answer from another: given again about the same thing, they have the same key."""
    return f"{answer_id}/{about}"


_UNASKED: Changes = {"fallbacks": 0, "clarified": False, "offered": ()}
_FORGOTTEN: Changes = {
    "tasks": (),
    "asked_slot": None,
    "slots": (),
    "others": (),
    "asked": (),
    "given": (),
    "tried": (),
    "upset": 0,
}
_UNQUEUED: Changes = {
    "skill": None,
    "reason": None,
    "priority": 0,
    "requested_at": None,
    "replied_at": None,
    "unanswered_since": None,
    "waiting_since": None,
    "lost_by": None,
    "promised_at": None,
    "acknowledged": False,
}


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


def _received(state: State, touchpoint: Touchpoint) -> Changes:
    facts = touchpoint.facts
    changes: Changes = {}
    if opens_episode(state, touchpoint):
        changes = {
            **_UNASKED,
            **_FORGOTTEN,
            "episode": state.episode + 1,
            "episode_open": True,
            "opened_at": touchpoint.time,
            "opened_seq": touchpoint.seq,
            "opened_text": str(touchpoint.personal.get("text", "")),
            "closed_at": None,
            "intent": None,
            "offered": state.offered,
            "unhappy": False,
        }
    also = facts.get("also", ())
    if also:
        tasks = changes.get("tasks", state.tasks)
        waiting = [Task(intent) for intent in also]
        changes["tasks"] = (*(task for task in tasks if task.intent not in also), *waiting)[-MOST_TASKS:]
    if facts.get("in_scope"):
        changes["intent"] = facts.get("intent")
    if "language" in facts:
        changes["locale"] = facts["language"]
    mood = facts.get("mood")
    if mood is not None:
        changes["mood"] = mood
        changes["upset"] = changes.get("upset", state.upset) + 1 if mood <= UPSET else 0
    if state.owner is Owner.ASSIGNED and state.unanswered_since is None:
        changes["unanswered_since"] = touchpoint.time
    return changes


def _answered(state: State, touchpoint: Touchpoint) -> Changes:
    facts = touchpoint.facts
    variant = facts.get("variant")
    if variant == "acknowledgement":
        return {"acknowledged": True}
    if variant == "feedback":
        return {"offered": _offered(touchpoint)}
    done = facts.get("ends") or facts.get("answer_id")
    gone = (done, *facts.get("left", ()))
    forgotten = facts.get("forgotten", ())
    return {
        **_UNASKED,
        "offered": _offered(touchpoint),
        "tasks": (tasks := tuple(task for task in state.tasks if task.intent not in gone)),
        "asked_slot": state.asked_slot if tasks == state.tasks else None,
        "given": (*state.given, answer_key(facts.get("answer_id"), touchpoint.personal.get("about", "")))[-REMEMBERED:],
        "asked": tuple(one for one in state.asked if not one[0].startswith(f"{done}/")),
        "slots": tuple(one for one in state.slots if one[0] not in forgotten),
    }


def _clarified(state: State, touchpoint: Touchpoint) -> Changes:
    again = bool(touchpoint.facts.get("nearest"))
    return {
        "clarified": True,
        "fallbacks": state.fallbacks + again,
        "offered": _offered(touchpoint),
    }


def _questioned(state: State, touchpoint: Touchpoint) -> Changes:
    """A question of a form, or a step of a guide."""
    facts = touchpoint.facts
    intent = str(facts.get("intent"))
    task = Task(intent, facts.get("step"))
    gone = (intent, *facts.get("left", ()))
    key = question_key(touchpoint)
    asked = dict(state.asked)
    asked[key] = asked.get(key, 0) + 1
    tried = (*state.tried, f"{facts.get('guide')}/{task.step}") if task.step else state.tried
    return {
        "fallbacks": state.fallbacks + 1 if facts.get("again") else 0,
        "clarified": False,
        "offered": _offered(touchpoint),
        "tasks": (*(one for one in state.tasks if one.intent not in gone), task)[-MOST_TASKS:],
        "asked_slot": facts.get("slot"),
        "asked": tuple(asked.items()),
        "tried": tuple(dict.fromkeys(tried))[-REMEMBERED:],
    }


def _filled(state: State, touchpoint: Touchpoint) -> Changes:
    facts = touchpoint.facts
    slot, value = str(facts.get("slot")), touchpoint.personal.get("value")
    slots, others = dict(state.slots), dict(state.others)
    slots.pop(slot, None)  # so that the one filled last stands last
    others.pop(slot, None)
    if value is not None:
        slots[slot] = str(value)
    if touchpoint.personal.get("others"):
        others[slot] = tuple(touchpoint.personal["others"])
    changes: Changes = {
        "slots": tuple(slots.items()),
        "others": tuple(others.items()),
        "asked": tuple(one for one in state.asked if not _is_new(one[0], touchpoint)),
    }
    if slot == NAME_SLOT and value is not None:
        changes["name"] = str(value)
    return changes


def _is_new(key: str, filled: Touchpoint) -> bool:
    """Whether a question is a new one once a slot is filled: that slot's, and with a value every one of the form.

    Where a value was taken back, whether all is right is a new question, too.
    """
    name, _, about = key.partition("/")
    facts = filled.facts
    form = name == facts.get("intent") and ("value" in filled.personal or about in (CONFIRM, WHAT))
    return "kept" not in facts and (form or about == facts.get("slot"))


def called(facts: Mapping[str, Any]) -> str:
    """A call to the shop's systems and how it went, for the list of what was tried."""
    how = "failed" if facts.get("failed") else "found" if facts.get("found") else "unknown"
    return f"{facts.get('action')}/{how}"


def _called(state: State, touchpoint: Touchpoint) -> Changes:
    facts = touchpoint.facts
    forgotten = facts.get("forgotten", ())
    return {
        "tried": tuple(dict.fromkeys((*state.tried, called(facts))))[-REMEMBERED:],
        "slots": tuple(one for one in state.slots if one[0] not in forgotten),
    }


def _fell_back(state: State, touchpoint: Touchpoint) -> Changes:
    return {"fallbacks": state.fallbacks + 1, "clarified": False, "offered": _offered(touchpoint)}


def _queued(state: State, touchpoint: Touchpoint) -> Changes:
    facts = touchpoint.facts
    return {
        **_UNASKED,
        "tasks": (),
        "asked_slot": None,
        # What it is about, and not the wish for a person itself.
        "intent": facts.get("intent") if touchpoint.type == "handoff.requested" else state.intent,
        "agent_id": None,
        "lost_by": state.agent_id,
        "acknowledged": False,
        "unhappy": False,
        "skill": facts.get("skill", state.skill),
        # Why the customer came, not why an agent lost them.
        "reason": state.reason if touchpoint.type == "assignment.expired" else facts.get("reason", state.reason),
        "priority": facts.get("priority", state.priority),
        "requested_at": state.requested_at or touchpoint.time,
        "unanswered_since": None,
        "waiting_since": touchpoint.time,
        "promised_at": facts.get("promised_at"),
        "assigned_at": None,
    }


def _assigned(state: State, touchpoint: Touchpoint) -> Changes:
    return {
        "agent_id": touchpoint.facts.get("agent_id"),
        "assigned_at": touchpoint.time,
        "unanswered_since": touchpoint.time,
        "acknowledged": False,
    }


def _sent(state: State, touchpoint: Touchpoint) -> Changes:
    return {"replied_at": state.replied_at or touchpoint.time, "unanswered_since": None}


def _blocked(state: State, touchpoint: Touchpoint) -> Changes:
    return {"blocked_by": str(touchpoint.facts.get("agent_id", "")) if touchpoint.type == "customer.blocked" else None}


def _transferred(state: State, touchpoint: Touchpoint) -> Changes:
    return (_queued if touchpoint.facts.get("variant") == "skill" else _assigned)(state, touchpoint)


def _with_bot(state: State, touchpoint: Touchpoint) -> Changes:
    return {
        **_UNASKED,
        **_UNQUEUED,
        "tasks": (),
        "asked_slot": None,
        "asked": (),
        "given": (),
        "upset": 0,
        "agent_id": None,
        "assigned_at": None,
    }


def _closed(state: State, touchpoint: Touchpoint) -> Changes:
    return {
        **_with_bot(state, touchpoint),
        **_FORGOTTEN,
        "episode_open": False,
        "intent": None,
        "opened_at": None,
        "opened_seq": None,
        "opened_text": "",
        "closed_at": touchpoint.time,
    }


def _surveyed(state: State, touchpoint: Touchpoint) -> Changes:
    return {"surveyed": touchpoint.facts.get("rated_episode", state.episode)}


def _rated(state: State, touchpoint: Touchpoint) -> Changes:
    episode = touchpoint.facts.get("rated_episode", state.episode)
    return {"surveyed": episode, "rated": episode, "unhappy": bool(touchpoint.facts.get("bad"))}


def _identified(state: State, touchpoint: Touchpoint) -> Changes:
    said = touchpoint.personal
    changes: Changes = {"known_ref": touchpoint.facts.get("known_ref"), "customer": said}
    if said.get("personalise") is True and said.get("name"):
        changes["name"] = str(said["name"])
    return changes


def _unlinked(state: State, touchpoint: Touchpoint) -> Changes:
    return {"known_ref": None, "customer": {}, "name": None}


_EFFECTS: Mapping[str, Callable[[State, Touchpoint], Changes]] = {
    "conversation.started": _started,
    "message.received": _received,
    "answer.given": _answered,
    "clarification.asked": _clarified,
    "slot.asked": _questioned,
    "step.given": _questioned,
    "slot.filled": _filled,
    "action.called": _called,
    "fallback.given": _fell_back,
    "handoff.requested": _queued,
    "handoff.cancelled": _with_bot,
    "conversation.assigned": _assigned,
    "conversation.transferred": _transferred,
    "conversation.taken_over": _assigned,
    "conversation.returned": _with_bot,
    "message.sent": _sent,
    "customer.blocked": _blocked,
    "customer.unblocked": _blocked,
    "assignment.expired": _queued,
    "episode.closed": _closed,
    "feedback.offered": _surveyed,
    "feedback.dismissed": _surveyed,
    "feedback.given": _rated,
    "identity.linked": _identified,
    "identity.unlinked": _unlinked,
}
