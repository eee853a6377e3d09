"""Webhooks as admins look after them over HTTP."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.assembly import open_services
from bot.settings import Settings
from bot.web.services import Services
from bot.webhooks.webhooks import DeadLetter, dead_row
from tests.conftest import Client, Clock

ALL = "/api/agent/webhooks"
URL = "http://127.0.0.1:9/hook"


@pytest.fixture
async def services(settings: Settings, clock: Clock) -> AsyncIterator[Services]:
    opened = open_services(replace(settings, webhooks_private=True), clock)
    yield opened
    await opened.log.close()


@pytest.fixture
async def csrf(client: Client, services: Services) -> dict[str, str]:
    return await client.sign_in(services, "boss@shop.example", role="admin")


async def added(client: Client, csrf: dict[str, str], **more: Any) -> dict[str, Any]:
    answer = await client.post(ALL, json={"url": URL, **more}, headers=csrf)
    assert answer.status_code == 201, answer.text
    webhook: dict[str, Any] = answer.json()
    return webhook


async def test_a_secret_is_shown_once(client: Client, csrf: dict[str, str]) -> None:
    made = await added(client, csrf, types=["message.sent"], texts=True)
    assert made["secret"].startswith("whsec_")
    listed = await client.get(ALL)
    assert made["secret"] not in listed.text
    [shown] = listed.json()["webhooks"]
    assert shown == {name: value for name, value in made.items() if name != "secret"}
    assert (shown["url"], shown["types"], shown["texts"], shown["active"]) == (URL, ["message.sent"], True, True)
    rotated = await client.post(f"{ALL}/{made['webhook_id']}/rotate", headers=csrf)
    assert rotated.headers["cache-control"] == "no-store"
    assert rotated.json()["secret"] not in (made["secret"], None)


async def test_it_is_changed_switched_off_and_removed(client: Client, csrf: dict[str, str]) -> None:
    one = f"{ALL}/{(await added(client, csrf))['webhook_id']}"
    changed = await client.patch(one, json={"types": ["episode.closed"], "active": False}, headers=csrf)
    assert (changed.json()["types"], changed.json()["active"], changed.json()["url"]) == (
        ["episode.closed"],
        False,
        URL,
    )
    assert (await client.delete(one, headers=csrf)).status_code == 204
    assert (await client.delete(one, headers=csrf)).status_code == 404
    assert (await client.get(ALL)).json() == {"webhooks": []}


async def test_what_is_wrong_says_so(client: Client, services: Services, csrf: dict[str, str]) -> None:
    for body, problem in (
        ({"url": "ftp://shop.example"}, "no address for a webhook"),
        ({"url": "https://u:p@shop.example"}, "no user or password"),
        ({"url": URL, "types": ["account.changed"]}, "no type of a conversation"),
    ):
        answer = await client.post(ALL, json=body, headers=csrf)
        assert (answer.status_code, answer.json()["type"]) == (422, "invalid")
        assert problem in answer.json()["detail"]
    one = f"{ALL}/{(await added(client, csrf))['webhook_id']}"
    assert (await client.post(f"{one}/replay", json={"position": 10**6}, headers=csrf)).status_code == 409
    assert (await client.post(f"{one}/replay", json={"position": -1}, headers=csrf)).status_code == 422
    assert (await client.post(ALL, json={"url": URL, "secret": "mine"}, headers=csrf)).status_code == 422


async def test_private_addresses_are_refused_by_default(settings: Settings, clock: Clock) -> None:
    services = open_services(settings, clock)
    try:
        async with Client(services) as client:
            csrf = await client.sign_in(services, "boss@shop.example", role="admin")
            answer = await client.post(ALL, json={"url": "http://localhost:8000/"}, headers=csrf)
            assert answer.status_code == 409
            assert "private address" in answer.json()["detail"]
    finally:
        await services.log.close()


async def test_dead_letters_are_listed_and_sent_again(
    client: Client, services: Services, csrf: dict[str, str], clock: Clock
) -> None:
    webhook_id = (await added(client, csrf))["webhook_id"]
    one = f"{ALL}/{webhook_id}"
    letters = [DeadLetter(position, 3, "status 422", clock()) for position in (4, 7)]
    await services.log.write([dead_row(webhook_id, letter) for letter in letters])
    dead = (await client.get(f"{one}/dead")).json()["dead"]
    assert [(letter["position"], letter["error"]) for letter in dead] == [(4, "status 422"), (7, "status 422")]
    assert dead[0]["gave_up"] == "2027-01-15T08:00:00.000Z"
    again = await client.post(f"{one}/dead/replay", json={"position": 7}, headers=csrf)
    assert (again.status_code, again.json()) == (202, {"count": 1})
    assert [letter.attempts for letter in await services.webhooks.dead(webhook_id)] == [3, 0]
    assert (await client.post(f"{one}/dead/replay", json={"position": 5}, headers=csrf)).status_code == 404
    assert (await client.post(f"{one}/dead/replay", json={}, headers=csrf)).json() == {"count": 2}


async def test_nobody_but_admins_comes_near(client: Client, services: Services, csrf: dict[str, str]) -> None:
    webhook_id = (await added(client, csrf))["webhook_id"]
    calls = [("GET", ALL, None), ("POST", ALL, {"url": URL}), ("GET", f"{ALL}/{webhook_id}/dead", None)]
    calls += [("POST", f"{ALL}/{webhook_id}/rotate", None), ("DELETE", f"{ALL}/{webhook_id}", None)]
    for method, path, body in calls[1:2] + calls[3:]:  # an admin whose page doesn't know the CSRF token
        assert (await client.request(method, path, json=body)).status_code == 403
    client.cookies.clear()
    for method, path, body in calls:
        assert (await client.request(method, path, json=body, headers=csrf)).status_code == 401
    _, opens = await client.begin()
    assert (await client.get(ALL, headers=opens)).status_code == 401
    theirs = await client.sign_in(services, "sue@shop.example", role="supervisor")
    for method, path, body in calls:
        assert (await client.request(method, path, json=body, headers=theirs)).status_code == 403
    assert len(await services.webhooks.all()) == 1
