import pytest

from bot.agents.accounts import Accounts, Role
from bot.agents.queue import Queue, sees
from bot.conversations.projection import PRIORITY_IS_WORTH
from bot.errors import Expired, NotAuthenticated, NotFound, Refused
from bot.touchpoints.log import Put
from bot.web.services import Services
from tests.conftest import Clock

PASSWORD = "correct horse battery"


@pytest.fixture
def accounts(services: Services) -> Accounts:
    return services.accounts


async def test_what_is_no_account_is_refused(accounts: Accounts) -> None:
    await accounts.add("anna@shop.example", "", Role.AGENT, (), PASSWORD)
    for email in ("anna", "anna@", "a b@c.de", "ANNA@shop.example"):
        with pytest.raises(Refused):
            await accounts.add(email, "Anna", Role.AGENT, (), PASSWORD)
    with pytest.raises(Refused, match="at least 10 characters"):
        await accounts.add("ben@shop.example", "Ben", Role.AGENT, (), "short")
    assert [(account.email, account.name) for account in await accounts.all()] == [("anna@shop.example", "anna")]


async def test_an_account_without_a_password_lets_nobody_in(accounts: Accounts) -> None:
    await accounts.add("anna@shop.example", "Anna", Role.AGENT)
    with pytest.raises(NotAuthenticated):
        await accounts.sign_in("anna@shop.example", "")


async def test_a_new_password_and_disabling_end_the_sessions(accounts: Accounts) -> None:
    await accounts.add("anna@shop.example", "Anna", Role.AGENT, (), PASSWORD)
    token, _ = await accounts.sign_in("anna@shop.example", PASSWORD)
    await accounts.set_password("anna@shop.example", "another long password")
    with pytest.raises(NotAuthenticated):
        await accounts.session(token)
    token, session = await accounts.sign_in("anna@shop.example", "another long password")
    assert (await accounts.session(token)).csrf == session.csrf
    await accounts.disable("anna@shop.example")
    with pytest.raises(NotAuthenticated):
        await accounts.session(token)
    with pytest.raises(NotAuthenticated):
        await accounts.sign_in("anna@shop.example", "another long password")
    with pytest.raises(NotFound):
        await accounts.disable("nobody@shop.example")


async def test_a_session_ends_after_half_a_day_and_is_tidied_away(
    accounts: Accounts, clock: Clock, services: Services
) -> None:
    await accounts.add("anna@shop.example", "Anna", Role.AGENT, (), PASSWORD)
    token, _ = await accounts.sign_in("anna@shop.example", PASSWORD)
    clock.pass_(hours=12, minutes=1)
    with pytest.raises(Expired):
        await accounts.session(token)
    await accounts.sign_in("anna@shop.example", PASSWORD)
    assert len(await services.log.rows("session")) == 1


async def test_the_queue_puts_the_urgent_first_and_counts_places_by_skill(services: Services, clock: Clock) -> None:
    rows = [("a", "orders", 0, 1), ("b", "orders", 1, 3), ("c", "repairs", 0, 2), ("d", "orders", 0, 0)]
    for conversation_id, skill, priority, since in rows:
        row = {"conversation_id": conversation_id, "skill": skill, "priority": priority, "reason": "requested"}
        asked = clock.now - 10_000 + since
        row |= {"intent": None, "language": None, "waiting_since": asked, "requested_at": asked}
        row |= {"place_at": asked - priority * PRIORITY_IS_WORTH, "agent_id": None, "assigned_at": None}
        row |= {"replied_at": None, "unanswered_since": None}
        await services.log.write([Put("queue", row)])
    waiting = await Queue(services.log, clock).waiting()
    assert [(one.conversation_id, one.place) for one in waiting] == [("b", 1), ("d", 2), ("a", 3), ("c", 1)]


async def test_who_sees_what(accounts: Accounts) -> None:
    everything = await accounts.add("a@shop.example", "A", Role.AGENT)
    orders = await accounts.add("b@shop.example", "B", Role.AGENT, ("orders",))
    boss = await accounts.add("c@shop.example", "C", Role.SUPERVISOR, ("orders",))
    analyst = await accounts.add("d@shop.example", "D", Role.ANALYST)
    assert [sees(one, "repairs", None) for one in (everything, orders, boss, analyst)] == [True, False, True, False]
    assert sees(orders, "orders", None)
    assert sees(orders, "repairs", orders.id)
