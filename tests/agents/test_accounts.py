"""Accounts: making, finding and changing them, and what must never happen to the last admin."""

import asyncio

import pytest

from bot.agents.accounts import Account, Role
from bot.agents.queue import sees
from bot.agents.staff import Staff, open_staff
from bot.errors import NotAuthenticated, NotFound, Refused
from bot.touchpoints.log import TouchpointLog
from tests.agents.conftest import ADDRESS, PASSWORD, SECRET, happened
from tests.conftest import Clock


async def boss(staff: Staff, email: str = "boss@shop.example") -> Account:
    return await staff.accounts.add(email, "Boss", Role.ADMIN, (), PASSWORD)


async def test_what_is_no_account_is_refused(staff: Staff) -> None:
    accounts = staff.accounts
    await accounts.add("anna@shop.example", "", Role.AGENT, (), PASSWORD)
    for email in ("anna", "anna@", "a b@c.de", "ANNA@shop.example "):
        with pytest.raises(Refused):
            await accounts.add(email, "Anna", Role.AGENT, (), PASSWORD)
    with pytest.raises(Refused, match="at least 10 characters"):
        await accounts.add("ben@shop.example", "Ben", Role.AGENT, (), "short")
    with pytest.raises(Refused, match="4 different"):
        await accounts.add("ben@shop.example", "Ben", Role.AGENT, (), "aaaaaaaaaaaaaa")
    with pytest.raises(Refused, match="from 1 to 50"):
        await accounts.add("ben@shop.example", "Ben", Role.AGENT, (), PASSWORD, capacity=0)
    assert [(account.email, account.name) for account in await accounts.all()] == [("anna@shop.example", "anna")]


async def test_an_account_is_kept_whole(staff: Staff, log: TouchpointLog) -> None:
    made = await staff.accounts.add("a@shop.example", " Anna ", Role.AGENT, ("orders",), PASSWORD, ("de", "en"), 5)
    kept = await staff.accounts.get(made.id)
    assert (kept.name, kept.skills, kept.languages, kept.capacity) == ("Anna", ("orders",), ("de", "en"), 5)
    assert PASSWORD not in str(await log.rows("account"))
    assert kept.password.startswith("$argon2id$")
    assert await happened(log) == [("added", made.id, None)]


async def test_an_account_without_a_password_lets_nobody_in(staff: Staff) -> None:
    await staff.accounts.add("anna@shop.example", "Anna", Role.AGENT)
    for password in ("", PASSWORD):
        with pytest.raises(NotAuthenticated):
            await staff.sign_in.sign_in("anna@shop.example", password)


async def test_two_who_make_the_same_account_make_one(staff: Staff) -> None:
    tries = [staff.accounts.add("anna@shop.example", "Anna", Role.AGENT, (), PASSWORD) for _ in range(4)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(one).__name__ for one in results) == ["Account", "Refused", "Refused", "Refused"]


async def test_a_change_says_what_changed_and_by_whom(staff: Staff, log: TouchpointLog) -> None:
    admin = await boss(staff)
    anna = await staff.accounts.add("anna@shop.example", "Anna", Role.AGENT, (), PASSWORD)
    same = await staff.accounts.change(anna.id, {"name": "Anna", "role": Role.AGENT}, admin.id)
    assert same.name == "Anna"
    changed = await staff.accounts.change(anna.id, {"role": Role.SUPERVISOR, "skills": ("repairs",)}, admin.id)
    assert (changed.role, changed.skills) == (Role.SUPERVISOR, ("repairs",))
    assert (await happened(log))[2:] == [("changed", anna.id, admin.id)]
    facts = (await log.read("system"))[-1].facts
    assert (facts["fields"], facts["role"], facts["was"]) == (["role", "skills"], "supervisor", "agent")
    with pytest.raises(Refused, match="needs a name"):
        await staff.accounts.change(anna.id, {"name": "  "}, admin.id)
    with pytest.raises(Refused, match="from 1 to 50"):
        await staff.accounts.change(anna.id, {"capacity": 51}, admin.id)
    with pytest.raises(ValueError, match="password"):
        await staff.accounts.change(anna.id, {"password": "x"}, admin.id)
    with pytest.raises(NotFound):
        await staff.accounts.change("nobody", {"name": "X"}, admin.id)


async def test_disabling_ends_sessions_and_enabling_lets_in_again(staff: Staff, log: TouchpointLog) -> None:
    await staff.accounts.add("anna@shop.example", "Anna", Role.AGENT, (), PASSWORD)
    token, _ = await staff.sign_in.sign_in("anna@shop.example", PASSWORD)
    await staff.accounts.disable("anna@shop.example")
    with pytest.raises(NotAuthenticated):
        await staff.sessions.find(token)
    with pytest.raises(NotAuthenticated):
        await staff.sign_in.sign_in("anna@shop.example", PASSWORD)
    await staff.accounts.enable("anna@shop.example")
    with pytest.raises(NotAuthenticated):
        await staff.sessions.find(token)
    await staff.sign_in.sign_in("anna@shop.example", PASSWORD)
    with pytest.raises(NotFound):
        await staff.accounts.disable("nobody@shop.example")
    assert [what for what, _, _ in await happened(log)] == ["added", "signed_in", "disabled", "enabled", "signed_in"]


async def test_a_new_password_ends_the_sessions_and_lifts_the_lock(staff: Staff) -> None:
    anna = await staff.accounts.add("anna@shop.example", "Anna", Role.AGENT, (), PASSWORD)
    token, _ = await staff.sign_in.sign_in("anna@shop.example", PASSWORD)
    for _ in range(5):
        with pytest.raises(NotAuthenticated):
            await staff.sign_in.sign_in("anna@shop.example", "wrong password")
    assert (await staff.accounts.get(anna.id)).locked_until
    await staff.accounts.set_password("anna@shop.example", "another long password")
    with pytest.raises(NotAuthenticated):
        await staff.sessions.find(token)
    token, session = await staff.sign_in.sign_in("anna@shop.example", "another long password")
    assert (await staff.sessions.find(token)).csrf == session.csrf


async def test_the_last_admin_stays(staff: Staff) -> None:
    admin, other = await boss(staff), await boss(staff, "other@shop.example")
    await staff.accounts.change(other.id, {"role": Role.AGENT}, admin.id)
    for change in ({"disabled": True}, {"role": Role.SUPERVISOR}, {"role": Role.ANALYST, "name": "X"}):
        with pytest.raises(Refused, match="only admin"):
            await staff.accounts.change(admin.id, change, admin.id)
    with pytest.raises(Refused, match="only admin"):
        await staff.accounts.disable("boss@shop.example")
    await staff.accounts.change(other.id, {"role": Role.ADMIN, "disabled": True}, admin.id)
    with pytest.raises(Refused, match="only admin"):
        await staff.accounts.change(admin.id, {"disabled": True}, admin.id)
    await staff.accounts.change(other.id, {"disabled": False}, admin.id)
    await staff.accounts.change(admin.id, {"role": Role.SUPERVISOR}, admin.id)


async def test_two_admins_cannot_remove_each_other_at_once(staff: Staff, log: TouchpointLog, clock: Clock) -> None:
    """Not in one process, nor in two: the command line beside a running server."""
    beside = open_staff(log, clock, SECRET, ADDRESS)
    one, two = await boss(staff), await boss(staff, "two@shop.example")
    for first, second in ((staff, staff), (staff, beside)):
        results = await asyncio.gather(
            first.accounts.change(one.id, {"disabled": True}, two.id),
            second.accounts.change(two.id, {"disabled": True}, one.id),
            return_exceptions=True,
        )
        assert [isinstance(result, Refused) for result in results].count(True) == 1
        left = [account for account in await staff.accounts.all() if not account.disabled]
        assert len(left) == 1
        for account in (one, two):
            await staff.accounts.change(account.id, {"disabled": False})


async def test_who_sees_what(staff: Staff) -> None:
    everything = await staff.accounts.add("a@shop.example", "A", Role.AGENT)
    orders = await staff.accounts.add("b@shop.example", "B", Role.AGENT, ("orders",))
    supervisor = await staff.accounts.add("c@shop.example", "C", Role.SUPERVISOR, ("orders",))
    analyst = await staff.accounts.add("d@shop.example", "D", Role.ANALYST)
    shown = [sees(one, "repairs", None) for one in (everything, orders, supervisor, analyst)]
    assert shown == [True, False, True, False]
    assert sees(orders, "orders", None)
    assert sees(orders, "repairs", orders.id)
