"""Alerts: what is not as it was, with a stated share of false ones that is kept by how they are made.

Every look at the last day makes several comparisons; each gets its part of the stated share (Bonferroni), so all
together fire in at most that share of quiet days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc, gammaln, stdtr

from bot.cx.drift import drift
from bot.cx.figures import DAY, Scope

FALSE_ALARMS = 0.05
"""The share of quiet days on which anything is raised at all: about one a month with three kinds of alert."""

HISTORY = 28
"""Days before the last one that it is compared with: fewer where the log began later."""

FEWEST = 7
"""Whole days of history below which nothing is said."""

TARGET_S = 300.0
"""Seconds; a longer wait is a long one."""


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that chance alone seldom does; `p` is how seldom, `limit` what it had to be below."""

    kind: str
    about: str
    text: str
    p: float
    limit: float


def alerts(scope: Scope, target_s: float = TARGET_S, rate: float = FALSE_ALARMS) -> list[Alert]:
    """What stands out on the last whole day before the scope's horizon, the least likely first.

    Nothing where fewer than `FEWEST` whole days of the log lie before it: a shop's first days are like no others.
    """
    today = scope.horizon // DAY - 1
    first = today - days_before(scope)
    if today - first < FEWEST:
        return []
    share = rate / 3
    raised = [
        *_volumes(_by_day(scope, first, today), share),
        *_waits(scope, first, today, target_s, share),
        *_drifts(scope, first, today, share),
    ]
    return sorted(raised, key=lambda one: one.p)


def days_before(scope: Scope) -> int:
    """How many whole days of the log lie before the last one, at most `HISTORY`.

    They begin with the day after the one on which the first episode opened: before it are no days without customers.
    """
    ((opened_at,),) = scope.database.execute("SELECT min(opened_at) FROM episode").fetchall()
    return max(min(HISTORY, scope.horizon // DAY - 1 + -(opened_at or scope.horizon) // DAY), 0)


def volume_chance(history: Sequence[int], today: int) -> float:
    """How likely so many or more are today, were it a day like those of the history; one-sided.

    The largest of three chances, so that it holds for even and for uneven days: given their sum, Poisson counts are
    binomial (exact); and Student's t of the day among the others, on the square-root scale (Anscombe), where Poisson
    counts have spread 1, and on the logarithmic one, where days that are uneven by factors are even.
    """
    days, total = len(history), sum(history)
    if not days or today <= 0:
        return 1.0
    exact = float(bdtrc(today - 1, total + today, 1 / (days + 1))) if total + today else 1.0
    roots = 2 * np.sqrt(np.asarray([*history, today], float) + 0.375)
    logs = np.log(np.asarray([*history, today], float) + 0.5)
    return max(exact, _t_chance(roots, 1.0), _t_chance(logs, 1e-9))


def _t_chance(values: NDArray[np.float64], least_spread: float) -> float:
    """Student's t of the last value against those before it, whose spread counts as no less than this; one-sided."""
    before, days = values[:-1], len(values) - 1
    spread = max(float(before.std(ddof=1)), least_spread) if days > 1 else least_spread
    t = (values[-1] - before.mean()) / (spread * np.sqrt(1 + 1 / days))
    return float(stdtr(max(days - 1, 1), -t))


def more_often_chance(hits: int, n: int, before: int, m: int) -> float:
    """How likely so many of n or more are hits, were they as frequent as `before` of m (Fisher's exact test)."""
    if not n or not m:
        return 1.0
    whole, all_hits = n + m, hits + before
    k = np.arange(max(hits, n - (whole - all_hits)), min(n, all_hits) + 1)
    logs = _log_choose(all_hits, k) + _log_choose(whole - all_hits, n - k) - _log_choose(whole, n)
    return float(min(1.0, np.exp(logs).sum()))


def _volumes(days: Mapping[str, Sequence[int]], share: float) -> list[Alert]:
    limit = share / max(len(days), 1)
    raised = []
    for name, counts in days.items():
        *history, today = counts
        chance = volume_chance(history, today)
        if chance < limit:
            usual = sum(history) / len(history)
            text = f"{today} episodes on the last day, {usual:.1f} a day in the {len(history)} before"
            raised.append(Alert("volume", name, text, chance, limit))
    return raised


def _by_day(scope: Scope, first: int, today: int) -> dict[str, list[int]]:
    """Episodes a day by intent, and in all, over the history and the last day."""
    days = today - first + 1
    found: dict[str, list[int]] = {"all": [0] * days}
    rows = scope.database.execute(
        f"""SELECT coalesce(intent, '(none)'), opened_at // {DAY}, count(*) FROM episode
        WHERE opened_at >= {first * DAY} AND opened_at < {(today + 1) * DAY} GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    for intent, day, count in rows:
        for name in (str(intent), "all"):
            found.setdefault(name, [0] * days)[int(day) - first] += int(count)
    return found


def _waits(scope: Scope, first: int, today: int, target_s: float, share: float) -> list[Alert]:
    begin, middle, end = first * DAY, today * DAY, (today + 1) * DAY
    ((hits, n, before, m),) = scope.database.execute(
        f"""SELECT count(*) FILTER (is_late AND began >= {middle}), count(*) FILTER (began >= {middle}),
        count(*) FILTER (is_late AND began < {middle}), count(*) FILTER (began < {middle}) FROM (
            SELECT began, coalesce(ended, {scope.horizon}) - began > {target_s * 1000} AS is_late FROM spell
            WHERE is_wait AND began >= {begin} AND began < {end})"""
    ).fetchall()
    chance = more_often_chance(hits, n, before, m)
    if chance >= share:
        return []
    text = f"{hits} of {n} waited longer than {target_s / 60:g} min on the last day, {before} of {m} in the days before"
    return [Alert("waiting", "the queue", text, chance, share)]


def _drifts(scope: Scope, first: int, today: int, share: float) -> list[Alert]:
    counts: list[dict[str, int]] = []
    for begin, end in ((first, today), (today, today + 1)):
        rows = scope.database.execute(
            f"""SELECT coalesce(intent, '(none)'), count(*) FROM episode
            WHERE opened_at >= {begin * DAY} AND opened_at < {end * DAY} GROUP BY 1"""
        ).fetchall()
        counts.append({str(name): int(n) for name, n in rows})
    found = drift(counts[0], counts[1], share)
    if found is None or not found.has_shifted:
        return []
    name, was, now, _ = found.parts[0]
    index = f"index {found.index:.2f}, limit {found.limit:.2f}"
    text = f"the mix of intents has shifted ({index}); this one most, from {was:.0%} to {now:.0%}"
    return [Alert("drift", name, text, found.p, share)]


def _log_choose(n: int, k: NDArray[np.int64] | int) -> NDArray[np.float64]:
    return np.asarray(gammaln(n + 1) - gammaln(np.asarray(k) + 1) - gammaln(n - np.asarray(k) + 1), float)
