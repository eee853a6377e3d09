"""The demonstration's backend, called as the bot calls any shop, and as strangers would."""

from collections.abc import AsyncIterator, Mapping

import httpx
import orjson
import pytest
from fastapi import FastAPI

from bot.assembly import open_actions
from bot.conversations.actions import NoSystems
from bot.demo.backend import create_backend
from bot.demo.shop import DemoShop
from bot.dialogue.turn import Call, Result
from bot.settings import Settings
from bot.shop_systems.client import HttpActions
from bot.signature import signed
from bot.web import pages
from tests.conftest import Clock

SECRET = b"a secret of the tests, 32 bytes and more"
REPAIR = {"device": "Kite 5", "fault": "dark", "email": "lea@example.com"}


@pytest.fixture
def shop(clock: Clock) -> DemoShop:
    return DemoShop(clock)


@pytest.fixture
async def backend(shop: DemoShop, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_backend(shop, SECRET, clock))
    async with httpx.AsyncClient(transport=transport, base_url="http://demo.example") as client:
        yield client


def call(action: str, arguments: Mapping[str, str], locale: str | None = None, customer_id: str | None = None) -> Call:
    return Call(action, arguments, action, locale, customer_id)


def body_of(action: str, **more: object) -> bytes:
    return orjson.dumps({"action": action, "arguments": {"order_number": "48213"}, "locale": "en", **more})


async def post(
    backend: httpx.AsyncClient,
    clock: Clock,
    body: bytes,
    path: str = "/order_status",
    key: str = "msg_1",
    late: int = 0,
) -> httpx.Response:
    return await backend.post(path, content=body, headers=signed(SECRET, key, clock.now // 1000 - late, body))


async def test_the_bot_calls_the_demonstration_as_it_calls_any_shop(shop: DemoShop, clock: Clock) -> None:
    actions = open_actions(Settings(), clock, shop)
    found = await actions.call(call("order_status", {"order_number": "48213"}, locale="de"), "1")
    assert found.values["summary"].startswith("Ihre Bestellung ist unterwegs.")
    assert await actions.call(call("order_status", {"order_number": "99999"}), "2") == Result()
    signed_in = call("cancel_order", {"order_number": "48257"}, customer_id="mila")
    assert (await actions.call(signed_in, "3")).values["status"] == "cancelled"
    assert (await actions.call(call("order_status", {}), "4")).failed
    assert (await actions.call(call("make_coffee", {}), "5")).failed
    await actions.close()


async def test_the_same_call_again_does_nothing_twice(shop: DemoShop, clock: Clock) -> None:
    actions = open_actions(Settings(), clock, shop)
    first = await actions.call(call("book_repair", REPAIR), "conversation/message/book_repair")
    clock.pass_(minutes=10)
    assert await actions.call(call("book_repair", REPAIR), "conversation/message/book_repair") == first
    other = await actions.call(call("book_repair", REPAIR), "conversation/next/book_repair")
    assert (first.values["repair_number"], other.values["repair_number"]) == ("R-100231", "R-100232")


async def test_old_answers_are_forgotten_some_day(
    shop: DemoShop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.demo.backend.REMEMBERED", 2)
    actions = open_actions(Settings(), clock, shop)
    numbers = [(await actions.call(call("book_repair", REPAIR), key)).values["repair_number"] for key in "abcca"]
    assert numbers == ["R-100231", "R-100232", "R-100233", "R-100233", "R-100234"]


async def test_settings_choose_whom_the_bot_calls(shop: DemoShop, clock: Clock) -> None:
    theirs = Settings(actions_url="https://shop.example/bot", actions_secret=SECRET)
    assert isinstance(open_actions(theirs, clock, shop), HttpActions)
    assert isinstance(open_actions(Settings(), clock, shop), HttpActions)
    nobody = open_actions(Settings(demo=False), clock, None)
    assert isinstance(nobody, NoSystems)
    assert (await nobody.call(call("stock", {"product": "wren"}), "key")).failed
    await nobody.close()


async def test_only_who_has_the_secret_is_answered(backend: httpx.AsyncClient, shop: DemoShop, clock: Clock) -> None:
    body = orjson.dumps({"action": "cancel_order", "arguments": {"order_number": "48257", "email": "mila@example.com"}})
    headers = signed(SECRET, "msg_1", clock.now // 1000, body)
    refused = [
        await backend.post("/cancel_order", content=body),
        await backend.post("/cancel_order", content=body + b" ", headers=headers),
        await backend.post("/cancel_order", content=body, headers={**headers, "webhook-id": "msg_2"}),
        await backend.post("/cancel_order", content=body, headers=signed(b"x", "msg_1", clock.now // 1000, body)),
        await post(backend, clock, body, "/cancel_order", late=301),
        await post(backend, clock, body, "/cancel_order", late=-301),
    ]
    assert [answer.status_code for answer in refused] == [401] * 6
    assert refused[0].headers["content-type"] == "application/problem+json"
    assert refused[0].json()["status"] == 401
    assert shop.act("order_status", {"order_number": "48257"}, "en") == shop.act(
        "order_status", {"order_number": "48257"}
    )
    assert "packed" in (shop.act("order_status", {"order_number": "48257"}) or {}).values()
    for late in (300, -300):
        assert (await post(backend, clock, body_of("order_status"), late=late)).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 422),
        (b"null", 422),
        (b"{}", 422),
        (body_of("stock"), 422),
        (body_of("order_status", arguments=[]), 422),
        (body_of("order_status", arguments={}), 422),
        (body_of("order_status", arguments={"order_number": 48213}), 422),
        (body_of("order_status", locale=1), 422),
        (body_of("order_status", customer_id=["mila"]), 422),
        (body_of("order_status", locale=None, customer_id=None), 200),
        (body_of("order_status", more="is ignored"), 200),
    ],
)
async def test_what_is_no_call_is_a_problem(backend: httpx.AsyncClient, clock: Clock, body: bytes, status: int) -> None:
    answer = await post(backend, clock, body)
    assert answer.status_code == status
    assert (answer.headers["content-type"] == "application/problem+json") == (status != 200)


async def test_other_paths_and_methods_are_refused(backend: httpx.AsyncClient, clock: Clock) -> None:
    assert (await post(backend, clock, body_of("make_coffee"), "/make_coffee")).status_code == 501
    assert (await post(backend, clock, b"", "/")).status_code == 404
    assert (await backend.get("/order_status")).status_code == 405


async def test_the_demo_page_gets_the_orders_as_they_are(shop: DemoShop, clock: Clock) -> None:
    app = FastAPI()
    pages.install(app, "", shop)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as client:
        listed = (await client.get("/demo/orders")).json()
    assert listed == shop.orders()
    assert listed[0]["number"] == "48213"
    assert DemoShop(clock, []).orders() == [], "beside a real shop's systems there are none to offer"
