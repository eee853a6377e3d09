"""Hints that a conversation has moved on, for whoever shows it live. A hint may be lost; the log may not."""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

BACKLOG = 1000


@dataclass(frozen=True, slots=True)
class Hint:
    """Something about a conversation: it has `reached` the seq, or somebody is `typing` or has `read` up to it."""

    conversation_id: str
    seq: int
    kind: str = "reached"
    actor_kind: str = ""


class Listener:
    """One open stream's ear: it says that something came, not that everything did."""

    def __init__(self) -> None:
        self._hints: deque[Hint] = deque(maxlen=BACKLOG)
        self._came = asyncio.Event()
        self.closing = False

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
        self._of_conversation: dict[str, set[Listener]] = {}
        self._of_all: set[Listener] = set()
        self._closing = False

    def publish(self, hint: Hint) -> None:
        """Tell everybody who listens to this conversation or to all; what was `reached` only after its commit."""
        for listener in (*self._of_conversation.get(hint.conversation_id, ()), *self._of_all):
            listener.tell(hint)

    @contextmanager
    def listen(self, conversation_id: str | None = None) -> Iterator[Listener]:
        """Listen to one conversation, or to all with None, as long as the context lasts."""
        listener = Listener()
        listener.closing = self._closing
        group = self._of_all if conversation_id is None else self._of_conversation.setdefault(conversation_id, set())
        group.add(listener)
        try:
            yield listener
        finally:
            group.discard(listener)
            if conversation_id is not None and not group:
                self._of_conversation.pop(conversation_id, None)

    def close(self) -> None:
        """Tell every listener that the server is going down."""
        self._closing = True
        for listener in [*self._of_all, *(one for group in self._of_conversation.values() for one in group)]:
            listener.tell(None)
