"""Intervals against values worked by hand or published, and properties that hold for any numbers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.cx import intervals
from bot.cx.intervals import Interval


def test_wilson_by_hand() -> None:
    # n=10, p=.9, z=1.96: centre (.9 + .19208) / 1.38416 = .78898, half 1.96/1.38416 · √(.009 + .009604) = .19314
    assert intervals.wilson(9, 10) == pytest.approx((0.5958, 0.9821), abs=1e-4)
    assert intervals.wilson(0, 10).low == 0
    assert intervals.wilson(10, 10).high == 1


def test_net_promoter_by_hand() -> None:
    # 5 promoters and 2 detractors of 10: (5.75 − 2.75) / 13 = .23077; √((8.5/13 − .23077²) / 13) = .21490
    assert intervals.net_promoter(5, 2, 10) == pytest.approx((-0.1905, 0.6520), abs=1e-4)


def test_paired_by_hand() -> None:
    # 2 up and 5 down of 20: (3 − 6) / 22 = −.13636; √((9/22 − .0186) / 22) = .13323
    assert intervals.paired(2, 5, 20) == pytest.approx((-0.3975, 0.1248), abs=1e-4)


def test_mean_by_hand() -> None:
    # 1, 2, 3: t(2) = 4.3027, s/√n = .57735
    assert intervals.mean([1, 2, 3]) == pytest.approx((-0.4841, 4.4841), abs=1e-4)
    assert intervals.mean([1]) == (-math.inf, math.inf)


def test_quantile_of_few_values_has_no_upper_end() -> None:
    low, high = intervals.quantile([1, 2, 3], 0.9)
    assert low >= 1
    assert high == math.inf


def test_quantile_by_hand() -> None:
    # A median of 9: the order statistics 2 and 8 cover .961, so the fractional ranks lie just inside them.
    low, high = intervals.quantile(range(1, 10), 0.5)
    assert 2 <= low < 2.5
    assert low + high == pytest.approx(10)


def test_difference_by_hand() -> None:
    # Newcombe 1998, method 10: 56/70 and 48/80 give .0524 to .3339
    ends = intervals.difference(56 / 70, intervals.wilson(56, 70), 48 / 80, intervals.wilson(48, 80))
    assert ends == pytest.approx((0.0524, 0.3339), abs=1e-4)


def test_kaplan_meier_by_hand() -> None:
    # Ends at 1, 2, 3 and 5, seen no longer at 2 and 4: 5/6, 5/6 · 4/5, 2/3 · 2/3, 0
    curve = intervals.kaplan_meier([1, 2, 2, 3, 4, 5], [True, True, False, True, False, True])
    assert curve.times.tolist() == [1, 2, 3, 5]
    assert curve.share == pytest.approx([5 / 6, 4 / 6, 4 / 9, 0])
    assert curve.quantile(0.5) == 3
    assert curve.variance[:3] == pytest.approx([1 / 30, 1 / 30 + 1 / 20, 1 / 30 + 1 / 20 + 1 / 6])


def test_post_stratified_by_hand() -> None:
    # 80 with the bot, 10 of whom answered and 9 were glad; 20 with people, 10 and 5: .8 · .9 + .2 · .5
    found = intervals.post_stratified([(80, 10, 9), (20, 10, 5)])
    assert found is not None
    assert found.share == pytest.approx(0.82)
    assert found.n == 20
    uneven = intervals.post_stratified([(90, 5, 4), (10, 50, 25)])
    assert uneven is not None
    assert uneven.n < 10
    assert intervals.post_stratified([(10, 0, 0)]) is None


counts = some.tuples(some.integers(0, 500), some.integers(1, 500)).map(lambda pair: (min(pair), max(pair)))


@given(counts)
def test_an_interval_of_a_share_holds_it_and_narrows_with_n(count: tuple[int, int]) -> None:
    hits, n = count
    low, high = intervals.wilson(hits, n)
    assert 0 <= low <= hits / n <= high <= 1
    more = intervals.wilson(10 * hits, 10 * n)
    assert more.high - more.low < high - low
    mirrored = intervals.wilson(n - hits, n)
    assert (1 - mirrored.high, 1 - mirrored.low) == pytest.approx((low, high))


@given(some.lists(some.floats(0, 1e6), min_size=1, max_size=60), some.floats(0.05, 0.95))
def test_an_interval_of_a_quantile_holds_it_and_moves_with_the_values(values: list[float], share: float) -> None:
    low, high = intervals.quantile(values, share)
    assert low <= high
    doubled = intervals.quantile([2 * value for value in values], share)
    assert doubled == pytest.approx((2 * low, 2 * high))


@given(some.lists(some.tuples(some.floats(0.1, 100), some.booleans()), min_size=1, max_size=60))
def test_a_survival_curve_falls_from_one_and_without_censoring_is_the_share_left(
    times: list[tuple[float, bool]],
) -> None:
    durations, ended = [one for one, _ in times], [end for _, end in times]
    curve = intervals.kaplan_meier(durations, ended)
    assert np.all(np.diff(curve.share, prepend=1.0) <= 1e-12)
    assert np.all(curve.share >= -1e-12)
    whole = intervals.kaplan_meier(durations, [True] * len(durations))
    left = [sum(other > time for other in durations) / len(durations) for time in whole.times]
    assert whole.share == pytest.approx(left, abs=1e-9)


@given(counts, counts)
def test_a_difference_turns_with_its_sides(one: tuple[int, int], other: tuple[int, int]) -> None:
    (a, n), (b, m) = one, other
    there = intervals.difference(a / n, intervals.wilson(a, n), b / m, intervals.wilson(b, m))
    back = intervals.difference(b / m, intervals.wilson(b, m), a / n, intervals.wilson(a, n))
    assert Interval(-back.high, -back.low) == pytest.approx(there)
