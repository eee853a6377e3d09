"""Looking things up over HTTP: search, suggestions, the customer's past, canned replies, intents."""

import uuid
from typing import Any

from bot.web.services import Services
from tests.conftest import Client

SEARCH = "/api/agent/conversations"
CALLS = (
    f"{SEARCH}?query=warranty",
    "{one}/suggestions",
    "{one}",
    "/api/agent/replies",
    "/api/agent/intents",
)


async def waiting(client: Client, text: str = "how long is the warranty") -> tuple[str, str, dict[str, str]]:
    path, opens = await client.begin(locale="en")
    await client.say(path, opens, text)
    await client.post(f"{path}/handoff", headers=opens)
    return f"{SEARCH}/{path[-36:]}", path, opens


async def close(client: Client, one: str, csrf: dict[str, str]) -> None:
    assert (await client.post(f"{one}/claim", headers=csrf)).status_code == 200
    assert (await client.post(f"{one}/resolve", json={"outcome": "answered"}, headers=csrf)).status_code == 201


async def found(client: Client, query: str, **more: Any) -> list[dict[str, Any]]:
    answer = await client.get(SEARCH, params={"query": query, **more})
    assert answer.status_code == 200, answer.text
    listed: list[dict[str, Any]] = answer.json()["found"]
    return listed


async def test_nobody_but_those_who_serve_customers_looks_anything_up(client: Client, services: Services) -> None:
    one, _, opens = await waiting(client)

    async def statuses(**headers: str) -> set[int]:
        answers = [await client.get(where.format(one=one), headers=headers) for where in CALLS]
        assert not any("warranty" in answer.text for answer in answers if answer.status_code != 200)
        return {answer.status_code for answer in answers}

    assert await statuses() == {401}
    assert await statuses(**opens) == {401}
    await client.sign_in(services, "analyst@shop.example", role="analyst")
    assert await statuses() == {403}
    client.cookies.clear()
    await client.sign_in(services)
    assert await statuses() == {200}
    await services.accounts.disable("anna@shop.example")
    assert await statuses() == {401}


async def test_a_closed_conversation_is_found_and_opened_by_those_who_may(client: Client, services: Services) -> None:
    one, _, _ = await waiting(client)
    csrf = await client.sign_in(services, "anna@shop.example", skills=("repairs",))
    await close(client, one, csrf)
    [hit] = await found(client, "WARR")
    assert hit | {"time": "", "seq": 0} == {
        "conversation_id": one[-36:],
        "customer_name": None,
        "snippet": "how long is the warranty",
        "marks": [[16, 20]],
        "owner": "closed",
        "time": "",
        "seq": 0,
    }
    history = (await client.get(one)).json()
    assert next(t["text"] for t in history["touchpoints"] if t["seq"] == hit["seq"]) == hit["snippet"]
    client.cookies.clear()
    await client.sign_in(services, "rita@shop.example", skills=("repairs",))
    assert len(await found(client, "warranty")) == 1
    assert (await client.get(one)).status_code == 200
    client.cookies.clear()
    csrf = await client.sign_in(services, "stranger@shop.example", skills=("refunds",))
    assert await found(client, "warranty") == []
    for call in ("", "/suggestions"):
        assert (await client.get(one + call)).status_code == 404
    for call in ("claim", "resolve", "takeover"):
        assert (await client.post(f"{one}/{call}", headers=csrf)).status_code == 404
    client.cookies.clear()
    await client.sign_in(services, "boss@shop.example", role="supervisor")
    assert len(await found(client, "warranty")) == 1
    assert (await client.get(one)).status_code == 200


async def test_a_query_that_is_none_is_said_and_odd_ones_find_nothing(client: Client, services: Services) -> None:
    await waiting(client)
    await client.sign_in(services)
    for query in ("", "?!", '"', "\0", "warranty NEAR nothing*", "w" * 1000):
        assert await found(client, query) == []
    for params in ({}, {"query": "w" * 1001}, {"query": "w", "limit": 0}, {"query": "w", "limit": 51}):
        refused = await client.get(SEARCH, params=params)
        assert (refused.status_code, refused.json()["type"]) == (422, "invalid")
    assert len(await found(client, "warranty", limit=1)) == 1


async def test_suggestions_are_in_the_language_of_the_customer(client: Client, services: Services) -> None:
    one, path, opens = await waiting(client)
    await client.sign_in(services)
    [first, *_] = (await client.get(f"{one}/suggestions")).json()["suggestions"]
    assert (first["intent"], set(first)) == ("warranty", {"intent", "title", "confidence", "text"})
    english = services.serving.content.intents["warranty"].answer[-1].say
    assert first["text"] == english.in_("en")
    await client.say(path, opens, "wie lange habe ich Garantie auf mein Handy, bitte sagen Sie mir das")
    [first, *_] = (await client.get(f"{one}/suggestions")).json()["suggestions"]
    assert (first["intent"], first["text"]) == ("warranty", english.in_("de"))
    assert (await client.get(f"{SEARCH}/{uuid.uuid4()}/suggestions")).status_code == 404


async def test_the_panel_comes_with_the_conversation(client: Client, services: Services) -> None:
    one, path, opens = await waiting(client)
    csrf = await client.sign_in(services)
    await close(client, one, csrf)
    body = {"client_id": str(uuid.uuid4()), "episode": 1, "kind": "csat", "score": 5}
    await client.post(f"{path}/feedback", json=body, headers=opens)
    await client.say(path, opens, "where is order 48213")
    customer = (await client.get(one)).json()["customer"]
    assert customer["conversations"] == []
    first, second = customer["episodes"]
    assert (first["intents"], first["outcome"], first["rating"], first["scale"]) == (
        ["warranty"],
        "answered",
        5,
        [1, 5],
    )
    assert second["intents"] == ["track_order"]
    [step, *_] = customer["journey"]
    stage = services.serving.content.intents["warranty"].stage
    assert (step["intent"], step["stage"], step["conversation_id"]) == ("warranty", stage, one[-36:])


async def test_replies_and_intents_come_from_the_content(client: Client, services: Services) -> None:
    await client.sign_in(services)
    content = services.serving.content
    replies = (await client.get("/api/agent/replies")).json()["replies"]
    assert [one["name"] for one in replies] == list(content.replies)
    german = (await client.get("/api/agent/replies?locale=de")).json()["replies"]
    for one, other in zip(replies, german, strict=True):
        assert set(one) == {"name", "title", "text"}
        assert other["text"] == content.replies[one["name"]].text.in_("de")
    intents = (await client.get("/api/agent/intents")).json()["intents"]
    assert {one["name"] for one in intents} == {*content.intents, "out_of_scope"}
    assert all(one["title"] for one in intents)
    assert (await client.get("/api/agent/intents?locale=<b>")).status_code == 422
