"""Nobody has two owners, nobody is lost, nobody waits for who is free, and what is told of the wait is true."""

import random

import pytest

from bot.agents.presence import SEEN_WITHIN
from bot.dialogue.fold import fold
from bot.dialogue.state import State
from bot.touchpoints.log import conversation_stream
from bot.web.services import Services
from tests.conftest import Clock
from tests.desk.checks import check_killed, day
from tests.desk.simulation import Shop

GRACE = 10_000
"""A sweep every five seconds, and as much again."""


@pytest.mark.parametrize(
    ("agents", "customers", "minutes", "covers"),
    [
        (8, 120, 25, (0.7, 1)),  # so few that chance alone moves it by a tenth
        pytest.param(50, 500, 45, (0.8, 0.95), marks=pytest.mark.soak),
        pytest.param(20, 600, 150, (0.8, 0.95), marks=pytest.mark.soak),
    ],
)
async def test_a_day_with_claims_that_race_and_agents_who_vanish(
    services: Services, clock: Clock, agents: int, customers: int, minutes: int, covers: tuple[float, float]
) -> None:
    shop, dice = Shop(services, clock, seed=agents), random.Random(customers)
    # Somewhat more come than can be helped at once, so that there is a queue.
    await shop.open(agents, help_takes=minutes * 60 * agents * 4 / customers)
    arrivals = sorted(dice.randrange(minutes * 60) for _ in range(customers))
    kills = [dice.randrange(minutes * 20, minutes * 60) for _ in range(agents // 4)]
    await shop.run(minutes * 60, arrivals, kills)
    assert len(shop.customers) == customers
    lease_and_grace = (SEEN_WITHIN + GRACE) // 1000
    await shop.run(lease_and_grace + 25, ())

    skills = {worker.account.id: worker.account.skills for worker in shop.workers}
    found = await day(services.log, skills, services.serving.content.bot.service.capacity, GRACE)
    assert found.wrong == []
    assert check_killed(found, shop.killed, SEEN_WITHIN) == []
    assert len(shop.killed) == agents // 4
    assert min(found.methods["claimed"], found.methods["automatic"], found.expired["absent"]) > 0
    assert shop.races_lost > 0
    await check_queue(services, shop)
    assert covers[0] <= sum(found.covered) / len(found.covered) <= covers[1]


async def check_queue(services: Services, shop: Shop) -> None:
    """The queue's rows are what the log says of who waits and who has whom; nobody is missing."""
    services.queue.forget()
    view = await services.queue.look()
    for conversation_id in shop.customers:
        state = State()
        for one in await services.log.read(conversation_stream(conversation_id)):
            state = fold(state, one)
        row = view.rows.get(conversation_id)
        assert (row is not None) == (state.owner in ("queued", "assigned"))
        if row is not None:
            assert (row.agent_id, row.waiting_since, row.requested_at) == (
                state.agent_id,
                state.waiting_since,
                state.requested_at,
            )
