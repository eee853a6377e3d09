"""Each metric on one log that can be worked by hand, and what holds for each on any log."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cx import metrics, quality, satisfaction
from bot.cx.drivers import FEATURES
from bot.cx.figures import Figure, Metric, Scope, TimeUntil, measure_all
from bot.cx.journey import DROP_OFF, passages
from bot.cx.mirror import Mirror
from bot.cx.population import Happening, Truth, population
from bot.cx.quality import Goals
from tests.cx.conftest import CHAT, CONFIRMING, Measured
from tests.cx.logs import DAY, START, Talk, everything, talks, write_many

METRICS: Mapping[str, Metric] = {
    metric.name: metric
    for metric in (
        *metrics.BY_NAME.values(),
        *satisfaction.BY_NAME.values(),
        *quality.quality_metrics(Goals()),
        quality.PERCEPTION_GAP,
        quality.cost_saved((4, 9)),
        quality.cost_of_bad_service((60, 250)),
    )
}


def by_hand() -> list[Happening]:
    """Nine episodes. All but E's have ended, more than 30 days before the last touchpoint; times are in minutes."""
    a = Talk("a").opens(0, mood=-0.5).answers(0.1).says(2, mood=0.2).answers(2.1, confirmed=True)
    a.closes(1442).offered(1442).rates(1443, 5)
    b = Talk("b", "cb", "mail").opens(10, "return_item", mood=-0.6).answers(10.05, "return_item")
    b.says(12, "return_item", mood=-0.6).hands_off(12).assigned(16).agent_says(17).closes(26, "resolved")
    b.offered(26).rates(27, 2)
    b.opens(2906, "return_item", mood=0.1).answers(2906.2, "return_item").closes(4346)
    b.offered(4346, "ces").rates(4347, 6, "ces")
    c = Talk("c").opens(20).hands_off(20, "policy").add("handoff.cancelled", 25, actor_kind="customer").closes(1465)
    d = Talk("d").opens(30, "invoice").add("fallback.given", 30.5, actor_kind="bot")
    d.add("fallback.given", 30.7, actor_kind="bot").hands_off(31, "not_understood")
    d.add("handoff.cancelled", 31.1, actor_kind="customer").closes(1470).offered(1470, "nps").rates(1471, 10, "nps")
    e = Talk("e", "cb").opens(2000).answers(2000.1)
    f = Talk("f").opens(50).hands_off(50).closes(110, "abandoned")
    h = Talk("h", "ch").opens(60).answers(60.1).closes(1500).offered(1500)
    h.add("feedback.shown", 1501, rated_episode=1)
    i = Talk("i", "ch").opens(3000, "choose_phone", stage="discovery").answers(3000.1, "choose_phone").closes(4440)
    i.offered(4440)
    review = {"conversation_id": "b", "episode": 1, "passed": True}
    end = Happening("system", "", "model.promoted", START + 40 * DAY, {})
    reviewed = Happening("system", "", "assessment.recorded", START + DAY, review)
    return sorted([*talks(a, b, c, d, e, f, h, i), end, reviewed], key=lambda one: one.time)


@pytest.fixture(scope="module")
def scope(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scope]:
    folder = tmp_path_factory.mktemp("by-hand")
    write_many(folder / "bot.db", by_hand())
    with Mirror(folder / "mirror.duckdb", CHAT, CONFIRMING) as mirror:
        mirror.catch_up(folder / "bot.db")
        yield everything(mirror)


HAND_WORKED = {
    # 0, 0, 3, 6, 6, 6, 6, 12 and 30 seconds; nine tenths of the way lies a fifth of the way from 12 to 30
    "first_response_bot": (6, 9),
    "first_response_bot_p90": (15.6, 9),
    # B alone: handed off at 12, taken at 16, written to at 17, had until 26
    "first_response_human": (300, 1),
    "first_response_human_p90": (300, 1),
    "queue_wait": (240, 1),
    "queue_wait_p90": (240, 1),
    "handle_time": (600, 1),
    # After 16 minutes 8/9 are left; F is seen for 60; of 7 left, four end after 1440: 8/9 · 3/7 is less than half
    "time_to_resolution": (86_400, 9),
    # B's two are one matter of 4336 minutes: of seven left, three end after 1440, and with A after 1442 it is 3/7
    "time_to_last_close": (86_520, 8),
    # A, B's second, H and I of the eight that ended
    "containment": (4 / 8, 8),
    "contained_confirmed": (1 / 8, 8),
    "contained_silent": (2 / 8, 8),
    "contained_recontacted": (1 / 8, 8),
    # B's first was reopened, with the same intent
    "durable_resolution": (6 / 7, 7),
    "first_contact_resolution": (6 / 7, 7),
    "handoff_rate": (4 / 9, 9),
    # B's second; with the stage E too, with anything I too
    "repeat_contact": (1 / 9, 9),
    "repeat_contact_stage": (2 / 9, 9),
    "repeat_contact_any": (3 / 9, 9),
    # C and F left, B did not; D left within 6 seconds
    "abandonment": (2 / 3, 3),
    "abandonment_short": (1 / 4, 4),
    # A from −.5 to .2, B stayed at −.6
    "mood_change": (0.35, 2),
    "recovery": (1 / 2, 2),
    "csat": (1 / 2, 2),
    # 4 with the bot, one of one glad; 4 with people, none of one
    "csat_weighted": (1 / 2, 2),
    "csat_bounds": (1 / 2, 8),
    "nps": (100, 1),
    "ces_easy": (1, 1),
    "ces_mean": (6, 1),
    "response_rate": (4 / 6, 6),
    "shown_rate": (5 / 6, 6),
    "coverage": (4 / 8, 8),
    # A, B's first, H and I; B's second was answered after 12 seconds, E is open, the others saw nobody
    "speed": (400 / 9, 9),
    # D was not understood twice, E came by another channel, B's second came back
    "convenience": (600 / 9, 9),
    # A and H of six pairs on orders, none of the one pair on returns
    "consistency": (100 / 7, 8),
    "friendliness": (100, 2),
    # B was rated 2 and passed the review
    "perception_gap": (-1, 1),
    # 1 confirmed at 4 to 3 at 9; in the middle 2 at 6.5
    "cost_saved": (13, 4),
    # One of two bad ones was lost, five of six others: nothing beyond
    "cost_of_bad_service": (0, 2),
}


@pytest.mark.parametrize("name", METRICS)
def test_by_hand(scope: Scope, name: str) -> None:
    figure = METRICS[name].measure(scope)
    value, n = HAND_WORKED[name]
    assert figure.value == pytest.approx(value)
    assert figure.n == n
    assert figure.definition
    assert figure.denominator


def test_together_metrics_give_what_each_gives_alone(scope: Scope) -> None:
    wanted = list(METRICS.values())
    assert measure_all(wanted, scope) == [one.measure(scope) for one in wanted]


def test_bounds_and_ranges_by_hand(scope: Scope) -> None:
    assert METRICS["csat_bounds"].measure(scope).interval == (1 / 8, 7 / 8)
    assert METRICS["cost_saved"].measure(scope).interval == (4, 27)
    assert "1 of 2 were lost after a bad episode, 5 of 6" in METRICS["cost_of_bad_service"].measure(scope).note


@pytest.mark.parametrize(
    ("name", "behind"),
    [
        ("csat", [("a", 1)]),
        ("abandonment", [("f", 1), ("c", 1)]),
        ("contained_recontacted", [("h", 1)]),
        ("perception_gap", [("b", 1)]),
        ("repeat_contact_any", [("i", 1), ("b", 2), ("e", 1)]),
    ],
)
def test_a_total_opens_into_the_conversations_behind_it(scope: Scope, name: str, behind: list[tuple[str, int]]) -> None:
    assert METRICS[name].members(scope, 10) == behind


def test_a_matter_is_over_with_the_last_close_of_what_reopened_it(measured: Measured) -> None:
    day = 1440
    back = (
        Talk("back")
        .opens(0)
        .closes(10, "resolved")
        .opens(2 * day)
        .closes(2 * day + 5)
        .opens(8 * day)
        .closes(8 * day + 9)
    )
    late = Talk("late").opens(0).closes(20, "resolved").opens(9 * day).closes(9 * day + 30, "resolved")
    open_ = Talk("open").opens(0).closes(10, "resolved").opens(day)
    scope = measured(back, late, open_)
    last = METRICS["time_to_last_close"]
    assert sorted(last.members(scope, 9)) == [("back", 1), ("late", 1), ("late", 2), ("open", 1)]
    # 20 and 30 minutes, then 8 days and 9 minutes; `open` goes on
    assert last.measure(scope).value == 30 * 60
    assert "1 of them are not resolved" in last.measure(scope).note
    assert isinstance(last, TimeUntil)
    curve, n, _ = last.curve(scope)
    assert (n, curve and curve.quantile(0.7)) == (4, (8 * day + 9) * 60)


def test_who_waits_again_has_another_wait(measured: Measured) -> None:
    absent = Talk("absent").opens(0).hands_off(1).assigned(3).add("assignment.expired", 8, reason="absent")
    absent.add("handoff.cancelled", 20, actor_kind="customer").closes(1440)
    late = Talk("late").opens(0).hands_off(1).assigned(2).add("assignment.expired", 9, reason="late").assigned(10)
    late.closes(30, "resolved")
    passed = Talk("passed").opens(0).hands_off(1).assigned(2).agent_says(3)
    passed.add("conversation.transferred", 4, variant="skill", skill="billing").closes(1500, "abandoned")
    helped = Talk("helped").opens(0).hands_off(1).assigned(2).agent_says(3)
    helped.add("conversation.transferred", 4, variant="agent", agent_id="ben").closes(30, "resolved")
    scope = measured(absent, late, passed, helped)
    # Seven waits: four hand-offs, all taken, and three more, of which two ended with the customer leaving
    figure = METRICS["abandonment"].measure(scope)
    assert (figure.value, figure.n) == (pytest.approx(2 / 7), 7)
    assert sorted(METRICS["abandonment"].members(scope, 9)) == [("absent", 1), ("passed", 1)]
    assert METRICS["queue_wait"].measure(scope).n == 4
    assert METRICS["queue_wait"].measure(scope).value == 60


def test_a_plain_question_is_no_bad_mood(measured: Measured) -> None:
    plain = Talk("plain").opens(0, mood=-0.13).answers(1).says(2, mood=0.1)
    upset = Talk("upset").opens(0, mood=-0.5).answers(1).says(2, mood=0)
    half = Talk("half").opens(0, mood=-0.7).answers(1).says(2, mood=-0.1)
    once = Talk("once").opens(0, mood=-0.9)
    scope = measured(plain, upset, half, once)
    figure = METRICS["recovery"].measure(scope)
    assert (figure.value, figure.n) == (1 / 2, 2)
    assert METRICS["recovery"].members(scope, 9) == [("upset", 1)]
    found = {
        name: [row[0] for row in scope.rows(f"SELECT conversation_id FROM {{episodes}} WHERE {sql} ORDER BY 1")]
        for name, (_, sql) in FEATURES.items()
    }
    assert (found["began_upset"], found["recovered"]) == (["half", "once", "upset"], ["upset"])


def test_who_comes_back_after_the_days_is_lost_in_either_period(measured: Measured) -> None:
    day = 1440.0
    many = []
    for period, start in (("before", 0.0), ("now", 60 * day)):
        for kind, back in (("late", 45.0), ("soon", 20.0), ("never", 0.0)):
            name, at = f"{period}-{kind}", start + day
            bad = Talk(name, at=at).opens(at, mood=-0.9).closes(at + 9, "resolved")
            if back:
                bad.opens(at + back * day).closes(at + back * day + 9, "resolved")
            many.append(bad)
        # Shows up by something else than an episode, on the day of the close, or later
        for kind, hours in (("rated", 2), ("bought", 200)):
            name, at = f"{period}-{kind}", start + 2 * day
            good = Talk(name, at=at).opens(at).closes(at + 9, "resolved").offered(at + 9)
            many.append(good.rates(at + 60 * hours, 5))
    last = Talk("last", at=120 * day)
    scope = measured(*many, last)
    cost = METRICS["cost_of_bad_service"]
    now = Scope(scope.database, START + 60 * DAY, START + 90 * DAY, START + 120 * DAY)
    assert "2 of 3 were lost after a bad episode, 2 of 3 after others" in cost.measure(now).note
    then = Scope(scope.database, START, START + 30 * DAY, START + 120 * DAY)
    assert cost.measure(then).note == cost.measure(now).note


def test_who_left_the_queue_and_came_back_waits_from_the_second_hand_off(measured: Measured) -> None:
    twice = Talk("twice").opens(0).hands_off(1).add("handoff.cancelled", 2, actor_kind="customer")
    twice.hands_off(62).assigned(63).agent_says(65).closes(70, "resolved").offered(70).rates(71, 5)
    # Taken at once and given back, then asked for again; written to unasked, then handed off
    again = Talk("again").opens(0).hands_off(1).assigned(1).add("conversation.returned", 3, actor_kind="agent")
    again.hands_off(10).assigned(14).agent_says(16).closes(30, "resolved")
    unasked = Talk("unasked").opens(0).add("conversation.taken_over", 1, actor_kind="agent").agent_says(2)
    unasked.add("conversation.returned", 3, actor_kind="agent").hands_off(5).assigned(6).agent_says(7)
    scope = measured(twice, again, unasked.closes(20, "resolved"))
    figure = METRICS["first_response_human_p90"].measure(scope)
    assert (figure.value, figure.n) == (pytest.approx((3 + 0.9 * 3) * 60), 2)
    waits = scope.rows(f"SELECT {FEATURES['wait_min'][1]} FROM {{episodes}} ORDER BY conversation_id")
    # Four minutes and none; one and one; one
    assert waits == [(4,), (2,), (1,)]


def test_what_was_erased_or_merged_is_neither_contained_nor_saved_nor_lost(measured: Measured) -> None:
    erased = Talk("erased").opens(0, mood=-0.9).answers(1).closes(2, "erased")
    merged = Talk("merged").opens(0).answers(1, confirmed=True).closes(2, "merged")
    plain = Talk("plain").opens(0, mood=-0.9).answers(1).closes(2, "silent")
    other = Talk("other").opens(0).hands_off(1).closes(2, "resolved")
    scope = measured(erased, merged, plain, other, Talk("end", at=40 * 1440))
    expected = {"containment": 2, "contained_confirmed": 2, "contained_silent": 2, "contained_recontacted": 2}
    for name, n in {**expected, "cost_saved": 1, "cost_of_bad_service": 1}.items():
        assert METRICS[name].measure(scope).n == n, name
    assert METRICS["containment"].members(scope, 9) == [("plain", 1)]


def test_a_visit_to_a_stage_lasts_until_its_last_touchpoint(measured: Measured) -> None:
    day = 1440.0
    stays = Talk("stays").opens(0).says(6.9 * day).says(7.5 * day, "choose_phone", stage="discovery")
    late = Talk("late").opens(0).says(day).says(8.1 * day, "choose_phone", stage="discovery")
    scope = measured(stays, late, Talk("end", at=20 * day))
    figure = DROP_OFF["purchase"].measure(scope)
    assert (figure.value, figure.n) == (1 / 2, 2)
    assert DROP_OFF["purchase"].members(scope, 9) == [("late", 1)]
    assert passages(scope)[-2:] == [("purchase", "discovery", 1), ("purchase", "nothing further", 1)]
    # Of a visit that still went on, nothing is said before the days have passed since.
    assert DROP_OFF["purchase"].measure(replace(scope, horizon=START + 10 * DAY)).n == 1


def test_a_period_takes_what_opened_in_it(scope: Scope) -> None:
    first = Scope(scope.database, START, START + 100 * 60_000, scope.horizon)
    assert METRICS["handoff_rate"].measure(first).n == 6
    only = Scope(scope.database, scope.since, scope.until, scope.horizon, {"channel": "mail"})
    assert METRICS["handoff_rate"].measure(only).n == 2
    assert METRICS["queue_wait"].measure(only).n == 1


def figures_of(folder: Path, happenings: list[Happening]) -> dict[str, Figure]:
    write_many(folder / "bot.db", happenings)
    with Mirror(folder / "mirror.duckdb", CHAT, CONFIRMING) as mirror:
        mirror.catch_up(folder / "bot.db")
        return {name: metric.measure(everything(mirror)) for name, metric in METRICS.items()}


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5))
def test_what_holds_for_any_log(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    happenings = population(Truth(turns=4), 60, START, START + 60 * DAY, seed)
    figures = figures_of(tmp_path_factory.mktemp("log"), happenings)
    moved = [one._replace(time=one.time + 17 * DAY, stream=one.stream + "x") for one in happenings]
    for name, figure in figures_of(tmp_path_factory.mktemp("moved"), renamed(moved)).items():
        # Sums are taken in any order, so the last digits may differ.
        assert (figure.value, figure.n) == (pytest.approx(figures[name].value), figures[name].n), name
    twice = [
        *happenings,
        *(one._replace(stream=one.stream + "y", customer_ref=one.customer_ref + "y") for one in happenings),
    ]
    doubled = figures_of(tmp_path_factory.mktemp("twice"), renamed(sorted(twice, key=lambda one: one.time)))
    for name, figure in figures.items():
        check(figure)
        assert doubled[name].n == 2 * figure.n, name
        if figure.unit == "share" and figure.value is not None and name != "csat_weighted":
            assert doubled[name].value == pytest.approx(figure.value), name
    of_ended = [figures[f"contained_{what}"].value or 0 for what in ("confirmed", "silent", "recontacted")]
    assert sum(of_ended) <= 1
    assert (figures["csat_bounds"].interval or (0, 0))[0] <= (figures["csat"].value or 0)


def renamed(happenings: list[Happening]) -> list[Happening]:
    """With reviews that name the conversations as they are called now."""
    names = {one.stream.removeprefix("conversation/") for one in happenings}
    found = []
    for one in happenings:
        told = one.facts.get("conversation_id")
        if told is not None and told not in names:
            one = one._replace(facts={**one.facts, "conversation_id": f"{told}x"})
        if one.stream == "systemy":
            one = one._replace(facts={**one.facts, "conversation_id": f"{told}y"})
        found.append(one)
    return found


def check(figure: Figure) -> None:
    """What is true of every figure."""
    lowest = {"share": -1 if figure.name == "perception_gap" else 0, "points": -100, "number": -math.inf}
    if figure.value is None:
        return
    assert figure.n > 0
    assert figure.interval is not None
    low, high = figure.interval
    assert lowest.get(figure.unit, 0) <= low <= high
    if figure.name not in ("perception_gap", "nps"):  # whose intervals are drawn towards the middle
        assert low - 1e-9 <= figure.value <= high + 1e-9, figure.name
    if figure.unit in ("share", "points"):
        assert high <= {"share": 1, "points": 100}[figure.unit] + 1e-9
