"""The columnar mirror: the facts of the log in DuckDB, and what they fold to, kept up from the position it remembers.

Everything in it can be made anew from the log. It holds no text and no name, so erasing a customer leaves it as it is.
"""

import os
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import numpy as np

from bot.cx.installation import MirrorDamaged
from bot.dialogue.state import UPSET
from bot.errors import Unavailable
from bot.touchpoints.facts import Facts

VERSION = 5
"""Of the tables; a mirror of another version is made anew."""

CHUNK = 200_000
"""Touchpoints that are loaded in one transaction."""

FOLDED_AT_ONCE = 150_000
"""Streams, or people, that are folded together: bounds the memory that building takes."""

MEMORY = "1000MB"
WAITS = 60.0
"""Seconds to wait for another process that has the mirror open."""

Progress = Callable[[int, int], None]


def script(name: str) -> str:
    """The SQL of one step, from the folder beside this module."""
    return files("bot.cx").joinpath("sql", f"{name}.sql").read_text()


class Mirror:
    """One mirror file; a context that holds it alone, so keep it open no longer than a question takes.

    `chat` are the intents that are small talk, `confirming` those by which customers say that an answer helped; where
    they are others than before, every episode is folded again.
    """

    def __init__(self, path: Path, chat: Collection[str] = (), confirming: Collection[str] = ()) -> None:
        self._path = path
        self._chat = sorted(chat)
        self._confirming = sorted(confirming)
        self._new = False

    def __enter__(self) -> "Mirror":
        """Open it, or make it; raises Unavailable where another process keeps it for itself."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._open()
        except duckdb.Error as error:
            self._make_from_nothing(error)
        return self

    def _open(self) -> None:
        self.database = _connect(self._path)
        try:
            self.database.execute(f"SET memory_limit = '{MEMORY}'")
            self.database.execute("SET threads = 2")
            self.database.execute("SET preserve_insertion_order = false")
            self.database.execute("SET TimeZone = 'UTC'")
            if self._is_of_another_version():
                self._make_anew()
        except duckdb.Error:
            self.database.close()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it; raises MirrorDamaged, and throws it away, where it could not be read."""
        self.database.close()
        if isinstance(error, duckdb.Error) and _is_damage(error):
            self._remove()
            told = f"the mirror {self._path} was damaged and has been thrown away; ask again, and it is made anew"
            raise MirrorDamaged(f"{told} from the log ({_line(error)})") from error

    def _make_from_nothing(self, error: duckdb.Error) -> None:
        """An empty mirror in the place of a damaged one; raises Unavailable where that can't be written either."""
        if not _is_damage(error):
            raise error
        self._remove()
        try:
            self._open()
        except duckdb.Error as again:
            raise Unavailable(f"the mirror {self._path} can't be made ({_line(again)})") from again

    def _remove(self) -> None:
        try:
            for path in (self._path, self._path.with_name(self._path.name + ".wal")):
                path.unlink(missing_ok=True)
        except OSError as error:
            raise Unavailable(f"the mirror {self._path} is damaged and can't be deleted ({error.strerror})") from error

    @property
    def position(self) -> int:
        """How far the mirror is in the log."""
        return self._one("SELECT position FROM mirror")

    def catch_up(self, log: Path, progress: Progress = lambda done, total: None) -> int:
        """Load and fold what the log holds beyond the mirror's position; returns how many touchpoints that were.

        Whatever ends the process, the mirror stands at a position up to which it is whole. A damaged one is made anew.
        """
        try:
            return self._catch_up(log, progress)
        except duckdb.Error as error:
            if not _is_damage(error):
                raise
            self.database.close()
            self._make_from_nothing(error)
            return self._catch_up(log, progress)

    def _catch_up(self, log: Path, progress: Progress) -> int:
        with Facts(log) as facts:
            if not self._is_of(facts):
                self._make_anew()
            last, begun = facts.last_position(), self.position
            reached = begun
            while reached < last:
                reached = self._load(facts, reached, last)
                progress(reached - begun, last - begun)
        self._fold()
        return last - begun

    def behind(self, facts: Facts) -> int:
        """How many touchpoints there are to take in, or to fold again: all, where log or small talk are others."""
        whole = self._is_of(facts) and self._has_its_words()
        ((reached,),) = self.database.execute("SELECT least(position, folded) FROM mirror").fetchall()
        return facts.last_position() - (int(reached) if whole else 0)

    def _has_its_words(self) -> bool:
        (words,) = self.database.execute("SELECT chat, confirming FROM mirror").fetchall()
        return words == (self._chat, self._confirming)

    def _is_of(self, facts: Facts) -> bool:
        """Whether it mirrors this log, and not one that another copy has been put in the place of."""
        ((position, mark),) = self.database.execute("SELECT position, mark FROM mirror").fetchall()
        return bool(position == 0 or facts.id_at(position) == mark)

    def _load(self, facts: Facts, after: int, until: int) -> int:
        rows = facts.touchpoints(after, until, CHUNK)
        if not rows:
            return until
        position, stream, seq, type_, time_, text = zip(*rows, strict=True)
        reached = int(position[-1])
        chunk = {
            "position": np.array(position, np.int64),
            "stream": np.array(stream, np.int64),
            "seq": np.array(seq, np.int32),
            "type": np.array(type_, object),
            "time": np.array(time_, np.int64),
            "facts": np.array(text, object),
        }
        with self._transaction():
            self._streams(facts)
            self.database.register("chunk", chunk)
            self.database.execute(script("load"))
            self.database.unregister("chunk")
            self.database.execute("UPDATE mirror SET position = ?, mark = ?", [reached, facts.id_at(reached)])
        return reached

    def _streams(self, facts: Facts) -> None:
        known = self._one("SELECT stream FROM mirror")
        rows = facts.streams(known)
        if not rows:
            return
        number, name, customer_ref = zip(*rows, strict=True)
        self.database.register(
            "chunk",
            {"id": np.array(number, np.int64), "name": np.array(name, object), "ref": np.array(customer_ref, object)},
        )
        self.database.execute(
            "INSERT INTO stream SELECT id, split_part(name, '/', 1), substr(name, instr(name, '/') + 1), ref FROM chunk"
        )
        self.database.unregister("chunk")
        self.database.execute("UPDATE mirror SET stream = ?", [number[-1]])

    def _fold(self) -> None:
        """Fold again what has moved since the last time: whole streams, and everything of the people whose they are."""
        everything = not self._has_its_words()
        if not everything and self._one("SELECT position = folded FROM mirror"):
            return
        with self._transaction():
            self._find_moved(everything)
            for _ in self._parts("moved", "stream", "touched"):
                self.database.execute("INSERT INTO people SELECT person FROM owner JOIN touched USING (stream)")
                self._replace("owner", "stream", "touched", "owners")
                self._replace("spell", "stream", "touched", "spells")
                self._replace("fold", "stream", "touched", "fold", self._values())
                self.database.execute("INSERT INTO people SELECT person FROM owner JOIN touched USING (stream)")
            self.database.execute("CREATE OR REPLACE TEMP TABLE moved AS SELECT DISTINCT person FROM people")
            for _ in self._parts("moved", "person", "concerned"):
                self._replace("person", "person", "concerned", "people")
                self._replace("visit", "person", "concerned", "visits")
                self._replace("episode", "person", "concerned", "episodes")
            self.database.execute(
                "UPDATE mirror SET folded = position, chat = ?, confirming = ?", [self._chat, self._confirming]
            )

    def _find_moved(self, everything: bool) -> None:
        """The streams to fold again, with all others of the same customers: a link concerns them too."""
        self.database.execute("CREATE OR REPLACE TEMP TABLE people (person VARCHAR)")
        if everything:
            self.database.execute("CREATE OR REPLACE TEMP TABLE moved AS SELECT id AS stream FROM stream")
            return
        self.database.execute(
            """CREATE OR REPLACE TEMP TABLE moved AS
            WITH news AS (SELECT stream, conversation_id FROM touchpoint WHERE position > (SELECT folded FROM mirror)),
            refs AS (
                SELECT s.customer_ref FROM stream s SEMI JOIN news ON news.stream = s.id
                UNION SELECT s.customer_ref FROM stream s SEMI JOIN news ON news.conversation_id = s.name
            )
            SELECT id AS stream FROM stream SEMI JOIN refs USING (customer_ref)"""
        )

    def _parts(self, table: str, key: str, part: str) -> Iterator[int]:
        """Give `part` the keys of `table`, a share of them at a time; customers stay together with their streams.

        Shares go by when customers came first: then most of what a share needs lies together in the mirror, and the
        others' touchpoints are not looked at again for each of them.
        """
        first = {
            "stream": """SELECT m.stream AS key, min(s.id) OVER (PARTITION BY coalesce(s.customer_ref, '')) AS first
                FROM {table} m JOIN stream s ON s.id = m.stream""",
            "person": """SELECT m.person AS key, min(o.stream) AS first
                FROM {table} m LEFT JOIN owner o USING (person) GROUP BY m.person""",
        }[key].format(table=table)
        parts = max(1, -(-self._one(f"SELECT count(*) FROM {table}") // FOLDED_AT_ONCE))
        self.database.execute(
            f"""CREATE OR REPLACE TEMP TABLE share AS
            SELECT key, (rank() OVER (ORDER BY first) - 1) * {parts} // count(*) OVER () AS number FROM ({first})"""
        )
        for number in range(parts):
            self.database.execute(
                f"CREATE OR REPLACE TEMP TABLE {part} AS SELECT key AS {key} FROM share WHERE number = {number}"
            )
            yield number

    def _values(self) -> dict[str, Any]:
        """What an episode is folded by, beside its touchpoints."""
        return {"chat": self._chat, "confirming": self._confirming, "upset": UPSET}

    def _replace(self, table: str, key: str, part: str, step: str, values: dict[str, Any] | None = None) -> None:
        query = script(step)
        if not self._exists(table):
            self.database.execute(f"CREATE TABLE {table} AS {query}", values or None)
            return
        self.database.execute(f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {part})")
        self.database.execute(f"INSERT INTO {table} {query}", values or None)

    def _exists(self, table: str) -> bool:
        query = f"SELECT count(*) FROM duckdb_tables() WHERE table_name = '{table}' AND NOT temporary"
        return bool(self._one(query))

    def _is_of_another_version(self) -> bool:
        return not self._exists("mirror") or self._one("SELECT version FROM mirror") != VERSION

    def _make_anew(self) -> None:
        tables = self.database.execute("SELECT table_name FROM duckdb_tables() WHERE NOT temporary").fetchall()
        with self._transaction():
            for (name,) in tables:
                self.database.execute(f"DROP TABLE {name}")
            self.database.execute(script("schema"))
            self.database.execute(
                "INSERT INTO mirror VALUES (?, 0, NULL, 0, 0, ?, ?)", [VERSION, self._chat, self._confirming]
            )
            self.database.execute("CREATE TEMP TABLE IF NOT EXISTS touched (stream BIGINT)")
            self.database.execute("CREATE TEMP TABLE IF NOT EXISTS concerned (person VARCHAR)")
            self._replace("owner", "stream", "touched", "owners")
            self._replace("fold", "stream", "touched", "fold", self._values())
            self._replace("episode", "person", "concerned", "episodes")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self.database.execute("BEGIN")
        try:
            yield
        except BaseException:
            self.database.execute("ROLLBACK")
            raise
        self.database.execute("COMMIT")

    def _one(self, query: str) -> int:
        ((value,),) = self.database.execute(query).fetchall()
        return int(value)


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    """The database alone to ourselves, after a while where another process has it."""
    deadline = time.monotonic() + WAITS
    while True:
        try:
            return duckdb.connect(str(path))
        except duckdb.IOException as error:
            if path.exists() and not os.access(path, os.R_OK | os.W_OK):
                raise Unavailable(f"the mirror {path} can't be opened ({_line(error)})") from error
            if not _is_lock(error):
                raise
            if time.monotonic() > deadline:
                raise Unavailable(f"the mirror {path} is in use by another report; try again in a moment") from error
            time.sleep(0.1)


def _is_lock(error: duckdb.Error) -> bool:
    return isinstance(error, duckdb.IOException) and "lock on file" in str(error).lower()


def _is_damage(error: duckdb.Error) -> bool:
    """Whether it is for what is in the file, and not for what was asked, or what there was to do it with."""
    ours = (duckdb.ProgrammingError, duckdb.OutOfMemoryException, duckdb.InterruptException)
    return not isinstance(error, ours) and not _is_lock(error)


def _line(error: duckdb.Error) -> str:
    return str(error).partition("\n")[0]
