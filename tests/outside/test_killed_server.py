"""Batches of every kind of event to a real server that is killed again and again: what was good is there once."""

import asyncio
import json
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.outside.events import LARGEST
from bot.web.touchpoints import BATCH
from tests.server import Server

CUSTOMERS = 40
SOURCE = "https://shop.example/orders"
BAD = {
    "ahead": "ahead of this server's clock",
    "malformed": "specversion",
    "unreadable": "an event is a JSON object",
    "oversized": f"at most {LARGEST} are taken",
    "ours": "this bot writes itself",
}


def good(number: int, now: datetime, dice: random.Random) -> dict[str, Any]:
    """An event that happened at some time in the last weeks, by a clock that is a little off: in no order."""
    time = now - timedelta(seconds=dice.uniform(-200, 40 * 86400))
    who = {"customer_id": str(number % CUSTOMERS)} if number % 3 else {"anonymous_id": str(number % CUSTOMERS)}
    return {
        "specversion": "1.0",
        "id": f"e{number}",
        "source": SOURCE,
        "type": "com.shop.order.placed",
        "time": time.isoformat(),
        "data": {**who, "amount": number, "item": "kettle"},
    }


def bad(kind: str, now: datetime) -> Any:
    event: dict[str, Any] = {**good(0, now, random.Random(0)), "id": f"bad-{kind}"}
    if kind == "ahead":
        event["time"] = (now + timedelta(hours=3)).isoformat()
    elif kind == "malformed":
        event["specversion"] = 1
    elif kind == "oversized":
        event["data"] = {"text": "x" * LARGEST}
    elif kind == "ours":
        event["type"] = "episode.closed"
    return event if kind != "unreadable" else "{"


class Sender:
    """Sends its batches one after the other, each again until it is acknowledged."""

    def __init__(self, url: str, key: str, batches: list[list[tuple[Any, str]]]) -> None:
        self.url = url
        self.headers = {"Authorization": f"Bearer {key}", "Content-Type": BATCH}
        self.batches = batches
        self.sent_again = 0
        self.wrong: list[str] = []
        self.counts: Counter[str] = Counter()

    async def run(self) -> None:
        async with httpx.AsyncClient(base_url=self.url, timeout=20) as client:
            for batch in self.batches:
                content = json.dumps([event for event, _ in batch]).encode()
                while True:
                    try:
                        answer = await client.post("api/touchpoints", content=content, headers=self.headers)
                    except httpx.TransportError:
                        answer = None
                    if answer is not None and answer.status_code == 202:
                        break
                    assert answer is None or answer.status_code == 503, answer.text
                    self.sent_again += 1
                    await asyncio.sleep(0.05)
                self.check(batch, answer.json())

    def check(self, batch: list[tuple[Any, str]], told: dict[str, Any]) -> None:
        named = {one["index"]: one["reason"] for one in told["rejected"]}
        expected = {index: BAD[kind] for index, (_, kind) in enumerate(batch) if kind in BAD}
        if named.keys() != expected.keys() or any(part not in named[index] for index, part in expected.items()):
            self.wrong.append(f"{named} for {expected}")
        if told["accepted"] + told["duplicates"] + len(named) != len(batch):
            self.wrong.append(f"{told} for {len(batch)} events")
        self.counts.update(accepted=told["accepted"], duplicates=told["duplicates"], rejected=len(named))


def made_batches(count: int, size: int, dice: random.Random) -> tuple[list[list[tuple[Any, str]]], int]:
    """Batches with everything in them, and how many good events there are."""
    now, number = datetime.now(UTC), 0
    batches: list[list[tuple[Any, str]]] = []
    seen: list[dict[str, Any]] = []
    for _ in range(count):
        batch: list[tuple[Any, str]] = []
        for _ in range(size):
            roll = dice.random()
            if roll < 0.15 and seen:
                batch.append((dice.choice(seen), "again"))
            elif roll < 0.25:
                kind = dice.choice([*BAD]) if len(batch) % 7 else "ahead"
                batch.append((bad(kind, now), kind))
            else:
                seen.append(good(number, now, dice))
                batch.append((seen[-1], "good"))
                number += 1
        dice.shuffle(batch)
        batches.append(batch)
    return batches, number


async def read_all(url: str, key: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=20) as client:
        while True:
            after = found[-1]["position"] if found else "0"
            page = (await client.get("api/touchpoints", params={"after": after, "limit": 1000})).content
            if not page:
                return found
            found += [json.loads(line) for line in page.splitlines()]


@pytest.mark.soak
async def test_every_good_event_is_there_once_and_every_bad_one_named(models: Path, tmp_path: Path) -> None:
    server = Server(tmp_path, models)
    server.start()
    key = server.run("key", "add", "orders", "--scope", "touchpoints:write", "--scope", "touchpoints:read").strip()
    batches, goods = made_batches(1000, 30, random.Random(7))
    senders = [Sender(server.url, key, batches[start::4]) for start in range(4)]
    sending = asyncio.gather(*(sender.run() for sender in senders))
    for kill in range(20):
        await asyncio.sleep(0.15 + 0.05 * (kill % 7))
        if sending.done():
            break
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
    await sending
    log = await read_all(server.url, key)
    server.stop()
    assert [wrong for sender in senders for wrong in sender.wrong] == []
    counts = sum((sender.counts for sender in senders), Counter[str]())
    stored = [one["data"]["amount"] for one in log if one["type"] == "com.shop.order.placed"]
    assert counts["rejected"] == sum(kind in BAD for batch in batches for _, kind in batch)
    assert sum(sender.sent_again for sender in senders) > 0
    assert sorted(stored) == list(range(goods))
    assert [int(one["position"]) for one in log] == sorted({int(one["position"]) for one in log})
    for subject in {one["subject"] for one in log}:
        seqs = [one["data"]["seq"] for one in log if one["subject"] == subject]
        assert seqs == list(range(1, len(seqs) + 1))
