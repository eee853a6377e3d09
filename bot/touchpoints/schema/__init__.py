"""The SQLite schema as numbered scripts, and the few lines that bring a database up to them.

`PRAGMA user_version` is the number of the last script applied, `application_id` marks a file as ours.
"""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import SchemaError
from bot.touchpoints.sealing import seal_file

APPLICATION_ID = 0x54_4F_55_43
COPIES_KEPT = 3


def shipped() -> list[str]:
    """The scripts that come with this version, the first one first."""
    return [path.read_text() for path in sorted(Path(__file__).parent.glob("[0-9]*.sql"))]


def prepare(path: Path, secret: bytes, scripts: Sequence[str]) -> None:
    """Make the database or bring an older one up to the last script.

    An encrypted copy of an older one is kept beside it in `backups/` first, the newest three in all. Raises SchemaError
    where the file was made by a newer version or isn't a database of the bot; it is left as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    database = sqlite3.connect(path, isolation_level=None, timeout=30)
    try:
        version = _version(database, path)
        if version > len(scripts):
            raise SchemaError(
                f"{path} has schema {version} and this version of the bot knows {len(scripts)}: "
                "install the version that wrote it, or a newer one"
            )
        if version == len(scripts):
            return
        database.execute("PRAGMA journal_mode = WAL")
        if version:
            _keep_copy(database, path, version, secret)
        for number in range(version + 1, len(scripts) + 1):
            _apply(database, number, scripts[number - 1])
    except sqlite3.DatabaseError as error:
        raise SchemaError(f"{path} can't be opened as a database of the bot: {error}") from error
    finally:
        database.close()


def _version(database: sqlite3.Connection, path: Path) -> int:
    version: int = database.execute("PRAGMA user_version").fetchone()[0]
    marked = database.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    empty = database.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0
    if not marked and not empty:
        raise SchemaError(f"{path} is a database of some other program; give BOT_DATABASE_URL another path")
    return version


def _apply(database: sqlite3.Connection, number: int, script: str) -> None:
    """Apply one script and its number in one transaction, unless another process was faster."""
    database.execute("BEGIN EXCLUSIVE")
    if database.execute("PRAGMA user_version").fetchone()[0] >= number:
        database.execute("ROLLBACK")
        return
    # `executescript` would commit the transaction first, so the statements are run one by one.
    statement = ""
    try:
        for line in script.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                database.execute(statement)
                statement = ""
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {number}")
        database.execute("COMMIT")
    except BaseException:
        database.execute("ROLLBACK")
        raise


def _keep_copy(database: sqlite3.Connection, path: Path, version: int, secret: bytes) -> None:
    folder = path.parent / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    plain = folder / f"{path.stem}-{stamp}.plain"
    try:
        database.execute("VACUUM INTO ?", (str(plain),))
        seal_file(plain, folder / f"{path.stem}-{stamp}-schema{version}.sealed", secret)
    finally:
        plain.unlink(missing_ok=True)
    for old in sorted(folder.glob(f"{path.stem}-*.sealed"))[:-COPIES_KEPT]:
        old.unlink()
