"""A server that is killed in the middle of a race for conversations comes back to the same queue, order and owners."""

import asyncio
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.dialogue.fold import fold
from bot.dialogue.state import State
from bot.touchpoints.log import conversation_stream
from bot.touchpoints.sealing import Vault
from bot.touchpoints.sqlite import SqliteLog
from tests.desk.checks import day
from tests.server import Server

PASSWORD = "correct horse battery"


class Agent:
    """An agent's browser. `claimed` is what the server has said yes to."""

    def __init__(self, server: Server, number: int) -> None:
        self.client = httpx.AsyncClient(base_url=server.url, timeout=10)
        self.email = f"agent{number}@shop.example"
        self.claimed: list[str] = []
        self.refused = 0
        self.id = ""

    async def sign_in(self) -> None:
        answer = await self.client.post("api/agent/session", json={"email": self.email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        self.id = answer.json()["account"]["id"]
        self.client.headers["X-CSRF-Token"] = answer.json()["csrf"]

    async def queue(self) -> dict[str, list[dict[str, Any]]]:
        answer = await self.client.get("api/agent/queue")
        assert answer.status_code == 200, answer.text
        found: dict[str, list[dict[str, Any]]] = answer.json()
        return found

    async def claim_for_ever(self) -> None:
        """Claim the first who waits, again and again, as all others do."""
        while True:
            try:
                waiting = (await self.queue())["waiting"]
                if waiting:
                    first = waiting[0]["conversation_id"]
                    answer = await self.client.post(f"api/agent/conversations/{first}/claim")
                    assert answer.status_code in (200, 409), answer.text
                    if answer.status_code == 200:
                        self.claimed.append(first)
                    else:
                        self.refused += 1
            except httpx.TransportError:
                return
            await asyncio.sleep(0.01)


async def come_for_ever(server: Server, asked: list[str]) -> None:
    """Customers who ask for a person, one after the other."""
    async with httpx.AsyncClient(base_url=server.url, timeout=10) as client:
        try:
            while True:
                begun = (await client.post("api/conversations", json={})).json()
                opens = {"Authorization": f"Bearer {begun['token']}"}
                path = f"api/conversations/{begun['conversation_id']}/handoff"
                body = {"client_id": str(uuid.uuid4())}
                if (await client.post(path, json=body, headers=opens)).status_code == 201:
                    asked.append(begun["conversation_id"])
        except httpx.TransportError:
            return


@pytest.mark.parametrize(("agents", "customers", "kills"), [(4, 3, 1), pytest.param(50, 20, 5, marks=pytest.mark.soak)])
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
            for one in staff:
                await one.sign_in()
            busy = [come_for_ever(server, asked) for _ in range(customers)]
            working = asyncio.gather(*busy, *(one.claim_for_ever() for one in staff))
            await asyncio.sleep(2)
            await asyncio.to_thread(server.kill)
            await working
            expected = await folded(tmp_path)
            await asyncio.to_thread(server.start)
            await staff[0].sign_in()
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
    assert sum(len(one.claimed) for one in staff) > agents
    assert sum(one.refused for one in staff) > 0
    log, vault = opened(tmp_path)
    found = await day(log, {one.id: () for one in staff}, 3, 10_000)
    await log.close()
    vault.close()
    assert found.wrong == []


async def add_accounts(server: Server, staff: list[Agent]) -> None:
    first = staff[0]
    link = server.set_up_link.partition("#setup=")[2]
    body = {"token": link, "email": first.email, "name": "Boss", "password": PASSWORD}
    made = await first.client.post("api/agent/setup", json=body)
    assert made.status_code == 201, made.text
    first.client.headers["X-CSRF-Token"] = made.json()["csrf"]
    for one in staff[1:]:
        asked = {"email": one.email, "role": "agent"}
        invited = await first.client.post("api/agent/invitations", json=asked)
        assert invited.status_code == 201, invited.text
        token = invited.json()["link"].partition("=")[2]
        joined = {"token": token, "name": one.email.partition("@")[0], "password": PASSWORD}
        made = await one.client.post("api/agent/setup", json=joined)
        assert made.status_code == 201, made.text


def opened(folder: Path) -> tuple[SqliteLog, Vault]:
    secret = (folder / "bot.secret").read_text().encode()
    vault = Vault(folder / "bot.keys", secret)
    return SqliteLog(folder / "bot.db", vault, secret), vault


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
