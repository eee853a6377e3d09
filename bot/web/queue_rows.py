"""The queue's rows as agents see them."""

from collections.abc import Iterable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from bot.agents.queue import View, Waiting
from bot.agents.targets import Targets
from bot.records import timestamp
from bot.web.services import Services

Row = dict[str, Any]

_made: WeakKeyDictionary[View, tuple[int, Mapping[str, Row]]] = WeakKeyDictionary()
"""The rows of a view without what is in the conversations, and the second in which they were made."""

FIRST_LINES = 100
"""So many rows of a list show what the customer wrote; nobody reads further down before the list has moved."""


async def queue_rows(services: Services, view: View, shown: Iterable[Waiting]) -> list[Row]:
    """Rows in the order given; the first of them with a glance into the conversation."""
    known = await _all(services, view)
    rows = [known[one.conversation_id] for one in shown]
    for number, row in enumerate(rows[:FIRST_LINES]):
        rows[number] = row | await _glance(services, row["conversation_id"])
    return rows


async def _all(services: Services, view: View) -> Mapping[str, Row]:
    """Every row of a view, made once a second for all who look: fifty consoles ask for the same at once."""
    now = services.conversations.clock()
    made = _made.get(view)
    if made is None or made[0] != now // 1000:
        names = {account.id: account.name for account in await services.accounts.all()}
        targets = services.desk.targets()
        rows = {key: _row(one, view.place(key), names, targets, now) for key, one in view.rows.items()}
        made = _made[view] = now // 1000, rows
    return made[1]


def _row(one: Waiting, place: int | None, names: Mapping[str, str], targets: Targets, now: int) -> Row:
    due = targets.due(one.requested_at, one.replied_at, now)
    row: Row = {
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
        row["replied"] = one.replied_at is not None
    return row


async def _glance(services: Services, conversation_id: str) -> Row:
    """What a row shows of the conversation: who it is, what they came with, their mood, a promise."""
    state = (await services.conversations.get(conversation_id)).state
    glance: Row = {"first_line": state.opened_text[:120], "mood": state.mood}
    name = state.name or state.customer.get("name")
    if name:
        glance["customer_name"] = name
    if state.promised_at is not None:
        glance["promised_by"] = timestamp(state.promised_at)
    return glance


def _seconds(milliseconds: int) -> float:
    return round(milliseconds / 1000, 1)
