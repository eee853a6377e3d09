"""Takes what other systems report: every good event once, every bad one named.

What several senders send at one time is stored together. An event is never acknowledged before it is on the disk; one
that was stored before a crash and is sent again is a duplicate.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.outside.events import Event, Rejected, read_event
from bot.outside.stages import StageOf
from bot.outside.storing import Outcome, Storing


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch: how many are stored now, how many were before, and why the others are not."""

    accepted: int
    duplicates: int
    rejected: Sequence[tuple[int, str]]


@dataclass(slots=True)
class _Job:
    """The events of one request and what becomes of each."""

    events: Sequence[Event]
    done: "asyncio.Future[None]"
    outcomes: list[Outcome] = field(default_factory=list)


class Ingest:
    """Takes batches of events. `stage_of` gives the stage of an intent."""

    def __init__(self, storing: Storing, stage_of: StageOf, clock: Callable[[], int]) -> None:
        self._storing = storing
        self._stage_of = stage_of
        self._clock = clock
        self._waiting: list[_Job] = []
        self._one_at_a_time = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, values: Sequence[object], source: str | None = None) -> Taken:
        """Store the events that JSON values are; with a `source`, of that one alone.

        Returns once they are on the disk. Raises Unavailable where that can't be said of all good ones: sent again,
        none of them is stored twice.
        """
        events: list[Event] = []
        rejected: list[tuple[int, str]] = []
        now = self._clock()
        for index, value in enumerate(values):
            try:
                events.append(read_event(index, value, now, source, self._stage_of))
            except Rejected as reason:
                rejected.append((index, str(reason)))
        outcomes = await self._stored(events) if events else []
        rejected += [(one.index, end) for one, end in zip(events, outcomes, strict=True) if isinstance(end, str)]
        return Taken(outcomes.count(True), outcomes.count(False), sorted(rejected))

    async def _stored(self, events: Sequence[Event]) -> Sequence[Outcome]:
        job = _Job(events, asyncio.get_running_loop().create_future())
        self._waiting.append(job)
        # In a task of its own: a sender that hangs up takes nobody else's events with it.
        task = asyncio.create_task(self._store_waiting())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await job.done
        return job.outcomes

    async def _store_waiting(self) -> None:
        async with self._one_at_a_time:
            jobs, self._waiting = self._waiting, []
            events = [event for job in jobs for event in job.events]
            outcomes: list[Outcome] = [None] * len(events)
            error: Exception | None = None
            try:
                await self._storing.store(events, outcomes)
            except Exception as failure:  # whatever it is, every sender must hear of it
                error = failure
            start = 0
            for job in jobs:
                job.outcomes = outcomes[start : start + len(job.events)]
                start += len(job.events)
                if job.done.done():
                    continue
                # What was all stored before something else failed is stored.
                if error is not None and None in job.outcomes:
                    job.done.set_exception(error)
                else:
                    job.done.set_result(None)
