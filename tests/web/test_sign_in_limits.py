"""Limits of signing in over HTTP: an address, an account, and a flood that starves nobody."""

import asyncio
import ipaddress
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.agents.accounts import Role
from bot.agents.passwords import WAITING, WAITING_EACH
from bot.agents.sign_in import LOCKED_FOR
from bot.agents.staff import open_staff
from bot.assembly import open_services
from bot.settings import Settings
from bot.web.browsers import browser_name
from bot.web.limits import SIGN_INS_A_MINUTE, SIGN_INS_TO_ONE_ACCOUNT_A_MINUTE
from bot.web.services import Services
from tests.agents.conftest import ADDRESS, PASSWORD, SECRET
from tests.conftest import Client, Clock

ANNA = "anna@shop.example"
NEW = "another long password"


@pytest.fixture
async def public(settings: Settings, clock: Clock) -> AsyncIterator[tuple[Client, Services]]:
    """A bot with limits, behind a proxy."""
    proxies = (ipaddress.ip_network("127.0.0.0/8"),)
    opened = open_services(replace(settings, rate_limit=20, trusted_proxies=proxies), clock)
    opened = replace(opened, staff=open_staff(opened.log, clock, SECRET, ADDRESS))
    async with Client(opened) as client:
        yield client, opened
    await opened.log.close()


async def test_one_address_has_so_many_tries_a_minute(public: tuple[Client, Services]) -> None:
    client, services = public
    await services.accounts.add(ANNA, "Anna", Role.AGENT, password=PASSWORD)
    flood = {"X-Forwarded-For": "198.51.100.7"}
    statuses = []
    for n in range(SIGN_INS_A_MINUTE + 5):
        body = {"email": f"nobody{n}@shop.example", "password": "wrong password"}
        statuses.append((await client.post("/api/agent/session", json=body, headers=flood)).status_code)
    assert statuses == [401] * SIGN_INS_A_MINUTE + [429] * 5
    for call, sent in (("link", {"token": "x"}), ("password/forgot", {"email": ANNA})):
        assert (await client.post(f"/api/agent/{call}", json=sent, headers=flood)).status_code == 429
    right = {"email": ANNA, "password": PASSWORD}
    elsewhere = await client.post("/api/agent/session", json=right, headers={"X-Forwarded-For": "198.51.100.8"})
    assert elsewhere.status_code == 200


@pytest.mark.parametrize("email", [ANNA, "nobody@shop.example"])
async def test_one_account_has_so_many_tries_a_minute_from_everywhere(
    public: tuple[Client, Services], clock: Clock, email: str
) -> None:
    """Without a lock, as its clock goes on: known or not, the limit is the same."""
    client, services = public
    await services.accounts.add(ANNA, "Anna", Role.AGENT, password=PASSWORD)
    statuses = []
    for n in range(SIGN_INS_TO_ONE_ACCOUNT_A_MINUTE + 3):
        clock.now += LOCKED_FOR
        origin = {"X-Forwarded-For": f"198.51.100.{n}"}
        body = {"email": email, "password": "wrong password"}
        statuses.append((await client.post("/api/agent/session", json=body, headers=origin)).status_code)
    assert statuses[-3:] == [429] * 3
    assert 401 in statuses


@pytest.mark.soak
async def test_a_flood_of_sign_ins_starves_nobody(settings: Settings, clock: Clock) -> None:
    """With real costs and every rate limit off: most are turned away, others are answered and get in."""
    proxies = (ipaddress.ip_network("127.0.0.0/8"),)
    services = open_services(replace(settings, trusted_proxies=proxies), clock)
    await services.accounts.add(ANNA, "Anna", Role.AGENT, password=PASSWORD)

    async def attempt(client: Client, n: int, origin: str) -> int:
        body = {"email": f"nobody{n}@shop.example", "password": "wrong password"}
        answer = await client.post("/api/agent/session", json=body, headers={"X-Forwarded-For": origin})
        assert answer.status_code == 401 or int(answer.headers["retry-after"]) > 0
        return int(answer.status_code)

    try:
        async with Client(services) as client:
            one = [asyncio.create_task(attempt(client, n, "198.51.100.7")) for n in range(100)]
            await asyncio.sleep(0.05)
            right = {"email": ANNA, "password": PASSWORD}
            here = {"X-Forwarded-For": "198.51.100.8"}
            entered = asyncio.create_task(client.post("/api/agent/session", json=right, headers=here))
            assert (await asyncio.wait_for(client.get("/healthz"), 5)).status_code == 200
            await asyncio.wait_for(client.begin(), 5)
            assert (await entered).status_code == 200
            # How many exactly depends on how fast the machine is; `tests/agents/test_sign_in.py` counts them.
            checked = (await asyncio.gather(*one)).count(401)
            assert WAITING_EACH <= checked < 50
            many = [attempt(client, 1000 + n, f"203.0.113.{n}") for n in range(120)]
            checked = (await asyncio.gather(*many)).count(401)
            assert WAITING <= checked < 100
            again = await client.post("/api/agent/session", json=right, headers=here)
            assert again.status_code == 200
    finally:
        await services.log.close()


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (None, "Another program"),
        ("curl/8.0", "Another program"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
            "Chrome on Windows",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("<script>alert(1)</script>" * 1000, "Another program"),
    ],
)
def test_a_browser_is_named_and_nothing_else_of_it_kept(user_agent: str | None, name: str) -> None:
    assert browser_name(user_agent) == name
