"""How good a classifier's answers are, each figure with one definition."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.content.schema import OUT_OF_SCOPE
from bot.records import Understanding

BINS = 15


def evaluate(truth: Sequence[str], answers: Sequence[Understanding]) -> dict[str, float]:
    """The figures for messages whose right intents are `truth`; those that need messages of a kind are absent without.

    `accuracy`: the share answered rightly, which is in scope: let through with the right intent, and out of scope: not
    let through. `macro_f1`: the mean over the intents of `truth`, out of scope counting as one, of the F1 of those same
    decisions. `in_scope_accuracy`: of the messages in scope, the share whose best intent is right, whatever the gate
    says. `ece`: of the same, the expected calibration error of the confidence, 15 bins of equal width. `oos_recall`:
    of the messages out of scope, the share not let through; `oos_precision`: of those not let through, the share that
    is out of scope (0 where there are none); `auroc`: the chance that a message in scope has a higher `scope_score`
    than one out of scope. `n` is the number of messages.
    """
    expected = [_OUTSIDE if intent in OUT_OF_SCOPE else intent for intent in truth]
    decided = [answer.intent if answer.in_scope else _OUTSIDE for answer in answers]
    inside = np.array([intent is not _OUTSIDE for intent in expected], np.bool_)
    accepted = np.array([answer.in_scope for answer in answers], np.bool_)
    matches = np.array([answer.intent == intent for answer, intent in zip(answers, expected, strict=True)], np.bool_)
    figures: dict[str, float] = {"n": len(expected)}
    if expected:
        right = sum(one == other for one, other in zip(decided, expected, strict=True))
        figures["accuracy"] = right / len(expected)
        figures["macro_f1"] = _macro_f1(expected, decided)
    if inside.any():
        confidence = np.array([answer.confidence for answer in answers])
        figures["in_scope_accuracy"] = float(matches[inside].mean())
        figures["ece"] = calibration_error(confidence[inside], matches[inside])
    if not inside.all():
        refused = ~accepted
        figures["oos_recall"] = float(refused[~inside].mean())
        figures["oos_precision"] = float((~inside)[refused].mean()) if refused.any() else 0.0
    if inside.any() and not inside.all():
        scores = np.array([answer.scope_score for answer in answers])
        figures["auroc"] = auroc(scores[inside], scores[~inside])
    return figures


_OUTSIDE = "out_of_scope"


def calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """The mean distance, weighted by their messages, between confidence and share right in bins of equal width."""
    bins = np.minimum((confidence * BINS).astype(np.intp), BINS - 1)
    gaps = np.bincount(bins, weights=confidence - right, minlength=BINS)
    return float(np.abs(gaps).sum() / len(confidence))


def auroc(higher: NDArray[np.float64], lower: NDArray[np.float64]) -> float:
    """The chance that one of `higher` is greater than one of `lower`, ties counting half."""
    order = np.sort(lower)
    below = np.searchsorted(order, higher, side="left") + np.searchsorted(order, higher, side="right")
    return float(below.sum() / (2 * len(higher) * len(lower)))


def _macro_f1(expected: Sequence[str], decided: Sequence[str]) -> float:
    there, said = Counter(expected), Counter(decided)
    hits = Counter(one for one, other in zip(expected, decided, strict=True) if one == other)
    return float(np.mean([2 * hits[intent] / (there[intent] + said[intent]) for intent in there]))
