"""A customer and an agent, in the words of the pages they use."""

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

SCHEMES = ["light", pytest.param("dark", marks=pytest.mark.soak)]
PASSWORD = "three calm herons by the pond"
EMAIL = "mara@copperfinch.example"
NAME = "Mara Lindqvist"
OTHER_EMAIL = "ines@copperfinch.example"
OTHER_NAME = "Ines Moreau"

SHIPPED = "Your order was shipped on"
DELIVERED = "Your order was delivered on"
"""What the bot says of the demonstration's orders 48213 and 47990."""


@dataclass
class Customer:
    """Somebody with the widget in front of them. Locators reach into its shadow DOM by themselves."""

    page: Page

    def visit(self, url: str) -> "Customer":
        self.page.goto(url)
        expect(self.launcher).to_be_visible()
        return self

    def open(self) -> "Customer":
        """Open the widget and wait for what the shop has to say first: the panel is drawn anew when it has come."""
        self.launcher.click()
        expect(self.said("bot").first).to_be_visible()
        expect(self.composer).to_be_visible()
        return self

    def say(self, text: str) -> None:
        self.composer.fill(text)
        self.composer.press("Enter")

    @property
    def widget(self) -> Locator:
        return self.page.locator("bot-widget")

    @property
    def launcher(self) -> Locator:
        return self.widget.locator(".launcher")

    @property
    def panel(self) -> Locator:
        return self.widget.get_by_role("dialog")

    @property
    def composer(self) -> Locator:
        return self.widget.get_by_label("Write a message")

    @property
    def replies(self) -> Locator:
        return self.widget.locator(".reply")

    @property
    def waiting(self) -> Locator:
        """The line that says how long they still wait."""
        return self.panel.locator(".waiting")

    def said(self, who: str, text: str | None = None) -> Locator:
        return self.widget.locator(f".entry.{who}").filter(has_text=text or "")

    def bubbles(self, who: str) -> list[str]:
        return self.widget.locator(f".entry.{who} .bubble").all_text_contents()

    @property
    def conversation_id(self) -> str:
        return str(json.loads(next(iter(self.stored()["local"].values())))["conversation_id"])

    def ask_for_a_person(self) -> None:
        self.say("I want to speak to a person")
        expect(self.waiting).to_be_visible()

    def choose(self, title: str) -> None:
        """One of the quick replies."""
        self.replies.filter(has_text=title).click()

    def solve_a_fault(self) -> None:
        """Go through a guide until a step helps; then the bot asks for a rating."""
        self.begin_a_guide()
        self.choose("Yes, that helped")
        expect(self.survey).to_be_visible()

    def begin_a_guide(self) -> None:
        """Choose the first of the replies until the bot asks whether a step helped."""
        self.choose("Battery runs down fast")
        for said in range(2, 8):
            expect(self.said("bot")).to_have_count(said)
            if "Yes, that helped" in self.replies.all_text_contents():
                break
            self.replies.first.click()

    @property
    def survey(self) -> Locator:
        """The question for a rating while it is open."""
        return self.panel.get_by_role("group", name=re.compile("^How "))

    @property
    def comment(self) -> Locator:
        return self.panel.get_by_role("textbox", name="What made it so?")

    def rate(self, name: str) -> None:
        """Give the score with this name: “4”, or “1, very bad” at the ends."""
        self.survey.get_by_role("button", name=name, exact=True).click()

    def stored(self) -> dict[str, Any]:
        script = "() => ({local: {...localStorage}, session: {...sessionStorage}, cookie: document.cookie})"
        return dict(self.page.evaluate(script))


@dataclass
class Agent:
    """Somebody at the agent page."""

    page: Page

    def sign_in(self, url: str, email: str = EMAIL) -> "Agent":
        self.page.goto(f"{url}agent/")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.tab("Waiting")).to_be_visible()
        return self

    def sign_out(self) -> None:
        self.page.locator(".menu-button").click()
        self.page.get_by_role("button", name="Sign out").click()

    def tab(self, name: str) -> Locator:
        """One of the queue's: Mine, Waiting or Others."""
        return self.queue.get_by_role("tab", name=name)

    @property
    def queue(self) -> Locator:
        return self.page.get_by_role("navigation", name="Queue")

    @property
    def waiting(self) -> Locator:
        return self.queue.locator("#list-waiting a.row")

    @property
    def history(self) -> Locator:
        return self.page.get_by_role("log", name="History")

    @property
    def summary(self) -> Locator:
        return self.page.get_by_role("region", name="Hand-off summary")

    @property
    def composer(self) -> Locator:
        return self.page.get_by_label("Write a reply")

    def row(self, customer: Customer) -> Locator:
        return self.queue.locator(f"a.row[href$='{customer.conversation_id}']")

    def look_at(self, customer: Customer) -> None:
        """Open the conversation of somebody who waits."""
        self.tab("Waiting").click()
        self.row(customer).click()

    def claim(self, customer: Customer) -> None:
        self.look_at(customer)
        self.page.get_by_role("button", name="Claim").click()
        expect(self.composer).to_be_focused()

    def reply(self, text: str) -> None:
        self.composer.fill(text)
        self.composer.press("Enter")

    @property
    def typing(self) -> Locator:
        """The line that says who is typing."""
        return self.page.get_by_role("status").filter(has_text="is typing")

    def be(self, status: str, gives_up: bool = False) -> None:
        """Choose one's presence: Online, Away or Offline; with `gives_up` even if customers lose their agent."""
        button = self.page.get_by_role("button", name="Your presence")
        button.click()
        self.page.get_by_role("radio", name=status).check()
        if gives_up:
            self.page.get_by_role("dialog").get_by_role("button", name="Go offline").click()
        expect(button).to_have_accessible_name(f"Your presence: {status}")
        self.page.keyboard.press("Escape")

    def transfer(self, to: str, note: str = "") -> None:
        """Pass the open conversation on to a colleague or a skill, by the name that the list shows."""
        self.page.get_by_role("button", name="Transfer").click()
        asked = self.page.get_by_role("dialog")
        wanted = asked.get_by_role("option").filter(has_text=to).first
        asked.get_by_role("combobox").select_option(wanted.get_attribute("value"))
        asked.get_by_label("Note").fill(note)
        asked.get_by_role("button", name="Transfer").click()
        expect(asked).to_be_hidden()

    def give(self, to: str) -> None:
        """As a supervisor, give the open conversation to somebody."""
        self.page.get_by_role("button", name=re.compile("Assign|Reassign")).click()
        asked = self.page.get_by_role("dialog")
        wanted = asked.get_by_role("option").filter(has_text=to).first
        asked.get_by_role("combobox").select_option(wanted.get_attribute("value"))
        asked.get_by_role("button", name="Give").click()
        expect(asked).to_be_hidden()

    def give_back(self) -> None:
        self.page.get_by_role("button", name="To the bot").click()
        self.page.get_by_role("dialog").get_by_role("button", name="Give back").click()
        expect(self.page.locator(".owner")).to_have_text("With the bot")

    def resolve(self) -> None:
        self.page.get_by_role("button", name="Resolve").click()
        asked = self.page.get_by_role("dialog")
        asked.get_by_label("Solved", exact=True).check()
        asked.get_by_role("button", name="Resolve").click()
        expect(self.page.locator(".owner")).to_have_text("Closed")
