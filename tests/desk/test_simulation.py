"""Nobody has two owners, nobody is lost, nobody waits for who is free, and what is told of the wait is true."""

import logging
import random
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.agents.presence import SEEN_WITHIN
from bot.agents.queue import Queue
from bot.assembly import open_services
from bot.dialogue.fold import fold
from bot.dialogue.state import State
from bot.settings import Settings
from bot.touchpoints.log import conversation_stream
from bot.web.services import Services
from tests.conftest import Clock
from tests.desk.checks import Day, check_killed, day
from tests.desk.simulation import Shop

logger = logging.getLogger(__name__)

GRACE = 10_000
"""A sweep every five seconds, and as much again."""


@dataclass(frozen=True)
class Plan:
    """What a simulated day is like; `load` is what comes, in conversations at once for each agent, who takes three."""

    agents: int
    customers: int
    minutes: int
    load: float


@pytest.mark.parametrize(
    ("plan", "days", "covers"),
    [
        pytest.param(Plan(8, 120, 25, 4), 1, (0.7, 1), id="short"),  # so few that chance alone moves it by a tenth
        pytest.param(Plan(50, 500, 45, 4), 4, (0.8, 0.95), marks=pytest.mark.soak, id="a rush"),
        pytest.param(Plan(20, 600, 150, 3), 3, (0.8, 0.95), marks=pytest.mark.soak, id="a long day"),
    ],
)
async def test_a_day_with_claims_that_race_and_agents_who_vanish(
    settings: Settings, tmp_path: Path, plan: Plan, days: int, covers: tuple[float, float]
) -> None:
    covered: list[bool] = []
    for seed in range(days):
        clock = Clock()
        services = open_services(replace(settings, database=tmp_path / f"day-{seed}.db"), clock)
        covered += (await a_day(services, clock, plan, seed)).covered
        await services.log.close()
    logger.info("the range covers %.3f of %d waits", sum(covered) / len(covered), len(covered))
    assert covers[0] <= sum(covered) / len(covered) <= covers[1]


async def a_day(services: Services, clock: Clock, plan: Plan, seed: int) -> Day:
    """Simulate one day and check all that must hold of each."""
    shop, dice = Shop(services, clock, seed), random.Random(seed)
    seconds = plan.minutes * 60
    await shop.open(plan.agents, help_takes=seconds * plan.agents * plan.load / plan.customers)
    arrivals = [dice.randrange(seconds) for _ in range(plan.customers)]
    kills = [dice.randrange(seconds // 3, seconds) for _ in range(plan.agents // 4)]
    await shop.run(seconds, arrivals, kills)
    assert len(shop.customers) == plan.customers
    await shop.run((SEEN_WITHIN + GRACE) // 1000 + 25, ())

    skills = {worker.account.id: worker.account.skills for worker in shop.workers}
    found = await day(services.log, skills, services.serving.content.bot.service.capacity, GRACE)
    assert found.wrong == []
    assert check_killed(found, shop.killed, SEEN_WITHIN) == []
    assert len(shop.killed) == plan.agents // 4
    assert min(found.methods["claimed"], found.methods["automatic"], found.expired["absent"]) > 0
    assert shop.races_lost > 0
    await check_queue(services, shop)
    return found


async def check_queue(services: Services, shop: Shop) -> None:
    """The queue's rows are what the log says of who waits and who has whom; nobody is missing."""
    view = await Queue(services.log, services.hints).look()
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
