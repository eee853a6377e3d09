"""What satisfaction goes along with: a regularised logistic model with intervals, its false finds kept few."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from bot.cx.figures import DAY, Scope
from bot.cx.intervals import Interval
from bot.cx.metrics import BEGAN_UPSET, RECOVERED, WITHIN

FALSE_DISCOVERIES = 0.1
"""The share of found drivers that may be none, expected (Benjamini and Hochberg 1995)."""

PENALTY = 0.5
"""Of the squared coefficients, on features of standard deviation 1: hardly anything next to hundreds of ratings, and
enough to keep a feature that all dissatisfied customers share from running away."""

AT_MOST = 20_000
"""Ratings that are looked at; of more, a sample."""

FEWEST_RATINGS = 50
FEWEST_OF_EACH = 10

FEATURES: Mapping[str, tuple[str, str]] = {
    "handed_off": ("handed off", "(hand_offs > 0)"),
    "wait_min": ("each minute in the queue", "coalesce(queue_s / 60.0, 0)"),
    "left": ("left while waiting", "(cancelled > 0 OR coalesce(close_reason = 'abandoned', false))"),
    "fallbacks": ("not understood", "(fallbacks > 0)"),
    "repeats": ("asked the same again", "(repeats > 0)"),
    "transfers": ("passed on", "(transfers > 0)"),
    "confirmed": ("said that it helped", "confirmed"),
    "recovered": ("mood recovered", RECOVERED),
    "began_upset": ("began upset", BEGAN_UPSET),
    "repeat_contact": (
        "came back on the same",
        f"coalesce(opened_at - previous_same_intent_at <= {WITHIN * DAY}, false)",
    ),
    "other_channel": ("not in the widget", "(channel <> 'widget')"),
}
"""Name → what it is called, and its SQL over an episode."""


@dataclass(frozen=True, slots=True)
class Driver:
    """One feature: the odds of being satisfied with it (or one more of it) ÷ without it, all others being equal."""

    name: str
    title: str
    odds_ratio: float
    interval: Interval
    p: float
    found: bool
    """Whether it is among the finds at the stated rate of false ones."""


@dataclass(frozen=True, slots=True)
class Drivers:
    """All of them, the strongest first; `of` is how many ratings there were and `n` how many were looked at."""

    drivers: tuple[Driver, ...]
    n: int
    of: int


def drivers(scope: Scope) -> Drivers | None:
    """What CSAT goes along with in a scope; None where there are too few ratings to say anything."""
    ((of, good),) = scope.rows("SELECT count(*), count(*) FILTER (csat >= 4) FROM {episodes} WHERE csat IS NOT NULL")
    if of < FEWEST_RATINGS or min(good, of - good) < FEWEST_OF_EACH:
        return None
    columns = ", ".join(f"({sql})::DOUBLE AS {name}" for name, (_, sql) in FEATURES.items())
    sample = f"USING SAMPLE reservoir({AT_MOST} ROWS) REPEATABLE (1)" if of > AT_MOST else ""
    query = f"""SELECT (csat >= 4)::DOUBLE AS satisfied, {columns} FROM
        (SELECT * FROM {{episodes}} WHERE csat IS NOT NULL {sample}) ORDER BY stream, episode"""
    table = scope.database.execute(scope.sql(query)).fetchnumpy()
    satisfied = np.asarray(table.pop("satisfied"), float)
    names = [name for name, values in table.items() if _varies(np.asarray(values, float))]
    if not names:
        return None
    features = np.column_stack([np.asarray(table[name], float) for name in names])
    coefficients, errors = fit(features, satisfied)
    p = 2 * ndtr(-np.abs(coefficients / errors))
    found = benjamini_hochberg(p, FALSE_DISCOVERIES)
    told = [
        Driver(
            name,
            FEATURES[name][0],
            float(np.exp(b)),
            Interval(float(np.exp(b - 1.96 * se)), float(np.exp(b + 1.96 * se))),
            float(chance),
            bool(hit),
        )
        for name, b, se, chance, hit in zip(names, coefficients, errors, p, found, strict=True)
    ]
    return Drivers(tuple(sorted(told, key=lambda one: one.p)), len(satisfied), of)


def fit(
    features: NDArray[np.float64], outcome: NDArray[np.float64], penalty: float = PENALTY
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coefficients and standard errors of a ridge logistic model, on the features' own scale, without the intercept.

    Newton's steps; errors from the sandwich of the penalised Hessian around the information.
    """
    centre, scale = features.mean(axis=0), features.std(axis=0)
    design = np.column_stack([np.ones(len(outcome)), (features - centre) / scale])
    ridge = np.diag([0.0, *[penalty] * features.shape[1]])
    weights = np.zeros(design.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        information = design.T @ (design * (chance * (1 - chance))[:, None])
        step = np.linalg.solve(information + ridge, design.T @ (outcome - chance) - ridge @ weights)
        weights = weights + step
        if np.abs(step).max() < 1e-8:
            break
    bread = np.linalg.inv(information + ridge)
    errors = np.sqrt(np.diag(bread @ information @ bread))
    return weights[1:] / scale, errors[1:] / scale


def benjamini_hochberg(p: Sequence[float] | NDArray[np.float64], rate: float) -> NDArray[np.bool_]:
    """Which of the p-values are finds, so that at most `rate` of the finds are expected to be none."""
    values = np.asarray(p, float)
    order = np.argsort(values)
    below = values[order] <= rate * np.arange(1, len(values) + 1) / len(values)
    found = np.zeros(len(values), bool)
    if below.any():
        found[order[: np.flatnonzero(below)[-1] + 1]] = True
    return found


def _varies(values: NDArray[np.float64]) -> bool:
    """Whether there is enough of it on both sides to compare."""
    has = int((values != values.min()).sum())
    return min(has, len(values) - has) >= FEWEST_OF_EACH
