"""Events over HTTP: with which key, what is stored where, and what is said of the rest."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from bot.agents.accounts import Role
from bot.assembly import open_services
from bot.errors import NotFound, Refused
from bot.settings import Settings
from bot.touchpoints.consent import Purpose, has, refused
from bot.touchpoints.identities import Id, Kind
from bot.touchpoints.log import SYSTEM
from bot.web.services import Services
from bot.web.touchpoints import BATCH, LARGEST_BATCH, ONE
from tests.conftest import Client, Clock
from tests.conversations.test_customers import Shop
from tests.outside.test_events import event

ALL = ("touchpoints:write", "touchpoints:read")


class System:
    """Another system of the shop's, with a key."""

    def __init__(self, client: Client, key: str) -> None:
        self.client = client
        self.opens = {"Authorization": f"Bearer {key}"}

    async def report(self, events: Any, kind: str = BATCH) -> httpx.Response:
        body = events if isinstance(events, bytes) else json.dumps(events).encode()
        return await self.client.post("/api/touchpoints", content=body, headers={**self.opens, "Content-Type": kind})

    async def reported(self, *events: Any) -> tuple[int, int, list[dict[str, Any]]]:
        answer = await self.report(list(events))
        assert answer.status_code == 202, answer.text
        body = answer.json()
        return body["accepted"], body["duplicates"], body["rejected"]

    async def log(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            after = found[-1]["position"] if found else "0"
            answer = await self.client.get("/api/touchpoints", params={"after": after, "limit": 3}, headers=self.opens)
            assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
            if not answer.content:
                return found
            found += [json.loads(line) for line in answer.content.splitlines()]

    async def outside(self) -> list[dict[str, Any]]:
        return [one for one in await self.log() if one["source"].startswith("https://shop.example/")]


@pytest.fixture
async def shop(client: Client, services: Services) -> System:
    return System(client, await services.keys.add("everything", ALL))


async def test_good_ones_are_stored_once_and_bad_ones_named(shop: System) -> None:
    good = [event(id=f"e{n}", data={"customer_id": str(n % 2)}) for n in range(4)]
    accepted, duplicates, rejected = await shop.reported(good[0], {"no": "event"}, *good, event(type="model.promoted"))
    assert (accepted, duplicates) == (4, 1)
    assert [one["index"] for one in rejected] == [1, 6]
    assert "specversion" in rejected[0]["reason"]
    assert await shop.reported(*good) == (0, 4, [])
    stored = await shop.outside()
    assert [one["type"] for one in stored] == ["com.shop.order.placed"] * 4
    assert len({one["subject"] for one in stored}) == len({one["data"]["customer_ref"] for one in stored}) == 2
    assert all(one["subject"] == f"customer/{one['data']['customer_ref']}" for one in stored)
    assert all(one["data"]["stage_method"] == "rule" for one in stored)
    assert len({(one["source"], one["id"]) for one in stored}) == 4


async def test_a_single_one_and_one_of_nobody(shop: System) -> None:
    answer = await shop.report(event(data={"secret": "of nobody"}), ONE)
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1, "duplicates": 0, "rejected": []})
    [stored] = await shop.outside()
    assert stored["subject"].startswith("source/")
    assert "customer_ref" not in stored["data"]
    assert "of nobody" not in str(stored)


async def test_what_is_no_batch_at_all_is_said(shop: System) -> None:
    for body, kind, status in (
        ([], "application/json", 415),
        ({}, BATCH, 422),
        ([], ONE, 422),
        (b"[{]", BATCH, 422),
        (b'["\xff"]', BATCH, 422),
        ([event()] * 1001, BATCH, 413),
        (b"[" + b" " * LARGEST_BATCH + b"]", BATCH, 413),
    ):
        answer = await shop.report(body, kind)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), kind
    assert (await shop.report([], BATCH)).json() == {"accepted": 0, "duplicates": 0, "rejected": []}
    large = [event(id=f"e{n}", data={"text": "x" * 60_000}) for n in range(20)]
    assert await shop.reported(*large) == (20, 0, [])
    for size, status in ((70_000, 422), (LARGEST_BATCH + 1, 413)):  # without a length, counted as it comes

        async def pieces(size: int = size) -> AsyncIterator[bytes]:
            for start in range(0, size, 10_000):
                yield b" " * min(10_000, size - start)

        headers = {**shop.opens, "Content-Type": BATCH}
        assert (await shop.client.post("/api/touchpoints", content=pieces(), headers=headers)).status_code == status
    other = await shop.client.post("/api/conversations", json={"page": "x" * 70_000})
    assert other.status_code == 413  # what is larger is so for this call alone


async def test_many_senders_at_once_store_each_event_once(shop: System, services: Services) -> None:
    events = [event(id=f"e{n}", data={"customer_id": str(n % 3)}) for n in range(60)]
    batches = [events[start : start + 20] for start in range(0, 60, 10)]
    answers = await asyncio.gather(*(shop.reported(*batch) for batch in batches))
    assert sum(answer[0] for answer in answers) == len(await shop.outside()) == 60
    assert sum(answer[0] + answer[1] for answer in answers) == sum(map(len, batches))
    rows = await services.log.rows("identity")
    assert len(rows) == len({row["customer_ref"] for row in rows}) == 3


async def test_two_processes_store_each_event_once(shop: System, services: Services, settings: Settings) -> None:
    beside = open_services(settings, services.conversations.clock)
    batches = [
        [event(id=f"e{n}", data={"customer_id": str(n % 5)}) for n in range(start, start + 30)] for start in (0, 10)
    ]
    taken = await asyncio.gather(*(one.ingest.take(batch) for batch in batches for one in (services, beside)))
    await beside.log.close()
    assert sum(one.accepted for one in taken) == len(await shop.outside()) == 40
    assert sum(one.duplicates for one in taken) == 80


async def test_a_visitor_becomes_a_customer_and_it_can_be_undone(shop: System, services: Services) -> None:
    await shop.reported(event(id="1", type="shop.visit", data={"anonymous_id": "cookie"}))
    [visit] = await shop.outside()
    visitor = visit["data"]["customer_ref"]
    await shop.reported(event(id="2", data={"anonymous_id": "cookie", "customer_id": "lena"}))
    customer = (await shop.outside())[-1]["data"]["customer_ref"]
    assert customer != visitor
    assert await services.people.link("cookie", "lena") is False
    assert [row["known_ref"] for row in await services.log.rows("linked_visitor")] == [customer]
    with pytest.raises(Refused, match="unlink them first"):
        await services.people.link("cookie", "max")
    # Whoever else uses the same browser is not merged with her.
    await shop.reported(event(id="3", data={"anonymous_id": "cookie", "customer_id": "max"}))
    assert len(await services.log.rows("linked_visitor")) == 1
    assert await services.people.unlink("cookie") is True
    assert await services.people.unlink("cookie") is False
    assert await services.log.rows("linked_visitor") == []
    with pytest.raises(NotFound):
        await services.people.unlink("never seen")
    told = [
        (one["type"], one["data"]["customer_ref"], one["data"]["known_ref"])
        for one in await shop.log()
        if one["type"].startswith("identity.")
    ]
    assert told == [("identity.linked", visitor, customer), ("identity.unlinked", visitor, customer)]
    assert [one["data"]["customer_ref"] for one in await shop.outside()][:2] == [visitor, customer]


async def test_agents_see_the_journey_elsewhere(
    shop: System, services: Services, settings: Settings, clock: Clock
) -> None:
    begun = await services.start.begin(None, "en", None, Shop(settings, clock).identity("lena"))
    await shop.reported(
        event(id="1", type="shop.visit", time="2026-03-01T10:00:00Z", data={"anonymous_id": "cookie"}),
        event(id="2", type="com.shop.order.delivered", time="2026-02-01T10:00:00Z", data={"customer_id": "lena"}),
        event(id="3", type="com.shop.order.placed", data={"customer_id": "somebody else"}),
        event(id="4", type="com.shop.unknown", data={"customer_id": "lena"}),
    )
    await services.people.link("cookie", "lena")
    conversation = await services.conversations.get(begun.conversation_id)
    account = await services.accounts.add("anna@shop.example", "Anna", Role.AGENT)
    panel = await services.customers.panel(conversation, account, services.serving.content)
    assert [(one["type"], one["stage"]) for one in panel["journey"]] == [
        ("com.shop.order.delivered", "use"),
        ("shop.visit", "discovery"),
    ]


def vars_of(shop: Shop, customer: str) -> dict[str, Any]:
    signed = shop.identity(customer)
    return {"id": signed.id, "hash": signed.hash, "expires": signed.expires}


async def test_consents_are_recorded_and_the_last_one_counts(
    shop: System, services: Services, settings: Settings, clock: Clock
) -> None:
    body = {"customer_id": "lena", "purpose": "analysis", "given": False}
    for sent, status in ((body, 201), (body, 200), ({**body, "given": True}, 201), (body, 201)):
        assert (await shop.client.post("/api/consents", json=sent, headers=shop.opens)).status_code == status
    await services.people.link("cookie", "lena")
    refs = {str(row["customer_ref"]) for row in await services.log.rows("identity")}
    assert await refused(services.log, Purpose.ANALYSIS) == refs
    assert await refused(services.log, Purpose.PERSONALISE) == frozenset()
    assert await has(services.log, refs, Purpose.ANALYSIS) is False
    assert await has(services.log, refs, Purpose.PERSONALISE) is None
    identity = replace(Shop(settings, clock).identity("lena"), details={"name": "Lena", "personalise": True})
    begun = await services.start.begin(None, "en", None, identity)
    assert (await services.conversations.get(begun.conversation_id)).state.name == "Lena"
    await services.people.consent(Id(Kind.CUSTOMER, "max"), Purpose.PERSONALISE, False)
    begun = await services.start.begin(None, "en", None, replace(identity, **vars_of(Shop(settings, clock), "max")))
    assert (await services.conversations.get(begun.conversation_id)).state.name is None
    kinds = [one["type"] for one in await shop.log() if one["type"].startswith("consent.")][:3]
    assert kinds == ["consent.withdrawn", "consent.given", "consent.withdrawn"]
    both = {**body, "anonymous_id": "x"}
    assert (await shop.client.post("/api/consents", json=both, headers=shop.opens)).status_code == 422


# --- who gets in


async def test_who_gets_in(client: Client, services: Services, shop: System) -> None:
    """Every call of other systems × everybody who could make it."""
    path, customer = await client.begin(locale="en")
    csrf = await client.sign_in(services, "boss@shop.example", role="admin")
    cookie = f"bot_session={client.cookies['bot_session']}"
    client.cookies.clear()
    reader, writer = [await services.keys.add(scope, [scope]) for scope in ("touchpoints:read", "touchpoints:write")]
    bound = await services.keys.add("bound", ["touchpoints:write"], "https://shop.example/orders")
    revoked = await services.keys.add("revoked", ALL)
    await services.keys.revoke("revoked")
    callers = {
        "nobody": {},
        "a stranger": {"Authorization": "Bearer bot_guessed"},
        "a customer": customer,
        "an admin's cookie": {"Cookie": cookie, **csrf},
        "a key that was revoked": {"Authorization": f"Bearer {revoked}"},
        "a key in the wrong scheme": {"Authorization": f"Basic {writer}"},
        "a key for reading": {"Authorization": f"Bearer {reader}"},
        "a key for writing": {"Authorization": f"Bearer {writer}"},
        "a key bound to a source": {"Authorization": f"Bearer {bound}"},
    }
    refused_at = [401] * 6
    batch = {"content": json.dumps([event(id="a")]), "headers": {"Content-Type": BATCH}}
    person = {"anonymous_id": "cookie", "customer_id": "lena"}
    consent = {"customer_id": "lena", "purpose": "analysis", "given": True}
    table: list[tuple[str, str, dict[str, Any], list[int]]] = [
        ("POST", "/api/touchpoints", batch, [403, 202, 202]),
        ("GET", "/api/touchpoints", {}, [200, 403, 403]),
        ("POST", "/api/identities", {"json": person}, [403, 201, 403]),
        ("POST", "/api/identities/unlink", {"json": {"anonymous_id": "cookie"}}, [403, 201, 403]),
        ("POST", "/api/consents", {"json": consent}, [403, 201, 403]),
    ]
    for method, url, sent, let_in in table:
        before = await services.log.last_position()
        for (who, headers), expected in zip(callers.items(), refused_at + let_in, strict=True):
            more = {**sent, "headers": {**sent.get("headers", {}), **headers}}
            answer = await client.request(method, url, **more)
            assert answer.status_code == expected, (method, url, who, answer.text)
            if expected in (401, 403):
                assert await services.log.last_position() == before, (url, who)
            before = await services.log.last_position()
    for headers in (callers["a key for writing"], callers["a key for reading"]):
        assert (await client.get(f"{path}/touchpoints", headers=headers)).status_code == 401
        assert (await client.get("/api/agent/queue", headers=headers)).status_code == 401


async def test_a_bound_key_reports_for_its_source_alone(client: Client, services: Services) -> None:
    bound = System(client, await services.keys.add("orders", ["touchpoints:write"], "https://shop.example/orders"))
    accepted, _, rejected = await bound.reported(event(), event(source="https://shop.example/mail"))
    assert (accepted, [one["index"] for one in rejected]) == (1, [1])


async def test_a_bound_key_links_nobody(shop: System, services: Services) -> None:
    """What it reports of a visitor and a customer is stored as the customer's, and the visitor stays who they are."""
    orders = "https://shop.example/orders"
    bound = System(shop.client, await services.keys.add("orders", ["touchpoints:write"], orders))
    await shop.reported(event(id="1", data={"anonymous_id": "cookie"}))
    await shop.reported(event(id="2", data={"customer_id": "lena"}))
    lena = (await shop.outside())[-1]["data"]["customer_ref"]
    for number, names in enumerate(({"customer_id": "lena"}, {"customer": {"id": "lena"}}, {"customer_ref": lena})):
        told = event(id=f"bound-{number}", source=orders, data={"anonymous_id": "cookie", **names})
        assert await bound.reported(told) == (1, 0, [])
        assert (await shop.outside())[-1]["data"]["customer_ref"] == lena
    assert await services.log.rows("linked_visitor") == []
    assert [one for one in await shop.log() if one["type"] == "identity.linked"] == []
    assert await bound.reported(event(id="3", source=orders, data={"anonymous_id": "cookie"})) == (1, 0, [])
    visit, *_, last = await shop.outside()
    assert visit["data"]["customer_ref"] == last["data"]["customer_ref"] != lena
    assert await shop.reported(event(id="4", data={"anonymous_id": "cookie", "customer_id": "lena"})) == (1, 0, [])
    assert len(await services.log.rows("linked_visitor")) == 1


async def test_keys_are_stored_as_digests_and_noted_in_the_log(services: Services, settings: Settings) -> None:
    key = await services.keys.add("orders", ["touchpoints:read"])
    with pytest.raises(Refused, match="already"):
        await services.keys.add("orders", ["touchpoints:read"])
    for name, scopes, source in (("", ALL, None), ("x", ["admin"], None), ("x", [], None), ("x", ALL[1:], "urn:x")):
        with pytest.raises(Refused):
            await services.keys.add(name, scopes, source)
    with pytest.raises(NotFound):
        await services.keys.revoke("nobody")
    files = [path for path in settings.database.parent.iterdir() if path.is_file()]
    assert [path.name for path in files if key.encode() in path.read_bytes()] == []
    await services.keys.revoke("orders")
    assert await services.keys.all() == []
    noted = [one.facts["what"] for one in await services.log.read(SYSTEM) if one.type == "key.changed"]
    assert noted == ["added", "revoked"]


async def test_an_event_reopens_no_conversation(shop: System, services: Services) -> None:
    begun = await services.start.begin(None, "en", None, None)
    ref = (await services.conversations.get(begun.conversation_id)).customer_ref
    head = await services.log.head(f"conversation/{begun.conversation_id}")
    accepted, _, rejected = await shop.reported(
        event(id="1", data={"customer_ref": ref, "conversation_id": begun.conversation_id}),
        event(id="2", data={"customer_ref": "nobody"}),
    )
    assert (accepted, [one["reason"] for one in rejected]) == (
        1,
        ["there is no customer_ref 'nobody'; send the shop's own customer_id"],
    )
    assert await services.log.head(f"conversation/{begun.conversation_id}") == head
    [stored] = await shop.outside()
    assert stored["subject"] == f"customer/{ref}"
    assert begun.conversation_id not in str(stored)
