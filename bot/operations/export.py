"""What the command line does about exports of the log."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.cx.exports.scrubbing import scrub
from bot.cx.exports.writing import Order, Written
from bot.cx.exports.writing import export as write
from bot.errors import BotError, Refused
from bot.settings import Settings
from bot.storage import opened
from bot.touchpoints.export import Selection
from bot.touchpoints.log import Drop, TouchpointLog


@dataclass(frozen=True, slots=True)
class Wanted:
    """An export as somebody asks for it. Times are ISO 8601, UTC where they don't say otherwise."""

    format: str
    out: Path
    since: str | None = None
    until: str | None = None
    after: int = 0
    goes_on: bool = False
    texts: bool = False


def export(settings: Settings, wanted: Wanted) -> Written:
    """Write the log as it is at this moment to files, whole or not at all; a server may run beside it."""
    begin, end = _milliseconds(wanted.since), _milliseconds(wanted.until)
    if wanted.after and wanted.goes_on:
        raise Refused("an export that goes on begins where it ended; leave --after out")
    if wanted.goes_on and (begin is not None or end is not None):
        raise Refused("an export that goes on takes everything that is new, or some would never come; leave times out")

    async def run() -> Written:
        async with opened(settings) as (log, _):
            selection = Selection(wanted.after, await log.last_position(), begin, end, wanted.texts)
            order = Order(wanted.format, wanted.out, selection, settings.source, wanted.goes_on)
            before = await _erased(log)
            written = await write(log, order)
            if wanted.texts and (meanwhile := await _erased(log) - before):
                await asyncio.to_thread(scrub, wanted.out, wanted.format, meanwhile)
            return written

    try:
        return asyncio.run(run())
    except OSError as error:
        raise BotError(f"{wanted.out} can't be written: {error.strerror or error}") from error


async def _erased(log: TouchpointLog) -> set[str]:
    return {str(row["customer_ref"]) for row in await log.rows("erased")}


async def scrub_managed(log: TouchpointLog, refs: Collection[str]) -> list[Path]:
    """Take the texts of erased customers out of every export that has any; those that are gone are forgotten.

    Returns the exports in which that was not possible: one of them keeps no other from being scrubbed.
    """
    unreachable = []
    for one in await log.rows("managed_export"):
        path = Path(str(one["path"]))
        # Before it is forgotten: a run that was cut off may have left texts beside what is gone, or never was there.
        scrubbed = await asyncio.to_thread(_scrubbed, path, str(one["format"]), refs)
        if scrubbed and _is_deleted(path):
            await log.write([Drop("managed_export", {"path": one["path"]})])
        elif not scrubbed:
            unreachable.append(path)
    return unreachable


def _scrubbed(path: Path, format_: str, refs: Collection[str]) -> bool:
    try:
        scrub(path, format_, refs)
    except (OSError, BotError):
        return False
    return path.exists() or _is_deleted(path)


def _is_deleted(path: Path) -> bool:
    """Whether the file is gone, and not only the disk that it is on."""
    return not path.exists() and path.parent.is_dir()


def _milliseconds(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BotError(f"{text!r} is no date or time; write 2026-01-31 or 2026-01-31T12:00:00Z") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp() * 1000)
