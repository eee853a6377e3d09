"""The report over HTTP: who gets in, what a child process makes, and what it says where something is missing."""

import pytest

from bot.storage import now
from bot.web import cx
from bot.web.services import Services
from tests.conftest import Client, Clock

EVERYBODY = ("agent", "analyst", "supervisor", "admin")


@pytest.fixture
async def said(client: Client, clock: Clock) -> None:
    clock.now = now()  # the child has a clock of its own, by which nothing has happened yet that is still to come
    path, opens = await client.begin()
    await client.say(path, opens, "where is my order 48213?")


async def test_who_gets_in_and_what_they_get(client: Client, services: Services, said: None) -> None:
    paths = [f"/cx/{name}" for name in ("lead", "conversations?metric=handoff_rate", "report.js")]
    allowed = {"agent": [403, 403, 403], "analyst": [200, 403, 200]}
    assert [(await client.get(path)).status_code for path in paths] == [401, 401, 401]
    for role in ("agent", "analyst", "supervisor", "admin"):
        await client.sign_in(services, f"{role}@shop.example", role=role)
        answers = [await client.get(path) for path in paths]
        assert [answer.status_code for answer in answers] == allowed.get(role, [200, 200, 200])
        if role != "agent":
            assert "1 episode in" in answers[0].text
            assert ("conversations?metric=" in answers[0].text) is (role != "analyst")
            assert ('href="../agent/"' in answers[0].text) is (role != "analyst")
            assert 'href="../agent/#account"' in answers[0].text
    policy = answers[0].headers["content-security-policy"]
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "script-src 'self';" in policy
    for path in ("/agent/", "/demo", "/cxx", "/api/widget"):
        assert "unsafe" not in (await client.get(path)).headers["content-security-policy"]
    assert (await client.get("/cx/none")).status_code == 404
    assert (await client.get("/cx/lead?days=0")).status_code == 400
    wrong = await client.get("/cx/conversations", params={"metric": "<script>"})
    assert wrong.status_code == 404
    assert "<script>" not in wrong.text
    await services.report.close()


async def test_without_its_libraries_it_says_what_to_do(
    client: Client, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cx, "is_installed", lambda: False)
    await client.sign_in(services, role="analyst")
    answer = await client.get("/cx/lead")
    assert answer.status_code == 503
    assert "<code>make report</code>" in answer.text
    assert 'href="../agent/#account"' in answer.text


@pytest.mark.soak
async def test_a_child_that_dies_is_replaced(client: Client, services: Services, said: None) -> None:
    await client.sign_in(services, role="analyst")
    assert (await client.get("/cx/lead")).status_code == 200
    process = services.report._process
    assert process is not None
    process.kill()
    await process.wait()
    assert (await client.get("/cx/lead")).status_code == 200
    await services.report.close()
