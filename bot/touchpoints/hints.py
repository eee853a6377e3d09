"""Hints that a conversation has moved on, for whoever shows it live. A hint may be lost; the log may not."""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

BACKLOG = 1000
STREAMS_A_CONVERSATION = 10
"""So many listen to one conversation, of which each costs a look at the log whenever it moves on."""

LEFT_REMEMBERED = 10_000
"""Of so many conversations it is remembered when the last of their listeners went."""

TO_THE_CUSTOMER = frozenset({"place"})
"""Kinds that concern who listens to the one conversation alone."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Something about a conversation, or about all of them where `conversation_id` is empty.

    It has `reached` the seq, its row in the `queue` has changed (told before `reached`), its customer's `place` there
    is another one, somebody is `typing`, has `read` up to the seq or is `looking` at it; or the `presence` of agents,
    or their `sessions`, of which one may have ended.
    """

    conversation_id: str
    seq: int
    kind: str = "reached"
    actor_kind: str = ""
    actor_id: str = ""
    actor_name: str = ""


class Listener:
    """One open stream's ear: it says that something came, not that everything did."""

    def __init__(self) -> None:
        self._hints: deque[Hint] = deque(maxlen=BACKLOG)
        self._came = asyncio.Event()
        self.closing = False
        self.displaced = False
        """Whether it is closing because too many others came after it."""

    def tell(self, hint: Hint | None) -> None:
        """Pass on a hint, or with None that the server is going down."""
        if hint is None:
            self.closing = True
        else:
            self._hints.append(hint)
        self._came.set()

    async def wait(self, seconds: float) -> list[Hint]:
        """The hints since the last call, as soon as there is one; an empty list after `seconds` or at closing."""
        try:
            async with asyncio.timeout(seconds):
                await self._came.wait()
        except TimeoutError:
            return []
        self._came.clear()
        hints = list(self._hints)
        self._hints.clear()
        return hints


class Hints:
    """Passes hints to the listeners of one process."""

    def __init__(self) -> None:
        # Dicts for their order: the first of a group has listened for longest.
        self._of_conversation: dict[str, dict[Listener, None]] = {}
        self._of_all: dict[Listener, None] = {}
        self._left: OrderedDict[str, float] = OrderedDict()
        self._at_once: list[Callable[[Hint], None]] = []
        self._closing = False

    def publish(self, hint: Hint) -> None:
        """Tell everybody who listens to this conversation or to all; what was `reached` only after its commit."""
        for take in self._at_once:
            take(hint)
        everybody = () if hint.kind in TO_THE_CUSTOMER else self._of_all
        for listener in (*self._of_conversation.get(hint.conversation_id, ()), *everybody):
            listener.tell(hint)

    def at_once(self, take: Callable[[Hint], None]) -> None:
        """Have `take` called for every hint while it is published: it must be quick and may not publish itself."""
        self._at_once.append(take)

    def is_followed(self, conversation_id: str) -> bool:
        """Whether somebody listens to this conversation in particular, as its customer's open page does."""
        return conversation_id in self._of_conversation

    def was_followed(self, conversation_id: str, seconds: float) -> bool:
        """Whether somebody listens to it, or did at some time within the last `seconds`."""
        left = self._left.get(conversation_id)
        return self.is_followed(conversation_id) or (left is not None and time.monotonic() - left <= seconds)

    @contextmanager
    def listen(self, conversation_id: str | None = None) -> Iterator[Listener]:
        """Listen to one conversation, or to all with None, as long as the context lasts.

        Where too many listen to one, the first of them is told to close: it may be of a line that is dead already.
        """
        listener = Listener()
        listener.closing = self._closing
        group = self._of_all if conversation_id is None else self._of_conversation.setdefault(conversation_id, {})
        group[listener] = None
        if conversation_id is not None and len(group) > STREAMS_A_CONVERSATION:
            oldest = next(iter(group))
            del group[oldest]
            oldest.displaced = True
            oldest.tell(None)
        try:
            yield listener
        finally:
            group.pop(listener, None)
            # A displaced one may go when all others have gone and new ones have come.
            if conversation_id is not None and not group and self._of_conversation.get(conversation_id) is group:
                del self._of_conversation[conversation_id]
                self._left[conversation_id] = time.monotonic()
                self._left.move_to_end(conversation_id)
                if len(self._left) > LEFT_REMEMBERED:
                    self._left.popitem(last=False)

    def close(self) -> None:
        """Tell every listener that the server is going down."""
        self._closing = True
        for listener in [*self._of_all, *(one for group in self._of_conversation.values() for one in group)]:
            listener.tell(None)
