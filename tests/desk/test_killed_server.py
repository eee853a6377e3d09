"""A server that is killed in the middle of a race for conversations comes back to the same queue, order and owners."""

import asyncio
import uuid
from pathlib import Path

import httpx
import pytest

from bot.dialogue.fold import fold
from bot.dialogue.state import State
from bot.touchpoints.log import conversation_stream
from tests.desk.checks import day
from tests.desk.over_http import Agent, add_accounts, opened
from tests.server import Server

AT_ONCE = 8


async def claim_for_ever(agent: Agent) -> None:
    """Claim the first who waits, again and again, as all others do, until the server is gone."""
    while True:
        try:
            waiting = (await agent.queue())["waiting"]
            if waiting:
                await agent.claim_first(waiting)
        except httpx.TransportError:
            return
        await asyncio.sleep(0.05)


async def come(server: Server, customers: int, asked: list[str]) -> None:
    """Customers who ask for a person, one after the other."""
    async with httpx.AsyncClient(base_url=server.url, timeout=10) as client:
        try:
            for _ in range(customers):
                begun = (await client.post("api/conversations", json={})).json()
                opens = {"Authorization": f"Bearer {begun['token']}"}
                path = f"api/conversations/{begun['conversation_id']}/handoff"
                body = {"client_id": str(uuid.uuid4())}
                if (await client.post(path, json=body, headers=opens)).status_code == 201:
                    asked.append(begun["conversation_id"])
        except httpx.TransportError:
            return


@pytest.mark.soak
@pytest.mark.parametrize(("agents", "customers", "kills"), [(4, 40, 1), (50, 160, 3)])
async def test_a_killed_server_comes_back_to_the_same_queue(
    models: Path, tmp_path: Path, agents: int, customers: int, kills: int
) -> None:
    server = Server(tmp_path, models)
    server.start()
    staff = [Agent(server, number) for number in range(agents)]
    await add_accounts(server, staff)
    asked: list[str] = []
    try:
        for _ in range(kills):
            busy = [come(server, customers // AT_ONCE, asked) for _ in range(AT_ONCE)]
            working = asyncio.gather(*busy, *(claim_for_ever(one) for one in staff))
            await claimed(staff, sum(len(one.claimed) for one in staff) + customers // 2)
            await asyncio.to_thread(server.kill)
            await working
            expected = await folded(tmp_path)
            await asyncio.to_thread(server.start)
            queue = await staff[0].queue()
            assert [row["conversation_id"] for row in queue["waiting"]] == [
                conversation_id for _, conversation_id, agent_id in expected if agent_id is None
            ]
            assert {row["conversation_id"]: row["agent"]["id"] for row in queue["assigned"]} == {
                conversation_id: agent_id for _, conversation_id, agent_id in expected if agent_id is not None
            }
            # Whatever the server has said yes to is so.
            owners = {conversation_id: agent_id for _, conversation_id, agent_id in expected}
            assert all(owners[conversation_id] == one.id for one in staff for conversation_id in one.claimed)
            assert set(asked) <= set(owners)
    finally:
        for one in staff:
            await one.client.aclose()
        server.stop()
    assert sum(one.refused for one in staff) > 0
    log, vault = opened(tmp_path)
    found = await day(log, {one.id: () for one in staff}, 3, 10_000)
    await log.close()
    vault.close()
    assert found.wrong == []


async def claimed(staff: list[Agent], enough: int) -> None:
    """Wait until so many have been claimed."""
    for _ in range(4000):
        if sum(len(one.claimed) for one in staff) >= enough:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"only {sum(len(one.claimed) for one in staff)} of {enough} were claimed")


async def folded(folder: Path) -> list[tuple[int, str, str | None]]:
    """Who waits or has an agent by the log alone, in the order of the queue: when they asked, who, whose."""
    log, vault = opened(folder)
    found = []
    for row in await log.rows("conversation"):
        conversation_id = str(row["conversation_id"])
        state = State()
        for one in await log.read(conversation_stream(conversation_id)):
            state = fold(state, one)
        if state.owner in ("queued", "assigned"):
            found.append((state.requested_at or 0, conversation_id, state.agent_id))
    await log.close()
    vault.close()
    return sorted(found)
