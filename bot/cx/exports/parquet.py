"""Parquet, partitioned by the day (UTC) on which things happened; written by DuckDB, read by any engine."""

import os
from collections.abc import AsyncIterator, Collection
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import orjson

from bot.errors import BotError
from bot.touchpoints.columns import COLUMNS, row

MEMORY = "500MB"
ROW_GROUP = 122_880

_TYPES = {"text": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "flag": "BOOLEAN", "time": "VARCHAR"}


async def write_parquet(events: AsyncIterator[dict[str, Any]], folder: Path, name: str) -> tuple[int, list[str]]:
    """Write files `day=…/NAME_….parquet` into a folder; how many touchpoints, and the files' names in it.

    Raises BotError where DuckDB can't write them.
    """
    try:
        return await _write(events, folder, name)
    except duckdb.Error as error:
        raise BotError(f"Parquet can't be written to {folder}: {error}") from error


async def _write(events: AsyncIterator[dict[str, Any]], folder: Path, name: str) -> tuple[int, list[str]]:
    with TemporaryDirectory(prefix=".bot-", dir=folder) as scratch_name:
        scratch, made = Path(scratch_name) / "rows", Path(scratch_name) / "made"
        count = 0
        with scratch.open("wb") as file:
            async for event in events:
                file.write(orjson.dumps(row(event)) + b"\n")
                count += 1
        if not count:
            return 0, []
        with closing(_connect(Path(scratch_name))) as database:
            columns = ", ".join(f"'{column}': '{_TYPES[kind]}'" for column, kind in COLUMNS.items())
            times = [column for column, kind in COLUMNS.items() if kind == "time"]
            as_time = ", ".join(f"CAST({column} AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS {column}" for column in times)
            database.execute(
                f"COPY (SELECT * REPLACE ({as_time}), left(time, 10) AS day FROM read_json('{_sql(scratch)}',"
                f" format = 'newline_delimited', columns = {{{columns}}}) ORDER BY day, position)"
                f" TO '{_sql(made)}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP},"
                f" PARTITION_BY (day), FILENAME_PATTERN '{name}_{{i}}')"
            )
        files = sorted(path.relative_to(made) for path in made.rglob("*.parquet"))
        for path in files:
            (folder / path.parent).mkdir(exist_ok=True)
            os.replace(made / path, folder / path)
    return count, [path.as_posix() for path in files]


def scrub_parquet(path: Path, refs: Collection[str]) -> None:
    """Take the texts of erased customers out of every file of a folder that has any, each whole or not at all.

    Raises BotError for a file that is damaged or can't be read, after all others are done.
    """
    failed: duckdb.Error | None = None
    with TemporaryDirectory(prefix=".bot-", dir=path) as scratch, closing(_connect(Path(scratch))) as database:
        for file in sorted(path.glob("day=*/*.parquet")):
            try:
                _scrub(database, file, refs, Path(scratch) / "left.parquet")
            except duckdb.Error as error:
                failed = error
    if failed is not None:
        raise BotError(f"an export in {path} can't be read: {failed}") from failed


def _scrub(database: duckdb.DuckDBPyConnection, file: Path, refs: Collection[str], left: Path) -> None:
    wanted = ", ".join(f"'{_sql(ref)}'" for ref in refs)
    theirs = f"customer_ref IN ({wanted}) AND text IS NOT NULL"
    whole = f"read_parquet('{_sql(file)}', hive_partitioning = false)"
    if database.execute(f"SELECT count(*) FROM {whole} WHERE {theirs}").fetchall()[0][0]:
        database.execute(
            f"COPY (SELECT * REPLACE (CASE WHEN {theirs} THEN NULL ELSE text END AS text) FROM {whole})"
            f" TO '{_sql(left)}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
        )
        left.chmod(0o600)
        os.replace(left, file)


def _connect(scratch: Path) -> duckdb.DuckDBPyConnection:
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "threads": 2,
        "temp_directory": str(scratch),
        "TimeZone": "UTC",
        "autoinstall_known_extensions": False,
    }
    return duckdb.connect(":memory:", config=settings)


def _sql(text: Path | str) -> str:
    return str(text).replace("'", "''")
