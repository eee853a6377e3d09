"""The report read in a browser as its readers would: every view, light and dark, small, by keyboard, and as a file."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import NewContext
from tests.browser.people import EMAIL, NAME, PASSWORD
from tests.browser.test_everybody import SMALL, WIDER, faults
from tests.server import Server

ANALYST = "ana@shop.example"
VIEWS = ("lead", "analyst", "maintainer")

OVERPRINTED = """() => [...document.querySelectorAll('.plot')].filter((plot) => {
  const names = [...plot.querySelectorAll('.xtick text')].map((name) => name.getBoundingClientRect());
  names.sort((one, other) => one.left - other.left);
  return names.some((name, at) => at && name.left < names[at - 1].right + 1);
}).map((plot) => plot.id)"""
"""The plots whose names below the line touch each other."""

pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def shop(browser: Browser, models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One with simulated customers, whose report is open to a supervisor and an analyst."""
    one = Server(tmp_path_factory.mktemp("report"), models)
    one.run("simulate", "--customers", "200", "--days", "40")
    one.run("user", "add", EMAIL, "--role", "supervisor", "--name", NAME, "--password-stdin", stdin=PASSWORD)
    one.run("user", "add", ANALYST, "--role", "analyst", "--password-stdin", stdin=PASSWORD)
    one.start()
    yield one
    one.stop()


def sign_in(page: Page, server: Server, email: str) -> None:
    page.goto(f"{server.url}agent/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def read(page: Page) -> None:
    """Scroll through it, so that every plot is drawn."""
    height = page.evaluate("document.documentElement.scrollHeight")
    for place in range(0, height, 600):
        page.evaluate(f"scrollTo(0, {place})")
        page.wait_for_timeout(50)
    for plot in page.locator(".canvas").all():
        expect(plot.locator("svg").first).to_be_attached()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_view_is_drawn_and_axe_finds_nothing(new_context: NewContext, shop: Server, scheme: str) -> None:
    page = new_context(color_scheme=scheme).new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    sign_in(page, shop, ANALYST)
    expect(page.get_by_role("heading", name="Customer experience")).to_be_visible()
    for view in VIEWS:
        page.goto(f"{shop.url}cx/{view}")
        expect(page.get_by_text("Simulated data")).to_be_visible()
        read(page)
        assert faults(page) == []
    assert [url for url in requests if not url.startswith((shop.url, "data:", "blob:"))] == []


def test_a_small_screen_needs_no_scrolling_sideways(new_context: NewContext, shop: Server) -> None:
    page = new_context(**SMALL).new_page()
    sign_in(page, shop, ANALYST)
    expect(page.get_by_role("heading", name="Customer experience")).to_be_visible()
    for view in VIEWS:
        page.goto(f"{shop.url}cx/{view}")
        read(page)
        assert page.evaluate(WIDER) <= 0
        assert page.evaluate(OVERPRINTED) == []
        assert faults(page) == []


def test_a_supervisor_gets_from_a_figure_to_the_conversation_by_keyboard(new_context: NewContext, shop: Server) -> None:
    page = new_context().new_page()
    sign_in(page, shop, EMAIL)
    page.locator(".menu-button").click()
    page.get_by_role("link", name="Customer experience").click()
    page.get_by_role("link", name="7 days", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"days=7$"))
    tile = page.locator("#hand-offs-handoff_rate")
    tile.get_by_text("How it is measured").focus()
    page.keyboard.press("Enter")
    expect(tile.get_by_text("Episodes with at least one hand-off ÷ episodes.")).to_be_visible()
    tile.get_by_role("link", name="The conversations behind it").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link").filter(has_text=re.compile(r"^[0-9a-f-]{36}$")).first.click()
    expect(page.get_by_role("log", name="History")).to_be_visible()


def test_a_file_needs_nothing_and_keeps_the_chosen_colours(
    new_context: NewContext, shop: Server, tmp_path: Path
) -> None:
    shop.run("report", "--out", str(tmp_path / "report.html"), "--days", "all")
    context = new_context(offline=True)
    page = context.new_page()
    page.goto((tmp_path / "report.html").as_uri())
    read(page)
    assert faults(page) == []
    page.get_by_label("Colours").select_option("dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 26, 25)"
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.get_by_role("navigation").first).to_be_hidden()
