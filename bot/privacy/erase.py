"""Erasing a customer: the key, the links and what was derived, while every count stays.

The order matters. The tombstone is on the disk before anything is destroyed, so that an erasure that was cut off can be
ended; what it is found by goes last. Doing it again does what was left.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.conversations.conversation import Conversations
from bot.dialogue.state import Owner, State
from bot.privacy.person import Person
from bot.records import Draft, Touchpoint, new_id
from bot.touchpoints.log import Change, Drop, Put, TouchpointLog, customer_stream
from bot.touchpoints.race import decided_again
from bot.touchpoints.sealing import Vault

TOGETHER = 500
"""So many rows are dropped in one transaction, so that a running server waits for none of them."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased: how many conversations, and how many touchpoints lost their content."""

    customer_ref: str
    conversations: int
    touchpoints: int


class Eraser:
    """Erases customers, whether a server runs beside it or not."""

    def __init__(
        self, log: TouchpointLog, vault: Vault, conversations: Conversations, clock: Callable[[], int]
    ) -> None:
        self._log = log
        self._vault = vault
        self._conversations = conversations
        self._clock = clock

    async def erase(self, person: Person) -> Erased:
        """Erase a person; raises Unavailable where the database can't be written, and then can be done again."""
        for ref in person.refs:
            await self._bury(ref, person.customer_ref)
        self._vault.destroy(*person.refs)
        for conversation_id in person.conversations:
            await self._conversations.act(conversation_id, _end)
        positions = [one for stream in person.streams for one in await self._positions(stream)]
        positions = await self._with_content([*positions, *await self._said_elsewhere(person)])
        await self._drop(Drop("personal", {"position": one}) for one in positions)
        await self._drop(Drop("token_use", {"conversation_id": one}) for one in person.conversations)
        await self._drop(
            Drop(table, {column: ref})
            for ref in person.refs
            for table, column in (
                ("consent", "customer_ref"),
                ("blocked", "customer_ref"),
                ("linked_visitor", "customer_ref"),
                ("linked_visitor", "known_ref"),
                ("linked", "known_ref"),
                ("identity", "customer_ref"),
            )
        )
        await self._log.settle()
        return Erased(person.customer_ref, len(person.conversations), len(positions))

    async def erase_again(self) -> int:
        """Erase whoever was erased before a copy of the database was put back; how many those were."""
        buried = {str(row["customer_ref"]) for row in await self._log.rows("erased")}
        self._vault.destroy(*buried)
        left = sorted(self._vault.erased())
        for ref in left:
            begun = await self._log.rows("conversation", {"customer_ref": ref})
            await self.erase(Person((ref,), tuple(str(row["conversation_id"]) for row in begun)))
        return len(left)

    async def _bury(self, customer_ref: str, known_ref: str) -> None:
        """Put up the tombstone, once."""
        stream = customer_stream(customer_ref)
        facts = {"actor_kind": "system", "customer_ref": customer_ref, "known_ref": known_ref}

        async def attempt() -> None:
            if await self._log.rows("erased", {"customer_ref": customer_ref}):
                return
            head, now = await self._log.head(stream), self._clock()
            tombstone = Touchpoint(new_id(), stream, head + 1, "customer.erased", now, facts, {}, customer_ref)
            row = Put("erased", {"customer_ref": customer_ref, "erased_at": now}, new=True)
            await self._log.append(stream, head, [tombstone], [row])

        await decided_again(attempt, "too much is reported of this customer at once; try again in a moment")

    async def _positions(self, stream: str) -> list[int]:
        return [one.position for one in await self._log.read(stream)]

    async def _with_content(self, positions: Sequence[int]) -> list[int]:
        found: list[int] = []
        for start in range(0, len(positions), TOGETHER):
            rows = await self._log.rows("personal", {"position": positions[start : start + TOGETHER]})
            found += [int(row["position"] or 0) for row in rows]
        return found

    async def _said_elsewhere(self, person: Person) -> list[int]:
        """Where other streams say who this person is: those of conversations that were taken for theirs for a time."""
        streams, refs, found, before = set(person.streams), set(person.refs), [], None
        while page := await self._log.backwards(before, 1000, ["identity.linked"]):
            before = page[-1].position
            found += [one.position for one in page if one.facts.get("known_ref") in refs and one.stream not in streams]
        return found

    async def _drop(self, changes: Iterable[Change]) -> None:
        waiting = list(changes)
        for start in range(0, len(waiting), TOGETHER):
            await self._log.write(waiting[start : start + TOGETHER])


async def _end(state: State) -> list[Draft]:
    """The end of what is still open: nobody is left to be helped."""
    if state.owner is Owner.CLOSED:
        return []
    return [Draft("episode.closed", {"actor_kind": "system", "reason": "erased"})]
