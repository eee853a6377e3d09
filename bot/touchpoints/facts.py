"""The log's facts in bulk, for readers that copy them: without personal content, so without a key."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from bot.errors import Unavailable

Stream = tuple[int, str, str | None]
"""Its number, its name, and whose key seals its personal content."""

Fact = tuple[int, int, int, str, int, str]
"""Position, number of the stream, seq, type, time (milliseconds since 1970) and the facts as JSON."""


class Facts:
    """Reads touchpoints and streams of one SQLite log, in order and beside whoever writes; use it as a context."""

    def __init__(self, path: Path) -> None:
        """Open the log for reading; raises Unavailable where there is none."""
        try:
            self._database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)
            self._database.execute("SELECT 1 FROM touchpoint LIMIT 1")
        except sqlite3.Error as error:
            raise Unavailable(f"the log {path} can't be read: {error}; `bot serve` makes one") from error

    def __enter__(self) -> "Facts":
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def last_position(self) -> int:
        """The position of the last touchpoint there is, 0 for an empty log."""
        return int(self._database.execute("SELECT coalesce(max(position), 0) FROM touchpoint").fetchone()[0])

    def id_at(self, position: int) -> str | None:
        """The id of the touchpoint at a position, None where there is none."""
        row = self._database.execute("SELECT id FROM touchpoint WHERE position = ?", (position,)).fetchone()
        return str(row[0]) if row else None

    def has_customers(self) -> bool:
        """Whether somebody has begun a conversation who isn't simulated."""
        query = """SELECT EXISTS (SELECT 1 FROM touchpoint WHERE type = 'conversation.started'
            AND json_extract(facts, '$.simulated') IS NOT 1)"""
        return bool(self._database.execute(query).fetchone()[0])

    def streams(self, after: int) -> Sequence[Stream]:
        """The streams with numbers above `after`; a number is given once and never changes."""
        query = "SELECT id, name, customer_ref FROM stream WHERE id > ? ORDER BY id"
        return self._database.execute(query, (after,)).fetchall()

    def touchpoints(self, after: int, until: int, limit: int) -> Sequence[Fact]:
        """The touchpoints at positions above `after` and up to `until`, at most `limit`."""
        query = """SELECT position, stream, seq, type, time, facts FROM touchpoint
            WHERE position > ? AND position <= ? ORDER BY position LIMIT ?"""
        return self._database.execute(query, (after, until, limit)).fetchall()
