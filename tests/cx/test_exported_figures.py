"""The report's figures are those of plain SQL over what was exported: anybody's engine can check them."""

import asyncio
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from bot.cx import metrics, satisfaction
from bot.cx.mirror import Mirror
from bot.cx.population import Truth, population
from bot.operations.export import Wanted, export
from bot.settings import Settings
from tests.cx.logs import DAY, SECRET, START, Talk, everything, talks, write_many

# From the definitions that the report prints, over touchpoints alone: none of the mirror's tables.
EPISODES = """CREATE TABLE e AS SELECT subject, episode,
    min(ms) FILTER (type = 'message.received' AND variant IS DISTINCT FROM 'courtesy') AS opened,
    min(ms) FILTER (actor_kind = 'bot' AND type IN ('answer.given', 'clarification.asked', 'slot.asked', 'step.given',
        'fallback.given', 'handoff.requested') AND variant IS DISTINCT FROM 'feedback') AS bot,
    min(ms) FILTER (type = 'message.sent') AS person, min(ms) FILTER (type = 'handoff.requested') AS asked,
    count(*) FILTER (type = 'handoff.requested') AS hand_offs, max(ms) FILTER (type = 'episode.closed') AS closed,
    any_value(customer_ref) AS customer, bool_or(type = 'feedback.offered') AS offered,
    bool_or(type = 'feedback.given') AS rated, arg_max(score, seq) FILTER (survey_kind = 'csat') AS csat,
    arg_max(score, seq) FILTER (survey_kind = 'nps') AS nps
    FROM (SELECT * REPLACE (coalesce(rated_episode, episode) AS episode), epoch_ms(CAST(time AS TIMESTAMPTZ)) AS ms
        FROM exported)
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
    "abandonment": """SELECT count(*) FILTER (next <> 'conversation.assigned') / count(*), count(*) FROM (
        SELECT lead(epoch_ms(CAST(time AS TIMESTAMPTZ))) OVER w - epoch_ms(CAST(time AS TIMESTAMPTZ)) AS wait, type,
            lead(type) OVER w AS next, variant FROM exported WHERE type LIKE 'handoff.%' OR type LIKE 'conversation.%'
            OR type IN ('assignment.expired', 'episode.closed') WINDOW w AS (PARTITION BY subject ORDER BY seq))
        WHERE (type IN ('handoff.requested', 'assignment.expired') OR (type LIKE '%.transferred' AND variant = 'skill'))
        AND next IS NOT NULL AND (next = 'conversation.assigned' OR wait >= 10000)""",
    "csat": "SELECT count(*) FILTER (csat >= 4) / count(*), count(*) FROM e WHERE csat IS NOT NULL",
    "nps": """SELECT 100 * (count(*) FILTER (nps >= 9) - count(*) FILTER (nps <= 6)) / count(*), count(*) FROM e
        WHERE nps IS NOT NULL""",
    "response_rate": "SELECT count(*) FILTER (rated) / count(*), count(*) FROM e WHERE offered",
    "coverage": "SELECT count(*) FILTER (rated) / count(*), count(*) FROM e WHERE closed IS NOT NULL",
    "repeat_contact_any": f"""SELECT count(*) FILTER (opened - before <= 7 * {DAY}) / count(*), count(*) FROM (
        SELECT opened, lag(opened) OVER (PARTITION BY customer ORDER BY opened) AS before FROM e)""",
}
NUMBERS, WORDS = ("score", "seq", "episode", "rated_episode"), ("variant", "actor_kind", "survey_kind", "customer_ref")
COLUMNS = ", ".join([*(f"{name} DOUBLE" for name in NUMBERS), *(f"{name} VARCHAR" for name in WORDS)])


@pytest.fixture
def shop(settings: Settings) -> Settings:
    """An installation whose log holds some weeks of drawn customers."""
    late = Talk("late").opens(0).hands_off(1).assigned(2).add("assignment.expired", 3).closes(1500, "abandoned")
    passed = Talk("passed").opens(0).hands_off(1).assigned(2)
    passed.add("conversation.transferred", 3, variant="skill").assigned(5).closes(9, "resolved")
    drawn = population(Truth(), 200, START, START + 40 * DAY, 11)
    write_many(settings.database, sorted([*talks(late, passed), *drawn], key=lambda one: one.time))
    return replace(settings, secret_key=SECRET)


@pytest.fixture
def known(shop: Settings, tmp_path: Path) -> dict[str, tuple[float, int]]:
    """The figures of the report."""
    with Mirror(tmp_path / "mirror.duckdb") as mirror:
        mirror.catch_up(shop.database)
        scope = everything(mirror)
        by_name = {**metrics.BY_NAME, **satisfaction.BY_NAME}
        measured = {name: by_name[name].measure(scope) for name in FIGURES}
    assert all(figure.value is not None and figure.n > 9 for figure in measured.values())
    return {name: (figure.value or 0.0, figure.n) for name, figure in measured.items()}


async def test_the_figures_of_parquet_and_of_json_lines_are_the_reports(
    known: dict[str, tuple[float, int]], shop: Settings, tmp_path: Path
) -> None:
    for format_ in ("parquet", "jsonl"):
        await asyncio.to_thread(export, shop, Wanted(format_, tmp_path / format_))
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
