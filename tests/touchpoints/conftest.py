"""Every implementation of the log's seam; a new one is added here and passes the contract suite unchanged."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from bot.records import Touchpoint, new_id
from bot.touchpoints.log import TouchpointLog
from bot.touchpoints.sealing import Vault
from bot.touchpoints.sqlite import SqliteLog

SECRET = b"a secret of the tests, long enough for all"
CUSTOMER = "0198c0de-0000-7000-8000-00000000c0de"

Opener = Callable[[], AbstractAsyncContextManager[TouchpointLog]]


@pytest.fixture(params=["sqlite"])
def open_log(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    """Opens one and the same log again and again, also twice at a time as two processes would."""

    @asynccontextmanager
    async def open_sqlite() -> AsyncIterator[TouchpointLog]:
        vault = Vault(tmp_path / "bot.keys", SECRET)
        vault.create(CUSTOMER)
        log = SqliteLog(tmp_path / "bot.db", vault, SECRET)
        yield log
        await log.close()
        vault.close()

    return {"sqlite": open_sqlite}[request.param]


@pytest.fixture
async def log(open_log: Opener) -> AsyncIterator[TouchpointLog]:
    async with open_log() as opened:
        yield opened


def touchpoint(stream: str, seq: int, text: str | None = "hello", **facts: object) -> Touchpoint:
    """One to append, with personal content unless `text` is None."""
    personal = {} if text is None else {"text": text}
    return Touchpoint(new_id(), stream, seq, "message.received", 1_700_000_000_000 + seq, facts, personal, CUSTOMER)
