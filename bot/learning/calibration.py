"""From out-of-fold margins to honest probabilities and a gate for a stated price."""

from math import exp, log

import numpy as np
from numpy.typing import NDArray

from bot.nlu.words import Floats

Columns = NDArray[np.intp]
Scores = NDArray[np.float64]
Flags = NDArray[np.bool_]

_LOWEST, _HIGHEST = log(0.05), log(20.0)
_PRIOR = 2.0
_STEPS = 40


def temperature(margins: Floats, truth: Columns) -> float:
    """What to divide margins by so that their softmax is right as often as it says: the most likely one.

    `margins` has a column an intent, `truth` the right column of each row, all of them in scope. A weak pull towards 1
    (a logistic model's own scale) keeps a few rows that all happen to be right from making it certain of everything.
    """
    rows = margins.astype(np.float64)
    best, right = rows.max(axis=1, keepdims=True), rows[np.arange(len(rows)), truth]

    def loss(at: float) -> float:
        scaled = np.exp((rows - best) / exp(at)).sum(axis=1)
        return float((np.log(scaled) - (right - best[:, 0]) / exp(at)).sum() + _PRIOR * at * at)

    # Golden section: the loss has one minimum in the logarithm of the temperature.
    ratio = (5**0.5 - 1) / 2
    low, high = _LOWEST, _HIGHEST
    for _ in range(_STEPS):
        span = ratio * (high - low)
        if loss(high - span) < loss(low + span):
            high = low + span
        else:
            low = high - span
    return round(exp((low + high) / 2), 4)


def scope_scores(margins: Floats, intents: int) -> Scores:
    """The belief that a message is in scope: its best margin, less that of being out of scope where there is one."""
    scores: Scores = margins[:, :intents].max(axis=1).astype(np.float64)
    if margins.shape[1] > intents:
        scores -= margins[:, intents]
    return scores


def threshold(inside: Scores, outside: Scores, price: float) -> float:
    """The gate: turns away at most `price` of the messages in scope, a share from 0 to 1.

    Without examples out of scope that price is paid in full. With them no more of it is paid than buys something: the
    gate is where the share of both kinds that it gets right is greatest.
    """
    if not len(inside):
        return 0.0
    scores = np.sort(inside)
    candidates = scores[: int(price * len(scores)) + 1]
    if not len(outside):
        return float(candidates[-1])
    refused = np.searchsorted(np.sort(outside), candidates, side="left") / len(outside)
    given_up = np.arange(len(candidates)) / len(scores)
    return float(candidates[int((refused - given_up).argmax())])
