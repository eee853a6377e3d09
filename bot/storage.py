"""What an installation keeps on its disk, opened: the log, the customers' keys, and the secrets beside them.

It is enough for most commands, which need no running bot and start in a fraction of its time.
"""

import os
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from bot.errors import SettingsError
from bot.settings import Settings
from bot.touchpoints.sealing import Vault
from bot.touchpoints.sqlite import SqliteLog


def now() -> int:
    """Milliseconds since the Unix epoch."""
    return time.time_ns() // 1_000_000


def installation_key(settings: Settings) -> bytes:
    """What everything that is sealed or digested here is sealed with; see `_secret`."""
    return _secret(settings.secret_key, settings.database.with_suffix(".secret"))


def identity_key(settings: Settings) -> bytes:
    """What the shop signs its customers' identities with; see `_secret`."""
    return _secret(settings.identity_secret, settings.database.with_suffix(".identity"))


def open_log(settings: Settings) -> tuple[SqliteLog, Vault]:
    """The log that the settings name, and the customers' keys beside it."""
    vault, key = open_vault(settings), installation_key(settings)
    log = SqliteLog(settings.database, vault, key)
    # Whoever put an old file of keys back by hand put no erased customer back.
    if brought_back := set(log.erased()) - vault.erased():
        vault.destroy(*brought_back)
    return log, vault


def open_vault(settings: Settings) -> Vault:
    """The customers' keys alone."""
    return Vault(settings.database.with_suffix(".keys"), installation_key(settings))


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[tuple[SqliteLog, Vault]]:
    """The log and the keys for as long as the context lasts; a server may run beside it."""
    log, vault = open_log(settings)
    try:
        yield log, vault
    finally:
        await log.close()
        vault.close()


def _secret(given: bytes | None, path: Path) -> bytes:
    """The setting where it is given, else the secret kept in the file, made once and readable by its owner alone."""
    if given is not None:
        return given
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(descriptor)
    kept = path.read_text().strip()
    if len(kept) < 32:
        raise SettingsError(f"{path} holds no secret; put it back from a copy, or remove it to begin anew")
    return kept.encode()
