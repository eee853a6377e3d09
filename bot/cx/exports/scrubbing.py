"""The texts of erased customers, taken out of exports that were written before."""

import csv
import shutil
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from bot.cx.exports.lines import scrub_csv, scrub_jsonl
from bot.cx.exports.manifest import Manifest, read_manifest
from bot.errors import BotError, Refused

_SCRUBBERS: Mapping[str, Callable[[Path, Collection[str]], None]] = {"jsonl": scrub_jsonl, "csv": scrub_csv}

_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, csv.Error)
"""What is raised by what isn't written as an export is."""


def scrub(path: Path, format_: str, refs: Collection[str]) -> None:
    """Take the texts of erased customers out of an export, and remove what runs that were cut off have left of it.

    Raises OSError or BotError for what can't be read or changed, after everything else is done.
    """
    remove(path.with_name(path.name + ".unfinished"))
    if path.is_dir():
        _scrub_folder(path, refs)
    elif path.exists():
        _scrub_file(path, format_, refs)


def remove(path: Path) -> None:
    """Remove a file, or a folder with all that is in it, where there is one."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def parquet() -> Any:
    """What reads and writes Parquet, loaded only for it: its library is large."""
    try:
        return import_module("bot.cx.exports.parquet")
    except ModuleNotFoundError as missing:
        raise BotError(f"Parquet needs {missing.name}, which isn't installed: `pip install '.[cx]'`") from None


def remove_unnamed(folder: Path, manifest: Manifest) -> None:
    """Remove what a run that was cut off has left in a folder: parts that its manifest doesn't name, and scratch."""
    named = set(manifest.parts)
    for path in (*folder.glob("part-*"), *folder.glob("day=*/part-*"), *folder.glob(".bot-*")):
        if path.relative_to(folder).as_posix() not in named:
            remove(path)


def _scrub_folder(folder: Path, refs: Collection[str]) -> None:
    for left in (*folder.glob("part-*.unfinished"), *folder.glob(".bot-*")):
        remove(left)
    with suppress(Refused):  # where the manifest is damaged, any part may belong to it
        if (manifest := read_manifest(folder)) is not None:
            remove_unnamed(folder, manifest)
    failed: OSError | BotError | None = None
    for format_ in _SCRUBBERS:
        for file in sorted(folder.glob(f"part-*.{format_}")):
            try:
                _scrub_file(file, format_, refs)
            except (OSError, BotError) as error:
                failed = error
    if any(folder.glob("day=*/*.parquet")):
        parquet().scrub_parquet(folder, refs)
    if failed is not None:
        raise failed


def _scrub_file(file: Path, format_: str, refs: Collection[str]) -> None:
    if format_ not in _SCRUBBERS:
        raise BotError(f"{file} is no export as {format_}")
    try:
        _SCRUBBERS[format_](file, refs)
    except _UNREADABLE as error:
        raise BotError(f"{file} is no export as {format_}, or damaged: {error}") from error
