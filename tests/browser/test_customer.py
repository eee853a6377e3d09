"""A customer in the shop: greeted, answered, passed on, and never tracked."""

import functools
import http.server
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewContext, NewServer
from tests.browser.people import DELIVERED, SHIPPED, Customer
from tests.server import Server
from tests.web.callers import signed


def test_it_greets_as_a_bot_with_topics_and_the_privacy_notice(customer: Customer, server: Server) -> None:
    expect(customer.said("bot")).to_contain_text("bot")
    assert 3 <= customer.replies.count() <= 5
    notice = customer.panel.get_by_role("link", name="Privacy notice")
    expect(notice).to_have_attribute("href", re.compile("^" + re.escape(server.url)))
    with customer.page.expect_popup() as opened:
        notice.click()
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text("Privacy")


def test_looking_leaves_nothing_behind_in_browser_or_server(page: Page, server: Server) -> None:
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    customer = Customer(page).visit(f"{server.url}demo").open()
    expect(customer.replies.first).to_be_visible()
    customer.page.keyboard.type("where is")
    customer.page.keyboard.press("Escape")
    assert customer.stored() == {"local": {}, "session": {}, "cookie": ""}
    assert page.context.cookies() == []
    assert posted == []


def test_an_order_is_looked_up_and_the_conversation_outlives_the_page(customer: Customer) -> None:
    customer.say("Where is my order?")
    expect(customer.said("bot", "Which order is it?")).to_be_visible()
    customer.say("48213")
    expect(customer.said("bot", SHIPPED)).to_be_visible()
    stored = customer.stored()
    assert len(stored["local"]) == 1
    assert stored["session"] == {}

    customer.page.reload()
    customer.open()
    expect(customer.said("bot", SHIPPED)).to_be_visible()
    assert customer.bubbles("customer") == ["Where is my order?", "48213"]


def test_the_shop_page_can_ask_for_the_customer(page: Page, server: Server) -> None:
    customer = Customer(page).visit(f"{server.url}demo")
    page.get_by_role("button", name=re.compile("48213")).click()
    expect(customer.said("bot", SHIPPED)).to_be_visible()


def test_a_topic_is_said_by_the_customer_and_its_buttons_go(customer: Customer) -> None:
    title = customer.replies.first.inner_text()
    customer.replies.first.click()
    expect(customer.said("customer", title)).to_be_visible()
    expect(customer.widget.get_by_role("button", name=title)).to_have_count(0)
    expect(customer.composer).to_be_focused()


def test_a_person_is_one_action_away_and_the_queue_can_be_left(customer: Customer) -> None:
    customer.panel.get_by_role("button", name="Speak to a person").last.click()
    expect(customer.waiting).to_be_visible()
    customer.say("It is about order 48213")
    expect(customer.said("customer", "It is about order 48213")).to_be_visible()
    customer.panel.get_by_role("button", name="Leave the queue").click()
    expect(customer.waiting).to_be_hidden()
    expect(customer.panel.get_by_role("button", name="Speak to a person").last).to_be_visible()


def test_two_tabs_are_one_conversation(customer: Customer, server: Server) -> None:
    other = Customer(customer.page.context.new_page()).visit(f"{server.url}demo").open()
    customer.say("Where is order 48213?")
    expect(other.said("bot", SHIPPED)).to_be_visible()
    other.say("Thank you")
    expect(customer.said("customer", "Thank you")).to_be_visible()
    assert customer.bubbles("customer") == other.bubbles("customer") == ["Where is order 48213?", "Thank you"]


def test_it_works_where_storage_is_denied(new_context: NewContext, server: Server) -> None:
    page = new_context().new_page()
    denied = "{get() { throw new DOMException('denied', 'SecurityError') }}"
    page.add_init_script(
        f"for (const area of ['localStorage', 'sessionStorage']) Object.defineProperty(window, area, {denied})"
    )
    customer = Customer(page).visit(f"{server.url}demo").open()
    customer.say("Where is order 48213?")
    expect(customer.said("bot", SHIPPED)).to_be_visible()


def test_nothing_is_asked_of_another_host(page: Page, server: Server) -> None:
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    customer = Customer(page).visit(f"{server.url}demo").open()
    customer.say("Where is order 48213?")
    expect(customer.said("bot", SHIPPED)).to_be_visible()
    assert {url for url in asked if not url.startswith(server.url)} == set()
    assert len(asked) > 10


@pytest.mark.parametrize(("status", "type_"), [(401, "expired"), (409, "continued")])
def test_a_conversation_that_cannot_go_on_is_followed_by_another(customer: Customer, status: int, type_: str) -> None:
    customer.say("Where is order 48213?")
    expect(customer.said("bot", SHIPPED)).to_be_visible()

    def refuse(route: Route) -> None:
        body = json.dumps({"type": type_, "title": "No", "status": status})
        route.fulfill(status=status, headers={"Content-Type": "application/problem+json"}, body=body)

    first = re.search("[0-9a-f-]{36}", str(customer.stored()["local"]))
    assert first
    customer.page.route(f"**/{first[0]}/**", refuse)
    customer.say("Where is order 47990?")
    expect(customer.said("bot", DELIVERED)).to_be_visible()
    assert customer.bubbles("customer") == ["Where is order 47990?"]
    assert first[0] not in str(customer.stored()["local"])


def test_what_the_page_can_do(page: Page, server: Server) -> None:
    customer = Customer(page).visit(f"{server.url}demo")
    page.evaluate(
        """() => { window.seen = []; for (const name of ['open', 'close', 'message', 'unread'])
        botWidget.on(name, (detail) => seen.push([name, detail?.type ?? detail ?? null])) }"""
    )
    page.evaluate("botWidget.send('Where is order 48213?')")
    expect(customer.launcher).to_have_accessible_name(re.compile("Open chat, [23] new"))
    page.evaluate("botWidget.toggle()")
    expect(customer.said("bot", SHIPPED)).to_be_visible()
    expect(customer.launcher).to_have_accessible_name("Close chat")
    page.evaluate("botWidget.close()")
    names = [name for name, _ in page.evaluate("seen")]
    assert {"open", "close", "message", "unread"} == set(names)
    assert ["message", "answer.given"] in page.evaluate("seen")

    page.evaluate("botWidget.setLocale('de'), botWidget.open()")
    expect(customer.widget.get_by_label("Nachricht schreiben")).to_be_visible()
    page.evaluate("botWidget.setTheme('dark')")
    dark = customer.panel.evaluate("(node) => getComputedStyle(node).backgroundColor")
    page.evaluate("botWidget.setTheme('light')")
    assert dark != customer.panel.evaluate("(node) => getComputedStyle(node).backgroundColor")
    page.evaluate("botWidget.reset()")
    expect(customer.said("customer")).to_have_count(0)
    assert customer.stored()["local"] == {}


def test_the_next_visitor_is_not_taken_for_the_last_one(page: Page, server: Server) -> None:
    customer = Customer(page).visit(f"{server.url}demo").open()
    page.evaluate("(who) => botWidget.identify(who)", signed("alice"))
    customer.say("Where is order 48213?")
    expect(customer.said("bot", SHIPPED)).to_be_visible()
    alices = customer.conversation_id
    page.evaluate("botWidget.reset()")
    customer.say("Hello")
    expect(customer.said("bot")).to_have_count(2)
    assert customer.bubbles("customer") == ["Hello"]
    assert customer.conversation_id != alices

    # What was asked for before it comes after it, when a page begins and when a conversation does.
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile(r"/conversations$|/touchpoints\?"), hold)
    with page.expect_request("**/touchpoints?*"):
        page.reload()
    page.evaluate("(who) => { botWidget.reset(), botWidget.identify(who), botWidget.open(); }", signed("alice"))
    with page.expect_request("**/conversations"):
        customer.say("Is it mine?")
    page.evaluate("botWidget.reset()")
    for route in held:
        with page.expect_response(route.request.url):
            route.continue_()
    page.unroute_all()
    page.wait_for_timeout(200)
    expect(customer.said("customer")).to_have_count(0)
    customer.say("Where is order 47990?")
    expect(customer.said("bot", DELIVERED)).to_be_visible()
    assert customer.bubbles("customer") == ["Where is order 47990?"]
    assert customer.conversation_id != alices


def test_an_identity_that_has_run_out_is_told_to_the_page_and_keeps_nobody_from_writing(
    page: Page, server: Server
) -> None:
    customer = Customer(page).visit(f"{server.url}demo").open()
    page.evaluate(
        "() => { window.errors = []; botWidget.on('error', ({status, message}) => errors.push([status, message])); }"
    )
    page.evaluate("(who) => botWidget.identify(who)", signed("cleo", -1))
    customer.say("Where is order 48213?")
    expect(customer.said("bot", SHIPPED)).to_be_visible()
    assert page.evaluate("errors") == [[403, "customer.expires has passed; have the shop sign a new one"]]
    with page.expect_response("**/identity") as answer:
        page.evaluate("(who) => botWidget.identify(who)", signed("cleo"))
    assert answer.value.status == 201


def test_the_page_gets_one_global_name(page: Page, server: Server) -> None:
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{server.url}demo")
    before = set(page.evaluate("Object.getOwnPropertyNames(window)"))
    page.unroute("**/*.js")
    Customer(page).visit(f"{server.url}demo").open()
    assert set(page.evaluate("Object.getOwnPropertyNames(window)")) - before == {"botWidget"}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Somebody's shop on another origin, and the file that is its page."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    folder = tmp_path / "shop"
    folder.mkdir()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", folder / "index.html"
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_is_embedded_by_one_tag_in_a_shop_of_another_origin_under_a_sub_path(
    page: Page, new_server: NewServer, shop: tuple[str, Path]
) -> None:
    origin, file = shop
    bot = new_server("/support", BOT_ALLOWED_ORIGINS=origin)
    file.write_text(f'<!doctype html><html lang="en"><script src="{bot.url}widget.js" async></script><p>A shop')
    customer = Customer(page).visit(origin).open()
    customer.say("Where is order 48213?")
    expect(customer.said("bot", SHIPPED)).to_be_visible()
    notice = customer.panel.get_by_role("link", name="Privacy notice")
    expect(notice).to_have_attribute("href", f"{bot.url}privacy")
