"""The whole server: killed in the middle, with a receiver that fails at random and is away for a while."""

import asyncio
import os
import random
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server import ROOT, Server
from tests.webhooks.conftest import Receiver, until

TEXTS = ("hello", "are you a bot?", "good morning")  # small talk: it may be repeated for ever


@pytest.fixture
def server(models: Path, tmp_path: Path) -> Iterator[Server]:
    one = Server(tmp_path, models, BOT_WEBHOOKS_PRIVATE="on")
    one.start()
    yield one
    one.stop()


def bot(folder: Path, *command: str) -> str:
    """Run a command of the command line on the server's database."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    environment |= {"BOT_DATABASE_URL": f"sqlite:///{folder / 'bot.db'}", "BOT_WEBHOOKS_PRIVATE": "on"}
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "webhook", *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return ran.stdout.strip()


async def talk(client: httpx.AsyncClient, told: dict[str, list[Any]], rounds: int) -> None:
    """One customer who says something again and again, until it is acknowledged."""
    begun = (await client.post("api/conversations", json={})).json()
    path, opens = f"api/conversations/{begun['conversation_id']}", {"Authorization": f"Bearer {begun['token']}"}
    told[begun["conversation_id"]] = [one["seq"] for one in begun["touchpoints"]]
    for number in range(rounds):
        body = {"client_id": str(uuid.uuid4()), "text": TEXTS[number % len(TEXTS)]}
        while True:
            try:
                answer = await client.post(f"{path}/messages", json=body, headers=opens)
            except httpx.TransportError:
                await asyncio.sleep(0.1)
                continue
            if answer.status_code in (200, 201):
                break
        told[begun["conversation_id"]] += [one["seq"] for one in answer.json()["touchpoints"]]
        await asyncio.sleep(0.03)


@pytest.mark.soak
async def test_everything_arrives_in_order_though_both_sides_fall_over(
    server: Server, receiver: Receiver, tmp_path: Path
) -> None:
    dice = random.Random(3)
    away = False
    failed: set[str] = set()

    def mood(event: dict[str, Any]) -> int:
        if away:
            return 503
        if event["id"] in failed or dice.random() > 0.05:
            return 204
        failed.add(event["id"])  # once each: the real delays grow fast
        return 500

    receiver.mood = mood
    receiver.slow = 0.02
    receiver.secrets = [await asyncio.to_thread(bot, tmp_path, "add", receiver.url)]
    told: dict[str, list[Any]] = {}
    async with httpx.AsyncClient(base_url=server.url, timeout=20) as client:
        customers = [asyncio.create_task(talk(client, told, 12)) for _ in range(8)]
        await until(lambda: len(receiver.got) > 20)
        await asyncio.to_thread(server.kill)
        away = True
        await asyncio.to_thread(server.start)
        await asyncio.sleep(1.5)
        away = False
        webhook_id = (await asyncio.to_thread(bot, tmp_path, "list")).split()[0]
        receiver.secrets.append(await asyncio.to_thread(bot, tmp_path, "rotate", webhook_id))
        await asyncio.gather(*customers)

    def complete() -> bool:
        return all(
            {one.event["data"]["seq"] for one in receiver.got if one.event["data"]["conversation_id"] == conversation}
            >= set(seqs)
            for conversation, seqs in told.items()
        )

    await until(complete, 60)
    for conversation in told:
        seqs = [
            one.event["data"]["seq"] for one in receiver.got if one.event["data"]["conversation_id"] == conversation
        ]
        first_times = list(dict.fromkeys(seqs))
        assert first_times == list(range(1, len(first_times) + 1))
    # What came twice came under the id it had before.
    by_place = {(one.event["subject"], one.event["data"]["seq"]): one.id for one in receiver.got}
    assert len(by_place) == len({one.id for one in receiver.got})
    assert all(by_place[one.event["subject"], one.event["data"]["seq"]] == one.id for one in receiver.got)
    assert len(receiver.got) - len(by_place) <= 100
    assert (await asyncio.to_thread(bot, tmp_path, "dead", webhook_id)) == ""
    assert {status for _, status in receiver.asked} >= {204, 500}
