"""The queue's rows as agents see them."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.agents.queue import View, Waiting
from bot.agents.targets import Targets
from bot.records import timestamp
from bot.web.services import Services

FIRST_LINES = 100
"""So many rows of a list show what the customer wrote; nobody reads further down before the list has moved."""


async def queue_rows(services: Services, view: View, shown: Iterable[Waiting]) -> list[dict[str, Any]]:
    """Rows in the order given; the first of them with a glance into the conversation."""
    names = {account.id: account.name for account in await services.accounts.all()}
    now, targets = services.conversations.clock(), services.desk.targets()
    rows = [_row(one, view.place(one.conversation_id), names, targets, now) for one in shown]
    for row in rows[:FIRST_LINES]:
        row |= await _glance(services, row["conversation_id"])
    return rows


def _row(one: Waiting, place: int | None, names: Mapping[str, str], targets: Targets, now: int) -> dict[str, Any]:
    due = targets.due(one.requested_at, one.replied_at, now)
    row: dict[str, Any] = {
        "conversation_id": one.conversation_id,
        "skill": one.skill,
        "priority": one.priority,
        "reason": one.reason,
        "intent": one.intent,
        "language": one.language,
        "waiting_s": _seconds(now - one.requested_at),
        "place": place,
        "at_risk": due.risk,
    }
    for name, moment in (("first_reply_due", due.first_reply), ("resolution_due", due.resolution)):
        if moment is not None:
            row[name] = timestamp(moment)
    if one.agent_id is not None:
        row["agent"] = {"id": one.agent_id, "name": names.get(one.agent_id)}
        owed = one.unanswered_since
        row["unanswered_s"] = _seconds(now - owed) if owed is not None else None
    return row


async def _glance(services: Services, conversation_id: str) -> dict[str, Any]:
    """What a row shows of the conversation: who it is, what they came with, their mood, a promise."""
    state = (await services.conversations.get(conversation_id)).state
    glance: dict[str, Any] = {"first_line": state.opened_text[:120], "mood": state.mood}
    name = state.name or state.customer.get("name")
    if name:
        glance["customer_name"] = name
    if state.promised_at is not None:
        glance["promised_by"] = timestamp(state.promised_at)
    return glance


def _seconds(milliseconds: int) -> float:
    return round(milliseconds / 1000, 1)
