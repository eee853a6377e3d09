"""How a conversation begins, and how it comes to belong to a customer the shop knows."""

import asyncio
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.conversations.conversation import Conversation, Conversations, Outcome, fingerprint
from bot.conversations.customers import open_conversation_of
from bot.conversations.serving import Serving
from bot.dialogue import speech
from bot.dialogue.state import State, check_writer
from bot.errors import Blocked, Forbidden, Refused
from bot.records import Draft, Touchpoint, new_id
from bot.touchpoints.consent import Purpose, has
from bot.touchpoints.identities import Digests
from bot.touchpoints.log import Change, Put, TouchpointLog, Value, conversation_stream
from bot.touchpoints.race import decided_again
from bot.touchpoints.sealing import Vault

RETRIED_WITHIN = 24 * 3600 * 1000
"""How long, in milliseconds, a `client_id` gets back the conversation it began, and with it the token."""

BELONGS = "this conversation belongs to another customer already; begin a new one"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the shop says its visitor is; `hash` proves that the shop said so, until `expires` (Unix seconds)."""

    id: str
    hash: str
    expires: int
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Begun:
    """A conversation that a customer may go on with, and whether it is new."""

    conversation_id: str
    touchpoints: Sequence[Touchpoint]
    new: bool


class Start:
    """Begins conversations and links them to known customers."""

    def __init__(
        self,
        conversations: Conversations,
        vault: Vault,
        serving: Serving,
        secret: bytes,
        identity_secret: bytes,
        simulated: bool = False,
    ) -> None:
        self._conversations = conversations
        self._log: TouchpointLog = conversations.log
        self._clock: Callable[[], int] = conversations.clock
        self._vault = vault
        self._serving = serving
        self._digests = Digests(secret)
        self._identity_secret = identity_secret
        self._simulated = simulated

    async def begin(
        self, client_id: str | None, locale: str | None, page: str | None, identity: Identity | None
    ) -> Begun:
        """A new conversation, or the one that this `client_id` began before or that this customer has open.

        Raises Forbidden for an identity that is wrong or out of date, and Blocked for a customer who may not write.
        """
        if identity is not None:
            self._verify(identity)
        # With who the shop says it is in it: a client_id opens nothing for somebody else.
        started_by = (
            self._digests.of("client", f"{client_id}\n{identity.id if identity else ''}") if client_id else None
        )

        async def attempt() -> Begun:
            if started_by:
                begun = await self._log.rows("conversation", {"started_by": started_by})
                if begun:
                    return await self._repeated(begun[0], locale, page, 1 if identity is None else 2)
            customer_ref, links = None, None
            if identity is not None:
                known = await self._log.rows("identity", {"digest": self._digests.of("customer", identity.id)})
                if known:
                    customer_ref = str(known[0]["customer_ref"])
                    if found := await open_conversation_of(self._log, customer_ref):
                        return await self._existing(found, None)
                    await self._check_blocked(customer_ref)
                links = identity
            return await self._new(started_by, locale, page, customer_ref, links)

        # Where somebody began the same one meanwhile, the next round finds it.
        busy = "too many conversations begin for this customer at once; try again in a moment"
        return await decided_again(attempt, busy)

    async def identify(self, conversation_id: str, client_id: str | None, identity: Identity) -> Outcome:
        """Link a conversation to a customer the shop knows.

        Raises Forbidden for an identity that is wrong or out of date, Refused where it belongs to another one already.
        """
        self._verify(identity)
        digest = self._digests.of("customer", identity.id)

        async def attempt() -> Outcome:
            known = await self._log.rows("identity", {"digest": digest})
            if known:
                await self._check_blocked(str(known[0]["customer_ref"]))
            own_ref = (await self._conversations.get(conversation_id)).customer_ref
            if not known and await self._log.rows("identity", {"customer_ref": own_ref}):
                raise Refused(BELONGS)
            known_ref = str(known[0]["customer_ref"]) if known else own_ref
            linked = await self._linked(known_ref, identity)
            # Who the customer is and that the conversation is theirs are written together or not at all.
            changes = () if known else (Put("identity", {"digest": digest, "customer_ref": own_ref}, new=True),)

            async def link(state: State) -> Sequence[Draft]:
                check_writer(state)
                if state.known_ref not in (None, known_ref):
                    raise Refused(BELONGS)
                return () if state.known_ref else (linked,)

            asked = fingerprint("identity", identity.id)
            return await self._conversations.act(conversation_id, link, client_id, asked, changes)

        # Where the same customer was identified elsewhere meanwhile, the next round finds it.
        busy = "this customer is being identified in many places at once; try again in a moment"
        return await decided_again(attempt, busy)

    async def release(self, conversation_id: str) -> Outcome:
        """Undo a link that was a mistake: the conversation is whoever began it again. Nothing where there is none.

        Raises NotFound, and Refused where the conversation began with the customer who was known then.
        """
        own_ref = (await self._conversations.get(conversation_id)).customer_ref

        async def unlink(state: State) -> Sequence[Draft]:
            if state.known_ref is None:
                return ()
            if state.known_ref == own_ref:
                raise Refused("this conversation began as the customer's own, so it is nobody else's")
            return (Draft("identity.unlinked", {"actor_kind": "system", "known_ref": state.known_ref}),)

        return await self._conversations.act(conversation_id, unlink)

    async def _new(
        self,
        started_by: str | None,
        locale: str | None,
        page: str | None,
        customer_ref: str | None,
        identity: Identity | None,
    ) -> Begun:
        changes: list[Change] = []
        if customer_ref is None:
            customer_ref = new_id()
            await asyncio.to_thread(self._vault.create, customer_ref)
            if identity is not None:
                digest = self._digests.of("customer", identity.id)
                changes.append(Put("identity", {"digest": digest, "customer_ref": customer_ref}, new=True))
        conversation_id = new_id()
        changes.append(Put("token_use", {"conversation_id": conversation_id, "used_at": self._clock()}))
        drafts = [speech.greeting(self._serving.content, locale, page, started_by, self._simulated)]
        if identity is not None:
            drafts.append(await self._linked(customer_ref, identity))
        conversation = Conversation(conversation_id, conversation_stream(conversation_id), customer_ref, started_by)
        return Begun(conversation_id, await self._conversations.start(conversation, drafts, changes), new=True)

    async def _repeated(self, row: Mapping[str, Value], locale: str | None, page: str | None, limit: int) -> Begun:
        """What this `client_id` began; raises Refused where that is over, or was asked for in other words."""
        if self._clock() - int(row["started_at"] or 0) > RETRIED_WITHIN:
            raise Refused("this client_id began a conversation long ago; make a new one")
        if await self._log.rows("erased", {"customer_ref": str(row["customer_ref"])}):
            raise Refused("what this client_id began was erased with its customer; make a new one")
        conversation_id = str(row["conversation_id"])
        [first] = await self._log.read(conversation_stream(conversation_id), 0, 1)
        if (first.facts.get("locale"), first.personal.get("page")) != (locale, page or None):
            raise Refused("this client_id began a conversation with another locale or page; make a new one")
        return await self._existing(conversation_id, limit)

    async def _existing(self, conversation_id: str, limit: int | None) -> Begun:
        touchpoints = await self._log.read(conversation_stream(conversation_id), 0, limit or 500)
        # Its token is given out once more, so its 30 days begin anew.
        await self._log.write([Put("token_use", {"conversation_id": conversation_id, "used_at": self._clock()})])
        return Begun(conversation_id, touchpoints, new=False)

    async def _check_blocked(self, customer_ref: str) -> None:
        if await self._log.rows("blocked", {"customer_ref": customer_ref}):
            raise Blocked("you can't begin another conversation, as the staff have closed this to you")

    def _verify(self, identity: Identity) -> None:
        message = f"{identity.id}\n{identity.expires}".encode()
        expected = hmac.digest(self._identity_secret, message, "sha256").hex()
        if not hmac.compare_digest(expected, identity.hash.lower().encode("ascii", "replace").decode()):
            raise Forbidden("customer.hash is not the HMAC-SHA256 of id and expires under the identity secret")
        if identity.expires * 1000 < self._clock():
            raise Forbidden("customer.expires has passed; have the shop sign a new one")

    async def _linked(self, known_ref: str, identity: Identity) -> Draft:
        """The link to a customer. What they consented to themselves goes before what the page says of it."""
        details = dict(identity.details)
        consents = await has(self._log, [known_ref], Purpose.PERSONALISE)
        if consents is not None:
            details["personalise"] = consents
        facts = {"actor_kind": "system", "known_ref": known_ref, "method": "hash"}
        return Draft("identity.linked", facts, {"id": identity.id, **details})
