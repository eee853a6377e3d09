"""The report's figures are what plain SQL gives over the exported files, JSON Lines and Parquet."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from bot.cx import metrics, satisfaction
from bot.cx.figures import Scope
from bot.cx.mirror import Mirror
from bot.cx.population import Truth, population
from tests.cx.logs import DAY, SECRET, START, everything, write_many
from tests.server import ROOT

# Written as an analyst would who has the files alone and reads docs/touchpoints.md; times are in milliseconds.
EPISODES = """
WITH t AS (
    SELECT subject, type, epoch_ms(time::TIMESTAMPTZ) AS moment, {fields} FROM {source}
),
episodes AS (
    SELECT subject, coalesce(rated_episode, episode) AS episode, any_value(customer_ref) AS customer,
        min(moment) FILTER (type = 'message.received') AS opened,
        min(moment) FILTER (type = 'answer.given') AS answered,
        min(moment) FILTER (type = 'handoff.requested') AS handed_off,
        min(moment) FILTER (type = 'message.sent') AS helped,
        max(moment) FILTER (type = 'episode.closed') AS closed,
        max(reason) FILTER (type = 'episode.closed') AS reason,
        bool_or(confirmed) AS confirmed,
        max(score) FILTER (type = 'feedback.given' AND survey_kind = 'csat') AS csat,
        max(score) FILTER (type = 'feedback.given' AND survey_kind = 'nps') AS nps,
        bool_or(type = 'feedback.offered') AS offered, bool_or(type = 'feedback.given') AS rated
    FROM t WHERE subject LIKE 'conversation/%' AND coalesce(rated_episode, episode) IS NOT NULL GROUP BY ALL
)
"""
FIELDS = ("episode", "rated_episode", "customer_ref", "reason", "confirmed", "score", "survey_kind")
KINDS = {"episode": "INTEGER", "rated_episode": "INTEGER", "confirmed": "BOOLEAN", "score": "DOUBLE"}

PLAIN = {
    "first_response_human": "SELECT median(helped - handed_off) / 1000 FROM episodes WHERE helped IS NOT NULL",
    "containment": "SELECT count(*) FILTER (handed_off IS NULL) / count(*) FROM episodes WHERE closed IS NOT NULL",
    "handoff_rate": "SELECT count(handed_off) / count(*) FROM episodes",
    "csat": "SELECT count(*) FILTER (csat >= 4) / count(csat) FROM episodes",
    "nps": "SELECT 100 * (count(*) FILTER (nps >= 9) - count(*) FILTER (nps <= 6)) / count(nps) FROM episodes",
    "response_rate": "SELECT count(*) FILTER (rated) / count(*) FROM episodes WHERE offered",
    "coverage": "SELECT count(*) FILTER (rated) / count(*) FROM episodes WHERE closed IS NOT NULL",
    "contained_confirmed": f"""SELECT count(*) FILTER (handed_off IS NULL AND confirmed AND NOT EXISTS (
            SELECT 1 FROM episodes later WHERE later.customer = e.customer AND later.opened > e.opened
                AND later.opened - e.closed <= {7 * DAY})) / count(*)
        FROM episodes e WHERE closed <= (SELECT max(moment) FROM t) + 1 - {7 * DAY}""",
    "abandonment": """SELECT count(*) FILTER (reason = 'abandoned') / count(*) FROM episodes
        WHERE handed_off IS NOT NULL AND (helped IS NOT NULL OR reason = 'abandoned')
            AND NOT (reason = 'abandoned' AND closed - handed_off < 10000)""",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("elsewhere")
    write_many(folder / "bot.db", population(Truth(), 150, START, START + 60 * DAY, 9))
    return folder


def exported(folder: Path, kind: str) -> Path:
    out = folder / f"log.{kind}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    environment |= {"BOT_DATABASE_URL": f"sqlite:///{folder / 'bot.db'}", "BOT_SECRET_KEY": SECRET.decode()}
    command = [sys.executable, "-m", "bot", "export", "--format", kind, "--out", str(out)]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode == 2:
        pytest.skip(f"bot export has no format {kind}: {ran.stderr.strip()}")
    assert ran.returncode == 0, ran.stderr
    return out


def source_of(out: Path, kind: str) -> tuple[str, str]:
    """What to select from, and the fields of `data` as columns."""
    if kind == "jsonl":
        fields = ", ".join(f"(data->>'{name}')::{KINDS.get(name, 'VARCHAR')} AS {name}" for name in FIELDS)
        columns = "{type: 'VARCHAR', time: 'VARCHAR', subject: 'VARCHAR', data: 'JSON'}"
        return f"read_json('{out}', format = 'newline_delimited', columns = {columns})", fields
    files = f"read_parquet('{out}/**/*.parquet')" if out.is_dir() else f"read_parquet('{out}')"
    names = {name for (name, *_) in duckdb.sql(f"DESCRIBE SELECT * FROM {files}").fetchall()}
    if "data" in names:
        fields = ", ".join(f"(data->>'{name}')::{KINDS.get(name, 'VARCHAR')} AS {name}" for name in FIELDS)
    else:
        fields = ", ".join(f"{name}::{KINDS.get(name, 'VARCHAR')} AS {name}" for name in FIELDS)
    return files, fields


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_plain_sql_over_the_export_gives_the_same_figures(folder: Path, kind: str) -> None:
    source, fields = source_of(exported(folder, kind), kind)
    known = {**metrics.BY_NAME, **satisfaction.BY_NAME}
    with Mirror(folder / f"{kind}.duckdb") as mirror:
        mirror.catch_up(folder / "bot.db")
        scope: Scope = everything(mirror)
        for name, query in PLAIN.items():
            ((value,),) = duckdb.sql(EPISODES.format(source=source, fields=fields) + query).fetchall()
            assert known[name].measure(scope).value == pytest.approx(value), name
