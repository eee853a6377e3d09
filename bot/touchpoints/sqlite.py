"""The touchpoint log in one SQLite file.

One writer thread commits every append that waits in one transaction (`synchronous=FULL`, so that it is on the disk) and
only then lets the callers go; each append in the batch succeeds or conflicts on its own. Other processes may write too:
what an append checks, it checks inside the transaction.
"""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

import orjson

from bot.errors import BotError, Conflict, Refused, Unavailable
from bot.records import Touchpoint
from bot.touchpoints import rows
from bot.touchpoints.batch import ENDS, ERASED, Append, Stream, identity, settle
from bot.touchpoints.log import Change, Put, Value, Where
from bot.touchpoints.schema import prepare, shipped
from bot.touchpoints.sealing import Vault

Result = TypeVar("Result")

BATCH = 512
READERS = 2
CHECKPOINT_PAGES = 4000
ROWS_A_STATEMENT = 64
STREAMS_REMEMBERED = 20_000
CHECKED_EVERY = 5.0  # seconds: anybody may ask for a check
SETTLE_TRIES = 50


class SqliteLog:
    """A `TouchpointLog` in one file, for one installation on one machine."""

    def __init__(self, path: Path, vault: Vault, secret: bytes) -> None:
        """Open the log, making or migrating the file first; raises SchemaError where that can't be done."""
        prepare(path, secret, shipped())
        self._path = path
        self._vault = vault
        self._waiting: SimpleQueue[Append | None] = SimpleQueue()
        self._checked_at = -CHECKED_EVERY
        self._closing = False
        self._database = self._connect()
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.execute("PRAGMA secure_delete = ON")
        self._database.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        self._file = identity(path)
        self._streams: dict[str, Stream] = {}
        self._position: int | None = None
        self._last_stream = 0
        self._version: tuple[int] | None = None
        self._writer = threading.Thread(target=self._write_batches, name="log-writer", daemon=True)
        self._writer.start()
        self._local = threading.local()
        self._reading: list[sqlite3.Connection] = []
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="log-reader")

    def erased(self) -> list[str]:
        """Every `customer_ref` that the log has a tombstone of, before anything is served."""
        return [ref for (ref,) in self._database.execute("SELECT customer_ref FROM erased").fetchall()]

    async def append(
        self, stream: str, expected_seq: int, touchpoints: Sequence[Touchpoint], changes: Sequence[Change] = ()
    ) -> int:
        """See `TouchpointLog.append`."""
        sealed = []
        customer_ref = touchpoints[0].customer_ref if touchpoints else None
        for number, touchpoint in enumerate(touchpoints, expected_seq + 1):
            if touchpoint.stream != stream or touchpoint.seq != number or touchpoint.customer_ref != customer_ref:
                raise ValueError(
                    f"touchpoint {touchpoint.seq} of {touchpoint.stream} can't be number {number} of {stream}"
                )
            personal = None
            if touchpoint.personal:
                if customer_ref is None:
                    raise ValueError(f"{touchpoint.type} has personal content and no customer whose key could seal it")
                personal = self._vault.seal(customer_ref, touchpoint.id, touchpoint.personal)
            facts = orjson.dumps(touchpoint.facts)
            sealed.append((touchpoint.id, touchpoint.type, touchpoint.time, facts, personal))
        return await self._submit(stream, expected_seq, customer_ref, sealed, changes)

    async def write(self, changes: Sequence[Change]) -> None:
        """See `TouchpointLog.write`."""
        await self._submit("", 0, None, (), changes)

    async def read(self, stream: str, after: int = 0, limit: int | None = None) -> list[Touchpoint]:
        """See `TouchpointLog.read`."""
        query = rows.TOUCHPOINTS + "WHERE s.name = ? AND t.seq > ? ORDER BY t.seq LIMIT ?"
        return await self._touchpoints(query, (stream, after, -1 if limit is None else limit))

    async def tail(self, position: int = 0, limit: int = 500) -> list[Touchpoint]:
        """See `TouchpointLog.tail`."""
        return await self._touchpoints(
            rows.TOUCHPOINTS + "WHERE t.position > ? ORDER BY t.position LIMIT ?", (position, limit)
        )

    async def head(self, stream: str) -> int:
        """See `TouchpointLog.head`."""
        query = "SELECT coalesce(max(head), 0) FROM stream WHERE name = ?"
        return int((await self._in_reader(lambda database: database.execute(query, (stream,)).fetchone()))[0])

    async def backwards(
        self, before: int | None = None, limit: int = 500, types: Collection[str] = (), after: int = 0
    ) -> list[Touchpoint]:
        """See `TouchpointLog.backwards`."""
        condition, values = rows.backwards(before, limit, types, after)
        return await self._touchpoints(rows.TOUCHPOINTS + condition, values)

    async def with_personal(self, before: int, after: int = 0, limit: int = 5000) -> list[Touchpoint]:
        """See `TouchpointLog.with_personal`."""
        query = rows.WITH_PERSONAL + "WHERE p.position > ? AND t.time < ? ORDER BY p.position LIMIT ?"
        return await self._touchpoints(query, (after, before, limit))

    async def settle(self) -> None:
        """See `TouchpointLog.settle`."""
        for _ in range(SETTLE_TRIES):
            busy = await self._in_reader(
                lambda database: database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            )
            if not busy[0]:
                return
            await asyncio.sleep(0.1)

    async def last_position(self) -> int:
        """See `TouchpointLog.last_position`."""
        query = "SELECT coalesce(max(position), 0) FROM touchpoint"
        return int(await self._in_reader(lambda database: database.execute(query).fetchone()[0]))

    async def rows(
        self, table: str, where: Where | None = None, below: Mapping[str, int] | None = None
    ) -> list[dict[str, Value]]:
        """See `TouchpointLog.rows`."""
        query, values = rows.select(table, where or {}, below or {})

        def fetch(database: sqlite3.Connection) -> list[dict[str, Value]]:
            cursor = database.execute(query, values)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

        return await self._in_reader(fetch)

    async def check(self) -> None:
        """See `TouchpointLog.check`."""
        await self._in_reader(lambda database: database.execute("SELECT max(position) FROM touchpoint").fetchone())
        # A commit that changes nothing succeeds on a full disk.
        due = time.monotonic() - self._checked_at >= CHECKED_EVERY
        await self.write([Put("reader", {"name": "check", "position": 0})] if due else ())
        self._checked_at = time.monotonic() if due else self._checked_at

    async def close(self) -> None:
        """See `TouchpointLog.close`."""
        if not self._closing:
            self._closing = True
            self._waiting.put(None)
            await asyncio.to_thread(self._writer.join)
            self._readers.shutdown()
            for connection in self._reading:
                connection.close()

    async def _submit(
        self,
        stream: str,
        expected_seq: int,
        customer_ref: str | None,
        touchpoints: Sequence[tuple[str, str, int, bytes, bytes | None]],
        changes: Sequence[Change],
    ) -> int:
        if self._closing:
            raise Unavailable("the log is closed: the server is going down, try again in a moment")
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        statements = [rows.statement(change) for change in changes]
        self._waiting.put(Append(stream, expected_seq, customer_ref, touchpoints, statements, done))
        # Shielded: whoever stops waiting (a client that hung up) does not undo what is being committed.
        return await asyncio.shield(done)

    async def _touchpoints(self, query: str, values: tuple[Value, ...]) -> list[Touchpoint]:
        def fetch(database: sqlite3.Connection) -> list[Touchpoint]:
            return [self._touchpoint(row) for row in database.execute(query, values)]

        return await self._in_reader(fetch)

    def _touchpoint(self, row: tuple[Any, ...]) -> Touchpoint:
        id_, stream, seq, type_, time_, facts, customer_ref, position, recorded, sealed = row
        personal = self._vault.open(customer_ref, id_, sealed)
        return Touchpoint(
            id_, stream, seq, type_, time_, orjson.loads(facts), personal, customer_ref, position, recorded
        )

    async def _in_reader(self, fetch: Callable[[sqlite3.Connection], Result]) -> Result:
        def run() -> Result:
            if not hasattr(self._local, "database"):
                self._local.database = self._connect()
                self._reading.append(self._local.database)
                self._local.database.execute("PRAGMA query_only = ON")
            database: sqlite3.Connection = self._local.database
            return fetch(database)

        if self._closing:
            raise Unavailable("the log is closed: the server is going down, try again in a moment")
        try:
            return await asyncio.get_running_loop().run_in_executor(self._readers, run)
        except sqlite3.DatabaseError as error:
            raise Unavailable(f"the database can't be read: {error}") from error

    def _connect(self) -> sqlite3.Connection:
        kept = 4 * ROWS_A_STATEMENT
        return sqlite3.connect(self._path, 10, isolation_level=None, check_same_thread=False, cached_statements=kept)

    # What follows runs in the writer thread alone.

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
                batch[0].done.get_loop().call_soon_threadsafe(settle, batch)
        self._database.close()

    def _commit(self, batch: Sequence[Append]) -> None:
        """Commit what can be committed and give each its outcome; all fail together where the disk does."""
        try:
            # An unlinked file would take writes for as long as it is open, and lose them.
            if identity(self._path) != self._file:
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
