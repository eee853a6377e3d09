"""Mood and language of a message from its words: two small linear models, each a table of words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

ENOUGH_WORDS = 12
FEWEST_WORDS = 2
"""Of so many known words at least is a message whose language is plain; a name or an address has one by chance."""

FEWEST_FOR_MOOD = 5
"""Of so many words, pairs of words and other signs at least is a message that shows a mood."""

_SHOUTED = re.compile(r"[A-ZÄÖÜ]{4,}|\b[A-ZÄÖÜ]{2,} [A-ZÄÖÜ]{2,}\b")


@dataclass(frozen=True, slots=True, eq=False)
class WordWeights:
    """A trained table: row r of `coef` belongs to term r, column c to label c.

    A message's margins are the sum of the rows of its known terms, each counted once, over the square root of how many
    those are, plus `intercept`. `threshold` is what a share must reach for a verdict, from 0 to 1.
    """

    labels: tuple[str, ...]
    terms: tuple[str, ...]
    coef: Floats
    intercept: Floats
    threshold: float
    upset_at: float = -0.5
    """Of moods, where a message counts as upset, before it is stretched; see `toned`."""


class WordModel:
    """One table that answers; safe to share between threads."""

    def __init__(self, weights: WordWeights) -> None:
        self.labels = weights.labels
        self.threshold = weights.threshold
        self.upset_at = weights.upset_at
        self._rows = {term: row for row, term in enumerate(weights.terms)}
        # One array, and no object for each number: what a message needs of it lies in few places of the memory.
        self._coef = np.ascontiguousarray(weights.coef, np.float32)
        self._intercept: list[float] = weights.intercept.tolist()

    def shares(self, terms: Iterable[str], fewest: int = 1) -> list[float] | None:
        """The probability of each label, in order; None where fewer than so many terms are known."""
        known = [row for row in map(self._rows.get, terms) if row is not None]
        if len(known) < max(fewest, 1):
            return None
        scale = 1 / sqrt(len(known))
        sums: list[float] = np.add.reduce(self._coef.take(known, axis=0), dtype=np.float64).tolist()
        odds = [exp(base + scale * one) for base, one in zip(self._intercept, sums, strict=True)]
        whole = sum(odds)
        return [one / whole for one in odds]


def toned(shares: Sequence[float], upset_at: float) -> float:
    """The mood, from -1 to 1, that the shares of `bot.records.MOODS` come to.

    It is how much likelier pleased is than upset or distressed, stretched so that `upset_at`, which training chooses
    for a stated share of false alarms, becomes -0.5.
    """
    pleased, _, upset, distressed = shares
    mood = pleased - upset - distressed
    if mood >= 0:
        return mood
    return mood / upset_at * -0.5 if mood >= upset_at else -0.5 - 0.5 * (upset_at - mood) / (1 + upset_at)


def mood_terms(text: str, grams: Iterable[str]) -> set[str]:
    """What speaks for a mood: words and pairs of them, and what small letters lose; names in brackets are no words."""
    terms = set(grams)
    if "!" in text:
        terms.add("<!!>" if "!!" in text else "<!>")
        if "?!" in text or "!?" in text:
            terms.add("<?!>")
    if "..." in text or "…" in text:
        terms.add("<...>")
    if _SHOUTED.search(text):
        terms.add("<shouted>")
    return terms


def language_terms(words: Sequence[str]) -> set[str]:
    """What speaks for a language: the first words; more of them say no more."""
    return {word for word in words[:ENOUGH_WORDS] if word.isalpha()}
