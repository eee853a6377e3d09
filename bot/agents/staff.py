"""The people who answer, as one: their accounts, how they come in, and what they did."""

from collections.abc import Callable
from dataclasses import dataclass

from argon2 import PasswordHasher

from bot.agents.accounts import Accounts
from bot.agents.audit import Audit
from bot.agents.invitations import Invitations, Post
from bot.agents.passwords import Passwords
from bot.agents.second_factor import Seal, SecondFactors
from bot.agents.sessions import Sessions
from bot.agents.sign_in import SignIn
from bot.agents.staff_log import StaffLog
from bot.touchpoints.log import TouchpointLog


@dataclass(frozen=True, slots=True)
class Staff:
    """Everything about accounts of staff, sharing one guard and one queue of password checks."""

    accounts: Accounts
    sessions: Sessions
    sign_in: SignIn
    invitations: Invitations
    second_factors: SecondFactors
    audit: Audit


def open_staff(
    log: TouchpointLog,
    clock: Callable[[], int],
    secret: bytes,
    address: str,
    post: Post | None = None,
    hasher: PasswordHasher | None = None,
    told: Callable[[], None] = lambda: None,
) -> Staff:
    """The staff of an installation whose `secret` it is; links begin with `address` and go out by `post`.

    `told` is called whenever a session may have ended.
    """
    staff_log, passwords, seal = StaffLog(log, clock, told), Passwords(hasher), Seal(secret)
    accounts = Accounts(staff_log, passwords)
    sessions = Sessions(staff_log, accounts)
    return Staff(
        accounts=accounts,
        sessions=sessions,
        sign_in=SignIn(staff_log, accounts, sessions, passwords, seal),
        invitations=Invitations(staff_log, accounts, passwords, address, post),
        second_factors=SecondFactors(staff_log, accounts, seal),
        audit=Audit(log),
    )
