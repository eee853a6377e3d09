"""The console by keyboard, on every width, light and dark, on a bad line, and as each one likes it."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext
from tests.browser.people import SCHEMES, Agent, Customer
from tests.browser.test_everybody import WIDER, faults
from tests.server import Server

WIDTHS = {320: 640, 768: 1024, 1366: 768}

SMALL_TARGETS = """() => [...document.querySelectorAll('button, a, input, select, summary')]
  .filter((node) => node.checkVisibility() && !node.closest('label') && getComputedStyle(node).display !== 'inline')
  .map((node) => [node.getBoundingClientRect(), node.outerHTML.slice(0, 80)])
  .filter(([box]) => box.width && (box.width < 24 || box.height < 24))
  .map(([box, html]) => `${box.width}x${box.height} ${html}`)"""

NOTIFICATIONS = """
  window.asked = 0; window.told = [];
  window.Notification = class {
    static permission = 'default';
    static async requestPermission() { window.asked++; return (this.permission = 'granted'); }
    constructor(words, more) { window.told.push(words); }
    close() {}
  };
  window.tones = 0;
  const real = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () { window.tones++; return real.call(this); };
"""


def opened(agent: Agent) -> list[tuple[str, str]]:
    """Every view by name, with the key that opens it."""
    return [("search", "f"), ("keys", "?"), ("intent", "i"), ("transfer", "t"), ("return", "x"), ("resolve", "e")]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_in_any_view(customer: Customer, agent: Agent, scheme: str) -> None:
    page = agent.page
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    customer.say("Where is order 48213?")
    customer.ask_for_a_person()
    agent.claim(customer)
    agent.reply("Hello")
    expect(agent.history.locator(".said.agent")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("For the night shift")
    page.keyboard.press("Enter")
    expect(agent.history.locator(".said.note")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    for view, key in opened(agent):
        page.keyboard.press(key)
        expect(page.get_by_role("dialog"), view).to_be_visible()
        assert (view, faults(page)) == (view, [])
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("r")
    page.keyboard.type("/")
    expect(page.get_by_role("listbox", name="Canned replies").get_by_role("option").first).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    agent.composer.fill("")
    for button in (".presence-button", ".menu-button"):
        page.locator(button).click()
        assert (button, faults(page)) == (button, [])
        page.keyboard.press("Escape")
    page.keyboard.press("d")
    assert faults(page) == []
    page.keyboard.press("d")
    address = page.url
    for name in ("overview", "team", "audit", "account"):
        page.goto(f"{address.partition('#')[0]}#{name}")
        expect(page.get_by_role("main").get_by_role("heading", level=2)).to_be_visible()
        expect(page.get_by_role("main").get_by_text(re.compile("^Loading"))).to_be_hidden()
        assert (name, faults(page)) == (name, [])
    page.goto(address)
    agent.resolve()


@pytest.mark.parametrize("width", [320, *(pytest.param(width, marks=pytest.mark.soak) for width in (768, 1366))])
def test_nothing_runs_over_and_every_target_is_large_enough(
    customer: Customer, new_context: NewContext, server: Server, account: None, width: int
) -> None:
    customer.say("Where is order 48213? " + "It is urgent. " * 20)
    customer.ask_for_a_person()
    page = new_context(viewport={"width": width, "height": WIDTHS[width]}).new_page()
    agent = Agent(page).sign_in(server.url)
    assert page.evaluate(WIDER) == 0
    assert page.evaluate(SMALL_TARGETS) == []
    agent.claim(customer)
    assert page.evaluate(WIDER) == 0
    assert page.evaluate(SMALL_TARGETS) == []
    panel = page.get_by_role("complementary", name="Customer")
    assert panel.is_visible() == (width >= 1100)
    assert agent.queue.is_visible() == (width >= 700)
    if width < 1100:
        page.get_by_role("button", name="Customer", exact=True).click()
        expect(panel).to_be_visible()
        assert page.evaluate(WIDER) == 0
        page.get_by_role("button", name="Back to the conversation").click()
        expect(panel).to_be_hidden()
    for key in ("?", "t"):
        page.keyboard.press("Escape")
        page.keyboard.press(key)
        box = page.get_by_role("dialog").bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        page.keyboard.press("Escape")
    agent.resolve()


def test_a_whole_conversation_by_keyboard_alone(customer: Customer, agent: Agent) -> None:
    page = agent.page
    customer.say("Where is order 48213?")
    customer.ask_for_a_person()
    expect(agent.row(customer)).to_be_attached()
    press = page.keyboard.press
    press("2")
    row = agent.row(customer)
    for _ in range(agent.waiting.count()):
        if row.evaluate("(node) => node === document.activeElement"):
            break
        press("j")
    expect(row).to_be_focused()
    press("Enter")
    expect(page.get_by_role("button", name="Claim")).to_be_visible()
    press("c")
    expect(agent.composer).to_be_focused()
    page.keyboard.type("Hello, I am here.")
    press("Enter")
    expect(customer.said("agent", "Hello, I am here.")).to_be_visible()
    press("Escape")
    press("h")
    expect(agent.history.locator(".said").last).to_be_focused()
    press("ArrowUp")
    expect(agent.history.locator(".said.bot").last).to_be_focused()
    press("p")
    expect(page.get_by_role("radio", name=re.compile("Offline"))).to_be_focused()
    press("ArrowUp")
    expect(page.get_by_text("Enter takes “Away”.")).to_be_visible()
    expect(page.get_by_role("button", name="Your presence: Offline")).to_be_visible()
    press("Enter")
    expect(page.get_by_role("button", name="Your presence: Away")).to_be_visible()
    press("ArrowDown")
    press("Enter")
    asked = page.get_by_role("dialog", name="Go offline?")
    expect(asked).to_contain_text(re.compile(r"\d+ customers? goe?s? back to the queue"))
    press("Escape")
    expect(page.get_by_role("button", name="Your presence: Away")).to_be_visible()
    expect(page.locator(".owner")).to_have_text("With you")
    agent.sign_out()
    asked = page.get_by_role("dialog", name="Sign out?")
    expect(asked).to_contain_text("back to the queue")
    asked.get_by_role("button", name="Stay").click()
    press("p")
    press("ArrowDown")
    press("Enter")
    expect(page.get_by_role("dialog", name="Go offline?")).to_be_visible()
    press("Enter")
    expect(page.get_by_role("button", name="Your presence: Offline")).to_be_visible()
    expect(page.locator(".owner")).to_have_text("Waiting")


def test_the_sheet_tells_every_key_and_switches_single_keys_off(agent: Agent) -> None:
    page = agent.page
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    assert sheet.locator("kbd").count() > 20
    box = sheet.get_by_label("Single keys do something outside of text fields")
    box.uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Search conversations")).to_be_visible()
    page.keyboard.type("f?")
    expect(page.get_by_role("combobox")).to_have_value("f?")
    page.keyboard.press("Escape")
    page.reload()
    expect(agent.tab("Waiting")).to_be_visible()
    page.keyboard.press("?")
    expect(sheet).to_have_count(0)
    page.locator(".menu-button").click()
    page.get_by_role("button", name="Keys").click()
    box.check()
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    expect(page.get_by_role("dialog", name="Search conversations")).to_be_visible()


def test_light_and_dark_are_a_choice_that_lasts(agent: Agent) -> None:
    page = agent.page
    ground = "getComputedStyle(document.body).backgroundColor"
    page.emulate_media(color_scheme="light")
    light = page.evaluate(ground)
    page.locator(".menu-button").click()
    page.get_by_label("Colours").select_option("dark")
    dark = page.evaluate(ground)
    assert dark != light
    page.keyboard.press("Escape")
    assert faults(page) == []
    page.reload()
    expect(agent.tab("Waiting")).to_be_visible()
    assert page.evaluate(ground) == dark
    page.emulate_media(color_scheme="dark")
    page.locator(".menu-button").click()
    page.get_by_label("Colours").select_option("light")
    assert page.evaluate(ground) == light
    page.get_by_label("Colours").select_option("system")
    assert page.evaluate(ground) == dark


def test_nothing_moves_for_who_asked_for_less_motion(agent: Agent) -> None:
    agent.page.emulate_media(reduced_motion="reduce")
    moving = "[...document.querySelectorAll('*')].filter((n) => getComputedStyle(n).animationName !== 'none').length"
    assert agent.page.evaluate(moving) == 0


def test_notifications_and_sound_are_asked_for_by_a_click_alone(
    customer: Customer, new_context: NewContext, server: Server, account: None
) -> None:
    page = new_context().new_page()
    page.add_init_script(NOTIFICATIONS)
    Agent(page).sign_in(server.url)
    assert page.evaluate("asked") == 0
    page.locator(".menu-button").click()
    page.get_by_label("Sound").check()
    assert page.evaluate("[asked, tones]") == [0, 2]
    page.get_by_label("Desktop notifications").check()
    assert page.evaluate("asked") == 1
    page.keyboard.press("Escape")
    page.evaluate("document.hasFocus = () => false")
    customer.ask_for_a_person()
    # The page allows no evaluated strings, so waiting is done here.
    for _ in range(50):
        if page.evaluate("told.length && tones === 4"):
            break
        page.wait_for_timeout(100)
    assert page.evaluate("[told.length, tones]") == [1, 4]
    assert re.fullmatch(r"Customer [0-9a-f]{6} waits(: .+)?", page.evaluate("told[0]"))
    page.locator(".menu-button").click()
    page.get_by_label("Desktop notifications").uncheck()
    page.get_by_label("Sound").uncheck()
    page.reload()
    page.locator(".menu-button").click()
    expect(page.get_by_label("Sound")).not_to_be_checked()


def test_a_refused_permission_is_told_at_the_switch(new_context: NewContext, server: Server, account: None) -> None:
    page = new_context().new_page()
    page.add_init_script(NOTIFICATIONS.replace("'granted'", "'denied'"))
    Agent(page).sign_in(server.url)
    page.locator(".menu-button").click()
    page.get_by_label("Desktop notifications").click()
    expect(page.get_by_role("alert")).to_contain_text("does not allow")
    expect(page.get_by_label("Desktop notifications")).not_to_be_checked()


def test_reply_and_note_are_kept_each_for_its_conversation(
    customer: Customer, agent: Agent, new_context: NewContext, server: Server
) -> None:
    other = Customer(new_context().new_page()).visit(f"{server.url}demo").open()
    customer.ask_for_a_person()
    other.ask_for_a_person()
    agent.claim(customer)
    agent.page.keyboard.type("For the first")
    agent.claim(other)
    agent.page.keyboard.type("For the second")
    agent.page.get_by_role("button", name="Note", exact=True).click()
    agent.page.keyboard.type("A thought")
    agent.tab("Mine").click()
    agent.row(customer).click()
    expect(agent.composer).to_have_value("For the first")
    agent.page.reload()
    expect(agent.composer).to_have_value("For the first")
    agent.page.context.set_offline(True)
    expect(agent.page.get_by_text("No connection. Trying again.")).to_be_visible()
    agent.tab("Mine").click()
    agent.page.context.set_offline(False)
    expect(agent.page.get_by_text("No connection. Trying again.")).to_be_hidden()
    agent.row(other).click()
    expect(agent.composer).to_have_value("For the second")
    agent.page.get_by_role("button", name="Note", exact=True).click()
    expect(agent.page.get_by_label("Write a note")).to_have_value("A thought")
    agent.resolve()
    agent.row(customer).click()
    agent.resolve()


def test_what_cannot_be_loaded_says_so_in_its_place(customer: Customer, agent: Agent) -> None:
    customer.ask_for_a_person()
    page: Page = agent.page
    refused = "/conversations/"

    def pass_on(route: Any) -> None:
        if refused and refused in route.request.url:
            route.fulfill(status=500, json={"detail": "Something broke."})
        else:
            route.continue_()

    page.route("**/api/agent/**", pass_on)
    agent.look_at(customer)
    expect(page.get_by_role("main")).to_contain_text("It could not be loaded. Something broke.")
    refused = ""
    page.get_by_role("main").get_by_role("button", name="Try again").click()
    expect(agent.history).to_be_visible()
    agent.claim(customer)
    refused = "/replies"
    page.keyboard.type("/")
    expect(page.get_by_text("The replies could not be loaded. Something broke.")).to_be_visible()
    agent.composer.fill("")
    refused = "/conversations?"
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    page.keyboard.type("anything")
    expect(page.get_by_role("dialog")).to_contain_text("Something broke.")
    page.keyboard.press("Escape")
    refused = "/overview"
    page.keyboard.press("v")
    expect(page.get_by_role("main")).to_contain_text("The overview could not be loaded. Something broke.")
    page.unroute_all(behavior="wait")
