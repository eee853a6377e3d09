"""Four sub-scores from 0 to 100, the perception gap, and what good and bad service are worth, as ranges."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from bot.cx import intervals
from bot.cx.figures import DAY, Defined, Figure, Metric, Scope, Share
from bot.cx.intervals import Interval
from bot.cx.metrics import ENDED, LOST_AFTER, WITHIN
from bot.dialogue.state import UPSET


@dataclass(frozen=True, slots=True)
class Goals:
    """By when an answer and a resolution are good, in seconds."""

    first_response_bot: float = 10
    first_response_human: float = 300
    resolution: float = 86_400


def speed(goals: Goals) -> Share:
    """The share of episodes whose first answer and resolution met their targets."""
    opened_long_ago = f"opened_at <= {{horizon}} - {goals.resolution * 1000:.0f}"
    answered = f"""(coalesce((bot_at - opened_at) / 1000.0 <= {goals.first_response_bot}, false)
        AND (hand_offs = 0 OR coalesce((human_at - asked_at) / 1000.0 <= {goals.first_response_human}, false)))"""
    # With the bot, nobody says that it is over: a day's silence closes it, and its last message is when it was.
    ended = "CASE WHEN close_reason = 'silent' THEN last_at ELSE first_close_at END"
    return Share(
        "speed",
        "Speed",
        f"First answer within {goals.first_response_bot:g} s (of people, where handed off, within "
        f"{goals.first_response_human:g} s) and resolved within {goals.resolution / 3600:g} h.",
        f"episodes that opened at least {goals.resolution / 3600:g} h ago",
        opened_long_ago,
        hit=f"""{answered} AND close_reason IN ('resolved', 'silent')
            AND coalesce(({ended} - opened_at) / 1000.0 <= {goals.resolution}, false)""",
        points=True,
    )


CONVENIENCE = Share(
    "convenience",
    "Convenience",
    "Episodes without a sign of effort: a question asked again, a message not understood twice, a transfer, "
    f"another channel than the last time within {WITHIN} days, or a repeat contact on the same intent.",
    "all episodes that opened in the period",
    "true",
    hit=f"""repeats = 0 AND fallbacks < 2 AND transfers = 0
        AND NOT coalesce(channel <> previous_channel AND opened_at - previous_at <= {WITHIN * DAY}, false)
        AND NOT coalesce(opened_at - previous_same_intent_at <= {WITHIN * DAY}, false)""",
    points=True,
)

FRIENDLINESS = Share(
    "friendliness",
    "Friendliness",
    "Episodes whose customer was in no worse a mood at the end than at the start.",
    "episodes of at least two messages whose mood was read",
    "moods >= 2",
    hit="mood_end >= mood_start",
    points=True,
    note="Beside it belongs the CSAT of those who rated.",
)


@dataclass(frozen=True, slots=True)
class Consistency(Defined):
    """The share of pairs of episodes on the same intent that got the same answer, in the same version, and outcome."""

    def measure(self, scope: Scope) -> Figure:
        """See `Metric`."""
        rows = scope.rows(
            f"""SELECT intent, count(*) FROM {{episodes}} WHERE {self.base}
            GROUP BY intent, answer_id, answer_version, close_reason, outcome, hand_offs > 0 ORDER BY ALL"""
        )
        share, interval, n = agreement(rows)
        value = None if share is None else 100 * share
        scaled = None if interval is None else Interval(100 * interval.low, 100 * interval.high)
        return self._figure("points", value, scaled, n if share is not None else 0, "jackknife over episodes")

    def members(self, scope: Scope, limit: int) -> list[tuple[str, int]]:
        """See `Metric`."""
        return self._members(scope, "true", limit)


def agreement(groups: Sequence[tuple[str, int]]) -> tuple[float | None, Interval | None, int]:
    """Agreeing pairs ÷ pairs, from (kind, size of a group in it whose members agree); with interval and n.

    The variance is the jackknife's over episodes, in closed form: an episode of a group of g in a kind of k takes g − 1
    agreeing pairs and k − 1 pairs with it. On the logit scale, so that it stays between 0 and 1.
    """
    size = np.array([n for _, n in groups], float)
    kinds, of = np.unique([kind for kind, _ in groups], return_inverse=True)
    whole = np.bincount(of, size, len(kinds))[of] if len(size) else size
    n = int(size.sum())
    agreeing, pairs = (size * (size - 1)).sum() / 2, (size * (whole - 1)).sum() / 2
    if not pairs or n < 3:
        return None, None, n
    share = agreeing / pairs
    without = (agreeing - (size - 1)) / np.maximum(pairs - (whole - 1), 1e-9)
    middle = (size * without).sum() / n
    variance = (n - 1) / n * (size * (without - middle) ** 2).sum()
    # What is of pairs alone, and of no single episode, the jackknife counts twice (Efron and Stein 1981). Half of the
    # excess is taken off: with all of it the variance is right on average, but its own error lets the interval miss the
    # truth more often than it says (.92 to .95 on drawn logs; with half .94 to .96, with none .96 to .97).
    of_pairs = max(0.0, share * (1 - share) - n * variance / 2) / max(1 - n / pairs, 0.1)
    variance = max(variance - of_pairs / pairs / 2, variance / 2)
    inside = min(max(share, 0.5 / n), 1 - 0.5 / n)
    logit, spread = np.log(inside / (1 - inside)), np.sqrt(variance) / (inside * (1 - inside))
    low, high = (1 / (1 + np.exp(-(logit + sign * 1.96 * spread))) for sign in (-1, 1))
    return float(share), Interval(min(float(low), float(share)), max(float(high), float(share))), n


CONSISTENCY = Consistency(
    "consistency",
    "Consistency",
    "Pairs of episodes on the same intent that got the same answer in the same version, and the same outcome ÷ pairs.",
    "episodes with an intent that ended, compared two by two",
    "intent IS NOT NULL AND last_close_at IS NOT NULL",
)


@dataclass(frozen=True, slots=True)
class PerceptionGap(Defined):
    """What customers rated good minus what the shop's own review found good, of the same episodes."""

    def measure(self, scope: Scope) -> Figure:
        """See `Metric`."""
        ((n, more, less),) = scope.rows(
            f"""SELECT count(*), count(*) FILTER (csat >= 4 AND NOT review), count(*) FILTER (csat < 4 AND review)
            FROM {{episodes}} WHERE {self.base}"""
        )
        value = (more - less) / n if n else None
        return self._figure("share", value, intervals.paired(more, less, n), n, "paired, Bonett–Price")

    def members(self, scope: Scope, limit: int) -> list[tuple[str, int]]:
        """See `Metric`."""
        return self._members(scope, "(csat >= 4) <> review", limit)


PERCEPTION_GAP = PerceptionGap(
    "perception_gap",
    "Perception gap",
    "Share that customers rated 4 or 5 minus the share that the shop's own review passed, of the same episodes.",
    "episodes both rated and reviewed",
    "csat IS NOT NULL AND review IS NOT NULL",
    note="Below 0: customers saw it worse than the shop did.",
)

_BAD = (
    f"(coalesce(csat <= 2, false) OR coalesce(mood_end <= {UPSET}, false)"
    " OR coalesce(close_reason = 'abandoned', false))"
)
# Within those days and no longer, so that an episode of long ago has no more time to be heard of again than a late one.
_LOST = f"NOT coalesce(least(next_at, heard_at) - last_close_at <= {LOST_AFTER * DAY}, false)"


@dataclass(frozen=True, slots=True)
class CostOfBadService(Defined):
    """Customers lost beyond the base rate × what a customer is worth, as a range."""

    value: tuple[float, float] = field(kw_only=True)
    """What a customer is worth, from and to, in the shop's currency."""

    def measure(self, scope: Scope) -> Figure:
        """See `Metric`."""
        ((bad, lost, others, others_lost),) = scope.rows(
            f"""SELECT count(*) FILTER ({_BAD}), count(*) FILTER ({_BAD} AND {_LOST}),
            count(*) FILTER (NOT {_BAD}), count(*) FILTER (NOT {_BAD} AND {_LOST})
            FROM {{episodes}} WHERE {self.base}"""
        )
        if not bad or not others:
            return self._figure("money", None, None, 0, "difference of two shares × value")
        rate, base = lost / bad, others_lost / others
        beyond = intervals.difference(rate, intervals.wilson(lost, bad), base, intervals.wilson(others_lost, others))
        low, high = (max(0.0, end) * bad * worth for end, worth in zip(beyond, self.value, strict=True))
        note = f"{lost} of {bad} were lost after a bad episode, {others_lost} of {others} after others."
        middle = max(0.0, rate - base) * bad * sum(self.value) / 2
        return self._figure("money", middle, Interval(low, high), bad, "Newcombe's interval × range of value", note)

    def members(self, scope: Scope, limit: int) -> list[tuple[str, int]]:
        """See `Metric`."""
        return self._members(scope, f"{_BAD} AND {_LOST}", limit)


def cost_of_bad_service(value: tuple[float, float]) -> CostOfBadService:
    """The metric for what a customer is worth to this shop."""
    return CostOfBadService(
        "cost_of_bad_service",
        "Cost of bad service",
        f"Customers not heard of from the day after a bad episode until {LOST_AFTER} days after it (rated 1–2, upset "
        "at the end, or left waiting), beyond the share lost after other episodes × the value of a customer "
        f"({value[0]:g} to {value[1]:g}).",
        f"bad episodes that ended at least {LOST_AFTER} days ago, but for those erased or merged",
        f"{ENDED} AND last_close_at <= {{horizon}} - {LOST_AFTER * DAY}",
        value=value,
        note="An association: who is dissatisfied may have been about to leave anyway.",
    )


@dataclass(frozen=True, slots=True)
class CostSaved(Defined):
    """Durably contained episodes × what a contact with a person costs, as a range."""

    value: tuple[float, float] = field(kw_only=True)
    """What such a contact costs, from and to."""

    def measure(self, scope: Scope) -> Figure:
        """See `Metric`."""
        ((n, sure, likely),) = scope.rows(
            f"""SELECT count(*), count(*) FILTER (confirmed AND NOT {self._back()}),
            count(*) FILTER (NOT {self._back()}) FROM {{episodes}} WHERE {self.base}"""
        )
        interval = Interval(sure * self.value[0], likely * self.value[1])
        note = f"{sure} confirmed, {likely} with the silent ones."
        middle = (sure + likely) / 2 * sum(self.value) / 2
        return self._figure("money", middle, interval, n, "confirmed × low to all × high", note)

    def members(self, scope: Scope, limit: int) -> list[tuple[str, int]]:
        """See `Metric`."""
        return self._members(scope, f"NOT {self._back()}", limit)

    @staticmethod
    def _back() -> str:
        return f"coalesce(next_at - last_close_at <= {WITHIN * DAY}, false)"


def cost_saved(value: tuple[float, float]) -> CostSaved:
    """The metric for what a contact with a person costs this shop."""
    return CostSaved(
        "cost_saved",
        "Cost saved",
        f"Contained episodes whose customer did not come back within {WITHIN} days × the cost of a contact with a "
        f"person ({value[0]:g} to {value[1]:g}): from the confirmed alone at the low cost to all at the high one.",
        f"contained episodes that ended at least {WITHIN} days ago, but for those erased or merged",
        f"hand_offs = 0 AND {ENDED} AND last_close_at <= {{horizon}} - {WITHIN * DAY}",
        value=value,
    )


def quality_metrics(goals: Goals) -> tuple[Metric, ...]:
    """The four sub-scores."""
    return speed(goals), CONVENIENCE, CONSISTENCY, FRIENDLINESS
