"""Intervals: how far a figure from a sample may be from the truth, at 95 % unless said otherwise.

Each is a pure function of numbers. All take what they count as independent; see docs/cx.md for what that leaves out.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, ndtri, stdtrit

LEVEL = 0.95


class Interval(NamedTuple):
    """Where the truth may be; both ends belong to it."""

    low: float
    high: float


def wilson(hits: float, n: float, level: float = LEVEL) -> Interval:
    """A share's interval from `hits` of `n` > 0 (Wilson 1927; recommended by Brown, Cai and DasGupta 2001)."""
    z = _z(level)
    share = hits / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # Rounding must not leave the share itself outside.
    return Interval(
        max(0.0, min(share, float(centre - half))) if hits else 0.0,
        min(1.0, max(share, float(centre + half))) if hits < n else 1.0,
    )


def net_promoter(promoters: float, detractors: float, n: float, level: float = LEVEL) -> Interval:
    """The interval of promoters − detractors as a share, by the adjusted Wald method of Rocks (2016): n+3, +¾, +¾."""
    total = n + 3
    up, down = (promoters + 0.75) / total, (detractors + 0.75) / total
    half = _z(level) * np.sqrt((up + down - (up - down) ** 2) / total)
    return Interval(max(-1.0, float(up - down - half)), min(1.0, float(up - down + half)))


def paired(more: float, less: float, n: float, level: float = LEVEL) -> Interval:
    """The interval of (`more` − `less`) ÷ n, the difference of two shares of the same n (Bonett and Price 2012).

    `more` are those where only the first share has a hit, `less` those where only the second has.
    """
    up, down = (more + 1) / (n + 2), (less + 1) / (n + 2)
    half = _z(level) * np.sqrt((up + down - (up - down) ** 2) / (n + 2))
    return Interval(max(-1.0, float(up - down - half)), min(1.0, float(up - down + half)))


def mean(values: ArrayLike, level: float = LEVEL) -> Interval:
    """A mean's interval by Student's t; nothing is known (infinite) from fewer than two values."""
    numbers = np.asarray(values, float)
    if len(numbers) < 2:
        return Interval(-np.inf, np.inf)
    return mean_of(float(numbers.mean()), float(numbers.std(ddof=1)), len(numbers), level)


def mean_of(middle: float, spread: float, n: int, level: float = LEVEL) -> Interval:
    """The interval of a mean of n > 1 values, from the mean and the standard deviation alone."""
    half = stdtrit(n - 1, 0.5 + level / 2) * spread / np.sqrt(n)
    return Interval(float(middle - half), float(middle + half))


def quantile(values: ArrayLike, share: float, level: float = LEVEL) -> Interval:
    """The interval of a quantile, from order statistics alone: no shape is assumed.

    Fractional order statistics (Hutson 1999) bring its coverage close to the level. Where there are too few values for
    an end, that end is infinite (below: 0, as what is measured here is never negative).
    """
    ordered = np.sort(np.asarray(values, float))
    n, miss = len(ordered), (1 - level) / 2
    if not n:
        return Interval(0.0, np.inf)
    low, high = _rank(n, share, 1 - miss), _rank(n, share, miss)
    return Interval(
        _between(ordered, low) if low >= 1 else 0.0,
        _between(ordered, high) if high <= n else np.inf,
    )


def _rank(n: int, share: float, chance: float) -> float:
    """The r for which the r-th of n lies below the quantile with this chance: I_share(r, n + 1 − r) = chance."""
    low, high = 1e-9, n + 1 - 1e-9
    for _ in range(80):
        middle = (low + high) / 2
        # The larger the rank, the smaller the chance to lie below.
        if betainc(middle, n + 1 - middle, share) > chance:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _between(ordered: NDArray[np.float64], rank: float) -> float:
    lower = int(np.floor(rank)) - 1
    upper = min(lower + 1, len(ordered) - 1)
    return float(ordered[lower] + (rank - 1 - lower) * (ordered[upper] - ordered[lower]))


def difference(value: float, within: Interval, before: float, before_within: Interval) -> Interval:
    """The interval of `value` − `before`, two independent figures with intervals of their own.

    Square-and-add (Newcombe 1998; Zou and Donner 2008), good for shares, quantiles and means alike.
    """
    low = value - before - np.hypot(value - within.low, before_within.high - before)
    high = value - before + np.hypot(within.high - value, before - before_within.low)
    return Interval(float(low), float(high))


class Survival(NamedTuple):
    """A Kaplan–Meier curve: the share that is still open at each time, with Greenwood's variance of its logarithm."""

    times: NDArray[np.float64]
    share: NDArray[np.float64]
    variance: NDArray[np.float64]

    def quantile(self, share: float) -> float:
        """The first time by which `share` has ended; infinite where that was not seen."""
        return self._first(self.share <= 1 - share + 1e-12)

    def interval(self, share: float, level: float = LEVEL) -> Interval:
        """The interval of that time (Brookmeyer and Crowley 1982, log-log scale)."""
        z, target = _z(level), 1 - share
        with np.errstate(divide="ignore", invalid="ignore"):
            loglog = np.log(-np.log(self.share))
            spread = np.sqrt(self.variance) / np.abs(np.log(self.share))
            apart = (loglog - np.log(-np.log(target))) / spread
        low = self._first((apart >= -z) | (self.share <= 0))
        high = self._first((apart > z) | (self.share <= 0))
        return Interval(low if np.isfinite(low) else 0.0, high)

    def _first(self, holds: NDArray[np.bool_]) -> float:
        found = np.flatnonzero(holds)
        return float(self.times[found[0]]) if len(found) else np.inf


def kaplan_meier(durations: ArrayLike, ended: ArrayLike) -> Survival:
    """The share still open over time, where some have `ended` after their duration and others were seen no longer."""
    time, event = np.asarray(durations, float), np.asarray(ended, bool)
    times, ends = np.unique(time[event], return_counts=True)
    longer = np.sort(time[~event])
    ended_before = np.cumsum(ends) - ends
    at_risk = len(time) - ended_before - np.searchsorted(longer, times, side="left")
    share = np.cumprod(1 - ends / np.maximum(at_risk, 1)).astype(np.float64)
    with np.errstate(divide="ignore"):
        variance = np.cumsum(np.where(at_risk > ends, ends / (at_risk * np.maximum(at_risk - ends, 1.0)), np.inf))
    return Survival(times, share, variance.astype(np.float64))


class Weighted(NamedTuple):
    """A weighted share and how many equally weighted answers would say as much (Kish's effective n)."""

    share: float
    n: float


def post_stratified(cells: Sequence[tuple[float, float, float]]) -> Weighted | None:
    """The share that the whole would give, from cells of (all, answered, good); None where nobody answered.

    A cell in which nobody answered takes the share of the others.
    """
    known = [(all_, n, good) for all_, n, good in cells if n > 0]
    total = sum(all_ for all_, _, _ in known)
    if not total:
        return None
    share = sum(all_ / total * good / n for all_, n, good in known)
    # The variance of the sum of cells is what n equally weighted answers would have.
    spread = sum((all_ / total) ** 2 * max(good / n * (1 - good / n), 0.25 / (n + 2)) / n for all_, n, good in known)
    even = max(share * (1 - share), 0.25 / (sum(n for _, n, _ in known) + 2))
    return Weighted(share, min(even / spread, sum(n for _, n, _ in known)))


def _z(level: float) -> float:
    return float(ndtri(0.5 + level / 2))
