"""What was acknowledged is there, whatever happens to the process."""

import asyncio
import re
import shutil
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.records import Touchpoint
from bot.touchpoints.log import conversation_stream
from bot.touchpoints.sealing import Vault
from bot.touchpoints.sqlite import SqliteLog
from tests.server import Server

CUSTOMERS = 16
TEXTS = ("hello", "are you a bot?", "good morning")  # small talk: it may be repeated for ever


@dataclass
class Customer:
    """Sends one message after the other and again until it is acknowledged, as the widget does."""

    path: str
    opens: dict[str, str]
    answers: dict[str, list[Any]] = field(default_factory=dict)
    again: int = 0

    async def talk(self, client: httpx.AsyncClient, stop: asyncio.Event) -> None:
        while not stop.is_set():
            body = {"client_id": str(uuid.uuid4()), "text": TEXTS[len(self.answers) % len(TEXTS)]}
            tries = 0
            while body["client_id"] not in self.answers:
                tries += 1
                try:
                    answer = await client.post(f"{self.path}/messages", json=body, headers=self.opens)
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
                    continue
                assert answer.status_code in (200, 201, 503), answer.text
                if answer.status_code == 200:
                    assert tries > 1
                    self.again += 1
                if answer.status_code != 503:
                    self.answers[body["client_id"]] = answer.json()["touchpoints"]


async def killed_under_load(server: Server, kills: int) -> list[Customer]:
    async with httpx.AsyncClient(base_url=server.url, timeout=10) as client:
        customers = []
        for _ in range(CUSTOMERS):
            begun = (await client.post("api/conversations", json={})).json()
            path = f"api/conversations/{begun['conversation_id']}"
            customers.append(Customer(path, {"Authorization": f"Bearer {begun['token']}"}))
        stop = asyncio.Event()
        talking = [asyncio.create_task(customer.talk(client, stop)) for customer in customers]
        for kill in range(kills):
            await asyncio.sleep(0.3 + 0.05 * (kill % 7))
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
        await asyncio.sleep(0.3)
        stop.set()
        await asyncio.gather(*talking)
    return customers


async def stored(folder: Path, conversation_id: str) -> list[Touchpoint]:
    secret = (folder / "bot.secret").read_text().encode()
    vault = Vault(folder / "bot.keys", secret)
    log = SqliteLog(folder / "bot.db", vault, secret)
    touchpoints = await log.read(conversation_stream(conversation_id))
    await log.close()
    vault.close()
    return touchpoints


@pytest.mark.parametrize("kills", [1, pytest.param(20, marks=pytest.mark.soak)])
async def test_nothing_acknowledged_is_lost_or_doubled_when_the_server_is_killed(
    models: Path, tmp_path: Path, kills: int
) -> None:
    server = Server(tmp_path, models)
    server.start()
    customers = await killed_under_load(server, kills)
    server.stop()
    for customer in customers:
        touchpoints = await stored(tmp_path, customer.path[-36:])
        assert [one.seq for one in touchpoints] == list(range(1, len(touchpoints) + 1))
        by_id = {one.id: one for one in touchpoints}
        sent = [one.facts["client_id"] for one in touchpoints if one.type == "message.received"]
        assert sent == list(customer.answers)
        for answer in customer.answers.values():
            assert all(by_id[one["id"]].personal["text"] == one["text"] for one in answer)
            assert answer[0]["type"] == "message.received"
            assert len(answer) == 2
    assert sum(len(customer.answers) for customer in customers) > 20 * kills


@pytest.mark.soak
def test_each_acknowledgement_comes_after_its_fdatasync(models: Path, tmp_path: Path) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    trace = tmp_path / "trace"
    calls = "trace=fdatasync,fsync,read,recvfrom,write,writev,sendto,sendmsg"
    server = Server(tmp_path, models)
    server.start(before=[strace, "-D", "-f", "-q", "-s", "80", "-e", calls, "-o", str(trace)])
    with httpx.Client(base_url=server.url, timeout=20) as client:
        begun = client.post("api/conversations", json={}).json()
        for _ in range(50):
            body = {"client_id": str(uuid.uuid4()), "text": "how long is the warranty"}
            answer = client.post(
                f"api/conversations/{begun['conversation_id']}/messages",
                json=body,
                headers={"Authorization": f"Bearer {begun['token']}"},
            )
            assert answer.status_code == 201
    server.stop()
    events = []
    for line in trace.read_text(errors="replace").splitlines():
        if re.search(r"(read|recvfrom)\(.*\"POST /api/conversations/[0-9a-f-]{36}/messages", line):
            events.append("asked")
        elif re.search(r"fdatasync(\(| resumed).*= 0", line):
            events.append("synced")
        elif "HTTP/1.1 201" in line:
            events.append("acknowledged")
    order = [event for event, before in zip(events, ["", *events], strict=False) if event != before]
    messages = " ".join(order[order.index("asked") :])
    assert messages.count("asked synced acknowledged") == 50, messages[:400]
