"""Agents and customers over HTTP, as consoles and widgets call a real server."""

import asyncio
import random
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bot.dialogue.speech import PERSON
from bot.touchpoints.sealing import Vault
from bot.touchpoints.sqlite import SqliteLog
from tests.server import Server

PASSWORD = "correct horse battery"
CAPACITY = 3
KEPT_ALIVE = 2.0
"""Seconds. Less than the server keeps a connection open for: one that closes under a call is no failure of its own."""
ABOUT = {"general": "hello", "repairs": "how long is the warranty", "orders": "where is my order"}


class Agent:
    """An agent's browser. `claimed` is what the server has said yes to."""

    def __init__(self, server: Server, number: int, skills: tuple[str, ...] = ()) -> None:
        self.client = httpx.AsyncClient(
            base_url=server.url, timeout=30, limits=httpx.Limits(keepalive_expiry=KEPT_ALIVE)
        )
        self.email = f"agent{number}@shop.example"
        self.skills = skills
        self.claimed: list[str] = []
        self.refused = 0
        self.id = ""

    async def set_up(self, link: str) -> None:
        """Make the account that a link is for; the session it begins outlasts every kill of the server."""
        body = {"token": link.partition("=")[2], "email": self.email, "name": self.email, "password": PASSWORD}
        made = await self.client.post("api/agent/setup", json=body)
        assert made.status_code == 201, made.text
        self.id = made.json()["account"]["id"]
        self.client.headers["X-CSRF-Token"] = made.json()["csrf"]

    async def queue(self) -> dict[str, list[dict[str, Any]]]:
        answer = await self.client.get("api/agent/queue")
        assert answer.status_code == 200, answer.text
        found: dict[str, list[dict[str, Any]]] = answer.json()
        return found

    async def claim_first(self, waiting: list[dict[str, Any]]) -> None:
        """Try for the first who waits, as everybody else does."""
        first = waiting[0]["conversation_id"]
        if await self.act(first, "claim", wanted=200):
            self.claimed.append(first)

    async def act(self, conversation_id: str, what: str, wanted: int = 201, **body: str) -> bool:
        """Do something with a conversation; false, and counted, when the server refuses as somebody else was faster."""
        path = f"api/agent/conversations/{conversation_id}/{what}"
        answer = await self.client.post(path, **({"json": body} if body else {}))
        assert answer.status_code in (wanted, 409), answer.text
        self.refused += answer.status_code == 409
        return answer.status_code == wanted


async def add_accounts(server: Server, staff: list[Agent]) -> None:
    """The first agent's is the first account of the server; it invites the others."""
    first = staff[0]
    await first.set_up(server.set_up_link)
    for one in staff[1:]:
        asked = {"email": one.email, "role": "agent", "skills": one.skills}
        invited = await first.client.post("api/agent/invitations", json=asked)
        assert invited.status_code == 201, invited.text
        await one.set_up(invited.json()["link"])


@dataclass
class Helped:
    """What an agent means to do with one conversation, in seconds of the machine's clock."""

    reply_at: float
    resolve_at: float
    replied: bool = False


@dataclass
class Shift:
    """An agent at work: hears the stream as the console does, looks at the queue anew, claims, writes, resolves."""

    agent: Agent
    automatic: bool
    dice: random.Random
    help_takes: float
    """How many seconds it takes on average to help somebody."""
    news: asyncio.Event = field(default_factory=asyncio.Event)
    helping: dict[str, Helped] = field(default_factory=dict)

    async def come(self) -> None:
        body = {"status": "online", "automatic": self.automatic, "capacity": CAPACITY}
        answer = await self.agent.client.post("api/agent/presence", json=body)
        assert answer.status_code == 204, answer.text

    async def work(self) -> None:
        """Until cancelled: what is open then is dropped, as by a browser that crashes."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._hear())
            both.create_task(self._answer())

    async def _hear(self) -> None:
        async for name in stream(self.agent.client, "api/agent/stream"):
            if name == "presence":
                await self.agent.client.get("api/agent/presence")
            self.news.set()

    async def _answer(self) -> None:
        while True:
            queue = await self.agent.queue()
            held = [one["conversation_id"] for one in queue["assigned"] if one["agent"]["id"] == self.agent.id]
            if not self.automatic and queue["waiting"] and len(held) < CAPACITY:
                await self.agent.claim_first(queue["waiting"])
            for conversation_id in held:
                await self._help(conversation_id)
            self.news.clear()
            due = [one.resolve_at if one.replied else one.reply_at for one in self.helping.values()]
            wait = max(0.02, min([*due, time.monotonic() + 5]) - time.monotonic())
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self.news.wait()
                    await asyncio.sleep(self.dice.uniform(0.0, 0.2))  # a page gathers what comes at once

    async def _help(self, conversation_id: str) -> None:
        now = time.monotonic()
        takes = min(self.dice.lognormvariate(-0.125, 0.5), 2) * self.help_takes
        reply_at = now + self.dice.uniform(0.1, 0.4) * takes
        task = self.helping.setdefault(conversation_id, Helped(reply_at, now + takes))
        if not task.replied and task.reply_at <= now:
            task.replied = True
            body = {"client_id": str(uuid.uuid4()), "text": "it is like this"}
            await self.agent.act(conversation_id, "messages", **body)
        elif task.resolve_at <= now:
            del self.helping[conversation_id]
            await self.agent.act(conversation_id, "resolve", outcome="solved")


class Customer:
    """A customer's widget."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.conversation_id = ""
        self._opens: dict[str, str] = {}

    async def ask_for_a_person(self, about: str) -> None:
        begun = (await self.client.post("api/conversations", json={})).json()
        self.conversation_id = begun["conversation_id"]
        self._opens = {"Authorization": f"Bearer {begun['token']}"}
        await self.say(text=about)
        await self.say(payload=PERSON)

    async def say(self, **what: str) -> None:
        path, body = f"api/conversations/{self.conversation_id}/messages", {"client_id": str(uuid.uuid4()), **what}
        answer = await self.client.post(path, json=body, headers=self._opens)
        assert answer.status_code == 201, answer.text

    async def leave(self) -> None:
        """Give up waiting; somebody may just have taken the conversation."""
        path, body = f"api/conversations/{self.conversation_id}/leave", {"client_id": str(uuid.uuid4())}
        answer = await self.client.post(path, json=body, headers=self._opens)
        assert answer.status_code in (201, 409), answer.text

    async def listen(self) -> None:
        """Keep the stream open, as an open widget does."""
        async for _ in stream(self.client, f"api/conversations/{self.conversation_id}/stream", self._opens):
            pass


async def stream(client: httpx.AsyncClient, path: str, headers: dict[str, str] | None = None) -> AsyncIterator[str]:
    """The names of a stream's events as they come, "" for one without."""
    async with client.stream("GET", path, headers=headers, timeout=None) as answer:
        assert answer.status_code == 200
        name = ""
        async for line in answer.aiter_lines():
            if line.startswith("event:"):
                name = line.partition(":")[2].strip()
            elif line.startswith("data:"):
                yield name
                name = ""


def opened(folder: Path) -> tuple[SqliteLog, Vault]:
    """The log of a server in this folder, read beside it or after it."""
    secret = (folder / "bot.secret").read_text().encode()
    vault = Vault(folder / "bot.keys", secret)
    return SqliteLog(folder / "bot.db", vault, secret), vault
