"""A log of millions: how long mirror and pages take, and how much memory; `python -m bench.cx --touchpoints N`."""

import argparse
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bot.cx import reporting
from bot.cx.installation import Installation
from bot.cx.population import DAY, Truth, population
from tests.cx.logs import START, write_many

CUSTOMERS = 40_000
"""Customers who begin in one fortnight; the fortnights after it are the same with other people."""

VIEWS = ("lead", "analyst", "maintainer")


def make(log: Path, touchpoints: int) -> None:
    """Write a log of that many touchpoints: one fortnight drawn, the others copied from it with other ids and times."""
    drawn = write_many(log, population(Truth(), CUSTOMERS, START, START + 14 * DAY, 1))
    database = sqlite3.connect(log, isolation_level=None)
    database.execute("PRAGMA synchronous = OFF")
    database.execute("BEGIN")
    ((streams,),) = database.execute("SELECT max(id) FROM stream")
    for block in range(1, -(-touchpoints // drawn)):
        database.execute(
            """INSERT INTO stream SELECT id + ?1 * ?2, name || '-' || ?2, head, customer_ref || '-' || ?2 FROM stream
            WHERE id <= ?1""",
            (streams, block),
        )
        database.execute(
            """INSERT INTO touchpoint SELECT position + ?1 * ?2, stream + ?3 * ?2, seq, id || ?2, type, time + ?4,
            recorded + ?4, facts FROM touchpoint WHERE position <= ?1 LIMIT ?5""",
            (drawn, block, streams, block * 14 * DAY, touchpoints - drawn * block),
        )
    database.execute("COMMIT")
    database.close()


def measure(log: Path) -> dict[str, float]:
    """Seconds and MiB of one build and of each page, in this process."""
    installation = Installation(log)
    began = time.perf_counter()
    figures: dict[str, float] = {"touchpoints": reporting.catch_up(installation)}
    figures["build_s"] = time.perf_counter() - began
    figures["build_cpu_s"] = time.process_time()
    for days in ("30", "all"):
        for view in VIEWS:
            began, busy = time.perf_counter(), time.process_time()
            reporting.catch_up(installation)
            reporting.page_of(installation, view, days, True)
            figures[f"{view}_{days}_s"] = time.perf_counter() - began
            figures[f"{view}_{days}_cpu_s"] = time.process_time() - busy
    figures["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures["mirror_mib"] = log.with_suffix(".cx.duckdb").stat().st_size / 2**20
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--touchpoints", type=int, action="append", help="may be given several times")
    parser.add_argument("--log", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.log:
        print(json.dumps(measure(args.log)))
        return
    for count in args.touchpoints or [1_000_000]:
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "bot.db"
            make(log, count)
            # In a process of its own, whose memory is that of the work alone.
            command = [sys.executable, "-m", "bench.cx", "--log", str(log)]
            figures = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            print("  ".join(f"{name} {value:,.2f}" for name, value in figures.items()), flush=True)


if __name__ == "__main__":
    main()
