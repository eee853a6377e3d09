"""Accounts of staff, their passwords and their sessions."""

import asyncio
import hashlib
import json
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from bot.errors import Expired, NotAuthenticated, NotFound, Refused, TooMany
from bot.records import new_id
from bot.touchpoints.log import Drop, Put, Row, TouchpointLog, Value

SESSION_LASTS = 12 * 3600 * 1000
INVITATION_LASTS = 24 * 3600 * 1000
WRONG_PASSWORDS = 5
LOCKED_FOR = 15 * 60 * 1000
SHORTEST_PASSWORD = 10

EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")


class Role(StrEnum):
    """What an account may do."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    ANALYST = "analyst"


@dataclass(frozen=True, slots=True)
class Account:
    """One member of the staff. Without skills an agent sees and may claim everything."""

    id: str
    email: str
    name: str
    role: Role
    skills: tuple[str, ...] = ()
    password: str = ""
    disabled: bool = False
    failures: int = 0
    locked_until: int = 0
    languages: tuple[str, ...] = ()
    capacity: int | None = None
    second_factor: bytes | None = None
    last_code: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """An account that has signed in; `csrf` must come back with every write."""

    account: Account
    csrf: str


class Accounts:
    """Makes accounts and sessions and checks them. Tokens are stored as digests, passwords as Argon2id."""

    def __init__(self, log: TouchpointLog, clock: Callable[[], int], hasher: PasswordHasher | None = None) -> None:
        self._log = log
        self._clock = clock
        self._hasher = hasher or PasswordHasher()
        # What an unknown address is checked against, so that the answer takes as long as for a known one.
        self._nobody = self._hasher.hash(secrets.token_urlsafe())
        # One at a time: a password check takes tens of milliseconds and MiB, and counts failures.
        self._checking = asyncio.Lock()

    async def add(
        self, email: str, name: str, role: Role, skills: Sequence[str] = (), password: str | None = None
    ) -> Account:
        """A new account; without a password nobody can sign in to it. Set-up links stop working with it.

        Raises Refused for what isn't allowed.
        """
        email = email.strip().lower()
        if not EMAIL.fullmatch(email):
            raise Refused(f"{email!r} is not an e-mail address")
        if await self._log.rows("account", {"email": email}):
            raise Refused(f"there is an account for {email} already")
        hashed = await self._hash(password) if password is not None else ""
        account = Account(new_id(), email, name.strip() or email.partition("@")[0], role, tuple(skills), hashed)
        used = [Drop("invitation", {"digest": row["digest"]}) for row in await self._log.rows("invitation")]
        await self._log.write([*used, Put("account", _row(account), new=True)])
        return account

    async def all(self) -> list[Account]:
        """Every account, oldest first."""
        return [_account(row) for row in await self._log.rows("account")]

    async def by_email(self, email: str) -> Account:
        """One account; raises NotFound."""
        rows = await self._log.rows("account", {"email": email.strip().lower()})
        if not rows:
            raise NotFound(f"there is no account for {email}; `bot user list` shows them all")
        return _account(rows[0])

    async def disable(self, email: str) -> None:
        """Nobody can sign in to the account any more, and its sessions end."""
        account = await self.by_email(email)
        await self._log.write([Put("account", _row(replace(account, disabled=True))), *await self._sessions(account)])

    async def set_password(self, email: str, password: str) -> None:
        """A new password; sessions end and a lock is lifted."""
        account = await self.by_email(email)
        changed = replace(account, password=await self._hash(password), failures=0, locked_until=0)
        await self._log.write([Put("account", _row(changed)), *await self._sessions(account)])

    async def invite_first(self) -> str | None:
        """A one-time token for the first account, None where there is one; an earlier token stops working."""
        if await self._log.rows("account"):
            return None
        token = secrets.token_urlsafe(24)
        earlier = [Drop("invitation", {"digest": row["digest"]}) for row in await self._log.rows("invitation")]
        row: Row = {
            "digest": _digest(token),
            "role": Role.ADMIN.value,
            "expires_at": self._clock() + INVITATION_LASTS,
            "purpose": "first",
            "account_id": None,
            "email": None,
            "name": None,
            "skills": "[]",
            "languages": "[]",
            "invited_by": None,
        }
        await self._log.write([*earlier, Put("invitation", row)])
        return token

    async def set_up(self, token: str, email: str, name: str, password: str) -> tuple[str, Session]:
        """Make the account an invitation is for and sign in to it; raises NotAuthenticated where it is none."""
        async with self._checking:
            invitations = await self._log.rows("invitation", {"digest": _digest(token)})
            if not invitations:
                raise NotAuthenticated(
                    "this set-up link was used or replaced; the server prints a new one at its start"
                )
            if int(invitations[0]["expires_at"] or 0) < self._clock():
                raise Expired("this set-up link is more than a day old; the server prints a new one at its start")
            account = await self.add(email, name, Role(str(invitations[0]["role"])), (), password)
        return await self._begin(account)

    async def sign_in(self, email: str, password: str) -> tuple[str, Session]:
        """A new session and its token; raises NotAuthenticated, or TooMany after five wrong passwords in a row."""
        async with self._checking:
            rows = await self._log.rows("account", {"email": email.strip().lower()})
            account = _account(rows[0]) if rows else None
            now = self._clock()
            if account is not None and account.locked_until > now:
                seconds = (account.locked_until - now) // 1000 + 1
                raise TooMany("too many wrong passwords; the account is locked for a while", seconds)
            right = await asyncio.to_thread(self._matches, account.password if account else self._nobody, password)
            if account is not None:
                # Checking takes a while, and somebody may have disabled the account or changed its password meanwhile.
                checked, account = account, _account((await self._log.rows("account", {"account_id": account.id}))[0])
                right = right and account.password == checked.password
            if account is None or not right or account.disabled:
                if account is not None and not right:
                    failures = account.failures + 1
                    locked = now + LOCKED_FOR if failures >= WRONG_PASSWORDS else 0
                    failed = replace(account, failures=0 if locked else failures, locked_until=locked)
                    await self._log.write([Put("account", _row(failed))])
                raise NotAuthenticated("the e-mail address or the password is wrong")
            if account.failures or account.locked_until:
                await self._log.write([Put("account", _row(replace(account, failures=0, locked_until=0)))])
        return await self._begin(account)

    async def session(self, token: str | None) -> Session:
        """The session of a token; raises NotAuthenticated, or Expired."""
        rows = await self._log.rows("session", {"digest": _digest(token)}) if token else []
        if not rows:
            raise NotAuthenticated("sign in first")
        if int(rows[0]["expires_at"] or 0) < self._clock():
            raise Expired("the session has ended; sign in again")
        accounts = await self._log.rows("account", {"account_id": rows[0]["account_id"]})
        if not accounts or accounts[0]["disabled"]:
            raise NotAuthenticated("sign in first")
        return Session(_account(accounts[0]), str(rows[0]["csrf"]))

    async def sign_out(self, token: str) -> None:
        """End a session."""
        await self._log.write([Drop("session", {"digest": _digest(token)})])

    async def _begin(self, account: Account) -> tuple[str, Session]:
        token, csrf, now = secrets.token_urlsafe(32), secrets.token_urlsafe(24), self._clock()
        row: Row = {
            "digest": _digest(token),
            "account_id": account.id,
            "csrf": csrf,
            "created_at": now,
            "expires_at": now + SESSION_LASTS,
            "session_id": new_id(),
            "seen_at": now,
            "browser": "",
        }
        ended = [
            Drop("session", {"digest": old["digest"]})
            for old in await self._log.rows("session", None, {"expires_at": now})
        ]
        await self._log.write([*ended, Put("session", row)])
        return token, Session(account, csrf)

    async def _sessions(self, account: Account) -> list[Drop]:
        rows = await self._log.rows("session", {"account_id": account.id})
        return [Drop("session", {"digest": row["digest"]}) for row in rows]

    async def _hash(self, password: str) -> str:
        if len(password) < SHORTEST_PASSWORD:
            raise Refused(f"a password needs at least {SHORTEST_PASSWORD} characters")
        return await asyncio.to_thread(self._hasher.hash, password)

    def _matches(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerifyMismatchError, InvalidHashError):
            return False


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _row(account: Account) -> dict[str, Value]:
    return {
        "account_id": account.id,
        "email": account.email,
        "name": account.name,
        "role": account.role.value,
        "skills": json.dumps(account.skills),
        "password": account.password,
        "disabled": int(account.disabled),
        "failures": account.failures,
        "locked_until": account.locked_until,
        "languages": json.dumps(account.languages),
        "capacity": account.capacity,
        "second_factor": account.second_factor,
        "last_code": account.last_code,
    }


def _account(row: Mapping[str, Value]) -> Account:
    return Account(
        id=str(row["account_id"]),
        email=str(row["email"]),
        name=str(row["name"]),
        role=Role(str(row["role"])),
        skills=tuple(json.loads(str(row["skills"]))),
        password=str(row["password"]),
        disabled=bool(row["disabled"]),
        failures=int(row["failures"] or 0),
        locked_until=int(row["locked_until"] or 0),
        languages=tuple(json.loads(str(row["languages"]))),
        capacity=int(row["capacity"]) if row["capacity"] is not None else None,
        second_factor=row["second_factor"] if isinstance(row["second_factor"], bytes) else None,
        last_code=int(row["last_code"] or 0),
    )
