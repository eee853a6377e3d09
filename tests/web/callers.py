"""Customers and staff who reach a server over HTTP alone, as anybody could who has read the documentation."""

import asyncio
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tests.server import Server

PASSWORD = "correct horse battery staple"
IDENTITY_SECRET = "an identity secret of the shop, long enough"
WITHIN = 5.0


def signed(customer_id: str | None, lasts_s: int = 300) -> dict[str, Any]:
    """Who the shop says its visitor is, signed as docs/embedding.md has it."""
    expires = int(time.time()) + lasts_s
    digest = hmac.new(IDENTITY_SECRET.encode(), f"{customer_id}\n{expires}".encode(), hashlib.sha256).hexdigest()
    return {"id": customer_id, "expires": expires, "hash": digest}


class Events:
    """An open stream, and what has come over it."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, Any]] = []
        self._came = asyncio.Event()

    def take(self, name: str, data: Any) -> None:
        self.seen.append((name, data))
        self._came.set()

    async def until(self, is_it: Callable[[str, Any], bool]) -> Any:
        """The data of the first event that is it, once it has come."""
        async with asyncio.timeout(WITHIN):
            while True:
                for name, data in self.seen:
                    if is_it(name, data):
                        return data
                self._came.clear()
                await self._came.wait()


@asynccontextmanager
async def listening(client: httpx.AsyncClient, path: str, **headers: str) -> AsyncIterator[Events]:
    events = Events()
    opened = asyncio.Event()

    async def read() -> None:
        name = "message"
        async with client.stream("GET", path, headers=headers, timeout=None) as answer:
            assert answer.status_code == 200
            async for line in answer.aiter_lines():
                opened.set()
                if line.startswith("event:"):
                    name = line[6:].strip()
                elif line.startswith("data:"):
                    events.take(name, json.loads(line[5:]))
                elif not line:
                    name = "message"

    task = asyncio.create_task(read())
    async with asyncio.timeout(WITHIN):
        await opened.wait()
    try:
        yield events
    finally:
        task.cancel()
        await asyncio.wait({task})


class Shop:
    """A server of its own, and the clients of everybody who calls it."""

    def __init__(self, server: Server) -> None:
        self.url, self.link = server.url, server.set_up_link
        self.clients: list[httpx.AsyncClient] = []


class Caller:
    """Somebody with a client of their own; a call that isn't answered as expected ends the test."""

    def __init__(self, url: str, clients: list[httpx.AsyncClient]) -> None:
        self.http = httpx.AsyncClient(base_url=url, timeout=20)
        clients.append(self.http)
        self.headers: dict[str, str] = {}

    async def call(self, method: str, path: str, expected: int, **body: Any) -> Any:
        answer = await self.http.request(method, path, json=body or None, headers=self.headers)
        assert answer.status_code == expected, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


class Member(Caller):
    """One of the staff."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(f"{shop.url}api/agent/", shop.clients)
        self.id = ""

    async def joins(self, link: str, name: str, **more: str) -> None:
        """Follow a link that was printed, or that an admin passed on."""
        token = link.partition("=")[2]
        made = await self.call("POST", "setup", 201, token=token, name=name, password=PASSWORD, **more)
        self.id, self.headers = made["account"]["id"], {"X-CSRF-Token": made["csrf"]}

    async def does(self, conversation_id: str, what: str, expected: int = 201, **body: Any) -> Any:
        return await self.call("POST", f"conversations/{conversation_id}/{what}", expected, **body)

    async def writes(self, conversation_id: str, text: str, expected: int = 201) -> Any:
        return await self.does(conversation_id, "messages", expected, client_id=str(uuid.uuid4()), text=text)

    async def sees(self, conversation_id: str, expected: int = 200) -> Any:
        return await self.call("GET", f"conversations/{conversation_id}", expected)

    async def waiting(self) -> list[str]:
        return [row["conversation_id"] for row in (await self.call("GET", "queue", 200))["waiting"]]

    async def finds(self, query: str) -> list[str]:
        found = (await self.call("GET", f"conversations?query={query}", 200))["found"]
        return [one["conversation_id"] for one in found]


class Customer(Caller):
    """A visitor of the shop; with an `id` one who is signed in there."""

    def __init__(self, shop: Shop, known: str | None = None) -> None:
        super().__init__(f"{shop.url}api/", shop.clients)
        self.known = known
        self.id = ""

    def identity(self) -> dict[str, Any]:
        return {**signed(self.known), "name": "Xenia Lang", "email": "x@mail.example"}

    async def begins(self, expected: int = 201) -> str:
        customer = {"customer": self.identity()} if self.known else {}
        begun = await self.call("POST", "conversations", expected, locale="en", **customer)
        self.id, self.headers = begun["conversation_id"], {"Authorization": f"Bearer {begun['token']}"}
        return self.id

    async def says(self, text: str, expected: int = 201) -> list[dict[str, Any]]:
        answer = await self.call(
            "POST", f"conversations/{self.id}/messages", expected, client_id=str(uuid.uuid4()), text=text
        )
        return answer.get("touchpoints", [])  # type: ignore[no-any-return]

    async def place(self) -> dict[str, Any]:
        return await self.call("GET", f"conversations/{self.id}/queue", 200)  # type: ignore[no-any-return]

    async def history(self) -> list[dict[str, Any]]:
        return (await self.call("GET", f"conversations/{self.id}/touchpoints", 200))["touchpoints"]  # type: ignore[no-any-return]
