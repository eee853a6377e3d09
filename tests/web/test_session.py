"""The session's cookie: out of reach of scripts and other sites, and never one that somebody planted."""

from dataclasses import replace

import pytest

from bot.agents.accounts import Account, Role, save
from bot.assembly import open_services
from bot.settings import Settings
from bot.web.services import Services
from tests.agents.conftest import PASSWORD
from tests.conftest import HASHER, Client, Clock

HASHED = HASHER.hash(PASSWORD)


@pytest.mark.parametrize(
    ("public_url", "path", "secure"),
    [(None, "/", False), ("https://shop.example/support", "/support/", True), ("http://shop.example", "/", False)],
)
async def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(
    settings: Settings, clock: Clock, public_url: str | None, path: str, secure: bool
) -> None:
    services = open_services(replace(settings, public_url=public_url), clock)
    try:
        async with Client(services) as client:
            await _account(services)
            made = await client.post("/api/agent/session", json={"email": "anna@shop.example", "password": PASSWORD})
            csrf = {"X-CSRF-Token": made.json()["csrf"], "Cookie": made.headers["set-cookie"].partition(";")[0]}
            client.cookies.clear()
            ended = await client.delete("/api/agent/session", headers=csrf)
    finally:
        await services.log.close()
    assert ended.status_code == 204
    for cookie in (made.headers["set-cookie"], ended.headers["set-cookie"]):
        flags = [part.strip() for part in cookie.split(";")][1:]
        assert {"HttpOnly", "SameSite=strict", f"Path={path}"} <= set(flags)
        assert ("Secure" in flags) is secure
        assert not any(flag.startswith("Domain") for flag in flags)
    assert "Max-Age=43200" in made.headers["set-cookie"]
    assert "Max-Age=0" in ended.headers["set-cookie"]


async def test_a_session_that_was_planted_is_not_the_one_that_is_signed_in(client: Client, services: Services) -> None:
    await _account(services)
    await _account(services, "eve@shop.example")
    eve = await client.post("/api/agent/session", json={"email": "eve@shop.example", "password": PASSWORD})
    planted = client.cookies["bot_session"]
    for cookie in (planted, "chosen-by-eve"):
        client.cookies.clear()
        body = {"email": "anna@shop.example", "password": PASSWORD}
        signed_in = await client.post("/api/agent/session", json=body, headers={"Cookie": f"bot_session={cookie}"})
        assert signed_in.headers["set-cookie"].partition(";")[0] != f"bot_session={cookie}"
        client.cookies.clear()
        who = await client.get("/api/agent/session", headers={"Cookie": f"bot_session={cookie}"})
        assert who.status_code == 401
    assert eve.json()["csrf"] != signed_in.json()["csrf"]


async def _account(services: Services, email: str = "anna@shop.example") -> Account:
    account = await services.accounts.add(email, "Anna", Role.AGENT)
    await services.log.write([save(replace(account, password=HASHED))])
    return account
