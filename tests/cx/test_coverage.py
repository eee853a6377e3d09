"""Two thousand logs with a known truth: each interval holds the truth as often as it says, at a test of .001."""

import math
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pytest
from scipy.stats import binomtest, norm

from bot.cx import intervals
from bot.cx.figures import Metric, Scope
from bot.cx.intervals import LEVEL
from bot.cx.journey import DROP_OFF
from bot.cx.mirror import Mirror
from bot.cx.population import Happening, Truth, customer
from bot.cx.quality import Goals
from tests.cx.logs import DAY, START, write_many
from tests.cx.test_metrics import METRICS

LOGS = 2000
CUSTOMERS = 100
PERIOD = 120 * DAY
GAP = 60 * DAY

pytestmark = pytest.mark.soak


def drawn(number: int) -> Truth:
    """What is true in one log."""
    dice = random.Random(number)
    u = dice.uniform
    answers = u(0.3, 0.8)
    promoters = u(0.2, 0.6)
    return Truth(
        intents={"a": ("purchase", 1.0), "b": ("use", 1.0), "c": ("discovery", 1.0), "d": ("advocacy", 1.0)},
        bot_s=u(1, 8),
        wait_s=u(100, 400),
        handle_s=u(300, 900),
        silent_s=u(3600, 20_000),
        spread=u(0.4, 0.8),
        hand_off=u(0.4, 0.7),
        leaves=u(0.1, 0.4),
        hasty=u(0.2, 0.6),
        confirms=u(0.2, 0.8),
        again=u(0.05, 0.4),
        transfer=u(0.1, 0.5),
        returns_same=u(0.05, 0.25),
        returns_other=u(0.05, 0.2),
        same_conversation=u(0.2, 0.8),
        variant=u(0.5, 0.9),
        recovers=u(0.2, 0.8),
        worsens=u(0.1, 0.6),
        offered=u(0.6, 1),
        kinds={"csat": 0.4, "nps": 0.3, "ces": 0.3},
        satisfied=u(-1, 1.5),
        drivers={},
        answers_satisfied=answers,
        answers_dissatisfied=answers,
        promoters=promoters,
        detractors=u(0.1, 1 - promoters - 0.1),
        easy=u(0.3, 0.8),
        reviewed=0.6,
        passes=u(0.4, 0.9),
    )


def p90(median: float, truth: Truth) -> float:
    return median * math.exp(norm.ppf(0.9) * truth.spread)


def again_same(truth: Truth) -> float:
    """The chance that an earlier episode on the same intent lies within a week: one step back, or two, or three."""
    rs, ro = truth.returns_same, truth.returns_other
    return rs + ro * (ro / 3) * 0.967 + ro * (rs + 2 * ro / 3) * (ro / 3) * 0.66


def glad(truth: Truth) -> float:
    return truth.chance({}) * (1 - truth.hand_off * truth.leaves)


def times(truth: Truth, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Many times to resolution, and the time with people, of episodes that are like this log's."""
    dice = np.random.default_rng(number)
    size = 20_000

    def draw(median: float) -> np.ndarray:
        return median * np.exp(dice.normal(0, truth.spread, size))

    talk = sum(draw(truth.bot_s) for _ in range(truth.turns)) + 30 * (truth.turns - 1)
    wait, handle = draw(truth.wait_s), draw(truth.handle_s)
    people = dice.random(size) < truth.hand_off
    left = people & (dice.random(size) < truth.leaves)
    hasty = dice.random(size) < truth.hasty
    ends = np.where(people, talk + wait * truth.reply_factor + 1 + handle, talk + draw(truth.silent_s))
    ends = np.where(left, talk + np.where(hasty, 5, np.maximum(wait, 11)), ends)
    return np.stack([ends, ~left]), wait * (truth.reply_factor - 1) + 1 + handle


def median_to_resolution(truth: Truth, number: int) -> float:
    (ends, resolved), _ = times(truth, number)
    return intervals.kaplan_meier(ends, resolved.astype(bool)).quantile(0.5)


def median_to_last_close(truth: Truth, number: int) -> float:
    """The same, with what reopens the conversation."""
    dice = np.random.default_rng(LOGS + number)
    (ends, resolved), _ = times(truth, number)
    goes_on = np.full(len(ends), True)
    for step in range(1, 8):
        (more, solved), _ = times(truth, number + step * LOGS)
        goes_on &= dice.random(len(ends)) < back(truth) * truth.same_conversation
        ends = np.where(goes_on, ends + dice.uniform(0.1, 4, len(ends)) * DAY / 1000 + more, ends)
        resolved = np.where(goes_on, solved, resolved)
    return intervals.kaplan_meier(ends, resolved.astype(bool)).quantile(0.5)


def speed(truth: Truth) -> float:
    goals = Goals()

    def within(median: float, limit: float) -> float:
        return float(norm.cdf(math.log(limit / median) / truth.spread))

    people = (1 - truth.leaves) * within(truth.wait_s * truth.reply_factor, goals.first_response_human)
    return 100 * within(truth.bot_s, goals.first_response_bot) * (1 - truth.hand_off + truth.hand_off * people)


def convenience(truth: Truth) -> float:
    rs, ro = truth.returns_same, truth.returns_other
    switches = (1 - truth.same_conversation) / 2
    calm = 1 - rs - ro + (ro - (again_same(truth) - rs)) * (1 - switches)
    return 100 * (1 - truth.again) * (1 - truth.transfer * truth.hand_off * (1 - truth.leaves)) * calm


def consistency(truth: Truth) -> float:
    h, left, v = truth.hand_off, truth.leaves, truth.variant
    return 100 * (v * v + (1 - v) ** 2) * ((1 - h) ** 2 + (h * left) ** 2 + (h * (1 - left)) ** 2)


def back(truth: Truth) -> float:
    return truth.returns_same + truth.returns_other


def drop_off(truth: Truth) -> float:
    return 1 - truth.returns_other / (1 - truth.returns_same)


TRUTH: Mapping[str, Callable[[Truth], float]] = {
    "first_response_bot": lambda t: t.bot_s,
    "first_response_bot_p90": lambda t: p90(t.bot_s, t),
    "first_response_human": lambda t: t.wait_s * t.reply_factor,
    "first_response_human_p90": lambda t: p90(t.wait_s * t.reply_factor, t),
    "queue_wait": lambda t: t.wait_s,
    "queue_wait_p90": lambda t: p90(t.wait_s, t),
    "containment": lambda t: 1 - t.hand_off,
    "contained_confirmed": lambda t: (1 - t.hand_off) * t.confirms * (1 - back(t)),
    "contained_silent": lambda t: (1 - t.hand_off) * (1 - t.confirms) * (1 - back(t)),
    "contained_recontacted": lambda t: (1 - t.hand_off) * back(t),
    "durable_resolution": lambda t: 1 - back(t) * t.same_conversation,
    "first_contact_resolution": lambda t: 1 - again_same(t),
    "handoff_rate": lambda t: t.hand_off,
    "repeat_contact": again_same,
    "repeat_contact_stage": again_same,
    "repeat_contact_any": back,
    "abandonment": lambda t: t.leaves * (1 - t.hasty) / (1 - t.leaves * t.hasty),
    "abandonment_short": lambda t: t.leaves * t.hasty,
    "mood_change": lambda t: 0.5 * t.recovers * 0.9 - 0.5 * t.worsens * 0.525,
    "recovery": lambda t: t.recovers,
    "csat": glad,
    "csat_weighted": glad,
    "nps": lambda t: 100 * (t.promoters - t.detractors),
    "ces_easy": lambda t: t.easy,
    "ces_mean": lambda t: 6 * t.easy + 2.5 * (1 - t.easy),
    "response_rate": lambda t: t.answers_satisfied,
    "shown_rate": lambda t: t.answers_satisfied,
    "coverage": lambda t: t.offered * t.answers_satisfied,
    "speed": speed,
    "convenience": convenience,
    "consistency": consistency,
    "friendliness": lambda t: 100 * (1 - 0.5 * t.worsens),
    "perception_gap": lambda t: glad(t) - t.passes,
    "drop_off_purchase": drop_off,
}
# Ranges, not intervals of an estimate: what nobody answered, and money from low to high.
RANGES = {"csat_bounds", "cost_saved", "cost_of_bad_service"}


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mirror]:
    """All the logs one after the other in one, far enough apart to know nothing of each other."""
    folder = tmp_path_factory.mktemp("coverage")
    write_many(folder / "bot.db", (one for number in range(LOGS) for one in log(number)))
    with Mirror(folder / "mirror.duckdb") as opened:
        opened.catch_up(folder / "bot.db")
        yield opened


def log(number: int) -> list[Happening]:
    truth, dice, begin = drawn(number), random.Random(number), START + number * (PERIOD + GAP)
    happenings: list[Happening] = []
    for _ in range(CUSTOMERS):
        happenings += customer(truth, dice, int(dice.uniform(begin, begin + PERIOD)), begin + PERIOD)
    return sorted(happenings, key=lambda one: one.time)


def scope_of(mirror: Mirror, number: int) -> Scope:
    begin = START + number * (PERIOD + GAP)
    return Scope(mirror.database, begin, begin + PERIOD, begin + PERIOD)


def covered(mirror: Mirror, metric: Metric, truth_of: Callable[[int], float]) -> tuple[int, int]:
    """In how many logs the interval holds the truth, and in how many there is one."""
    hits = Counter(
        None if interval is None else interval.low <= truth_of(number) <= interval.high
        for number in range(LOGS)
        for interval in (metric.measure(scope_of(mirror, number)).interval,)
    )
    return hits[True], hits[True] + hits[False]


def check(name: str, hits: int, n: int) -> None:
    print(f"{name}: {hits / n:.4f} of {n}")  # noqa: T201  (the figures of the documentation)
    assert n >= 0.99 * LOGS
    assert binomtest(hits, n, LEVEL).pvalue > 0.001, f"{name} covers {hits / n:.4f}"


def test_every_metric_has_a_truth() -> None:
    assert TRUTH.keys() | RANGES | {"time_to_resolution", "time_to_last_close", "handle_time"} == METRICS.keys() | {
        "drop_off_purchase"
    }


@pytest.mark.parametrize("name", TRUTH)
def test_coverage(mirror: Mirror, name: str) -> None:
    metric = METRICS.get(name, DROP_OFF["purchase"])
    check(name, *covered(mirror, metric, lambda number: TRUTH[name](drawn(number))))


@pytest.mark.parametrize(
    ("name", "truth"), [("time_to_resolution", median_to_resolution), ("time_to_last_close", median_to_last_close)]
)
def test_coverage_of_times_to_resolution(mirror: Mirror, name: str, truth: Callable[[Truth, int], float]) -> None:
    check(name, *covered(mirror, METRICS[name], lambda number: truth(drawn(number), number)))


def test_coverage_of_handle_time(mirror: Mirror) -> None:
    def truth(number: int) -> float:
        return float(np.median(times(drawn(number), number)[1]))

    check("handle_time", *covered(mirror, METRICS["handle_time"], truth))


def test_coverage_of_a_difference_and_of_a_weighted_share() -> None:
    dice = np.random.default_rng(7)
    differences = weighted = 0
    for _ in range(LOGS):
        p, q = dice.uniform(0.1, 0.9, 2)
        a, b = dice.binomial(80, p), dice.binomial(120, q)
        ends = intervals.difference(a / 80, intervals.wilson(a, 80), b / 120, intervals.wilson(b, 120))
        differences += ends.low <= p - q <= ends.high
        # Cells of different size answer, and are glad, at different rates: raw CSAT would be off.
        sizes, answer, share = dice.integers(40, 200, 4), dice.uniform(0.1, 0.9, 4), dice.uniform(0.2, 0.9, 4)
        rated = np.maximum(dice.binomial(sizes, answer), 5)
        found = intervals.post_stratified([*zip(sizes, rated, dice.binomial(rated, share), strict=True)])
        assert found is not None
        ends = intervals.wilson(found.share * found.n, found.n)
        weighted += ends.low <= (sizes * share).sum() / sizes.sum() <= ends.high
    check("difference", differences, LOGS)
    check("weighted", weighted, LOGS)
