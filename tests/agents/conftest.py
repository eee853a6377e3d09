"""Staff without HTTP, on a log of their own, with letters that are kept instead of sent."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.agents.staff import Staff, open_staff
from bot.errors import Unavailable
from bot.touchpoints.log import TouchpointLog
from bot.touchpoints.sealing import Vault
from bot.touchpoints.sqlite import SqliteLog
from tests.conftest import Clock

SECRET = b"a secret of the tests, long enough for all"
ADDRESS = "https://shop.example/support"
PASSWORD = "correct horse battery"


class Letters:
    """A `Post` that keeps what it is given; while `fails` nothing goes out."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, ...]] = []
        self.fails = False

    async def invitation(self, email: str, name: str, role: str, link: str, inviter: str) -> None:
        self._send("invitation", email, name, role, link, inviter)

    async def reset(self, email: str, name: str, link: str) -> None:
        self._send("reset", email, name, link)

    def _send(self, *letter: str) -> None:
        if self.fails:
            raise Unavailable("the mail server is gone")
        self.sent.append(letter)


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[TouchpointLog]:
    vault = Vault(tmp_path / "staff.keys", SECRET)
    opened = SqliteLog(tmp_path / "staff.db", vault, SECRET)
    yield opened
    await opened.close()
    vault.close()


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
def staff(log: TouchpointLog, clock: Clock) -> Staff:
    """Staff of an installation without mail."""
    return open_staff(log, clock, SECRET, ADDRESS)


@pytest.fixture
def mailing(log: TouchpointLog, clock: Clock, letters: Letters) -> Staff:
    """Staff of an installation that sends mail."""
    return open_staff(log, clock, SECRET, ADDRESS, letters)


async def happened(log: TouchpointLog) -> list[tuple[str, str | None, str | None]]:
    """What happened to accounts, whose it was and who did it; no fact may say who somebody is."""
    told = [one for one in await log.read("system") if one.type == "account.changed"]
    assert "@" not in str([one.facts for one in told])
    assert all(not one.personal for one in told)
    return [(one.facts["what"], one.facts.get("account_id"), one.facts.get("by")) for one in told]


def token_of(link: str | None) -> str:
    """What is behind the `=` of a link."""
    assert link
    return link.partition("=")[2]
