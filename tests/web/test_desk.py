"""The desk over HTTP: the queue's rows, presence, the overview, what streams tell, and who must not see it."""

import asyncio
import time
from typing import Any
from uuid import uuid4

import orjson
import pytest

from bot.agents.accounts import Role
from bot.agents.presence import SEEN_WITHIN
from bot.touchpoints.hints import Hint
from bot.web import wire
from bot.web.desk import _Ear
from bot.web.services import Services
from tests.conftest import Client, Clock


async def waits(client: Client, about: str = "I want to speak to a human") -> tuple[str, dict[str, str]]:
    path, opens = await client.begin(locale="en")
    await client.say(path, opens, about)
    return path, opens


async def queue(client: Client) -> dict[str, list[dict[str, Any]]]:
    answer = await client.get("/api/agent/queue")
    assert answer.status_code == 200, answer.text
    found: dict[str, list[dict[str, Any]]] = answer.json()
    return found


async def test_a_row_says_who_waits_since_when_and_what_is_due(
    client: Client, services: Services, clock: Clock
) -> None:
    path, _ = await waits(client)
    csrf = await client.sign_in(services)
    [row] = (await queue(client))["waiting"]
    assert (row["place"], row["language"], row["first_line"], row["at_risk"], row["waiting_s"]) == (
        1,
        "en",
        "I want to speak to a human",
        "",
        0,
    )
    assert row["first_reply_due"] < row["resolution_due"]
    service = services.serving.content.bot.service
    clock.pass_(minutes=service.first_reply * service.warn_at)
    assert (await queue(client))["waiting"][0]["at_risk"] == "warning"
    clock.pass_(minutes=service.first_reply * (1 - service.warn_at) + 0.01)
    assert (await queue(client))["waiting"][0]["at_risk"] == "missed"
    await client.post(f"/api/agent/conversations/{path[-36:]}/claim", headers=csrf)
    clock.pass_(minutes=1)
    [row] = (await queue(client))["assigned"]
    assert (row["agent"]["name"], row["unanswered_s"], row["place"]) == ("Anna", 60, None)
    assert (row["replied"], row["waiting_s"]) == (False, service.first_reply * 60 + 60.6)
    sent = {"client_id": str(uuid4()), "text": "Hello"}
    assert (await client.post(f"/api/agent/conversations/{path[-36:]}/messages", json=sent, headers=csrf)).is_success
    assert (await queue(client))["assigned"][0]["replied"] is True


async def test_presence_is_chosen_seen_by_colleagues_and_ends_with_signing_out(
    client: Client, services: Services
) -> None:
    await waits(client)
    csrf = await client.sign_in(services)
    before = (await client.get("/api/agent/presence")).json()["me"]
    assert before == {
        "status": "offline",
        "automatic": False,
        "capacity": services.serving.content.bot.service.capacity,
    }
    body = {"status": "online", "automatic": True, "capacity": 2}
    assert (await client.post("/api/agent/presence", json=body, headers=csrf)).status_code == 204
    await services.desk.once()
    there = (await client.get("/api/agent/presence")).json()
    assert there["me"] == body
    [anna] = there["agents"]
    assert (anna["name"], anna["status"], anna["load"], anna["capacity"]) == ("Anna", "online", 1, 2)
    # Every skill of the content, whoever has been seen in the queue; an account without skills has them all.
    every = sorted(services.serving.content.skills())
    assert len(every) > 1
    assert there["skills"] == [{"skill": skill, "online": 1} for skill in every]
    assert (await client.delete("/api/agent/session", headers=csrf)).status_code == 204
    await client.sign_in(services, "ben@shop.example", name="Ben")
    assert [one["status"] for one in (await client.get("/api/agent/presence")).json()["agents"]] == ["offline"] * 2
    found = await queue(client)
    assert (len(found["waiting"]), found["assigned"]) == (1, [])


@pytest.mark.parametrize(
    "body", [{}, {"status": "busy"}, {"status": "online", "capacity": 0}, {"status": "online", "since": 1}]
)
async def test_a_presence_that_is_none_is_refused(client: Client, services: Services, body: dict[str, Any]) -> None:
    csrf = await client.sign_in(services)
    assert (await client.post("/api/agent/presence", json=body, headers=csrf)).status_code == 422
    assert await services.log.rows("presence", {"status": "online"}) == []


async def test_every_call_is_a_sign_of_life(client: Client, services: Services, clock: Clock) -> None:
    path, _ = await waits(client)
    csrf = await client.sign_in(services)
    await client.post(f"/api/agent/conversations/{path[-36:]}/claim", headers=csrf)
    for _ in range(5):
        clock.now += SEEN_WITHIN * 2 // 3
        await queue(client)
        await services.desk.once()
    assert len((await queue(client))["assigned"]) == 1
    clock.now += SEEN_WITHIN
    await services.desk.once()
    assert len((await queue(client))["waiting"]) == 1


async def test_the_overview_is_for_those_who_supervise(client: Client, services: Services, clock: Clock) -> None:
    path, _ = await waits(client)
    csrf = await client.sign_in(services)
    assert (await client.get("/api/agent/overview")).status_code == 403
    mine = f"/api/agent/conversations/{path[-36:]}"
    await client.post(f"{mine}/claim", headers=csrf)
    clock.pass_(minutes=2)
    body = {"client_id": "6f2a1c9e-2a70-4b53-9a3e-0d6a1f7f0001", "text": "hello"}
    await client.post(f"{mine}/messages", json=body, headers=csrf)
    await client.post(f"{mine}/resolve", headers=csrf)
    await waits(client)
    clock.pass_(minutes=6)
    client.cookies.clear()
    await client.sign_in(services, "boss@shop.example", name="Boss", role="supervisor")
    overview = (await client.get("/api/agent/overview")).json()
    assert overview["skills"] == [
        {"skill": "general", "waiting": 1, "longest_s": 360, "assigned": 0, "warning": 0, "missed": 1}
    ]
    assert [row["at_risk"] for row in overview["at_risk"]] == ["missed"]
    anna = next(one for one in overview["agents"] if one["name"] == "Anna")
    assert anna["figures"] == {"handled": 1, "median_reply_s": 120}
    client.cookies.clear()
    await client.sign_in(services, "analyst@shop.example", role="analyst")
    assert (await client.get("/api/agent/overview")).status_code == 403


async def test_the_customer_is_told_the_place_and_strangers_are_not(client: Client, services: Services) -> None:
    first, _ = await waits(client)
    path, opens = await waits(client)
    answer = await client.get(f"{path}/queue", headers=opens)
    assert (answer.status_code, answer.json()) == (200, {"place": 2, "wait": None})
    assert (await client.get(f"{first}/queue", headers=opens)).status_code == 403
    assert (await client.get(f"{path}/queue")).status_code == 401
    await client.post(f"{path}/leave", headers=opens)
    assert (await client.get(f"{path}/queue", headers=opens)).json() == {"place": None, "wait": None}


async def test_who_waits_is_hinted_when_the_line_moves_and_only_then(client: Client, services: Services) -> None:
    ahead, their = await waits(client)
    path, opens = await waits(client)
    with services.hints.listen(path[-36:]) as listener:
        await services.desk.line.tell()
        assert [hint.kind for hint in await listener.wait(1)] == ["place"]
        await services.desk.line.tell()
        assert await listener.wait(0.01) == []
        await client.post(f"{ahead}/leave", headers=their)
        await services.desk.line.tell()
        assert [hint.kind for hint in await listener.wait(1)] == ["place"]
    assert (await client.get(f"{path}/queue", headers=opens)).json()["place"] == 1


async def heard(ear: _Ear, *hints: Hint) -> list[tuple[str, Any]]:
    events = []
    async for event in ear.news(hints):
        lines = dict(line.split(": ", 1) for line in event.decode().splitlines() if line)
        events.append((lines["event"], orjson.loads(lines["data"])))
    return events


async def test_an_agents_stream_tells_of_what_the_agent_may_see_alone(client: Client, services: Services) -> None:
    path, _ = await waits(client)
    other, _ = await waits(client, "how long is the warranty")
    await client.sign_in(services, skills=("repairs",))
    account = (await services.accounts.all())[-1]
    ear = _Ear(services, account, client.cookies["bot_session"])
    ear.follow(await services.queue.look())
    conversation_id = path[-36:]
    assert await heard(ear, Hint(conversation_id, 3), Hint(other[-36:], 3)) == []
    typing = Hint(conversation_id, 0, "typing", "agent", "b", "Ben")
    client.cookies.clear()
    await client.sign_in(services, "ben@shop.example")
    ben = next(one for one in await services.accounts.all() if one.email == "ben@shop.example")
    ear = _Ear(services, ben, client.cookies["bot_session"])
    assert await heard(ear, Hint(conversation_id, 3), Hint(conversation_id, 4), typing, Hint("", 0, "presence")) == [
        ("changed", {"conversation_id": conversation_id, "seq": 4}),
        (
            "typing",
            {
                "conversation_id": conversation_id,
                "seq": 0,
                "actor": {"kind": "agent", "id": "b", "name": "Ben"},
            },
        ),
        ("presence", {}),
    ]


async def test_the_stream_of_somebody_who_became_an_analyst_ends(client: Client, services: Services) -> None:
    await client.sign_in(services)
    [account] = await services.accounts.all()
    ear = _Ear(services, account, client.cookies["bot_session"])
    assert await heard(ear) == []
    await services.accounts.change(account.id, {"role": Role.ANALYST})
    with pytest.raises(wire.Ended):
        await heard(ear)


async def test_metrics_say_how_many_wait(client: Client, services: Services) -> None:
    await waits(client)
    csrf = await client.sign_in(services)
    await client.post("/api/agent/presence", json={"status": "online"}, headers=csrf)
    await services.desk.once()
    metrics = (await client.get("/metrics")).text
    for line in ("bot_queue_waiting 1.0", "bot_queue_assigned 0.0", "bot_agents_online 1.0"):
        assert line in metrics.splitlines()


@pytest.mark.parametrize("waiting", [150, pytest.param(1000, marks=pytest.mark.soak)])
async def test_a_long_queue_is_shown_at_once(client: Client, services: Services, waiting: int) -> None:
    async def come() -> None:
        begun = await services.start.begin(None, "en", None, None)
        await services.receive.quick_reply(begun.conversation_id, begun.conversation_id, "person")

    for _ in range(0, waiting, 50):
        await asyncio.gather(*(come() for _ in range(50)))
    await client.sign_in(services)
    await queue(client)
    took = []
    for _ in range(5):
        began = time.perf_counter()
        found = await queue(client)
        took.append(time.perf_counter() - began)
    assert [row["place"] for row in found["waiting"]] == list(range(1, waiting + 1))
    assert sum("first_line" in row for row in found["waiting"]) == 100
    assert min(took) < 0.1
