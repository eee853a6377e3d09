from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.content.hours import Hours

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str, zone: Any = BERLIN) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


def hours(**changes: Any) -> Hours:
    week = {"mon-fri": "09:00-12:00, 13:00-18:00", "sat": "10:00-14:00"}
    return Hours.model_validate({"timezone": "Europe/Berlin", "open": week, **changes})


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2027-01-13 08:59", False),
        ("2027-01-13 09:00", True),
        ("2027-01-13 12:00", False),  # the lunch break begins
        ("2027-01-13 17:59", True),
        ("2027-01-13 18:00", False),
        ("2027-01-16 11:00", True),  # Saturday
        ("2027-01-17 11:00", False),  # Sunday
    ],
)
def test_open_from_the_first_minute_to_before_the_last(moment: str, is_open: bool) -> None:
    assert hours().is_open(at(moment)) is is_open


def test_the_next_opening_is_found_over_a_weekend_and_holidays() -> None:
    assert hours().opens(at("2027-01-16 15:00")) == at("2027-01-18 09:00")
    assert hours(closed=["2027-01-18"]).opens(at("2027-01-16 15:00")) == at("2027-01-19 09:00")
    assert hours().opens(at("2027-01-13 10:00")) == at("2027-01-13 10:00")


def test_a_promise_counts_opening_time_alone() -> None:
    shop = hours(answers_within="240")
    assert shop.promise(at("2027-01-13 20:00")) == at("2027-01-14 14:00")  # three hours before lunch, one after
    assert shop.promise(at("2027-01-13 16:00")) == at("2027-01-14 11:00")
    assert shop.promise(at("2027-01-16 20:00")) == at("2027-01-18 14:00")


def test_a_shop_that_never_opens_promises_nothing() -> None:
    week = {"sat": "10:00-11:00"}
    saturdays = [f"2027-{month:02}-{day:02}" for month in range(1, 5) for day in range(1, 29)]
    shut = hours(open=week, closed=[*saturdays, "2027-01-30"], answers_within="10000")
    assert shut.opens(at("2027-01-10 12:00")) is None
    assert shut.promise(at("2027-01-10 12:00")) is None


def test_until_midnight_and_from_midnight_is_without_a_gap() -> None:
    always = hours(open={"mon-sun": "00:00-24:00"})
    assert always.is_open(at("2027-03-28 00:00"))
    assert always.is_open(at("2027-03-27 23:59"))


def test_the_clock_change_moves_the_opening_with_the_shop() -> None:
    before, after = hours().opens(at("2027-03-26 20:00")), hours().opens(at("2027-03-28 20:00"))
    assert before == at("2027-03-27 10:00")
    assert after == at("2027-03-29 09:00")
    assert datetime.fromtimestamp((after or 0) / 1000, UTC).hour == 7


@given(st.integers(at("2026-06-01 00:00"), at("2028-06-01 00:00")), st.integers(1, 3000))
def test_a_promise_is_kept_in_opening_time_and_never_before_it_opens(now: int, within: int) -> None:
    shop = hours(answers_within=str(within))
    opens, promise = shop.opens(now), shop.promise(now)
    assert opens is not None
    assert promise is not None
    assert now <= opens < promise
    assert shop.is_open(opens)
    assert shop.is_open(promise - 1)
    assert promise - opens >= within * 60_000
    assert shop.is_open(now) is (opens == now)


@pytest.mark.parametrize(
    ("change", "remedy"),
    [
        ({"timezone": "Berlin"}, "write one such as Europe/Berlin"),
        ({"open": {"monday": "09:00-18:00"}}, "write mon, tue"),
        ({"open": {"mon": "9-18"}}, "write them as 09:00-18:00"),
        ({"open": {"mon": "18:00-09:00"}}, "write them as 09:00-18:00"),
        ({"open": {"mon": "09:00-18:60"}}, "write them as 09:00-18:00"),
        ({"open": {"mon": "09:00-12:00, 11:00-18:00"}}, "write each time of the day once"),
        ({"open": {}}, "mon-fri: 09:00-18:00"),
        ({"closed": ["25.12.2026"]}, "dates such as 2026-12-25"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_a_remedy(change: dict[str, Any], remedy: str) -> None:
    with pytest.raises(ValidationError) as error:
        hours(**change)
    assert remedy in str(error.value)


def test_days_may_go_over_the_end_of_the_week() -> None:
    weekend = hours(open={"fri-mon": "10:00-12:00"})
    assert [weekend.is_open(at(f"2027-01-{day} 11:00")) for day in range(11, 18)] == [
        True,
        False,
        False,
        False,
        True,
        True,
        True,
    ]
