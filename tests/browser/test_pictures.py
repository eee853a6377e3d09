"""Renews the pictures in the documentation: `RENEW_PICTURES=1 make soak ARGS=tests/browser/test_pictures.py`."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext, NewServer
from tests.browser.people import EMAIL, NAME, PASSWORD, SHIPPED, Agent, Customer
from tests.browser.test_out_of_hours import closed_content
from tests.server import ROOT, Server

IMAGES = ROOT / "docs" / "images"
LARGEST = 150 * 1024
SHOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 360, "height": 640}}

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif("RENEW_PICTURES" not in os.environ, reason="takes new pictures only with RENEW_PICTURES=1"),
]


def keep(page: Page, name: str) -> None:
    """Take the picture once nothing moves any more."""
    page.wait_for_timeout(500)
    picture = page.screenshot(animations="disabled", caret="hide")
    assert len(picture) < LARGEST
    (IMAGES / f"{name}.png").write_bytes(picture)


@pytest.fixture
def shop(new_server: NewServer) -> Server:
    """One with a past, from which it knows how long people wait."""
    server = new_server()
    server.stop()
    server.run("simulate", "--customers", "300")
    server.start()
    server.run("user", "add", EMAIL, "--role", "supervisor", "--name", NAME, "--password-stdin", stdin=PASSWORD)
    return server


def visit(new_context: NewContext, server: Server, **options: object) -> Customer:
    return Customer(new_context(**options).new_page()).visit(f"{server.url}demo").open()


def test_the_widget_with_the_bot(new_context: NewContext, shop: Server) -> None:
    customer = visit(new_context, shop, **SHOP)
    customer.say("Hi, where is my order 48213?")
    expect(customer.said("bot", SHIPPED)).to_be_visible()
    keep(customer.page, "widget")


def test_waiting_for_a_person(new_context: NewContext, shop: Server) -> None:
    for _ in range(2):
        visit(new_context, shop).ask_for_a_person()
    customer = visit(new_context, shop, **PHONE)
    customer.ask_for_a_person()
    expect(customer.waiting).to_contain_text(re.compile("You are number 3. Usually .* minutes"))
    keep(customer.page, "waiting")


def test_a_person_helps_and_the_console_beside_it(new_context: NewContext, shop: Server) -> None:
    others = [visit(new_context, shop) for _ in range(3)]
    wishes = ("My refund has not arrived, I want to talk to somebody", "I want to speak to a person", "A human, please")
    for other, wish in zip(others, wishes, strict=True):
        other.say(wish)
        expect(other.waiting).to_be_visible()
    customer = visit(new_context, shop, color_scheme="dark", **PHONE)
    customer.say("Where is order 48001?")
    expect(customer.said("bot")).to_have_count(2)
    customer.ask_for_a_person()
    agent = Agent(new_context(**SHOP).new_page()).sign_in(shop.url)
    agent.be("Online")
    agent.claim(customer)
    agent.reply("Hello, I'm Mara. I have your order in front of me and am asking the carrier now.")
    expect(customer.said("agent", "asking the carrier")).to_be_visible()
    customer.say("Thank you. Can it still come on Friday?")
    expect(agent.history.locator(".said.customer", has_text="on Friday?")).to_be_visible()
    keep(agent.page, "agent")
    agent.composer.press_sequentially("It can, they say.", delay=300)
    expect(customer.panel.get_by_text("is writing")).to_be_visible()
    keep(customer.page, "person")


def test_out_of_hours(new_context: NewContext, new_server: NewServer, tmp_path: Path) -> None:
    mail = "smtp://127.0.0.1:9?from=help@shop.example&tls=off"
    server = new_server("/support", BOT_SMTP_URL=mail, BOT_TRAINING_DATA=str(closed_content(tmp_path)))
    customer = visit(new_context, server, **PHONE)
    customer.say("I want to speak to a person")
    customer.panel.get_by_role("button", name="Get the answer by e-mail").click()
    customer.page.keyboard.type("mila@example.com")
    keep(customer.page, "out_of_hours")


def test_the_rating_at_the_end(new_context: NewContext, shop: Server) -> None:
    customer = visit(new_context, shop, **PHONE)
    customer.ask_for_a_person()
    agent = Agent(new_context().new_page()).sign_in(shop.url)
    agent.claim(customer)
    agent.reply("It is on its way and comes on Friday.")
    expect(customer.said("agent", "on Friday")).to_be_visible()
    agent.resolve()
    expect(customer.survey).to_be_visible()
    keep(customer.page, "rating")


@pytest.mark.parametrize("view", ["lead", "analyst", "maintainer"])
def test_the_report(new_context: NewContext, shop: Server, view: str) -> None:
    page = new_context(viewport={"width": 900, "height": 700}).new_page()
    Agent(page).sign_in(shop.url)
    page.goto(f"{shop.url}cx/{view}")
    expect(page.get_by_text("Simulated data")).to_be_visible()
    page.wait_for_timeout(1500)
    keep(page, f"report-{view}")
