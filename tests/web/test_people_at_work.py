"""A whole day at a shop, by HTTP alone and on a server of its own: what the parts promise each other holds together.

Nothing here looks behind the calls; it is what somebody would write who has read the documentation.
"""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.server import Server
from tests.web.callers import IDENTITY_SECRET, WITHIN, Customer, Events, Member, Shop, listening


@pytest.fixture
async def shop(models: Path, tmp_path: Path) -> AsyncIterator[Shop]:
    server = Server(tmp_path, models, BOT_IDENTITY_SECRET=IDENTITY_SECRET)
    server.start()
    one = Shop(server)
    yield one
    for client in one.clients:
        await client.aclose()
    server.stop()


async def soon(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Wait until it is so, for a while."""
    for _ in range(int(WITHIN / 0.1)):
        if await is_so():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("it did not come to that in time")


class Staff:
    """Everybody who works there: an admin, a supervisor, two agents and one for repairs alone."""

    def __init__(self, shop: Shop) -> None:
        self.admin, self.boss, self.anna, self.ben, self.rita = (Member(shop) for _ in range(5))

    async def come(self, link: str) -> None:
        await self.admin.joins(link, "Ada", email="ada@shop.example")
        for member, name, role, skills in (
            (self.boss, "Bo", "supervisor", []),
            (self.anna, "Anna", "agent", []),
            (self.ben, "Ben", "agent", []),
            (self.rita, "Rita", "agent", ["repairs"]),
        ):
            email = f"{name.lower()}@shop.example"
            asked = {"email": email, "role": role, "name": name, "skills": skills}
            invited = await self.admin.call("POST", "invitations", 201, **asked)
            await member.joins(invited["link"], name)
        accounts = (await self.boss.call("GET", "accounts", 200))["accounts"]
        assert {one["name"] for one in accounts} == {"Ada", "Bo", "Anna", "Ben", "Rita"}
        await self.anna.call("GET", "accounts", 403)


@pytest.mark.soak
async def test_a_day_at_a_shop(shop: Shop) -> None:
    staff = Staff(shop)
    await staff.come(shop.link)
    for member in (staff.anna, staff.ben, staff.rita):
        await member.call("POST", "presence", 204, status="online", automatic=False)
    xenia = Customer(shop, "customer-77")
    await xenia.begins()
    async with (
        listening(staff.anna.http, "stream") as annas,
        listening(xenia.http, f"conversations/{xenia.id}/stream", **xenia.headers) as hers,
    ):
        await asks_for_a_person(staff, xenia, annas)
        await is_helped(staff, xenia, annas, hers)
        await is_passed_around(staff, xenia, hers)
        await comes_to_an_end(staff, xenia, annas)
    await comes_back(staff, shop, xenia)
    await is_looked_after(staff, shop, xenia)


async def asks_for_a_person(staff: Staff, xenia: Customer, annas: Events) -> None:
    answered = await xenia.says("how long is the warranty on my phone")
    assert [one["type"] for one in answered][-1] == "answer.given"
    assert (await xenia.place())["place"] is None
    begun = time.monotonic()
    await xenia.says("I want to speak to a human")
    await annas.until(lambda name, data: name == "changed" and data["conversation_id"] == xenia.id)
    assert time.monotonic() - begun < 2
    assert (await xenia.place())["place"] == 1
    [row] = (await staff.anna.call("GET", "queue", 200))["waiting"]
    assert (row["skill"], row["reason"], row["intent"], row["place"]) == ("repairs", "requested", "warranty", 1)
    assert (row["customer_name"], row["first_line"]) == ("Xenia Lang", "how long is the warranty on my phone")
    assert row["at_risk"] == ""
    assert (await staff.rita.waiting(), await staff.boss.waiting()) == ([xenia.id], [xenia.id])


async def is_helped(staff: Staff, xenia: Customer, annas: Events, hers: Events) -> None:
    await staff.anna.writes(xenia.id, "too early", 409)
    await staff.anna.does(xenia.id, "claim", 200)
    await staff.ben.does(xenia.id, "claim", 409)
    joined = await hers.until(lambda name, data: data.get("type") == "conversation.assigned")
    assert "Anna" in joined["text"]
    assert (await xenia.place())["place"] is None
    await staff.anna.does(xenia.id, "typing", 204)
    typing = await hers.until(lambda name, data: name == "typing")
    assert typing["actor"] == {"kind": "agent", "name": "Anna"}
    await xenia.call("POST", f"conversations/{xenia.id}/typing", 204)
    await annas.until(lambda name, data: name == "typing" and data["conversation_id"] == xenia.id)
    await staff.anna.writes(xenia.id, "Hello Xenia, let me see.")
    sent = await hers.until(lambda name, data: data.get("type") == "message.sent")
    assert (sent["text"], sent["actor"]) == ("Hello Xenia, let me see.", {"kind": "agent", "name": "Anna"})
    assert [one["type"] for one in await xenia.says("it is order 48213")] == ["message.received"]
    await staff.ben.writes(xenia.id, "me too", 409)
    await staff.anna.does(xenia.id, "notes", text="bought in May")
    suggestions = (await staff.anna.call("GET", f"conversations/{xenia.id}/suggestions", 200))["suggestions"]
    assert all(one["text"] and one["title"] for one in suggestions)
    await staff.anna.does(xenia.id, "looking", 204)
    assert [one["name"] for one in (await staff.boss.sees(xenia.id))["watching"]] == ["Anna"]
    history = await staff.anna.sees(xenia.id)
    wrong = next(one for one in history["touchpoints"] if one.get("text") == "it is order 48213")
    assert 0 <= wrong["confidence"] <= 1
    intents = (await staff.anna.call("GET", "intents", 200))["intents"]
    assert "track_order" in {one["name"] for one in intents}
    await staff.anna.does(xenia.id, "intent", seq=wrong["seq"], intent="track_order")
    assert history["customer"] | {"name": "Xenia Lang", "email": "x@mail.example"} == history["customer"]
    assert "bought in May" not in str(await xenia.history())


async def is_passed_around(staff: Staff, xenia: Customer, hers: Events) -> None:
    await staff.anna.does(xenia.id, "transfer", skill="repairs", note="needs a technician")
    assert (await xenia.place())["place"] == 1
    assert xenia.id in await staff.rita.waiting()
    await staff.rita.does(xenia.id, "claim", 200)
    assert "needs a technician" in str((await staff.rita.sees(xenia.id))["touchpoints"])
    await staff.rita.does(xenia.id, "transfer", agent=staff.ben.id)
    assert (await staff.ben.sees(xenia.id))["agent"]["name"] == "Ben"
    await staff.anna.does(xenia.id, "assign", 403, agent=staff.anna.id)
    await staff.boss.does(xenia.id, "assign", agent=staff.anna.id)
    await staff.boss.does(xenia.id, "takeover", 200)
    await staff.anna.writes(xenia.id, "still me?", 409)
    await staff.boss.does(xenia.id, "return", note="the bot can go on")
    await hers.until(lambda name, data: data.get("type") == "conversation.returned")
    answered = await xenia.says("how long is the warranty")
    assert answered[-1]["actor"]["kind"] == "bot"
    await xenia.call("POST", f"conversations/{xenia.id}/handoff", 201)
    await xenia.call("POST", f"conversations/{xenia.id}/leave", 201)
    assert await staff.anna.waiting() == []
    await xenia.call("POST", f"conversations/{xenia.id}/handoff", 201)
    overview = await staff.boss.call("GET", "overview", 200)
    assert {one["name"]: one["status"] for one in overview["agents"]}["Anna"] == "online"
    assert [(one["waiting"], one["assigned"]) for one in overview["skills"]] == [(1, 0)]
    await staff.anna.call("GET", "overview", 403)
    await staff.anna.does(xenia.id, "claim", 200)


async def comes_to_an_end(staff: Staff, xenia: Customer, annas: Events) -> None:
    once = {"client_id": str(uuid.uuid4()), "outcome": "repaired"}
    await staff.anna.does(xenia.id, "resolve", 201, **once)
    await staff.anna.does(xenia.id, "resolve", 200, **once)
    assert (await staff.anna.call("GET", "queue", 200)) == {"waiting": [], "assigned": []}
    asked = next(one for one in await xenia.history() if one["type"] == "feedback.offered")
    rating = {"client_id": str(uuid.uuid4()), "episode": asked["rated_episode"], "kind": asked["survey_kind"]}
    await xenia.call(
        "POST", f"conversations/{xenia.id}/feedback", 201, **rating, score=asked["scale"][1], comment="all zebras well"
    )
    seqs = [one["seq"] for one in await xenia.history()]
    prevs = [one["prev"] for one in await xenia.history()]
    assert prevs[1:] == seqs[:-1]
    assert await staff.anna.finds("48213") == [xenia.id]
    assert await staff.rita.finds("xenia zebras") == [xenia.id]
    assert (await staff.rita.sees(xenia.id))["owner"] == "closed"
    assert len([data for name, data in annas.seen if name == "changed"]) > 5


async def comes_back(staff: Staff, shop: Shop, xenia: Customer) -> None:
    """A stranger in a tab of their own turns out to be Xenia; the next tab goes on with that conversation."""
    tab = Customer(shop)
    await tab.begins()
    await tab.says("do you deliver abroad")
    stranger = tab.id
    tab.known = xenia.known
    await tab.call("POST", f"conversations/{tab.id}/identity", 201, **tab.identity())
    again = Customer(shop, xenia.known)
    assert await again.begins(200) == stranger
    await again.call("POST", f"conversations/{stranger}/handoff", 201)
    [earlier] = (await staff.anna.sees(stranger))["customer"]["conversations"]
    assert (earlier["conversation_id"], earlier["outcome"], earlier["may_open"]) == (xenia.id, "repaired", True)
    assert {"warranty", "track_order"} <= set(earlier["intents"])
    somebody = Customer(shop, "customer-78")
    assert await somebody.begins() not in (stranger, xenia.id)
    somebody.id = stranger
    await somebody.call("GET", f"conversations/{stranger}/touchpoints", 403)
    assert stranger in await staff.anna.finds("abroad")
    skill = (await staff.boss.call("GET", "queue", 200))["waiting"][0]["skill"]
    if skill != "repairs":
        assert await staff.rita.finds("abroad") == []
        await staff.rita.sees(stranger, 404)
        await staff.rita.does(stranger, "claim", 404)


async def is_looked_after(staff: Staff, shop: Shop, xenia: Customer) -> None:
    rude = Customer(shop)
    await rude.begins()
    await rude.says("I want to speak to a human")
    await staff.anna.does(rude.id, "block", 403)
    await staff.boss.does(rude.id, "block")
    refused = await rude.call(
        "POST", f"conversations/{rude.id}/messages", 403, client_id=str(uuid.uuid4()), text="so what"
    )
    assert refused["type"] == "blocked"
    await staff.boss.does(rude.id, "unblock")
    await rude.says("sorry")
    audit = (await staff.boss.call("GET", "audit?limit=100", 200))["touchpoints"]
    assert {"customer.blocked", "account.changed"} <= {one["type"] for one in audit}
    await staff.anna.call("GET", "audit", 403)
    added = await staff.admin.call("POST", "webhooks", 201, url="https://hooks.shop.example/in")
    assert added["secret"].startswith("whsec_")
    assert added["secret"] not in str(await staff.admin.call("GET", "webhooks", 200))
    await staff.boss.call("GET", "webhooks", 403)
    # Ben leaves: what he has is back in the queue, and his session is dead.
    await staff.ben.does(rude.id, "claim", 200)
    await staff.admin.call("PATCH", f"accounts/{staff.ben.id}", 200, disabled=True)
    await staff.ben.call("GET", "queue", 401)

    async def waits_again() -> bool:
        return rude.id in await staff.anna.waiting()

    await soon(waits_again)
    # Rita is there, has room and takes what is given: the assigner finds her.
    await staff.rita.call("POST", "presence", 204, status="online", automatic=True, capacity=1)
    await xenia.says("my phone is broken again, what about the warranty")
    await xenia.call("POST", f"conversations/{xenia.id}/handoff", 201)

    async def has_somebody() -> bool:
        return bool((await staff.boss.sees(xenia.id))["owner"] == "assigned")

    await soon(has_somebody)
    assert (await staff.boss.sees(xenia.id))["agent"]["name"] == "Rita"
    await staff.rita.call("DELETE", "session", 204)
    await staff.rita.call("GET", "queue", 401)
