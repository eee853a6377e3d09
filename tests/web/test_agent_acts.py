"""What agents do with conversations over HTTP: statuses, retries out of sight, bad input, what customers see."""

import itertools
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from bot.touchpoints.hints import Hint
from bot.web.services import Services
from tests.conftest import Client, Clock


def new() -> str:
    return str(uuid.uuid4())


@dataclass
class Person:
    """Somebody of the staff with a session of their own."""

    client: Client
    id: str
    headers: dict[str, str] = field(default_factory=dict)

    async def post(self, path: str, **body: Any) -> httpx.Response:
        return await self.client.post(path, json=body, headers=self.headers)

    async def see(self, path: str) -> dict[str, Any]:
        answer = await self.client.get(path, headers=self.headers)
        assert answer.status_code == 200, answer.text
        seen: dict[str, Any] = answer.json()
        return seen


@dataclass
class Office:
    """Anna answers everything, Ben repairs, Rita orders, and Sue supervises; one customer waits for repairs."""

    anna: Person
    ben: Person
    rita: Person
    sue: Person
    customer: Client
    path: str
    opens: dict[str, str]

    @property
    def agents_path(self) -> str:
        return f"/api/agent/conversations/{self.path[-36:]}"

    async def shown(self, after: int = 0) -> list[dict[str, Any]]:
        """What the customer sees."""
        answer = await self.customer.get(f"{self.path}/touchpoints?after={after}", headers=self.opens)
        seen: list[dict[str, Any]] = answer.json()["touchpoints"]
        return seen


@pytest.fixture
async def office(client: Client, services: Services) -> Office:
    people = []
    for name, account in (
        ("Anna", {}),
        ("Ben", {"skills": ("repairs",)}),
        ("Rita", {"skills": ("orders",)}),
        ("Sue", {"role": "supervisor"}),
    ):
        email = f"{name.lower()}@shop.example"
        headers = await client.sign_in(services, email, name=name, **account)
        headers["Cookie"] = f"bot_session={client.cookies['bot_session']}"
        client.cookies.clear()
        people.append(Person(client, (await services.accounts.by_email(email)).id, headers))
    path, opens = await client.begin(locale="en")
    await client.say(path, opens, "how long is the warranty")
    await client.post(f"{path}/handoff", headers=opens)
    return Office(*people, client, path, opens)


async def test_passed_to_a_skill_it_is_gone_from_sight_and_the_retry_is_answered(office: Office) -> None:
    path, ben = office.agents_path, office.ben
    await ben.post(f"{path}/claim")
    body = {"client_id": new(), "skill": "orders", "note": "It is about the delivery."}
    passed = await ben.post(f"{path}/transfer", **body)
    assert passed.status_code == 201
    assert [one["type"] for one in passed.json()["touchpoints"]] == ["note.added", "conversation.transferred"]
    again = await ben.post(f"{path}/transfer", **body)
    assert (again.status_code, again.json()) == (200, passed.json())
    assert (await ben.post(f"{path}/transfer", **{**body, "skill": "general"})).status_code == 409
    # Neither another act of his nor his retry in somebody else's hands gets through.
    assert (await ben.post(f"{path}/transfer", **{**body, "client_id": new()})).status_code in (404, 409)
    claimed = await office.rita.post(f"{path}/claim", client_id=body["client_id"])
    assert claimed.status_code == 409
    assert (await office.rita.post(f"{path}/claim")).status_code == 200
    note = next(one for one in (await office.rita.see(path))["touchpoints"] if one["type"] == "note.added")
    assert (note["text"], note["actor"]["name"]) == ("It is about the delivery.", "Ben")


async def test_the_customer_sees_who_comes_and_no_note(office: Office) -> None:
    path = office.agents_path
    await office.ben.post(f"{path}/claim")
    await office.ben.post(f"{path}/transfer", agent=office.anna.id, note="rude, be careful")
    await office.sue.post(f"{path}/takeover")
    await office.sue.post(f"{path}/transfer", skill="repairs")
    await office.sue.post(f"{path}/assign", agent=office.anna.id)
    await office.anna.post(f"{path}/return", note="wants the bot")
    seen = await office.shown(after=5)
    assert "careful" not in str(seen)
    assert "wants the bot" not in str(seen)
    assert [one["type"] for one in seen if one["actor"]["kind"] != "bot"] == [
        "conversation.assigned",
        "conversation.transferred",
        "conversation.taken_over",
        "conversation.transferred",
        "conversation.assigned",
        "conversation.returned",
    ]
    claimed, to_anna, taken, to_skill, given, _ = (one for one in seen if one["actor"]["kind"] != "bot")
    assert (claimed["actor"], claimed["agent"]) == ({"kind": "agent", "name": "Ben"}, {"name": "Ben"})
    assert (to_anna["to"], to_anna["agent"]["name"], to_anna["actor"]["name"]) == ("agent", "Anna", "Ben")
    assert (taken["agent"]["name"], to_skill["to"], "agent" in to_skill) == ("Sue", "skill", False)
    assert given["actor"] == {"kind": "agent", "name": "Anna"}  # that Sue gave it to her is nothing to them
    assert all(one["text"] for one in seen)
    assert not {"agent_id", "from", "skill", "method", "variant"} & set().union(*seen)
    for before, after in itertools.pairwise(seen):
        assert after["prev"] == before["seq"]


async def test_who_gave_a_conversation_away_is_nothing_to_the_customer(office: Office) -> None:
    path = office.agents_path
    await office.ben.post(f"{path}/claim")
    before = (await office.shown())[-1]["seq"]
    assert (await office.rita.post(f"{path}/assign", agent=office.rita.id)).status_code == 404
    await office.sue.post(f"{path}/assign", agent=office.anna.id)
    [given] = await office.shown(before)
    assert (given["type"], given["actor"]) == ("conversation.transferred", {"kind": "agent", "name": "Anna"})
    assert "Sue" not in str(given)
    assert (await office.anna.see(path))["touchpoints"][-1]["actor"]["name"] == "Sue"  # colleagues know


async def test_taking_over_needs_somebody_who_has_it(office: Office) -> None:
    path = office.agents_path
    assert (await office.anna.post(f"{path}/takeover")).status_code == 409
    await office.ben.post(f"{path}/claim")
    assert (await office.ben.post(f"{path}/takeover")).status_code == 409
    assert (await office.rita.post(f"{path}/takeover")).status_code == 404  # may not know that there is one
    once = new()
    taken = await office.anna.post(f"{path}/takeover", client_id=once)
    assert taken.status_code == 200
    assert (await office.anna.post(f"{path}/takeover", client_id=once)).json() == taken.json()
    assert (await office.ben.post(f"{path}/messages", client_id=new(), text="hello")).status_code == 409
    assert (await office.ben.see(path))["agent"]["name"] == "Anna"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"skill": "repairs", "agent": "00000000-0000-0000-0000-000000000000"}, 422),
        ({"skill": "repairs", "note": ""}, 422),
        ({"skill": "repairs", "note": "x" * 4001}, 422),
        ({"agent": "ben"}, 422),
        ({"agent": "00000000-0000-0000-0000-000000000000"}, 409),
        ({"skill": "juggling"}, 422),
        ({"skill": "repairs", "client_id": "one"}, 422),
    ],
)
async def test_a_transfer_to_nowhere_is_refused(office: Office, body: dict[str, Any], status: int) -> None:
    await office.anna.post(f"{office.agents_path}/claim")
    answer = await office.anna.post(f"{office.agents_path}/transfer", **body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert (await office.anna.see(office.agents_path))["agent"]["name"] == "Anna"


async def test_a_transfer_names_the_skills_there_are_and_goes_to_nobody_who_is_gone(
    office: Office, services: Services
) -> None:
    path = office.agents_path
    await office.anna.post(f"{path}/claim")
    unknown = await office.anna.post(f"{path}/transfer", skill="juggling")
    assert "`juggling`; there are general" in unknown.json()["detail"]
    await services.accounts.disable("ben@shop.example")
    await office.sue.client.sign_in(services, "ada@shop.example", name="Ada", role="analyst")
    for who in (office.ben.id, (await services.accounts.by_email("ada@shop.example")).id):
        assert (await office.anna.post(f"{path}/transfer", agent=who)).status_code == 409
    # A skill that only an account has is one, too.
    await services.accounts.change(office.rita.id, {"skills": ("orders", "vip")})
    assert (await office.anna.post(f"{path}/transfer", skill="vip")).status_code == 201
    assert (await office.rita.see("/api/agent/queue"))["waiting"][0]["skill"] == "vip"


async def test_supervisors_give_conversations_to_agents_and_agents_do_not(office: Office) -> None:
    path = office.agents_path
    assert (await office.anna.post(f"{path}/assign", agent=office.ben.id)).status_code == 403
    assert (await office.rita.post(f"{path}/assign", agent=office.rita.id)).status_code == 404
    assert (await office.sue.post(f"{path}/assign", agent=office.ben.id)).status_code == 201
    assert (await office.ben.see(path))["agent"]["name"] == "Ben"
    assert (await office.sue.post(f"{path}/assign", agent=office.anna.id)).status_code == 201
    assert (await office.anna.see(path))["agent"]["name"] == "Anna"
    # Given to somebody without the skill, it is theirs to see all the same.
    assert (await office.sue.post(f"{path}/assign", agent=office.rita.id)).status_code == 201
    assert (await office.rita.see(path))["owner"] == "assigned"


async def test_notes_and_corrections(office: Office) -> None:
    path = office.agents_path
    await office.ben.post(f"{path}/claim")
    assert (await office.ben.post(f"{path}/notes", text="has rung twice")).status_code == 201
    assert (await office.anna.post(f"{path}/notes", text="mine")).status_code == 409
    assert (await office.sue.post(f"{path}/notes", text="please be quick")).status_code == 201
    assert (await office.ben.post(f"{path}/notes", text=" ")).status_code == 422
    received = next(one for one in (await office.ben.see(path))["touchpoints"] if one["type"] == "message.received")
    body = {"client_id": new(), "seq": received["seq"], "intent": "track_order"}
    corrected = await office.ben.post(f"{path}/intent", **body)
    assert corrected.status_code == 201
    [touchpoint] = corrected.json()["touchpoints"]
    assert (touchpoint["corrected_seq"], touchpoint["was"]) == (received["seq"], "warranty")
    assert (await office.ben.post(f"{path}/intent", **body)).status_code == 200
    for wrong, status in (({"seq": 1}, 409), ({"seq": 0}, 422), ({"intent": "nonsense"}, 422), ({"seq": 1 << 60}, 422)):
        assert (await office.ben.post(f"{path}/intent", **{**body, **wrong, "client_id": new()})).status_code == status
    assert not {"note.added", "intent.corrected"} & {one["type"] for one in await office.shown()}


async def test_a_blocked_customer_gets_403_wherever_they_write(office: Office) -> None:
    path = office.agents_path
    assert (await office.anna.post(f"{path}/block")).status_code == 403
    assert (await office.rita.post(f"{path}/block")).status_code == 404
    assert (await office.sue.post(f"{path}/block")).status_code == 201
    assert (await office.sue.see(path))["blocked"] is True
    once = {"client_id": new()}
    for call, body in (
        ("messages", {**once, "text": "hello"}),
        ("messages", {**once, "payload": "person"}),
        ("handoff", once),
        ("leave", once),
        ("typing", None),
        ("feedback", {**once, "episode": 1, "kind": "csat", "score": 1}),
        ("feedback/shown", {**once, "episode": 1, "kind": "csat"}),
    ):
        answer = await office.customer.post(f"{office.path}/{call}", json=body, headers=office.opens)
        assert (answer.status_code, answer.json()["type"]) == (403, "blocked"), call
    assert await office.shown()  # they may read what was written
    assert (await office.anna.post(f"{path}/unblock")).status_code == 403
    assert (await office.sue.post(f"{path}/unblock")).status_code == 201
    assert await office.customer.say(office.path, office.opens, "sorry")


async def test_typing_and_reading_are_told_by_whoever_has_it_alone(office: Office, services: Services) -> None:
    path = office.agents_path
    await office.ben.post(f"{path}/claim")
    before = len(await services.log.tail())
    with services.hints.listen(office.path[-36:]) as listener:
        for person in (office.anna, office.sue):
            assert (await person.post(f"{path}/typing")).status_code == 204
            assert (await person.post(f"{path}/read", seq=3)).status_code == 204
        assert (await office.rita.post(f"{path}/typing")).status_code == 404
        assert await listener.wait(0.01) == []
        assert (await office.ben.post(f"{path}/typing")).status_code == 204
        assert (await office.ben.post(f"{path}/read", seq=3)).status_code == 204
        conversation_id = office.path[-36:]
        assert await listener.wait(1) == [
            Hint(conversation_id, 0, "typing", "agent", office.ben.id, "Ben"),
            Hint(conversation_id, 3, "read", "agent", office.ben.id, "Ben"),
        ]
    assert len(await services.log.tail()) == before


async def test_agents_see_who_else_looks_and_customers_do_not(office: Office, services: Services, clock: Clock) -> None:
    path = office.agents_path
    assert (await office.ben.post(f"{path}/looking")).status_code == 204
    assert (await office.sue.post(f"{path}/looking", looking=True)).status_code == 204
    assert (await office.rita.post(f"{path}/looking")).status_code == 404
    assert (await office.ben.see(path))["watching"] == [{"id": office.sue.id, "name": "Sue"}]
    assert {one["name"] for one in (await office.anna.see(path))["watching"]} == {"Ben", "Sue"}
    await office.sue.post(f"{path}/looking", looking=False)
    assert (await office.ben.see(path))["watching"] == []
    clock.pass_(minutes=1)
    assert (await office.anna.see(path))["watching"] == []
    assert "Sue" not in str(await office.shown())


async def test_how_far_the_customer_has_read_is_known_after_a_reload_too(office: Office) -> None:
    path = office.agents_path
    assert (await office.ben.see(path))["customer_read"] == 0
    client = office.customer
    for seq, known in ((2, 2), (1, 2), (10_000, len((await office.ben.see(path))["touchpoints"]))):
        answer = await client.post(f"{office.path}/read", json={"seq": seq}, headers=office.opens)
        assert answer.status_code == 204
        assert (await office.ben.see(path))["customer_read"] == known
    assert (await client.post(f"{office.path}/read", json={"seq": 3}, headers={})).status_code == 401
