"""Which conversations are one customer's: their own, and those that were linked to them later."""

from bot.dialogue.state import Owner
from bot.touchpoints.log import TouchpointLog, Value

ConversationRow = dict[str, Value]


async def conversations_of(log: TouchpointLog, customer_ref: str) -> list[ConversationRow]:
    """The rows of `conversation` of a customer, the one that began last first."""
    rows = {str(row["conversation_id"]): row for row in await log.rows("conversation", {"customer_ref": customer_ref})}
    for link in await log.rows("linked", {"known_ref": customer_ref}):
        for row in await log.rows("conversation", {"conversation_id": link["conversation_id"]}):
            rows[str(row["conversation_id"])] = row
    return sorted(rows.values(), key=lambda row: (_time(row["started_at"]), str(row["conversation_id"])), reverse=True)


async def open_conversation_of(log: TouchpointLog, customer_ref: str) -> str | None:
    """The conversation that a customer has open; of several, as linking allows, the one that was opened last."""
    open_ = [row for row in await conversations_of(log, customer_ref) if row["owner"] != Owner.CLOSED.value]
    if not open_:
        return None
    last = max(open_, key=lambda row: _time(row["opened_at"]) or _time(row["started_at"]))
    return str(last["conversation_id"])


def _time(value: Value) -> int:
    return int(value or 0)
