"""A shop's server on loopback, which answers as it is told and remembers what it was sent."""

import asyncio
import json
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

Answer = Callable[[Send], Awaitable[None]]


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def says(body: object, status: int = 200, **headers: str) -> Answer:
    """An answer: bytes as they are, anything else as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def answer(send: Send) -> None:
        raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": content})

    return answer


FOUND = says({"found": True, "values": {}})


async def hangs(send: Send) -> None:
    await asyncio.sleep(30)


async def drips(send: Send) -> None:
    """A piece every now and then, none of them late."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    while True:
        await send({"type": "http.response.body", "body": b" ", "more_body": True})
        await asyncio.sleep(0.05)


async def floods(send: Send) -> None:
    """More and more, without an end and without saying how much."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    while True:
        await send({"type": "http.response.body", "body": b" " * 16_384, "more_body": True})
        await asyncio.sleep(0)


async def breaks_off(send: Send) -> None:
    """The connection ends in the middle of the answer."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})
    await send({"type": "http.response.body", "body": b"{", "more_body": True})


class Shop:
    """The server; each request takes the next of `answers`, and finds the customer once they are used up."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answers: list[Answer] = []
        self.url = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message["body"]
            if not message.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.asked.append(Asked(scope["method"], scope["path"], headers, body))
        await (self.answers.pop(0) if self.answers else FOUND)(send)


@contextmanager
def served(app: ASGIApp, **config: Any) -> Iterator[int]:
    """A real server in a thread of its own; yields its port."""
    options: dict[str, Any] = {"lifespan": "off", "log_config": None, "ws": "none", "timeout_graceful_shutdown": 0}
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", 0, **options, **config))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="package")
def server() -> Iterator[Shop]:
    one = Shop()
    with served(one) as port:
        one.url = f"http://127.0.0.1:{port}/bot"
        yield one


@pytest.fixture
def shop(server: Shop) -> Shop:
    server.asked, server.answers = [], []
    return server
