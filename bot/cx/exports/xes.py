"""XES (IEEE 1849), which programs for process mining read: one trace a stream, one event a touchpoint.

Traces need their events together, so the touchpoints are sorted on the disk first.
"""

import os
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import closing
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.sax.saxutils import quoteattr

import orjson

from bot.touchpoints.columns import COLUMNS, row

NAMESPACE = "http://www.xes-standard.org/"
EXTENSIONS = {"Concept": "concept", "Time": "time", "Organizational": "org", "Lifecycle": "lifecycle"}
REPLACED = "\ufffd"
"""Stands for a character that XML can't hold."""

_KINDS = {"text": "string", "integer": "int", "number": "float", "flag": "boolean", "time": "date"}
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


async def write_xes(events: AsyncIterator[dict[str, Any]], out: Path) -> int:
    """Write the whole log of traces; how many events."""
    with TemporaryDirectory(prefix=".bot-", dir=out.parent) as folder, closing(_scratch(Path(folder))) as scratch:
        count = 0
        async for event in events:
            flat = row(event)
            values = (flat["subject"], flat["position"], orjson.dumps(flat))
            scratch.execute("INSERT INTO event VALUES (?, ?, ?)", values)
            count += 1
        sorted_ = scratch.execute("SELECT subject, flat FROM event ORDER BY subject, position")
        with out.open("w", encoding="utf-8") as file:
            file.writelines(_lines(sorted_))
            file.flush()
            os.fsync(file.fileno())
    return count


def _scratch(folder: Path) -> sqlite3.Connection:
    """Where the events are sorted."""
    scratch = sqlite3.connect(folder / "sorted", isolation_level=None)
    scratch.executescript(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
        "CREATE TABLE event (subject TEXT, position INTEGER, flat BLOB, PRIMARY KEY (subject, position)) WITHOUT ROWID;"
        "BEGIN;"
    )
    return scratch


def _lines(rows: Iterator[tuple[str, bytes]]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<log xes.version="1.0" xes.features="" xmlns="{NAMESPACE}">\n'
    for name, prefix in EXTENSIONS.items():
        yield f'<extension name="{name}" prefix="{prefix}" uri="{NAMESPACE}{prefix}.xesext"/>\n'
    yield '<global scope="trace"><string key="concept:name" value=""/></global>\n'
    yield '<global scope="event"><string key="concept:name" value=""/>'
    yield '<date key="time:timestamp" value="1970-01-01T00:00:00.000Z"/>'
    yield '<string key="lifecycle:transition" value="complete"/></global>\n'
    yield '<classifier name="Activity" keys="concept:name"/>\n'
    for subject, of_it in groupby(rows, key=lambda one: one[0]):
        yield f"<trace>{_attribute('string', 'concept:name', subject)}\n"
        for _, flat in of_it:
            yield _event(orjson.loads(flat))
        yield "</trace>\n"
    yield "</log>\n"


def _event(flat: Mapping[str, Any]) -> str:
    parts = [
        _attribute("string", "concept:name", flat["type"]),
        _attribute("date", "time:timestamp", flat["time"]),
        _attribute("string", "lifecycle:transition", "complete"),
    ]
    if actor := flat.get("actor_id") or flat.get("actor_kind"):
        parts.append(_attribute("string", "org:resource", actor))
    parts += [
        _attribute(_KINDS[COLUMNS[name]], name, value)
        for name, value in flat.items()
        if name not in ("type", "time", "subject")
    ]
    return f"<event>{''.join(parts)}</event>\n"


def _attribute(tag: str, key: str, value: Any) -> str:
    text = ("false", "true")[value] if isinstance(value, bool) else str(value)
    return f"<{tag} key={quoteattr(key)} value={quoteattr(_ILLEGAL.sub(REPLACED, text))}/>"
