"""Conversations in memory, and the one way to add to them: decide on what really happened, append, tell.

Everything here can be thrown away at any time; the log is what counts.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from time import monotonic

from bot.conversations.projection import projected
from bot.dialogue.fold import fold
from bot.dialogue.state import State, check, opens_episode
from bot.errors import Conflict, NotFound, Refused, Unavailable
from bot.records import HIDDEN_FROM_CUSTOMERS, Draft, Touchpoint, new_id
from bot.touchpoints.hints import Hint, Hints
from bot.touchpoints.log import Change, TouchpointLog, conversation_stream
from bot.touchpoints.race import ATTEMPTS

KEPT = 2000
IDLE_AFTER = 15 * 60.0
"""Seconds. Whoever comes back later is read anew: what is kept goes with how busy it is, and not with the day."""
LOOKED_AT = 64

REPLIES = frozenset(
    {"answer.given", "clarification.asked", "slot.asked", "step.given", "fallback.given", "handoff.requested"}
)
"""What the bot says to a message: each has `latency_ms`, the time from when the message came in to the append."""

USED_BEFORE = "this client_id was used before for something else; make a new one for each thing you send"

Decide = Callable[[State], Awaitable[Sequence[Draft]]]
"""What a flow does: from the state as it really is to what shall happen. It is called again after a lost race."""


def fingerprint(*parts: str | None) -> str:
    """A short digest of what a client sent, to tell a retry from something else under the same `client_id`."""
    return blake2b("\0".join(part or "" for part in parts).encode("utf-8", "replace"), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Receipt:
    """The touchpoints that one `client_id` caused: those after `after` up to `last`.

    `fingerprint` is personal content, as a text can be guessed from it: None once the customer has been erased.
    """

    after: int
    last: int
    fingerprint: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act caused, and whether that was in an earlier call with the same `client_id`."""

    touchpoints: Sequence[Touchpoint]
    again: bool = False


@dataclass(slots=True, eq=False)
class Conversation:
    """A conversation's state and receipts, folded up to `state.seq`."""

    id: str
    stream: str
    customer_ref: str = ""
    started_by: str | None = None
    state: State = field(default_factory=State)
    receipts: dict[str, Receipt] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    used_at: float = field(default_factory=monotonic)
    customer_read: int = 0
    """Up to which `seq` the customer has seen it, as far as this process was told; no log keeps it."""

    def take(self, touchpoints: Sequence[Touchpoint], state: State | None = None) -> None:
        """Take in what the log holds next; `state` is what it folds to, where the caller knows that already."""
        client_id = None
        for touchpoint in touchpoints:
            facts = touchpoint.facts
            if touchpoint.type == "conversation.started":
                self.customer_ref = touchpoint.customer_ref or ""
                self.started_by = facts.get("started_by")
            if "client_id" in facts:
                client_id, cause = facts["client_id"], touchpoint.id
                receipt = Receipt(touchpoint.seq - 1, touchpoint.seq, touchpoint.personal.get("fingerprint"))
                self.receipts[client_id] = receipt
            elif client_id and facts.get("cause") == cause:
                receipt = self.receipts[client_id]
                self.receipts[client_id] = Receipt(receipt.after, touchpoint.seq, receipt.fingerprint)
            if state is None:
                self.state = fold(self.state, touchpoint)
        if state is not None:
            self.state = state


class Conversations:
    """The conversations of this process, each with a lock of its own."""

    def __init__(self, log: TouchpointLog, hints: Hints, clock: Callable[[], int]) -> None:
        self.log = log
        self.clock = clock
        self._hints = hints
        self._kept: OrderedDict[str, Conversation] = OrderedDict()

    async def get(self, conversation_id: str) -> Conversation:
        """The conversation as far as this process knows it; raises NotFound where there is none."""
        conversation = self._kept.get(conversation_id)
        if conversation is not None:
            self._kept.move_to_end(conversation_id)
            conversation.used_at = monotonic()
            return conversation
        conversation = Conversation(conversation_id, conversation_stream(conversation_id))
        conversation.take(await self.log.read(conversation.stream))
        if not conversation.state.seq:
            raise NotFound(f"there is no conversation {conversation_id}")
        return self._keep(conversation)

    async def note_read(self, conversation_id: str, seq: int) -> None:
        """The customer has seen everything up to a `seq`."""
        conversation = await self.get(conversation_id)
        conversation.customer_read = max(conversation.customer_read, min(seq, conversation.state.seq))

    def forget(self, conversation_id: str) -> None:
        """Keep nothing of a conversation in memory; whoever needs it folds it from the log anew."""
        self._kept.pop(conversation_id, None)

    async def start(
        self, conversation: Conversation, drafts: Sequence[Draft], changes: Sequence[Change]
    ) -> Sequence[Touchpoint]:
        """Begin a new conversation; raises Conflict where its customer has one open or its starter began it before."""
        touchpoints = await self._append(conversation, drafts, changes=changes)
        self._keep(conversation)
        return touchpoints

    async def act(
        self,
        conversation_id: str,
        decide: Decide,
        client_id: str | None = None,
        fingerprint: str = "",
        changes: Sequence[Change] = (),
    ) -> Outcome:
        """Decide and append, once for each `client_id`, again after a lost race.

        The first of the drafts that `decide` gives is the cause of the others: it happened when this was called, they
        happen when they are appended. `changes` are applied with them. Raises
        NotFound, Refused where the state forbids it or the `client_id` stood for something else before, Conflict where
        a rule of the database forbids it, and Unavailable.
        """
        began = self.clock()
        async with self._locked(conversation_id) as conversation:
            for _ in range(ATTEMPTS):
                receipt = conversation.receipts.get(client_id) if client_id else None
                if receipt is not None:
                    return await self._repeat(conversation, receipt, fingerprint)
                drafts = await decide(conversation.state)
                try:
                    made = await self._append(conversation, drafts, client_id, fingerprint, changes, began)
                    return Outcome(made)
                except Conflict:
                    if not await self.catch_up(conversation):
                        raise
            raise Unavailable(f"conversation {conversation_id} is too busy; try again in a moment")

    def is_followed(self, conversation_id: str) -> bool:
        """Whether the customer's page is open here and now."""
        return self._hints.is_followed(conversation_id)

    async def catch_up(self, conversation: Conversation) -> bool:
        """Take in what others have appended; false where there was nothing."""
        newer = await self.log.read(conversation.stream, conversation.state.seq)
        conversation.take(newer)
        return bool(newer)

    async def _repeat(self, conversation: Conversation, receipt: Receipt, fingerprint: str) -> Outcome:
        if receipt.fingerprint not in (None, fingerprint):
            raise Refused(USED_BEFORE)
        touchpoints = await self.log.read(conversation.stream, receipt.after, receipt.last - receipt.after)
        return Outcome(touchpoints, again=True)

    async def _append(
        self,
        conversation: Conversation,
        drafts: Sequence[Draft],
        client_id: str | None = None,
        fingerprint: str = "",
        changes: Sequence[Change] = (),
        began: int | None = None,
    ) -> Sequence[Touchpoint]:
        if not drafts:
            return ()
        before = conversation.state
        check(before, drafts)
        now = self.clock()
        time = now if began is None else began
        touchpoints: list[Touchpoint] = []
        state = before
        for draft in drafts:
            facts, personal = {**draft.facts}, draft.personal
            if touchpoints:
                facts["cause"] = touchpoints[0].id
                if draft.type in REPLIES and touchpoints[0].type == "message.received":
                    facts["latency_ms"] = max(now - time, 0)
            elif client_id:
                facts["client_id"] = client_id
                personal = {**personal, "fingerprint": fingerprint}
            if draft.type not in HIDDEN_FROM_CUSTOMERS:
                facts["prev"] = state.visible_seq
            if state.simulated:
                facts["simulated"] = True
            if episode := state.episode + opens_episode(state, draft):
                facts["episode"] = episode
            touchpoint = Touchpoint(
                new_id(),
                conversation.stream,
                state.seq + 1,
                draft.type,
                # What came in first may be taken up second, and clocks of other machines differ.
                max(now if touchpoints else time, state.last_time),
                facts,
                personal,
                conversation.customer_ref,
            )
            touchpoints.append(touchpoint)
            state = fold(state, touchpoint)
        follow = projected(conversation.id, conversation.customer_ref, conversation.started_by, before, state)
        await self.log.append(conversation.stream, before.seq, touchpoints, (*changes, *follow))
        conversation.take(touchpoints, state)
        if any(change.table == "queue" for change in follow):
            self._hints.publish(Hint(conversation.id, state.seq, "queue"))
        self._hints.publish(Hint(conversation.id, state.seq))
        return touchpoints

    @asynccontextmanager
    async def _locked(self, conversation_id: str) -> AsyncIterator[Conversation]:
        while True:
            conversation = await self.get(conversation_id)
            async with conversation.lock:
                # It may have been forgotten and loaded anew while this waited for the lock.
                if self._kept.get(conversation_id) is conversation:
                    yield conversation
                    return

    def _keep(self, conversation: Conversation) -> Conversation:
        """Keep a conversation that was loaded, or the one somebody else has loaded meanwhile: one lock each."""
        conversation = self._kept.setdefault(conversation.id, conversation)
        too_many, idle_since = len(self._kept) - KEPT, conversation.used_at - IDLE_AFTER
        longest_unused = [one for one in islice(self._kept.values(), LOOKED_AT) if not one.lock.locked()]
        for number, one in enumerate(longest_unused):
            if number < too_many or one.used_at < idle_since:
                del self._kept[one.id]
        return conversation
