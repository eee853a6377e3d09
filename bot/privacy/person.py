"""Everything under which one person is known here."""

from dataclasses import dataclass

from bot.conversations.customers import conversations_of
from bot.errors import NotFound
from bot.touchpoints.identities import Id, Identities, Kind
from bot.touchpoints.log import TouchpointLog, conversation_stream, customer_stream


@dataclass(frozen=True, slots=True)
class Person:
    """A customer with what is theirs: `refs` begins with the one that they are known by, the others came to be theirs.

    The others are of visitors and of conversations that were linked to them later.
    """

    refs: tuple[str, ...]
    conversations: tuple[str, ...]

    @property
    def customer_ref(self) -> str:
        """The one they are known by."""
        return self.refs[0]

    @property
    def streams(self) -> list[str]:
        """The streams that hold what is recorded of them."""
        return [*map(conversation_stream, self.conversations), *map(customer_stream, self.refs)]


async def find_person(log: TouchpointLog, identities: Identities, customer: str) -> Person:
    """The person whom the shop knows by an id, or this bot by a `customer_ref`; raises NotFound.

    An id of a customer goes before one of a visitor.
    """
    known = await identities.refs([Id(Kind.CUSTOMER, customer), Id(Kind.VISITOR, customer)])
    ref = next(
        iter([known[one] for one in (Id(Kind.CUSTOMER, customer), Id(Kind.VISITOR, customer)) if one in known]), ""
    )
    if not ref and await _is_ref(log, identities, customer):
        ref = customer
    if not ref:
        raise NotFound(
            f"there is no customer {customer!r}: give the shop's own id, or the customer_ref; "
            "who has been erased is known by the customer_ref alone"
        )
    known_ref = await identities.customer_of(ref)
    conversations = await conversations_of(log, known_ref)
    own = [str(row["customer_ref"]) for row in conversations]
    refs = dict.fromkeys((known_ref, ref, *own, *await identities.visitors_of([known_ref])))
    return Person(tuple(refs), tuple(str(row["conversation_id"]) for row in conversations))


async def _is_ref(log: TouchpointLog, identities: Identities, text: str) -> bool:
    return bool(await identities.exist([text]) or await log.rows("erased", {"customer_ref": text}))
