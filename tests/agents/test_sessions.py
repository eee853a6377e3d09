"""Sessions: how long they last, how they end, and that none comes back to life."""

import asyncio

import pytest

from bot.agents.accounts import Account, Role
from bot.agents.sessions import SEEN_EVERY
from bot.agents.sign_in import Caller
from bot.agents.staff import Staff
from bot.errors import Expired, NotAuthenticated, NotFound
from bot.touchpoints.log import Drop, TouchpointLog
from tests.agents.conftest import PASSWORD, happened
from tests.conftest import Clock

EMAIL = "anna@shop.example"


@pytest.fixture
async def anna(staff: Staff) -> Account:
    return await staff.accounts.add(EMAIL, "Anna", Role.AGENT, (), PASSWORD)


async def test_a_session_ends_after_half_a_day_and_is_tidied_away(
    staff: Staff, clock: Clock, log: TouchpointLog, anna: Account
) -> None:
    token, _ = await staff.sign_in.sign_in(EMAIL, PASSWORD)
    clock.pass_(hours=12, minutes=1)
    with pytest.raises(Expired):
        await staff.sessions.find(token)
    assert await staff.sessions.of(anna.id) == []
    await staff.sign_in.sign_in(EMAIL, PASSWORD)
    assert len(await log.rows("session")) == 1


async def test_what_is_no_token_opens_nothing(staff: Staff, log: TouchpointLog, anna: Account) -> None:
    token, session = await staff.sign_in.sign_in(EMAIL, PASSWORD)
    kept = str(await log.rows("session"))
    assert token not in kept
    for wrong in (None, "", "nonsense", token[:-1], session.id, session.csrf):
        with pytest.raises(NotAuthenticated):
            await staff.sessions.find(wrong)


async def test_the_token_that_a_browser_came_with_ends_at_the_sign_in(staff: Staff, anna: Account) -> None:
    first, _ = await staff.sign_in.sign_in(EMAIL, PASSWORD)
    second, _ = await staff.sign_in.sign_in(EMAIL, PASSWORD, caller=Caller(token=first))
    assert first != second
    with pytest.raises(NotAuthenticated):
        await staff.sessions.find(first)
    planted = "a token that somebody planted"
    third, _ = await staff.sign_in.sign_in(EMAIL, PASSWORD, caller=Caller(token=planted))
    with pytest.raises(NotAuthenticated):
        await staff.sessions.find(planted)
    await staff.sessions.find(third)


async def test_sessions_are_listed_and_ended_one_by_one_or_all(
    staff: Staff, clock: Clock, log: TouchpointLog, anna: Account
) -> None:
    other = await staff.accounts.add("ben@shop.example", "Ben", Role.AGENT, (), PASSWORD)
    tokens = []
    for browser in ("Firefox on Linux", "Safari on iPhone", "Chrome on Windows"):
        token, session = await staff.sign_in.sign_in(EMAIL, PASSWORD, caller=Caller(browser=browser))
        tokens.append(token)
        clock.pass_(minutes=1)
    listed = await staff.sessions.of(anna.id)
    assert [one.browser for one in listed] == ["Chrome on Windows", "Safari on iPhone", "Firefox on Linux"]
    assert [clock.now - one.begun_at for one in listed] == [60_000, 120_000, 180_000]
    with pytest.raises(NotFound):
        await staff.sessions.end(other.id, listed[0].id, other.id)
    await staff.sessions.end(anna.id, listed[2].id, anna.id)
    with pytest.raises(NotAuthenticated):
        await staff.sessions.find(tokens[0])
    assert await staff.sessions.end_all(anna.id, anna.id, keep=session.id) == 1
    assert [one.id for one in await staff.sessions.of(anna.id)] == [session.id]
    assert await staff.sessions.end_all(anna.id, other.id) == 1
    assert await staff.sessions.end_all(anna.id, other.id) == 0
    with pytest.raises(NotFound):
        await staff.sessions.end_all("nobody", other.id)
    told = [one for one in await happened(log) if one[0] == "sessions_ended"]
    assert told == [("sessions_ended", anna.id, anna.id)] * 2 + [("sessions_ended", anna.id, other.id)]


async def test_signing_out_ends_this_session_alone(staff: Staff, log: TouchpointLog, anna: Account) -> None:
    one, session = await staff.sign_in.sign_in(EMAIL, PASSWORD)
    other, _ = await staff.sign_in.sign_in(EMAIL, PASSWORD)
    await staff.sessions.sign_out(session)
    await staff.sessions.sign_out(session)
    await staff.sessions.find(other)
    with pytest.raises(NotAuthenticated):
        await staff.sessions.find(one)
    assert [what for what, _, _ in await happened(log)].count("signed_out") == 1


async def test_the_last_use_is_known_to_some_minutes(staff: Staff, clock: Clock, anna: Account) -> None:
    token, _ = await staff.sign_in.sign_in(EMAIL, PASSWORD)
    begun = clock.now
    clock.now += SEEN_EVERY - 1
    await staff.sessions.find(token)
    assert (await staff.sessions.of(anna.id))[0].seen_at == begun
    clock.now += 1
    await staff.sessions.find(token)
    assert (await staff.sessions.of(anna.id))[0].seen_at == clock.now


@pytest.mark.parametrize("moment", ["rows", "append"])
async def test_a_session_that_ends_while_its_use_is_noted_stays_ended(
    staff: Staff, clock: Clock, log: TouchpointLog, anna: Account, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    token, session = await staff.sign_in.sign_in(EMAIL, PASSWORD)
    clock.now += SEEN_EVERY
    plain, ending = getattr(log, moment), False

    async def meanwhile(*args: object) -> object:
        nonlocal ending
        # The second look at the session, or the note itself: at this moment somebody signs out.
        noted = moment == "append" or "digest" in str(args)
        if noted and not ending and asyncio.current_task() is task:
            ending = True
            monkeypatch.undo()
            await staff.sessions.sign_out(session)
        return await plain(*args)

    async def use() -> None:
        await staff.sessions.find(token)

    monkeypatch.setattr(log, moment, meanwhile)
    task = asyncio.create_task(use())
    await asyncio.gather(task, return_exceptions=True)
    assert ending
    assert await log.rows("session") == []
    with pytest.raises(NotAuthenticated):
        await staff.sessions.find(token)


async def test_a_session_without_an_account_is_none(staff: Staff, log: TouchpointLog, anna: Account) -> None:
    token, _ = await staff.sign_in.sign_in(EMAIL, PASSWORD)
    await log.write([Drop("account", {"account_id": anna.id})])
    with pytest.raises(NotAuthenticated):
        await staff.sessions.find(token)
