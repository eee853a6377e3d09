"""Small training data, a model of it, and where the public data lies if it does."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from bot.learning.corpus import Corpus
from bot.learning.rows import Example
from bot.nlu.artefact import FORMAT, Manifest, model_bytes, version_of, write_version
from bot.nlu.weights import Weights, WordVectors
from bot.nlu.words import WordWeights
from bot.records import MOODS, Understanding

PUBLIC = Path(__file__).parents[2] / "../shared/data"

THINGS = ("phone", "laptop", "headphones", "camera", "charger", "tablet", "tv", "watch", "router", "keyboard")
SENTENCES = {
    "track_order": ("where is my {}", "has the {} been shipped yet?", "Track the parcel with my {}"),
    "return_order": ("I want to send the {} back", "how do I return a {}", "return label for my {} please"),
    "repair": ("my {} doesn't switch on", "The {} is broken", "can you repair a {}?"),
    "price": ("how much is the {}", "Any discount on a {}?", "price of your cheapest {}"),
}
OUTSIDE = ("what's the capital of France", "tell me a joke", "who won the match", "weather tomorrow", "sing a song")


def corpus_of(rows: Iterable[tuple[str, str]]) -> Corpus:
    examples = [Example(text, intent, "data.jsonl", line) for line, (text, intent) in enumerate(rows, 1)]
    return Corpus(tuple(sorted(examples, key=lambda row: (row.intent, row.text))), (), 0, 1)


def shop_rows(outside: bool = False) -> list[tuple[str, str]]:
    rows = [
        (sentence.format(thing), intent)
        for intent, sentences in SENTENCES.items()
        for sentence in sentences
        for thing in THINGS
    ]
    return rows + [(text, "out_of_scope") for text in OUTSIDE if outside]


def tiny_weights(bias: float = 0.0) -> Weights:
    """Two intents that can be computed by hand; another `bias` makes another version."""
    return Weights(
        intents=("no", "yes"),
        words=("no", "yes"),
        characters=(" y",),
        idf=np.ones(3, np.float32),
        coef=np.array([[1, -1], [-1, 1], [0, 1]], np.float32),
        intercept=np.array([bias, 0], np.float32),
        temperature=1.0,
        threshold=0.5,
    )


def tiny_vectors() -> WordVectors:
    """Vectors of a few words, some of them in no example."""
    words = (
        *THINGS,
        "phones",
        "my",
        "where",
        "is",
        "the",
        "return",
        "repair",
        "broken",
        "price",
        "shipped",
        "reimburse",
    )
    rows = np.random.default_rng(0).integers(-127, 127, (len(words), 8), np.int8, endpoint=True)
    return WordVectors(words, rows, np.linspace(0.001, 0.01, len(words), dtype=np.float32))


def tiny_tables() -> dict[str, WordWeights]:
    """A mood and a language that can be computed by hand."""
    moods = np.array([[2, 0, 0, 0], [0, 0, 3, 1]], np.float32)
    return {
        "mood": WordWeights(MOODS, ("thanks", "<!!>"), moods, np.zeros(4, np.float32), 0.5, -0.6),
        "language": WordWeights(
            ("de", "en"),
            ("where", "wo", "ist"),
            np.array([[-2, 2], [2, -2], [1, -1]], np.float32),
            np.zeros(2, np.float32),
            0.9,
        ),
    }


def store_tiny(
    models: Path, bias: float = 0.0, created: str = "2026-01-01T00:00:00+00:00", weights: Weights | None = None
) -> str:
    """Writes the tiny model, or another, as a version and returns that."""
    model, record = model_bytes(weights or tiny_weights(bias)), b"{}"
    sha256 = hashlib.sha256(model).hexdigest()
    manifest = Manifest(
        format=FORMAT,
        version=version_of(sha256),
        model_sha256=sha256,
        record_sha256=hashlib.sha256(record).hexdigest(),
        bot="0.1.0",
        libraries={},
        data_sha256="",
        seed=0,
        examples=2,
        intents={"no": 1, "yes": 1},
        metrics={},
        created=created,
    )
    write_version(models, manifest, model, record)
    return manifest.version


def assert_same(answers: list[Understanding], margins: np.ndarray, weights: Weights) -> None:
    """Intents, confidences and scores are those that the margins of a Pipeline come to."""
    count = len(weights.intents)
    shares = np.exp(
        margins[:, :count] / weights.temperature - margins[:, :count].max(axis=1, keepdims=True) / weights.temperature
    )
    shares /= shares.sum(axis=1, keepdims=True)
    scope = margins[:, :count].max(axis=1) - (margins[:, count] if weights.has_out_of_scope else 0.0)
    for answer, share, score in zip(answers, shares, scope, strict=True):
        order = np.argsort(-share)
        named = [(answer.intent, answer.confidence), *answer.alternatives]
        assert [value for _, value in named] == pytest.approx(share[order[: len(named)]], abs=1e-5)
        for intent, value in named:
            assert value == pytest.approx(share[weights.intents.index(intent)], abs=1e-5)
        assert answer.scope_score == pytest.approx(score, abs=1e-4)
        assert answer.in_scope == (answer.scope_score >= weights.threshold)
