"""Texts to the numbers that are learnt from, as `bot.nlu.margins` counts them in a message."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, hstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from bot.nlu.margins import mean_vector, vector_rows
from bot.nlu.text import CHARACTER_RANGE, normalise, word_grams, word_terms, words_in
from bot.nlu.weights import WordVectors
from bot.nlu.words import Floats

Columns = NDArray[np.intp]
Terms = NDArray[np.object_]

WORDS, CHARACTERS, MEANING = 1.0, 1.0, 0.85
"""How long each part of a message's features is beside the others; when serving it is 1, coefficients hold the rest."""

MANY = 2_000
"""From so many texts on, words and pairs that only one text has aren't learnt from: half of all terms, and no loss."""

VERY_MANY = 50_000
"""From so many on, each must be in three, and characters in two: every term takes memory for each intent."""


@dataclass(frozen=True, slots=True)
class Features:
    """Sparse features, a column a term, words first; dense ones, perhaps none; what serving needs to make the same."""

    sparse: csr_matrix
    dense: Floats
    words: tuple[str, ...]
    characters: tuple[str, ...]
    idf: Floats
    centre: Floats


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted once in all texts and serves every fold.

    `characters` counts n-grams in the distinct pieces of each text, `made_of` says which pieces those are, and `pieces`
    counts the n-grams of each. `means` are the mean vectors of the words, zeros where none has one.
    """

    words: csr_matrix
    word_terms: Terms
    characters: csr_matrix
    character_terms: Terms
    made_of: csr_matrix
    pieces: csr_matrix
    means: Floats

    def features(self, rows: Columns) -> Features:
        """The features of some of the texts, with the terms that stand in them."""
        fewest = 1 + (len(rows) >= MANY) + (len(rows) >= VERY_MANY)
        words, held_words = _held(self.words[rows], fewest)
        characters, held = _held(self.characters[rows], max(fewest - 1, 1))
        weighed_words, word_idf = _tf_idf(words)
        idf = _idf(characters)
        pieces = self.pieces[:, held] @ diags(idf)
        squares = self.made_of[rows] @ np.asarray(pieces.multiply(pieces).sum(axis=1)).ravel()
        lengths = np.sqrt(np.where(squares > 0, squares, 1))
        weighed = diags(1 / lengths) @ characters @ diags(idf)
        dense, centre = _centred(self.means[rows])
        return Features(
            sparse=hstack([weighed_words * WORDS, weighed * CHARACTERS], format="csr", dtype=np.float32),
            dense=dense,
            words=tuple(self.word_terms[held_words]),
            characters=tuple(self.character_terms[held]),
            idf=np.concatenate([word_idf, idf]).astype(np.float32),
            centre=centre,
        )


def count(texts: Sequence[str], vectors: WordVectors | None) -> Counts:
    """Count the words, the characters and the meaning of texts; without `vectors` there is none of the last."""
    normalised = [normalise(text) for text in texts]
    words, terms = _counted(CountVectorizer(analyzer=word_terms), normalised)
    made_of, pieces = _pieces(normalised)
    grams, character_terms = _counted(
        CountVectorizer(lowercase=False, analyzer="char_wb", ngram_range=CHARACTER_RANGE), pieces
    )
    return Counts(
        words=words,
        word_terms=terms,
        characters=csr_matrix(made_of @ grams),
        character_terms=character_terms,
        made_of=made_of,
        pieces=grams,
        means=_means(normalised, vectors),
    )


def _counted(vectorizer: CountVectorizer, texts: Sequence[str]) -> tuple[csr_matrix, Terms]:
    try:
        matrix = vectorizer.fit_transform(texts).astype(np.float64)
    except ValueError:  # no text has a single word: all are emoji or punctuation
        return csr_matrix((len(texts), 0)), np.empty(0, object)
    return matrix, np.array(vectorizer.get_feature_names_out(), object)


def _pieces(normalised: Sequence[str]) -> tuple[csr_matrix, list[str]]:
    """Which pieces between white space stand in which text, each once, and the pieces."""
    places: dict[str, int] = {}
    columns, ends = [], [0]
    for text in normalised:
        columns += sorted({places.setdefault(piece, len(places)) for piece in text.split()})
        ends.append(len(columns))
    made_of = csr_matrix((np.ones(len(columns)), columns, ends), (len(normalised), len(places)))
    return made_of, list(places)


def _held(matrix: csr_matrix, fewest: int) -> tuple[csr_matrix, Columns]:
    there = np.flatnonzero(matrix.getnnz(axis=0) >= fewest)
    return matrix[:, there], there


def _tf_idf(counts: csr_matrix) -> tuple[csr_matrix, Floats]:
    """Sublinear TF-IDF scaled to length 1, as scikit-learn defines it, and the idf of each term."""
    if not counts.shape[1]:
        return counts, np.empty(0, np.float32)
    weigher = TfidfTransformer(sublinear_tf=True)
    return weigher.fit_transform(counts), weigher.idf_


def _idf(counts: csr_matrix) -> Floats:
    """The same idf."""
    found: Floats = np.log((1 + counts.shape[0]) / (1 + counts.getnnz(axis=0))) + 1
    return found


def _means(normalised: Sequence[str], vectors: WordVectors | None) -> Floats:
    if vectors is None:
        return np.empty((len(normalised), 0), np.float32)
    places = {word: row for row, word in enumerate(vectors.words)}
    means = np.zeros((len(normalised), vectors.rows.shape[1]), np.float32)
    for row, text in enumerate(normalised):
        grams = word_grams(text)
        known = vector_rows(places, grams[: words_in(grams)])
        if known:
            means[row] = mean_vector(vectors, known)
    return means


def _centred(means: Floats) -> tuple[Floats, Floats]:
    """Less their mean and of length `MEANING`; zeros stay zeros."""
    known: NDArray[np.bool_] = (means != 0).any(axis=1)
    if not known.any():
        return np.empty((len(means), 0), np.float32), np.empty(0, np.float32)
    centre = means[known].mean(axis=0)
    moved = np.where(known[:, None], means - centre, 0)
    lengths = np.sqrt((moved * moved).sum(axis=1, keepdims=True))
    return (MEANING * moved / np.where(lengths > 0, lengths, 1)).astype(np.float32), centre
