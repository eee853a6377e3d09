"""A browser and a server for these tests; without a browser they are skipped, and with CI=true they fail."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

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

TIMEOUT_MS = 10_000

NewContext = Callable[..., BrowserContext]
NewServer = Callable[..., Server]
SIZE: ViewportSize = {"width": 1100, "height": 800}


class Seat:
    """A page that is kept from test to test, as new as nobody had used it: to open one costs more than most tests do.

    Who changes what can't be taken back (a script before every page, the clock) takes a page of `new_context`.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._page: Page | None = None
        self.errors: list[str] = []

    def take(self, cookies: Sequence[Any] = ()) -> Page:
        """The page, with these cookies and no others."""
        if self._page is None or self._page.is_closed():
            context = self._browser.new_context(locale="en", viewport=SIZE)
            context.set_default_timeout(TIMEOUT_MS)
            context.on("weberror", lambda error: self.errors.append(str(error.error)))
            self._page = context.new_page()
        if cookies:
            self._page.context.add_cookies(list(cookies))
        return self._page

    def leave(self, server: Server) -> None:
        """Make it new; raises AssertionError where a script failed in it."""
        page = self._page
        if page is not None and not page.is_closed():
            for other in page.context.pages[1:]:
                other.close()
            page.context.set_offline(False)
            page.unroute_all(behavior="ignoreErrors")
            page.set_default_timeout(TIMEOUT_MS)
            page.set_viewport_size(SIZE)
            page.emulate_media(media="null", color_scheme="null", reduced_motion="null", forced_colors="null")
            page.context.clear_cookies()
            page.goto(f"{server.url}healthz")
            page.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")
        found, self.errors[:] = self.errors[:], []
        assert found == []


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
    expect.set_options(timeout=TIMEOUT_MS)
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
        context = browser.new_context(**{"locale": "en", "viewport": SIZE, **options})
        context.set_default_timeout(TIMEOUT_MS)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        contexts.append(context)
        return context

    yield open_one
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture(scope="package")
def seat(browser: Browser) -> Seat:
    return Seat(browser)


@pytest.fixture
def page(seat: Seat, server: Server) -> Iterator[Page]:
    """A page of the shop's, or whichever one."""
    yield seat.take()
    seat.leave(server)


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


class Desk:
    """An agent's seat, in one session as long as nobody ends it; signing in through the form is a test of its own."""

    def __init__(self, browser: Browser, email: str) -> None:
        self._seat, self._email = Seat(browser), email
        self._session: list[Any] = []

    def take(self, server: Server) -> Agent:
        """The agent at the queue, offline."""
        agent = Agent(self._seat.take(self._session))
        if self._session:
            agent.page.goto(f"{server.url}agent/")
            form = agent.page.get_by_label("E-mail")
            expect(form.or_(agent.tab("Waiting"))).to_be_visible()
            if not form.is_visible() and agent.page.get_by_role("button", name="Your presence: Offline").is_visible():
                return agent
            agent.page.context.clear_cookies()
        agent.sign_in(server.url, self._email)
        self._session = list(agent.page.context.cookies())
        return agent

    def leave(self, server: Server) -> None:
        self._seat.leave(server)


@pytest.fixture(scope="package")
def desk(browser: Browser, account: None) -> Desk:
    return Desk(browser, EMAIL)


@pytest.fixture
def agent(desk: Desk, server: Server) -> Iterator[Agent]:
    yield desk.take(server)
    desk.leave(server)


@pytest.fixture(scope="package")
def other_account(server: Server, account: None) -> None:
    """A second one, of an agent without a skill of their own."""
    server.run("user", "add", OTHER_EMAIL, "--role", "agent", "--name", OTHER_NAME, "--password-stdin", stdin=PASSWORD)


@pytest.fixture(scope="package")
def other_desk(browser: Browser, other_account: None) -> Desk:
    return Desk(browser, OTHER_EMAIL)


@pytest.fixture
def other_agent(other_desk: Desk, server: Server) -> Iterator[Agent]:
    yield other_desk.take(server)
    other_desk.leave(server)
