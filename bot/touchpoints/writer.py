"""The one writer of the SQLite log: a thread that commits whatever waits in one transaction, and tells its callers."""

import asyncio
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from bot.errors import BotError, Conflict, Refused, Unavailable
from bot.touchpoints import rows
from bot.touchpoints.log import Value

BATCH = 512
CHECKPOINT_PAGES = 4000
ROWS_A_STATEMENT = 64
STREAMS_REMEMBERED = 20_000

ENDS = ("customer.erased", "episode.closed")
"""What may still be said of a customer who was erased."""

ERASED = "the customer of this was erased; nothing more can be written here, begin anew"


@dataclass(slots=True, eq=False)
class Append:
    """One append or write that waits for the writer, and what becomes of it."""

    stream: str
    expected_seq: int
    customer_ref: str | None
    touchpoints: Sequence[tuple[str, str, int, bytes, bytes | None]]
    changes: Sequence[rows.Statement]
    done: "asyncio.Future[int]"
    outcome: int | BotError = 0


@dataclass(slots=True)
class Stream:
    """What the writer knows of a stream."""

    id: int
    head: int
    customer_ref: str | None = None
    erased: bool = False
    """Whether the customer whose it is has a tombstone: then nothing but its end may follow."""


class Writer:
    """Commits appends to one file, each wholly or not at all, in the order in which they were put.

    `synchronous=FULL`: an append's caller goes on only when it is on the disk. Each in a batch succeeds or conflicts on
    its own. Other processes may write too: what an append checks, it checks inside the transaction.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._waiting: SimpleQueue[Append | None] = SimpleQueue()
        self._database = connect(path)
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.execute("PRAGMA secure_delete = ON")
        self._database.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        self._file = _identity(path)
        self._streams: dict[str, Stream] = {}
        self._position: int | None = None
        self._last_stream = 0
        self._version: tuple[int] | None = None
        self._thread = threading.Thread(target=self._write_batches, name="log-writer", daemon=True)
        self._thread.start()

    def put(self, job: Append) -> None:
        """Have it committed with what else waits; its future tells the outcome."""
        self._waiting.put(job)

    async def close(self) -> None:
        """Commit what waits, then end."""
        self._waiting.put(None)
        await asyncio.to_thread(self._thread.join)

    # What follows runs in the writer's thread alone.

    def _write_batches(self) -> None:
        stopping = False
        while not stopping:
            batch: list[Append] = []
            job = self._waiting.get()
            while job is not None and len(batch) < BATCH:
                batch.append(job)
                try:
                    job = self._waiting.get_nowait()
                except Empty:
                    break
            else:
                stopping = job is None
                if job is not None:
                    batch.append(job)
            if batch:
                self._commit(batch)
                batch[0].done.get_loop().call_soon_threadsafe(_settle, batch)
        self._database.close()

    def _commit(self, batch: Sequence[Append]) -> None:
        """Commit what can be committed and give each its outcome; all fail together where the disk does."""
        try:
            # An unlinked file would take writes for as long as it is open, and lose them.
            if _identity(self._path) != self._file:
                raise Unavailable(f"the database {self._path} is gone or was replaced; restart the server")
            self._database.execute("BEGIN IMMEDIATE")
            self._place(batch)
            self._database.execute("COMMIT")
        except Exception as error:  # whatever it is, the thread must go on and every caller must hear of it
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            self._forget()
            for job in batch:
                job.outcome = Unavailable(f"the database can't be written: {error}")

    def _place(self, batch: Sequence[Append]) -> None:
        if self._foreign_commits():
            self._forget()
        position, recorded = self._last_position(), time.time_ns() // 1_000_000
        touchpoints: list[tuple[Value, ...]] = []
        personal: list[tuple[Value, ...]] = []
        streams: dict[int, tuple[Value, ...]] = {}
        for job in batch:
            stream = self._stream(job) if job.stream else None
            if stream is not None and stream.head != job.expected_seq:
                job.outcome = Conflict(f"{job.stream} is at {stream.head}, not at {job.expected_seq}")
                continue
            if stream is not None and stream.erased and any(type_ not in ENDS for _, type_, *_ in job.touchpoints):
                job.outcome = Refused(ERASED)
                continue
            if job.changes and not self._apply(job):
                continue
            if stream is None or not job.touchpoints:
                continue
            for id_, type_, time_, facts, sealed in job.touchpoints:
                stream.head += 1
                position += 1
                touchpoints.append((position, stream.id, stream.head, id_, type_, time_, recorded, facts.decode()))
                if sealed is not None:
                    personal.append((position, sealed))
                if type_ == "customer.erased":
                    self._note_erased(stream.customer_ref)
            streams[stream.id] = (stream.id, job.stream, stream.head, job.customer_ref)
            job.outcome = position
        self._insert(
            "INSERT INTO stream VALUES {} ON CONFLICT (id) DO UPDATE SET head = excluded.head", streams.values()
        )
        self._insert("INSERT INTO touchpoint VALUES {}", touchpoints)
        self._insert("INSERT INTO personal VALUES {}", personal)
        self._position = position

    def _insert(self, statement: str, rows: Iterable[tuple[Value, ...]]) -> None:
        """Insert many rows in few statements.

        Each statement lets go of Python's global lock and has to win it back from the thread that serves requests, so
        one a row would cost more than the insert itself. There are few enough lengths for each to stay prepared.
        """
        left = list(rows)
        while left:
            now, left = left[:ROWS_A_STATEMENT], left[ROWS_A_STATEMENT:]
            marks = ", ".join(["(" + ", ".join("?" * len(now[0])) + ")"] * len(now))
            self._database.execute(statement.format(marks), [value for row in now for value in row])

    def _stream(self, job: Append) -> Stream:
        stream = self._streams.get(job.stream)
        if stream is None:
            found = self._database.execute("SELECT id, head FROM stream WHERE name = ?", (job.stream,)).fetchone()
            if found is None:
                self._last_stream += 1
                found = (self._last_stream, 0)
            stream = self._streams[job.stream] = Stream(*found)
        if job.customer_ref is not None and stream.customer_ref != job.customer_ref:
            stream.customer_ref = job.customer_ref
            query = "SELECT EXISTS (SELECT 1 FROM erased WHERE customer_ref = ?)"
            stream.erased = bool(self._database.execute(query, (job.customer_ref,)).fetchone()[0])
        return stream

    def _note_erased(self, customer_ref: str | None) -> None:
        for stream in self._streams.values():
            stream.erased |= stream.customer_ref == customer_ref

    def _foreign_commits(self) -> bool:
        """Whether another connection has committed since the last batch, so that what is remembered may be wrong."""
        version = self._database.execute("PRAGMA data_version").fetchone()
        foreign: bool = version != self._version
        self._version = version
        return foreign

    def _forget(self) -> None:
        self._streams.clear()
        self._position = None

    def _last_position(self) -> int:
        if self._position is None or len(self._streams) > STREAMS_REMEMBERED:
            self._streams.clear()
            query = "SELECT (SELECT max(position) FROM touchpoint), (SELECT max(id) FROM stream)"
            position, stream = self._database.execute(query).fetchone()
            self._position, self._last_stream = position or 0, stream or 0
        return self._position

    def _apply(self, job: Append) -> bool:
        """Apply the changes of one append, all or none; false where they break a uniqueness rule."""
        self._database.execute("SAVEPOINT changes")
        try:
            for statement in job.changes:
                self._database.execute(*statement)
        except sqlite3.IntegrityError as error:
            self._database.execute("ROLLBACK TO changes")
            job.outcome = Conflict(f"{job.stream or 'the change'} breaks a rule of the database: {error}")
        finally:
            self._database.execute("RELEASE changes")
        return not isinstance(job.outcome, BotError)


def connect(path: Path) -> sqlite3.Connection:
    """A connection that commits when it is told to, and that another thread may close."""
    kept = 4 * ROWS_A_STATEMENT
    return sqlite3.connect(path, 10, isolation_level=None, check_same_thread=False, cached_statements=kept)


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file is at a path, None where none is."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _settle(batch: Sequence[Append]) -> None:
    """Tell whoever waits what became of their appends."""
    for job in batch:
        if job.done.done():
            continue
        if isinstance(job.outcome, BotError):
            job.done.set_exception(job.outcome)
        else:
            job.done.set_result(job.outcome)
