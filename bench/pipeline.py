"""A trained model as scikit-learn would have it, with nothing of the serving code but the normalisation."""

import re
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from bot.nlu.text import CHARACTER_RANGE, TOKEN_PATTERN, normalise
from bot.nlu.weights import MeaningWeights, Weights

Floats = NDArray[np.float32]


class Pieces(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Character n-grams of the distinct pieces of a text, divided by the root of the sum of their squared lengths."""

    def __init__(self, terms: tuple[str, ...], idf: Floats) -> None:
        self.terms, self.idf = terms, idf

    def fit(self, texts: Any, truth: Any = None) -> "Pieces":
        self.grams_ = CountVectorizer(
            vocabulary={term: row for row, term in enumerate(self.terms)},
            lowercase=False,
            analyzer="char_wb",
            ngram_range=CHARACTER_RANGE,
            dtype=np.float32,
        )
        return self

    def transform(self, texts: Any) -> csr_matrix:
        split = CountVectorizer(analyzer=lambda text: normalise(text).split(), binary=True, dtype=np.float32)
        try:
            made_of = split.fit_transform(texts)
        except ValueError:  # nothing but white space
            return csr_matrix((len(texts), len(self.terms)), dtype=np.float32)
        pieces = self.grams_.transform(split.get_feature_names_out()) @ diags(self.idf)
        squares = made_of @ np.asarray(pieces.multiply(pieces).sum(axis=1)).ravel()
        return diags(1 / np.sqrt(np.where(squares > 0, squares, 1))) @ made_of @ pieces


class Meaning(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """The mean of the vectors of a text's words, less the centre, at length 1."""

    def __init__(self, weights: MeaningWeights) -> None:
        self.weights = weights

    def fit(self, texts: Any, truth: Any = None) -> "Meaning":
        vectors = self.weights.vectors
        vocabulary = {word: row for row, word in enumerate(vectors.words)}

        def words(text: str) -> list[str]:
            found = re.findall(TOKEN_PATTERN, normalise(text))
            return [word if word in vocabulary else word.removesuffix("s") for word in found]

        self.words_ = CountVectorizer(vocabulary=vocabulary, analyzer=words, dtype=np.float32)
        self.vectors_ = vectors.rows.astype(np.float32) * vectors.steps[:, None]
        return self

    def transform(self, texts: Any) -> csr_matrix:
        counts = self.words_.transform(texts)
        known = np.asarray(counts.sum(axis=1))
        means = counts @ self.vectors_ / np.where(known > 0, known, 1)
        return csr_matrix(normalize(np.where(known > 0, means - self.weights.centre, 0)))


def _words(text: str) -> list[str]:
    words = re.findall(TOKEN_PATTERN, text)
    near = [" ".join(pair) for pair in pairwise(words)]
    return words + near + [f"{first} * {second}" for first, _, second in zip(words, words[1:], words[2:], strict=False)]


def as_pipeline(weights: Weights) -> Pipeline:
    """The features side by side, then a linear classifier; `decision_function` gives the margins."""
    first = len(weights.words)
    words = TfidfVectorizer(
        vocabulary={term: row for row, term in enumerate(weights.words)},
        analyzer=lambda text: _words(normalise(text)),
        sublinear_tf=True,
        dtype=np.float32,
    )
    coef = weights.coef
    kinds: list[tuple[str, Any]] = [("characters", Pieces(weights.characters, weights.idf[first:]).fit(None))]
    if weights.words:
        words.idf_ = weights.idf[:first]
        kinds.insert(0, ("words", words))
    if weights.meaning is not None:
        kinds.append(("meaning", Meaning(weights.meaning).fit(None)))
        coef = np.vstack([coef, weights.meaning.coef])
    linear = LinearSVC()
    linear.coef_, linear.intercept_ = coef.T, weights.intercept
    linear.classes_ = np.arange(len(weights.intercept))
    return Pipeline([("terms", FeatureUnion(kinds)), ("linear", linear)])
