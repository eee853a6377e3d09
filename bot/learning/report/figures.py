"""The report's numbers: each from what was measured, with an interval where chance matters."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from bot.learning.evaluation import BINS
from bot.learning.report.measured import OUTSIDE, Columns, Measured, Shares

Interval = tuple[float, float]

PRICES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2)
"""Shares of the messages in scope that may be given up."""

MISTAKES = (0.01, 0.02, 0.05, 0.1)
"""Shares of the answers that may be wrong."""

_CHUNK = 20_000
_Z = 1.959964
"""Of the normal distribution, for 95 %."""


def wilson(hits: int, tries: int) -> Interval:
    """The 95 % interval of a share (Wilson 1927), which holds for few tries and shares near 0 and 1 too."""
    if not tries:
        return 0.0, 1.0
    share, square = hits / tries, _Z * _Z
    middle = (share + square / (2 * tries)) / (1 + square / tries)
    half = _Z / (1 + square / tries) * sqrt(share * (1 - share) / tries + square / (4 * tries * tries))
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `tries`."""

    hits: int
    tries: int

    @property
    def value(self) -> float:
        """The share itself, 0 of nothing."""
        return self.hits / self.tries if self.tries else 0.0

    @property
    def interval(self) -> Interval:
        """Where it may be, at 95 %."""
        return wilson(self.hits, self.tries)


@dataclass(frozen=True, slots=True)
class PerIntent:
    """How an intent fared: of its messages those found, and of those taken for it the right ones; F1 of the two."""

    intent: str
    found: Share
    correct: Share
    f1: float
    taken_for: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Confused:
    """Messages of one intent that were taken for another; `rows` are their places."""

    intent: str
    taken_for: str
    rows: Sequence[int]
    of: int


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers whose confidence lies in one stretch: how sure they were on average, and how often right."""

    low: float
    high: float
    confidence: float
    right: Share


@dataclass(frozen=True, slots=True)
class Point:
    """A threshold: the share of the messages in scope it answers, of all answers the wrong ones, of those out of scope
    the ones turned away."""

    threshold: float
    answered: Share
    wrong: Share
    turned_away: Share


@dataclass(frozen=True, slots=True)
class Suspect:
    """A message whose label the model, which hasn't seen it, believes less than another one."""

    row: int
    label: str
    suggestion: str
    of_label: float
    of_suggestion: float


def per_intent(measured: Measured) -> list[PerIntent]:
    """The intents that have messages, the least well found first."""
    taken: dict[int, Counter[int]] = {}
    for truth, best in zip(measured.truth.tolist(), measured.best.tolist(), strict=True):
        taken.setdefault(truth, Counter())[best] += 1
    said = Counter(measured.best[measured.inside].tolist())
    rows = []
    for column, intent in enumerate(measured.intents):
        counts = taken.get(column, Counter())
        tries, hits = counts.total(), counts[column]
        if tries:
            others = [(measured.intents[other], count) for other, count in counts.most_common() if other != column]
            f1 = 2 * hits / (tries + said[column])
            rows.append(PerIntent(intent, Share(hits, tries), Share(hits, said[column]), f1, others[:3]))
    return sorted(rows, key=lambda row: (row.found.value, row.intent))


def confusions(measured: Measured) -> list[Confused]:
    """The pairs that were confused, the most frequent first; also what is out of scope and was let through."""
    rows: dict[tuple[str, str], list[int]] = {}
    for row in np.flatnonzero(~measured.right).tolist():
        if measured.truth[row] == -1 and not measured.let_through[row]:
            continue
        label = OUTSIDE if measured.truth[row] == -1 else measured.examples[row].intent
        rows.setdefault((label, measured.intents[measured.best[row]]), []).append(row)
    whole = Counter(OUTSIDE if measured.truth[row] == -1 else one.intent for row, one in enumerate(measured.examples))
    found = [Confused(label, other, places, whole[label]) for (label, other), places in rows.items()]
    return sorted(found, key=lambda one: (-len(one.rows), one.intent, one.taken_for))


def reliability(measured: Measured) -> list[Bin]:
    """Bins of equal width that hold any of the messages in scope."""
    confidence, right = measured.confidence[measured.inside], measured.right[measured.inside]
    places = np.minimum((confidence * BINS).astype(np.intp), BINS - 1)
    found = []
    for place in range(BINS):
        here = places == place
        if here.any():
            share = Share(int(right[here].sum()), int(here.sum()))
            found.append(Bin(place / BINS, (place + 1) / BINS, float(confidence[here].mean()), share))
    return found


def coverage(measured: Measured, scores: Shares) -> list[Point]:
    """What each threshold on `scores`, higher being better, would answer and get wrong; from the strictest on.

    One point a message at most, thinned to a few hundred; messages of the same score are answered together.
    """
    if not len(scores):
        return []
    order = np.argsort(-scores, kind="stable")
    inside, wrong = measured.inside[order], ~measured.right[order]
    last = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    if len(last) > 400:
        last = last[np.unique(np.linspace(0, len(last) - 1, 400).astype(np.intp))]
    answered, mistaken = np.cumsum(inside), np.cumsum(wrong)
    whole, outside = int(inside.sum()), int((~inside).sum())
    return [
        Point(
            float(scores[order[at]]),
            Share(int(answered[at]), whole),
            Share(int(mistaken[at]), int(at) + 1),
            Share(outside - (int(at) + 1 - int(answered[at])), outside),
        )
        for at in last
    ]


def at_prices(points: Sequence[Point]) -> list[tuple[float, Point]]:
    """For each share of messages that may be given up, the strictest threshold that gives up no more."""
    return [
        (price, next(point for point in points if point.answered.value >= 1 - price - 1e-9))
        for price in PRICES
        if points and points[-1].answered.tries
    ]


def at_mistakes(points: Sequence[Point]) -> list[tuple[float, Point]]:
    """For each share of answers that may be wrong, the mildest threshold under which no more are, if there is any."""
    found = []
    for most in MISTAKES:
        allowed = [point for point in points if point.wrong.value <= most]
        if allowed:
            found.append((most, allowed[-1]))
    return found


def suspects(measured: Measured, most: int = 100) -> list[Suspect]:
    """Labels that are probably wrong: confident learning (Northcutt, Jiang and Chuang, 2021).

    An intent's threshold is the mean probability that its own messages give it. A message is suspect that stays below
    the threshold of its label and reaches that of another intent; the widest gaps first.
    """
    rows = np.flatnonzero(measured.truth >= 0)
    thresholds = _self_confidence(measured, rows)
    found: list[Suspect] = []
    for start in range(0, len(rows), _CHUNK):
        part = rows[start : start + _CHUNK]
        shares, labels = measured.probabilities(part), measured.truth[part]
        own = shares[np.arange(len(part)), labels]
        others = np.where(shares >= thresholds, shares, 0)
        others[np.arange(len(part)), labels] = 0
        best = others.argmax(axis=1)
        reached = others[np.arange(len(part)), best]
        for at in np.flatnonzero((own < thresholds[labels]) & (reached > own)):
            label, suggestion = measured.intents[labels[at]], measured.intents[best[at]]
            found.append(Suspect(int(part[at]), label, suggestion, float(own[at]), float(reached[at])))
    return sorted(found, key=lambda one: (one.of_label - one.of_suggestion, one.row))[:most]


def _self_confidence(measured: Measured, rows: Columns) -> Shares:
    sums, counts = np.zeros(len(measured.intents)), np.zeros(len(measured.intents))
    for start in range(0, len(rows), _CHUNK):
        part = rows[start : start + _CHUNK]
        labels = measured.truth[part]
        np.add.at(sums, labels, measured.probabilities(part)[np.arange(len(part)), labels])
        np.add.at(counts, labels, 1)
    # An intent without messages can't be what a message was meant to be.
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.inf)
