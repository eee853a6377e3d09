"""JSON Lines and CSV."""

import csv
import io
import os
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from bot.touchpoints.columns import COLUMNS, Kind, row

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that spreadsheets compute (OWASP, CSV injection); an apostrophe before it makes it a text."""

Events = AsyncIterator[dict[str, Any]]


async def write_jsonl(events: Events, out: Path) -> int:
    """One CloudEvent a line; how many."""
    return await _write(events, out, b"", lambda event: orjson.dumps(event) + b"\n")


async def write_csv(events: Events, out: Path) -> int:
    """A line of the columns' names, then one row a touchpoint, in UTF-8 as RFC 4180 has it; how many."""
    return await _write(events, out, _csv_line(COLUMNS), lambda event: _csv_row(row(event)))


def scrub_jsonl(path: Path, refs: Collection[str]) -> None:
    """Take the texts of erased customers out of a file, whole or not at all."""

    def without(line: bytes) -> bytes:
        event = orjson.loads(line)
        if event["data"].get("customer_ref") in refs:
            event["data"].pop("text", None)
        return orjson.dumps(event) + b"\n"

    with path.open("rb") as file:
        _replace(path, map(without, file))


def scrub_csv(path: Path, refs: Collection[str]) -> None:
    """Take the texts of erased customers out of a file, whole or not at all."""

    def lines() -> Iterator[bytes]:
        rows = csv.DictReader(file)
        if not {"position", "customer_ref"} <= set(rows.fieldnames or ()):
            raise ValueError("its first line doesn't name the columns")
        yield _csv_line(COLUMNS)
        for one in rows:
            yield _csv_row({**one, "text": ""} if one["customer_ref"] in refs else one)

    with path.open(newline="", encoding="utf-8") as file:
        _replace(path, lines())


async def _write(events: Events, out: Path, head: bytes, line: Callable[[dict[str, Any]], bytes]) -> int:
    count = 0
    with out.open("wb") as file:
        file.write(head)
        async for event in events:
            file.write(line(event))
            count += 1
        file.flush()
        os.fsync(file.fileno())
    return count


def _replace(path: Path, lines: Iterable[bytes]) -> None:
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    with unfinished.open("wb") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def _csv_row(flat: Mapping[str, Any]) -> bytes:
    return _csv_line(_cell(flat.get(name), kind) for name, kind in COLUMNS.items())


def _csv_line(cells: Iterable[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().encode()


def _cell(value: Any, kind: Kind) -> str:
    if value is None:
        return ""
    if kind == "text" and str(value).startswith(FORMULAS):
        return f"'{value}"
    return ("false", "true")[value] if isinstance(value, bool) else str(value)
