"""The agents' calls over HTTP: who gets in, and who must not."""

import uuid

from bot.web.services import Services
from tests.conftest import Client, Clock


def new() -> str:
    return str(uuid.uuid4())


async def queued(client: Client) -> tuple[str, str, dict[str, str]]:
    path, opens = await client.begin(locale="en")
    await client.say(path, opens, "I want to speak to a human")
    return f"/api/agent/conversations/{path[-36:]}", path, opens


async def test_the_way_of_a_hand_off(client: Client, services: Services, clock: Clock) -> None:
    path, customer, opens = await queued(client)
    csrf = await client.sign_in(services)
    clock.pass_(minutes=3)
    queue = (await client.get("/api/agent/queue")).json()
    [waiting] = queue["waiting"]
    assert {"conversation_id", "skill", "priority", "reason", "intent", "waiting_s", "place"} <= set(waiting)
    assert (waiting["conversation_id"], waiting["reason"], waiting["waiting_s"]) == (path[-36:], "requested", 180)
    assert (await client.post(f"{path}/claim", headers=csrf)).status_code == 200
    history = (await client.get(path)).json()
    assert (history["owner"], history["agent"]["name"]) == ("assigned", "Anna")
    received = next(one for one in history["touchpoints"] if one["type"] == "message.received")
    assert received["text"] == "I want to speak to a human"
    assert 0 < received["confidence"] <= 1
    assert "fingerprint" not in received
    body = {"client_id": new(), "text": "Hello, how can I help?"}
    assert (await client.post(f"{path}/messages", json=body, headers=csrf)).status_code == 201
    assert (await client.post(f"{path}/messages", json=body, headers=csrf)).status_code == 200
    seen = (await client.get(f"{customer}/touchpoints?after=3", headers=opens)).json()["touchpoints"]
    assert [one["type"] for one in seen] == ["conversation.assigned", "message.sent"]
    assert seen[-1]["actor"] == {"kind": "agent", "name": "Anna"}
    assert (await client.post(f"{path}/resolve", json={"outcome": "answered"}, headers=csrf)).status_code == 201
    assert (await client.get("/api/agent/queue")).json() == {"waiting": [], "assigned": []}


async def test_an_agent_with_skills_sees_those_alone(client: Client, services: Services) -> None:
    path, opens = await client.begin()
    await client.say(path, opens, "how long is the warranty")
    await client.post(f"{path}/handoff", headers=opens)
    mine = f"/api/agent/conversations/{path[-36:]}"
    other, _, _ = await queued(client)
    csrf = await client.sign_in(services, skills=("repairs",))
    queue = (await client.get("/api/agent/queue")).json()["waiting"]
    assert [one["conversation_id"] for one in queue] == [mine[-36:]]
    assert (await client.get(other)).status_code == 404
    assert (await client.post(f"{other}/claim", headers=csrf)).status_code == 404
    assert (await client.post(f"{mine}/claim", headers=csrf)).status_code == 200
    assert (await client.post(f"{mine}/resolve", headers=csrf)).status_code == 201


async def test_what_another_agent_has_is_409(client: Client, services: Services) -> None:
    path, _, _ = await queued(client)
    csrf = await client.sign_in(services)
    await client.post(f"{path}/claim", headers=csrf)
    client.cookies.clear()
    csrf = await client.sign_in(services, "ben@shop.example", name="Ben")
    message = {"client_id": new(), "text": "hello"}
    for call, body in (("claim", {}), ("messages", message), ("resolve", {})):
        answer = await client.post(f"{path}/{call}", json=body, headers=csrf)
        assert answer.status_code == 409, call
    assert (await client.get(path)).json()["agent"]["name"] == "Anna"


async def test_an_agent_can_see_why_a_message_was_understood_as_it_was(client: Client, services: Services) -> None:
    path, _, _ = await queued(client)
    await client.sign_in(services)
    received = next(one for one in (await client.get(path)).json()["touchpoints"] if one["type"] == "message.received")
    explained = (await client.get(f"{path}/messages/{received['seq']}/explanation")).json()
    best = explained["intents"][0]
    assert (explained["text"], best["intent"]) == (received["text"], received["intent"])
    assert explained["model"] == services.serving.classifier.version
    parts = best["contributions"]
    assert {part["kind"] for part in parts} <= {"word", "characters", "word_vector", "intercept"}
    assert abs(sum(part["value"] for part in parts) + best["rest"] - best["margin"]) < 1e-6
    # The bot's own answer and what isn't there have nothing to explain.
    for seq in (received["seq"] + 1, 999):
        assert (await client.get(f"{path}/messages/{seq}/explanation")).status_code == 404
    assert (await client.get(f"{path}/messages/0/explanation")).status_code == 422
