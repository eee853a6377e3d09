"""A browser and a server for these tests; without a browser they are skipped, and with CI=true they fail."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.people import EMAIL, NAME, OTHER_EMAIL, OTHER_NAME, PASSWORD, Agent, Customer
from tests.server import Server
from tests.web.callers import IDENTITY_SECRET

HERE = Path(__file__).parent
# The shell is the same browser without the windows that nobody sees, at a third of the processor time.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]

NewContext = Callable[..., BrowserContext]
NewServer = Callable[..., Server]
Sessions = dict[str, list[Any]]
"""The cookies of agents who have signed in, by address; signing in through the form is a test of its own."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents and "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


def _without(what: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}; CI runs the browser tests")
    pytest.skip(what)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        _without(f"no browser is installed (looked for {', '.join(NAMES)})")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def server(browser: Browser, models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    one = Server(tmp_path_factory.mktemp("server"), models, BOT_IDENTITY_SECRET=IDENTITY_SECRET)
    one.start()
    yield one
    one.stop()


@pytest.fixture
def new_server(browser: Browser, models: Path, tmp_path: Path) -> Iterator[NewServer]:
    """Starts servers that one test has for itself."""
    started: list[Server] = []

    def start(prefix: str = "", **environment: str) -> Server:
        folder = tmp_path / str(len(started))
        folder.mkdir()
        one = Server(folder, models, prefix, **environment)
        started.append(one)
        one.start()
        return one

    yield start
    for one in started:
        one.stop()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[NewContext]:
    """Opens browser contexts (a person each) that are closed in the end; any script error fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_one(**options: object) -> BrowserContext:
        context = browser.new_context(**{"locale": "en", "viewport": {"width": 1100, "height": 800}, **options})
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        contexts.append(context)
        return context

    expect.set_options(timeout=10_000)
    yield open_one
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def page(new_context: NewContext) -> Page:
    return new_context().new_page()


@pytest.fixture
def customer(page: Page, server: Server) -> Customer:
    """A customer who has opened the widget in the demonstration shop."""
    return Customer(page).visit(f"{server.url}demo").open()


@pytest.fixture(scope="package")
def account(browser: Browser, server: Server) -> None:
    """The first account, made in the browser through the link that the server printed."""
    context = browser.new_context(locale="en")
    page = context.new_page()
    page.goto(server.set_up_link)
    page.get_by_label("Your name").fill(NAME)
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Conversations")).to_be_visible()
    assert "setup" not in page.url
    context.close()


@pytest.fixture(scope="package")
def sessions() -> Sessions:
    return {}


def at_the_desk(context: BrowserContext, server: Server, email: str, sessions: Sessions) -> Agent:
    """An agent at the queue, offline; in the session of the test before where that is still open."""
    agent = Agent(context.new_page())
    if email in sessions:
        context.add_cookies(sessions[email])
        agent.page.goto(f"{server.url}agent/")
        form = agent.page.get_by_label("E-mail")
        expect(form.or_(agent.tab("Waiting"))).to_be_visible()
        if not form.is_visible() and agent.page.get_by_role("button", name="Your presence: Offline").is_visible():
            return agent
        context.clear_cookies()
    agent.sign_in(server.url, email)
    sessions[email] = context.cookies()
    return agent


@pytest.fixture
def agent(new_context: NewContext, server: Server, account: None, sessions: Sessions) -> Agent:
    return at_the_desk(new_context(), server, EMAIL, sessions)


@pytest.fixture(scope="package")
def other_account(server: Server, account: None) -> None:
    """A second one, of an agent without a skill of their own."""
    server.run("user", "add", OTHER_EMAIL, "--role", "agent", "--name", OTHER_NAME, "--password-stdin", stdin=PASSWORD)


@pytest.fixture
def other_agent(new_context: NewContext, server: Server, other_account: None, sessions: Sessions) -> Agent:
    return at_the_desk(new_context(), server, OTHER_EMAIL, sessions)
