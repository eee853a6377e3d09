"""Targets fall due in opening hours."""

from datetime import UTC, datetime

from bot.agents.targets import Targets
from bot.content.hours import Hours
from bot.content.voice import Service

MINUTE = 60_000
SERVICE = Service(first_reply=10, resolution=100, warn_at=0.5, reply_within=10)
OFFICE = Hours.model_validate({"timezone": "UTC", "open": {"mon-fri": "09:00-17:00"}})


def at(day: int, hour: int, minute: int = 0) -> int:
    """A moment of the week that begins with Monday, 2 November 2026."""
    return int(datetime(2026, 11, 1 + day, hour, minute, tzinfo=UTC).timestamp() * 1000)


def test_around_the_clock_a_target_is_minutes_from_the_hand_off() -> None:
    targets = Targets(SERVICE, None)
    asked = at(1, 12)
    due = targets.due(asked, None, asked + 4 * MINUTE)
    assert (due.first_reply, due.resolution, due.risk) == (asked + 10 * MINUTE, asked + 100 * MINUTE, "")
    assert targets.due(asked, None, asked + 5 * MINUTE).risk == "warning"
    assert targets.due(asked, None, asked + 10 * MINUTE).risk == "missed"


def test_a_first_reply_meets_the_first_target_and_the_resolution_is_still_due() -> None:
    targets = Targets(SERVICE, None)
    asked = at(1, 12)
    due = targets.due(asked, asked + MINUTE, asked + 30 * MINUTE)
    assert (due.first_reply, due.risk) == (None, "")
    assert targets.due(asked, asked + MINUTE, asked + 50 * MINUTE).risk == "warning"
    assert targets.due(asked, asked + MINUTE, asked + 100 * MINUTE).risk == "missed"


def test_what_is_left_at_night_is_due_in_the_morning() -> None:
    targets = Targets(SERVICE, OFFICE)
    asked = at(5, 16, 55)  # Friday
    assert targets.due(asked, None, asked).first_reply == at(8, 9, 5)  # Monday
    assert targets.due(asked, None, at(7, 12)).risk == "warning"
    assert not targets.late(asked, at(8, 9, 4))
    assert targets.late(asked, at(8, 9, 5))
