import hashlib
import json
import os
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest

from bot.errors import ModelError
from bot.nlu import artefact
from bot.nlu.artefact import MANIFEST_FILE, MODEL_FILE, is_whole, model_bytes, read_manifest, read_version
from tests.nlu.samples import store_tiny, tiny_tables, tiny_weights


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / store_tiny(tmp_path)


def rewrite(folder: Path, **changes: Any) -> None:
    values = json.loads((folder / MANIFEST_FILE).read_text())
    (folder / MANIFEST_FILE).write_text(json.dumps({**values, **changes}))


def test_weights_come_back_as_they_were(folder: Path) -> None:
    manifest, weights = read_version(folder)
    assert manifest.version == folder.name
    assert model_bytes(weights) == model_bytes(tiny_weights()) == (folder / MODEL_FILE).read_bytes()
    assert weights.coef.dtype == np.float32


def test_the_same_model_is_the_same_version_and_not_written_again(folder: Path) -> None:
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    assert store_tiny(folder.parent, created="2030-01-01T00:00:00+00:00") == folder.name
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()} == before
    assert store_tiny(folder.parent, bias=1.0) != folder.name


def test_a_damaged_version_is_replaced_by_training_it_again(folder: Path) -> None:
    (folder / MODEL_FILE).write_bytes(b"")
    store_tiny(folder.parent)
    assert is_whole(folder)
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> None:
        if path.name == MANIFEST_FILE:
            raise OSError(28, "No space left on device")
        path.write_bytes(data)

    monkeypatch.setattr(artefact, "write_durably", full)
    with pytest.raises(ModelError, match=r"can't be written to \(No space.*--models"):
        store_tiny(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [MODEL_FILE, MANIFEST_FILE])
@pytest.mark.parametrize("keep", [0, 1, 100, -2])
def test_a_truncated_file_is_refused_by_name(folder: Path, name: str, keep: int) -> None:
    path = folder / name
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ModelError, match=rf"{name}.*bot train") as refused:
        read_version(folder)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize("name", [MODEL_FILE, MANIFEST_FILE])
def test_a_missing_file_is_refused_by_name(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=rf"{name} can't be read"):
        read_version(folder)


def test_any_changed_byte_of_the_model_is_noticed(folder: Path) -> None:
    whole = (folder / MODEL_FILE).read_bytes()
    for place in range(0, len(whole), 37):
        (folder / MODEL_FILE).write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(ModelError, match="isn't what its manifest says"):
            read_version(folder)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": 5}, "format 5, this bot reads 4: update the bot"),
        ({"format": 3}, r"of an older format \(3, this bot reads 4\): run `make train`$"),
        ({"format": 1, "surprise": 1}, "of an older format"),
        ({"format": 0}, "isn't a manifest of this bot"),
        ({"format": "1"}, "isn't a manifest of this bot"),
        ({"intents": ["no", "yes"]}, "isn't a manifest of this bot"),
        ({"intents": {"no": 1, "maybe": 1}}, "names other intents"),
        ({"surprise": 1}, "isn't a manifest of this bot"),
        ({"version": "000000000000"}, "version 000000000000, not of its folder"),
        ({"model_sha256": "0" * 64}, "not of its folder"),
    ],
)
def test_a_foreign_or_newer_manifest_is_refused(folder: Path, changes: dict[str, Any], said: str) -> None:
    rewrite(folder, **changes)
    with pytest.raises(ModelError, match=said):
        read_version(folder)


@pytest.mark.parametrize("text", ["[]", "null", '"x"', "{", "[" * 100_000])
def test_a_manifest_of_another_shape_is_refused(folder: Path, text: str) -> None:
    (folder / MANIFEST_FILE).write_text(text)
    with pytest.raises(ModelError, match=MANIFEST_FILE):
        read_manifest(folder)


class Attack:
    def __reduce__(self) -> Any:
        return os.abort, ()


@pytest.mark.parametrize(
    "content",
    [
        Attack(),
        {"intents": "no\nyes"},
        {**dict.fromkeys(("intents", "words", "characters"), "a\nb"), "idf": np.array([Attack()], object)},
        {"intents": 1, "words": [], "characters": None},
        None,
    ],
)
def test_a_model_with_a_fitting_hash_but_other_content_is_refused(tmp_path: Path, content: Any) -> None:
    forged = tmp_path / "forged"
    joblib.dump(content, forged)
    assert_refused(tmp_path, forged.read_bytes())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("idf", np.ones(2, np.float32)),
        ("coef", np.ones((3, 4), np.float32)),
        ("coef", np.full((3, 2), np.nan, np.float32)),
        ("coef", np.ones((3, 2))),
        ("intercept", np.ones(1, np.float32)),
        ("gate", np.array([0.0, 1.0, 1.0])),
        ("gate", np.array([1.0, np.inf, 1.0])),
        ("gate", np.array([1.0, 1.0, np.nan])),
        ("gate", np.array([1.0])),
        ("mood_labels", "calm\nupset"),
        ("mood_labels", "pleased\ncalm\nupset\nupset"),
        ("mood_terms", "thanks"),
        ("mood_coef", np.ones((2, 4), np.float64)),
        ("mood_intercept", np.ones(3, np.float32)),
        ("mood_thresholds", np.array([0.5, 0.5])),
        ("mood_thresholds", np.array([np.nan, -0.5])),
        ("language_coef", np.full((1, 2), np.inf, np.float32)),
        ("intents", "yes\nyes"),
        ("words", ""),
    ],
)
def test_parts_that_do_not_fit_are_refused(tmp_path: Path, name: str, value: Any) -> None:
    whole = tmp_path / "whole"
    whole.write_bytes(model_bytes(replace(tiny_weights(), **tiny_tables())))
    joblib.dump({**joblib.load(whole), name: value}, whole)
    assert_refused(tmp_path, whole.read_bytes())


def test_tables_of_words_come_back_as_they_were(tmp_path: Path) -> None:
    weights = replace(tiny_weights(), part_threshold=0.75, **tiny_tables())
    version = store_tiny(tmp_path, weights=weights)
    _, found = read_version(tmp_path / version)
    assert found.part_threshold == 0.75
    for name, table in tiny_tables().items():
        stored = getattr(found, name)
        assert (stored.labels, stored.terms, stored.threshold, stored.upset_at) == (
            table.labels,
            table.terms,
            table.threshold,
            table.upset_at,
        )
        assert (stored.coef == table.coef).all()
        assert (stored.intercept == table.intercept).all()


def assert_refused(models: Path, model: bytes) -> None:
    """Stores a model under a manifest that fits it, as somebody who can write there could."""
    folder = models / store_tiny(models)
    sha256 = hashlib.sha256(model).hexdigest()
    rewrite(folder, model_sha256=sha256, version=sha256[:12])
    forged = folder.rename(models / sha256[:12])
    (forged / MODEL_FILE).write_bytes(model)
    with pytest.raises(ModelError, match=rf"{MODEL_FILE} can't be used"):
        read_version(forged)


def test_the_ordinary_reader_would_have_run_the_attack() -> None:
    assert b"abort" in pickle.dumps(Attack())
