"""What the command line does about customers' data and copies, whether a server runs beside it or not."""

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bot.conversations.conversation import Conversations
from bot.operations.export import scrub_managed
from bot.privacy.erase import Erased, Eraser
from bot.privacy.giving_out import everything_about
from bot.privacy.person import find_person
from bot.privacy.retention import CLASSES, Retention
from bot.settings import Settings
from bot.storage import installation_key, now, open_vault, opened
from bot.touchpoints import copies
from bot.touchpoints.hints import Hints
from bot.touchpoints.identities import Digests, Identities
from bot.touchpoints.sealing import Vault
from bot.touchpoints.sqlite import SqliteLog

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Open:
    log: SqliteLog
    vault: Vault
    identities: Identities
    eraser: Eraser


def erase(settings: Settings, customer: str) -> tuple[Erased, copies.Left, list[Path]]:
    """Erase a customer; also says which copies of keys and which exports may still hold what is theirs.

    Raises NotFound and Unavailable.
    """

    async def act(has: _Open) -> tuple[Erased, copies.Left, list[Path]]:
        person = await find_person(has.log, has.identities, customer)
        erased = await has.eraser.erase(person)
        left = copies.without_erased(has.vault, installation_key(settings))
        return erased, left, await scrub_managed(has.log, has.vault.erased())

    return _with(settings, act)


def customer_data(settings: Settings, customer: str) -> dict[str, Any]:
    """Everything stored about a customer; raises NotFound."""

    async def act(has: _Open) -> dict[str, Any]:
        person = await find_person(has.log, has.identities, customer)
        return await everything_about(has.log, person, settings.source)

    return _with(settings, act)


def retention_days(settings: Settings) -> Mapping[str, int | None]:
    """For each class, how many days its content is kept; None is for ever."""
    return {**CLASSES, **dict(settings.retention)}


def retain(settings: Settings, only_count: bool = False) -> Counter[str]:
    """Let go of what was kept long enough, or only count it; how much of each class."""

    async def act(has: _Open) -> Counter[str]:
        return await Retention(has.log, dict(settings.retention), now).run(only_count)

    return _with(settings, act)


def back_up(settings: Settings, folder: Path, keys: bool) -> Path:
    """Copy the database or the keys; returns where the copy is."""
    if not keys:
        return copies.back_up(settings.database, folder, installation_key(settings))
    with closing(open_vault(settings)) as vault:
        return copies.back_up_keys(vault, folder, settings.database.stem, installation_key(settings))


def restore(settings: Settings, source: Path) -> list[str]:
    """Put a copy back, without whoever was erased; what to tell of it. Raises NotFound, Refused and BotError."""
    key = installation_key(settings)
    if copies.is_of_keys(source):
        with closing(open_vault(settings)) as vault:
            if settings.database.exists():
                log = SqliteLog(settings.database, vault, key)
                vault.destroy(*log.erased())
                asyncio.run(log.close())
            new, left = copies.restore_keys(source, vault, settings.database.parent, key)
        return [f"{new} keys are back, {left} of erased customers were left out"]
    damaged = copies.restore(source, settings.database, key)
    erased = _with(settings, lambda has: has.eraser.erase_again())
    told = [f"the database there was could not be read and is in {damaged} now"] if damaged else []
    return [*told, f"{settings.database} is as it was then; {erased} customers are erased and stay so"]


def write_privately(path: Path, text: str) -> None:
    """Write a file that its owner alone may read, whole or not at all."""
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
        unfinished.replace(path)
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()


def _with(settings: Settings, act: Callable[[_Open], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        async with opened(settings) as (log, vault):
            identities = Identities(log, Digests(installation_key(settings)))
            eraser = Eraser(log, vault, Conversations(log, Hints(), now), now)
            return await act(_Open(log, vault, identities, eraser))

    return asyncio.run(run())
