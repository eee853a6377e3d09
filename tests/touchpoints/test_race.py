"""Deciding again after a lost race: as often as it takes, but not for ever."""

import pytest

from bot.errors import Conflict, Refused, Unavailable
from bot.touchpoints.race import ATTEMPTS, decided_again


class Decision:
    """One that loses its first races."""

    def __init__(self, lost: int) -> None:
        self.lost = lost
        self.made = 0

    async def __call__(self) -> int:
        self.made += 1
        if self.made <= self.lost:
            raise Conflict("somebody else was faster")
        return self.made


@pytest.mark.parametrize("lost", [0, 1, ATTEMPTS - 1])
async def test_a_lost_race_is_run_again(lost: int) -> None:
    assert await decided_again(Decision(lost), "too busy") == lost + 1


async def test_a_flood_is_said_in_the_callers_words() -> None:
    decision = Decision(ATTEMPTS)
    with pytest.raises(Unavailable, match="the shelf is too busy"):
        await decided_again(decision, "the shelf is too busy")
    assert decision.made == ATTEMPTS


async def test_what_else_goes_wrong_is_not_tried_again() -> None:
    made = []

    async def refused() -> None:
        made.append(1)
        raise Refused("no")

    with pytest.raises(Refused):
        await decided_again(refused, "too busy")
    assert made == [1]
