"""Signing in: password, code where the account has a second factor, and the lock after too many wrong ones."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.agents.accounts import Account, Accounts, save, tidy
from bot.agents.passwords import Passwords
from bot.agents.second_factor import Seal, accepted_step
from bot.agents.sessions import Session, Sessions
from bot.agents.staff_log import Happening, StaffLog, Step, What
from bot.errors import BotError, CodeRequired, Forbidden, NotAuthenticated, TooMany

WRONG_PASSWORDS = 5
LOCKED_FOR = 15 * 60 * 1000
STRANGERS_KEPT = 10_000
WRONG = "the e-mail address or the password is wrong"

Entered = tuple[str, Session]
"""A session's token, and the session."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a sign-in comes from: the address, the browser's name, and the session's token it has already."""

    origin: str = ""
    browser: str = ""
    token: str | None = None


class SignIn:
    """Lets those in who know their password. An address without an account behaves like one with an account."""

    def __init__(
        self, staff_log: StaffLog, accounts: Accounts, sessions: Sessions, passwords: Passwords, seal: Seal
    ) -> None:
        self._staff_log = staff_log
        self._accounts = accounts
        self._sessions = sessions
        self._passwords = passwords
        self._seal = seal
        self._strangers = _Strangers(staff_log.clock)

    async def sign_in(self, email: str, password: str, code: str | None = None, caller: Caller = Caller()) -> Entered:
        """A new session and its token.

        Raises NotAuthenticated; CodeRequired where the password is right and the second factor is missing or wrong;
        and TooMany after five wrong passwords or codes in a row, or where too many wait.
        """
        checked = await self._accounts.find(email)
        if checked is None:
            self._strangers.check(email)
        else:
            self._check_lock(checked)
        right = await self._passwords.check(checked.password if checked else "", password, caller.origin)

        async def decide() -> Step[Entered | BotError]:
            # Checking takes a while: the account may have been locked, disabled or changed meanwhile.
            account = await self._accounts.find(email)
            if account is None or checked is None or account.id != checked.id:
                self._strangers.check(email)
                self._strangers.fail(email)
                # A known address has something to store now; an unknown one must take as long.
                await self._staff_log.log.write(())
                return Step(NotAuthenticated(WRONG))
            self._check_lock(account)
            if not right or account.password != checked.password:
                return self._failed(account, NotAuthenticated(WRONG))
            if account.disabled:
                return Step(NotAuthenticated(WRONG))
            return await self._second_step(account, code, caller)

        outcome = await self._staff_log.act(decide)
        if isinstance(outcome, BotError):
            raise outcome
        return outcome

    async def confirm(self, account_id: str, password: str, origin: str = "") -> Account:
        """Ask somebody who is signed in for the password again, before what a stolen session must not do.

        Wrong ones count as they do at the sign-in. Raises Forbidden, and TooMany as `sign_in` does.
        """
        checked = await self._accounts.get(account_id)
        self._check_lock(checked)
        right = await self._passwords.check(checked.password, password, origin)

        async def decide() -> Step[Account | BotError]:
            account = await self._accounts.get(account_id)
            self._check_lock(account)
            if right and account.password == checked.password:
                return Step(account)
            return self._failed(account, Forbidden("the present password is wrong"))

        outcome = await self._staff_log.act(decide)
        if isinstance(outcome, BotError):
            raise outcome
        return outcome

    async def begin(self, account_id: str, what: What, caller: Caller) -> Entered:
        """A session for somebody who has just proved who they are by a link."""

        async def decide() -> Step[Entered]:
            return await self._entered(await self._accounts.get(account_id), what, caller)

        return await self._staff_log.act(decide)

    async def _second_step(self, account: Account, code: str | None, caller: Caller) -> Step[Entered | BotError]:
        secret = self._seal.secret(account)
        if secret is not None:
            if not code:
                # Neither a failure nor an end of the failures: else a right password would allow codes to be guessed.
                return Step(CodeRequired("enter the code that your app shows now"))
            step = accepted_step(secret, code, self._staff_log.clock(), account.last_code)
            if step is None:
                wrong = "the code is wrong, or was used already; enter the one that your app shows now"
                return self._failed(account, CodeRequired(wrong))
            account = replace(account, last_code=step)
        return await self._entered(account, What.SIGNED_IN, caller)

    async def _entered(self, account: Account, what: What, caller: Caller) -> Step[Entered]:
        account = replace(account, failures=0, locked_until=0)
        entered, changes = await self._sessions.begin(account, caller.browser, caller.token)
        return Step(entered, [Happening(what, account.id, account.id)], [save(account), *changes])

    def _failed(self, account: Account, error: BotError) -> Step[BotError]:
        failures = account.failures + 1
        happenings = [Happening(What.SIGN_IN_FAILED, account.id)]
        if failures < WRONG_PASSWORDS:
            return Step(error, happenings, [save(replace(account, failures=failures))])
        locked = replace(account, failures=0, locked_until=self._staff_log.clock() + LOCKED_FOR)
        return Step(error, [*happenings, Happening(What.LOCKED, account.id)], [save(locked)])

    def _check_lock(self, account: Account) -> None:
        _check_lock(account.locked_until, self._staff_log.clock())


class _Strangers:
    """Addresses without an account: tries at them are locked as well, or the lock would tell who has one."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._tries: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def check(self, email: str) -> None:
        """Raise TooMany where the address is locked."""
        _check_lock(self._tries.get(tidy(email), (0, 0))[1], self._clock())

    def fail(self, email: str) -> None:
        """Count one more try."""
        failures = self._tries.pop(tidy(email), (0, 0))[0] + 1
        locked = failures >= WRONG_PASSWORDS
        self._tries[tidy(email)] = (0, self._clock() + LOCKED_FOR) if locked else (failures, 0)
        if len(self._tries) > STRANGERS_KEPT:
            self._tries.popitem(last=False)


def _check_lock(locked_until: int, now: int) -> None:
    if locked_until > now:
        seconds = (locked_until - now) // 1000 + 1
        raise TooMany("too many wrong passwords or codes; the account is locked for a while", seconds)
