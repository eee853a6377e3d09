import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.errors import ModelError
from bot.nlu import registry as module
from bot.nlu.artefact import MODEL_FILE
from bot.nlu.registry import PROMOTED_FILE, Registry
from tests.nlu.samples import store_tiny


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path)


def store(registry: Registry, count: int) -> list[str]:
    return [store_tiny(registry.folder, float(bias), f"2026-01-0{bias + 1}T00:00:00+00:00") for bias in range(count)]


def test_a_new_folder_has_nothing(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "not there yet")
    assert registry.promoted() is None
    assert registry.versions() == []
    with pytest.raises(ModelError, match="no earlier version"):
        registry.rollback()


def test_versions_come_oldest_first_and_damaged_ones_apart(registry: Registry) -> None:
    versions = store(registry, 4)
    (registry.folder / versions[1] / "manifest.json").write_text("{")
    (registry.folder / "README.md").touch()
    assert [manifest.version for manifest in registry.versions()] == [versions[0], versions[2], versions[3]]
    assert [versions[1] in str(problem) for problem in registry.survey()[1]] == [True]


def test_promoting_and_going_back(registry: Registry) -> None:
    first, second, third = store(registry, 3)
    for version in (first, second, second, third):
        registry.promote(version)
        assert Registry(registry.folder).promoted() == version
    assert registry.load(third).version == third
    assert registry.rollback() == second == registry.promoted()
    assert registry.rollback() == first == registry.promoted()
    with pytest.raises(ModelError, match="no earlier version"):
        registry.rollback()
    assert registry.promoted() == first


def test_going_back_passes_over_what_cannot_serve(registry: Registry) -> None:
    first, second, third = store(registry, 3)
    for version in (first, second, third):
        registry.promote(version)
    (registry.folder / second / MODEL_FILE).write_bytes(b"damaged")
    assert registry.rollback() == first


def test_a_damaged_version_is_not_promoted(registry: Registry) -> None:
    first, second = store(registry, 2)
    registry.promote(first)
    (registry.folder / second / MODEL_FILE).write_bytes(b"damaged")
    with pytest.raises(ModelError, match=second):
        registry.promote(second)
    assert registry.promoted() == first


@pytest.mark.parametrize("version", ["", ".", "..", "../outside", "000000000000", "a/b", "A" * 12, "\0"])
def test_only_a_version_that_is_there_can_be_loaded(registry: Registry, version: str) -> None:
    store(registry, 1)
    with pytest.raises(ModelError, match="there is no version"):
        registry.load(version)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"history": "abc"}', '{"history": ["../x"]}', '{"history": [1]}', "null"]
)
def test_a_damaged_promotion_file_says_what_to_do(registry: Registry, text: str) -> None:
    (registry.folder / PROMOTED_FILE).write_text(text)
    with pytest.raises(ModelError, match=rf"{PROMOTED_FILE}.*bot models promote"):
        registry.promoted()


def test_a_promotion_that_fails_changes_nothing(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = store(registry, 2)
    registry.promote(first)

    def full(path: Path, data: bytes) -> None:
        path.write_bytes(data[:5])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "write_durably", full)
    with pytest.raises(ModelError, match=r"can't be written to \(No space"):
        registry.promote(second)
    assert registry.promoted() == first
    assert not list(registry.folder.glob(".new-*"))


def test_readers_beside_a_writer_always_see_a_whole_promotion(registry: Registry) -> None:
    versions = store(registry, 2)
    registry.promote(versions[0])
    seen: set[str | None] = set()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.add(registry.promoted())

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for turn in range(40):
        registry.promote(versions[turn % 2])
    stop.set()
    for reader in readers:
        reader.join()
    assert seen <= set(versions)
    assert json.loads((registry.folder / PROMOTED_FILE).read_text())["history"][-1] == versions[1]


def test_serving_imports_neither_scikit_learn_nor_scipy() -> None:
    code = (
        "import sys, bot.nlu.registry; print([m for m in ('sklearn', 'scipy', 'pandas', 'yaml') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
