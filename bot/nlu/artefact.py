"""A model on disk: arrays and strings in `model.joblib`, and beside them a manifest that is checked first.

The version is the start of the SHA-256 of `model.joblib`, so the same training gives the same version and a version
can't change what it means.
"""

import hashlib
import io
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from numpy.typing import NDArray

from bot.errors import ModelError
from bot.nlu.unpickler import ArraysOnlyUnpickler
from bot.nlu.weights import MeaningWeights, Weights, WordVectors
from bot.nlu.words import WordWeights
from bot.records import MOODS

FORMAT = 4
"""Raised when what is written changes; a bot reads its own format and no other."""

WORD_TABLES = ("mood", "language")
MODEL_FILE = "model.joblib"
MANIFEST_FILE = "manifest.json"
RECORD_FILE = "out_of_fold.json"
_REMEDY = "put the folder back from a backup, or train again with `bot train`"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a version is and where it comes from.

    `intents` maps each intent to its number of examples, `metrics` are out of fold, `created` is UTC in ISO 8601.
    `record_sha256` is of the answers given out of fold, which lie beside the model for later comparison.
    """

    format: int
    version: str
    model_sha256: str
    record_sha256: str
    bot: str
    libraries: Mapping[str, str]
    data_sha256: str
    seed: int
    examples: int
    intents: Mapping[str, int]
    metrics: Mapping[str, float]
    created: str


def model_bytes(weights: Weights) -> bytes:
    """The content of `model.joblib`; equal weights give equal bytes."""
    stored = {
        "intents": "\n".join(weights.intents),
        "words": "\n".join(weights.words),
        "characters": "\n".join(weights.characters),
        "idf": _plain(weights.idf),
        "coef": _plain(weights.coef),
        "intercept": _plain(weights.intercept),
        "gate": np.array([weights.temperature, weights.threshold, weights.part_threshold]),
    }
    if weights.meaning is not None:
        vectors = weights.meaning.vectors
        stored |= {
            "vector_words": "\n".join(vectors.words),
            "vector_rows": _plain(vectors.rows, np.int8),
            "vector_steps": _plain(vectors.steps),
            "meaning_centre": _plain(weights.meaning.centre),
            "meaning_coef": _plain(weights.meaning.coef),
        }
    for name in WORD_TABLES:
        table = getattr(weights, name)
        if table is not None:
            stored |= {
                f"{name}_labels": "\n".join(table.labels),
                f"{name}_terms": "\n".join(table.terms),
                f"{name}_coef": _plain(table.coef),
                f"{name}_intercept": _plain(table.intercept),
                f"{name}_thresholds": np.array([table.threshold, table.upset_at]),
            }
    buffer = io.BytesIO()
    joblib.dump(stored, buffer)
    return buffer.getvalue()


def version_of(model_sha256: str) -> str:
    """The version that a `model.joblib` with this hash is."""
    return model_sha256[:12]


def write_version(models: Path, manifest: Manifest, model: bytes, record: bytes) -> None:
    """Add a version to the models folder, all or nothing; one that is there and whole stays as it is.

    Raises ModelError where the folder can't be written to.
    """
    target = models / manifest.version
    if is_whole(target):
        return
    manifest_bytes = json.dumps(asdict(manifest), indent=2, ensure_ascii=False).encode() + b"\n"
    with workplace(models) as temporary:
        fresh = temporary / "fresh"
        fresh.mkdir()
        for name, data in ((MODEL_FILE, model), (RECORD_FILE, record), (MANIFEST_FILE, manifest_bytes)):
            write_durably(fresh / name, data)
        sync_folder(fresh)
        if target.exists():
            # A folder that holds files can't be renamed over, so a damaged version goes aside first.
            target.rename(temporary / "aside")
        fresh.rename(target)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the version in this folder; raises ModelError for a damaged, foreign, newer or older one."""
    path = folder / MANIFEST_FILE
    values = _parsed(path)
    found = values.get("format")
    if isinstance(found, int) and found > FORMAT:
        raise ModelError(f"{path} is format {found}, this bot reads {FORMAT}: update the bot, or {_REMEDY}")
    if isinstance(found, int) and 0 < found < FORMAT:
        raise ModelError(f"{path} is of an older format ({found}, this bot reads {FORMAT}): run `make train`")
    expected = {field.name for field in fields(Manifest)}
    kinds = {"intents": dict, "metrics": dict, "libraries": dict, "seed": int, "examples": int, "format": int}
    if (
        found != FORMAT
        or set(values) != expected
        or any(not isinstance(values[name], kinds.get(name, str)) for name in expected)
    ):
        raise ModelError(f"{path} isn't a manifest of this bot: {_REMEDY}")
    manifest = Manifest(**values)
    if manifest.version != folder.name or manifest.version != version_of(manifest.model_sha256):
        raise ModelError(f"{path} is of version {manifest.version}, not of its folder's: {_REMEDY}")
    return manifest


def read_version(folder: Path) -> tuple[Manifest, Weights]:
    """The version in this folder; raises ModelError where one of its files isn't what the manifest promises."""
    manifest = read_manifest(folder)
    data = read_promised(folder / MODEL_FILE, manifest.model_sha256)
    try:
        weights = _weights(ArraysOnlyUnpickler(data).load())
    except Exception as error:  # damage can make unpickling raise nearly anything
        raise ModelError(
            f"{folder / MODEL_FILE} can't be used ({str(error) or type(error).__name__}): {_REMEDY}"
        ) from None
    if set(weights.intents) != set(manifest.intents):
        raise ModelError(f"{folder / MANIFEST_FILE} names other intents than {MODEL_FILE}: {_REMEDY}")
    return manifest, weights


def read_promised(path: Path, sha256: str) -> bytes:
    """The bytes of a file whose hash the manifest holds; raises ModelError where they aren't those."""
    data = _bytes(path)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ModelError(f"{path} isn't what its manifest says (damaged, cut short or changed): {_REMEDY}")
    return data


def is_whole(folder: Path) -> bool:
    """Whether the version in this folder can be used."""
    try:
        manifest, _ = read_version(folder)
        read_promised(folder / RECORD_FILE, manifest.record_sha256)
    except ModelError:
        return False
    return True


@contextmanager
def workplace(models: Path) -> Iterator[Path]:
    """A folder to prepare files in, from where a rename brings them into the models folder all at once and for good."""
    try:
        models.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=models) as temporary:
            yield Path(temporary)
        sync_folder(models)
    except OSError as error:
        remedy = "see to its disk and who may write there, or choose another with --models"
        raise ModelError(f"{models} can't be written to ({error.strerror or error}): {remedy}") from None


def write_durably(path: Path, data: bytes) -> None:
    """Write a file and wait until it is on the disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _plain(array: NDArray[Any], kind: type[np.generic] = np.float32) -> NDArray[Any]:
    # The type of an array from another process is an object of its own, also after copying, and pickling writes two
    # objects in another way than one twice.
    plain = np.empty(array.shape, kind)
    plain[...] = array
    return plain


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} can't be read ({error.strerror or error}): {_REMEDY}") from None


def _parsed(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(_bytes(path))
    except (ValueError, RecursionError):
        raise ModelError(f"{path} isn't JSON (damaged or cut short): {_REMEDY}") from None
    if not isinstance(values, dict):
        raise ModelError(f"{path} isn't a manifest of this bot: {_REMEDY}")
    return values


def _weights(stored: Any) -> Weights:
    """The stored arrays and strings, once they are known to fit each other; raises ValueError and its like."""
    words, characters = (tuple(stored[name].split("\n")) if stored[name] else () for name in ("words", "characters"))
    temperature, threshold, part_threshold = (float(value) for value in stored["gate"])
    weights = Weights(
        intents=tuple(stored["intents"].split("\n")),
        words=words,
        characters=characters,
        idf=stored["idf"],
        coef=stored["coef"],
        intercept=stored["intercept"],
        temperature=temperature,
        threshold=threshold,
        part_threshold=part_threshold,
        meaning=_meaning_weights(stored),
        mood=_word_weights(stored, "mood"),
        language=_word_weights(stored, "language"),
    )
    columns = len(weights.intercept)
    arrays = (weights.idf, weights.coef, weights.intercept)
    fits = (
        len(set(weights.intents)) == len(weights.intents) >= 2
        and columns - len(weights.intents) in (0, 1)
        and weights.idf.shape == (len(words) + len(characters),)
        and weights.coef.shape == (len(weights.idf), columns)
        and all(array.dtype == np.float32 and bool(np.isfinite(array).all()) for array in arrays)
        and 0.0 < temperature < np.inf
        and bool(np.isfinite([threshold, part_threshold]).all())
        and (weights.mood is None or weights.mood.labels == MOODS)
        and (weights.meaning is None or weights.meaning.coef.shape[1] == columns)
    )
    if not fits:
        raise ValueError("its parts don't fit each other")
    return weights


def _meaning_weights(stored: Mapping[str, Any]) -> MeaningWeights | None:
    """What words mean, once it is known to fit; None where the model was trained without."""
    if "vector_words" not in stored:
        return None
    vectors = WordVectors(tuple(stored["vector_words"].split("\n")), stored["vector_rows"], stored["vector_steps"])
    meaning = MeaningWeights(vectors, stored["meaning_centre"], stored["meaning_coef"])
    floats = (vectors.steps, meaning.centre, meaning.coef)
    fits = (
        len(set(vectors.words)) == len(vectors.words) == len(vectors.rows)
        and vectors.rows.dtype == np.int8
        and vectors.rows.ndim == meaning.coef.ndim == 2
        and vectors.steps.shape == (len(vectors.words),)
        and meaning.centre.shape == (vectors.rows.shape[1],) == (len(meaning.coef),)
        and all(array.dtype == np.float32 and bool(np.isfinite(array).all()) for array in floats)
    )
    if not fits:
        raise ValueError("the parts of what its words mean don't fit each other")
    return meaning


def _word_weights(stored: Mapping[str, Any], name: str) -> WordWeights | None:
    """One of the tables of words, once it is known to fit; None where the model has none."""
    if f"{name}_labels" not in stored:
        return None
    threshold, upset_at = (float(value) for value in stored[f"{name}_thresholds"])
    table = WordWeights(
        labels=tuple(stored[f"{name}_labels"].split("\n")),
        terms=tuple(stored[f"{name}_terms"].split("\n")),
        coef=stored[f"{name}_coef"],
        intercept=stored[f"{name}_intercept"],
        threshold=threshold,
        upset_at=upset_at,
    )
    arrays = (table.coef, table.intercept)
    fits = (
        len(set(table.labels)) == len(table.labels) >= 2
        and table.coef.shape == (len(table.terms), len(table.labels))
        and table.intercept.shape == (len(table.labels),)
        and all(array.dtype == np.float32 and bool(np.isfinite(array).all()) for array in arrays)
        and bool(np.isfinite(threshold))
        and -1 < upset_at < 0
    )
    if not fits:
        raise ValueError(f"the parts of its {name} don't fit each other")
    return table
