"""What customers say when asked: CSAT, NPS, CES, how many were asked and answered, and what that leaves open."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.cx import intervals
from bot.cx.figures import Defined, Figure, Mean, Metric, Scope, Share
from bot.cx.intervals import Interval

_RATED = "episodes rated by CSAT"

CSAT = Share(
    "csat",
    "CSAT",
    "Ratings of 4 or 5 ÷ ratings, of 1 to 5; the last rating of an episode counts.",
    _RATED,
    "csat IS NOT NULL",
    hit="csat >= 4",
    note="Of those who answered, who are not like those who did not.",
)

CES_EASY = Share(
    "ces_easy",
    "CES, easy",
    "Answers of 5 to 7 to “made it easy to handle my issue” ÷ answers, of 1 to 7.",
    "episodes rated by CES",
    "ces IS NOT NULL",
    hit="ces >= 5",
)

CES_MEAN = Mean(
    "ces_mean",
    "CES, mean",
    "Mean answer to “made it easy to handle my issue”, from 1 to 7.",
    "episodes rated by CES",
    "ces IS NOT NULL",
    number="ces",
)

RESPONSE_RATE = Share(
    "response_rate",
    "Response rate",
    "Episodes that were rated ÷ episodes after which a rating was asked for.",
    "episodes after which feedback was offered",
    "coalesce(offered, false)",
    hit="coalesce(rated, false)",
)

SHOWN_RATE = Share(
    "shown_rate",
    "Question seen",
    "Episodes whose question for a rating was on the customer's screen ÷ episodes after which it was asked.",
    "episodes after which feedback was offered",
    "coalesce(offered, false)",
    hit="coalesce(shown, false)",
)

COVERAGE = Share(
    "coverage",
    "Coverage",
    "Episodes that were rated ÷ episodes that ended.",
    "episodes that ended",
    "last_close_at IS NOT NULL",
    hit="coalesce(rated, false)",
)


@dataclass(frozen=True, slots=True)
class NetPromoter(Defined):
    """% 9–10 − % 0–6, in points from −100 to 100."""

    def measure(self, scope: Scope) -> Figure:
        """See `Metric`."""
        ((n, up, down),) = scope.rows(
            f"""SELECT count(*), count(*) FILTER (nps >= 9), count(*) FILTER (nps <= 6)
            FROM {{episodes}} WHERE {self.base}"""
        )
        value = 100 * (up - down) / n if n else None
        low, high = intervals.net_promoter(up, down, n)
        return self._figure("points", value, Interval(100 * low, 100 * high), n, "adjusted Wald")

    def members(self, scope: Scope, limit: int) -> list[tuple[str, int]]:
        """See `Metric`."""
        return self._members(scope, "true", limit)


NPS = NetPromoter(
    "nps",
    "NPS",
    "Per cent of answers 9–10 minus per cent of answers 0–6, of 0 to 10.",
    "episodes rated by NPS",
    "nps IS NOT NULL",
)

_OUTCOME = "CASE WHEN hand_offs > 0 THEN 'people' ELSE 'bot' END"


@dataclass(frozen=True, slots=True)
class WeightedCsat(Defined):
    """CSAT as if every intent × channel × outcome had answered alike."""

    smallest: int = field(default=5, kw_only=True)
    """Cells with fewer ratings are taken together."""

    def measure(self, scope: Scope) -> Figure:
        """See `Metric`."""
        rows = scope.rows(
            f"""SELECT count(*), count(csat), count(*) FILTER (csat >= 4), {_OUTCOME} AS how
            FROM {{episodes}} WHERE {self.base} GROUP BY intent, channel, how ORDER BY ALL"""
        )
        large = [row[:3] for row in rows if row[1] >= self.smallest]
        small: dict[str, list[int]] = {}
        for all_, rated, good, outcome in rows:
            if rated < self.smallest:
                together = small.setdefault(outcome, [0, 0, 0])
                together[:] = [together[0] + all_, together[1] + rated, together[2] + good]
        found = intervals.post_stratified([*large, *((a, b, c) for a, b, c in small.values())])
        n = sum(row[1] for row in rows)
        if found is None:
            return self._figure("share", None, None, 0, "post-stratified")
        interval = intervals.wilson(found.share * found.n, found.n)
        return self._figure("share", found.share, interval, n, f"post-stratified, Wilson at effective n {found.n:.0f}")

    def members(self, scope: Scope, limit: int) -> list[tuple[str, int]]:
        """See `Metric`."""
        return self._members(scope, "csat IS NOT NULL", limit)


CSAT_WEIGHTED = WeightedCsat(
    "csat_weighted",
    "CSAT, weighted",
    "CSAT with each intent × channel × outcome weighted by its share of all episodes that ended, whoever answered.",
    "episodes that ended, by those of them that were rated",
    "last_close_at IS NOT NULL",
    note="Right where people of one cell answer alike, whether satisfied or not; the bounds need no such belief.",
)


@dataclass(frozen=True, slots=True)
class CsatBounds(Defined):
    """From all who said nothing being dissatisfied to all of them being satisfied."""

    def measure(self, scope: Scope) -> Figure:
        """See `Metric`."""
        ((n, rated, good),) = scope.rows(
            f"SELECT count(*), count(csat), count(*) FILTER (csat >= 4) FROM {{episodes}} WHERE {self.base}"
        )
        bounds = Interval(good / n, (good + n - rated) / n) if n else None
        note = f"{n - rated} of {n} said nothing."
        return self._figure("share", good / rated if rated else None, bounds, n, "worst and best case", note)

    def members(self, scope: Scope, limit: int) -> list[tuple[str, int]]:
        """See `Metric`."""
        return self._members(scope, "csat IS NULL", limit)


CSAT_BOUNDS = CsatBounds(
    "csat_bounds",
    "CSAT, worst to best case",
    "What CSAT would be if all who did not answer were dissatisfied, and if all were satisfied.",
    "episodes that ended, or were rated",
    "last_close_at IS NOT NULL OR csat IS NOT NULL",
)

SATISFACTION_METRICS: tuple[Metric, ...] = (
    CSAT,
    CSAT_WEIGHTED,
    CSAT_BOUNDS,
    NPS,
    CES_EASY,
    CES_MEAN,
    RESPONSE_RATE,
    SHOWN_RATE,
    COVERAGE,
)

BY_NAME: Mapping[str, Metric] = {metric.name: metric for metric in SATISFACTION_METRICS}
