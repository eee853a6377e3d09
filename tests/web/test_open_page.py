"""A page that is open is a sign of life: its customer waits, and the token it reads with stays good."""

from types import SimpleNamespace

import pytest
from fastapi import Request

from bot.conversations.sweep import Sweep
from bot.dialogue.state import QUEUED
from bot.web import customer, wire
from bot.web.services import Services
from tests.conftest import Clock


async def test_a_page_that_only_waits_renews_its_token(
    services: Services, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "PING_SECONDS", 0.02)
    conversation_id = (await services.start.begin(None, "en", None, None)).conversation_id
    await services.receive.quick_reply(conversation_id, "6f2a1c9e-2a70-4b53-9a3e-0d6a1f7f0001", "person")
    authorization = f"Bearer {services.access.token(conversation_id)}".encode()
    scope = {
        "type": "http",
        "headers": [(b"authorization", authorization)],
        "app": SimpleNamespace(state=SimpleNamespace(services=services)),
    }
    response = await customer.stream(conversation_id, Request(scope), after=1 << 50, last_event_id=None)
    events = aiter(response.body_iterator)  # type: ignore[attr-defined]
    for _ in range(30):
        clock.pass_(hours=1)
        await anext(events)
    await events.aclose()
    clock.pass_(hours=12)
    assert await Sweep(services.conversations, services.serving).once() == 0
    assert (await services.conversations.get(conversation_id)).state.owner is QUEUED
    [row] = await services.log.rows("token_use", {"conversation_id": conversation_id})
    assert clock.now - int(row["used_at"] or 0) < 20 * 3600 * 1000
    clock.pass_(hours=20)
    assert await Sweep(services.conversations, services.serving).once() == 1
