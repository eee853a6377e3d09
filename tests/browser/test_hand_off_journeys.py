"""From the wish for a person to the end, with a browser for everybody in it."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext, NewServer
from tests.browser.people import EMAIL, NAME, OTHER_EMAIL, OTHER_NAME, PASSWORD, SHIPPED, Agent, Customer
from tests.server import Server

LEASE_MS = 60_000
"""So long somebody counts as there who gives no sign of life."""

WATCH = """id => { window.told = 0; const look = () => {
  if (!window.told && document.querySelector(`a.row[href$="${id}"]`)) window.told = Date.now();
}; new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributes: true }); look(); }"""


def writing(customer: Customer, name: str) -> None:
    """The customer sees that this person writes."""
    expect(customer.panel.get_by_role("status").filter(has_text=f"{name} is writing")).to_be_visible()


def asked_at(page: Page) -> float:
    """When the last message of the customer left the page, in milliseconds since the Unix epoch."""
    timings = (
        "performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/messages')).at(-1).startTime"
    )
    return float(page.evaluate(f"performance.timeOrigin + {timings}"))


def test_a_customer_is_heard_within_a_second_helped_by_a_person_and_rates(customer: Customer, agent: Agent) -> None:
    customer.say("Where is order 48213?")
    expect(customer.said("bot", SHIPPED)).to_be_visible()
    agent.tab("Waiting").click()
    agent.page.evaluate(WATCH, customer.conversation_id)

    customer.ask_for_a_person()
    expect(agent.row(customer)).to_be_visible()
    told_after = agent.page.evaluate("told") - asked_at(customer.page)
    assert 0 < told_after < 1000, f"the agent's page was told after {told_after:.0f} ms"

    agent.claim(customer)
    expect(customer.panel.get_by_role("heading")).to_have_text(NAME)
    expect(customer.said("system", f"{NAME} has joined")).to_be_visible()
    agent.composer.type("Hello, I have")
    writing(customer, NAME)
    agent.reply("Hello, I have your order in front of me.")
    expect(customer.said("agent", "I have your order in front of me.")).to_contain_text(NAME)
    expect(customer.panel.get_by_text("is writing")).to_have_count(0)

    customer.composer.type("Great, can it")
    expect(agent.typing).to_be_visible()
    customer.say("Great, can it come tomorrow?")
    expect(agent.history.locator(".said.customer", has_text="can it come tomorrow?")).to_be_visible()
    expect(agent.typing).to_have_count(0)

    agent.resolve()
    expect(customer.said("system").last).to_contain_text("closed")
    customer.rate("5, very good")
    expect(customer.said("system", "You rated 5 of 5")).to_be_visible()
    expect(agent.history.get_by_text("Rated 5 of 5")).to_be_visible()


def test_what_is_given_back_is_answered_by_the_bot_again(customer: Customer, agent: Agent) -> None:
    customer.ask_for_a_person()
    agent.claim(customer)
    customer.say("Where is order 48213?")
    expect(agent.history.locator(".said.customer", has_text="48213")).to_be_visible()
    expect(customer.said("bot", SHIPPED)).to_have_count(0)

    agent.give_back()
    expect(customer.said("bot", "handed the conversation back to me, the bot")).to_be_visible()
    expect(customer.panel.get_by_role("heading")).to_have_text("Finch")
    customer.say("Where is order 48213?")
    expect(customer.said("bot", SHIPPED)).to_be_visible()
    expect(customer.panel.get_by_role("button", name="Speak to a person").last).to_be_visible()


def test_a_customer_is_passed_on_to_a_colleague(customer: Customer, agent: Agent, other_agent: Agent) -> None:
    other_agent.be("Online")
    customer.ask_for_a_person()
    agent.claim(customer)
    agent.transfer(OTHER_NAME, "Asked for you by name")

    expect(customer.said("system", f"passing you on to {OTHER_NAME}")).to_be_visible()
    expect(customer.panel.get_by_role("heading")).to_have_text(OTHER_NAME)
    expect(customer.waiting).to_be_hidden()
    other_agent.tab("Mine").click()
    other_agent.row(customer).click()
    expect(other_agent.history.get_by_text("Asked for you by name")).to_be_visible()
    other_agent.composer.type("Hello")
    writing(customer, OTHER_NAME)
    other_agent.reply("Hello again, what happened?")
    expect(customer.said("agent", "Hello again")).to_contain_text(OTHER_NAME)
    expect(customer.said("system", "Asked for you by name")).to_have_count(0)
    other_agent.resolve()
    other_agent.be("Offline")


@pytest.mark.soak
@pytest.mark.parametrize("goes", ["offline", "away without a word"])
def test_who_loses_their_agent_is_told_keeps_the_place_and_is_helped_by_another(
    new_context: NewContext, new_server: NewServer, goes: str
) -> None:
    server = new_server()  # with nobody else in its queue
    for email, name in ((EMAIL, NAME), (OTHER_EMAIL, OTHER_NAME)):
        server.run("user", "add", email, "--role", "agent", "--name", name, "--password-stdin", stdin=PASSWORD)
    agent, other_agent = (Agent(new_context().new_page()).sign_in(server.url, one) for one in (EMAIL, OTHER_EMAIL))
    customer = Customer(new_context().new_page()).visit(f"{server.url}demo").open()
    agent.be("Online")
    customer.ask_for_a_person()
    agent.claim(customer)
    agent.reply("One moment, please.")
    expect(customer.said("agent", "One moment")).to_be_visible()
    later = Customer(new_context().new_page()).visit(f"{server.url}demo").open()
    later.ask_for_a_person()
    expect(later.waiting).to_contain_text("You are next.")

    if goes == "offline":
        agent.be("Offline", gives_up=True)
    else:
        agent.page.close()
    told = customer.said("system", f"{NAME} had to leave. You are back in the queue")
    expect(told).to_be_visible(timeout=LEASE_MS + 20_000)
    expect(customer.waiting).to_contain_text("You are next.")
    expect(later.waiting).to_contain_text("You are number 2.")
    expect(customer.panel.get_by_role("heading")).to_have_text("Finch")

    other_agent.claim(customer)
    expect(customer.panel.get_by_role("heading")).to_have_text(OTHER_NAME)
    expect(customer.said("agent", "One moment")).to_contain_text(NAME)
    expect(later.waiting).to_contain_text("You are next.")
    other_agent.resolve()
    later.panel.get_by_role("button", name="Leave the queue").click()
    expect(later.waiting).to_be_hidden()


def test_leaving_the_queue_asks_nothing_and_a_person_is_one_tap_away_again(customer: Customer, agent: Agent) -> None:
    customer.ask_for_a_person()
    agent.tab("Waiting").click()
    expect(agent.row(customer)).to_be_visible()
    customer.panel.get_by_role("button", name="Leave the queue").press("Enter")
    expect(customer.said("bot").last).to_contain_text("no longer waiting for a person")
    expect(customer.waiting).to_be_hidden()
    expect(customer.composer).to_be_focused()
    expect(agent.row(customer)).to_have_count(0)
    customer.panel.get_by_role("button", name="Speak to a person").last.click()
    expect(customer.waiting).to_be_visible()
    agent.claim(customer)
    agent.resolve()


def test_who_comes_back_after_days_finds_the_thread(
    customer: Customer, agent: Agent, new_context: NewContext, server: Server
) -> None:
    customer.ask_for_a_person()
    agent.claim(customer)
    agent.reply("I will look into it until tomorrow.")
    expect(customer.said("agent", "until tomorrow")).to_be_visible()
    kept = customer.page.context.storage_state()
    customer.page.context.close()
    agent.reply("It is on its way now.")
    expect(agent.history.get_by_text("It is on its way now.")).to_be_visible()

    page = new_context(storage_state=kept).new_page()
    page.clock.set_fixed_time(time.time() + 5 * 86_400)
    again = Customer(page).visit(f"{server.url}demo")
    expect(again.launcher).to_have_accessible_name(re.compile("1 new"))
    again.open()
    expect(again.said("agent", "It is on its way now.")).to_be_visible()
    expect(again.said("agent", "until tomorrow")).to_be_visible()
    expect(again.panel.get_by_role("heading")).to_have_text(NAME)
    again.say("Thank you")
    expect(agent.history.locator(".said.customer", has_text="Thank you")).to_be_visible()
    agent.resolve()
