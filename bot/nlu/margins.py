"""A message's margins from a few look-ups: what its words, its characters and their meaning add up to."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bot.nlu.text import character_grams, skipped_pairs, words_in
from bot.nlu.weights import MeaningWeights, Weights, WordVectors
from bot.nlu.words import Floats

Rows = NDArray[np.intp]
Kind = Literal["word", "characters", "word_vector", "intercept"]
"""What adds to a margin: a word or pair of words, characters, the vector of a word, or what is there without any."""

MARKS = frozenset(".,;:?!()\"'")
"""What often stands directly before or behind a word."""


class Margins:
    """The linear model itself; safe to share between threads."""

    def __init__(self, weights: Weights) -> None:
        self._coef = np.ascontiguousarray(weights.coef, np.float32)
        self._intercept = weights.intercept
        self._idf = weights.idf
        self._words = {term: row for row, term in enumerate(weights.words)}
        self._characters = {term: row for row, term in enumerate(weights.characters, len(weights.words))}
        self._meaning = Meaning(weights.meaning) if weights.meaning is not None else None
        # What pieces seen before add, and their squared length. Only words of the training data are kept, as they stand
        # or with a mark before or behind them: so it can't grow far past them, and nothing that a customer wrote stays.
        self._pieces: dict[str, tuple[Floats, float]] = {}

    def of(self, text: str, grams: Sequence[str]) -> tuple[Floats, bool]:
        """Of a normalised text with its words and pairs of words; and whether anything in it was known."""
        words = grams[: words_in(grams)]
        rows = self._word_rows(grams, words)
        margins: Floats = self._intercept.copy()
        if rows:
            terms, repeats = _counted(rows)
            weights = self._idf[terms]
            if repeats is not None:
                weights *= 1 + np.log(repeats, dtype=np.float32)
            margins += (weights @ self._coef.take(terms, axis=0)) / np.float32(sqrt(weights @ weights))
        squares = 0.0
        added = []
        for piece in dict.fromkeys(text.split()):  # a set's order, and so the sum's last bit, differs between processes
            values, square = self._pieces.get(piece) or self._of_piece(piece)
            if square:
                added.append(values)
                squares += square
        if added:
            margins += np.add.reduce(added) / np.float32(sqrt(squares))
        known = bool(rows or added)
        if self._meaning is not None:
            meant = self._meaning.of(words)
            if meant is not None:
                margins += meant
                known = True
        return margins, known

    def contributions(self, text: str, grams: Sequence[str]) -> list[tuple[Kind, str, Floats]]:
        """What each term adds to the margins, a value a column, and last the intercept: their sum. Slow."""
        found: list[tuple[Kind, str, Floats]] = []
        words = grams[: words_in(grams)]
        rows = self._word_rows(grams, words)
        if rows:
            terms, repeats = _counted(rows)
            weights = self._idf[terms] * (1 if repeats is None else 1 + np.log(repeats, dtype=np.float32))
            names = list(self._words)
            added = (weights / sqrt(weights @ weights))[:, None] * self._coef.take(terms, axis=0)
            found += [("word", names[row], values) for row, values in zip(terms.tolist(), added, strict=True)]
        pieces = list(dict.fromkeys(text.split()))
        length = np.float32(sqrt(sum((self._pieces.get(piece) or self._of_piece(piece))[1] for piece in pieces)))
        counts: dict[str, int] = {}
        for gram in (gram for piece in pieces for gram in character_grams(piece) if gram in self._characters):
            counts[gram] = counts.get(gram, 0) + 1
        for gram, count in counts.items():
            row = self._characters[gram]
            found.append(("characters", gram, self._coef[row] * (count * self._idf[row] / length)))
        if self._meaning is not None:
            found += [("word_vector", word, values) for word, values in self._meaning.contributions(words)]
        return [*found, ("intercept", "", self._intercept)]

    def _word_rows(self, grams: Sequence[str], words: Sequence[str]) -> list[int]:
        terms = chain(grams, skipped_pairs(words))
        return [row for row in map(self._words.get, terms) if row is not None]

    def _of_piece(self, piece: str) -> tuple[Floats, float]:
        rows = [row for row in map(self._characters.get, character_grams(piece)) if row is not None]
        terms, repeats = _counted(rows)
        weights = self._idf[terms]
        if repeats is not None:
            weights *= repeats
        found = (weights @ self._coef.take(terms, axis=0), float(weights @ weights))
        if without_marks(piece) in self._words:
            self._pieces[piece] = found
        return found


class Meaning:
    """What the vectors of a message's words add; safe to share between threads."""

    def __init__(self, weights: MeaningWeights) -> None:
        self._places = {word: row for row, word in enumerate(weights.vectors.words)}
        self._vectors = weights.vectors
        self._centre, self._coef = weights.centre, weights.coef

    def of(self, words: Sequence[str]) -> Floats | None:
        """Of the words of a message, with repeats; None where none of them has a vector."""
        rows = vector_rows(self._places, words)
        if not rows:
            return None
        mean = mean_vector(self._vectors, rows)
        mean -= self._centre
        length = sqrt(mean @ mean)
        added: Floats = mean @ self._coef
        return added / np.float32(length) if length else None

    def contributions(self, words: Sequence[str]) -> list[tuple[str, Floats]]:
        """What each of the words adds; the last, without a word, is what being centred takes away."""
        rows = vector_rows(self._places, words)
        if not rows:
            return []
        known = [word for word in words if vector_rows(self._places, [word])]
        mean = mean_vector(self._vectors, rows) - self._centre
        length = np.float32(sqrt(mean @ mean)) or np.float32(1)
        found: dict[str, Floats] = {}
        for word, row in zip(known, rows, strict=True):
            part = mean_vector(self._vectors, [row]) @ self._coef / (length * len(rows))
            found[word] = found[word] + part if word in found else part
        return [*found.items(), ("", -(self._centre @ self._coef) / length)]


def vector_rows(places: Mapping[str, int], words: Iterable[str]) -> list[int]:
    """Where the vectors of words are, with repeats, of those that have one; a plural without takes its singular's."""
    found = []
    for word in words:
        row = places.get(word)
        if row is None and word.endswith("s"):
            row = places.get(word[:-1])
        if row is not None:
            found.append(row)
    return found


def mean_vector(vectors: WordVectors, rows: list[int]) -> Floats:
    """The mean of some of the vectors."""
    places = np.array(rows, np.intp)
    sums: Floats = vectors.steps.take(places) @ vectors.rows.take(places, axis=0)
    return sums / np.float32(len(rows))


def _counted(rows: list[int]) -> tuple[Rows, Floats | None]:
    """The distinct rows, and how often each is there; None where that is once."""
    if len(set(rows)) == len(rows):
        return np.array(rows, np.intp), None
    terms, repeats = np.unique(np.array(rows, np.intp), return_counts=True)
    return terms, repeats.astype(np.float32)


def without_marks(piece: str) -> str:
    """A piece without one mark before it and one behind it."""
    begin = 1 if piece[:1] in MARKS else 0
    end = len(piece) - 1 if piece[-1:] in MARKS else len(piece)
    return piece[begin:end]
