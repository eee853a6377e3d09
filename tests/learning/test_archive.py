"""An archive from anywhere can be read without harm: nothing is unpacked, and what is odd is refused whole."""

import io
import json
import stat
import zipfile
from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.learning.imports import archive
from bot.learning.imports.dialogflow import import_dialogflow
from tests.learning.test_imports import AGENT


def packed(path: Path, members: dict[str | zipfile.ZipInfo, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return path


def refused(path: Path, said: str) -> None:
    before = sorted(path.parent.rglob("*"))
    with pytest.raises(ContentError, match=said):
        import_dialogflow(path)
    assert sorted(path.parent.rglob("*")) == before


@pytest.mark.parametrize("root", ["", "my agent/"])
def test_an_agent_as_an_archive_is_read_as_the_folder_is(tmp_path: Path, root: str) -> None:
    members: dict[str | zipfile.ZipInfo, str | bytes] = {
        f"{root}{name}": json.dumps(value) for name, value in AGENT.items()
    }
    found = import_dialogflow(packed(tmp_path / "agent.ZIP", {**members, f"{root}notes.txt": "x"}))
    assert found.problems == []
    assert {(row.text, row.intent) for row in found.examples} >= {
        ("onde está", "track - order"),
        ("sing", "out_of_scope"),
    }
    assert found.examples[0].file.startswith(f"{tmp_path}/agent.ZIP/{root}intents/")


@pytest.mark.parametrize(
    "name", ["../intents/a.json", "intents/../../a.json", "/etc/a.json", "..\\a.json", "C:/a.json", "\\\\host\\a.json"]
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    refused(packed(tmp_path / "a.zip", {name: "{}"}), "leads elsewhere")


def test_a_bomb_is_refused_while_it_unpacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_BYTES", 1 << 20)
    bomb = packed(tmp_path / "a.zip", {"intents/a.json": b" " * (1 << 21)})
    assert bomb.stat().st_size < 10_000
    refused(bomb, "unpacks to more than 1 MiB")
    # Many small ones, and a directory that tells lies about sizes, make no difference.
    refused(packed(tmp_path / "b.zip", {f"intents/{place}.json": b" " * (1 << 18) for place in range(5)}), "unpacks")
    data = bytearray(bomb.read_bytes())
    for mark, offset in ((b"PK\1\2", 24), (b"PK\3\4", 22)):
        at = data.index(mark) + offset
        data[at : at + 4] = (5).to_bytes(4, "little")
    lying = tmp_path / "c.zip"
    lying.write_bytes(data)
    refused(lying, "damaged|unpacks|not a usable")


def test_links_secrets_twins_and_crowds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = zipfile.ZipInfo("intents/a.json")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    refused(packed(tmp_path / "a.zip", {link: "/etc/passwd"}), "is a link")
    data = bytearray(packed(tmp_path / "b.zip", {"intents/a.json": "{}"}).read_bytes())
    data[data.index(b"PK\1\2") + 8] |= 1
    (tmp_path / "b.zip").write_bytes(data)
    refused(tmp_path / "b.zip", "encrypted")
    twice = tmp_path / "c.zip"
    with zipfile.ZipFile(twice, "w") as made:
        made.writestr("intents/a.json", "{}")
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("intents/a.json", "{}")
    refused(twice, "stands in it twice")
    monkeypatch.setattr(archive, "MOST_FILES", 3)
    refused(packed(tmp_path / "d.zip", {f"{place}.txt": "" for place in range(4)}), "4 files")


def test_damage_is_refused(tmp_path: Path) -> None:
    whole = packed(tmp_path / "a.zip", {"intents/a.json": json.dumps({"name": "a" * 2000})}).read_bytes()
    bad = tmp_path / "bad.zip"
    for data in (b"", b"PK", whole[: len(whole) // 2], whole[:60] + b"\xff\x00\xff" + whole[63:]):
        bad.write_bytes(data)
        refused(bad, r"bad\.zip:1: (not a usable zip|damaged)")
    bad.write_bytes(io.BytesIO(packed(tmp_path / "e.zip", {"a.txt": "x"}).read_bytes()).getvalue())
    refused(bad, "holds no file that ends in .json")
