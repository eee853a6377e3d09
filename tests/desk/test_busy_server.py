"""Fifty agents and five hundred customers at one server: nobody is lost, and agents who vanish keep nobody."""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from bot.agents.presence import SEEN_WITHIN
from bot.dialogue.fold import fold
from bot.dialogue.state import State
from bot.touchpoints.log import TouchpointLog, conversation_stream
from tests.desk.checks import check_killed, day
from tests.desk.over_http import ABOUT, CAPACITY, KEPT_ALIVE, Agent, Customer, Shift, add_accounts, opened
from tests.server import Server

AGENTS, CUSTOMERS, KILLED = 50, 500, 12
COME_WITHIN = 240.0
HELP_TAKES = 60.0
"""Seconds. Of 150 places 125 are taken on average, of what is left after the kills more than all."""
GRACE = 10_000
SKILLS = ((), ("general",), ("repairs",), ("general", "repairs"))

logger = logging.getLogger(__name__)


@pytest.mark.soak
async def test_agents_who_race_and_vanish_lose_nobody(models: Path, tmp_path: Path) -> None:
    dice = random.Random(1)
    server = Server(tmp_path, models)
    server.start()
    staff = [Agent(server, number, SKILLS[number % 4]) for number in range(AGENTS)]
    try:
        await add_accounts(server, staff)
        customers, killed = await a_rush(server, staff, dice)
    finally:
        for one in staff:
            await one.client.aclose()
        server.stop()

    log, vault = opened(tmp_path)
    found = await day(log, {one.id: one.skills for one in staff}, CAPACITY, GRACE)
    ends = await owners(log, customers)
    await log.close()
    vault.close()
    logger.info("%s, expired: %s, %d lost races", found.methods, found.expired, sum(one.refused for one in staff))
    assert found.wrong == []
    assert check_killed(found, killed, SEEN_WITHIN) == []
    assert set(found.cases) == set(customers)
    assert set(ends) <= {"bot", "closed"}, "somebody is still waiting, or with an agent"
    assert min(found.methods["claimed"], found.methods["automatic"], found.expired["absent"]) > 0
    assert sum(one.refused for one in staff) > 0


async def a_rush(server: Server, staff: list[Agent], dice: random.Random) -> tuple[list[str], dict[str, int]]:
    """Everybody comes, a quarter of the agents vanishes; returns the conversations and who was killed when."""
    shifts = [Shift(one, number % 2 == 0, random.Random(number), HELP_TAKES) for number, one in enumerate(staff)]
    for shift in shifts:
        await shift.come()
    killed: dict[str, int] = {}
    begun = time.monotonic()

    async def works(shift: Shift, vanishes_after: float | None) -> None:
        try:
            async with asyncio.timeout(vanishes_after):
                await shift.work()
        except TimeoutError:
            await shift.agent.client.aclose()
            killed[shift.agent.id] = time.time_ns() // 1_000_000

    # The first is the account that manages the others.
    vanish = dict.fromkeys(dice.sample(range(1, AGENTS), KILLED), 0.0)
    vanish = {number: dice.uniform(COME_WITHIN / 3, COME_WITHIN) for number in vanish}
    coming = [dice.uniform(0, COME_WITHIN) for _ in range(CUSTOMERS)]
    async with widgets(server) as client, asyncio.TaskGroup() as everybody:
        work = [everybody.create_task(works(shift, vanish.get(number))) for number, shift in enumerate(shifts)]
        came = [Customer(client) for _ in coming]
        visits = [everybody.create_task(visit(one, at, dice)) for one, at in zip(came, coming, strict=True)]
        await asyncio.wait(visits)
        while len(killed) < KILLED or await is_busy(staff[0]):  # noqa: ASYNC110, the server is asked as from outside
            await asyncio.sleep(1)
        logger.info("%.0f seconds until the last customer was helped", time.monotonic() - begun)
        await asyncio.sleep(max(0, (max(killed.values()) + SEEN_WITHIN + GRACE) / 1000 - time.time()))
        for one in work:
            one.cancel()
    return [one.conversation_id for one in came], killed


async def visit(customer: Customer, at: float, dice: random.Random) -> None:
    """Come, ask, wait with the widget open; one in fifty gives up."""
    await asyncio.sleep(at)
    await customer.ask_for_a_person(dice.choices(list(ABOUT.values()), [5, 4, 1])[0])
    patience = dice.uniform(0.5, 20) if dice.random() < 0.02 else 45
    try:
        async with asyncio.timeout(patience):
            await customer.listen()
    except TimeoutError:
        if patience < 45:
            await customer.leave()


async def is_busy(first: Agent) -> bool:
    queue = await first.queue()
    return bool(queue["waiting"] or queue["assigned"])


@asynccontextmanager
async def widgets(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=50, keepalive_expiry=KEPT_ALIVE)
    async with httpx.AsyncClient(base_url=server.url, timeout=30, limits=limits) as client:
        yield client


async def owners(log: TouchpointLog, conversations: list[str]) -> list[str]:
    """Who has each conversation at the end, by the log alone."""
    found = []
    for conversation_id in conversations:
        state = State()
        for one in await log.read(conversation_stream(conversation_id)):
            state = fold(state, one)
        found.append(state.owner.value)
    return found
