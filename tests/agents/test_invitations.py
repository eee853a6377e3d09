"""Links: for the first account, to join, and to a new password. Each works once, and not for long."""

import asyncio

import pytest

from bot.agents.accounts import Account, Role
from bot.agents.invitations import LASTS, Purpose
from bot.agents.staff import Staff
from bot.errors import Expired, NotAuthenticated, NotFound, Refused
from bot.touchpoints.log import TouchpointLog
from tests.agents.conftest import ADDRESS, PASSWORD, Letters, happened, token_of
from tests.conftest import Clock

EMAIL = "anna@shop.example"
NEW = "another long password"


@pytest.fixture
async def boss(staff: Staff) -> Account:
    return await staff.accounts.add("boss@shop.example", "Boss", Role.ADMIN, (), PASSWORD)


@pytest.fixture
async def anna(staff: Staff) -> Account:
    return await staff.accounts.add(EMAIL, "Anna", Role.AGENT, (), PASSWORD)


async def invite(staff: Staff, by: Account, email: str = EMAIL, role: Role = Role.AGENT) -> str:
    return token_of(await staff.invitations.invite(email, role, "", ("orders",), ("de",), by))


async def test_the_first_account_is_an_admin_and_made_once(staff: Staff, log: TouchpointLog, clock: Clock) -> None:
    replaced = await staff.invitations.first()
    token = await staff.invitations.first()
    assert replaced
    assert token
    with pytest.raises(NotAuthenticated):
        await staff.invitations.look(replaced)
    assert (await staff.invitations.look(token)).purpose is Purpose.FIRST
    tries = [staff.invitations.accept(token, "Boss", PASSWORD, f"boss{n}@shop.example") for n in range(3)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    [made] = [one for one in results if isinstance(one, Account)]
    assert made.role is Role.ADMIN
    assert [type(one) for one in results].count(NotAuthenticated) == 2
    assert await staff.invitations.first() is None
    assert await happened(log) == [("added", made.id, None)]


async def test_an_account_from_the_command_line_ends_the_set_up_link_and_no_invitation(
    staff: Staff, boss: Account, log: TouchpointLog
) -> None:
    token = await invite(staff, boss)
    await staff.accounts.add("ben@shop.example", "Ben", Role.AGENT, (), PASSWORD)
    assert (await staff.invitations.look(token)).email == EMAIL


async def test_who_is_invited_joins_once_as_what_they_are_invited_for(
    staff: Staff, boss: Account, log: TouchpointLog
) -> None:
    link = await staff.invitations.invite(" Anna@Shop.example", Role.SUPERVISOR, "Anna", ("orders",), ("de",), boss)
    assert link
    assert link.startswith(f"{ADDRESS}/agent/#join=")
    token = token_of(link)
    assert token not in str(await log.rows("invitation"))
    about = await staff.invitations.look(token)
    assert (about.email, about.name, about.role) == (EMAIL, "Anna", Role.SUPERVISOR)
    with pytest.raises(Refused, match="at least 10"):
        await staff.invitations.accept(token, "Anna", "short")
    tries = [staff.invitations.accept(token, "Anna B.", PASSWORD, "evil@x.example") for _ in range(3)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    [made] = [one for one in results if isinstance(one, Account)]
    assert (made.email, made.name, made.role, made.skills, made.languages) == (
        EMAIL,
        "Anna B.",
        Role.SUPERVISOR,
        ("orders",),
        ("de",),
    )
    assert [type(one) for one in results].count(NotAuthenticated) == 2
    await staff.sign_in.sign_in(EMAIL, PASSWORD)
    told = await happened(log)
    assert told[1:3] == [("invited", None, boss.id), ("joined", made.id, boss.id)]


async def test_an_invitation_lasts_a_week(staff: Staff, boss: Account, clock: Clock) -> None:
    token = await invite(staff, boss)
    clock.now += LASTS[Purpose.JOIN]
    assert len(await staff.invitations.pending()) == 1
    clock.now += 1
    with pytest.raises(Expired, match="a week old"):
        await staff.invitations.accept(token, "Anna", PASSWORD)
    assert await staff.invitations.pending() == []


async def test_an_invitation_is_replaced_by_the_next_and_can_be_withdrawn(
    staff: Staff, boss: Account, log: TouchpointLog
) -> None:
    replaced, token = await invite(staff, boss), await invite(staff, boss, role=Role.ANALYST)
    with pytest.raises(NotAuthenticated):
        await staff.invitations.look(replaced)
    [pending] = await staff.invitations.pending()
    assert (pending.email, pending.role, pending.invited_by) == (EMAIL, Role.ANALYST, boss.id)
    await staff.invitations.withdraw(pending.id, boss.id)
    with pytest.raises(NotAuthenticated):
        await staff.invitations.accept(token, "Anna", PASSWORD)
    with pytest.raises(NotFound):
        await staff.invitations.withdraw(pending.id, boss.id)
    assert (await happened(log))[-1] == ("invitation_withdrawn", None, boss.id)


async def test_nobody_is_invited_twice_or_nowhere(staff: Staff, boss: Account) -> None:
    for email in ("boss@shop.example", "not an address"):
        with pytest.raises(Refused):
            await invite(staff, boss, email)
    token = await invite(staff, boss)
    await staff.accounts.add(EMAIL, "Anna", Role.AGENT, (), PASSWORD)
    with pytest.raises(Refused, match="already"):
        await staff.invitations.accept(token, "Anna", PASSWORD)


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": Role.AGENT}])
async def test_who_is_no_admin_any_more_has_no_invitations_out(
    staff: Staff, boss: Account, change: dict[str, object]
) -> None:
    other = await staff.accounts.add("other@shop.example", "Other", Role.ADMIN, (), PASSWORD)
    gone, stays = await invite(staff, other), await invite(staff, boss, "ben@shop.example")
    await staff.accounts.change(other.id, change, boss.id)
    with pytest.raises(NotAuthenticated):
        await staff.invitations.accept(gone, "Anna", PASSWORD)
    await staff.invitations.look(stays)


async def test_with_mail_the_link_goes_out_and_is_not_shown(mailing: Staff, boss: Account, letters: Letters) -> None:
    assert mailing.invitations.by_mail
    assert await mailing.invitations.invite(EMAIL, Role.AGENT, "Anna", (), (), boss) is None
    [(kind, email, name, role, link, inviter)] = letters.sent
    assert (kind, email, name, role, inviter) == ("invitation", EMAIL, "Anna", "agent", "Boss")
    await mailing.invitations.look(token_of(link))
    letters.fails = True
    shown = await mailing.invitations.invite("ben@shop.example", Role.AGENT, "", (), (), boss)
    await mailing.invitations.look(token_of(shown))


async def test_a_forgotten_password_is_reset_by_mail(
    mailing: Staff, log: TouchpointLog, clock: Clock, anna: Account, letters: Letters
) -> None:
    session, _ = await mailing.sign_in.sign_in(EMAIL, PASSWORD)
    await mailing.invitations.forgot("Anna@shop.example ")
    await mailing.invitations.forgot(EMAIL)
    [(kind, email, name, link)] = letters.sent
    assert (kind, email, name) == ("reset", EMAIL, "Anna")
    token = token_of(link)
    assert (await mailing.invitations.look(token)).email == EMAIL
    with pytest.raises(Refused, match="at least 10"):
        await mailing.invitations.reset(token, "short")
    await mailing.invitations.reset(token, NEW)
    with pytest.raises(NotAuthenticated):
        await mailing.invitations.reset(token, "a third long password")
    with pytest.raises(NotAuthenticated):
        await mailing.sessions.find(session)
    await mailing.sign_in.sign_in(EMAIL, NEW)
    told = [one for one in await happened(log) if one[0] in ("reset_asked", "password_changed")]
    assert told == [("reset_asked", anna.id, None), ("password_changed", anna.id, None)]


async def test_asking_again_sends_a_new_letter_after_a_while_and_only_the_last_link_works(
    mailing: Staff, clock: Clock, anna: Account, letters: Letters
) -> None:
    await mailing.invitations.forgot(EMAIL)
    clock.pass_(minutes=5)
    await mailing.invitations.forgot(EMAIL)
    first, second = (token_of(letter[-1]) for letter in letters.sent)
    with pytest.raises(NotAuthenticated):
        await mailing.invitations.reset(first, NEW)
    clock.now += LASTS[Purpose.RESET] + 1
    with pytest.raises(Expired, match="an hour old"):
        await mailing.invitations.reset(second, NEW)


async def test_nobody_and_the_disabled_get_no_letter(mailing: Staff, anna: Account, letters: Letters) -> None:
    await mailing.invitations.forgot("nobody@shop.example")
    await mailing.accounts.disable(EMAIL)
    await mailing.invitations.forgot(EMAIL)
    assert letters.sent == []
    with pytest.raises(Refused, match="disabled"):
        await mailing.invitations.reset_for(anna.id, "somebody")


async def test_disabling_and_a_new_password_end_links_that_were_asked_for(
    staff: Staff, boss: Account, anna: Account
) -> None:
    for change in ("disable", "password"):
        token = token_of(await staff.invitations.reset_for(anna.id, boss.id))
        if change == "disable":
            await staff.accounts.disable(EMAIL)
            await staff.accounts.enable(EMAIL)
        else:
            await staff.accounts.set_password(EMAIL, NEW)
        with pytest.raises(NotAuthenticated):
            await staff.invitations.reset(token, "a third long password")


async def test_without_mail_an_admin_hands_over_the_link_and_it_lifts_a_lock(
    staff: Staff, boss: Account, anna: Account, log: TouchpointLog
) -> None:
    for _ in range(5):
        with pytest.raises(NotAuthenticated):
            await staff.sign_in.sign_in(EMAIL, "wrong password")
    await staff.invitations.forgot(EMAIL)
    assert await log.rows("invitation") == []
    token = token_of(await staff.invitations.reset_for(anna.id, boss.id))
    await staff.invitations.reset(token, NEW)
    await staff.sign_in.sign_in(EMAIL, NEW)
    with pytest.raises(NotFound):
        await staff.invitations.reset_for("nobody", boss.id)


async def test_a_letter_that_cannot_be_sent_leaves_the_link_to_the_admin(
    mailing: Staff, anna: Account, letters: Letters
) -> None:
    assert await mailing.invitations.reset_for(anna.id, "boss") is None
    letters.fails = True
    link = await mailing.invitations.reset_for(anna.id, "boss")
    await mailing.invitations.reset(token_of(link), NEW)


async def test_a_link_is_good_for_its_own_purpose_alone(staff: Staff, boss: Account, anna: Account) -> None:
    join = await invite(staff, boss, "ben@shop.example")
    reset = token_of(await staff.invitations.reset_for(anna.id, boss.id))
    with pytest.raises(NotAuthenticated, match="new account"):
        await staff.invitations.reset(join, NEW)
    with pytest.raises(NotAuthenticated, match="new password"):
        await staff.invitations.accept(reset, "Eve", NEW, "eve@x.example")
    with pytest.raises(NotAuthenticated):
        await staff.invitations.look("nonsense")
