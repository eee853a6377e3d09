"""What the shop says about people themselves: that a visitor is a customer, that it isn't so, what they consent to."""

from collections.abc import Callable
from typing import Any

from bot.errors import NotFound, Refused
from bot.outside.storing import Storing, link
from bot.records import Touchpoint, new_id
from bot.touchpoints.consent import Purpose, consent_row
from bot.touchpoints.identities import Id, Identities, Kind
from bot.touchpoints.log import Change, Drop, TouchpointLog, customer_stream
from bot.touchpoints.race import decided_again

BUSY = "too much is reported of this customer at once; try again in a moment"


class People:
    """Links, unlinks and consents, as touchpoints: nothing that was recorded before is rewritten."""

    def __init__(self, log: TouchpointLog, storing: Storing, identities: Identities, clock: Callable[[], int]) -> None:
        self._log = log
        self._storing = storing
        self._identities = identities
        self._clock = clock

    async def link(self, anonymous_id: str, customer_id: str) -> bool:
        """Say that a visitor is a customer; false where it was said before.

        Raises Refused where the visitor is known to be another customer: that has to be undone first.
        """
        visitor, customer = Id(Kind.VISITOR, anonymous_id), Id(Kind.CUSTOMER, customer_id)

        async def attempt() -> bool:
            refs = await self._storing.refs_of([visitor, customer])
            for row in await self._log.rows("linked_visitor", {"customer_ref": refs[visitor]}):
                if row["known_ref"] != refs[customer]:
                    raise Refused("this visitor is linked to another customer; unlink them first")
                return False
            group = link(refs[visitor], refs[customer], "declared", self._clock())
            await self._storing.append(customer_stream(refs[visitor]), group)
            return True

        return await decided_again(attempt, BUSY)

    async def unlink(self, anonymous_id: str) -> bool:
        """Undo it: what was reported of the visitor is theirs alone again. False where they are linked to nobody.

        Raises NotFound for a visitor of whom nothing was ever reported.
        """
        ref = await self._identities.ref(Id(Kind.VISITOR, anonymous_id))
        if ref is None:
            raise NotFound("nothing was ever reported of this visitor")

        async def attempt() -> bool:
            rows = await self._log.rows("linked_visitor", {"customer_ref": ref})
            if not rows:
                return False
            facts = {"actor_kind": "system", "known_ref": rows[0]["known_ref"], "method": "declared"}
            await self._note(ref, "identity.unlinked", facts, Drop("linked_visitor", {"customer_ref": ref}))
            return True

        return await decided_again(attempt, BUSY)

    async def consent(self, who: Id, purpose: Purpose, given: bool) -> bool:
        """Record that a customer or visitor consents to a purpose or doesn't; false where that was so before."""

        async def attempt() -> bool:
            ref = (await self._storing.refs_of([who]))[who]
            rows = await self._log.rows("consent", {"customer_ref": ref, "purpose": purpose.value})
            if rows and bool(rows[0]["given"]) == given:
                return False
            facts = {"actor_kind": "customer", "purpose": purpose.value}
            change = consent_row(ref, purpose, given, self._clock())
            await self._note(ref, "consent.given" if given else "consent.withdrawn", facts, change)
            return True

        return await decided_again(attempt, BUSY)

    async def _note(self, customer_ref: str, type_: str, facts: dict[str, Any], change: Change) -> None:
        """Append one touchpoint to a customer's stream with the row that follows; raises Conflict."""
        stream = customer_stream(customer_ref)
        head = await self._log.head(stream)
        touchpoint = Touchpoint(new_id(), stream, head + 1, type_, self._clock(), facts, {}, customer_ref)
        await self._log.append(stream, head, [touchpoint], [change])
