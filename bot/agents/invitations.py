"""Links that work once: for the first account, to join the staff, and to a new password."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from bot.agents.accounts import Account, Accounts, Role, new_account, save
from bot.agents.passwords import Passwords
from bot.agents.sessions import digest
from bot.agents.staff_log import Happening, StaffLog, Step, What
from bot.errors import BotError, Expired, NotAuthenticated, NotFound, Refused
from bot.touchpoints.log import Change, Drop, Put, Row, TouchpointLog, Value

HOUR = 3600 * 1000


class Purpose(StrEnum):
    """What a link is for."""

    FIRST = "first"
    JOIN = "join"
    RESET = "reset"


LASTS: Mapping[Purpose, int] = {Purpose.FIRST: 24 * HOUR, Purpose.JOIN: 7 * 24 * HOUR, Purpose.RESET: HOUR}
ASKED_AGAIN_AFTER = 5 * 60 * 1000
"""A forgotten password sends at most one letter in this time."""


class Post(Protocol):
    """Takes links to people by mail. Raises BotError where a letter can't be sent; without mail there is no `Post`."""

    async def invitation(self, email: str, name: str, role: str, link: str, inviter: str) -> None:
        """Ask somebody to join the staff."""
        ...

    async def reset(self, email: str, name: str, link: str) -> None:
        """Send somebody the link to a new password."""
        ...


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that hasn't been used; `id` names it and opens nothing. What isn't known yet is empty."""

    id: str
    purpose: Purpose
    role: Role
    expires_at: int
    email: str = ""
    name: str = ""
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    account_id: str | None = None
    invited_by: str | None = None


class Invitations:
    """Makes links and takes them back. `address` is where people reach the bot, such as `https://shop.example/bot`."""

    def __init__(
        self, staff_log: StaffLog, accounts: Accounts, passwords: Passwords, address: str, post: Post | None
    ) -> None:
        self._staff_log = staff_log
        self._log: TouchpointLog = staff_log.log
        self._clock = staff_log.clock
        self._accounts = accounts
        self._passwords = passwords
        self._address = address
        self._post = post

    @property
    def by_mail(self) -> bool:
        """Whether links go out by mail."""
        return self._post is not None

    async def first(self) -> str | None:
        """A token for the first account, None where there is an account; an earlier one stops working."""
        if await self._log.rows("account"):
            return None
        earlier = await self._drops({"purpose": Purpose.FIRST.value})
        token, put = self._new(Invitation("", Purpose.FIRST, Role.ADMIN, 0))
        await self._log.write([*earlier, put])
        return token

    async def invite(
        self, email: str, role: Role, name: str, skills: Sequence[str], languages: Sequence[str], by: Account
    ) -> str | None:
        """Invite somebody to join; an earlier invitation of the same address stops working.

        Returns the link, or None where it has gone out by mail. Raises Refused for what isn't allowed.
        """
        asked = new_account(email, name, role, skills, languages)

        async def decide() -> Step[str]:
            await self._accounts.check_unused(asked.email)
            earlier = await self._drops({"purpose": Purpose.JOIN.value, "email": asked.email})
            invitation = Invitation(
                "", Purpose.JOIN, role, 0, asked.email, name.strip(), asked.skills, asked.languages, None, by.id
            )
            token, put = self._new(invitation)
            return Step(token, [Happening(What.INVITED, None, by.id, {"role": role.value})], [*earlier, put])

        link = self._link(Purpose.JOIN, await self._staff_log.act(decide))
        if self._post is None:
            return link
        try:
            await self._post.invitation(asked.email, asked.name, role.value, link, by.name)
        except BotError:
            return link  # the invitation stands, and the admin can hand it over
        return None

    async def pending(self) -> list[Invitation]:
        """The invitations to join that can still be used, the first to end first."""
        rows = await self._log.rows("invitation", {"purpose": Purpose.JOIN.value})
        waiting = [one for one in map(_invitation, rows) if one.expires_at >= self._clock()]
        return sorted(waiting, key=lambda one: (one.expires_at, one.id))

    async def withdraw(self, invitation_id: str, by: str) -> None:
        """Take an invitation back; raises NotFound."""

        async def decide() -> Step[None]:
            drops = await self._drops({"digest": invitation_id, "purpose": Purpose.JOIN.value})
            if not drops:
                raise NotFound("there is no such invitation; it may have been used already")
            return Step(None, [Happening(What.INVITATION_WITHDRAWN, None, by)], drops)

        await self._staff_log.act(decide)

    async def look(self, token: str) -> Invitation:
        """What a link is for; raises NotAuthenticated where it is none or was used, and Expired."""
        rows = await self._log.rows("invitation", {"digest": digest(token)})
        if not rows:
            raise NotAuthenticated("this link was used or replaced; ask for a new one")
        invitation = _invitation(rows[0])
        if invitation.expires_at < self._clock():
            raise Expired(f"this link {TOO_OLD[invitation.purpose]}; ask for a new one")
        if invitation.account_id:
            account = await self._accounts.get(invitation.account_id)
            return replace(invitation, email=account.email, name=account.name, role=account.role)
        return invitation

    async def accept(self, token: str, name: str, password: str, email: str = "") -> Account:
        """Make the account that a link is for; `email` counts for the first account alone.

        Raises as `look` does, and Refused for what isn't allowed.
        """
        await self._to_join(token)
        hashed = await self._passwords.hash(password)

        async def decide() -> Step[Account]:
            invitation = await self._to_join(token)
            first = invitation.purpose is Purpose.FIRST
            account = new_account(
                email if first else invitation.email, name, invitation.role, invitation.skills, invitation.languages
            )
            await self._accounts.check_unused(account.email)
            account = replace(account, password=hashed)
            used = await self._drops({"purpose": Purpose.FIRST.value} if first else {"email": account.email})
            what = What.ADDED if first else What.JOINED
            happening = Happening(what, account.id, invitation.invited_by, {"role": account.role.value})
            return Step(account, [happening], [save(account, new=True), *used])

        return await self._staff_log.act(decide)

    async def forgot(self, email: str) -> None:
        """Send the link to a new password, where mail is set up and the address has an account; says nothing else."""
        account = await self._accounts.find(email)
        if account is None or account.disabled or self._post is None:
            return
        for row in await self._log.rows("invitation", {"account_id": account.id}):
            if _invitation(row).expires_at - LASTS[Purpose.RESET] > self._clock() - ASKED_AGAIN_AFTER:
                return
        link = await self._reset_link(account.id, None)
        await self._post.reset(account.email, account.name, link)

    async def reset_for(self, account_id: str, by: str) -> str | None:
        """A link to a new password for somebody else; None where it has gone out by mail. Raises NotFound, Refused."""
        account = await self._accounts.get(account_id)
        link = await self._reset_link(account_id, by)
        if self._post is None:
            return link
        try:
            await self._post.reset(account.email, account.name, link)
        except BotError:
            return link
        return None

    async def reset(self, token: str, password: str) -> Account:
        """Give the account of a link a new password; its sessions end and a lock is lifted. Raises as `look` does."""
        await self._to_reset(token)
        hashed = await self._passwords.hash(password)

        async def decide() -> Step[Account]:
            account_id = await self._to_reset(token)
            step = await self._accounts.with_password(account_id, hashed, None)
            return Step(await self._accounts.get(account_id), step.happenings, step.changes)

        return await self._staff_log.act(decide)

    async def _reset_link(self, account_id: str, by: str | None) -> str:
        async def decide() -> Step[str]:
            account = await self._accounts.get(account_id)
            if account.disabled:
                raise Refused("the account is disabled; enable it first")
            earlier = await self._drops({"account_id": account_id})
            invitation = Invitation("", Purpose.RESET, account.role, 0, account_id=account_id, invited_by=by)
            token, put = self._new(invitation)
            return Step(token, [Happening(What.RESET_ASKED, account_id, by)], [*earlier, put])

        return self._link(Purpose.RESET, await self._staff_log.act(decide))

    async def _to_join(self, token: str) -> Invitation:
        invitation = await self.look(token)
        if invitation.purpose is Purpose.RESET:
            raise NotAuthenticated("this link is for a new password, not for a new account")
        return invitation

    async def _to_reset(self, token: str) -> str:
        invitation = await self.look(token)
        if invitation.account_id is None:
            raise NotAuthenticated("this link is for a new account, not for a new password")
        return invitation.account_id

    async def _drops(self, where: Mapping[str, Value]) -> list[Change]:
        return [Drop("invitation", {"digest": row["digest"]}) for row in await self._log.rows("invitation", where)]

    def _new(self, invitation: Invitation) -> tuple[str, Put]:
        token = secrets.token_urlsafe(24)
        row: Row = {
            "digest": digest(token),
            "role": invitation.role.value,
            "expires_at": self._clock() + LASTS[invitation.purpose],
            "purpose": invitation.purpose.value,
            "account_id": invitation.account_id,
            "email": invitation.email or None,
            "name": invitation.name or None,
            "skills": json.dumps(invitation.skills),
            "languages": json.dumps(invitation.languages),
            "invited_by": invitation.invited_by,
        }
        return token, Put("invitation", row, new=True)

    def _link(self, purpose: Purpose, token: str) -> str:
        return f"{self._address}/agent/#{purpose.value}={token}"


TOO_OLD: Mapping[Purpose, str] = {
    Purpose.FIRST: "is more than a day old",
    Purpose.JOIN: "is more than a week old",
    Purpose.RESET: "is more than an hour old",
}


def _invitation(row: Row) -> Invitation:
    return Invitation(
        id=str(row["digest"]),
        purpose=Purpose(str(row["purpose"])),
        role=Role(str(row["role"])),
        expires_at=int(row["expires_at"] or 0),
        email=str(row["email"] or ""),
        name=str(row["name"] or ""),
        skills=tuple(json.loads(str(row["skills"]))),
        languages=tuple(json.loads(str(row["languages"]))),
        account_id=str(row["account_id"]) if row["account_id"] is not None else None,
        invited_by=str(row["invited_by"]) if row["invited_by"] is not None else None,
    )
