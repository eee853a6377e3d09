"""A closed-loop load: each connection sends its next message as soon as it has the answer to the one before.

It runs as a process of its own (`python -m bench.load`, a plan as JSON on stdin, the outcome as JSON on stdout) on raw
protocols, so that it costs a small part of what the server does; `busy` says which part of one core it took. Answers
are only counted while the clock runs and read in full after it has stopped.
"""

import asyncio
import os
import random
import sys
import time
import uuid
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any, cast

import orjson
import uvloop

END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length: "
PERCENTILES = (50, 90, 99)


MESSAGES_EACH = 12
"""How long a conversation is: about as long as those of customers are, before a person has it or it is over."""


@dataclass
class Plan:
    """What to send: random texts, for `seconds` or until `messages` are sent, over so many connections.

    Each connection has its share of the paths and their tokens, and goes on to the next after `MESSAGES_EACH` messages.
    """

    port: int
    paths: list[str]
    tokens: list[str | None]
    texts: list[str]
    connections: int = 1
    seconds: float = 0.0
    messages: int = 0
    seed: int = 0
    cpus: list[int] = field(default_factory=list)


@dataclass
class Outcome:
    """What came back: `seconds` on the clock, percentiles of the latency, answers by status and by content."""

    seconds: float
    answers: int
    milliseconds: dict[str, float]
    statuses: dict[str, int]
    types: dict[str, int]
    without_touchpoints: int
    busy: float


class Customer(asyncio.Protocol):
    """One connection with at most one request under way."""

    def __init__(self, load: "Load", conversations: list[tuple[str, str | None]]) -> None:
        self.heads = [_head(path, token) for path, token in conversations]
        self.sent = 0
        self.load = load
        self.buffer = b""
        self.sent_at = 0.0
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's are such only in what they can do

    def send(self) -> None:
        body = self.load.next_body()
        if body is None:
            self.load.finished(self)
            return
        self.sent_at = time.perf_counter()
        head = self.heads[self.sent // MESSAGES_EACH % len(self.heads)]
        self.sent += 1
        self.transport.write(b"%b%d\r\n\r\n%b" % (head, len(body), body))

    def data_received(self, data: bytes) -> None:
        self.buffer = data = self.buffer + data if self.buffer else data
        head = data.find(END_OF_HEAD)
        if head < 0:
            return
        start = data.index(LENGTH, 0, head) + len(LENGTH)
        length = int(data[start : data.find(b"\r", start)])
        if len(data) < head + 4 + length:
            return
        self.load.latencies.append(time.perf_counter() - self.sent_at)
        self.load.answers.append((data[9:12], data[head + 4 :]))
        self.buffer = b""
        self.send()

    def connection_lost(self, error: Exception | None) -> None:
        self.load.lost(self, error)


def _head(path: str, token: str | None) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    return "\r\n".join([*lines, "Content-Length: "]).encode()


class Load:
    """All connections of one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.random = random.Random(plan.seed)
        self.latencies: list[float] = []
        self.answers: list[tuple[bytes, bytes]] = []
        self.left = plan.messages or sys.maxsize
        self.deadline = float("inf")
        self.open: set[Customer] = set()
        self.done = asyncio.Event()
        self.failure: str | None = None

    def next_body(self) -> bytes | None:
        if not self.left or time.perf_counter() >= self.deadline:
            return None
        self.left -= 1
        client_id = uuid.UUID(int=self.random.getrandbits(128), version=4)
        return orjson.dumps({"client_id": client_id, "text": self.random.choice(self.plan.texts)})

    def finished(self, customer: Customer) -> None:
        self.open.discard(customer)
        if not self.open:
            self.done.set()

    def lost(self, customer: Customer, error: Exception | None) -> None:
        if customer in self.open:
            self.failure = f"the server closed a connection: {error or 'no reason given'}"
            self.done.set()

    async def run(self) -> Outcome:
        loop = asyncio.get_running_loop()
        conversations = list(zip(self.plan.paths, self.plan.tokens, strict=True))
        for number in range(self.plan.connections):
            customer = Customer(self, conversations[number :: self.plan.connections])
            await loop.create_connection(lambda customer=customer: customer, "127.0.0.1", self.plan.port)  # type: ignore[misc]
            self.open.add(customer)
        started, used = time.perf_counter(), time.process_time()
        if self.plan.seconds:
            self.deadline = started + self.plan.seconds
        for customer in list(self.open):
            customer.send()
        await self.done.wait()
        seconds = time.perf_counter() - started
        busy = (time.process_time() - used) / seconds
        if self.failure:
            sys.exit(f"load: {self.failure}")
        return self.outcome(seconds, busy)

    def outcome(self, seconds: float, busy: float) -> Outcome:
        statuses = Counter(status.decode() for status, _ in self.answers)
        types: Counter[str] = Counter()
        without = 0
        for _, body in self.answers:
            touchpoints: list[dict[str, Any]] = orjson.loads(body).get("touchpoints") or []
            kinds = [touchpoint["type"] for touchpoint in touchpoints]
            types.update(kinds)
            without += not kinds or kinds[0] != "message.received"
        latencies = sorted(self.latencies)
        milliseconds = {f"p{share}": latencies[len(latencies) * share // 100] * 1e3 for share in PERCENTILES}
        return Outcome(seconds, len(latencies), milliseconds, dict(statuses), dict(types), without, busy)


def main() -> None:
    plan = Plan(**orjson.loads(sys.stdin.buffer.read()))
    if plan.cpus:
        os.sched_setaffinity(0, plan.cpus)

    async def run() -> Outcome:
        return await Load(plan).run()

    sys.stdout.buffer.write(orjson.dumps(asdict(uvloop.run(run()))))


if __name__ == "__main__":
    main()
