"""Accounts in the browser: invited by link, a second factor, sessions, the staff and the audit; all with axe."""

import re

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext
from tests.browser.people import PASSWORD, SCHEMES, Agent
from tests.browser.test_everybody import WIDER, faults
from tests.server import Server

NEW = "five grey geese over the mill"


def open_page(page: Page, name: str, title: str) -> None:
    page.evaluate("(name) => { location.hash = name; }", name)
    expect(page.get_by_role("heading", name=title, level=2)).to_be_visible()


def sign_in(page: Page, url: str, email: str, password: str) -> None:
    page.goto(f"{url}agent/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def invite(page: Page, email: str) -> str:
    """Invite an agent, and get the link that is shown this once."""
    open_page(page, "team", "Staff")
    page.get_by_role("button", name="Invite somebody").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("E-mail").fill(email)
    assert faults(page) == []
    dialog.get_by_role("button", name="Invite").click()
    link = page.get_by_label("Link").input_value()
    assert faults(page) == []
    page.get_by_role("button", name="Close").click()
    return link


def join(page: Page, link: str, name: str) -> None:
    page.goto(link)
    expect(page.get_by_role("heading", name="Join the staff")).to_be_visible()
    assert "join" not in page.url
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    assert faults(page) == []
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Conversations")).to_be_visible()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_somebody_is_invited_joins_and_takes_a_second_factor(
    agent: Agent, new_context: NewContext, server: Server, scheme: str
) -> None:
    agent.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    email = f"tove-{scheme}@copperfinch.example"
    link = invite(agent.page, email)
    expect(agent.page.get_by_role("heading", name="Invited")).to_be_visible()
    tove = new_context(color_scheme=scheme).new_page()
    join(tove, link, "Tove")
    tove.goto(link)
    expect(tove.get_by_role("heading", name="This link does not work")).to_be_visible()

    tove.goto("about:blank")
    tove.goto(f"{server.url}agent/#account")
    expect(tove.get_by_role("heading", name="Your account")).to_be_visible()
    factor = tove.locator(".card", has=tove.get_by_role("heading", name="Second factor"))
    factor.get_by_label("Present password").fill(PASSWORD)
    factor.get_by_role("button", name="Turn on").click()
    picture = factor.get_by_role("img")
    assert picture.evaluate("(node) => node.decode().then(() => node.naturalWidth > 0)")
    assert faults(tove) == []
    secret = (factor.locator(".secret").text_content() or "").removeprefix("Secret: ").replace(" ", "")
    codes = pyotp.TOTP(secret)
    factor.get_by_label("Code").fill(codes.now())
    factor.get_by_role("button", name="Confirm").click()
    expect(factor).to_contain_text("The second factor is on.")
    assert faults(tove) == []

    elsewhere = new_context().new_page()
    sign_in(elsewhere, server.url, email, PASSWORD)
    expect(elsewhere.get_by_label("Code")).to_be_focused()
    assert faults(elsewhere) == []
    elsewhere.get_by_label("Code").fill("000000")
    elsewhere.get_by_role("button", name="Sign in").click()
    expect(elsewhere.get_by_role("alert")).to_contain_text("The code is wrong", ignore_case=True)

    open_page(agent.page, "audit", "Audit")
    expect(agent.page.get_by_role("row", name=re.compile("Second factor on.*Tove")).first).to_be_visible()
    assert faults(agent.page) == []


def test_an_admin_changes_disables_and_makes_a_link_to_a_new_password(
    agent: Agent, new_context: NewContext, server: Server
) -> None:
    page = agent.page
    ben = new_context().new_page()
    join(ben, invite(page, "ben@copperfinch.example"), "Ben")
    row = page.get_by_role("row", name=re.compile("ben@copperfinch"))
    page.reload()
    row.get_by_role("button", name="Edit").click()
    page.get_by_role("dialog").get_by_label("Skills").fill("repairs, orders")
    page.get_by_role("dialog").get_by_label("Role").select_option("supervisor")
    page.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("Repairs, Orders")
    expect(row).to_contain_text("Supervisor")
    row.get_by_role("button", name="New password").click()
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("Link").input_value()
    page.get_by_role("button", name="Close").click()
    ben.goto(link)
    ben.get_by_label("New password").fill(NEW)
    assert faults(ben) == []
    ben.get_by_role("button", name="Set password").click()
    expect(ben.get_by_text("Your new password is set.")).to_be_visible()
    sign_in(ben, server.url, "ben@copperfinch.example", NEW)
    expect(ben.get_by_role("heading", name="Conversations")).to_be_visible()
    open_page(ben, "team", "Staff")
    expect(ben.get_by_role("row", name=re.compile("ben@copperfinch"))).to_be_visible()
    expect(ben.get_by_role("button", name="Invite somebody")).to_have_count(0)
    expect(ben.get_by_role("button", name="Edit")).to_have_count(0)
    row.get_by_role("button", name="Disable").click()
    page.get_by_role("dialog").get_by_role("button", name="Disable").click()
    expect(row).to_contain_text("Disabled")
    assert faults(page) == []
    expect(ben.get_by_text("Your session has ended.")).to_be_visible()


def test_a_forgotten_password_without_mail_says_whom_to_ask(page: Page, server: Server, account: None) -> None:
    page.goto(f"{server.url}agent/")
    page.get_by_role("button", name="Forgot your password?").click()
    assert faults(page) == []
    page.get_by_label("E-mail").fill("mara@copperfinch.example")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ask an admin for a link")).to_be_visible()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_the_pages_fit_a_small_screen_and_sessions_end(agent: Agent, new_context: NewContext, server: Server) -> None:
    small = Agent(new_context(viewport={"width": 360, "height": 720}).new_page()).sign_in(server.url)
    for name, title in (("account", "Your account"), ("team", "Staff"), ("audit", "Audit")):
        open_page(small.page, name, title)
        assert faults(small.page) == []
        assert small.page.evaluate(WIDER) == 0, name
    open_page(agent.page, "account", "Your account")
    agent.page.get_by_role("button", name="Sign out everywhere else").click()
    expect(agent.page.get_by_role("button", name="Sign out everywhere else")).to_have_count(0)
    expect(small.page.get_by_text("Your session has ended.")).to_be_visible()


def test_an_analyst_has_an_account_and_signs_out(page: Page, server: Server, account: None) -> None:
    email = "ana@copperfinch.example"
    server.run("user", "add", email, "--role", "analyst", "--name", "Ana", "--password-stdin", stdin=PASSWORD)
    page.goto(f"{server.url}agent/#account")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    expect(page.get_by_role("link", name="To the report")).to_have_attribute("href", "../cx/")
    password = page.locator(".card", has=page.get_by_role("heading", name="Password"))
    password.get_by_label("Present password").fill(PASSWORD)
    password.get_by_label("New password").fill(NEW)
    password.get_by_role("button", name="Change password").click()
    expect(password).to_contain_text("Your password is changed.")
    page.set_viewport_size({"width": 320, "height": 640})
    assert faults(page) == []
    assert page.evaluate(WIDER) == 0
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
