"""The agents' calls over HTTP: who gets in, and who must not."""

import uuid
from typing import Any

import pytest

from bot.agents.accounts import LOCKED_FOR, Role
from bot.web.services import Services
from tests.conftest import Client, Clock

PASSWORD = "correct horse battery"


def new() -> str:
    return str(uuid.uuid4())


async def queued(client: Client) -> tuple[str, str, dict[str, str]]:
    path, opens = await client.begin(locale="en")
    await client.say(path, opens, "I want to speak to a human")
    return f"/api/agent/conversations/{path[-36:]}", path, opens


async def test_the_way_of_a_hand_off(client: Client, services: Services, clock: Clock) -> None:
    path, customer, opens = await queued(client)
    csrf = await client.sign_in(services)
    clock.pass_(minutes=3)
    queue = (await client.get("/api/agent/queue")).json()
    [waiting] = queue["waiting"]
    assert {"conversation_id", "skill", "priority", "reason", "intent", "waiting_s", "place"} <= set(waiting)
    assert (waiting["conversation_id"], waiting["reason"], waiting["waiting_s"]) == (path[-36:], "requested", 180)
    assert (await client.post(f"{path}/claim", headers=csrf)).status_code == 200
    history = (await client.get(path)).json()
    assert (history["owner"], history["agent"]["name"]) == ("assigned", "Anna")
    received = next(one for one in history["touchpoints"] if one["type"] == "message.received")
    assert received["text"] == "I want to speak to a human"
    assert 0 < received["confidence"] <= 1
    assert "fingerprint" not in received
    body = {"client_id": new(), "text": "Hello, how can I help?"}
    assert (await client.post(f"{path}/messages", json=body, headers=csrf)).status_code == 201
    assert (await client.post(f"{path}/messages", json=body, headers=csrf)).status_code == 200
    seen = (await client.get(f"{customer}/touchpoints?after=3", headers=opens)).json()["touchpoints"]
    assert [one["type"] for one in seen] == ["conversation.assigned", "message.sent"]
    assert seen[-1]["actor"] == {"kind": "agent", "name": "Anna"}
    assert (await client.post(f"{path}/resolve", json={"outcome": "answered"}, headers=csrf)).status_code == 201
    assert (await client.get("/api/agent/queue")).json() == {"waiting": [], "assigned": []}


CALLS: list[tuple[str, str, Any]] = [
    ("GET", "/api/agent/queue", None),
    ("GET", "/api/agent/stream", None),
    ("GET", "{path}", None),
    ("POST", "{path}/claim", {}),
    ("POST", "{path}/messages", {"client_id": "6f2a1c9e-2a70-4b53-9a3e-0d6a1f7f0001", "text": "hello"}),
    ("POST", "{path}/resolve", {}),
]
WRITES = [call for call in CALLS if call[0] == "POST"]


@pytest.mark.parametrize(("method", "where", "body"), CALLS)
async def test_who_is_not_signed_in_as_an_agent_gets_in_nowhere(
    client: Client, services: Services, clock: Clock, method: str, where: str, body: Any
) -> None:
    path, _, opens = await queued(client)
    where = where.format(path=path)
    before = len(await services.log.tail())

    async def status(**headers: str) -> int:
        answer = await client.request(method, where, json=body, headers=headers)
        assert answer.headers["content-type"] == "application/problem+json"
        assert "human" not in answer.text
        return answer.status_code

    assert await status() == 401
    assert await status(**opens) == 401
    assert await status(Cookie="bot_session=nonsense") == 401
    csrf = await client.sign_in(services, "analyst@shop.example", role="analyst")
    assert await status(**csrf) == 403
    client.cookies.clear()
    csrf = await client.sign_in(services, "gone@shop.example")
    await services.accounts.disable("gone@shop.example")
    assert await status(**csrf) == 401
    client.cookies.clear()
    csrf = await client.sign_in(services, "out@shop.example")
    cookie = client.cookies["bot_session"]
    assert (await client.delete("/api/agent/session", headers=csrf)).status_code == 204
    assert await status(**csrf, Cookie=f"bot_session={cookie}") == 401
    csrf = await client.sign_in(services, "late@shop.example")
    clock.pass_(hours=13)
    assert await status(**csrf) == 401
    assert len(await services.log.tail()) == before


@pytest.mark.parametrize(("method", "where", "body"), [*WRITES, ("DELETE", "/api/agent/session", None)])
async def test_a_write_without_the_csrf_token_is_refused(
    client: Client, services: Services, method: str, where: str, body: Any
) -> None:
    path, _, _ = await queued(client)
    await client.sign_in(services)
    before = len(await services.log.tail())
    for headers in ({}, {"X-CSRF-Token": "wrong"}, {"X-CSRF-Token": "ü".encode("latin-1")}):
        answer = await client.request(method, where.format(path=path), json=body, headers=headers)  # type: ignore[arg-type]
        assert answer.status_code == 403
    assert len(await services.log.tail()) == before


async def test_an_agent_with_skills_sees_those_alone(client: Client, services: Services) -> None:
    path, opens = await client.begin()
    await client.say(path, opens, "how long is the warranty")
    await client.post(f"{path}/handoff", headers=opens)
    mine = f"/api/agent/conversations/{path[-36:]}"
    other, _, _ = await queued(client)
    csrf = await client.sign_in(services, skills=("repairs",))
    queue = (await client.get("/api/agent/queue")).json()["waiting"]
    assert [one["conversation_id"] for one in queue] == [mine[-36:]]
    assert (await client.get(other)).status_code == 404
    assert (await client.post(f"{other}/claim", headers=csrf)).status_code == 404
    assert (await client.post(f"{mine}/claim", headers=csrf)).status_code == 200
    assert (await client.post(f"{mine}/resolve", headers=csrf)).status_code == 201


async def test_what_another_agent_has_is_409(client: Client, services: Services) -> None:
    path, _, _ = await queued(client)
    csrf = await client.sign_in(services)
    await client.post(f"{path}/claim", headers=csrf)
    client.cookies.clear()
    csrf = await client.sign_in(services, "ben@shop.example", name="Ben")
    message = {"client_id": new(), "text": "hello"}
    for call, body in (("claim", {}), ("messages", message), ("resolve", {})):
        answer = await client.post(f"{path}/{call}", json=body, headers=csrf)
        assert answer.status_code == 409, call
    assert (await client.get(path)).json()["agent"]["name"] == "Anna"


async def test_the_session_cookie_is_out_of_reach_of_scripts(client: Client, services: Services) -> None:
    await services.accounts.add("anna@shop.example", "Anna", Role.AGENT, password=PASSWORD)
    first = await client.post("/api/agent/session", json={"email": "Anna@Shop.example ", "password": PASSWORD})
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/" in cookie
    second = await client.post("/api/agent/session", json={"email": "anna@shop.example", "password": PASSWORD})
    assert second.headers["set-cookie"].split(";")[0] != cookie.split(";")[0]
    assert PASSWORD not in str(await services.log.rows("account"))
    assert client.cookies["bot_session"] not in str(await services.log.rows("session"))


async def test_five_wrong_passwords_lock_the_account_whatever_the_rate_limit(
    client: Client, services: Services, clock: Clock
) -> None:
    await services.accounts.add("anna@shop.example", "Anna", Role.AGENT, password=PASSWORD)
    right = {"email": "anna@shop.example", "password": PASSWORD}
    for _ in range(5):
        answer = await client.post("/api/agent/session", json={**right, "password": "wrong password"})
        assert answer.status_code == 401
    locked = await client.post("/api/agent/session", json=right)
    assert locked.status_code == 429
    assert int(locked.headers["retry-after"]) > 60
    clock.now += LOCKED_FOR
    assert (await client.post("/api/agent/session", json=right)).status_code == 200
    unknown = await client.post("/api/agent/session", json={**right, "email": "nobody@shop.example"})
    assert unknown.json()["detail"] == answer.json()["detail"]


async def test_the_first_account_is_made_once_with_the_printed_link(
    client: Client, services: Services, clock: Clock
) -> None:
    replaced = await services.accounts.invite_first()
    token = await services.accounts.invite_first()
    body = {"token": token, "email": "boss@shop.example", "name": "Boss", "password": PASSWORD}
    assert (await client.post("/api/agent/setup", json={**body, "token": replaced})).status_code == 401
    assert (await client.post("/api/agent/setup", json={**body, "password": "short"})).status_code == 409
    made = await client.post("/api/agent/setup", json=body)
    assert (made.status_code, made.json()["account"]["role"]) == (201, "admin")
    assert (await client.get("/api/agent/session")).json()["account"]["email"] == "boss@shop.example"
    assert (await client.post("/api/agent/setup", json=body)).status_code == 401
    assert await services.accounts.invite_first() is None


async def test_a_set_up_link_is_good_for_a_day(client: Client, services: Services, clock: Clock) -> None:
    token = await services.accounts.invite_first()
    clock.pass_(hours=25)
    body = {"token": token, "email": "boss@shop.example", "name": "Boss", "password": PASSWORD}
    assert (await client.post("/api/agent/setup", json=body)).json()["type"] == "expired"
