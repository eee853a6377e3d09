"""API keys, with which other systems report what happens and read the log. Only a digest of each is stored."""

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import Forbidden, NotAuthenticated, NotFound, Refused
from bot.records import Touchpoint, new_id
from bot.touchpoints.log import SYSTEM, Change, Drop, Put, TouchpointLog, Value
from bot.touchpoints.race import decided_again

PREFIX = "bot_"
"""So that a key that got into a repository or a log is recognised as one."""

MOST = 100
_NAME = re.compile(r"[\w][\w .:/@-]{0,79}")


class Scope(StrEnum):
    """What a key is for."""

    WRITE = "touchpoints:write"
    READ = "touchpoints:read"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key; with a `source` it may report for that one alone. `created_at` is in milliseconds."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    source: str | None
    created_at: int


class Keys:
    """Makes, checks and revokes API keys. A revoked one is refused from the next request on."""

    def __init__(self, log: TouchpointLog, clock: Callable[[], int]) -> None:
        self._log = log
        self._clock = clock

    async def add(self, name: str, scopes: Sequence[str], source: str | None = None) -> str:
        """Make a key and give it back, this once; raises Refused for what isn't allowed."""
        if not _NAME.fullmatch(name):
            raise Refused(f"{name!r} is no name of a key; use 1 to 80 letters, digits, spaces and . : / @ - _")
        if source is not None and not 0 < len(source) <= 1024:
            raise Refused("a source is a text of 1 to 1,024 characters, such as https://shop.example/orders")
        wanted = _scopes(scopes)
        if source is not None and Scope.WRITE not in wanted:
            raise Refused(f"a source binds what a key reports, and this one lacks the scope {Scope.WRITE}")
        if len(await self.all()) >= MOST:
            raise Refused(f"there are {MOST} keys already; revoke one first")
        token = PREFIX + secrets.token_urlsafe(32)
        key = ApiKey(new_id(), name, wanted, source, self._clock())
        row: dict[str, Value] = {
            "key_id": key.id,
            "name": name,
            "digest": _digest(token),
            "scopes": json.dumps(wanted),
            "source": source,
            "created_at": key.created_at,
        }
        await self._change("added", key, Put("api_key", row, new=True))
        return token

    async def all(self) -> list[ApiKey]:
        """Every key that is good, oldest first."""
        return [_key(row) for row in await self._log.rows("api_key")]

    async def revoke(self, name: str) -> None:
        """Let a key open nothing any more, by its name or id; raises NotFound."""
        for key in await self.all():
            if name in (key.name, key.id):
                await self._change("revoked", key, Drop("api_key", {"key_id": key.id}))
                return
        raise NotFound(f"there is no key {name!r}; `bot key list` shows them")

    async def check(self, authorization: str | None, scope: Scope) -> ApiKey:
        """The key in an `Authorization` header; raises NotAuthenticated, and Forbidden where it lacks the scope."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotAuthenticated("send an API key as `Authorization: Bearer KEY`; `bot key add` makes one")
        # A digest of 256 random bits: looking it up tells nobody anything by how long it takes.
        rows = await self._log.rows("api_key", {"digest": _digest(token)}) if token.startswith(PREFIX) else []
        if not rows:
            raise NotAuthenticated("this is no API key of this bot, or it was revoked; `bot key add` makes one")
        key = _key(rows[0])
        if scope not in key.scopes:
            raise Forbidden(f"this key lacks the scope {scope}; it has {', '.join(key.scopes)}")
        return key

    async def _change(self, what: str, key: ApiKey, change: Change) -> None:
        """Change the row of a key and note it in the system's stream, together."""
        facts = {"actor_kind": "system", "what": what, "key_id": key.id, "scopes": key.scopes}

        async def attempt() -> None:
            if what == "added" and await self._log.rows("api_key", {"name": key.name}):
                raise Refused(
                    f"there is a key of the name {key.name!r} already; revoke it first or choose another name"
                )
            seq = await self._log.head(SYSTEM)
            touchpoint = Touchpoint(new_id(), SYSTEM, seq + 1, "key.changed", self._clock(), facts, {})
            await self._log.append(SYSTEM, seq, [touchpoint], [change])

        await decided_again(attempt, "the system's stream is too busy; try again in a moment")


def _scopes(scopes: Sequence[str]) -> tuple[Scope, ...]:
    known = [scope.value for scope in Scope]
    for scope in scopes:
        if scope not in known:
            raise Refused(f"there is no scope {scope!r}; there are {', '.join(known)}")
    if not scopes:
        raise Refused(f"a key needs a scope: {' or '.join(known)}")
    return tuple(scope for scope in Scope if scope in scopes)


def _key(row: dict[str, Value]) -> ApiKey:
    scopes = tuple(Scope(scope) for scope in json.loads(str(row["scopes"])))
    source = None if row["source"] is None else str(row["source"])
    return ApiKey(str(row["key_id"]), str(row["name"]), scopes, source, int(row["created_at"] or 0))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
