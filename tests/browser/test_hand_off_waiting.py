"""What somebody sees and hears while they wait for a person, and when they may not write."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import NewContext, NewServer
from tests.browser.people import EMAIL, NAME, PASSWORD, SCHEMES, SHIPPED, Agent, Customer
from tests.browser.test_everybody import SMALL, WIDER, faults
from tests.browser.test_out_of_hours import closed_content
from tests.mail.conftest import Postbox
from tests.server import Server, free_port

USUAL = """async () => {
  const { usual } = await import('/widget/time.js');
  const { textsFor } = await import('/widget/texts.js');
  const says = (low_s, high_s, locale = 'en') => usual({ low_s, high_s }, locale, textsFor(locale));
  return [says(250, 500), says(0, 30), says(20, 60), says(30, 600), says(240, 240), says(5400, 9000),
    says(250, 500, 'de'), says(0, 60, 'de'), says(100, 7000)];
}"""

TOLD_EVERY_S = 3
"""As in conversation.js."""

STANDS = """(place) => {
  const { conversation } = document.querySelector('bot-widget');
  conversation.stream.stop();
  conversation.queue = place;
  conversation.on.changed([]);
}"""
"""Lets the widget have been told of a place, and hear nothing else: ranges take the server hours of measured waits."""


def told(customer: Customer, text: str) -> None:
    """What a screen reader is told of the wait."""
    expect(customer.panel.get_by_role("status").filter(has_text=re.compile("^(Waiting|Nobody)"))).to_have_text(text)


def posted(page: Page, call: str) -> list[Request]:
    """The requests with this call from now on."""
    seen: list[Request] = []
    page.on("request", lambda one: seen.append(one) if one.url.endswith(f"/{call}") else None)
    return seen


def test_the_wait_is_said_as_a_range_that_is_never_narrower_than_measured(page: Page, server: Server) -> None:
    page.goto(f"{server.url}privacy")
    assert page.evaluate(USUAL) == [
        "Usually 4 to 9 minutes.",
        "Usually up to 1 minute.",
        "Usually up to 1 minute.",
        "Usually up to 10 minutes.",
        "Usually up to 4 minutes.",
        "Usually 1 to 3 hours.",
        "Meist 4 bis 9 Minuten.",
        "Meist bis zu 1 Minute.",
        "Usually 1 to 117 minutes.",
    ]


def test_the_place_moves_up_as_others_go_and_is_right_after_a_lost_connection(
    new_context: NewContext, new_server: NewServer
) -> None:
    server = new_server()
    first, second, third = (Customer(new_context().new_page()).visit(f"{server.url}demo").open() for _ in range(3))
    for customer in (first, second, third):
        customer.ask_for_a_person()
    expect(first.waiting).to_contain_text("Waiting for a person. You are next.")
    expect(third.waiting).to_contain_text("Waiting for a person. You are number 3.")
    told(third, "Waiting for a person. You are number 3.")
    third.page.evaluate("botWidget.setLocale('de')")
    expect(third.waiting).to_contain_text("Sie warten auf einen Menschen. Sie sind Nummer 3.")
    third.page.evaluate("botWidget.setLocale('en')")

    first.panel.get_by_role("button", name="Leave the queue").click()
    expect(third.waiting).to_contain_text("You are number 2.")
    told(third, "Waiting for a person. You are number 2.")
    third.page.context.set_offline(True)
    expect(third.panel.get_by_text("No connection. Trying again.")).to_be_visible()
    second.panel.get_by_role("button", name="Leave the queue").click()
    expect(second.waiting).to_be_hidden()
    third.page.context.set_offline(False)
    expect(third.waiting).to_contain_text("You are next.")
    third.page.reload()
    third.open()
    expect(third.waiting).to_contain_text("You are next.")


def test_the_place_is_read_out_when_it_changes_and_not_when_the_range_does(customer: Customer) -> None:
    # So that nothing is told of where they really are.
    customer.page.route("**/api/conversations/*/queue", lambda route: route.abort())
    customer.ask_for_a_person()
    customer.page.evaluate(STANDS, {"place": 3, "wait": {"low_s": 250, "high_s": 500}})
    told(customer, "Waiting for a person. You are number 3. Usually 4 to 9 minutes.")
    expect(customer.waiting).to_contain_text("You are number 3. Usually 4 to 9 minutes.")
    customer.page.evaluate(STANDS, {"place": 3, "wait": {"low_s": 130, "high_s": 320}})
    expect(customer.waiting).to_contain_text("You are number 3. Usually 2 to 6 minutes.")
    told(customer, "Waiting for a person. You are number 3. Usually 4 to 9 minutes.")
    assert customer.waiting.evaluate("(node) => node.closest('[aria-live], [role=status], [role=log]')") is None
    customer.page.evaluate(STANDS, {"place": 1, "wait": None})
    told(customer, "Waiting for a person. You are next.")
    customer.panel.get_by_role("button", name="Leave the queue").click()
    expect(customer.panel.get_by_role("status").filter(has_text="Waiting for a person.")).to_have_count(0)


@pytest.mark.parametrize("options", [{}, pytest.param({"color_scheme": "dark", **SMALL}, marks=pytest.mark.soak)])
def test_axe_finds_nothing_while_somebody_waits_and_is_helped(
    new_context: NewContext, server: Server, agent: Agent, options: dict[str, object]
) -> None:
    page = new_context(**options).new_page()
    customer = Customer(page).visit(f"{server.url}demo").open()
    customer.ask_for_a_person()
    page.evaluate(STANDS, {"place": 3, "wait": {"low_s": 250, "high_s": 500}})
    assert faults(page) == []
    page.evaluate(STANDS, {"place": 3, "wait": None, "promised_by": "2099-01-01T10:00:00Z"})
    assert faults(page) == []
    leave = customer.panel.get_by_role("button", name="Leave the queue")
    expect(leave).to_be_in_viewport(ratio=1)
    expect(customer.composer).to_be_in_viewport(ratio=1)
    assert page.evaluate(WIDER) == 0
    page.evaluate("document.querySelector('bot-widget').conversation.stream.start()")
    agent.claim(customer)
    agent.composer.type("Hello")
    expect(customer.panel.get_by_text(f"{NAME} is writing")).to_be_visible()
    assert faults(page) == []
    agent.resolve()
    expect(customer.survey).to_be_visible()
    assert faults(page) == []


def test_the_bot_is_not_told_of_typing_and_a_person_not_of_every_key(customer: Customer, agent: Agent) -> None:
    typing, read = posted(customer.page, "typing"), posted(customer.page, "read")
    customer.composer.type("Where is order 48213?")
    customer.composer.press("Enter")
    expect(customer.said("bot", SHIPPED)).to_be_visible()
    assert typing == []
    assert read == []
    customer.ask_for_a_person()
    agent.claim(customer)
    expect(customer.said("system", "has joined")).to_be_visible()
    began = time.monotonic()
    customer.composer.press_sequentially("a word that takes a second to write", delay=20)
    expect(agent.typing).to_be_visible()
    assert 1 <= len(typing) <= 1 + (time.monotonic() - began) / TOLD_EVERY_S
    with customer.page.expect_request(re.compile("/read$")) as asked:
        agent.reply("Hello")
    expect(customer.said("agent", "Hello")).to_be_visible()
    seqs = [one.post_data_json["seq"] for one in read]
    assert seqs == sorted(set(seqs))
    assert asked.value.post_data_json["seq"] == seqs[-1]
    customer.page.evaluate("botWidget.close()")
    agent.reply("Are you still there?")
    expect(customer.launcher).to_have_accessible_name(re.compile("1 new"))
    assert len(read) == len(seqs)
    agent.resolve()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_who_is_blocked_is_told_so_calmly_and_nothing_is_tried_again(
    new_context: NewContext, server: Server, agent: Agent, scheme: str
) -> None:
    customer = Customer(new_context(color_scheme=scheme).new_page()).visit(f"{server.url}demo").open()
    customer.ask_for_a_person()
    agent.claim(customer)
    agent.page.get_by_role("button", name="Block this customer").click()
    agent.page.get_by_role("dialog").get_by_role("button", name="Block").click()
    expect(agent.page.get_by_role("button", name="Unblock this customer")).to_be_visible()

    sent = posted(customer.page, "messages")
    customer.page.evaluate("botWidget.send('You again'), botWidget.send('And again')")
    line = customer.panel.get_by_role("status").filter(has_text="Writing is closed in this chat.")
    expect(line).to_be_visible()
    expect(customer.composer).to_be_hidden()
    expect(customer.waiting).to_be_hidden()
    expect(customer.widget.locator(".failed")).to_have_count(2)
    expect(customer.widget.locator(".failed button")).to_have_count(0)
    expect(customer.panel).to_be_focused()
    assert faults(customer.page) == []
    customer.page.context.set_offline(True)
    expect(customer.panel.get_by_text("No connection. Trying again.")).to_be_visible()
    customer.page.context.set_offline(False)
    expect(customer.panel.get_by_text("No connection. Trying again.")).to_be_hidden()
    assert len(sent) == 1
    customer.page.keyboard.press("Escape")
    expect(customer.launcher).to_be_focused()

    agent.page.get_by_role("button", name="Unblock this customer").click()
    agent.page.get_by_role("dialog").get_by_role("button", name="Unblock").click()
    expect(agent.page.get_by_role("button", name="Block this customer")).to_be_visible()
    customer.page.reload()
    customer.open()
    customer.say("I am calm now")
    expect(agent.history.locator(".said.customer", has_text="I am calm now")).to_be_visible()
    expect(agent.history.locator(".said.customer", has_text="again")).to_have_count(0)
    agent.resolve()


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, str]]:
    """A shop's mail server and its address."""
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield box, f"smtp://127.0.0.1:{controller.port}?from=help@shop.example&tls=off"
    controller.stop()


def test_a_copy_of_the_conversation_comes_by_mail(
    page: Page, new_server: NewServer, postbox: tuple[Postbox, str]
) -> None:
    box, url = postbox
    server = new_server("/support", BOT_SMTP_URL=url)
    asked = posted(page, "transcript")
    customer = Customer(page).visit(f"{server.url}demo").open()
    copy = customer.panel.get_by_role("button", name="E-mail me a copy")
    expect(customer.panel.get_by_role("button", name="Speak to a person").last).to_be_visible()
    expect(copy).to_be_hidden()
    customer.say("What can you do?")
    expect(copy).to_be_visible()
    copy.press("Enter")
    expect(copy).to_have_attribute("aria-expanded", "true")
    expect(customer.panel.get_by_role("textbox", name="E-mail address")).to_be_focused()
    assert faults(page) == []
    page.keyboard.type("mila@example.com")
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    expect(customer.panel.get_by_text("The server could not be reached.")).to_be_visible()
    page.context.set_offline(False)
    page.keyboard.press("Enter")
    expect(customer.panel.get_by_role("status").filter(has_text="on its way to mila@example.com.")).to_be_visible()
    expect(copy).to_be_focused()
    expect(copy).to_have_attribute("aria-expanded", "false")
    assert len(asked) == 2
    assert len({one.post_data_json["client_id"] for one in asked}) == 1
    assert letter(page, box, "mila@example.com", "What can you do?")


def letter(page: Page, box: Postbox, to: str, text: str, within_s: int = 20) -> bool:
    """Whether just one letter comes to this address, and says this."""
    for _ in range(within_s * 10):
        if box.letters:
            break
        page.wait_for_timeout(100)
    page.wait_for_timeout(500)
    body = box.letters[0].get_body(("plain",))
    return box.recipients == [to] and body is not None and text in body.get_content()


@pytest.mark.parametrize("gone", [False, pytest.param(True, marks=pytest.mark.soak)])
def test_who_writes_out_of_hours_leaves_an_address_and_the_answer_comes_there(
    new_context: NewContext, new_server: NewServer, postbox: tuple[Postbox, str], tmp_path: Path, gone: bool
) -> None:
    box, url = postbox
    server = new_server("/support", BOT_SMTP_URL=url, BOT_TRAINING_DATA=str(closed_content(tmp_path)))
    server.run("user", "add", EMAIL, "--role", "agent", "--name", NAME, "--password-stdin", stdin=PASSWORD)
    page = new_context().new_page()
    customer = Customer(page).visit(f"{server.url}demo").open()
    customer.say("I want to speak to a person")
    expect(customer.waiting).to_contain_text("Nobody is here right now. You get an answer by")
    customer.panel.get_by_role("button", name="Get the answer by e-mail").press("Enter")
    page.keyboard.type("mila@example.com")
    assert faults(page) == []
    page.keyboard.press("Enter")
    expect(customer.panel.get_by_text("The answer goes to mila@example.com as well.")).to_be_visible()

    agent = Agent(new_context().new_page()).sign_in(server.url)
    agent.tab("Waiting").click()
    expect(agent.row(customer)).to_contain_text(re.compile("by .*\\d:\\d\\d"))
    agent.claim(customer)
    expect(customer.panel.get_by_role("heading")).to_have_text(NAME)
    if gone:
        page.close()
    agent.reply("The neighbour has had it all along.")
    if gone:
        # The customer has a minute to see it in the widget.
        assert letter(agent.page, box, "mila@example.com", "The neighbour has had it all along.", 90)
    else:
        expect(customer.said("agent", "The neighbour has had it")).to_contain_text(NAME)


def test_a_shop_without_mail_offers_none_and_its_pages_carry_no_form(page: Page, server: Server) -> None:
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    customer = Customer(page).visit(f"{server.url}demo").open()
    customer.say("What can you do?")
    expect(customer.said("bot")).to_have_count(2)
    expect(customer.panel.get_by_role("button", name="E-mail me a copy")).to_have_count(0)
    assert [url for url in asked if "mail" in url] == []
