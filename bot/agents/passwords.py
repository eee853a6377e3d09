"""Passwords: kept as Argon2id, checked one at a time in a thread, and with a short queue that a flood can't fill."""

import asyncio
import base64
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from bot.errors import Invalid, TooMany

SHORTEST_PASSWORD = 10
WAITING = 20
"""How many checks may wait at once; each takes tens of milliseconds and 64 MiB."""
WAITING_EACH = 4
"""… and how many of them from one address, so that one address can't keep all others out."""
TRY_AGAIN_S = 2


class Passwords:
    """Hashes passwords and checks them; for nobody it takes as long as for somebody."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = _of_nobody(self._hasher)
        self._one_at_a_time = asyncio.Lock()
        self._waiting = Counter[str]()

    async def hash(self, password: str) -> str:
        """What is kept of a new password; raises Invalid for one that is too easy to guess."""
        if len(password) < SHORTEST_PASSWORD:
            raise Invalid(f"a password needs at least {SHORTEST_PASSWORD} characters")
        if len(set(password)) < 4:
            raise Invalid("a password needs at least 4 different characters; a few words in a row do well")
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def check(self, hashed: str, password: str, origin: str = "") -> bool:
        """Whether it is the password; without a hash it is nobody's, and never right.

        `origin` is the address that asks. Raises TooMany where too many wait already.
        """
        async with self._queue(origin):
            right = await asyncio.to_thread(self._matches, hashed or self._nobody, password)
        return right and bool(hashed)

    @asynccontextmanager
    async def _queue(self, origin: str) -> AsyncIterator[None]:
        if self._waiting.total() >= WAITING or self._waiting[origin] >= WAITING_EACH:
            raise TooMany("too many people are signing in at this moment; try again in a few seconds", TRY_AGAIN_S)
        self._waiting[origin] += 1
        try:
            async with self._one_at_a_time:
                yield
        finally:
            self._waiting[origin] -= 1
            if not self._waiting[origin]:
                del self._waiting[origin]

    def _matches(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerifyMismatchError, InvalidHashError):
            return False


def _of_nobody(hasher: PasswordHasher) -> str:
    """What an unknown address is checked against: like a hash of this hasher's, but of no password that anybody knows.

    It is made up, as hashing a password for it would be a quarter of the time that a server needs to start.
    """
    salt, digest = (
        base64.b64encode(secrets.token_bytes(length)).rstrip(b"=").decode()
        for length in (hasher.salt_len, hasher.hash_len)
    )
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${digest}"
