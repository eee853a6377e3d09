"""The accounts of staff, whether a server runs beside it or not."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from bot.agents.accounts import Account, Role
from bot.agents.second_factor import is_on
from bot.agents.staff import Staff, open_staff
from bot.settings import Settings
from bot.storage import installation_key, now, opened

Result = TypeVar("Result")


def add_user(
    settings: Settings,
    email: str,
    role: str,
    name: str | None,
    skills: Sequence[str],
    languages: Sequence[str],
    capacity: int | None,
    password: str,
) -> Account:
    """Make an account; raises Refused for what isn't allowed."""
    return _with_staff(
        settings, lambda staff: staff.accounts.add(email, name or "", Role(role), skills, password, languages, capacity)
    )


def users(settings: Settings) -> list[Account]:
    """Every account."""
    return _with_staff(settings, lambda staff: staff.accounts.all())


def disable_user(settings: Settings, email: str) -> None:
    """End an account's sessions and let nobody sign in to it; raises NotFound, and Refused for the only admin."""
    _with_staff(settings, lambda staff: staff.accounts.disable(email))


def enable_user(settings: Settings, email: str) -> None:
    """Let somebody sign in to an account again; raises NotFound."""
    _with_staff(settings, lambda staff: staff.accounts.enable(email))


def set_password(settings: Settings, email: str, password: str) -> None:
    """Give an account a new password and end its sessions; raises NotFound and Refused."""
    _with_staff(settings, lambda staff: staff.accounts.set_password(email, password))


def drop_second_factor(settings: Settings, email: str) -> bool:
    """Turn an account's second factor off; false where it wasn't on. Raises NotFound."""

    async def drop(staff: Staff) -> bool:
        return await staff.second_factors.turn_off((await staff.accounts.by_email(email)).id, None)

    return _with_staff(settings, drop)


def has_second_factor(account: Account) -> bool:
    """Whether signing in to the account takes a code."""
    return is_on(account)


def _with_staff(settings: Settings, act: Callable[[Staff], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        async with opened(settings) as (log, _):
            return await act(open_staff(log, now, installation_key(settings), settings.address))

    return asyncio.run(run())
