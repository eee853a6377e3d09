"""Copies of conversations that customers have mailed: what is in them, and how few they are."""

import asyncio
import ipaddress
import uuid
from collections import Counter
from dataclasses import replace

import httpx
import pytest
from starlette.requests import HTTPConnection

from bot.errors import TooMany
from bot.web.limits import COPIES_A_DAY, COPIES_AN_HOUR, Limits
from bot.web.services import Services
from tests.conftest import Client
from tests.mail.conftest import Postbox
from tests.mail.people import ADDRESS, ANNA, Desk, sent, words


async def test_a_copy_of_the_conversation_goes_where_the_customer_says(
    desk: Desk, services: Services, postbox: Postbox
) -> None:
    await desk.ask()
    await desk.claim()
    await desk.reply("Hello, I am Anna.")
    await services.remarks.note(desk.id, ANNA, None, "difficult customer")
    body = {"client_id": str(uuid.uuid4()), "email": ADDRESS}
    for sent_to, status in ((ADDRESS, 202), (ADDRESS, 200), ("other@example.com", 409)):  # a retry sends nothing again
        answer = await desk.client.post(f"{desk.path}/transcript", json={**body, "email": sent_to}, headers=desk.opens)
        assert answer.status_code == status
    stranger, opens = await desk.client.begin()
    other = await desk.client.post(f"{stranger}/transcript", json={**body, "email": "x@example.com"}, headers=opens)
    assert other.status_code == 202  # a client_id is of one conversation
    await sent(services)
    assert postbox.recipients == [ADDRESS, "x@example.com"]
    text = words(postbox.letters[0])
    assert "You:\nI want to speak to a person" in text
    assert "Anna:\nHello, I am Anna." in text
    assert "2027-01-15 08:00" in text
    assert "your conversation with Shop, as you asked" in text
    assert "difficult" not in text


async def test_copies_are_few(desk: Desk, services: Services) -> None:
    async def copy(email: str) -> int:
        body = {"client_id": str(uuid.uuid4()), "email": email}
        answer = await desk.client.post(f"{desk.path}/transcript", json=body, headers=desk.opens)
        return answer.status_code

    await desk.ask()
    at_once = await asyncio.gather(*(copy(ADDRESS) for _ in range(6)))
    assert Counter(at_once) == {202: 3, 409: 3}
    await desk.ask()
    assert [await copy(ADDRESS) for _ in range(3)] == [202, 202, 429]
    assert await copy("other@example.com") == 202
    assert (await desk.client.post(f"{desk.path}/transcript", json={"email": ADDRESS})).status_code == 401


async def test_nobody_sends_letters_to_everybody(services: Services, postbox: Postbox) -> None:
    """Who begins one conversation after the other has as few letters, and a stranger elsewhere has theirs."""
    proxies = (ipaddress.ip_network("127.0.0.0/8"),)
    limits = Limits(1000, proxies, lambda: 0.0)
    async with Client(replace(services, limits=limits)) as client:

        async def copy(caller: str, email: str, text: str = "hello") -> httpx.Response:
            path, opens = await client.begin()
            await client.say(path, opens, text)
            headers = {**opens, "X-Forwarded-For": caller}
            body = {"client_id": str(uuid.uuid4()), "email": email}
            answer = await client.post(f"{path}/transcript", json=body, headers=headers)
            if answer.status_code == 202:  # a retry takes nothing of what is left
                await client.post(f"{path}/transcript", json=body, headers=headers)
            return answer

        answers = [await copy("198.51.100.7", f"mila{n}@example.com") for n in range(COPIES_AN_HOUR + 2)]
        assert [one.status_code for one in answers] == [202] * COPIES_AN_HOUR + [429] * 2
        assert "enough" in answers[-1].json()["detail"]
        assert 0 < int(answers[-1].headers["retry-after"]) <= 3600
        assert (await copy("198.51.100.8", "victim@example.com", "see https://evil.example/x")).status_code == 202
        await sent(services)
        assert len(postbox.letters) == COPIES_AN_HOUR + 1
        rich = postbox.letters[-1].get_body(("html",))
        assert rich is not None
        assert "https://evil.example/x" in rich.get_content()
        assert "<a" not in rich.get_content()


def test_copies_are_few_for_everybody_together() -> None:
    def caller(n: int) -> HTTPConnection:
        return HTTPConnection({"type": "http", "client": (f"198.51.{n // 250}.{n % 250}", 1), "headers": []})

    limits = Limits(20, (), lambda: 0.0)
    for n in range(COPIES_A_DAY):
        limits.copy(caller(n))
    with pytest.raises(TooMany, match="in a day"):
        limits.copy(caller(COPIES_A_DAY))
    for n in range(COPIES_A_DAY + 1):
        Limits(None, ()).copy(caller(n))
