"""Readers of the log: each has a name, remembers how far it is, and works in one process at a time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from bot.errors import Unavailable
from bot.records import Touchpoint
from bot.touchpoints.hints import Hints
from bot.touchpoints.lease import LASTS, Lease
from bot.touchpoints.log import Put, TouchpointLog

POLL = 3.0
PAGE = 200
TOGETHER = 0.1
"""Seconds: what is appended within them is read together."""

logger = logging.getLogger(__name__)

Work = Callable[[Sequence[Touchpoint]], Awaitable[int]]
"""What a reader does with the next touchpoints, in order of position. It gives back the position up to which it is done
for good, which may be before the last one: then those after it come again, after a while where that is none."""


async def position(log: TouchpointLog, name: str) -> int | None:
    """How far the reader of this name is, None for a new one."""
    rows = await log.rows("reader", {"name": name})
    return int(rows[0]["position"] or 0) if rows else None


def at(name: str, position: int) -> Put:
    """The change by which a reader remembers how far it is."""
    return Put("reader", {"name": name, "position": position})


class Reader:
    """Hands the log on to some work, from where it ended, again and again.

    At least once: the position is written after the work, so what was under way when a process was killed comes again.
    Of several processes one reads, by a lease; another goes on within `lease_lasts` seconds after it was killed. A new
    reader begins at the end of the log.
    """

    def __init__(
        self, log: TouchpointLog, hints: Hints, name: str, poll: float = POLL, lease_lasts: float = LASTS
    ) -> None:
        self._log = log
        self._hints = hints
        self._name = name
        self._poll = poll
        self._lease = Lease(log, f"reader/{name}", lease_lasts)

    async def run(self, work: Work) -> None:
        """Read for ever. Work that fails is logged and gets the same touchpoints again, after a while."""
        while True:
            try:
                await self._lease.hold(lambda: self._follow(work))
            except Unavailable as error:
                logger.warning("the reader %s waits: %s", self._name, error)
            except Exception:
                logger.exception("the reader %s failed and begins again where it was", self._name)
            await asyncio.sleep(self._poll)

    async def _follow(self, work: Work) -> None:
        reached = await position(self._log, self._name)
        if reached is None:
            reached = await self._log.last_position()
            await self._lease.write([at(self._name, reached)])
        with self._hints.listen() as listener:
            while True:
                page = await self._log.tail(reached, PAGE)
                done = await work(page) if page else reached
                if done > reached:
                    await self._lease.write([at(self._name, done)])
                    reached = done
                elif page:
                    await asyncio.sleep(self._poll)
                else:
                    await listener.wait(self._poll)
                    await asyncio.sleep(TOGETHER)
