"""Customers the shop knows, where several people, tabs and months come together."""

import hashlib
import hmac
import json
import uuid
from typing import Any

import pytest

from bot.errors import Unavailable
from bot.settings import Settings
from bot.storage import identity_key
from bot.touchpoints.log import Put
from bot.web.services import Services
from tests.conftest import Client, Clock

PASSWORD = "correct horse battery"


@pytest.fixture
def sign(settings: Settings, clock: Clock) -> Any:
    def signed(id_: str, **more: Any) -> dict[str, Any]:
        key = identity_key(settings)
        expires = clock.now // 1000 + 60
        digest = hmac.new(key, f"{id_}\n{expires}".encode(), hashlib.sha256).hexdigest()
        return {"id": id_, "expires": expires, "hash": digest, **more}

    return signed


async def test_a_refused_identity_gives_nobody_anothers_conversation(client: Client, sign: Any) -> None:
    """X has a conversation; a tab is identified as X, then as Y: Y must not get that tab's conversation later."""
    await client.post("/api/conversations", json={"customer": sign("x")})
    path, opens = await client.begin()
    await client.say(path, opens, "my address is 42 main street")
    assert (await client.post(f"{path}/identity", json=sign("x"), headers=opens)).status_code == 201
    assert (await client.post(f"{path}/identity", json=sign("y"), headers=opens)).status_code == 409
    begun = (await client.post("/api/conversations", json={"customer": sign("y")})).json()
    assert begun["conversation_id"] != path[-36:]
    assert "42 main street" not in str(begun)


async def test_a_client_id_opens_nothing_for_somebody_else(client: Client, sign: Any) -> None:
    client_id = str(uuid.uuid4())
    first = await client.post("/api/conversations", json={"client_id": client_id, "customer": sign("x")})
    for body in ({"customer": sign("y")}, {}):
        other = await client.post("/api/conversations", json={"client_id": client_id, **body})
        assert other.json()["conversation_id"] != first.json()["conversation_id"]


async def test_a_conversation_that_is_given_out_again_can_be_used_again(
    client: Client, sign: Any, clock: Clock
) -> None:
    begun = (await client.post("/api/conversations", json={"customer": sign("x")})).json()
    opens = {"Authorization": f"Bearer {begun['token']}"}
    path = f"/api/conversations/{begun['conversation_id']}"
    clock.pass_(days=31)
    assert (await client.get(f"{path}/touchpoints", headers=opens)).status_code == 401
    again = (await client.post("/api/conversations", json={"customer": sign("x")})).json()
    assert again["token"] == begun["token"]
    assert (await client.get(f"{path}/touchpoints", headers=opens)).status_code == 200


async def test_an_ended_conversation_says_where_to_go_on(client: Client, services: Services, sign: Any) -> None:
    begun = (await client.post("/api/conversations", json={"customer": sign("x")})).json()
    opens = {"Authorization": f"Bearer {begun['token']}"}
    path = f"/api/conversations/{begun['conversation_id']}"
    await client.post(f"{path}/handoff", headers=opens)
    csrf = await client.sign_in(services)
    for call in ("claim", "resolve"):
        await client.post(f"/api/agent{path.removeprefix('/api')}/{call}", headers=csrf)
    newer = await client.post("/api/conversations", json={"customer": sign("x")})
    assert newer.status_code == 201
    body = {"client_id": str(uuid.uuid4()), "text": "hello again"}
    refused = await client.post(f"{path}/messages", json=body, headers=opens)
    assert (refused.status_code, refused.json()["type"], "UNIQUE" in refused.text) == (409, "continued", False)
    again = await client.post("/api/conversations", json={"customer": sign("x")})
    assert (again.status_code, again.json()["conversation_id"]) == (200, newer.json()["conversation_id"])


@pytest.mark.parametrize(
    "extra", [{"x": "\ud800"}, {"x": [1]}, {"x": {"y": 1}}, {"x": "y" * 5000}, {"actor_name": "Anna"}]
)
async def test_odd_customer_fields_are_refused(client: Client, sign: Any, extra: dict[str, Any]) -> None:
    body = json.dumps({"customer": sign("x", **extra)})
    answer = await client.post("/api/conversations", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422


async def test_a_number_of_any_size_is_stood(client: Client, sign: Any) -> None:
    answer = await client.post("/api/conversations", json={"customer": sign("x", points=1 << 70)})
    assert answer.status_code == 201


async def test_what_the_page_says_of_a_customer_cannot_change_what_agents_rely_on(
    client: Client, services: Services, sign: Any
) -> None:
    fields = {"customer_ref": "FAKE", "owner": "FAKE", "name": "Xenia"}
    begun = (await client.post("/api/conversations", json={"customer": sign("x", **fields)})).json()
    await client.sign_in(services, role="supervisor")
    seen = (await client.get(f"/api/agent/conversations/{begun['conversation_id']}")).json()
    assert seen["customer"]["customer_ref"] != "FAKE"
    assert seen["customer"]["name"] == "Xenia"
    assert seen["owner"] == "bot"


async def test_what_an_agent_says_of_the_outcome_is_no_fact_unless_it_is_a_known_word(
    client: Client, services: Services
) -> None:
    path, opens = await client.begin()
    csrf = await client.sign_in(services, skills=("general",))
    agent = f"/api/agent{path.removeprefix('/api')}"
    for outcome in ("refunded Anna Smith 0171-5550123", "answered"):
        await client.post(f"{path}/handoff", headers=opens)
        await client.post(f"{agent}/claim", headers=csrf)
        body = {"client_id": str(uuid.uuid4()), "outcome": outcome}
        statuses = [(await client.post(f"{agent}/resolve", json=body, headers=csrf)).status_code for _ in range(2)]
        assert statuses == [201, 200]
    facts = [one.facts for one in await services.log.tail() if one.type == "episode.closed"]
    assert [one.get("outcome") for one in facts] == [None, "answered"]
    assert "Anna" not in str(facts)


async def test_the_set_up_link_is_dead_once_there_is_an_account(client: Client, services: Services) -> None:
    token = await services.staff.invitations.first()
    await client.sign_in(services)
    body = {"token": token, "email": "evil@shop.example", "name": "Evil", "password": PASSWORD}
    assert (await client.post("/api/agent/setup", json=body)).status_code == 401


async def test_one_bad_value_does_not_stop_the_log(services: Services) -> None:
    row = {"digest": "\udcff", "customer_ref": "c"}
    with pytest.raises(Unavailable):
        await services.log.write([Put("identity", row)])
    await services.log.write([Put("identity", {"digest": "d", "customer_ref": "c"})])
    assert len(await services.log.rows("identity")) == 1
