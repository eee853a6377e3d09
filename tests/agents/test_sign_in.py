"""Signing in: what counts as wrong, the lock, the second factor, and that a flood keeps nobody out for long."""

import asyncio
import threading
import time
from collections.abc import Sequence

import pyotp
import pytest
from argon2 import PasswordHasher

from bot.agents.accounts import Account, Role
from bot.agents.passwords import WAITING, WAITING_EACH, Passwords
from bot.agents.sign_in import LOCKED_FOR, WRONG_PASSWORDS, Caller
from bot.agents.staff import Staff, open_staff
from bot.errors import CodeRequired, Forbidden, NotAuthenticated, Refused, TooMany
from bot.touchpoints.log import TouchpointLog
from tests.agents.conftest import ADDRESS, PASSWORD, SECRET, happened
from tests.conftest import Clock

EMAIL = "anna@shop.example"


@pytest.fixture
async def anna(staff: Staff) -> Account:
    return await staff.accounts.add(EMAIL, "Anna", Role.AGENT, (), PASSWORD)


async def fail(staff: Staff, times: int = 1, email: str = EMAIL, password: str = "wrong password") -> None:
    for _ in range(times):
        with pytest.raises(NotAuthenticated):
            await staff.sign_in.sign_in(email, password)


async def with_second_factor(staff: Staff, account: Account, clock: Clock) -> pyotp.TOTP:
    """Turn it on; the next step's codes have not been used."""
    offered = await staff.second_factors.offer(account.id, "Shop")
    codes = pyotp.TOTP(offered.secret)
    await staff.second_factors.confirm(account.id, codes.at(clock.now // 1000), "")
    clock.now += 30_000
    return codes


async def test_five_wrong_passwords_lock_for_a_quarter_of_an_hour(
    staff: Staff, log: TouchpointLog, clock: Clock, anna: Account
) -> None:
    await fail(staff, WRONG_PASSWORDS)
    with pytest.raises(TooMany) as locked:
        await staff.sign_in.sign_in(EMAIL, PASSWORD)
    assert locked.value.seconds > 800
    clock.now += LOCKED_FOR
    await fail(staff, WRONG_PASSWORDS - 1)
    await staff.sign_in.sign_in(EMAIL, PASSWORD)
    await fail(staff, WRONG_PASSWORDS - 1)
    await staff.sign_in.sign_in(EMAIL, PASSWORD)
    told = [what for what, account_id, _ in await happened(log) if account_id == anna.id]
    assert told.count("locked") == 1
    assert told.count("sign_in_failed") == 3 * WRONG_PASSWORDS - 2


async def test_tries_at_the_same_time_are_counted_one_by_one(staff: Staff, anna: Account) -> None:
    tries = [staff.sign_in.sign_in(EMAIL, "wrong password", caller=Caller(str(n))) for n in range(WAITING)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(one) for one in results].count(NotAuthenticated) == WRONG_PASSWORDS
    assert [type(one) for one in results].count(TooMany) == WAITING - WRONG_PASSWORDS


async def test_an_unknown_address_behaves_like_a_known_one(
    log: TouchpointLog, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same words, the same lock, the same check of a password, the same number of commits: nothing tells it."""
    hasher = _Counting()
    staff = open_staff(log, clock, SECRET, ADDRESS, hasher=hasher)
    await staff.accounts.add(EMAIL, "Anna", Role.AGENT, (), PASSWORD)
    await staff.accounts.add("empty@shop.example", "No password", Role.AGENT)
    seen = {}
    for email in (EMAIL, "nobody@shop.example", "empty@shop.example"):
        commits, answers = 0, []
        plain_write, plain_append = log.write, log.append

        async def counted(*args: object, plain: object = None) -> object:
            nonlocal commits
            commits += 1
            return await plain(*args)  # type: ignore[operator]

        monkeypatch.setattr(log, "write", lambda *a, p=plain_write: counted(*a, plain=p))
        monkeypatch.setattr(log, "append", lambda *a, p=plain_append: counted(*a, plain=p))
        hasher.checked = 0
        for _ in range(WRONG_PASSWORDS + 2):
            try:
                await staff.sign_in.sign_in(email, "wrong password")
            except (NotAuthenticated, TooMany) as error:
                answers.append((type(error), str(error)))
        monkeypatch.undo()
        seen[email] = (answers, commits, hasher.checked)
    assert seen[EMAIL] == seen["nobody@shop.example"] == seen["empty@shop.example"]
    assert seen[EMAIL][1:] == (WRONG_PASSWORDS, WRONG_PASSWORDS)
    assert seen[EMAIL][0][-1][0] is TooMany
    clock.now += LOCKED_FOR
    await fail(staff, 1, "nobody@shop.example")


class _Counting(PasswordHasher):
    """Counts the checks of passwords, all of the same cost."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=64, parallelism=1)
        self.checked = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002
        self.checked += 1
        return super().verify(hash, password)


async def test_the_password_of_a_disabled_account_tells_nothing(
    staff: Staff, log: TouchpointLog, anna: Account
) -> None:
    await staff.accounts.disable(EMAIL)
    before = len(await happened(log))
    with pytest.raises(NotAuthenticated) as right:
        await staff.sign_in.sign_in(EMAIL, PASSWORD)
    with pytest.raises(NotAuthenticated) as wrong:
        await staff.sign_in.sign_in(EMAIL, "wrong password")
    assert str(right.value) == str(wrong.value)
    assert [what for what, _, _ in (await happened(log))[before:]] == ["sign_in_failed"]


async def test_a_password_that_changes_while_it_is_checked_lets_nobody_in(
    staff: Staff, anna: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Passwords.check

    async def slow(self: Passwords, hashed: str, password: str, origin: str = "") -> bool:
        right = await plain(self, hashed, password, origin)
        await staff.accounts.set_password(EMAIL, "another long password")
        return right

    monkeypatch.setattr(Passwords, "check", slow)
    with pytest.raises(NotAuthenticated):
        await staff.sign_in.sign_in(EMAIL, PASSWORD)


async def test_with_a_second_factor_a_code_is_asked_for_and_no_code_counts_twice(
    staff: Staff, clock: Clock, anna: Account
) -> None:
    codes = await with_second_factor(staff, anna, clock)
    now = codes.at(clock.now // 1000)
    await fail(staff)
    for empty in (None, ""):
        with pytest.raises(CodeRequired, match="your app shows"):
            await staff.sign_in.sign_in(EMAIL, PASSWORD, empty)
    with pytest.raises(NotAuthenticated) as wrong:
        await staff.sign_in.sign_in(EMAIL, "wrong password", now)
    assert not isinstance(wrong.value, CodeRequired)
    token, _ = await staff.sign_in.sign_in(EMAIL, PASSWORD, f"{now[:3]} {now[3:]}")
    assert (await staff.sessions.find(token)).account.id == anna.id
    with pytest.raises(CodeRequired, match="used already"):
        await staff.sign_in.sign_in(EMAIL, PASSWORD, now)


async def test_one_code_shown_twice_at_once_lets_one_in(staff: Staff, clock: Clock, anna: Account) -> None:
    codes = await with_second_factor(staff, anna, clock)
    now = codes.at(clock.now // 1000)
    tries = [staff.sign_in.sign_in(EMAIL, PASSWORD, now, Caller(str(n))) for n in range(4)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, tuple) for one in results) == 1


async def test_codes_cannot_be_guessed_with_the_right_password_in_between(
    staff: Staff, log: TouchpointLog, clock: Clock, anna: Account
) -> None:
    codes = await with_second_factor(staff, anna, clock)
    right = codes.at(clock.now // 1000)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(WRONG_PASSWORDS):
        with pytest.raises(CodeRequired):
            await staff.sign_in.sign_in(EMAIL, PASSWORD)
        with pytest.raises(CodeRequired):
            await staff.sign_in.sign_in(EMAIL, PASSWORD, wrong)
    with pytest.raises(TooMany):
        await staff.sign_in.sign_in(EMAIL, PASSWORD, right)
    assert (await happened(log))[-1][0] == "locked"


async def test_the_password_is_asked_again_before_what_a_stolen_session_must_not_do(
    staff: Staff, log: TouchpointLog, anna: Account
) -> None:
    assert (await staff.sign_in.confirm(anna.id, PASSWORD)).id == anna.id
    for _ in range(WRONG_PASSWORDS):
        with pytest.raises(Forbidden):
            await staff.sign_in.confirm(anna.id, "wrong password")
    with pytest.raises(TooMany):
        await staff.sign_in.confirm(anna.id, PASSWORD)
    assert [what for what, _, _ in await happened(log)][-2:] == ["sign_in_failed", "locked"]


async def test_changing_a_password_keeps_this_session_and_ends_the_others(
    staff: Staff, log: TouchpointLog, anna: Account
) -> None:
    token, session = await staff.sign_in.sign_in(EMAIL, PASSWORD)
    other, _ = await staff.sign_in.sign_in(EMAIL, PASSWORD)
    account = await staff.sign_in.confirm(anna.id, PASSWORD)
    with pytest.raises(Refused, match="at least 10"):
        await staff.accounts.change_password(account, "short", session.id)
    await staff.accounts.change_password(account, "another long password", session.id)
    await staff.sessions.find(token)
    with pytest.raises(NotAuthenticated):
        await staff.sessions.find(other)
    with pytest.raises(Refused, match="just changed"):
        await staff.accounts.change_password(account, "a third long password", session.id)
    assert (await happened(log))[-1] == ("password_changed", anna.id, anna.id)


class _Slow(PasswordHasher):
    """Takes as long as it is told to, and notes how many check at once."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=64, parallelism=1)
        self.most = self.now = 0
        self.lock = threading.Lock()

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.02)
        with self.lock:
            self.now -= 1
        return super().verify(hash, password)


async def checks(passwords: Passwords, hashed: str, origins: Sequence[str]) -> list[object]:
    tries = [passwords.check(hashed, "wrong password", origin) for origin in origins]
    return list(await asyncio.gather(*tries, return_exceptions=True))


async def test_a_flood_is_turned_away_and_leaves_room_for_others() -> None:
    hasher = _Slow()
    passwords = Passwords(hasher)
    hashed = await passwords.hash(PASSWORD)
    flood = asyncio.create_task(checks(passwords, hashed, ["a flood"] * 200))
    await asyncio.sleep(0)
    assert await passwords.check(hashed, PASSWORD, "somebody else")
    refused = [one for one in await flood if isinstance(one, TooMany)]
    assert len(refused) == 200 - WAITING_EACH
    assert all(one.seconds == 2 for one in refused)
    many = await checks(passwords, hashed, [str(n) for n in range(100)])
    assert sum(isinstance(one, TooMany) for one in many) == 100 - WAITING
    assert hasher.most == 1
    assert await passwords.check(hashed, PASSWORD, "a flood")
