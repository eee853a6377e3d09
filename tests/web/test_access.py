"""Who gets in where: every call of the agents' API × everybody who could make it, from one table.

A call that isn't in the table fails the test: add a line, with whom it is for.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from itertools import product
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from bot.agents.accounts import Account, Role, save
from bot.agents.sign_in import Caller
from bot.agents.staff_log import What
from bot.server import application
from bot.settings import Settings
from bot.web.services import Services
from tests.agents.conftest import PASSWORD
from tests.conftest import HASHER, Client, Clock

HASHED = HASHER.hash(PASSWORD)
TELLING = re.compile("parrot|target|joiner", re.IGNORECASE)
INVITED = (Role.AGENT, "", (), ())
NOBODY = "0198c0de-0000-7000-8000-00000000dead"
ONCE = "6f2a1c9e-2a70-4b53-9a3e-0d6a1f7f0001"


class For(Enum):
    """Whom a call is for. A conversation's are also bound to its skill: for other agents there is no such thing."""

    ALL = "everybody, signed in or not"
    STAFF = "everybody of the staff"
    ANSWERING = "those who answer customers: all but analysts"
    CONVERSATION = "those who answer customers, as far as they see the conversation"
    SUPERVISED = "supervisors and admins, in a conversation"
    SUPERVISORS = "supervisors and admins"
    ADMINS = "admins"


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    who: For
    body: Any = None
    query: str = ""
    open_status: int = 0
    """What a call for `ALL` answers to this body."""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


ONE = "/conversations/{conversation_id}"
PERSON = "/accounts/{account_id}"
HOOK = "/webhooks/{webhook_id}"

TABLE = [
    # signing in, and links
    Call("POST", "/setup", For.ALL, {"token": "no", "name": "Eve", "password": PASSWORD}, open_status=401),
    Call("POST", "/link", For.ALL, {"token": "no"}, open_status=401),
    Call("POST", "/session", For.ALL, {"email": "{who}@shop.example", "password": "no"}, open_status=401),
    Call("POST", "/password/forgot", For.ALL, {"email": "eve@shop.example"}, open_status=202),
    Call("POST", "/password/reset", For.ALL, {"token": "no", "password": PASSWORD}, open_status=401),
    # one's own account
    Call("GET", "/session", For.STAFF),
    Call("DELETE", "/session", For.STAFF),
    Call("PATCH", "/account", For.STAFF, {"name": "Somebody"}),
    Call("POST", "/password", For.STAFF, {"old": PASSWORD, "new": "another long password"}),
    Call("POST", "/second-factor", For.STAFF, {"password": PASSWORD}),
    Call("POST", "/second-factor/confirm", For.STAFF, {"code": "123456"}),
    Call("DELETE", "/second-factor", For.STAFF, {"password": PASSWORD}),
    Call("GET", "/sessions", For.STAFF),
    Call("DELETE", "/sessions", For.STAFF),
    # the staff
    Call("GET", "/accounts", For.SUPERVISORS),
    Call("PATCH", PERSON, For.ADMINS, {"name": "Target"}),
    Call("POST", PERSON + "/reset", For.ADMINS),
    Call("DELETE", PERSON + "/second-factor", For.ADMINS),
    Call("DELETE", PERSON + "/sessions", For.ADMINS),
    Call("GET", "/invitations", For.ADMINS),
    Call("POST", "/invitations", For.ADMINS, {"email": "new@shop.example", "role": "agent"}),
    Call("DELETE", "/invitations/{invitation_id}", For.ADMINS),
    Call("GET", "/audit", For.SUPERVISORS),
    # who waits, who is there
    Call("GET", "/queue", For.ANSWERING),
    Call("GET", "/stream", For.ANSWERING),
    Call("GET", "/presence", For.ANSWERING),
    Call("POST", "/presence", For.ANSWERING, {"status": "away"}),
    Call("GET", "/overview", For.SUPERVISORS),
    # one conversation
    Call("GET", ONE, For.CONVERSATION),
    Call("POST", ONE + "/claim", For.CONVERSATION, {}),
    Call("POST", ONE + "/takeover", For.CONVERSATION, {}),
    Call("POST", ONE + "/messages", For.CONVERSATION, {"client_id": ONCE, "text": "hello"}),
    Call("GET", ONE + "/messages/{seq}/explanation", For.CONVERSATION),
    Call("POST", ONE + "/notes", For.CONVERSATION, {"client_id": ONCE, "text": "hello"}),
    Call("POST", ONE + "/transfer", For.CONVERSATION, {"skill": "general"}),
    Call("POST", ONE + "/return", For.CONVERSATION, {}),
    Call("POST", ONE + "/resolve", For.CONVERSATION, {}),
    Call("POST", ONE + "/intent", For.CONVERSATION, {"seq": 2, "intent": "track_order"}),
    Call("POST", ONE + "/typing", For.CONVERSATION),
    Call("POST", ONE + "/read", For.CONVERSATION, {"seq": 1}),
    Call("POST", ONE + "/looking", For.CONVERSATION, {}),
    Call("GET", ONE + "/suggestions", For.CONVERSATION),
    Call("POST", ONE + "/assign", For.SUPERVISED, {"agent": "{account_id}"}),
    Call("POST", ONE + "/block", For.SUPERVISED, {}),
    Call("POST", ONE + "/unblock", For.SUPERVISED, {}),
    # looking things up
    Call("GET", "/conversations", For.ANSWERING, query="?query=person"),
    Call("GET", "/replies", For.ANSWERING),
    Call("GET", "/intents", For.ANSWERING),
    # webhooks
    Call("GET", "/webhooks", For.ADMINS),
    Call("POST", "/webhooks", For.ADMINS, {"url": "http://127.0.0.1:9/again"}),
    Call("PATCH", HOOK, For.ADMINS, {"active": False}),
    Call("POST", HOOK + "/rotate", For.ADMINS),
    Call("POST", HOOK + "/replay", For.ADMINS, {"position": 0}),
    Call("GET", HOOK + "/dead", For.ADMINS),
    Call("POST", HOOK + "/dead/replay", For.ADMINS, {}),
    Call("DELETE", HOOK, For.ADMINS),
]

IN, NO_SUCH, FORBIDDEN, UNKNOWN = "in", 404, 403, 401

PEOPLE: dict[str, tuple[Role, tuple[str, ...]]] = {
    "agent": (Role.AGENT, ("general",)),
    "other skill": (Role.AGENT, ("other",)),
    "supervisor": (Role.SUPERVISOR, ()),
    "admin": (Role.ADMIN, ()),
    "analyst": (Role.ANALYST, ()),
}
STAFF = tuple(PEOPLE)
OUTSIDERS = ("signed out", "expired", "disabled", "stranger", "stranger's cookie", "nobody")

EXPECTED: dict[For, dict[str, Any]] = {
    #                 agent          other skill    supervisor     admin  analyst
    For.STAFF: dict(zip(STAFF, (IN, IN, IN, IN, IN), strict=True)),
    For.ANSWERING: dict(zip(STAFF, (IN, IN, IN, IN, FORBIDDEN), strict=True)),
    For.CONVERSATION: dict(zip(STAFF, (IN, NO_SUCH, IN, IN, FORBIDDEN), strict=True)),
    For.SUPERVISED: dict(zip(STAFF, (FORBIDDEN, NO_SUCH, IN, IN, FORBIDDEN), strict=True)),
    For.SUPERVISORS: dict(zip(STAFF, (FORBIDDEN, FORBIDDEN, IN, IN, FORBIDDEN), strict=True)),
    For.ADMINS: dict(zip(STAFF, (FORBIDDEN, FORBIDDEN, FORBIDDEN, IN, FORBIDDEN), strict=True)),
}
"""Who is let in, and how the others are refused; whoever isn't signed in is UNKNOWN everywhere."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, webhooks_private=True)


class House:
    """A bot with somebody of every kind before it, who find everything as it was at each call."""

    def __init__(self, client: Client, services: Services, clock: Clock) -> None:
        self.client = client
        self.services = services
        self.clock = clock
        self.accounts: dict[str, Account] = {}
        self.headers: dict[str, dict[str, str]] = {}
        self.names: dict[str, str] = {"seq": "2"}

    async def open(self) -> None:
        """Make the people, outsiders first: a session expires while the clock goes on."""
        await self._add("expired", Role.ADMIN)
        self.headers["expired"] = await self._signed_in("expired")
        self.clock.pass_(hours=13)
        for name, (role, skills) in PEOPLE.items():
            await self._add(name, role, skills)
        for name in ("signed out", "disabled"):
            await self._add(name, Role.ADMIN)
            self.headers[name] = await self._signed_in(name)
        gone = self.accounts["signed out"]
        await self.services.staff.sessions.end_all(gone.id, gone.id)
        # The account is disabled and its session still there: one that has slipped through.
        await self.services.log.write([save(replace(self.accounts["disabled"], disabled=True))])
        self.headers["nobody"] = {}
        self.names["account_id"] = (await self.services.accounts.add("target@shop.example", "Target", Role.AGENT)).id

    async def prepare(self, call: Call) -> None:
        """Everybody of the staff signed in, and what the call is about there and untouched."""
        await self.services.log.write([save(replace(self.accounts[name], password=HASHED)) for name in PEOPLE])
        for name in PEOPLE:
            self.headers[name] = await self._signed_in(name)
        if "{conversation_id}" in call.path or "stranger" not in self.headers:
            await self._conversation()
        if "{invitation_id}" in call.path:
            await self.services.staff.invitations.invite("joiner@shop.example", *INVITED, self.accounts["admin"])
            self.names["invitation_id"] = (await self.services.staff.invitations.pending())[-1].id
        if "{webhook_id}" in call.path:
            self.names["webhook_id"] = (await self.services.webhooks.add("http://127.0.0.1:9/hook")).id

    async def call(self, call: Call, who: str, **headers: Any) -> httpx.Response:
        self.client.cookies.clear()
        self.names["who"] = f"stranger-{len(who)}-{who[0]}"  # each an address of their own: five tries lock one
        sent = {**self.headers[who], **headers}
        return await self.client.request(
            call.method,
            f"/api/agent{self._filled(call.path)}{call.query}",
            json=self._filled(call.body),
            headers={name: value for name, value in sent.items() if value is not None},
        )

    async def refuses(self, call: Call, who: str, status: int, **headers: Any) -> list[str]:
        """What is wrong with a refusal: another status, something told, something done."""
        before = await self.services.log.last_position()
        answer = await self.call(call, who, **headers)
        wrong = []
        if answer.status_code != status:
            wrong.append(f"{call} as {who}: {answer.status_code}, not {status}: {answer.text}")
        if answer.headers["content-type"] != "application/problem+json" or TELLING.search(answer.text):
            wrong.append(f"{call} as {who} is told: {answer.text}")
        if await self.services.log.last_position() != before:
            wrong.append(f"{call} as {who} has done something")
        return wrong

    async def _conversation(self) -> None:
        path, opens = await self.client.begin(locale="en")
        await self.client.say(path, opens, "zebras like purple umbrellas")
        assert (await self.client.post(f"{path}/handoff", headers=opens)).status_code in (200, 201)
        self.names["conversation_id"] = path[-36:]
        token = opens["Authorization"].removeprefix("Bearer ")
        self.headers["stranger"] = opens
        self.headers["stranger's cookie"] = {"Cookie": f"bot_session={token}", "X-CSRF-Token": token}

    async def _add(self, name: str, role: Role, skills: tuple[str, ...] = ()) -> None:
        account = await self.services.accounts.add(f"{name.replace(' ', '-')}@shop.example", name, role, skills)
        self.accounts[name] = account

    async def _signed_in(self, name: str) -> dict[str, str]:
        token, session = await self.services.staff.sign_in.begin(self.accounts[name].id, What.SIGNED_IN, Caller())
        return {"Cookie": f"bot_session={token}", "X-CSRF-Token": session.csrf}

    def _filled(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._filled(inner) for key, inner in value.items()}
        return value.format(**self.names) if isinstance(value, str) else value


@pytest.fixture
async def house(client: Client, services: Services, clock: Clock) -> House:
    made = House(client, services, clock)
    await made.open()
    return made


def app_of(services: Services) -> FastAPI:
    inner: Any = application(services)
    while not isinstance(inner, FastAPI):
        inner = getattr(inner, "_app", None) or inner.app
    return inner


def calls_under(routes: Iterable[Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Method and path of every route, those of included routers too."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield from ((method, prefix + route.path) for method in route.methods)
        elif hasattr(route, "original_router"):
            yield from calls_under(route.original_router.routes, prefix + route.include_context.prefix)


async def test_every_call_of_the_agents_is_in_the_table(services: Services) -> None:
    start = "/api/agent"
    everything = list(calls_under(app_of(services).routes))
    assert ("POST", "/api/conversations") in everything
    there = {(method, path.removeprefix(start)) for method, path in everything if path.startswith(start)}
    listed = [(call.method, call.path) for call in TABLE]
    assert there - set(listed) == set(), "add a line to the table: whom is it for?"
    assert set(listed) - there == set()
    assert len(listed) == len(set(listed))


async def test_who_gets_in(house: House, services: Services) -> None:
    wrong: list[str] = []
    for call in sorted(TABLE, key=lambda call: call.path == "/stream"):
        if call.path == "/stream":
            services.hints.close()  # an open stream would never end here
        await house.prepare(call)
        if call.who is For.ALL:
            answers = {who: (await house.call(call, who)).status_code for who in (*STAFF, *OUTSIDERS)}
            wrong += [f"{call} as {who}: {status}" for who, status in answers.items() if status != call.open_status]
            continue
        for who in OUTSIDERS:
            wrong += await house.refuses(call, who, UNKNOWN)
        expected = EXPECTED[call.who]
        for who in (one for one in STAFF if expected[one] != IN):
            wrong += await house.refuses(call, who, expected[who])
        let_in = [one for one in STAFF if expected[one] == IN]
        if call.method != "GET":
            for who, token in product(
                let_in, (None, "", "wrong", "ü".encode(), house.headers["expired"]["X-CSRF-Token"])
            ):
                wrong += await house.refuses(call, who, FORBIDDEN, **{"X-CSRF-Token": token})
        for who in let_in:
            answer = await house.call(call, who)
            # 409: let in, and the state forbids it, such as giving back what one doesn't have.
            if answer.status_code not in (200, 201, 202, 204, 409):
                wrong.append(f"{call} as {who}: {answer.status_code} {answer.text}")
    assert wrong == []


async def test_a_conversation_that_is_not_there_is_404_for_everybody(house: House) -> None:
    calls = [call for call in TABLE if "{conversation_id}" in call.path]
    await house.prepare(calls[0])
    house.names["conversation_id"] = NOBODY
    wrong: list[str] = []
    for call, who in product(calls, ("agent", "supervisor", "admin")):
        wrong += await house.refuses(call, who, 404)
    assert wrong == []


async def test_a_role_that_is_taken_away_is_gone_at_once(services: Services, house: House) -> None:
    call = Call("GET", "/accounts", For.SUPERVISORS)
    await house.prepare(call)
    supervisor = house.accounts["supervisor"]
    assert (await house.call(call, "supervisor")).status_code == 200
    await services.accounts.change(supervisor.id, {"role": Role.AGENT})
    assert (await house.call(call, "supervisor")).status_code == 403
    await services.accounts.change(supervisor.id, {"disabled": True})
    assert (await house.call(call, "supervisor")).status_code == 401
