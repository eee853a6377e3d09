"""The staff's accounts: who there is, what each may do, and changing that."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from bot.agents.passwords import Passwords
from bot.agents.staff_log import Happening, StaffLog, Step, What
from bot.errors import Invalid, NotFound, Refused
from bot.records import new_id
from bot.touchpoints.log import Change, Drop, Put, TouchpointLog, Value

EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")
MOST_AT_ONCE = 50
"""The highest capacity of an agent."""


class Role(StrEnum):
    """What an account may do."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    ANALYST = "analyst"


@dataclass(frozen=True, slots=True)
class Account:
    """One member of the staff. Without skills an agent sees and may claim everything, without languages any will do.

    `failures` counts wrong passwords and codes since the last sign-in. `second_factor` is sealed by
    `bot.agents.second_factor`; `last_code` is the time step of the last code that was used.
    """

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


CHANGEABLE = frozenset({"name", "role", "skills", "languages", "capacity", "disabled"})
"""What an admin can change of an account."""


class Accounts:
    """Makes accounts, finds them and changes them."""

    def __init__(self, staff_log: StaffLog, passwords: Passwords) -> None:
        self._staff_log = staff_log
        self._log: TouchpointLog = staff_log.log
        self._passwords = passwords

    async def add(
        self,
        email: str,
        name: str,
        role: Role,
        skills: Sequence[str] = (),
        password: str | None = None,
        languages: Sequence[str] = (),
        capacity: int | None = None,
    ) -> Account:
        """A new account; without a password nobody can sign in to it. Links for the first account stop working.

        Raises Refused for what isn't allowed.
        """
        hashed = await self._passwords.hash(password) if password is not None else ""
        account = new_account(email, name, role, skills, languages, capacity)

        async def decide() -> Step[Account]:
            await self.check_unused(account.email)
            changes = [save(replace(account, password=hashed), new=True), *await self._first_links()]
            return Step(account, [Happening(What.ADDED, account.id, facts={"role": role.value})], changes)

        return await self._staff_log.act(decide)

    async def all(self) -> list[Account]:
        """Every account, oldest first."""
        return [_account(row) for row in await self._log.rows("account")]

    async def get(self, account_id: str) -> Account:
        """One account; raises NotFound."""
        rows = await self._log.rows("account", {"account_id": account_id})
        if not rows:
            raise NotFound(f"there is no account {account_id}")
        return _account(rows[0])

    async def find(self, email: str) -> Account | None:
        """The account of an e-mail address, None where there is none."""
        rows = await self._log.rows("account", {"email": tidy(email)})
        return _account(rows[0]) if rows else None

    async def by_email(self, email: str) -> Account:
        """The account of an e-mail address; raises NotFound."""
        account = await self.find(email)
        if account is None:
            raise NotFound(f"there is no account for {email}; `bot user list` shows them all")
        return account

    async def change(self, account_id: str, changes: Mapping[str, Any], by: str | None = None) -> Account:
        """Change some of what is `CHANGEABLE`; disabling ends the sessions, and links that the account asked for.

        Raises NotFound, and Refused where no admin would be left.
        """
        if not changes.keys() <= CHANGEABLE:
            raise ValueError(f"{sorted(changes.keys() - CHANGEABLE)} of an account can't be changed")

        async def decide() -> Step[Account]:
            before = await self.get(account_id)
            after = _checked(replace(before, **changes))
            different = sorted(f.name for f in fields(Account) if getattr(before, f.name) != getattr(after, f.name))
            if not different:
                return Step(before)
            if _runs_it(before) and not _runs_it(after):
                await self._check_another_admin(account_id)
            rows: list[Change] = [save(after)]
            if after.disabled:
                rows += await self.sessions_of(account_id)
            if not _runs_it(after):
                rows += await self._links_of(before, after)
            return Step(after, _happenings(before, after, different, by), rows)

        return await self._staff_log.act(decide)

    async def disable(self, email: str, by: str | None = None) -> Account:
        """Nobody can sign in to the account any more, and its sessions end; raises as `change` does."""
        return await self.change((await self.by_email(email)).id, {"disabled": True}, by)

    async def enable(self, email: str, by: str | None = None) -> Account:
        """Its password lets somebody in again; raises as `change` does."""
        return await self.change((await self.by_email(email)).id, {"disabled": False}, by)

    async def set_password(self, email: str, password: str) -> None:
        """A new password; sessions and links for a reset end and a lock is lifted. Raises NotFound and Refused."""
        account = await self.by_email(email)
        hashed = await self._passwords.hash(password)
        await self._staff_log.act(lambda: self.with_password(account.id, hashed, None))

    async def change_password(self, account: Account, password: str, keep: str) -> None:
        """A new password for somebody who has just shown the old one; sessions end, but for the one with the id `keep`.

        Raises Refused for a password that isn't allowed, and where the old one is no longer that of `account`.
        """
        hashed = await self._passwords.hash(password)
        await self._staff_log.act(lambda: self.with_password(account.id, hashed, account.id, keep, account.password))

    async def with_password(
        self, account_id: str, hashed: str, by: str | None, keep: str | None = None, expected: str | None = None
    ) -> Step[None]:
        """The step that gives an account a new password and ends its sessions, but for the one with the id `keep`.

        Raises Refused where the old one is no longer the `expected` one.
        """
        account = await self.get(account_id)
        if expected is not None and account.password != expected:
            raise Refused("somebody else has just changed this password; sign in again")
        changed = replace(account, password=hashed, failures=0, locked_until=0)
        ended = await self.sessions_of(account_id, keep)
        resets = await self._drop_links({"account_id": account_id})
        return Step(None, [Happening(What.PASSWORD_CHANGED, account_id, by)], [save(changed), *ended, *resets])

    async def sessions_of(self, account_id: str, keep: str | None = None) -> list[Change]:
        """The changes that end the sessions of an account, but for the one with the id `keep`."""
        rows = await self._log.rows("session", {"account_id": account_id})
        return [Drop("session", {"digest": row["digest"]}) for row in rows if row["session_id"] != keep]

    async def check_unused(self, email: str) -> None:
        """Raise Refused where the address has an account already."""
        if await self.find(email):
            raise Refused(f"there is an account for {email} already")

    async def _check_another_admin(self, account_id: str) -> None:
        if not any(_runs_it(one) and one.id != account_id for one in await self.all()):
            raise Refused("this is the only admin; make somebody else an admin first")

    async def _first_links(self) -> list[Change]:
        return await self._drop_links({"purpose": "first"})

    async def _links_of(self, before: Account, after: Account) -> list[Change]:
        """Links that must not outlive the right to them: those to join, and for the disabled to a new password."""
        links = await self._drop_links({"invited_by": after.id}) if _runs_it(before) else []
        return links + (await self._drop_links({"account_id": after.id}) if after.disabled else [])

    async def _drop_links(self, where: Mapping[str, Value]) -> list[Change]:
        return [Drop("invitation", {"digest": row["digest"]}) for row in await self._log.rows("invitation", where)]


def tidy(email: str) -> str:
    """An address as it is kept and looked for."""
    return email.strip().lower()


def new_account(
    email: str,
    name: str,
    role: Role,
    skills: Sequence[str] = (),
    languages: Sequence[str] = (),
    capacity: int | None = None,
) -> Account:
    """An account that isn't stored yet and lets nobody in; raises Refused for what isn't allowed."""
    email = tidy(email)
    if not EMAIL.fullmatch(email):
        raise Invalid(f"{email!r} is not an e-mail address")
    name = name.strip() or email.partition("@")[0]
    return _checked(Account(new_id(), email, name, role, tuple(skills), languages=tuple(languages), capacity=capacity))


def save(account: Account, new: bool = False) -> Put:
    """The change that stores an account."""
    row = {field.name: getattr(account, field.name) for field in fields(Account) if field.name != "id"}
    row |= {"role": account.role.value, "disabled": int(account.disabled)}
    row |= {"skills": json.dumps(account.skills), "languages": json.dumps(account.languages)}
    return Put("account", {"account_id": account.id, **row}, new)


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


def _checked(account: Account) -> Account:
    if account.capacity is not None and not 1 <= account.capacity <= MOST_AT_ONCE:
        raise Invalid(f"an agent can have from 1 to {MOST_AT_ONCE} conversations at once, not {account.capacity}")
    if not account.name.strip():
        raise Invalid("an account needs a name")
    return replace(account, name=account.name.strip())


def _runs_it(account: Account) -> bool:
    return account.role is Role.ADMIN and not account.disabled


def _happenings(before: Account, after: Account, different: Sequence[str], by: str | None) -> list[Happening]:
    happenings = []
    if before.disabled != after.disabled:
        happenings.append(Happening(What.DISABLED if after.disabled else What.ENABLED, after.id, by))
    others = [name for name in different if name != "disabled"]
    if others:
        facts: dict[str, Any] = {"fields": others}
        if before.role is not after.role:
            facts |= {"role": after.role.value, "was": before.role.value}
        happenings.append(Happening(What.CHANGED, after.id, by, facts))
    return happenings
