"""One export from the log to its files: whole or not at all, and where wanted from where the last one ended.

An export that goes on from the last one is a folder with a part for each time, and `_export.json`, which says what is
in it; a part that isn't named there is of a run that was cut off, and goes with the next one.
"""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from bot.cx.exports.lines import write_csv, write_jsonl
from bot.cx.exports.manifest import Manifest, read_manifest, write_manifest
from bot.cx.exports.scrubbing import parquet, remove, remove_unnamed
from bot.cx.exports.xes import write_xes
from bot.errors import Refused
from bot.touchpoints.export import Selection, exported
from bot.touchpoints.log import Drop, Put, TouchpointLog

_WRITERS = {"jsonl": write_jsonl, "csv": write_csv, "xes": write_xes}


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


async def export(log: TouchpointLog, order: Order) -> Written:
    """Write what is ordered; raises Refused for what doesn't fit what is there, and BotError for a missing library."""
    if order.selection.texts and order.format == "xes":
        raise Refused("XES is written without texts; take jsonl, csv or parquet for them")
    if order.goes_on and order.format == "xes":
        raise Refused("a trace of XES must be whole, so XES can't go on where it ended; write it anew")
    place = {"path": str(order.out.resolve())}
    if order.selection.texts and not await log.rows("managed_export", place):
        # First remembered, then written: a file that nobody knows of would keep the texts of the erased.
        await log.write([Put("managed_export", {**place, "format": order.format})])
    written = await (_write_part if order.goes_on or order.format == "parquet" else _write_file)(log, order)
    # What is there now may be of another format than what was there before, or have no texts any more.
    place = {"path": str(order.out.resolve())}
    texts = Put("managed_export", {**place, "format": order.format})
    await log.write([texts if order.selection.texts else Drop("managed_export", place)])
    return written


async def _write_file(log: TouchpointLog, order: Order) -> Written:
    unfinished = order.out.with_name(order.out.name + ".unfinished")
    remove(unfinished)
    try:
        if order.selection.texts:
            unfinished.touch(mode=0o600)
        events = exported(log, order.source, order.selection)
        count = await _WRITERS[order.format](events, unfinished)
        _put_in_place(unfinished, order.out)
    finally:
        unfinished.unlink(missing_ok=True)
    return Written(count, order.selection.until)


async def _write_part(log: TouchpointLog, order: Order) -> Written:
    """Add a part to a folder, or make the folder anew."""
    before = read_manifest(order.out)
    if order.goes_on:
        manifest = _going_on(order, before)
        order.out.mkdir(parents=True, exist_ok=True)
        remove_unnamed(order.out, manifest)
        return await _add(log, replace(order, selection=replace(order.selection, after=manifest.position)), manifest)
    if order.out.exists() and before is None and any(order.out.iterdir()):
        raise Refused(f"{order.out} holds something else than an export; give an empty folder or a new one")
    unfinished = order.out.with_name(order.out.name + ".unfinished")
    remove(unfinished)
    unfinished.mkdir(parents=True)
    try:
        fresh = Manifest(order.format, order.selection.texts, order.selection.after)
        written = await _add(log, replace(order, out=unfinished), fresh)
        if unfinished.exists():
            remove(order.out)
        _put_in_place(unfinished, order.out)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return written


async def _add(log: TouchpointLog, order: Order, manifest: Manifest) -> Written:
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
        count, parts = await parquet().write_parquet(events, order.out, name)
    else:
        parts = [f"{name}.{order.format}"]
        part = order.out / parts[0]
        unfinished = part.with_name(part.name + ".unfinished")
        count = await _WRITERS[order.format](events, unfinished)
        if count:
            _put_in_place(unfinished, part)
        else:
            remove(unfinished)
            parts = []
    manifest.parts += parts
    manifest.count += count
    manifest.position = selection.until
    write_manifest(order.out, manifest)
    if selection.texts:
        _keep_from_others(order.out)
    return Written(count, manifest.position)


def _going_on(order: Order, before: Manifest | None) -> Manifest:
    if before is None:
        if order.out.exists() and (not order.out.is_dir() or any(order.out.iterdir())):
            raise Refused(f"{order.out} is no export that could be gone on with; give a new folder")
        return Manifest(order.format, order.selection.texts, order.selection.after)
    if (before.format, before.texts) != (order.format, order.selection.texts):
        texts = "with texts" if before.texts else "without texts"
        raise Refused(f"{order.out} holds an export as {before.format}, {texts}; go on with the same, or elsewhere")
    for part in before.parts:
        if not (order.out / part).is_file():
            raise Refused(f"{order.out / part} is gone; put it back, or remove the folder and export anew")
    return before


def _keep_from_others(folder: Path) -> None:
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)


def _put_in_place(unfinished: Path, out: Path) -> None:
    """Give what is written its name; erasing a customer may have removed it meanwhile, as it may hold their texts."""
    if not unfinished.exists():
        raise Refused(f"{out} was not written, as a customer was erased meanwhile; export again")
    unfinished.replace(out)
