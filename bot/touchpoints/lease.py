"""The right to do a job that only one process may do at a time, kept in a row that expires."""

import asyncio
import logging
import os
import socket
import time
from collections.abc import Awaitable, Callable, Sequence

from bot.errors import BotError, Conflict, Unavailable
from bot.records import new_id
from bot.touchpoints.log import Change, Drop, Put, TouchpointLog

LASTS = 15.0
"""Seconds: so long nobody does the job after a machine that did is gone. After a process was killed, a new one on the
same machine goes on at once."""

_PROCESS = new_id()

logger = logging.getLogger(__name__)


class Lost(BotError):
    """Another process does the job now; nothing was written."""


class Lease:
    """The right to work under `name`. Of several processes, those without it wait until it is free."""

    def __init__(self, log: TouchpointLog, name: str, lasts: float = LASTS) -> None:
        self._log = log
        self._name = name
        self._lasts = lasts
        self._holder = f"{socket.gethostname()} {os.getpid()} {_PROCESS} {new_id()}"
        self._good_until = 0.0

    async def hold(self, work: Callable[[], Awaitable[None]]) -> bool:
        """Do the work if nobody else does, until it ends, fails or the right to it is lost; false where somebody does.

        Raises what the work raises.
        """
        if not await self._take():
            return False
        task = asyncio.ensure_future(work())
        try:
            while not task.done():
                await asyncio.wait([task], timeout=self._lasts / 3)
                await self._renew()
            await task
        except Lost:
            logger.warning("another process has taken over the work of %s", self._name)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await self._release()
        return True

    async def write(self, changes: Sequence[Change]) -> None:
        """Write as `TouchpointLog.write` does, but only with the right, which is renewed by it; else raises Lost."""
        started = time.monotonic()
        try:
            await self._log.write([Drop("lease", self._key()), self._row(self._lasts), *changes])
        except Conflict as error:
            raise Lost(f"another process does the work of {self._name}") from error
        self._good_until = started + self._lasts

    async def _take(self) -> bool:
        now = _milliseconds()
        changes: list[Change] = []
        for row in await self._log.rows("lease", {"name": self._name}):
            if int(row["until"] or 0) > now and not _is_dead(str(row["holder"])):
                return False
            # With all of its columns: a row that was renewed meanwhile stays, and then ours is refused.
            changes.append(Drop("lease", row))
        started = time.monotonic()
        try:
            await self._log.write([*changes, self._row(self._lasts)])
        except Conflict:
            return False
        self._good_until = started + self._lasts
        return True

    async def _renew(self) -> None:
        try:
            await self.write(())
        except Unavailable:
            if time.monotonic() > self._good_until:
                raise Lost(f"the right to the work of {self._name} could not be renewed") from None

    async def _release(self) -> None:
        try:
            await self._log.write([Drop("lease", self._key()), self._row(0)])
        except BotError:
            return  # somebody else has it, or it expires by itself

    def _key(self) -> dict[str, str | int | float | bytes | None]:
        return {"name": self._name, "holder": self._holder}

    def _row(self, lasts: float) -> Put:
        return Put("lease", {**self._key(), "until": _milliseconds() + int(lasts * 1000)}, new=True)


def _is_dead(holder: str) -> bool:
    """Whether the process that holds a lease is known to be gone, as it ran on this machine."""
    host, pid, process, _ = holder.split(" ")
    if host != socket.gethostname() or process == _PROCESS:
        return False
    if int(pid) == os.getpid():
        return True  # in a container that was started anew, the first process has the same number again
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _milliseconds() -> int:
    return time.time_ns() // 1_000_000
