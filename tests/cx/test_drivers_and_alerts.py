"""Drivers, drift, alerts and topics against what was planted, and against nothing at all."""

import json
import math
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binomtest

from bot.cli import main
from bot.cx import alerts as alerting
from bot.cx.drift import drift
from bot.cx.drivers import FALSE_DISCOVERIES, FEATURES, benjamini_hochberg, drivers, fit
from bot.cx.mirror import Mirror
from bot.cx.options import read_options
from bot.cx.population import Happening, Truth, population
from bot.cx.report import lead, maintainer
from bot.cx.topics import topics
from tests.cx.conftest import Measured
from tests.cx.logs import DAY, START, Talk, everything, talks, write_many

PLANTED = {"handed_off": -0.9, "repeats": -1.4, "confirmed": 1.2, "recovered": 0.9}


def test_the_model_by_hand() -> None:
    # Of 40 with it 30 are glad, of 40 without it 10: the odds ratio is 9, its logarithm varies by 2/30 + 2/10
    features = np.repeat([1.0, 0.0], 40)[:, None]
    outcome = np.array([1.0] * 30 + [0.0] * 10 + [1.0] * 10 + [0.0] * 30)
    coefficient, error = fit(features, outcome, penalty=0)
    assert math.exp(coefficient[0]) == pytest.approx(9)
    assert error[0] == pytest.approx(math.sqrt(1 / 30 + 1 / 10 + 1 / 10 + 1 / 30))
    shrunk, _ = fit(features, outcome, penalty=10)
    assert 0 < shrunk[0] < coefficient[0]


def test_benjamini_hochberg_by_hand() -> None:
    # Limits .02, .04, .06, .08, .1: the fourth is above its own, the third is not, so the first three are found
    assert benjamini_hochberg([0.001, 0.03, 0.05, 0.09, 0.5], 0.1).tolist() == [True, True, True, False, False]
    assert not benjamini_hochberg([0.5, 0.9], 0.1).any()


def test_drift_by_hand() -> None:
    # 50 : 50 becomes 80 : 20, each with half a count more: (80.5 − 50.5) / 101 · ln(80.5 / 50.5) + …
    found = drift({"a": 50, "b": 50}, {"a": 80, "b": 20})
    assert found is not None
    expected = 30 / 101 * math.log(80.5 / 50.5) - 30 / 101 * math.log(20.5 / 50.5)
    assert found.index == pytest.approx(expected)
    assert found.limit == pytest.approx(6.6349 * 2 / 100, rel=1e-4)
    assert found.has_shifted
    assert drift({"a": 5}, {}) is None


def test_drift_sees_many_rare_kinds_change_for_others() -> None:
    old, new = ({f"{name}{number}": 4 for number in range(60)} for name in ("old", "new"))
    found = drift(old, new)
    assert found is not None
    assert found.has_shifted
    assert (found.rare, found.groups) == (1, 24)
    # Beside a common one, too
    found = drift({**old, "common": 240}, {**new, "common": 240})
    assert found is not None
    assert found.has_shifted
    assert found.rare == 1 / 2
    # The same rare ones are no shift, and a group says what is in it
    found = drift(old, old)
    assert found is not None
    assert not found.has_shifted
    assert all(" other rare ones)" in name for name, *_ in found.parts)
    assert drift({"a": 1, "b": 1}, {"c": 2}) is None


def test_what_can_not_be_compared_says_why(measured: Measured) -> None:
    scope = measured(Talk("a").opens(0), Talk("b", at=1440).opens(1440, "invoice"))
    told = str(maintainer.shifted(replace(scope, since=START + DAY, until=START + 2 * DAY)))
    assert "The mix of intents: too little came in one of the periods to compare them." in told
    assert "Confidence: there is only one kind in both periods, so nothing that could shift." in told
    assert "nothing came in the period before" in str(maintainer.shifted(scope))


def test_the_chance_of_a_volume_and_of_waits_by_hand() -> None:
    # Given 9 in three days, 4 or more on the third: 1 − (512 + 2304 + 4608 + 5376) / 19683
    assert alerting.volume_chance([3, 2], 4) == pytest.approx(1 - 12_800 / 19_683)
    assert alerting.volume_chance([5, 6, 4, 5], 5) > 0.3
    # All three of three, after none of three: 1 / C(6, 3)
    assert alerting.more_often_chance(3, 3, 0, 3) == pytest.approx(1 / 20)
    assert alerting.more_often_chance(0, 3, 2, 3) == pytest.approx(1)


def planted(folder: Path, truth: Truth, customers: int, seed: int) -> set[str]:
    write_many(folder / f"{seed}.db", population(truth, customers, START, START + 60 * DAY, seed))
    with Mirror(folder / f"{seed}.duckdb") as mirror:
        mirror.catch_up(folder / f"{seed}.db")
        found = drivers(everything(mirror))
    assert found is not None
    return {one.name for one in found.drivers if one.found}


def truth_of(planted_drivers: dict[str, float]) -> Truth:
    kinds = {"csat": 1.0}
    return Truth(drivers=planted_drivers, satisfied=0.4, kinds=kinds, offered=1, leaves=0, answers_satisfied=0.6)


def test_drivers_finds_what_was_planted(tmp_path: Path) -> None:
    found = planted(tmp_path, truth_of(PLANTED), 1500, 1)
    assert found >= PLANTED.keys()
    assert len(found) <= len(PLANTED) + 1


@pytest.mark.soak
def test_drivers_finds_the_planted_ones_and_no_others_at_the_stated_rate(tmp_path: Path) -> None:
    found = [planted(tmp_path, truth_of(PLANTED), 2500, seed) for seed in range(60)]
    assert sum(one >= PLANTED.keys() for one in found) >= 57
    # `fallbacks` and `left` never occur here; the others have nothing to do with it.
    false = [len(one - PLANTED.keys()) / len(one) for one in found]
    assert np.mean(false) <= FALSE_DISCOVERIES + 3 * np.std(false) / math.sqrt(len(false))
    nothing = [planted(tmp_path, truth_of({}), 600, 1000 + seed) for seed in range(100)]
    wrong = sum(bool(one) for one in nothing)
    assert binomtest(wrong, len(nothing), FALSE_DISCOVERIES, alternative="greater").pvalue > 0.001


@pytest.mark.soak
@pytest.mark.parametrize(("kinds", "messages"), [(5, 200), (30, 200), (30, 2000), (80, 1000)])
def test_drift_fires_in_its_stated_share_of_quiet_windows(kinds: int, messages: int) -> None:
    dice = np.random.default_rng(kinds * messages)
    fired = 0
    for _ in range(4000):
        shares = dice.dirichlet(np.ones(kinds))
        before, now = dice.multinomial(messages, shares), dice.multinomial(messages, shares)
        found = drift(*({str(i): int(n) for i, n in enumerate(one) if n} for one in (before, now)))
        fired += bool(found and found.has_shifted)
    assert binomtest(fired, 4000, 0.01, alternative="greater").pvalue > 0.001


@pytest.mark.soak
@pytest.mark.parametrize(("kinds", "before", "now"), [(60, 240, 240), (200, 1000, 1000), (300, 3000, 110)])
def test_drift_of_many_rare_kinds_fires_in_its_stated_share(kinds: int, before: int, now: int) -> None:
    dice = np.random.default_rng(kinds * before)
    fired = 0
    for _ in range(4000):
        shares = dice.dirichlet(np.full(kinds, 3.0))
        drawn = dice.multinomial(before, shares), dice.multinomial(now, shares)
        found = drift(*({str(i): int(n) for i, n in enumerate(one) if n} for one in drawn))
        fired += bool(found and found.has_shifted)
    assert binomtest(fired, 4000, 0.01, alternative="greater").pvalue > 0.001


def some_days(log: Path, seed: int, age: int = 28, shift: float = 0, slow: bool = False) -> None:
    """A log with so many whole days before its last; on that, `shift` times as many more come with one intent, or all
    of them wait long."""
    end = START + 29 * DAY
    truth = Truth(returns_same=0, returns_other=0, silent_s=600)
    happenings = population(truth, 24 * (age + 2), end - (age + 2) * DAY, end, seed)
    if shift:
        one = Truth(intents={"battery_drains": ("use", 1.0)}, returns_same=0, returns_other=0, silent_s=600)
        happenings += population(one, round(24 * shift), end - DAY, end, 10_000 + seed)
    if slow:
        late = Truth(returns_same=0, returns_other=0, wait_s=1500, hand_off=1, silent_s=600)
        happenings += population(late, 15, end - DAY, end, 20_000 + seed)
    write_many(log, sorted(happenings, key=lambda one: one.time))


def alerts_of(folder: Path, seed: int, age: int = 28, shift: float = 0, slow: bool = False) -> list[alerting.Alert]:
    """Alerts on the last day of such a log."""
    log, end = folder / f"{seed}.db", START + 29 * DAY
    some_days(log, seed, age, shift, slow)
    with Mirror(log.with_suffix(".duckdb")) as mirror:
        mirror.catch_up(log)
        found = alerting.alerts(replace(everything(mirror), since=START, until=end, horizon=end), target_s=600)
    log.with_suffix(".duckdb").unlink()
    log.unlink()
    return found


def test_an_alert_fires_on_long_waits(tmp_path: Path) -> None:
    assert "waiting" in {one.kind for one in alerts_of(tmp_path, 2, slow=True)}


def test_an_alert_on_many_of_one_intent_is_a_line_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    some_days(tmp_path / "bot.db", 1, shift=1.5)
    # The day must be over before it is judged.
    later = Happening("conversation/later", "later", "conversation.started", START + 29 * DAY + 1, {})
    write_many(tmp_path / "bot.db", [later])
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{tmp_path / 'bot.db'}")
    assert main(["alerts"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("volume: battery_drains: ") and "a day in the 28 before" in line for line in lines)
    assert main(["alerts", "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(told) == len(lines)
    assert all(one["p"] < one["limit"] for one in told)


def test_the_days_before_the_log_began_are_no_days_without_customers(tmp_path: Path) -> None:
    # Eight a day from noon of the first day on: as many as ever on the eighth, and six times as many on the ninth
    talks_ = [
        Talk(f"{n}", at=60 * (12 + 3 * n)).opens(60 * (12 + 3 * n)).hands_off(60 * (12 + 3 * n)) for n in range(68)
    ]
    many = [Talk(f"m{n}", at=1440 * 9 + n).opens(1440 * 9 + n) for n in range(48)]
    write_many(tmp_path / "bot.db", sorted(talks(*talks_, *many), key=lambda one: one.time))
    with Mirror(tmp_path / "mirror.duckdb") as mirror:
        mirror.catch_up(tmp_path / "bot.db")
        scope = everything(mirror)

        def raised(days: int) -> dict[str, str]:
            found = alerting.alerts(replace(scope, horizon=START + days * DAY))
            return {one.kind: one.text for one in found}

        assert [raised(days) for days in range(1, 9)] == [{}] * 8
        assert raised(9) == {}
        assert [alerting.days_before(replace(scope, horizon=START + days * DAY)) for days in (1, 8, 9)] == [0, 6, 7]
        early = str(lead.alerted(replace(scope, horizon=START + 3 * DAY), read_options(tmp_path)))
        assert "Too early to say: 1 whole day to compare with" in early
        assert "8.0 a day in the 8 before" in raised(10)["volume"]


@pytest.mark.soak
@pytest.mark.parametrize(("age", "found"), [(7, 28), (28, 36)])
def test_alerts_are_raised_on_at_most_their_share_of_quiet_days(tmp_path: Path, age: int, found: int) -> None:
    quiet = [bool(alerts_of(tmp_path, seed, age)) for seed in range(200)]
    assert binomtest(sum(quiet), len(quiet), alerting.FALSE_ALARMS, alternative="greater").pvalue > 0.001
    shifted = [alerts_of(tmp_path, seed, age, shift=1.5) for seed in range(300, 340)]
    assert sum(any(one.kind == "volume" for one in raised) for raised in shifted) >= found


@pytest.mark.soak
@pytest.mark.parametrize("age", [7, 10, 14, 21, 28])
@pytest.mark.parametrize("customers", [8, 24, 100])
def test_the_comparisons_keep_the_share_together_however_old_the_log_is(age: int, customers: int) -> None:
    dice, share, fired = np.random.default_rng(age * customers), alerting.FALSE_ALARMS / 3, 0
    for _ in range(1000):
        by_intent = dice.poisson(np.array([3, 2, 1, 1]) / 7 * customers, (age + 1, 4))
        *before, today = by_intent.sum(1).tolist()
        days = [(*before, today), *by_intent.T.tolist()]
        waits = dice.binomial([sum(before), today], 0.3)
        m, n = (int(one) for one in waits)
        late_before, late = (int(one) for one in dice.binomial(waits, 0.2))
        then, now = ({str(k): int(c) for k, c in enumerate(one) if c} for one in (by_intent[:-1].sum(0), by_intent[-1]))
        mix = drift(then, now, share)
        fired += bool(
            any(alerting.volume_chance(one[:-1], one[-1]) < share / len(days) for one in days)
            or alerting.more_often_chance(late, n, late_before, m) < share
            or (mix and mix.has_shifted)
        )
    assert binomtest(fired, 1000, alerting.FALSE_ALARMS, alternative="greater").pvalue > 0.001


@pytest.mark.soak
@pytest.mark.parametrize("spread", [0.0, 0.3])
def test_the_chance_of_a_volume_holds_for_even_and_uneven_days(spread: float) -> None:
    dice = np.random.default_rng(4)
    for mean in (0.3, 3, 30, 300):
        rates = mean * np.exp(dice.normal(0, spread, (6000, 29)) - spread**2 / 2)
        counts = dice.poisson(rates)
        fired = sum(alerting.volume_chance(one[:-1].tolist(), int(one[-1])) < 0.01 for one in counts)
        assert binomtest(int(fired), 6000, 0.01, alternative="greater").pvalue > 0.001


def test_topics_are_found_and_told_by_words_that_several_used() -> None:
    dice = random.Random(1)
    about = {
        "gift": "can I get gift wrapping with a gift card for the present",
        "solar": "does the solar panel charge the battery in winter solar",
        "student": "is there a student discount with student card",
    }
    texts, customers = [], []
    for number in range(90):
        words = about[list(about)[number % 3]].split()
        texts.append(" ".join(dice.sample(words, len(words) - 2)) + f" secretname{number}")
        customers.append(f"c{number}")
    found = topics(texts, customers, [False] * 60 + [True] * 30)
    assert {key for key in about if any(key in topic.words for topic in found)} == set(about)
    assert sum(topic.messages for topic in found) <= 90
    assert not any("secretname" in word for topic in found for word in topic.words)
    assert topics(texts[:10], customers[:10], [True] * 10) == []
    assert found == topics(texts, customers, [False] * 60 + [True] * 30)


def test_every_feature_is_known_to_the_mirror(tmp_path: Path) -> None:
    write_many(tmp_path / "bot.db", population(Truth(), 20, START, START + DAY, 1))
    with Mirror(tmp_path / "mirror.duckdb") as mirror:
        mirror.catch_up(tmp_path / "bot.db")
        for _, sql in FEATURES.values():
            everything(mirror).rows(f"SELECT sum(({sql})::DOUBLE) FROM {{episodes}}")
        assert drivers(everything(mirror)) is None  # too few ratings to say anything
