import numpy as np

from bot.learning.word_vectors import VECTORS_FILE, WORDS_FILE, read_word_vectors
from bot.nlu.weights import WordVectors

MOST_BYTES = 6_000_000


def likeness(vectors: WordVectors, one: str, other: str) -> float:
    first, second = (vectors.rows[vectors.words.index(word)].astype(float) for word in (one, other))
    return float(first @ second / np.sqrt((first @ first) * (second @ second)))


def test_words_of_like_meaning_are_near() -> None:
    vectors = read_word_vectors()
    assert likeness(vectors, "refund", "reimbursement") > 0.4 > likeness(vectors, "refund", "banana")
    assert likeness(vectors, "parcel", "package") > likeness(vectors, "parcel", "invoice")


def test_the_table_is_whole_and_small() -> None:
    vectors = read_word_vectors()
    assert len(set(vectors.words)) == len(vectors.words) == len(vectors.rows) == len(vectors.steps)
    assert vectors.rows.dtype == np.int8
    assert np.isfinite(vectors.steps).all()
    assert WORDS_FILE.stat().st_size + VECTORS_FILE.stat().st_size <= MOST_BYTES
