"""Copies of the database and of the customers' keys, sealed, and how they are put back without bringing anybody back.

The two are kept apart: a copy of the database without keys holds no personal content. Erasing a customer takes their
key out of every copy of the keys that can be reached, and tombstones keep it out of what is put back.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.errors import BotError, NotFound, Refused
from bot.touchpoints.schema import APPLICATION_ID, shipped
from bot.touchpoints.sealing import Vault, open_file, seal_file

DATABASE, KEYS = ".backup", ".keys-backup"
"""What the names of copies end in."""


def back_up(database: Path, folder: Path, secret: bytes) -> Path:
    """Put a sealed copy of the database, as it is at this moment, into a folder; a server may run beside it."""
    if not database.exists():
        raise NotFound(f"there is no database {database} to copy; BOT_DATABASE_URL says where it is")
    target = _target(folder, database.stem, DATABASE)
    with _scratch(folder) as scratch:
        with closing(sqlite3.connect(database, timeout=30)) as source:
            source.execute("VACUUM INTO ?", (str(scratch),))
        seal_file(scratch, target, secret)
    return target


def back_up_keys(vault: Vault, folder: Path, stem: str, secret: bytes) -> Path:
    """Put a sealed copy of the keys into a folder, and remember where: erasing a customer takes theirs out of it."""
    target = _target(folder, stem, KEYS)
    with _scratch(folder) as scratch:
        vault.copy_to(scratch)
        # First remembered, then there: a copy that nobody knows of would keep what is erased.
        vault.remember_copy(target.resolve())
        seal_file(scratch, target, secret)
    return target


@dataclass(frozen=True, slots=True)
class Left:
    """Copies of the keys that may hold keys of the erased: those that can't be reached, and those that are gone.

    What is gone was deleted or moved; it is told of once and then forgotten.
    """

    unreachable: list[Path]
    gone: list[Path]


def without_erased(vault: Vault, secret: bytes) -> Left:
    """Take the keys of everybody who was erased out of the copies of the keys."""
    left, erased = Left([], []), sorted(vault.erased())
    for path in vault.copies():
        if not path.exists() and path.parent.is_dir():
            vault.forget_copy(path)
            left.gone.append(path)
            continue
        try:
            _purge(path, erased, secret)
        except (OSError, BotError):
            left.unreachable.append(path)
    return left


def restore(source: Path, database: Path, secret: bytes) -> Path | None:
    """Put a copy of the database in the place of the one there is, of which a sealed copy is kept in `backups/`.

    Where the one there is can't be read, its files are moved there as they are, and where to is returned. Raises
    Refused while another process uses it, and BotError for what isn't a copy; then nothing has changed.
    """
    damaged = None
    database.parent.mkdir(parents=True, exist_ok=True)
    with _scratch(database.parent) as scratch:
        open_file(source, scratch, secret)
        _check(scratch, source)
        if database.exists():
            folder = database.parent / "backups"
            folder.mkdir(mode=0o700, exist_ok=True)
            try:
                _leave(database)
                back_up(database, folder, secret)
            except sqlite3.OperationalError as error:
                raise BotError(f"no copy of {database} can be kept: {error}; nothing was changed") from error
            except sqlite3.DatabaseError:
                damaged = _set_aside(database, folder)
        for suffix in ("-wal", "-shm"):
            database.with_name(database.name + suffix).unlink(missing_ok=True)
        scratch.chmod(0o600)
        scratch.replace(database)
    return damaged


def restore_keys(source: Path, vault: Vault, scratch_folder: Path, secret: bytes) -> tuple[int, int]:
    """Take in the keys of a copy; how many are new, and how many are of erased customers and were left out."""
    with _scratch(scratch_folder) as scratch:
        open_file(source, scratch, secret)
        return vault.take_back(scratch)


def is_of_keys(source: Path) -> bool:
    """Whether a copy is one of keys; raises NotFound where there is none."""
    if not source.is_file():
        raise NotFound(f"there is no file {source}")
    if source.name.endswith(KEYS):
        return True
    if source.name.endswith((DATABASE, ".sealed")):
        return False
    raise Refused(f"{source.name} is no copy made by `bot backup`: those end in {DATABASE} and {KEYS}")


def _purge(path: Path, erased: list[str], secret: bytes) -> None:
    with _scratch(path.parent) as scratch:
        open_file(path, scratch, secret)
        with closing(sqlite3.connect(scratch, isolation_level=None)) as copy:
            copy.execute("PRAGMA secure_delete = ON")
            copy.executemany("DELETE FROM key WHERE customer_ref = ?", [(ref,) for ref in erased])
            copy.executemany("INSERT OR IGNORE INTO erased VALUES (?, 0)", [(ref,) for ref in erased])
            copy.execute("VACUUM")
        seal_file(scratch, path, secret)


def _check(plain: Path, source: Path) -> None:
    """Raise BotError unless this is a whole database of the bot that this version can read."""
    try:
        with closing(sqlite3.connect(plain)) as database:
            ours = database.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
            version = database.execute("PRAGMA user_version").fetchone()[0]
            whole = database.execute("PRAGMA quick_check").fetchone()[0] == "ok"
            database.execute("PRAGMA journal_mode = WAL")
    except sqlite3.Error as error:
        raise BotError(f"{source} holds no database: {error}") from error
    if not ours or not whole:
        raise BotError(f"{source} holds no whole database of the bot; take another copy")
    if version > len(shipped()):
        raise BotError(f"{source} was made by a newer version of the bot, with schema {version}; install that one")


def _leave(database: Path) -> None:
    """Have nobody use the database; raises Refused where somebody does."""
    connection = sqlite3.connect(database, timeout=0.5, isolation_level=None)
    with closing(connection), suppress(sqlite3.OperationalError):
        # Leaving the write-ahead log works for the only connection alone.
        if connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0] == "delete":
            connection.execute("PRAGMA journal_mode = WAL")
            return
    raise Refused(f"a server or a command uses {database}; stop it first, then restore")


def _set_aside(database: Path, folder: Path) -> Path:
    """Move the files of a database that can't be read, so that whoever knows more may try."""
    target = _target(folder, database.stem, ".damaged")
    for suffix in ("-wal", "-shm", ""):
        with suppress(FileNotFoundError):
            database.with_name(database.name + suffix).replace(target.with_name(target.name + suffix))
    return target


def _target(folder: Path, stem: str, suffix: str) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{stem}-{datetime.now(UTC).strftime('%Y%m%dT%H%M%S%f')}{suffix}"


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A file that is for its owner alone and gone in the end, on the disk of the folder."""
    if not folder.is_dir():
        raise FileNotFoundError(2, os.strerror(2), str(folder))
    with TemporaryDirectory(prefix=".bot-", dir=folder) as name:
        yield Path(name) / "plain"
