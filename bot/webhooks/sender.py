"""Sends the log to one receiver: in order per conversation, at least once, from where it was.

Conversations go side by side, each one touchpoint after the other. What isn't taken is tried again by
`bot.webhooks.patience`, and only its own conversation waits for it (`bot.webhooks.backlog`); a receiver that fails as a
whole is left in peace (`bot.webhooks.health`). Progress is written within a moment, with what is held back, in one
transaction.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain

from bot.errors import Unavailable
from bot.records import Touchpoint
from bot.touchpoints import reader
from bot.touchpoints.lease import Lease
from bot.touchpoints.log import Change, Drop, TouchpointLog, Value
from bot.webhooks.backlog import Backlog, Held
from bot.webhooks.health import Health
from bot.webhooks.patience import Patience
from bot.webhooks.post import Outcome, Post
from bot.webhooks.webhook import Webhook
from bot.webhooks.webhooks import DeadLetter, dead_row, reader_name

AT_ONCE = 8
"""So many conversations are sent side by side."""

PAGE = 100
POLL = 3.0
TOGETHER = 0.02
"""Seconds: what happens within them is looked at together."""

SAVED_EVERY = 0.1
IDLE_SAVED_EVERY = 5.0
"""Seconds after which it is written that what was read concerned this webhook not at all."""

_Send = Callable[[str], Awaitable[None]]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Means:
    """What every sender works with. `clock` gives milliseconds since the Unix epoch."""

    log: TouchpointLog
    lease: Lease
    clock: Callable[[], int]
    patience: Patience


class Sender:
    """One webhook at work. `webhook` may be replaced by a changed one with the same address while it is."""

    def __init__(self, webhook: Webhook, means: Means, post: Post) -> None:
        self.webhook = webhook
        self.problem = ""
        """Why it has stopped by itself, once it has."""
        self._means = means
        self._post = post
        self._health = Health(means.patience, random.random)
        self._backlog = Backlog(webhook.id, 0, {})
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._changes: list[Change] = []
        self._dead: set[int] = set()
        self._progress = False
        self._saved = 0
        self._saved_at = 0.0
        self._stopping = False
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """There may be something new."""
        self._wake.set()

    def stop(self) -> None:
        """End once what is under way has been answered."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Send until told to stop, or until the receiver wants nothing any more; raises Lost."""
        await self._begin()
        try:
            while not self._stopping:
                self._wake.clear()
                more = await self._read()
                self._start()
                await self._save()
                if not more:
                    await self._rest()
            await asyncio.gather(*self._busy.values())
            await self._save()
        finally:
            self._stopping = True  # whatever ends now begins nothing new
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)
            await self._post.close()

    async def _begin(self) -> None:
        log, webhook_id = self._means.log, self.webhook.id
        rows = await log.rows("held_back", {"webhook_id": webhook_id})
        names = ("seq", "attempts", "since", "due_at")
        held = {str(row["stream"]): Held(*(int(row[name] or 0) for name in names)) for row in rows}
        self._dead = {int(row["position"] or 0) for row in await log.rows("dead_letter", {"webhook_id": webhook_id})}
        self._saved = await reader.position(log, reader_name(webhook_id)) or 0
        self._backlog = Backlog(webhook_id, self._saved, held)

    async def _read(self) -> bool:
        """Read on where there is room and reason to; true where there may be more."""
        doubtful = self._health.is_doubtful
        if self._resting() or not self._backlog.has_room or (doubtful and any(self._backlog.waiting())):
            return False
        page = await self._means.log.tail(self._backlog.read_to, 1 if doubtful else PAGE)
        if page:
            self._backlog.add(page, self._wanted)
        return bool(page)

    def _start(self) -> None:
        """Set conversations to work that have something to send."""
        if not self._goes_on():
            return
        room = (1 if self._health.is_doubtful else AT_ONCE) - len(self._busy)
        # New ones first: where the receiver may be down, they tell better than what has failed before.
        new = ((stream, self._send) for stream in self._backlog.waiting())
        held = ((stream, self._send_held) for stream in self._backlog.due(self._means.clock()))
        for stream, work in chain(new, held):
            if room <= 0:
                return
            if stream not in self._busy:
                self._busy[stream] = asyncio.create_task(self._work(stream, work))
                room -= 1

    async def _work(self, stream: str, work: _Send) -> None:
        try:
            await work(stream)
        except Unavailable as error:
            logger.warning("webhook %s waits: %s", self.webhook.id, error)
            await asyncio.sleep(POLL)
        except Exception:
            logger.exception("webhook %s failed and goes on", self.webhook.id)
            await asyncio.sleep(POLL)
        finally:
            del self._busy[stream]
            self._start()
            self._wake.set()

    async def _send(self, stream: str) -> None:
        """Send what waits of a conversation, one after the other, until something isn't taken."""
        while self._goes_on() and (touchpoint := self._backlog.first(stream)):
            outcome = await self._attempt(stream, touchpoint)
            if not outcome.taken:
                now = self._means.clock()
                self._failed(stream, touchpoint, Held(touchpoint.seq, 0, now, now), outcome)
                return
            self._backlog.settle(stream)
            self._wake.set()

    async def _send_held(self, stream: str) -> None:
        """Send what a conversation holds that was held back, from the log, until it has caught up or fails again."""
        while self._goes_on():
            held, upto = self._backlog.held[stream], self._backlog.read_to
            page = await self._means.log.read(stream, held.seq - 1, PAGE)
            due = [touchpoint for touchpoint in page if touchpoint.position <= upto]
            if not due and self._backlog.read_to == upto:
                self._backlog.release(stream)
                return
            for touchpoint in due:
                if self._wanted(touchpoint):
                    outcome = await self._attempt(stream, touchpoint)
                    if not outcome.taken:
                        self._failed(stream, touchpoint, self._backlog.held[stream], outcome)
                        return
                now = self._means.clock()
                self._backlog.hold(stream, Held(touchpoint.seq + 1, 0, now, now))
                self._wake.set()
                if not self._goes_on():
                    return

    async def _attempt(self, stream: str, touchpoint: Touchpoint) -> Outcome:
        outcome = await self._post.send(self.webhook, touchpoint)
        now = self._means.clock()
        if outcome.taken:
            self._progress = True
            if self._health.succeeded():
                self._backlog.hurry(now)
            if touchpoint.position in self._dead:  # it was sent again with all that came after it
                self._dead.discard(touchpoint.position)
                self._changes.append(Drop("dead_letter", self._letter_key(touchpoint.position)))
        elif outcome.gone:
            self._end("the receiver answered 410: it wants nothing any more")
        else:
            self._health.failed(stream, now, outcome)
            if self._health.is_hopeless(now):
                self._end(f"the receiver has taken nothing for too long; last: {outcome.error}")
        return outcome

    def _failed(self, stream: str, touchpoint: Touchpoint, held: Held, outcome: Outcome) -> None:
        """Hold the conversation back until the next attempt, or give the touchpoint up and let it go on behind it."""
        patience, now = self._means.patience, self._means.clock()
        attempts = held.attempts + (not outcome.gone)
        since = held.since if held.attempts else now
        if not outcome.gone and patience.gives_up(outcome.refused, attempts, since, now):
            logger.error("webhook %s gave up position %d: %s", self.webhook.id, touchpoint.position, outcome.error)
            letter = DeadLetter(touchpoint.position, attempts, outcome.error, now)
            self._changes.append(dead_row(self.webhook.id, letter))
            self._dead.add(touchpoint.position)
            self._backlog.hold(stream, Held(touchpoint.seq + 1, 0, now, now))
        else:
            due = now + max(patience.delay(max(attempts, 1), random.random), outcome.wait * 1000)
            self._backlog.hold(stream, Held(touchpoint.seq, attempts, since, due))
        self._wake.set()

    async def resend(self, letter: DeadLetter) -> None:
        """Send a dead letter again, for which its conversation does not wait; raises Lost and Unavailable."""
        page = await self._means.log.tail(letter.position - 1, 1)
        outcome = await self._post.send(self.webhook, page[0]) if page else Outcome()
        if outcome.taken:
            self._dead.discard(letter.position)
            change: Change = Drop("dead_letter", self._letter_key(letter.position))
        else:
            failed = replace(letter, attempts=1, error=outcome.error, gave_up_at=self._means.clock())
            change = dead_row(self.webhook.id, failed)
        await self._means.lease.write([change])

    def _letter_key(self, position: int) -> dict[str, Value]:
        return {"webhook_id": self.webhook.id, "position": position}

    def _end(self, problem: str) -> None:
        self.problem = problem
        self.stop()

    def _wanted(self, touchpoint: Touchpoint) -> bool:
        types = self.webhook.types
        return touchpoint.stream.startswith("conversation/") and (not types or touchpoint.type in types)

    def _goes_on(self) -> bool:
        return not self._stopping and not self._resting()

    def _resting(self) -> bool:
        return self._means.clock() < self._health.rests_until

    async def _save(self) -> None:
        """Write how far it is, where that has changed and wasn't written a moment ago."""
        self._changes += self._backlog.take_changes()
        reached = self._backlog.reached
        if not self._changes and reached == self._saved:
            return
        if not self._stopping and self._save_in() > 0:
            return
        changes, self._changes, self._progress = self._changes, [], False
        try:
            await self._means.lease.write([reader.at(reader_name(self.webhook.id), reached), *changes])
        except Unavailable as error:
            logger.warning("webhook %s can't write how far it is: %s", self.webhook.id, error)
            self._changes = [*changes, *self._changes]
        else:
            self._saved = reached
        self._saved_at = asyncio.get_running_loop().time()

    def _save_in(self) -> float:
        """After how many seconds it may be written again how far it is."""
        every = SAVED_EVERY if self._progress or self._changes else IDLE_SAVED_EVERY
        return self._saved_at + every - asyncio.get_running_loop().time()

    async def _rest(self) -> None:
        """Wait until there may be something to do."""
        now = self._means.clock()
        moments = [
            moment for moment in (self._backlog.next_due(now), self._health.rests_until) if moment and moment > now
        ]
        seconds = min([POLL, *((moment - now) / 1000 for moment in moments)])
        if self._changes or self._saved != self._backlog.reached:
            seconds = min(seconds, max(0.01, self._save_in()))
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()
                await asyncio.sleep(TOGETHER)
