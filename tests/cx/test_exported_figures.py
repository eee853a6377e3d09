"""The report's figures are those of plain SQL over what was exported: anybody's engine can check them."""

import asyncio
from pathlib import Path

import duckdb
import pytest

from bot.cx import metrics, satisfaction
from bot.cx.mirror import Mirror
from bot.operations.export import Wanted, export
from bot.operations.playing import simulate
from bot.settings import Settings
from tests.cx.logs import everything

# From the definitions that the report prints, over touchpoints alone: none of the mirror's tables.
EPISODES = """CREATE TABLE e AS SELECT subject, episode,
    min(ms) FILTER (type = 'message.received' AND variant IS DISTINCT FROM 'courtesy') AS opened,
    min(ms) FILTER (actor_kind = 'bot' AND type IN ('answer.given', 'clarification.asked', 'slot.asked', 'step.given',
        'fallback.given', 'handoff.requested') AND variant IS DISTINCT FROM 'feedback') AS bot,
    min(ms) FILTER (type = 'message.sent') AS person, min(ms) FILTER (type = 'handoff.requested') AS asked,
    count(*) FILTER (type = 'handoff.requested') AS hand_offs, max(ms) FILTER (type = 'episode.closed') AS closed
    FROM (SELECT *, epoch_ms(CAST(time AS TIMESTAMPTZ)) AS ms FROM exported WHERE type NOT LIKE 'feedback.%')
    WHERE episode IS NOT NULL GROUP BY ALL HAVING opened IS NOT NULL"""
FIGURES = {
    "handoff_rate": "SELECT count(*) FILTER (hand_offs > 0) / count(*), count(*) FROM e",
    "containment": "SELECT count(*) FILTER (hand_offs = 0) / count(*), count(*) FROM e WHERE closed IS NOT NULL",
    "first_response_bot": "SELECT quantile_cont((bot - opened) / 1000, 0.5), count(bot) FROM e WHERE bot IS NOT NULL",
    "first_response_human": """SELECT quantile_cont((person - asked) / 1000, 0.5), count(*) FROM e
        WHERE person IS NOT NULL AND asked IS NOT NULL""",
    "queue_wait": """SELECT quantile_cont(wait / 1000, 0.5), count(*) FROM (
        SELECT lead(epoch_ms(CAST(time AS TIMESTAMPTZ))) OVER w - epoch_ms(CAST(time AS TIMESTAMPTZ)) AS wait, type,
            lead(type) OVER w AS next FROM exported WHERE type LIKE 'handoff.%' OR type LIKE 'conversation.%'
            OR type IN ('assignment.expired', 'episode.closed') WINDOW w AS (PARTITION BY subject ORDER BY seq))
        WHERE type = 'handoff.requested' AND next = 'conversation.assigned'""",
    "csat": """SELECT count(*) FILTER (score >= 4) / count(*), count(*) FROM (
        SELECT arg_max(score, seq) AS score FROM exported WHERE type = 'feedback.given' AND survey_kind = 'csat'
        GROUP BY subject, coalesce(rated_episode, episode))""",
}
NUMBERS, WORDS = ("score", "seq", "episode", "rated_episode"), ("variant", "actor_kind", "survey_kind")
COLUMNS = ", ".join([*(f"{name} DOUBLE" for name in NUMBERS), *(f"{name} VARCHAR" for name in WORDS)])


@pytest.fixture
def known(settings: Settings, tmp_path: Path) -> dict[str, tuple[float, int]]:
    """The figures of the report, of a log that holds a few weeks of simulated customers."""
    simulate(settings, 80, 20.0, 11, lambda done, total: None)
    with Mirror(tmp_path / "mirror.duckdb", ("greeting", "thanks"), ("thanks",)) as mirror:
        mirror.catch_up(settings.database)
        scope = everything(mirror)
        by_name = {**metrics.BY_NAME, **satisfaction.BY_NAME}
        measured = {name: by_name[name].measure(scope) for name in FIGURES}
    assert all(figure.value is not None and figure.n > 9 for figure in measured.values())
    return {name: (figure.value or 0.0, figure.n) for name, figure in measured.items()}


async def test_the_figures_of_parquet_and_of_json_lines_are_the_reports(
    known: dict[str, tuple[float, int]], settings: Settings, tmp_path: Path
) -> None:
    for format_ in ("parquet", "jsonl"):
        await asyncio.to_thread(export, settings, Wanted(format_, tmp_path / format_))
    sources = {
        "parquet": f"SELECT * FROM read_parquet('{tmp_path}/parquet/*/*.parquet')",
        "jsonl": f"""SELECT type, time, subject, unnest(data) FROM read_json('{tmp_path}/jsonl', format =
            'newline_delimited', columns = {{type: 'VARCHAR', time: 'VARCHAR', subject: 'VARCHAR',
            data: 'STRUCT({COLUMNS})'}})""",
    }
    for format_, source in sources.items():
        database = duckdb.connect()
        database.execute("SET TimeZone = 'UTC'")
        database.execute(f"CREATE TABLE exported AS {source}")
        database.execute(EPISODES)
        for name, query in FIGURES.items():
            value, n = database.execute(query).fetchall()[0]
            assert (pytest.approx(value), n) == known[name], (format_, name)
