"""Keeps one sender at work for every webhook that is switched on, and takes up what people change about them.

Of several processes one sends, by a lease; another goes on within seconds after it was killed. Without any webhook
nothing is held or read.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.errors import NotFound, Unavailable
from bot.touchpoints import reader
from bot.touchpoints.hints import Hints
from bot.touchpoints.lease import LASTS, Lease
from bot.touchpoints.log import Change, Drop, TouchpointLog
from bot.webhooks.patience import Patience
from bot.webhooks.post import Post
from bot.webhooks.sender import Means, Sender
from bot.webhooks.webhook import Webhook
from bot.webhooks.webhooks import AGAIN, DeadLetter, Webhooks, reader_name, replay_name

LOOKED_AT_EVERY = 1.0
ENDS_WITHIN = 2.0
"""Seconds that what is under way has for its answer when the server goes down."""

logger = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Work:
    sender: Sender
    task: asyncio.Task[None]
    resending: dict[int, asyncio.Task[None]] = field(default_factory=dict)


class Dispatcher:
    """Sends what happens to the webhooks. `clock` gives milliseconds since the Unix epoch, `source` is who we are."""

    def __init__(
        self,
        log: TouchpointLog,
        hints: Hints,
        webhooks: Webhooks,
        source: str,
        clock: Callable[[], int],
        patience: Patience | None = None,
        lease_lasts: float = LASTS,
    ) -> None:
        self._log = log
        self._hints = hints
        self._webhooks = webhooks
        self._source = source
        self._clock = clock
        self._patience = patience or Patience()
        self._lease = Lease(log, "webhooks", lease_lasts)
        self._at_work: dict[str, _Work] = {}

    async def run(self) -> None:
        """Send for ever."""
        while True:
            try:
                if await self._log.rows("webhook", {"active": 1}):
                    await self._lease.hold(self._send)
            except Unavailable as error:
                logger.warning("the webhooks wait: %s", error)
            except Exception:
                logger.exception("the webhooks failed and begin again where they were")
            await asyncio.sleep(LOOKED_AT_EVERY)

    async def _send(self) -> None:
        """Send until no webhook is switched on any more; raises Lost."""
        loop = asyncio.get_running_loop()
        try:
            with self._hints.listen() as listener:
                while await self._look():
                    look_at = loop.time() + LOOKED_AT_EVERY
                    while (left := look_at - loop.time()) > 0:
                        if not listener.closing and await listener.wait(left):
                            for work in self._at_work.values():
                                work.sender.wake()
                        else:
                            await asyncio.sleep(min(left, 0.1))
        finally:
            await self._end_all()

    async def _look(self) -> bool:
        """Take up what has changed; false where nothing is switched on."""
        wanted = {webhook.id: webhook for webhook in await self._webhooks.all() if webhook.active}
        for webhook_id, work in list(self._at_work.items()):
            webhook = wanted.get(webhook_id)
            if work.task.done() or webhook is None or webhook.url != work.sender.webhook.url:
                await self._end(webhook_id)
                if work.sender.problem:
                    wanted.pop(webhook_id, None)
        for webhook in wanted.values():
            await self._rewind(webhook)
            if webhook.id not in self._at_work:
                self._begin(webhook)
            work = self._at_work[webhook.id]
            work.sender.webhook = webhook
            await self._resend(webhook, work)
        return bool(wanted)

    def _begin(self, webhook: Webhook) -> None:
        means = Means(self._log, self._lease, self._clock, self._patience)
        post = Post(self._webhooks.addresses, self._source, self._clock, self._patience.one_try)
        sender = Sender(webhook, means, post)
        self._at_work[webhook.id] = _Work(sender, asyncio.create_task(sender.run()))

    async def _end(self, webhook_id: str, within: float | None = None) -> None:
        """End one sender once what is under way has been answered; raises what it raised."""
        work = self._at_work.pop(webhook_id)
        work.sender.stop()
        tasks = [work.task, *work.resending.values()]
        await asyncio.wait(tasks, timeout=within if within is not None else self._patience.one_try + 1)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if work.sender.problem:
            logger.error("webhook %s is switched off: %s", webhook_id, work.sender.problem)
            try:
                await self._webhooks.switch_off(webhook_id, work.sender.problem)
            except NotFound:
                return  # removed meanwhile
        elif not work.task.cancelled() and (error := work.task.exception()):
            raise error

    async def _end_all(self) -> None:
        ends = [self._end(webhook_id, ENDS_WITHIN) for webhook_id in list(self._at_work)]
        await asyncio.gather(*ends, return_exceptions=True)

    async def _rewind(self, webhook: Webhook) -> None:
        """Go back to where somebody wants everything sent again from."""
        position = await reader.position(self._log, replay_name(webhook.id))
        if position is None:
            return
        if webhook.id in self._at_work:
            await self._end(webhook.id)
        changes: list[Change] = [
            reader.at(reader_name(webhook.id), position),
            Drop("reader", {"name": replay_name(webhook.id)}),
        ]
        for row in await self._log.rows("held_back", {"webhook_id": webhook.id}):
            # A conversation that waits at something later begins anew with all others; one that waits at something
            # earlier goes on there, and passes by all that is sent again.
            [*head] = await self._log.read(str(row["stream"]), int(row["seq"] or 0) - 1, 1)
            if not head or head[0].position > position:
                changes.append(Drop("held_back", {"webhook_id": webhook.id, "stream": row["stream"]}))
        await self._lease.write(changes)
        logger.info("webhook %s sends everything after position %d again", webhook.id, position)

    async def _resend(self, webhook: Webhook, work: _Work) -> None:
        for position, task in list(work.resending.items()):
            if task.done():
                del work.resending[position]
                if error := task.exception():
                    raise error
        for row in await self._log.rows("dead_letter", {"webhook_id": webhook.id, "attempts": AGAIN}):
            position = int(row["position"] or 0)
            if position not in work.resending:
                letter = DeadLetter(position, AGAIN, str(row["error"]), int(row["gave_up_at"] or 0))
                work.resending[position] = asyncio.create_task(work.sender.resend(letter))
