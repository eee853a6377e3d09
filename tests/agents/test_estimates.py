"""The range of the wait: honest in one shop and in another, and known after a while alone."""

import heapq
import random
from collections.abc import Callable

import pytest

from bot.agents.estimates import MEASURED_AT_LEAST, MINUTE, Estimates, rounded


def queue_of_a_day(
    seed: int, agents: int, customers: int, pace: Callable[[float], float], help_takes: Callable[[random.Random], float]
) -> list[bool]:
    """Whether each shown range covered the real wait, in a shop where the first to come is the first to be served.

    `pace` is the mean time in minutes between two who come, at a share of the day; `help_takes` is in minutes.
    """
    dice, estimates = random.Random(seed), Estimates()
    free_at = [0.0] * agents
    heapq.heapify(free_at)
    came, clock = [], 0.0
    for number in range(customers):
        clock += dice.expovariate(1 / pace(number / customers))
        came.append(clock)
    begun: list[float] = []
    for at in came:
        begins = max(at, heapq.heappop(free_at))
        begun.append(begins)
        heapq.heappush(free_at, begins + help_takes(dice))
    happenings = sorted(
        [(at, 1, number) for number, at in enumerate(came)] + [(at, 0, number) for number, at in enumerate(begun)],
        key=lambda one: (one[0], one[1] == 0 and came[one[2]] == one[0], one[2]),
    )
    waiting, covered = 0, []
    for at, joins, number in happenings:
        moment = int(at * MINUTE)
        if joins:
            waiting += 1
            shown = estimates.range("general", waiting, moment)
            estimates.joined(str(number), "general", moment, waiting)
            if shown is not None:
                covered.append(shown[0] <= (begun[number] - at) * 60 <= shown[1])
        else:
            waiting -= 1
            estimates.served(str(number), moment)
    return covered


SHOPS = {
    "steady": (4, lambda share: 1.6, lambda dice: dice.expovariate(1 / 6.2)),
    "rush at noon": (
        6,
        lambda share: 0.8 if 0.35 < share < 0.65 else 1.3,
        lambda dice: dice.lognormvariate(1.6, 0.7),
    ),
    "quiet, then too many": (4, lambda share: 3.0 if share < 0.4 else 1.3, lambda dice: dice.expovariate(1 / 6.2)),
    "two agents": (2, lambda share: 4.2, lambda dice: dice.gammavariate(2, 4)),
}


@pytest.mark.parametrize("shop", SHOPS)
def test_the_shown_range_covers_the_real_wait_in_most_cases(shop: str) -> None:
    agents, pace, help_takes = SHOPS[shop]
    covered = [one for seed in range(10) for one in queue_of_a_day(seed, agents, 600, pace, help_takes)]
    assert len(covered) > 4000
    assert 0.80 <= sum(covered) / len(covered) <= 0.95


def test_nothing_is_said_before_enough_was_measured() -> None:
    estimates = Estimates()
    for number in range(MEASURED_AT_LEAST):
        assert estimates.range("general", 1, number * MINUTE) is None
        estimates.joined(str(number), "general", number * MINUTE, 1)
        estimates.served(str(number), number * MINUTE + 30_000)
    assert estimates.range("general", 1, MEASURED_AT_LEAST * MINUTE) == (0, 60)


def test_further_back_in_the_line_takes_longer_and_a_skill_has_its_own_pace() -> None:
    estimates = Estimates()
    for number in range(60):
        at = number * 10 * MINUTE
        for skill, wait in (("quick", 1), ("slow", 8)):
            estimates.joined(f"{skill}{number}", skill, at, 1)
            estimates.served(f"{skill}{number}", at + wait * MINUTE)
    now = 600 * MINUTE
    first, fifth = estimates.range("quick", 1, now), estimates.range("quick", 5, now)
    slow = estimates.range("slow", 1, now)
    assert first is not None
    assert fifth is not None
    assert slow is not None
    assert first[1] < fifth[1]
    assert first[1] < slow[1]


def test_a_night_in_which_nobody_is_there_makes_nobodys_wait_longer() -> None:
    estimates = Estimates()
    for number in range(20):
        estimates.joined(str(number), "general", number * 5 * MINUTE, 1)
        estimates.served(str(number), number * 5 * MINUTE + 3 * MINUTE)
    before = estimates.range("general", 1, 100 * MINUTE)
    estimates.joined("night", "general", 100 * MINUTE, None)
    for minute in range(101, 901):
        estimates.closed(minute * MINUTE)
    assert estimates.range("general", 1, 900 * MINUTE) == before
    estimates.served("night", 901 * MINUTE)
    after = estimates.range("general", 1, 902 * MINUTE)
    assert before is not None
    assert after is not None
    assert after[1] <= before[1]


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (0, 10, (0, 60)),
        (20, 59, (0, 60)),
        (61, 100, (60, 120)),
        (0, 61, (0, 120)),
        (125, 240, (120, 300)),
        (700, 1000, (600, 1200)),
        (3000, 3500, (2700, 3600)),
        (60, 60, (0, 60)),
    ],
)
def test_ranges_are_rounded_outward_to_what_people_say(low: int, high: int, shown: tuple[int, int]) -> None:
    assert rounded(low * 1000, high * 1000) == shown


def test_nothing_honest_can_be_said_of_a_wait_of_many_hours() -> None:
    assert rounded(2 * 60 * MINUTE, 5 * 60 * MINUTE) is None


def test_a_range_that_says_nothing_is_not_said() -> None:
    assert rounded(MINUTE, 100 * MINUTE) is None
    assert rounded(20 * MINUTE, 100 * MINUTE) == (20 * 60, 120 * 60)
