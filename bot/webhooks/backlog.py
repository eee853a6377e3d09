"""What one webhook has read of the log and not got rid of: in order a conversation, and how far it is in all.

A conversation whose next touchpoint isn't taken is *held back*: only the number of that touchpoint is kept, and the log
has the rest. So what waits stays small, however long a receiver is down.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bot.records import Touchpoint
from bot.touchpoints.log import Change, Drop, Put

MOST_UNSETTLED = 500
"""So many touchpoints are read ahead at most."""

MOST_HELD = 1000
"""With so many conversations held back, nothing new is read."""


@dataclass(frozen=True, slots=True)
class Held:
    """A conversation that waits: `seq` is the next touchpoint to send, tried `attempts` times since `since`."""

    seq: int
    attempts: int
    since: int
    due_at: int


class Backlog:
    """The bookkeeping of one webhook, in memory; `take_changes` says what must be written for it to last."""

    def __init__(self, webhook_id: str, reached: int, held: dict[str, Held]) -> None:
        self._webhook_id = webhook_id
        self.read_to = reached
        self.held = held
        self._waiting: dict[str, deque[Touchpoint]] = {}
        # Positions in the order in which they were read, so the first one is the lowest.
        self._unsettled: dict[int, None] = {}
        self._changed: set[str] = set()

    @property
    def reached(self) -> int:
        """The position up to which everything is settled: taken, given up, or in a conversation that is held back."""
        return next(iter(self._unsettled)) - 1 if self._unsettled else self.read_to

    @property
    def has_room(self) -> bool:
        """Whether more may be read."""
        return len(self._unsettled) < MOST_UNSETTLED and len(self.held) < MOST_HELD

    def add(self, page: list[Touchpoint], wanted: Callable[[Touchpoint], bool]) -> None:
        """Take in the next touchpoints of the log. Those of a conversation that is held back it has by itself."""
        for touchpoint in page:
            if touchpoint.stream not in self.held and wanted(touchpoint):
                self._waiting.setdefault(touchpoint.stream, deque()).append(touchpoint)
                self._unsettled[touchpoint.position] = None
        self.read_to = page[-1].position

    def waiting(self) -> Iterator[str]:
        """The conversations that have something to send now, the longest waiting first."""
        return iter(self._waiting)

    def due(self, now: int) -> Iterator[str]:
        """The conversations that are held back and may be tried again."""
        return (stream for stream, held in self.held.items() if held.due_at <= now)

    def next_due(self, now: int) -> int | None:
        """When the next of the others may be tried again."""
        return min((held.due_at for held in self.held.values() if held.due_at > now), default=None)

    def hurry(self, now: int) -> None:
        """Whatever is held back may be tried again now."""
        for stream, held in self.held.items():
            if held.due_at > now:
                self.hold(stream, replace(held, due_at=now))

    def first(self, stream: str) -> Touchpoint | None:
        """The next touchpoint to send of a conversation that isn't held back."""
        queue = self._waiting.get(stream)
        return queue[0] if queue else None

    def settle(self, stream: str) -> None:
        """The next touchpoint of a conversation is done with."""
        queue = self._waiting[stream]
        del self._unsettled[queue.popleft().position]
        if not queue:
            del self._waiting[stream]

    def hold(self, stream: str, held: Held) -> None:
        """Hold a conversation back, or go on in one that is."""
        for touchpoint in self._waiting.pop(stream, ()):
            del self._unsettled[touchpoint.position]
        self.held[stream] = held
        self._changed.add(stream)

    def release(self, stream: str) -> None:
        """A conversation that was held back has caught up with what has been read."""
        del self.held[stream]
        self._changed.add(stream)

    def take_changes(self) -> list[Change]:
        """What has changed about conversations that are held back, since the last call."""
        changes: list[Change] = []
        for stream in self._changed:
            key = {"webhook_id": self._webhook_id, "stream": stream}
            held = self.held.get(stream)
            if held is None:
                changes.append(Drop("held_back", key))
            else:
                times = {"attempts": held.attempts, "since": held.since, "due_at": held.due_at}
                changes.append(Put("held_back", {**key, "seq": held.seq, **times}))
        self._changed.clear()
        return changes
