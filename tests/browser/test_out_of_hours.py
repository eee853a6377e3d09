"""A shop whose people are away, and everything that needs a shop of another kind: long scales, many replies."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import NewContext
from tests.browser.people import SCHEMES, Customer
from tests.browser.test_everybody import SMALL, WIDER, faults
from tests.server import ROOT, Server

TINY = {"viewport": {"width": 320, "height": 480}}
REPLIES = [f"{number}. {'A reply as long as a reply may ever be, yes'[:37]}" for number in range(1, 12)]


def closed_content(folder: Path) -> Path:
    """The content that ships, of a shop that opens in three days and asks for the long rating."""
    data = shutil.copytree(ROOT / "training_data", folder / "data")
    day = f"{datetime.now(UTC) + timedelta(days=3):%a}".lower()
    more = f'bot:\n  hours: {{timezone: UTC, open: {{{day}: "09:00-18:00"}}}}\n  feedback: {{kinds: [nps]}}\n'
    bot = data / "bot.yaml"
    bot.write_text(bot.read_text().replace("bot:\n", more, 1))
    return data


@pytest.fixture(scope="module")
def closed(browser: Browser, models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("closed")
    one = Server(folder, models, BOT_TRAINING_DATA=str(closed_content(folder)))
    one.start()
    yield one
    one.stop()


def visit(new_context: NewContext, server: Server, **options: object) -> Customer:
    return Customer(new_context(**options).new_page()).visit(f"{server.url}demo").open()


def promise(customer: Customer) -> str:
    """The day of the promise that the customer sees while they wait."""
    banner = customer.waiting.locator("span")
    expect(banner).to_have_text(re.compile(r"^Nobody is here right now\. You get an answer by \w+day .*\d:\d\d.*\.$"))
    expect(banner).to_have_attribute("title", re.compile(r"20\d\d.*\d:\d\d"))
    expect(customer.panel.get_by_role("status").filter(has_text=banner.inner_text())).to_have_count(1)
    return re.findall(r"\w+day", banner.inner_text())[0]


def test_who_waits_out_of_hours_keeps_seeing_by_when_they_get_an_answer(
    new_context: NewContext, closed: Server
) -> None:
    customer = visit(new_context, closed, timezone_id="UTC")
    customer.say("I want to speak to a person")
    day = promise(customer)
    assert day == f"{datetime.now(UTC) + timedelta(days=3):%A}"
    customer.page.reload()
    customer.open()
    assert promise(customer) == day
    customer.say("It is about order 48213")
    expect(customer.said("bot")).to_have_count(3)
    assert promise(customer) == day
    customer.page.evaluate("botWidget.setLocale('de')")
    expect(customer.panel.get_by_role("status").filter(has_text="Gerade ist niemand da.")).to_contain_text(
        "Antwort bis"
    )
    customer.page.evaluate("botWidget.setLocale('en')")
    expect(customer.panel.get_by_role("status").filter(has_text="Nobody is here right now.")).to_be_visible()
    customer.panel.get_by_role("button", name="Leave the queue").click()
    expect(customer.panel.get_by_role("status").filter(has_text="Nobody is here")).to_have_count(0)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_long_scale_fits_a_small_screen_and_can_be_hit(new_context: NewContext, closed: Server, scheme: str) -> None:
    customer = visit(new_context, closed, color_scheme=scheme, **TINY)
    customer.solve_a_fault()
    scores = customer.survey.locator(".score")
    expect(scores).to_have_text([str(score) for score in range(11)])
    for score in scores.all():
        box = score.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
        assert 0 <= box["x"] <= 320 - box["width"]
    expect(customer.survey.get_by_role("button", name="0, not at all likely", exact=True)).to_be_in_viewport(ratio=1)
    expect(customer.survey.get_by_role("button", name="10, very likely", exact=True)).to_be_in_viewport(ratio=1)
    expect(customer.composer).to_be_in_viewport(ratio=1)
    assert faults(customer.page) == []
    customer.rate("9")
    expect(customer.said("system", "You rated 9 of 10")).to_be_visible()
    assert faults(customer.page) == []
    log = customer.widget.get_by_role("log")
    assert log.evaluate("(node) => node.scrollWidth - node.clientWidth") == 0


def test_a_rating_can_be_given_in_german_and_right_to_left(new_context: NewContext, closed: Server) -> None:
    customer = visit(new_context, closed)
    customer.solve_a_fault()
    customer.page.evaluate("botWidget.setLocale('de')")
    group = customer.widget.get_by_role("group")
    expect(group.get_by_role("button", name="10, sehr wahrscheinlich", exact=True)).to_be_visible()
    expect(group.get_by_role("button", name="Überspringen")).to_be_visible()
    customer.page.evaluate("botWidget.setLocale('ar')")
    expect(customer.widget).to_have_attribute("dir", "rtl")
    # The panel is drawn anew when the texts of the language have come: both places are looked at in one go.
    places = "(scores) => [scores[0], scores[5]].map((score) => score?.getBoundingClientRect().x ?? 0)"
    for _ in range(100):
        lowest, highest = group.locator(".score").evaluate_all(places)
        if lowest > highest:
            break
        customer.page.wait_for_timeout(100)
    assert lowest > highest


@pytest.mark.parametrize("options", [TINY, pytest.param(SMALL, marks=pytest.mark.soak), {}])
def test_many_long_replies_leave_the_question_and_the_composer_in_sight(
    new_context: NewContext, server: Server, options: dict[str, object]
) -> None:
    page = new_context(**options).new_page()

    def offer(route: Route) -> None:
        body = route.fetch().json()
        body["starters"] = [{"title": title, "payload": f"intent:reply_{title[:2]}"} for title in REPLIES]
        route.fulfill(json=body)

    page.route("**/api/widget**", offer)
    customer = Customer(page).visit(f"{server.url}demo").open()
    expect(customer.replies).to_have_text(REPLIES)
    expect(customer.composer).to_be_in_viewport(ratio=1)
    expect(customer.panel.get_by_role("button", name="Speak to a person")).to_be_in_viewport(ratio=1)
    top = customer.said("bot").first.bounding_box()
    log = customer.widget.get_by_role("log").bounding_box()
    assert top
    assert log
    assert log["y"] <= top["y"] < log["y"] + log["height"]
    assert page.evaluate(WIDER) == 0
    width = customer.widget.get_by_role("log").evaluate("(node) => node.scrollWidth - node.clientWidth")
    assert width == 0
    for _ in REPLIES:
        page.keyboard.press("Shift+Tab")
    first, last = customer.replies.first, customer.replies.last
    expect(first).to_be_focused()
    expect(first).to_be_in_viewport(ratio=1)
    for _ in REPLIES[1:]:
        page.keyboard.press("Tab")
    expect(last).to_be_focused()
    expect(last).to_be_in_viewport(ratio=1)
    page.evaluate("botWidget.setTheme('dark')")
    expect(last).to_be_in_viewport(ratio=1)


def test_blank_lines_part_paragraphs_and_are_kept(page: Page, server: Server) -> None:
    customer = Customer(page).visit(f"{server.url}demo").open()
    customer.say("One\n\n\nTwo\nstill two")
    expect(customer.said("bot")).to_have_count(2)  # until it is there, the message may be drawn anew
    said = customer.said("customer", "One").locator("p")
    expect(said).to_have_text(["One", "Two still two"])
    assert customer.bubbles("customer") == ["One\n\n\nTwo\nstill two"]
    gap = "(all) => all[1].getBoundingClientRect().top - all[0].getBoundingClientRect().bottom"
    assert 4 <= said.evaluate_all(gap) <= 12
