"""Accounts over HTTP: signing in, links, one's own account and the staff."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pyotp
import pytest

from bot.agents.accounts import Role
from bot.agents.sign_in import LOCKED_FOR
from bot.agents.staff import open_staff
from bot.assembly import open_services
from bot.errors import NotAuthenticated
from bot.settings import Settings
from bot.web.services import Services
from tests.agents.conftest import ADDRESS, PASSWORD, SECRET, Letters, token_of
from tests.conftest import Client, Clock

ANNA = "anna@shop.example"
NEW = "another long password"


@pytest.fixture
async def services(settings: Settings, clock: Clock) -> AsyncIterator[Services]:
    """The bot with passwords that are quick to check."""
    opened = open_services(settings, clock)
    yield replace(opened, staff=open_staff(opened.log, clock, SECRET, ADDRESS))
    await opened.log.close()


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
async def mailing(services: Services, clock: Clock, letters: Letters) -> AsyncIterator[Client]:
    """A client of a bot that sends mail."""
    staff = open_staff(services.log, clock, SECRET, ADDRESS, letters)
    async with Client(replace(services, staff=staff)) as opened:
        yield opened


async def sign_in(client: Client, email: str = ANNA, password: str = PASSWORD, **more: Any) -> Any:
    return await client.post("/api/agent/session", json={"email": email, "password": password, **more})


async def test_five_wrong_passwords_lock_the_account_whatever_the_rate_limit(
    client: Client, services: Services, clock: Clock
) -> None:
    await services.accounts.add(ANNA, "Anna", Role.AGENT, password=PASSWORD)
    for _ in range(5):
        answer = await sign_in(client, password="wrong password")
        assert answer.status_code == 401
    locked = await sign_in(client)
    assert locked.status_code == 429
    assert int(locked.headers["retry-after"]) > 60
    clock.now += LOCKED_FOR
    assert (await sign_in(client, "Anna@Shop.example ")).status_code == 200
    unknown = await sign_in(client, "nobody@shop.example")
    assert unknown.json() == answer.json()


async def test_the_first_account_is_made_once_with_the_printed_link(client: Client, services: Services) -> None:
    token = await services.staff.invitations.first()
    assert (await client.post("/api/agent/link", json={"token": token})).json()["purpose"] == "first"
    body = {"token": token, "email": "boss@shop.example", "name": "Boss", "password": PASSWORD}
    assert (await client.post("/api/agent/setup", json={**body, "password": "short"})).status_code == 422
    assert (await client.post("/api/agent/setup", json={**body, "email": "nonsense"})).status_code == 422
    made = await client.post("/api/agent/setup", json=body)
    assert (made.status_code, made.json()["account"]["role"]) == (201, "admin")
    assert (await client.get("/api/agent/session")).json()["account"]["email"] == "boss@shop.example"
    assert (await client.post("/api/agent/setup", json=body)).status_code == 401


async def test_a_set_up_link_is_good_for_a_day(client: Client, services: Services, clock: Clock) -> None:
    token = await services.staff.invitations.first()
    clock.pass_(hours=25)
    body = {"token": token, "email": "boss@shop.example", "name": "Boss", "password": PASSWORD}
    assert (await client.post("/api/agent/setup", json=body)).json()["type"] == "expired"


async def test_an_admin_invites_and_the_link_lets_one_person_join(client: Client, services: Services) -> None:
    csrf = await client.sign_in(services, "boss@shop.example", role="admin")
    body = {"email": ANNA, "role": "agent", "name": "Anna", "skills": ["orders"], "languages": ["de"]}
    made = await client.post("/api/agent/invitations", json=body, headers=csrf)
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    [pending] = (await client.get("/api/agent/invitations")).json()["invitations"]
    assert (pending["email"], pending["role"], pending["skills"]) == (ANNA, "agent", ["orders"])
    token = token_of(made.json()["link"])
    assert token not in str(pending)
    client.cookies.clear()
    about = await client.post("/api/agent/link", json={"token": token})
    assert about.json() == {"purpose": "join", "email": ANNA, "name": "Anna", "role": "agent"}
    joined = await client.post("/api/agent/setup", json={"token": token, "name": "Anna B.", "password": PASSWORD})
    account = joined.json()["account"]
    assert joined.status_code == 201
    assert (account["email"], account["name"], account["skills"], account["languages"]) == (
        ANNA,
        "Anna B.",
        ["orders"],
        ["de"],
    )
    again = await client.post("/api/agent/setup", json={"token": token, "name": "Eve", "password": PASSWORD})
    assert again.status_code == 401


async def test_an_invitation_can_be_taken_back(client: Client, services: Services) -> None:
    csrf = await client.sign_in(services, "boss@shop.example", role="admin")
    await client.post("/api/agent/invitations", json={"email": ANNA, "role": "agent"}, headers=csrf)
    [pending] = (await client.get("/api/agent/invitations")).json()["invitations"]
    where = f"/api/agent/invitations/{pending['invitation_id']}"
    assert (await client.delete(where, headers=csrf)).status_code == 204
    assert (await client.delete(where, headers=csrf)).status_code == 404
    assert (await client.get("/api/agent/invitations")).json() == {"invitations": []}


async def test_one_changes_ones_name_and_password(client: Client, services: Services) -> None:
    csrf = await client.sign_in(services)
    renamed = await client.patch("/api/agent/account", json={"name": "Anna B."}, headers=csrf)
    assert renamed.json()["account"]["name"] == "Anna B."
    other = await services.staff.sign_in.sign_in(ANNA, PASSWORD)
    wrong = await client.post("/api/agent/password", json={"old": "wrong password", "new": NEW}, headers=csrf)
    assert (wrong.status_code, wrong.json()["detail"]) == (403, "the present password is wrong")
    body = {"old": PASSWORD, "new": NEW}
    assert (await client.post("/api/agent/password", json=body, headers=csrf)).status_code == 204
    assert (await client.get("/api/agent/session")).status_code == 200
    with pytest.raises(NotAuthenticated):
        await services.staff.sessions.find(other[0])
    client.cookies.clear()
    assert (await sign_in(client)).status_code == 401
    assert (await sign_in(client, password=NEW)).status_code == 200


async def test_a_password_keeps_the_spaces_around_it(client: Client, services: Services) -> None:
    await services.accounts.add(ANNA, "Anna", Role.AGENT, password=f" {PASSWORD} ")
    assert (await sign_in(client)).status_code == 401
    assert (await sign_in(client, password=f" {PASSWORD} ")).status_code == 200


async def test_a_forgotten_password_says_the_same_to_everybody(
    mailing: Client, services: Services, letters: Letters
) -> None:
    await services.accounts.add(ANNA, "Anna", Role.AGENT, password=PASSWORD)
    known = await mailing.post("/api/agent/password/forgot", json={"email": ANNA})
    unknown = await mailing.post("/api/agent/password/forgot", json={"email": "nobody@shop.example"})
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json()) == (202, {"by_mail": True})
    [letter] = letters.sent
    token = token_of(letter[-1])
    about = (await mailing.post("/api/agent/link", json={"token": token})).json()
    assert (about["purpose"], about["email"]) == ("reset", ANNA)
    reset = await mailing.post("/api/agent/password/reset", json={"token": token, "password": NEW})
    assert reset.status_code == 204
    assert "set-cookie" not in reset.headers
    assert (await sign_in(mailing, password=NEW)).status_code == 200


async def test_without_mail_an_admin_makes_the_link(client: Client, services: Services) -> None:
    anna = await services.accounts.add(ANNA, "Anna", Role.AGENT, password=PASSWORD)
    asked = await client.post("/api/agent/password/forgot", json={"email": ANNA})
    assert (asked.status_code, asked.json()) == (202, {"by_mail": False})
    assert await services.log.rows("invitation") == []
    csrf = await client.sign_in(services, "boss@shop.example", role="admin")
    made = await client.post(f"/api/agent/accounts/{anna.id}/reset", headers=csrf)
    assert (made.status_code, made.headers["cache-control"]) == (200, "no-store")
    body = {"token": token_of(made.json()["link"]), "password": NEW}
    assert (await client.post("/api/agent/password/reset", json=body)).status_code == 204
    assert (await sign_in(client, password=NEW)).status_code == 200


async def test_a_second_factor_from_the_picture_to_the_lost_phone(
    client: Client, services: Services, clock: Clock
) -> None:
    csrf = await client.sign_in(services)
    wrong = await client.post("/api/agent/second-factor", json={"password": "wrong password"}, headers=csrf)
    assert wrong.status_code == 403
    offered = await client.post("/api/agent/second-factor", json={"password": PASSWORD}, headers=csrf)
    assert offered.headers["cache-control"] == "no-store"
    assert offered.json()["svg"].startswith("<svg")
    codes = pyotp.TOTP(offered.json()["secret"])
    refused = await client.post("/api/agent/second-factor/confirm", json={"code": "000000"}, headers=csrf)
    assert refused.status_code == 409
    body = {"code": codes.at(clock.now // 1000)}
    assert (await client.post("/api/agent/second-factor/confirm", json=body, headers=csrf)).status_code == 204
    assert (await client.get("/api/agent/session")).json()["account"]["second_factor"] is True
    assert (await sign_in(client)).json()["type"] == "code-required"
    assert (await sign_in(client, code="000000")).json()["type"] == "code-required"
    assert (await sign_in(client, password="wrong password", code="000000")).json()["type"] == "not-authenticated"
    clock.now += 30_000
    signed_in = await sign_in(client, code=codes.at(clock.now // 1000))
    assert signed_in.status_code == 200
    csrf = {"X-CSRF-Token": signed_in.json()["csrf"]}
    off = await client.request("DELETE", "/api/agent/second-factor", json={"password": PASSWORD}, headers=csrf)
    assert off.status_code == 204
    assert (await sign_in(client)).status_code == 200


async def test_an_admin_turns_off_the_second_factor_of_who_has_lost_it(
    client: Client, services: Services, clock: Clock
) -> None:
    anna = await services.accounts.add(ANNA, "Anna", Role.AGENT, password=PASSWORD)
    offered = await services.staff.second_factors.offer(anna.id, "Shop")
    await services.staff.second_factors.confirm(anna.id, pyotp.TOTP(offered.secret).at(clock.now // 1000), "")
    csrf = await client.sign_in(services, "boss@shop.example", role="admin")
    [row] = [one for one in (await client.get("/api/agent/accounts")).json()["accounts"] if one["id"] == anna.id]
    assert row["second_factor"] is True
    assert not {"password", "last_code", "failures"} & row.keys()
    where = f"/api/agent/accounts/{anna.id}/second-factor"
    assert (await client.delete(where, headers=csrf)).status_code == 204
    assert (await sign_in(client)).status_code == 200


async def test_one_sees_where_one_is_signed_in_and_ends_it(client: Client, services: Services) -> None:
    firefox = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    await services.accounts.add(ANNA, "Anna", Role.AGENT, password=PASSWORD)
    elsewhere = await client.post("/api/agent/session", json={"email": ANNA, "password": PASSWORD}, headers=firefox)
    token = elsewhere.headers["set-cookie"].partition(";")[0]
    client.cookies.clear()
    csrf = {"X-CSRF-Token": (await sign_in(client)).json()["csrf"]}
    here, other = sorted(
        (await client.get("/api/agent/sessions")).json()["sessions"], key=lambda one: not one["current"]
    )
    assert (here["current"], other["current"]) == (True, False)
    assert (other["browser"], here["browser"]) == ("Firefox on Linux", "Another program")
    body = {"session_id": other["session_id"]}
    assert (await client.request("DELETE", "/api/agent/sessions", json=body, headers=csrf)).status_code == 204
    assert (await client.request("DELETE", "/api/agent/sessions", json=body, headers=csrf)).status_code == 404
    assert (await client.get("/api/agent/session")).status_code == 200
    client.cookies.clear()
    assert (await client.get("/api/agent/session", headers={"Cookie": token})).status_code == 401


async def test_an_admin_changes_accounts_and_the_last_admin_stays(client: Client, services: Services) -> None:
    anna = await services.accounts.add(ANNA, "Anna", Role.AGENT, password=PASSWORD)
    csrf = await client.sign_in(services, "boss@shop.example", role="admin")
    boss = await services.accounts.by_email("boss@shop.example")
    where = f"/api/agent/accounts/{anna.id}"
    changes = {"role": "supervisor", "skills": ["repairs"], "languages": ["en", "de"], "capacity": 4, "name": "Anna B."}
    changed = (await client.patch(where, json=changes, headers=csrf)).json()["account"]
    assert {name: changed[name] for name in changes} == changes
    assert (await client.patch(where, json={"capacity": None}, headers=csrf)).json()["account"]["capacity"] is None
    for nothing in ({}, {"name": None}, {"role": None}, {"skills": None}, {"disabled": None}, {"role": "boss"}):
        assert (await client.patch(where, json=nothing, headers=csrf)).status_code == 422, nothing
    for nothing in ({"capacity": 0}, {"email": "x@y.example"}, {"password": NEW}, {"languages": ["deutsch"]}):
        assert (await client.patch(where, json=nothing, headers=csrf)).status_code == 422, nothing
    last = f"/api/agent/accounts/{boss.id}"
    for change in ({"disabled": True}, {"role": "agent"}):
        refused = await client.patch(last, json=change, headers=csrf)
        assert (refused.status_code, "only admin" in refused.json()["detail"]) == (409, True)
    nobody = "/api/agent/accounts/0198c0de-0000-7000-8000-00000000dead"
    assert (await client.patch(nobody, json={"name": "X"}, headers=csrf)).status_code == 404
    assert (await client.patch(where, json={"disabled": True}, headers=csrf)).json()["account"]["disabled"] is True
    assert (await sign_in(client)).status_code == 401


async def test_the_audit_tells_who_did_what_and_nothing_that_was_written(client: Client, services: Services) -> None:
    path, opens = await client.begin(locale="en")
    await client.say(path, opens, "I want my parrot to speak to a human")
    csrf = await client.sign_in(services, "boss@shop.example", role="supervisor", name="Boss")
    conversation = f"/api/agent/conversations/{path[-36:]}"
    await client.post(f"{conversation}/claim", json={}, headers=csrf)
    note = {"client_id": "6f2a1c9e-2a70-4b53-9a3e-0d6a1f7f0001", "text": "the parrot again"}
    assert (await client.post(f"{conversation}/notes", json=note, headers=csrf)).status_code == 201
    answer = await client.get("/api/agent/audit")
    assert "parrot" not in answer.text
    told = answer.json()["touchpoints"]
    assert [one["type"] for one in told if one["stream"] == "system"][:2] == ["account.changed", "account.changed"]
    types = [one["type"] for one in told if one["stream"].startswith("conversation/")]
    assert types == ["note.added", "conversation.assigned", "handoff.requested", "conversation.started"]
    positions = [one["position"] for one in told]
    assert positions == sorted(positions, reverse=True)
    boss = (await services.accounts.by_email("boss@shop.example")).id
    assert answer.json()["names"] == {boss: "Boss"}
    older = (await client.get(f"/api/agent/audit?before={positions[1]}&limit=1")).json()
    assert [one["position"] for one in older["touchpoints"]] == [positions[2]]
    assert older["before"] == positions[2]
    only = (await client.get(f"/api/agent/audit?type=account.changed&account={boss}")).json()
    assert {one["what"] for one in only["touchpoints"]} == {"added", "signed_in"}
    assert "before" not in only
    assert (await client.get("/api/agent/audit?limit=501")).status_code == 422
