"""Every call of the OpenAPI document with whatever fits its schema and what doesn't: never a 5xx."""

import os
import random
import uuid
from collections import Counter
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings

from tests.server import Server

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "3"))
CALLERS = {"/agent/": "agent", "/api/touchpoints": "key", "/api/identities": "key", "/api/consents": "key"}
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def known(server: Server) -> dict[str, Any]:
    """A conversation with a hand-off, the token that opens it, and an agent's session."""
    token = server.set_up_link.partition("#setup=")[2]
    with httpx.Client(base_url=server.url) as client:
        begun = client.post("api/conversations", json={}).json()
        opens = {"Authorization": f"Bearer {begun['token']}"}
        client.post(f"api/conversations/{begun['conversation_id']}/handoff", headers=opens)
        account = {"token": token, "email": "boss@shop.example", "name": "Boss", "password": PASSWORD}
        csrf = client.post("api/agent/setup", json=account).json()["csrf"]
        cookie = f"bot_session={client.cookies['bot_session']}"
    key = server.run("key", "add", "fuzz", "--scope", "touchpoints:write", "--scope", "touchpoints:read").strip()
    return {
        "key": {"Authorization": f"Bearer {key}"},
        "conversation_id": begun["conversation_id"],
        "customer": opens,
        "agent": {"Cookie": cookie, "X-CSRF-Token": csrf},
    }


def test_no_call_makes_the_server_fail(server: Server, known: dict[str, Any]) -> None:
    schema = schemathesis.openapi.from_url(f"{server.url}openapi.json")
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) > 20
    for operation in operations:
        assert sum(fuzzed(operation, known).values()) > 0, operation.label


def fuzzed(operation: Any, known: dict[str, Any]) -> Counter[int]:
    """How often one operation answered with which status."""
    answers: Counter[int] = Counter()

    @seed(1)
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy())
    def fuzz(case: schemathesis.Case) -> None:
        answers[call(case, known)] += 1

    fuzz()
    return answers


def call(case: schemathesis.Case, known: dict[str, Any]) -> int:
    """Make one call, mostly with ids and tokens that exist, and check that the server stands it."""
    dice = random.Random(str(case.body) + str(case.path_parameters))
    if case.path_parameters and dice.random() < 0.7:
        case.path_parameters["conversation_id"] = known["conversation_id"]
    if isinstance(case.body, dict) and "client_id" in case.body and dice.random() < 0.7:
        case.body["client_id"] = str(uuid.uuid4())
    caller = next((name for part, name in CALLERS.items() if part in case.path), "customer")
    headers = known[caller] if dice.random() < 0.8 else {}
    if case.path.endswith("/stream"):
        headers = {}  # with them it never ends
    if case.method == "DELETE":
        headers = {}  # the session is needed by the calls that follow
    answer = case.call(headers=headers, timeout=20)
    assert answer.status_code < 500, (case.method, case.path, case.body, answer.text)
    if answer.status_code >= 400:
        assert answer.headers["content-type"][0] == "application/problem+json"
    return int(answer.status_code)


def test_the_document_names_every_call_of_customers_and_agents(server: Server) -> None:
    paths = httpx.get(f"{server.url}openapi.json").json()["paths"]
    one, agent = "/api/conversations/{conversation_id}", "/api/agent/conversations/{conversation_id}"
    expected = {
        "/api/widget",
        "/api/conversations",
        "/api/agent/session",
        "/api/agent/queue",
        "/api/agent/stream",
        agent,
    }
    for call in ("messages", "touchpoints", "stream", "identity", "typing", "read", "feedback", "handoff", "leave"):
        expected.add(f"{one}/{call}")
    for call in ("claim", "messages", "resolve"):
        expected.add(f"{agent}/{call}")
    assert expected <= set(paths)
