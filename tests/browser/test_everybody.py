"""Keyboard, screen readers, small screens, right to left, light and dark."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext
from tests.browser.people import SCHEMES, SHIPPED, Agent, Customer
from tests.server import Server

SMALL = {"viewport": {"width": 320, "height": 640}}
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def faults(page: Page) -> list[str]:
    """What axe finds, as lines that can be read."""
    page.wait_for_timeout(300)
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_in_the_widget(new_context: NewContext, server: Server, scheme: str) -> None:
    page = new_context(color_scheme=scheme).new_page()
    customer = Customer(page).visit(f"{server.url}demo")
    assert faults(page) == []
    customer.open()
    expect(customer.replies.first).to_be_visible()
    assert faults(page) == []
    customer.say("Where is order 48213?")
    expect(customer.said("bot", SHIPPED)).to_be_visible()
    page.evaluate("botWidget.send('x'.repeat(4001))")
    expect(customer.widget.locator(".failed")).to_be_visible()
    customer.panel.get_by_role("button", name="Speak to a person").last.click()
    expect(customer.waiting).to_be_visible()
    page.context.set_offline(True)
    expect(customer.panel.get_by_text("No connection. Trying again.")).to_be_visible()
    assert faults(page) == []


@pytest.mark.parametrize("path", ["demo", "privacy", "agent/"])
def test_axe_finds_nothing_on_the_pages(page: Page, server: Server, path: str) -> None:
    page.goto(f"{server.url}{path}")
    page.wait_for_load_state("networkidle")
    assert faults(page) == []


@pytest.mark.soak
@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_at_the_desk(customer: Customer, agent: Agent, scheme: str) -> None:
    agent.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    agent.tab("Waiting").click()
    customer.ask_for_a_person()
    expect(agent.row(customer)).to_be_visible()
    assert faults(agent.page) == []
    agent.claim(customer)
    agent.reply("Hello")
    expect(agent.history.locator(".said.agent")).to_be_visible()
    assert faults(agent.page) == []
    agent.page.get_by_role("button", name="Resolve").click()
    assert faults(agent.page) == []
    agent.page.keyboard.press("Escape")
    agent.resolve()


def test_a_customer_needs_only_the_keyboard(page: Page, server: Server) -> None:
    customer = Customer(page).visit(f"{server.url}demo")
    customer.launcher.focus()
    page.keyboard.press("Enter")
    expect(customer.composer).to_be_focused()
    expect(customer.replies.first).to_be_visible()
    page.keyboard.type("Two lines")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("of it")
    expect(customer.composer).to_have_value("Two lines\nof it")
    page.keyboard.press("Enter")
    expect(customer.said("customer", "of it")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(customer.panel.get_by_role("button", name="Speak to a person").last).to_be_focused()
    page.keyboard.press("Enter")
    expect(customer.waiting).to_be_visible()
    expect(customer.composer).to_be_focused()
    page.keyboard.press("Escape")
    expect(customer.panel).to_be_hidden()
    expect(customer.launcher).to_be_focused()


@pytest.mark.soak
def test_an_agent_needs_only_the_keyboard(customer: Customer, agent: Agent) -> None:
    agent.tab("Waiting").press("Enter")
    customer.ask_for_a_person()
    expect(agent.row(customer)).to_be_visible()
    agent.row(customer).focus()
    agent.page.keyboard.press("Enter")
    expect(agent.page.get_by_role("button", name="Claim")).to_be_visible()
    agent.page.keyboard.press("c")
    expect(agent.composer).to_be_focused()
    agent.page.keyboard.type("Hello")
    agent.page.keyboard.press("Enter")
    expect(customer.said("agent", "Hello")).to_be_visible()
    agent.resolve()


def test_enter_picks_a_word_while_an_input_method_composes(customer: Customer) -> None:
    customer.composer.fill("こんにち")
    customer.composer.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    expect(customer.composer).to_have_value("こんにち")
    expect(customer.said("customer")).to_have_count(0)


def test_the_composer_grows_to_five_lines(customer: Customer) -> None:
    heights = []
    for lines in (1, 3, 5, 9):
        customer.composer.fill("\n".join(["line"] * lines))
        heights.append(customer.composer.evaluate("(node) => node.clientHeight"))
    assert heights[0] < heights[1] < heights[2] == heights[3]


def test_a_small_screen_is_filled_and_nothing_runs_over(new_context: NewContext, server: Server) -> None:
    page = new_context(**SMALL).new_page()
    customer = Customer(page).visit(f"{server.url}demo")
    assert page.evaluate(WIDER) == 0
    customer.open()
    customer.say("Where is order 48213?")
    expect(customer.said("bot", SHIPPED)).to_be_visible()
    customer.panel.evaluate("(node) => Promise.all(node.getAnimations().map((one) => one.finished)).then(() => true)")
    box = customer.panel.bounding_box()
    assert box
    assert {name: round(size) for name, size in box.items()} == {"x": 0, "y": 0, "width": 320, "height": 640}
    log = customer.widget.get_by_role("log")
    assert log.evaluate("(node) => node.scrollWidth - node.clientWidth") == 0
    expect(customer.launcher).to_be_hidden()
    customer.panel.get_by_role("button", name="Close chat").click()
    expect(customer.launcher).to_be_focused()


def test_an_agent_on_a_small_screen_sees_one_thing_at_a_time(
    customer: Customer, new_context: NewContext, server: Server, account: None
) -> None:
    customer.ask_for_a_person()
    agent = Agent(new_context(**SMALL).new_page()).sign_in(server.url)
    agent.claim(customer)
    expect(agent.queue).to_be_hidden()
    assert agent.page.evaluate(WIDER) == 0
    agent.resolve()
    agent.page.get_by_role("link", name="Back to the queue").click()
    expect(agent.queue).to_be_visible()
    assert agent.page.evaluate(WIDER) == 0


def test_right_to_left_languages_mirror_the_widget(new_context: NewContext, server: Server) -> None:
    page = new_context().new_page()
    customer = Customer(page).visit(f"{server.url}demo")
    page.evaluate("botWidget.setLocale('ar'), botWidget.open(), botWidget.send('أين طلبي؟')")
    expect(customer.widget).to_have_attribute("dir", "rtl")
    expect(customer.said("customer")).to_be_visible()
    for place in (customer.launcher, customer.panel, customer.said("customer")):
        box = place.bounding_box()
        assert box
        assert box["x"] < 60
    greeting = customer.said("bot").first.bounding_box()
    assert greeting
    assert greeting["x"] > 60


def test_nothing_moves_for_who_asked_for_less_motion(new_context: NewContext, server: Server) -> None:
    page = new_context(reduced_motion="reduce").new_page()
    customer = Customer(page).visit(f"{server.url}demo").open()
    expect(customer.panel).to_have_css("animation-name", "none")


def test_what_the_bot_says_is_announced_and_the_time_is_exact_for_who_listens(customer: Customer) -> None:
    customer.say("Where is order 48213?")
    expect(customer.said("bot", SHIPPED)).to_be_visible()
    log = customer.widget.get_by_role("log")
    expect(log).to_have_attribute("aria-relevant", "additions")
    expect(log).to_have_attribute("aria-busy", "false")
    expect(log.locator("time .unseen").last).to_have_text(re.compile(r"20\d\d.*\d:\d\d"))
