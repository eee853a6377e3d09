"""What happens to accounts: each thing a touchpoint in the system's stream, stored with the rows that it changes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from bot.records import Facts, Touchpoint, new_id
from bot.touchpoints.log import SYSTEM, Change, TouchpointLog
from bot.touchpoints.race import decided_again

Result = TypeVar("Result")
Result_co = TypeVar("Result_co", covariant=True)


class What(StrEnum):
    """What can happen to an account, as `account.changed` says it."""

    ADDED = "added"
    INVITED = "invited"
    INVITATION_WITHDRAWN = "invitation_withdrawn"
    JOINED = "joined"
    CHANGED = "changed"
    DISABLED = "disabled"
    ENABLED = "enabled"
    PASSWORD_CHANGED = "password_changed"
    RESET_ASKED = "reset_asked"
    SECOND_FACTOR_ON = "second_factor_on"
    SECOND_FACTOR_OFF = "second_factor_off"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SIGN_IN_FAILED = "sign_in_failed"
    LOCKED = "locked"
    SESSIONS_ENDED = "sessions_ended"


ENDS_SESSIONS = frozenset({What.CHANGED, What.DISABLED, What.PASSWORD_CHANGED, What.SIGNED_OUT, What.SESSIONS_ENDED})
"""What may end a session that is open, or change what it may do; strangers can't bring any of it about."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happens to an account.

    `account_id` is None where there is none yet, `by` where nobody was signed in who did it: the command line, somebody
    with a link, a stranger at the sign-in. `facts` hold no e-mail address and no name.
    """

    what: What
    account_id: str | None
    by: str | None = None
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step(Generic[Result_co]):
    """What a decision comes to: what its caller gets, what happens, and the rows that change with it."""

    result: Result_co
    happenings: Sequence[Happening] = ()
    changes: Sequence[Change] = ()


class StaffLog:
    """Changes accounts one thing after the other: what a decision has read is still so when it is stored.

    The system's stream is the guard, here and for other processes: a decision that somebody else was faster than is
    made again. So no admin can be the last one twice, and no code or link can be used twice. What may end a session
    here is told by `told`.
    """

    def __init__(self, log: TouchpointLog, clock: Callable[[], int], told: Callable[[], None] = lambda: None) -> None:
        self.log = log
        self.clock = clock
        self._told = told
        self.changes = 0
        """How often something was changed here since this process began."""
        self._one_at_a_time = asyncio.Lock()

    async def act(self, decide: Callable[[], Awaitable[Step[Result]]]) -> Result:
        """Decide, and store what that comes to; raises what `decide` does, and Unavailable."""
        async with self._one_at_a_time:
            return await decided_again(lambda: self._act(decide), "the accounts are too busy; try again in a moment")

    async def _act(self, decide: Callable[[], Awaitable[Step[Result]]]) -> Result:
        seq = await self.log.head(SYSTEM)
        step = await decide()
        if step.happenings or step.changes:
            touchpoints = [self._touchpoint(one, seq + number) for number, one in enumerate(step.happenings, 1)]
            await self.log.append(SYSTEM, seq, touchpoints, step.changes)
            self.changes += 1
            if any(one.what in ENDS_SESSIONS for one in step.happenings):
                self._told()
        return step.result

    def _touchpoint(self, happening: Happening, seq: int) -> Touchpoint:
        facts = {"actor_kind": "agent" if happening.by else "system", "what": happening.what.value, **happening.facts}
        if happening.account_id:
            facts["account_id"] = happening.account_id
        if happening.by:
            facts |= {"by": happening.by, "actor_id": happening.by}
        return Touchpoint(new_id(), SYSTEM, seq, "account.changed", self.clock(), facts, {})
