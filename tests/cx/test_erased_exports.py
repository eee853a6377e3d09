"""Texts in exports: whose are in them, and that none of the erased are left, whatever became of a file or a run."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from bot.cx.exports.manifest import MANIFEST
from bot.errors import Refused
from bot.operations.privacy import erase
from bot.records import Touchpoint
from bot.settings import Settings
from bot.touchpoints.consent import Purpose
from bot.touchpoints.export import cloud_event
from bot.touchpoints.identities import Id, Kind
from bot.web.services import Services
from tests.cx.test_exports import written
from tests.outside.test_events import event


def check_private(folder: Path) -> None:
    made = [path for path in folder.rglob("*") if path.relative_to(folder).parts[0].startswith(("texts.", "parts"))]
    assert len(made) > 6
    for path in made:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


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
