"""Tables of examples: Watson's CSV without a header, CSV with one, and JSON Lines."""

from collections.abc import Mapping
from pathlib import Path, PurePath

from bot.errors import ContentError
from bot.learning.formats import READERS, csv_lines
from bot.learning.imports.archive import files_of
from bot.learning.imports.imported import Imported
from bot.learning.rows import Rows, decoded

_SYSTEM = "sys-"
"""What entities that Watson finds by itself begin with."""


def import_watson(path: Path) -> Imported:
    """Watson Assistant's CSV: `text,intent` a line; `entity,value,synonym,…` in files with `entit` in their names."""
    found = Imported()
    for name, data in files_of(path, ".csv").items():
        rows = Rows(name)
        table = csv_lines(decoded(data, rows), rows)
        if "entit" in PurePath(name).name.lower():
            for line, row in table:
                if len(row) < 2 and not _is_system(row[0]):
                    rows.refuse(line, "no value behind the entity", "write `entity,value,synonym,…`")
                else:
                    _add_value(found, *row)
        else:
            for line, row in table:
                rows.add(line, row[0], row[1].removeprefix("#") if len(row) > 1 else None)
        found.take(rows)
    return found


def _is_system(name: str) -> bool:
    return name.strip().removeprefix("@").startswith(_SYSTEM)


def _add_value(found: Imported, name: str, value: str = "", *synonyms: str) -> None:
    name = name.strip().removeprefix("@")
    if _is_system(name):
        found.of_kind(name.removeprefix(_SYSTEM), name)
        return
    entity = found.entity(name)
    patterns = [word for word in synonyms if len(word) > 1 and word[0] == word[-1] == "/"]
    if patterns:  # Watson writes /…/ for a regular expression
        entity.patterns += [pattern[1:-1] for pattern in patterns]
    else:
        entity.add(value, *synonyms)


def import_csv(path: Path) -> Imported:
    """CSV under a header that names `text` and `intent`."""
    return _read(path, ".csv")


def import_json_lines(path: Path) -> Imported:
    """One object with `text` and `intent` a line."""
    return _read(path, ".jsonl")


def _read(path: Path, suffix: str) -> Imported:
    found = Imported()
    unread: dict[str, str] = {}
    # Only the names are needed here: these readers go by the path.
    for name in [str(path)] if path.is_file() else files_of(path, suffix):
        rows = Rows(name)
        try:
            READERS[suffix](Path(name), rows)
        except ContentError as error:
            found.problems += error.problems
        found.take(rows)
        unread |= {key: f"{name}:{line}" for key, (line, _) in rows.unread.items() if key not in unread}
    found.notes += _left(unread)
    return found


def _left(unread: Mapping[str, str]) -> list[str]:
    return [f"`{key}` ({place}) was left out: only `text` and `intent` are read" for key, place in unread.items()]
