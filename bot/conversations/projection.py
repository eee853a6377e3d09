"""The rows beside the log that follow from a conversation's state: computed as data, written with the append."""

from bot.dialogue.state import Owner, State
from bot.touchpoints.log import Change, Drop, Put

PRIORITY_IS_WORTH = 10 * 60_000
"""One step of priority is worth so many milliseconds of waiting: the urgent go first, and nobody waits for ever."""

WITH_PEOPLE = (Owner.QUEUED, Owner.ASSIGNED)


def projected(
    conversation_id: str, customer_ref: str, started_by: str | None, before: State, after: State
) -> tuple[Change, ...]:
    """What changes in the rows that follow from conversations, between two states of one; mostly nothing."""
    changes: list[Change] = []
    if before.seq == 0 or (before.owner, before.opened_at) != (after.owner, after.opened_at):
        row = {
            "conversation_id": conversation_id,
            "customer_ref": customer_ref,
            "started_by": started_by,
            "started_at": after.started_at,
            "owner": after.owner.value,
            "opened_at": after.opened_at,
        }
        changes.append(Put("conversation", row))
    if before.known_ref != after.known_ref:
        changes.append(_link(conversation_id, customer_ref, after))
    if before.blocked_by != after.blocked_by and after.known_ref is not None:
        changes.append(_block(after.known_ref, after))
    if after.owner in WITH_PEOPLE:
        if before.owner not in WITH_PEOPLE or _place(before) != _place(after):
            changes.append(Put("queue", {"conversation_id": conversation_id, **_place(after)}))
    elif before.owner in WITH_PEOPLE:
        changes.append(Drop("queue", {"conversation_id": conversation_id}))
    return tuple(changes)


def _link(conversation_id: str, customer_ref: str, state: State) -> Change:
    """Whose it is by what the shop said; only where that isn't the customer it began with already."""
    if state.known_ref in (None, customer_ref):
        return Drop("linked", {"conversation_id": conversation_id})
    return Put("linked", {"conversation_id": conversation_id, "known_ref": state.known_ref})


def _block(known_ref: str, state: State) -> Change:
    if state.blocked_by is None:
        return Drop("blocked", {"customer_ref": known_ref})
    return Put("blocked", {"customer_ref": known_ref, "blocked_at": state.last_time, "agent_id": state.blocked_by})


def _place(state: State) -> dict[str, str | int | None]:
    requested_at = state.requested_at or state.last_time
    return {
        "skill": state.skill or "general",
        "priority": state.priority,
        "reason": state.reason or "requested",
        "intent": state.intent,
        "language": (state.locale or "").lower().partition("-")[0] or None,
        "requested_at": requested_at,
        "waiting_since": state.waiting_since or state.last_time,
        "place_at": requested_at - state.priority * PRIORITY_IS_WORTH,
        "agent_id": state.agent_id,
        "assigned_at": state.assigned_at,
        "replied_at": state.replied_at,
        "unanswered_since": state.unanswered_since,
    }
