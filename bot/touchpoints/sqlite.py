"""The touchpoint log in one SQLite file.

Reading and writing never wait for each other: readers see the last commit, and one `Writer` commits what waits.
"""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import orjson

from bot.errors import Unavailable
from bot.records import Touchpoint
from bot.touchpoints import rows
from bot.touchpoints.log import Change, Put, Value, Where
from bot.touchpoints.schema import prepare, shipped
from bot.touchpoints.sealing import Vault
from bot.touchpoints.writer import Append, Writer, connect

Result = TypeVar("Result")

READERS = 2
CHECKED_EVERY = 5.0  # seconds: anybody may ask for a check
SETTLE_TRIES = 50


class SqliteLog:
    """A `TouchpointLog` in one file, for one installation on one machine."""

    def __init__(self, path: Path, vault: Vault, secret: bytes) -> None:
        """Open the log, making or migrating the file first; raises SchemaError where that can't be done."""
        prepare(path, secret, shipped())
        self._path = path
        self._vault = vault
        self._checked_at = -CHECKED_EVERY
        self._closing = False
        self._writer = Writer(path)
        self._local = threading.local()
        self._reading: list[sqlite3.Connection] = []
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="log-reader")

    def erased(self) -> list[str]:
        """Every `customer_ref` that the log has a tombstone of, before anything is served."""
        with closing(connect(self._path)) as database:
            return [ref for (ref,) in database.execute("SELECT customer_ref FROM erased").fetchall()]

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
            await self._writer.close()
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
        self._writer.put(Append(stream, expected_seq, customer_ref, touchpoints, statements, done))
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
                self._local.database = connect(self._path)
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
