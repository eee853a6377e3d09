"""A bad line: nothing is lost, nothing is said twice, and the customer is told how things are."""

import json
import random
import re
import uuid
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewContext, NewServer
from tests.browser.people import DELIVERED, SHIPPED, Customer
from tests.server import Server

MESSAGES = re.compile(r"/api/conversations/[^/]+/messages$")


def begun(customer: Customer) -> tuple[str, dict[str, str]]:
    """The open conversation's address and the header that opens it."""
    customer.say("Hello")
    expect(customer.widget.locator(".entry.bot")).to_have_count(2)
    saved = json.loads(next(iter(customer.stored()["local"].values())))
    return f"api/conversations/{saved['conversation_id']}", {"Authorization": f"Bearer {saved['token']}"}


def texts_on_the_server(customer: Customer, server: Server, where: str, headers: dict[str, str]) -> list[str]:
    answer = customer.page.request.get(f"{server.url}{where}/touchpoints?after=0", headers=headers)
    received = [one for one in answer.json()["touchpoints"] if one["type"] == "message.received"]
    return [one["text"] for one in received]


def test_what_is_written_offline_waits_and_goes_out_in_order(customer: Customer, server: Server) -> None:
    where, headers = begun(customer)
    customer.page.context.set_offline(True)
    expect(customer.panel.get_by_text("No connection. Trying again.")).to_be_visible()
    customer.say("Where is order 48213?")
    customer.say("Where is order 47990?")
    expect(customer.panel.get_by_text("Not sent yet. Trying again.")).to_be_visible()
    customer.page.context.set_offline(False)
    expect(customer.said("bot", DELIVERED)).to_be_visible()
    expect(customer.panel.get_by_text("No connection. Trying again.")).to_be_hidden()
    said = ["Hello", "Where is order 48213?", "Where is order 47990?"]
    assert customer.bubbles("customer") == said
    assert texts_on_the_server(customer, server, where, headers) == said


def test_an_answer_that_gets_lost_on_the_way_makes_no_second_message(customer: Customer, server: Server) -> None:
    where, headers = begun(customer)
    sent: list[str] = []

    def lose(route: Route) -> None:
        sent.append(str(route.request.post_data_json["client_id"]))
        if len(sent) < 3:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    # The stream would bring the echo at once; without it only the retry can.
    customer.page.route("**/stream", lambda route: route.abort())
    customer.page.reload()
    customer.page.route(MESSAGES, lose)
    customer.open()
    customer.say("Where is order 48213?")
    expect(customer.said("bot", SHIPPED)).to_be_visible(timeout=15_000)
    expect(customer.widget.locator(".late")).to_have_count(0)
    assert len(sent) == 3
    assert len(set(sent)) == 1
    assert texts_on_the_server(customer, server, where, headers) == ["Hello", "Where is order 48213?"]
    assert customer.bubbles("customer") == ["Hello", "Where is order 48213?"]


def test_a_refused_message_says_why_and_can_be_edited_or_tried_again(customer: Customer) -> None:
    begun(customer)
    customer.page.evaluate("botWidget.send('x'.repeat(4001))")
    failed = customer.widget.locator(".failed")
    expect(failed.get_by_role("alert")).to_contain_text("Not sent.")
    failed.get_by_role("button", name="Try again").click()
    expect(failed.get_by_role("alert")).to_contain_text("Not sent.")
    # What failed holds up nothing after it.
    customer.say("Where is order 48213?")
    expect(customer.said("bot", SHIPPED)).to_be_visible()
    failed.get_by_role("button", name="Edit").click()
    expect(failed).to_have_count(0)
    expect(customer.composer).to_have_value(re.compile("^x{4001}$"))


def test_a_busy_server_is_asked_again_when_it_says_so(customer: Customer) -> None:
    begun(customer)
    times: list[int] = []

    def busy(route: Route) -> None:
        times.append(1)
        if len(times) == 1:
            route.fulfill(status=429, headers={"Retry-After": "1"}, body="{}")
        else:
            route.continue_()

    customer.page.route(MESSAGES, busy)
    customer.say("Where is order 48213?")
    expect(customer.widget.locator(".late")).to_be_visible()
    expect(customer.said("bot", SHIPPED)).to_be_visible()
    assert len(times) == 2


def test_what_is_not_sent_yet_outlives_a_reload(customer: Customer, server: Server) -> None:
    begun(customer)
    customer.page.route(MESSAGES, lambda route: route.abort())
    customer.say("Where is order 48213?")
    expect(customer.widget.locator(".late")).to_be_visible()
    customer.page.unroute(MESSAGES)
    customer.page.reload()
    customer.open()
    expect(customer.said("bot", SHIPPED)).to_be_visible()
    assert customer.bubbles("customer") == ["Hello", "Where is order 48213?"]


def test_a_greeting_that_cannot_be_fetched_comes_later(page: Page, server: Server) -> None:
    page.route("**/api/widget**", lambda route: route.abort())
    customer = Customer(page).visit(f"{server.url}demo")
    customer.launcher.click()
    expect(customer.panel.get_by_text("The chat can’t be reached right now.")).to_be_visible()
    page.unroute("**/api/widget**")
    customer.panel.get_by_role("button", name="Try again").click()
    expect(customer.replies.first).to_be_visible()
    expect(customer.panel.get_by_text("The chat can’t be reached right now.")).to_be_hidden()


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.soak)])
def test_a_line_cut_at_random_shows_everything_once_and_in_order(customer: Customer, server: Server, seed: int) -> None:
    where, headers = begun(customer)
    chance = random.Random(seed)
    context = customer.page.context
    for number in range(60):
        if chance.random() < 0.25:
            context.set_offline(chance.random() < 0.5)
        if chance.random() < 0.2:
            customer.page.wait_for_timeout(chance.randrange(300))
        body: dict[str, Any] = {"client_id": str(uuid.UUID(int=chance.getrandbits(128), version=4))}
        body |= {"text": f"message {number}"}
        assert customer.page.request.post(f"{server.url}{where}/messages", headers=headers, data=body).status == 201
    context.set_offline(False)
    expect(customer.said("customer", "message 59")).to_be_visible(timeout=20_000)
    assert customer.bubbles("customer") == ["Hello", *(f"message {number}" for number in range(60))]
    answer = customer.page.request.get(f"{server.url}{where}/touchpoints?after=0", headers=headers)
    spoken = [one["text"] for one in answer.json()["touchpoints"] if one["actor"]["kind"] == "bot" and one.get("text")]
    assert customer.bubbles("bot") == spoken


def test_a_server_that_goes_and_comes_back_is_found_again(page: Page, new_server: NewServer) -> None:
    server = new_server()
    customer = Customer(page).visit(f"{server.url}demo").open()
    begun(customer)
    server.stop()
    expect(customer.panel.get_by_text("No connection. Trying again.")).to_be_visible(timeout=15_000)
    customer.say("Where is order 48213?")
    expect(customer.widget.locator(".late")).to_be_visible()
    server.start()
    expect(customer.said("bot", SHIPPED)).to_be_visible(timeout=20_000)
    expect(customer.panel.get_by_text("No connection. Trying again.")).to_be_hidden(timeout=20_000)
    assert customer.bubbles("customer") == ["Hello", "Where is order 48213?"]


IN_THE_BACKGROUND = """() => {
  window.away = true;
  Object.defineProperty(document, 'hidden', { get: () => window.away });
  const { setInterval } = window;
  window.setInterval = (act, ms) => setInterval(act, ms === 60_000 ? 300 : ms);
}"""
"""A tab that nobody sees, whose minutes pass quickly."""


def test_a_tab_that_was_never_seen_polls_and_holds_no_stream(new_context: NewContext, server: Server) -> None:
    context = new_context()
    hidden = Customer(context.new_page())
    hidden.page.add_init_script(f"({IN_THE_BACKGROUND})()")
    streams: list[str] = []
    hidden.page.on("request", lambda one: streams.append(one.url) if one.url.endswith("/stream") else None)
    hidden.visit(f"{server.url}demo")
    customer = Customer(context.new_page()).visit(f"{server.url}demo").open()
    # A conversation that begins in another tab, and one that is there when the page is loaded.
    customer.say("Where is order 48213?")
    expect(hidden.said("bot", SHIPPED)).to_be_attached()
    with hidden.page.expect_response("**/touchpoints?*"):
        hidden.page.reload()
    customer.say("Where is order 47990?")
    expect(hidden.said("bot", DELIVERED)).to_be_attached()
    assert streams == []
    with hidden.page.expect_request("**/stream"):
        hidden.page.evaluate("window.away = false, document.dispatchEvent(new Event('visibilitychange'))")
    expect(customer.said("bot", DELIVERED)).to_be_visible()
    assert len(streams) == 1
