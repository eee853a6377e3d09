"""One export from the log to its files: whole or not at all, and where wanted from where the last one ended.

An export that goes on from the last one is a folder with a part for each time, and `_export.json`, which says what is
in it; a part that isn't named there is of a run that was cut off, and goes with the next one.
"""

import json
import os
import shutil
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from bot.cx.exports.lines import scrub_csv, scrub_jsonl, write_csv, write_jsonl
from bot.cx.exports.xes import write_xes
from bot.errors import BotError, Refused
from bot.touchpoints.export import Selection, exported
from bot.touchpoints.log import Put, TouchpointLog

MANIFEST = "_export.json"

_WRITERS = {"jsonl": write_jsonl, "csv": write_csv, "xes": write_xes}
_SCRUBBERS: dict[str, Callable[[Path, Collection[str]], None]] = {"jsonl": scrub_jsonl, "csv": scrub_csv}


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be written where. `goes_on` begins where the last export to the same place ended."""

    format: str
    out: Path
    selection: Selection
    source: str
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """How many touchpoints were written now, and the position up to which the log is in the files."""

    count: int
    position: int


@dataclass(slots=True)
class _Manifest:
    format: str
    texts: bool
    position: int
    count: int = 0
    parts: list[str] = field(default_factory=list)


async def export(log: TouchpointLog, order: Order) -> Written:
    """Write what is ordered; raises Refused for what doesn't fit what is there, and BotError for a missing library."""
    if order.selection.texts and order.format == "xes":
        raise Refused("XES is written without texts; take jsonl, csv or parquet for them")
    if order.goes_on and order.format == "xes":
        raise Refused("a trace of XES must be whole, so XES can't go on where it ended; write it anew")
    if order.selection.texts:
        # First remembered, then written: a file that nobody knows of would keep the texts of the erased.
        await log.write([Put("managed_export", {"path": str(order.out.resolve()), "format": order.format})])
    if order.goes_on or order.format == "parquet":
        return await _write_part(log, order)
    unfinished = order.out.with_name(order.out.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        if order.selection.texts:
            unfinished.touch(mode=0o600)
        events = exported(log, order.source, order.selection)
        count = await _WRITERS[order.format](events, unfinished)
        unfinished.replace(order.out)
    finally:
        unfinished.unlink(missing_ok=True)
    return Written(count, order.selection.until)


async def _write_part(log: TouchpointLog, order: Order) -> Written:
    """Add a part to a folder, or make the folder anew."""
    before = _read(order.out)
    if order.goes_on:
        manifest = _going_on(order, before)
        order.out.mkdir(parents=True, exist_ok=True)
        _remove_unnamed(order.out, manifest)
        return await _add(log, replace(order, selection=replace(order.selection, after=manifest.position)), manifest)
    if order.out.exists() and before is None and any(order.out.iterdir()):
        raise Refused(f"{order.out} holds something else than an export; give an empty folder or a new one")
    unfinished = order.out.with_name(order.out.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        fresh = _Manifest(order.format, order.selection.texts, order.selection.after)
        written = await _add(log, replace(order, out=unfinished), fresh)
        if order.out.exists():
            shutil.rmtree(order.out)
        unfinished.replace(order.out)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return written


async def _add(log: TouchpointLog, order: Order, manifest: _Manifest) -> Written:
    selection = order.selection
    if manifest.position > selection.until:
        raise Refused(
            f"{order.out} is at position {manifest.position} and the log ends at {selection.until}: an older copy of "
            "the log was put back; remove the folder and export anew"
        )
    if selection.texts:
        order.out.chmod(0o700)
    name = f"part-{selection.after:012d}-{selection.until:012d}"
    events = exported(log, order.source, selection)
    if order.format == "parquet":
        count, parts = await _parquet().write_parquet(events, order.out, name)
    else:
        parts = [f"{name}.{order.format}"]
        count = await _WRITERS[order.format](events, order.out / parts[0])
    manifest.parts += parts
    manifest.count += count
    manifest.position = selection.until
    _write_manifest(order.out, manifest)
    if selection.texts:
        _keep_from_others(order.out)
    return Written(count, manifest.position)


def scrub(path: Path, format_: str, refs: Collection[str]) -> None:
    """Take the texts of erased customers out of an export; nothing where it is gone."""
    if not path.exists():
        return
    if format_ == "parquet":
        _parquet().scrub_parquet(path, refs)
        return
    files = [path]
    if path.is_dir():
        manifest = _read(path)
        files = [path / part for part in manifest.parts] if manifest else []
    for file in files:
        if file.exists():
            _SCRUBBERS[format_](file, refs)


def _going_on(order: Order, before: _Manifest | None) -> _Manifest:
    if before is None:
        if order.out.exists() and (not order.out.is_dir() or any(order.out.iterdir())):
            raise Refused(f"{order.out} is no export that could be gone on with; give a new folder")
        return _Manifest(order.format, order.selection.texts, order.selection.after)
    if (before.format, before.texts) != (order.format, order.selection.texts):
        texts = "with texts" if before.texts else "without texts"
        raise Refused(f"{order.out} holds an export as {before.format}, {texts}; go on with the same, or elsewhere")
    return before


def _read(folder: Path) -> _Manifest | None:
    try:
        return _Manifest(**json.loads((folder / MANIFEST).read_text()))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, TypeError) as error:
        raise Refused(f"{folder / MANIFEST} is damaged: {error}; remove the folder and export anew") from error


def _write_manifest(folder: Path, manifest: _Manifest) -> None:
    unfinished = folder / (MANIFEST + ".unfinished")
    named: dict[str, Any] = {name: getattr(manifest, name) for name in manifest.__dataclass_fields__}
    with unfinished.open("w") as file:
        json.dump(named, file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder / MANIFEST)


def _keep_from_others(folder: Path) -> None:
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)


def _remove_unnamed(folder: Path, manifest: _Manifest) -> None:
    """What a run that was cut off has left behind."""
    named = set(manifest.parts)
    for path in [*folder.glob("part-*"), *folder.glob("day=*/part-*")]:
        if path.relative_to(folder).as_posix() not in named:
            path.unlink()
    for path in folder.glob(".bot-*"):
        with suppress(OSError):
            shutil.rmtree(path)


def _parquet() -> Any:
    """What writes Parquet, loaded only for it: its library is large."""
    try:
        return import_module("bot.cx.exports.parquet")
    except ModuleNotFoundError as missing:
        raise BotError(f"Parquet needs {missing.name}, which isn't installed: `pip install '.[cx]'`") from None
