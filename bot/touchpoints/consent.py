"""What customers have consented to, or refused: one row a customer and purpose, changed with a touchpoint.

Where nothing was recorded, the shop's own notice decides, and the bot does what it says in `docs/privacy.md`.
"""

from collections.abc import Collection
from enum import StrEnum

from bot.touchpoints.log import Put, TouchpointLog


class Purpose(StrEnum):
    """What a customer can consent to or refuse."""

    ANALYSIS = "analysis"
    """That what they write is read for analysis and training, with what identifies them taken out."""
    PERSONALISE = "personalise"
    """That the bot calls them by name and uses what the shop says about them."""


def consent_row(customer_ref: str, purpose: Purpose, given: bool, now: int) -> Put:
    """The change by which a consent is remembered."""
    row = {"customer_ref": customer_ref, "purpose": purpose.value, "given": int(given), "changed_at": now}
    return Put("consent", row)


async def refused(log: TouchpointLog, purpose: Purpose) -> frozenset[str]:
    """The `customer_ref` of everybody who has refused a purpose, with the visitors and conversations known as theirs.

    One set for many look-ups: refusals are few.
    """
    rows = await log.rows("consent", {"purpose": purpose.value, "given": 0})
    refs = {str(row["customer_ref"]) for row in rows}
    if not refs:
        return frozenset()
    linked = await log.rows("linked_visitor", {"known_ref": sorted(refs)})
    links = await log.rows("linked", {"known_ref": sorted(refs)})
    begun = await log.rows("conversation", {"conversation_id": [row["conversation_id"] for row in links]})
    return frozenset(refs.union(str(row["customer_ref"]) for row in (*linked, *begun)))


async def has(log: TouchpointLog, customer_refs: Collection[str], purpose: Purpose) -> bool | None:
    """Whether one of these consents to a purpose, None where nothing was recorded; a refusal of any of them counts."""
    rows = await log.rows("consent", {"customer_ref": list(customer_refs), "purpose": purpose.value})
    return all(bool(row["given"]) for row in rows) if rows else None
