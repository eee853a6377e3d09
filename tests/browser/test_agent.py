"""From the customer's wish for a person to the resolved request, in two browsers."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext
from tests.browser.people import EMAIL, NAME, OTHER_EMAIL, PASSWORD, SHIPPED, Agent, Customer
from tests.server import Server


@pytest.mark.soak
def test_a_conversation_goes_from_the_bot_to_an_agent_and_is_resolved(customer: Customer, agent: Agent) -> None:
    customer.say("Where is order 48213?")
    expect(customer.said("bot", SHIPPED)).to_be_visible()
    customer.ask_for_a_person()

    row = agent.row(customer)
    expect(row).to_contain_text("Asked for a person")
    expect(row.locator("time")).to_have_text(re.compile(r"\d+ (sec|min)"))
    agent.claim(customer)
    expect(agent.history).to_contain_text("Where is order 48213?")
    expect(agent.history.locator(".said.bot").first).to_contain_text("bot", ignore_case=True)
    expect(agent.history.locator(".understood").first).to_have_text(re.compile(r"Track order \d+%"))

    expect(customer.panel.get_by_role("heading")).to_have_text(NAME)
    expect(customer.waiting).to_be_hidden()
    agent.reply("Hello, I have your order in front of me.")
    expect(customer.said("agent", "I have your order in front of me.")).to_contain_text(NAME)
    customer.say("Great, can it come tomorrow?")
    expect(agent.history.locator(".said.customer", has_text="Great, can it come tomorrow?")).to_be_visible()
    expect(agent.history.locator(".said.agent")).to_have_count(1)

    agent.resolve()
    expect(customer.said("system").last).to_contain_text("closed")
    expect(customer.panel.get_by_role("button", name="Speak to a person").last).to_be_visible()


def test_a_half_written_reply_and_the_place_on_the_page_outlive_a_reload(customer: Customer, agent: Agent) -> None:
    customer.ask_for_a_person()
    agent.claim(customer)
    agent.composer.type("Let me look into")
    agent.page.reload()
    expect(agent.composer).to_have_value("Let me look into")
    agent.resolve()


def test_a_reply_on_a_bad_line_is_sent_once_when_the_line_is_back(customer: Customer, agent: Agent) -> None:
    customer.ask_for_a_person()
    agent.claim(customer)
    agent.page.context.set_offline(True)
    expect(agent.page.get_by_text("No connection. Trying again.")).to_be_visible()
    agent.reply("I am still here.")
    expect(agent.history.get_by_text("Not sent yet. Trying again.")).to_be_visible()
    agent.page.keyboard.press("Escape")
    agent.page.keyboard.press("h")
    expect(agent.history.locator(".said.unsent")).to_be_focused()
    agent.page.context.set_offline(False)
    expect(customer.said("agent", "I am still here.")).to_have_count(1)
    expect(agent.history.get_by_text("Not sent yet. Trying again.")).to_have_count(0)
    expect(agent.page.get_by_text("No connection. Trying again.")).to_be_hidden()
    expect(agent.history.locator(".said.agent")).to_have_count(1)
    # Whoever went to it while it was on its way is at it still.
    expect(agent.history.locator(".said.agent")).to_be_focused()
    agent.resolve()


def test_the_queue_is_told_of_a_new_customer_at_once(customer: Customer, agent: Agent) -> None:
    before = agent.waiting.count()
    customer.ask_for_a_person()
    expect(agent.waiting).to_have_count(before + 1, timeout=3000)
    expect(agent.page).to_have_title(f"({before + 1}) Agents")
    agent.claim(customer)
    agent.resolve()
    expect(agent.waiting).to_have_count(before)


def test_a_wrong_password_gets_nobody_in(page: Page, server: Server, account: None) -> None:
    page.goto(f"{server.url}agent/")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_signing_out_ends_the_session(agent: Agent, server: Server) -> None:
    agent.sign_out()
    signed_out = agent.page.get_by_role("heading", name="Sign in")
    # Who still has customers, perhaps of the test before, is asked first.
    asked = agent.page.get_by_role("dialog", name="Sign out?").get_by_role("button", name="Sign out")
    expect(signed_out.or_(asked)).to_be_visible()
    if asked.is_visible():
        asked.click()
    expect(signed_out).to_be_visible()
    agent.page.goto(f"{server.url}agent/")
    expect(agent.page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_session_that_ended_elsewhere_asks_to_sign_in_and_sends_the_reply_then(
    customer: Customer, agent: Agent, other_account: None, server: Server
) -> None:
    customer.ask_for_a_person()
    agent.claim(customer)
    agent.page.get_by_role("button", name="Note", exact=True).click()
    agent.page.get_by_label("Write a note").type("For me alone")
    agent.page.get_by_role("button", name="Reply", exact=True).click()
    agent.composer.type("Half a")
    # What the page reads by itself must not find out before the reply does.
    agent.page.route(
        "**/api/agent/**", lambda route: route.abort() if route.request.method == "GET" else route.fallback()
    )
    agent.page.context.clear_cookies()
    agent.composer.press("Enter")
    expect(agent.page.get_by_text("Your session has ended.")).to_be_visible()
    agent.page.unroute_all(behavior="wait")
    # Whoever signs in at the same tab sends nothing of it, and finds none of it.
    sent: list[str] = []
    agent.page.on("request", lambda one: sent.append(one.url) if one.url.endswith("/messages") else None)
    agent.page.get_by_label("E-mail").fill(OTHER_EMAIL)
    agent.page.get_by_label("Password").fill(PASSWORD)
    agent.page.get_by_role("button", name="Sign in").click()
    expect(agent.history).to_be_visible()
    agent.page.wait_for_timeout(2000)  # longer than the pause before a second try
    expect(agent.history.get_by_text("Half a")).to_have_count(0)
    expect(agent.page.get_by_label("Write a note")).to_have_value("")
    assert sent == []
    agent.page.context.clear_cookies()
    # Not where they left it: it goes out without being looked at.
    agent.sign_in(server.url)
    expect(customer.said("agent", "Half a")).to_have_count(1)
    agent.row(customer).click()
    expect(agent.history.locator(".said.agent", has_text="Half a")).to_have_count(1)
    agent.page.get_by_role("button", name="Note", exact=True).click()
    expect(agent.page.get_by_label("Write a note")).to_have_value("For me alone")
    agent.resolve()


def test_the_set_up_link_works_once(new_context: NewContext, server: Server, account: None) -> None:
    page = new_context().new_page()
    page.goto(server.set_up_link)
    expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()
    expect(page.get_by_label("Your name")).to_have_count(0)
