"""Who is who: the shop's own ids of customers and visitors, as keyed digests, and our random `customer_ref` of each."""

import hmac
from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple

from bot.touchpoints.log import Put, TouchpointLog
from bot.touchpoints.sealing import derive_key

ASKED_AT_ONCE = 500
"""How many values one query asks for; SQLite takes 32,766."""


class Kind(StrEnum):
    """What an id of the shop's is of. They are told apart: a visitor's cookie is nobody's customer number.

    Of a `source` is what a system reports of nobody in particular.
    """

    CUSTOMER = "customer"
    VISITOR = "visitor"
    SOURCE = "source"


class Id(NamedTuple):
    """Somebody as the shop knows them."""

    kind: Kind
    value: str


class Digests:
    """Keyed digests, by which a value that is never stored is found again. They say nothing without the secret."""

    def __init__(self, secret: bytes) -> None:
        self._key = derive_key(secret, "digests")

    def of(self, purpose: str, value: str) -> str:
        """The hex digest of a value for one purpose."""
        return self.raw(purpose, value).hex()

    def raw(self, purpose: str, value: str) -> bytes:
        """As `of`, as 32 bytes."""
        return hmac.digest(self._key, f"{purpose}\n{value}".encode("utf-8", "surrogatepass"), "sha256")


class Identities:
    """Finds the `customer_ref` of the shop's ids, and what belongs to one."""

    def __init__(self, log: TouchpointLog, digests: Digests) -> None:
        self._log = log
        self._digests = digests

    async def refs(self, ids: Collection[Id]) -> dict[Id, str]:
        """The `customer_ref` of each id that is known."""
        by_digest = {self._digests.of(one.kind, one.value): one for one in ids}
        found: dict[Id, str] = {}
        wanted = list(by_digest)
        for start in range(0, len(wanted), ASKED_AT_ONCE):
            for row in await self._log.rows("identity", {"digest": wanted[start : start + ASKED_AT_ONCE]}):
                found[by_digest[str(row["digest"])]] = str(row["customer_ref"])
        return found

    async def ref(self, one: Id) -> str | None:
        """The `customer_ref` of an id, None for an unknown one."""
        return (await self.refs([one])).get(one)

    def new(self, one: Id, customer_ref: str) -> Put:
        """The change by which an id comes to be known; a conflict where it is meanwhile."""
        return Put(
            "identity", {"digest": self._digests.of(one.kind, one.value), "customer_ref": customer_ref}, new=True
        )

    async def exist(self, refs: Collection[str]) -> set[str]:
        """Those of some `customer_ref` that are known here, by the shop's id or by a conversation."""
        wanted = list(refs)
        found: set[str] = set()
        for start in range(0, len(wanted), ASKED_AT_ONCE):
            for table in ("identity", "conversation"):
                rows = await self._log.rows(table, {"customer_ref": wanted[start : start + ASKED_AT_ONCE]})
                found.update(str(row["customer_ref"]) for row in rows)
        return found

    async def visitors_of(self, known_refs: Collection[str]) -> list[str]:
        """The visitors who are known to be one of these customers."""
        return [str(row["customer_ref"]) for row in await self._log.rows("linked_visitor", {"known_ref": known_refs})]

    async def customer_of(self, customer_ref: str) -> str:
        """The customer whom a visitor or the beginner of a conversation is known to be; else whom was given."""
        for row in await self._log.rows("linked_visitor", {"customer_ref": customer_ref}):
            return str(row["known_ref"])
        begun = await self._log.rows("conversation", {"customer_ref": customer_ref})
        for link in await self._log.rows("linked", {"conversation_id": [row["conversation_id"] for row in begun]}):
            return str(link["known_ref"])
        return customer_ref
