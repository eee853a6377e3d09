"""The supervisor's view: who is on, what is late, giving conversations to people, listening in, blocking."""

import re
from typing import Any

from playwright.sync_api import expect

from tests.browser.people import NAME, OTHER_NAME, Agent, Customer
from tests.browser.test_summary import change


def test_the_overview_tells_who_is_on_and_who_waits(customer: Customer, agent: Agent, other_agent: Agent) -> None:
    other_agent.be("Online")
    customer.ask_for_a_person()
    agent.page.keyboard.press("v")
    people = agent.page.get_by_role("table", name=re.compile("People"))
    expect(people.get_by_role("row", name=re.compile(OTHER_NAME))).to_contain_text("Online")
    expect(people.get_by_role("row", name=re.compile(NAME))).to_contain_text("of 3")
    queues = agent.page.get_by_role("table", name=re.compile("Queues"))
    expect(queues.get_by_role("row").nth(1)).to_contain_text(re.compile(r"\d+ (sec|min)"))
    other_agent.be("Away")
    expect(people.get_by_role("row", name=re.compile(OTHER_NAME))).to_contain_text("Away")
    expect(other_agent.page.get_by_role("link", name="Overview")).to_have_count(0)
    other_agent.page.keyboard.press("v")
    expect(other_agent.page.get_by_role("heading", name="Overview")).to_have_count(0)
    agent.claim(customer)
    agent.resolve()


def test_what_is_at_risk_is_given_to_somebody(customer: Customer, agent: Agent, other_agent: Agent) -> None:
    other_agent.be("Online")
    customer.ask_for_a_person()
    row: dict[str, Any] = {
        "conversation_id": customer.conversation_id,
        "skill": "general",
        "priority": 0,
        "reason": "requested",
        "waiting_s": 400,
        "at_risk": "missed",
    }
    change(agent.page, "**/api/agent/overview", lambda body: body.update(at_risk=[row]))
    agent.page.keyboard.press("v")
    late = agent.page.get_by_role("table", name=re.compile("Targets at risk")).get_by_role("row").nth(1)
    expect(late).to_contain_text("Late")
    late.get_by_role("button", name="Assign").click()
    dialog = agent.page.get_by_role("dialog")
    wanted = dialog.get_by_role("option").filter(has_text=OTHER_NAME).first
    dialog.get_by_role("combobox").select_option(wanted.get_attribute("value"))
    dialog.get_by_role("button", name="Give").click()
    expect(dialog).to_have_count(0)
    other_agent.tab("Mine").click()
    expect(other_agent.row(customer)).to_be_visible()

    # Listening in changes nothing.
    late.get_by_role("link").click()
    expect(agent.page.locator(".owner")).to_have_text(f"With {OTHER_NAME}")
    expect(agent.history).to_contain_text(f"Given to {OTHER_NAME} by {NAME}")
    expect(agent.composer).to_be_hidden()
    agent.page.get_by_label("Write a note").fill("Well done")
    agent.page.keyboard.press("Enter")
    other_agent.row(customer).click()
    expect(other_agent.history.locator(".said.note")).to_contain_text("Well done")
    other_agent.resolve()


def test_an_abusive_customer_is_blocked_and_unblocked(customer: Customer, agent: Agent, other_agent: Agent) -> None:
    customer.ask_for_a_person()
    agent.claim(customer)
    panel = agent.page.get_by_role("complementary", name="Customer")
    agent.page.keyboard.press("Escape")
    agent.page.keyboard.press("d")
    panel.get_by_role("button", name="Block this customer").click()
    dialog = agent.page.get_by_role("dialog", name="Block Customer")
    dialog.get_by_role("button", name="Cancel").click()
    panel.get_by_role("button", name="Block this customer").click()
    dialog.get_by_role("button", name="Block", exact=True).click()
    expect(panel).to_contain_text("Blocked")
    panel.get_by_role("button", name="Unblock this customer").click()
    agent.page.get_by_role("dialog").get_by_role("button", name="Unblock").click()
    expect(panel.get_by_role("button", name="Block this customer")).to_be_visible()
    agent.page.keyboard.press("d")
    expect(agent.history).to_contain_text(f"Unblocked by {NAME}")
    customer.say("Thank you")
    expect(agent.history.locator(".said.customer", has_text="Thank you")).to_be_visible()
    agent.resolve()
    other_agent.page.goto(agent.page.url)
    expect(other_agent.page.locator(".owner")).to_be_attached()
    expect(other_agent.page.get_by_role("button", name="Block this customer")).to_have_count(0)
