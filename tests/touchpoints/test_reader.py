"""Readers of the log: at least once, from where they were, one process at a time."""

import asyncio
import os
import socket
import sys
from collections.abc import Awaitable, Callable, Sequence

import pytest

from bot.errors import Unavailable
from bot.records import Touchpoint, new_id
from bot.touchpoints import reader
from bot.touchpoints.hints import Hint, Hints
from bot.touchpoints.lease import Lease, Lost
from bot.touchpoints.log import Put, TouchpointLog
from bot.touchpoints.reader import Reader
from tests.touchpoints.conftest import Opener, touchpoint

A = "conversation/a"


class Reading:
    """A reader in a task, and what it has read."""

    def __init__(self, log: TouchpointLog, hints: Hints, name: str = "letters", poll: float = 0.05) -> None:
        self.seen: list[int] = []
        self.fails = 0
        self.most = 1000
        self._reader = Reader(log, hints, name, poll, lease_lasts=0.6)
        self.task = asyncio.create_task(self._reader.run(self.work))

    async def work(self, page: Sequence[Touchpoint]) -> int:
        if self.fails:
            self.fails -= 1
            raise RuntimeError("the work fails")
        done = page[: self.most]
        self.seen += [one.seq for one in done]
        return done[-1].position if done else page[0].position - 1

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


async def until(holds: Callable[[], Awaitable[bool]] | Callable[[], bool], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while True:
            answer = holds()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.01)


async def began(log: TouchpointLog, name: str = "letters") -> bool:
    return await reader.position(log, name) is not None


async def test_a_new_reader_begins_at_the_end_and_an_old_one_where_it_was(log: TouchpointLog) -> None:
    await log.append(A, 0, [touchpoint(A, 1)])
    first = Reading(log, Hints())
    await until(lambda: began(log))
    await log.append(A, 1, [touchpoint(A, 2)])
    await until(lambda: first.seen == [2])
    await until(lambda: _at(log, 2))
    await first.stop()
    await log.append(A, 2, [touchpoint(A, 3)])
    second = Reading(log, Hints())
    await until(lambda: second.seen == [3])
    await second.stop()


async def _at(log: TouchpointLog, position: int) -> bool:
    return await reader.position(log, "letters") == position


async def test_a_hint_wakes_it_at_once(log: TouchpointLog) -> None:
    hints = Hints()
    reading = Reading(log, hints, poll=30)
    await until(lambda: began(log))
    await asyncio.sleep(0.1)
    await log.append(A, 0, [touchpoint(A, 1)])
    hints.publish(Hint("a", 1))
    await until(lambda: reading.seen == [1], 1)
    await reading.stop()


async def test_work_that_fails_gets_the_same_again(log: TouchpointLog, caplog: pytest.LogCaptureFixture) -> None:
    reading = Reading(log, Hints())
    await until(lambda: began(log))
    reading.fails = 2
    await log.append(A, 0, [touchpoint(A, 1)])
    await until(lambda: reading.seen == [1])
    await reading.stop()
    assert caplog.text.count("begins again where it was") == 2


async def test_what_work_puts_off_comes_again(log: TouchpointLog) -> None:
    reading = Reading(log, Hints())
    await until(lambda: began(log))
    reading.most = 0
    await log.append(A, 0, [touchpoint(A, 1), touchpoint(A, 2)])
    await asyncio.sleep(0.3)
    assert await _at(log, 0)
    reading.most = 1
    await until(lambda: reading.seen == [1, 2])
    await reading.stop()


async def test_of_two_processes_one_reads_and_the_other_goes_on_after_it(open_log: Opener) -> None:
    async with open_log() as here, open_log() as there:
        readings = [Reading(here, Hints())]
        await until(lambda: began(here))
        readings.append(Reading(there, Hints()))
        for seq in range(10):
            await here.append(A, seq, [touchpoint(A, seq + 1)])
        await until(lambda: len(readings[0].seen) == 10)
        assert readings[1].seen == []
        await readings[0].stop()
        await here.append(A, 10, [touchpoint(A, 11)])
        await until(lambda: readings[1].seen == [11])
        await readings[1].stop()


async def test_who_was_killed_is_followed_once_the_lease_has_run_out(log: TouchpointLog) -> None:
    killed = Lease(log, "work", 0.4)
    assert await killed._take()  # and nothing more: it renews and releases nothing
    done: list[str] = []

    async def work() -> None:
        done.append("worked")

    successor = Lease(log, "work", 0.4)
    assert not await successor.hold(work)
    await asyncio.sleep(0.5)
    assert await successor.hold(work)
    assert done == ["worked"]
    with pytest.raises(Lost):
        await killed.write([reader.at("work", 1)])
    assert await reader.position(log, "work") is None


async def test_who_was_killed_on_this_machine_is_followed_at_once(log: TouchpointLog) -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await process.wait()
    host, until_ = socket.gethostname(), 1 << 50
    for name, holder, free in (
        ("gone", f"{host} {process.pid} {new_id()} x", True),
        ("mine of before", f"{host} {os.getpid()} {new_id()} x", True),
        ("alive", f"{host} {os.getppid()} {new_id()} x", False),
        ("elsewhere", f"another {process.pid} {new_id()} x", False),
    ):
        await log.write([Put("lease", {"name": name, "holder": holder, "until": until_})])
        assert await Lease(log, name)._take() is free, name


async def test_of_many_who_want_the_lease_one_gets_it(log: TouchpointLog) -> None:
    assert sum(await asyncio.gather(*(Lease(log, "work", 5)._take() for _ in range(20)))) == 1


async def test_work_ends_when_the_lease_is_lost(log: TouchpointLog) -> None:
    lease, thief = Lease(log, "work", 0.3), Lease(log, "work", 5)
    ended: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(30)
        finally:
            ended.append("ended")

    holding = asyncio.create_task(lease.hold(work))
    await asyncio.sleep(0.05)
    # As if this process had stood still for longer than the lease lasts.
    await log.write([Put("lease", {**row, "until": 0}) for row in await log.rows("lease")])
    assert await thief._take()
    assert await asyncio.wait_for(holding, 2)
    assert ended == ["ended"]


async def test_what_the_work_raises_is_raised(log: TouchpointLog) -> None:
    async def work() -> None:
        raise Unavailable("the disk is full")

    with pytest.raises(Unavailable, match="disk is full"):
        await Lease(log, "work", 0.3).hold(work)
