"""What all tests share: the content that ships, a model trained from it, and a bot in this process."""

import os
import threading
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.agents import passwords
from bot.agents.accounts import Role
from bot.assembly import open_services
from bot.content.content import Content, content_fingerprint, load_content
from bot.conversations import serving
from bot.nlu.classifier import Classifier
from bot.nlu.registry import Registry
from bot.server import application
from bot.settings import Settings
from bot.web.services import Services
from tests.quick import HASHER
from tests.server import train, trained

ROOT = Path(__file__).parents[1]


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: many tests wait for a browser, a server or a disk."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each worker begins with what needs no model, as one has to be trained first; see `train_ahead`."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    others = [item for item in items if not needs_model(item)]
    later = [item for item in items if needs_model(item)]
    # Workers get parts of the same length, in this order.
    items[:] = [
        item
        for worker in range(workers)
        for some in (others, later)
        for item in some[len(some) * worker // workers : len(some) * (worker + 1) // workers]
    ]


def needs_model(item: pytest.Item) -> bool:
    return "models" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session", autouse=True)
def train_ahead(request: pytest.FixtureRequest) -> Iterator[None]:
    """The first of several workers trains beside its tests; whoever needs the model before it is there waits for it."""
    begun = None
    if os.environ.get("PYTEST_XDIST_WORKER") == "gw0" and any(map(needs_model, request.session.items)):
        begun = threading.Thread(target=trained)
        begun.start()
    yield
    if begun is not None:
        begun.join()


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 1_800_000_000_000

    def __call__(self) -> int:
        return self.now

    def pass_(self, **units: float) -> None:
        """Let `hours=…`, `minutes=…`, `days=…` go by."""
        lengths = {"minutes": 60_000, "hours": 3_600_000, "days": 86_400_000}
        self.now += int(sum(number * lengths[unit] for unit, number in units.items()))


@pytest.fixture(scope="session", autouse=True)
def read_once() -> Iterator[None]:
    """Every test opens a bot of its own, most of them on the same content and model: those are read from disk once."""
    contents: dict[object, Content] = {}
    classifiers: dict[object, Classifier] = {}
    load = Registry.load

    def content_of(folder: Path) -> Content:
        key = content_fingerprint(folder)
        if key not in contents:
            contents[key] = load_content(folder)
        return contents[key]

    def classifier_of(registry: Registry, version: str) -> Classifier:
        files = sorted((registry.folder / version).glob("*"))
        key = tuple((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files)
        if key not in classifiers:
            classifiers[key] = load(registry, version)
        return classifiers[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(serving, "load_content", content_of)
        patch.setattr(Registry, "load", classifier_of)
        yield


@pytest.fixture(scope="session", autouse=True)
def hash_quickly() -> Iterator[None]:
    """What makes a guess expensive would make up half the time of these tests; see `tests.quick` for servers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "PasswordHasher", lambda: HASHER)
        yield


@pytest.fixture(scope="session")
def content() -> Content:
    return load_content(ROOT / "training_data")


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a promoted model of the content that ships; copy it before changing it."""
    folder = tmp_path_factory.mktemp("models")
    train(folder)
    return folder


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(models: Path, tmp_path: Path) -> Settings:
    return Settings(database=tmp_path / "bot.db", models=models, training_data=ROOT / "training_data", rate_limit=None)


@pytest.fixture
async def services(settings: Settings, clock: Clock) -> AsyncIterator[Services]:
    """The bot without HTTP, on a database of its own."""
    opened = open_services(settings, clock)
    yield opened
    await opened.log.close()


class Client(httpx.AsyncClient):
    """Calls the application in this process as customers and agents do."""

    def __init__(self, services: Services) -> None:
        transport = httpx.ASGITransport(application(services), raise_app_exceptions=False)
        super().__init__(transport=transport, base_url="http://bot")

    async def begin(self, **body: Any) -> tuple[str, dict[str, str]]:
        """Begin a conversation: its path and the header that opens it."""
        answer = await self.post("/api/conversations", json=body)
        assert answer.status_code in (200, 201), answer.text
        begun = answer.json()
        return f"/api/conversations/{begun['conversation_id']}", {"Authorization": f"Bearer {begun['token']}"}

    async def say(self, path: str, opens: dict[str, str], text: str) -> list[dict[str, Any]]:
        """Send a message and get what it caused."""
        body = {"client_id": str(uuid.uuid4()), "text": text}
        answer = await self.post(f"{path}/messages", json=body, headers=opens)
        assert answer.status_code == 201, answer.text
        touchpoints: list[dict[str, Any]] = answer.json()["touchpoints"]
        return touchpoints

    async def sign_in(self, services: Services, email: str = "anna@shop.example", **account: Any) -> dict[str, str]:
        """Make an account, sign in to it and get the header that writes need."""
        password = "correct horse battery"
        role = Role(account.pop("role", "agent"))
        await services.accounts.add(email, account.pop("name", "Anna"), role, password=password, **account)
        answer = await self.post("/api/agent/session", json={"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        return {"X-CSRF-Token": answer.json()["csrf"]}


@pytest.fixture
async def client(services: Services) -> AsyncIterator[Client]:
    async with Client(services) as opened:
        yield opened
