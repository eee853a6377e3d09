"""A receiver of webhooks on loopback, which fails as it is told and checks every signature, and a log to send from."""

import asyncio
import json
import random
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError
from starlette.types import Receive, Scope, Send

from bot.records import Touchpoint, new_id
from bot.storage import now
from bot.touchpoints.hints import Hint, Hints
from bot.touchpoints.log import TouchpointLog, conversation_stream
from bot.touchpoints.sealing import Vault
from bot.touchpoints.sqlite import SqliteLog
from bot.webhooks.address import Addresses
from bot.webhooks.dispatcher import Dispatcher
from bot.webhooks.patience import Patience
from bot.webhooks.webhook import Sealing, Webhook
from bot.webhooks.webhooks import Webhooks
from tests.shop_systems.conftest import served

SECRET = b"a secret of the tests, long enough for all"
CUSTOMER = "0198c0de-0000-7000-8000-00000000c0de"
SOURCE = "https://bot.example"
QUICK = Patience(delays=(40, 80, 160, 300), gives_up_after=60_000, one_try=1.0)
"""As patient as the real one, a hundred times as fast."""


@dataclass(frozen=True)
class Got:
    """One message that the receiver has taken."""

    id: str
    event: dict[str, Any]
    headers: dict[str, str]
    body: bytes


class Receiver:
    """Takes what is signed with one of `secrets`, unless `mood` says otherwise: a status for an event, or a wait."""

    def __init__(self) -> None:
        self.url = ""
        self.secrets: list[str] = []
        self.got: list[Got] = []
        self.asked: list[tuple[str, int]] = []
        self.slow = 0.0
        self.mood: Callable[[dict[str, Any]], int] = lambda event: 204
        self.hangs: Callable[[dict[str, Any]], bool] = lambda event: False
        self.headers: list[tuple[bytes, bytes]] = []
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message["body"]
            if not message.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        await asyncio.sleep(self.slow * random.random())
        event = json.loads(body)
        if self.hangs(event):
            await asyncio.sleep(5)
        status = self.mood(event) if self._genuine(body, headers) else 401
        with self._lock:
            self.asked.append((headers["webhook-id"], status))
            if 200 <= status < 300:
                self.got.append(Got(headers["webhook-id"], event, headers, body))
        await send({"type": "http.response.start", "status": status, "headers": self.headers})
        await send({"type": "http.response.body", "body": b""})

    def _genuine(self, body: bytes, headers: dict[str, str]) -> bool:
        for secret in self.secrets:
            try:
                Verifier(secret).verify(body, headers)
            except WebhookVerificationError:
                continue
            return True
        return False

    def positions(self) -> dict[str, list[int]]:
        """What was taken, by conversation, in the order in which it came."""
        by_stream: dict[str, list[int]] = {}
        for one in self.got:
            by_stream.setdefault(one.event["subject"], []).append(int(one.event["position"]))
        return by_stream


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    with served(one) as port:
        one.url = f"http://127.0.0.1:{port}/hook"
        yield one


class Bench:
    """A log, webhooks on it and something to send, in one process or, after `restart`, in the next."""

    now = staticmethod(now)

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.patience = QUICK
        self.seqs: dict[str, int] = {}
        self.sending: asyncio.Task[None] | None = None

    async def open(self) -> None:
        self.vault = Vault(self._folder / "bot.keys", SECRET)
        self.vault.create(CUSTOMER)
        self.log: TouchpointLog = SqliteLog(self._folder / "bot.db", self.vault, SECRET)
        self.hints = Hints()
        self.addresses = Addresses(private=True)
        self.webhooks = Webhooks(self.log, Sealing(SECRET), self.addresses, self.now)

    async def close(self) -> None:
        await self.stop()
        await self.log.close()
        self.vault.close()

    def start(self) -> None:
        dispatcher = Dispatcher(self.log, self.hints, self.webhooks, SOURCE, self.now, self.patience, lease_lasts=1.0)
        self.sending = asyncio.create_task(dispatcher.run())

    async def stop(self) -> None:
        if self.sending is not None:
            self.sending.cancel()
            await asyncio.gather(self.sending, return_exceptions=True)
            self.sending = None

    async def add(self, receiver: Receiver, **options: Any) -> Webhook:
        webhook = await self.webhooks.add(receiver.url, **options)
        receiver.secrets = [webhook.secrets[0].text]
        return webhook

    async def happen(
        self, conversation: str, type_: str = "message.received", text: str = "hello", **facts: Any
    ) -> Touchpoint:
        """Something happens in a conversation, or in the stream of another kind, and whoever listens is told."""
        other = conversation == "system" or "/" in conversation
        stream = conversation if other else conversation_stream(conversation)
        seq = self.seqs[stream] = self.seqs.get(stream, 0) + 1
        personal = {"text": text, "fingerprint": "secret"}
        said = {"actor_kind": "customer", "prev": seq - 1, "client_id": "c", **facts}
        touchpoint = Touchpoint(new_id(), stream, seq, type_, self.now(), said, personal, CUSTOMER)
        position = await self.log.append(stream, seq - 1, [touchpoint])
        self.hints.publish(Hint(conversation, seq))
        return replace(touchpoint, position=position)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    one = Bench(tmp_path)
    await one.open()
    yield one
    await one.close()


async def until(holds: Callable[[], bool] | Callable[[], Awaitable[bool]], seconds: float = 15) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while True:
            answer = holds()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.02)
