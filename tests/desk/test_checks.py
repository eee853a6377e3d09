"""The checks of a simulated day find what they are there to find."""

from typing import Any

import pytest

from bot.records import Touchpoint
from tests.desk.checks import Day, check_killed

A, B = "conversation/a", "agent/anna"
ONLINE = ("agent.presence_changed", B, 0, {"status": "online", "automatic": True, "capacity": 1})
ASKED = ("handoff.requested", A, 1, {"skill": "general"})


def given(at: int, agent_id: str = "anna", method: str = "automatic") -> tuple[str, str, int, dict[str, Any]]:
    return "conversation.assigned", A, at, {"agent_id": agent_id, "method": method}


def found(*happenings: tuple[str, str, int, dict[str, Any]]) -> Day:
    day = Day({"anna": (), "ben": ("repairs",)}, 3, 10_000)
    for seq, (type_, stream, second, facts) in enumerate(happenings, 1):
        day.take(Touchpoint(str(seq), stream, seq, type_, second * 1000, facts, {}))
    return day


def test_a_day_as_it_should_be_has_nothing_wrong() -> None:
    answers = ("message.sent", A, 3, {"actor_id": "anna"})
    assert found(ONLINE, ASKED, given(2), answers, ("episode.closed", A, 60, {})).wrong == []


@pytest.mark.parametrize(
    ("happenings", "wrong"),
    [
        ([ONLINE, ASKED, given(2), given(3, "ben", "claimed")], "gets what anna has"),
        ([ONLINE, ASKED, given(2), ("message.sent", A, 3, {"actor_id": "ben"})], "ben answers what anna has"),
        ([ONLINE, ASKED, ("handoff.cancelled", "conversation/b", 12, {})], "waits since"),
        ([ASKED, given(2)], "takes nothing automatically"),
        ([("agent.presence_changed", "agent/ben", 0, ONLINE[3]), ASKED, given(2, "ben")], "who can't"),
    ],
)
def test_what_must_not_be_is_found(happenings: list[Any], wrong: str) -> None:
    later = ("handoff.cancelled", "conversation/b", 30, {})
    assert wrong in " ".join(found(*happenings, later).wrong)


def test_what_a_killed_agent_keeps_or_loses_too_late_is_found() -> None:
    kept = found(ONLINE, ASKED, given(2))
    assert check_killed(kept, {"anna": 5_000}, 60_000) == ["a is still with anna"]
    expired = ("assignment.expired", A, 90, {"agent_id": "anna", "reason": "absent"})
    lost = found(ONLINE, ASKED, given(2), expired)
    assert check_killed(lost, {"anna": 20_000}, 60_000) == []
    assert check_killed(lost, {"anna": 5_000}, 60_000) == ["anna lost a conversation 25000 ms too late"]
