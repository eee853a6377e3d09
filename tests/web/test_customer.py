"""The customer's calls over HTTP, with a stranger in each."""

import asyncio
import hashlib
import hmac
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.settings import Settings
from bot.storage import identity_key
from bot.web.services import Services
from tests.conftest import Client, Clock

SEES = {"seq", "prev", "id", "type", "time", "actor", "text", "quick_replies", "episode", "client_id"}


def new() -> str:
    return str(uuid.uuid4())


async def test_before_a_conversation_nothing_is_stored(client: Client, services: Services) -> None:
    answer = (await client.get("/api/widget", params={"locale": "de"})).json()
    assert "Bot" in answer["greeting"]
    assert len(answer["starters"]) >= 3
    assert answer["privacy_url"]
    assert await services.log.tail() == []


async def test_the_first_conversation(client: Client) -> None:
    path, opens = await client.begin(locale="en", page="https://shop.example/phones")
    received, answer = await client.say(path, opens, "how long is the warranty")
    assert (received["actor"]["kind"], received["text"]) == ("customer", "how long is the warranty")
    assert (answer["actor"]["kind"], answer["type"]) == ("bot", "answer.given")
    assert set(received) | set(answer) <= SEES
    stored = (await client.get(f"{path}/touchpoints", headers=opens)).json()["touchpoints"]
    assert stored[1:] == [received, answer]
    assert stored[0]["type"] == "conversation.started"
    assert [one["prev"] for one in stored] == [0, 1, 2]
    assert (await client.get(f"{path}/touchpoints?after=3", headers=opens)).json() == {"touchpoints": []}


@pytest.mark.parametrize("written", ["de_AT", "de-AT"])
async def test_a_locale_is_one_however_it_is_written(client: Client, services: Services, written: str) -> None:
    assert (await client.get("/api/widget", params={"locale": written})).json()["locale"] == "de-AT"
    path, opens = await client.begin(locale=written)
    await client.begin(locale="en")
    assert (await client.post(f"{path}/handoff", headers=opens)).status_code == 201
    [started, stranger] = [one for one in await services.log.tail() if one.type == "conversation.started"]
    assert (started.facts["locale"], stranger.facts["locale"]) == ("de-AT", "en")
    [row] = await services.log.rows("queue")
    assert row["language"] == "de"


async def test_prev_leads_over_what_customers_never_see(client: Client) -> None:
    path, opens = await client.begin()
    await client.say(path, opens, "where is order 48213")
    stored = (await client.get(f"{path}/touchpoints", headers=opens)).json()["touchpoints"]
    assert [(one["prev"], one["seq"]) for one in stored] == [(0, 1), (1, 2), (2, 5)]
    assert "confidence" not in str(stored)


async def test_a_retry_gets_the_same_body_with_200(client: Client) -> None:
    path, opens = await client.begin()
    body = {"client_id": new(), "text": "how long is the warranty"}
    first = await client.post(f"{path}/messages", json=body, headers=opens)
    again = await client.post(f"{path}/messages", json=body, headers=opens)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content
    other = await client.post(f"{path}/messages", json={**body, "text": "something else"}, headers=opens)
    assert other.status_code == 409
    assert other.headers["content-type"] == "application/problem+json"


async def test_a_retried_start_is_the_same_conversation_and_token(client: Client, clock: Clock) -> None:
    body = {"client_id": new(), "locale": "en"}
    first = await client.post("/api/conversations", json=body)
    again = await client.post("/api/conversations", json=body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content
    for other in ({"locale": "de"}, {"page": "https://shop.example/"}):
        refused = await client.post("/api/conversations", json={**body, **other})
        assert (refused.status_code, "token" in refused.json()) == (409, False)
    clock.pass_(hours=25)
    late = await client.post("/api/conversations", json=body)
    assert late.status_code == 409
    assert "token" not in late.json()


async def test_a_quick_reply_is_sent_back_by_its_payload(client: Client) -> None:
    path, opens = await client.begin()
    body = {"client_id": new(), "payload": "intent:warranty"}
    sent = (await client.post(f"{path}/messages", json=body, headers=opens)).json()["touchpoints"]
    assert (sent[0]["text"], sent[1]["type"]) == ("Warranty", "answer.given")


async def test_asking_for_a_person_queues_and_leaving_comes_back(client: Client) -> None:
    path, opens = await client.begin()
    asked = await client.post(f"{path}/handoff", json={"client_id": new()}, headers=opens)
    assert asked.json()["touchpoints"][-1]["type"] == "handoff.requested"
    left = await client.post(f"{path}/leave", headers=opens)
    assert left.json()["touchpoints"][-1]["type"] == "handoff.cancelled"
    assert (await client.post(f"{path}/leave", headers=opens)).status_code == 409


async def test_feedback_names_its_episode(client: Client) -> None:
    path, opens = await client.begin()
    await client.say(path, opens, "how long is the warranty")
    body: dict[str, Any] = {"client_id": new(), "episode": 1, "kind": "csat", "score": 5}
    assert (await client.post(f"{path}/feedback", json=body, headers=opens)).status_code == 201
    body |= {"client_id": new(), "episode": 7}
    assert (await client.post(f"{path}/feedback", json=body, headers=opens)).status_code == 409


CALLS = [
    ("POST", "/messages", {"client_id": "6f2a1c9e-2a70-4b53-9a3e-0d6a1f7f0001", "text": "hello"}),
    ("GET", "/touchpoints", None),
    ("GET", "/stream", None),
    ("POST", "/identity", {"id": "x", "hash": "0" * 64, "expires": 1}),
    ("POST", "/typing", None),
    ("POST", "/read", {"seq": 1}),
    (
        "POST",
        "/feedback",
        {"client_id": "6f2a1c9e-2a70-4b53-9a3e-0d6a1f7f0002", "episode": 1, "kind": "csat", "score": 5},
    ),
    ("POST", "/handoff", {}),
    ("POST", "/leave", {}),
]


@pytest.mark.parametrize(("method", "call", "body"), CALLS)
async def test_a_stranger_gets_in_nowhere_and_learns_nothing(
    client: Client, services: Services, clock: Clock, method: str, call: str, body: Any
) -> None:
    path, opens = await client.begin()
    await client.say(path, opens, "my secret is xyzzy")
    _, other_opens = await client.begin()
    before = len(await services.log.tail())
    missing = f"/api/conversations/{new()}"
    token = opens["Authorization"]
    strangers = {
        "none": (path, {}, 401),
        "another conversation's": (path, other_opens, 403),
        "cut off": (path, {"Authorization": token[:-1]}, 401),
        "nonsense": (path, {"Authorization": "Bearer nonsense"}, 401),
        "another scheme": (path, {"Authorization": token.replace("Bearer", "Basic")}, 401),
        "not ascii": (path, {"Authorization": "Bearer ü.ü".encode("latin-1")}, 401),
        "of no conversation": (missing, opens, 403),
        "forged": (missing, {"Authorization": f"Bearer {missing[-36:]}.{token.partition('.')[2]}"}, 401),
    }
    for name, (where, headers, status) in strangers.items():
        answer = await client.request(method, where + call, json=body, headers=headers)  # type: ignore[arg-type]
        assert answer.status_code == status, name
        assert answer.headers["content-type"] == "application/problem+json"
        assert "xyzzy" not in answer.text
    clock.pass_(days=30, minutes=1)
    expired = await client.request(method, path + call, json=body, headers=opens)
    assert (expired.status_code, expired.json()["type"]) == (401, "expired")
    assert len(await services.log.tail()) == before


async def test_a_token_lasts_30_days_from_its_last_use_also_over_a_restart(
    client: Client, services: Services, clock: Clock
) -> None:
    path, opens = await client.begin()
    for _ in range(3):
        clock.pass_(days=29)
        assert (await client.get(f"{path}/touchpoints", headers=opens)).status_code == 200
        await services.log.write(())  # the last use is written behind the answer
        services.access._known.clear()
    clock.pass_(days=31)
    assert (await client.get(f"{path}/touchpoints", headers=opens)).json()["type"] == "expired"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"client_id": "no uuid", "text": "x"},
        {"client_id": new()},
        {"client_id": new(), "text": "x", "payload": "person"},
        {"client_id": new(), "text": ""},
        {"client_id": new(), "text": "   "},
        {"client_id": new(), "text": "x" * 4001},
        {"client_id": new(), "payload": "<script>"},
        {"client_id": new(), "text": 5},
        {"client_id": new(), "text": "x", "more": 1},
    ],
)
async def test_bad_messages_say_what_is_wrong_with_them(client: Client, services: Services, body: Any) -> None:
    path, opens = await client.begin()
    answer = await client.post(f"{path}/messages", json=body, headers=opens)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["type"] == "invalid"
    assert problem["errors"]
    assert len(await services.log.tail()) == 1


async def test_what_is_no_json_is_refused(client: Client) -> None:
    path, opens = await client.begin()
    for content in (b"", b"{", b'{"client_id": "\xff"}', b'"\\ud800"', b"[" * 5000):
        headers = {**opens, "Content-Type": "application/json"}
        answer = await client.post(f"{path}/messages", content=content, headers=headers)
        assert answer.status_code in (400, 422), content[:20]
        assert answer.headers["content-type"] == "application/problem+json"
    too_large = b'{"client_id": "%s", "text": "%s"}' % (new().encode(), b"x" * 100_000)

    async def in_pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(too_large), 1000):
            yield too_large[start : start + 1000]

    for content in (too_large, in_pieces()):
        answer = await client.post(f"{path}/messages", content=content, headers=headers)
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"


async def test_the_fast_lane_and_the_ordinary_way_answer_alike(client: Client) -> None:
    """A content type with a parameter takes the ordinary way through FastAPI."""
    ordinary = {"Content-Type": "application/json; charset=utf-8"}
    bodies = [
        b'{"client_id": "%s", "text": "how long is the warranty"}' % new().encode(),
        b'{"client_id": "%s", "payload": "person"}' % new().encode(),
        b'{"client_id": "%s"}' % new().encode(),
        b"{",
    ]
    for body in bodies:
        path, opens = await client.begin()
        fast = await client.post(
            f"{path}/messages", content=body, headers={**opens, "Content-Type": "application/json"}
        )
        slow = await client.post(f"{path}/messages", content=body, headers={**opens, **ordinary})
        if fast.status_code == 201:
            assert (slow.status_code, slow.content) == (200, fast.content)
        else:
            assert (slow.status_code, slow.content) == (fast.status_code, fast.content)
    for headers in ({}, {"Authorization": "Bearer x"}):
        answers = [
            await client.post(f"{path}/messages", content=bodies[0], headers={**headers, "Content-Type": type_})
            for type_ in ("application/json", "application/json; charset=utf-8")
        ]
        assert answers[0].status_code == answers[1].status_code == 401
        assert answers[0].content == answers[1].content


def signed(settings: Settings, id_: str, expires: int) -> dict[str, Any]:
    key = identity_key(settings)
    return {
        "id": id_,
        "expires": expires,
        "hash": hmac.new(key, f"{id_}\n{expires}".encode(), hashlib.sha256).hexdigest(),
    }


async def test_a_known_customer_has_one_open_conversation(
    client: Client, services: Services, settings: Settings, clock: Clock
) -> None:
    mia = signed(settings, "mia", clock.now // 1000 + 60)
    first = await client.post("/api/conversations", json={"customer": {**mia, "name": "Mia"}})
    again = await client.post("/api/conversations", json={"customer": mia})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["conversation_id"] == first.json()["conversation_id"]
    assert again.json()["token"] == first.json()["token"]
    ben = await client.post("/api/conversations", json={"customer": signed(settings, "ben", mia["expires"])})
    assert ben.json()["conversation_id"] != first.json()["conversation_id"]
    assert "mia" not in str([one.facts for one in await services.log.tail()]).lower()


async def test_many_first_visits_at_once_are_one_conversation(client: Client, settings: Settings, clock: Clock) -> None:
    mia = signed(settings, "mia", clock.now // 1000 + 60)
    answers = await asyncio.gather(*(client.post("/api/conversations", json={"customer": mia}) for _ in range(20)))
    assert len({answer.json()["conversation_id"] for answer in answers}) == 1
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]


async def test_a_wrong_or_old_identity_is_refused_and_never_somebodys_history(
    client: Client, settings: Settings, clock: Clock
) -> None:
    mia = signed(settings, "mia", clock.now // 1000 + 60)
    await client.post("/api/conversations", json={"customer": mia})
    old = signed(settings, "mia", clock.now // 1000 - 1)
    for wrong in ({**mia, "hash": "0" * 64}, {**mia, "id": "ben"}, {**mia, "expires": mia["expires"] + 1}, old):
        answer = await client.post("/api/conversations", json={"customer": wrong})
        assert answer.status_code == 403, wrong
        assert "token" not in answer.text


async def test_identifying_links_once_and_never_merges(client: Client, settings: Settings, clock: Clock) -> None:
    path, opens = await client.begin()
    mia = signed(settings, "mia", clock.now // 1000 + 60)
    for _ in range(2):
        assert (await client.post(f"{path}/identity", json=mia, headers=opens)).status_code == 201
    ben = signed(settings, "ben", mia["expires"])
    assert (await client.post(f"{path}/identity", json=ben, headers=opens)).status_code == 409
    other_path, other_opens = await client.begin()
    assert (await client.post(f"{other_path}/identity", json=mia, headers=other_opens)).status_code == 201
    assert (await client.post(f"{other_path}/identity", json=ben, headers=other_opens)).status_code == 409
