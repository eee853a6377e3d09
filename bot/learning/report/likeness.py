"""Messages that are nearly the same and stand under different intents."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.learning.report.measured import Measured
from bot.learning.rows import Example
from bot.nlu.text import normalise

LOOKED_AT = 2_000
"""So many messages are compared with all: those whose label the model believes least, as it does where another intent
has nearly the same message. So it takes seconds however many examples there are."""

ALIKE = 0.8
"""The cosine of two messages' weighted trigrams from which on they count as nearly the same."""

_CHUNK = 250


@dataclass(frozen=True, slots=True)
class Twins:
    """Two messages of different intents, and the cosine of their trigrams."""

    one: Example
    other: Example
    likeness: float


def twins(measured: Measured, everything: Sequence[Example], most: int = 60) -> list[Twins]:
    """The likest pairs first; `everything` is what the measured messages are compared with."""
    rows = np.flatnonzero(measured.truth >= 0)
    if not len(rows) or not everything:
        return []
    margins = measured.margins[rows, : len(measured.intents)].copy()
    own = margins[np.arange(len(rows)), measured.truth[rows]]
    margins[np.arange(len(rows)), measured.truth[rows]] = -np.inf
    asked = [measured.examples[row] for row in rows[np.argsort(own - margins.max(axis=1), kind="stable")[:LOOKED_AT]]]
    vectorizer = TfidfVectorizer(preprocessor=normalise, analyzer="char_wb", ngram_range=(3, 3), dtype=np.float32)
    try:
        known = vectorizer.fit_transform([row.text for row in everything]).T.tocsr()
    except ValueError:  # no text has a single trigram
        return []
    found: dict[frozenset[tuple[str, int, str]], Twins] = {}
    for start in range(0, len(asked), _CHUNK):
        part = asked[start : start + _CHUNK]
        alike = (vectorizer.transform([row.text for row in part]) @ known).tocoo()
        near = alike.data >= ALIKE
        for at, column, likeness in zip(alike.row[near], alike.col[near], alike.data[near], strict=True):
            one, other = part[at], everything[column]
            if one.intent != other.intent:
                pair = frozenset({(one.file, one.line, one.text), (other.file, other.line, other.text)})
                found.setdefault(pair, Twins(one, other, float(min(likeness, 1.0))))
    return sorted(found.values(), key=lambda pair: (-pair.likeness, pair.one.text, pair.other.text))[:most]
