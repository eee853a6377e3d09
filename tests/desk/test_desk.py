"""Presence, leases and assignment, with a clock that is told to go on."""

import asyncio
import uuid
from itertools import pairwise
from typing import Any

import pytest

from bot.agents.accounts import Role
from bot.agents.presence import SEEN_WITHIN, Status
from bot.assembly import open_services
from bot.dialogue.waiting import Expectation
from bot.dialogue.work import Agent
from bot.errors import Refused
from bot.settings import Settings
from bot.touchpoints.log import agent_stream
from bot.web.services import Services
from tests.conftest import Clock
from tests.desk.conftest import People

LEASE = SEEN_WITHIN / 60_000


async def test_somebody_who_waits_is_given_to_the_agent_who_has_been_idle_longest(
    people: People, services: Services, clock: Clock
) -> None:
    anna = await people.agent()
    clock.pass_(minutes=0.1)
    ben = await people.agent("ben")
    first = await people.customer()
    await services.desk.once()
    assert await people.owner(first) == anna.id
    clock.pass_(minutes=0.1)
    second = await people.customer()
    await services.desk.once()
    assert await people.owner(second) == ben.id
    given = await people.last(second)
    assert (given.type, given.facts["method"], given.facts["actor_kind"]) == (
        "conversation.assigned",
        "automatic",
        "system",
    )


async def test_nobody_is_given_a_customer_who_has_not_asked_for_it(people: People, services: Services) -> None:
    await people.agent("by-hand", automatic=False)
    await people.agent("away", Status.AWAY)
    await people.agent("offline", Status.OFFLINE)
    await people.agent("skilled", skills=("repairs",))
    gone = await people.agent("gone")
    await services.accounts.disable(gone.email)
    waits = await people.customer()
    await services.desk.once()
    assert await people.owner(waits) is None


async def test_an_agent_gets_no_more_than_there_is_room_for_and_the_next_when_one_is_done(
    people: People, services: Services
) -> None:
    anna = await people.agent(capacity=2)
    waiting = [await people.customer() for _ in range(3)]
    await services.desk.once()
    assert [await people.owner(one) for one in waiting] == [anna.id, anna.id, None]
    await services.hand_off.resolve(waiting[0], Agent(anna.id, "Anna"))
    await services.desk.once()
    assert await people.owner(waiting[2]) == anna.id


async def test_an_agent_who_is_not_seen_any_more_loses_everything_and_the_customers_keep_their_place(
    people: People, services: Services, clock: Clock
) -> None:
    anna = await people.agent()
    first = await people.customer()
    await services.desk.once()
    clock.pass_(minutes=LEASE / 2)
    second = await people.customer()
    await services.desk.once()
    clock.pass_(minutes=LEASE / 2)
    third = await people.customer()
    await services.desk.once()
    view = await services.queue.look()
    assert [row.conversation_id for row in view.waiting] == [first, second, third]
    expired = await people.last(first)
    assert (expired.type, expired.facts["reason"], expired.facts["agent_id"]) == (
        "assignment.expired",
        "absent",
        anna.id,
    )
    lost = (await services.log.read(agent_stream(anna.id)))[-1].facts
    assert (lost["status"], lost["automatic"], lost["reason"]) == ("offline", False, "lost")


@pytest.mark.parametrize("sign", ["seen", "stream_open"])
async def test_a_sign_of_life_renews_every_lease(people: People, services: Services, clock: Clock, sign: str) -> None:
    anna = await people.agent()
    has = await people.customer()
    await services.desk.once()
    for _ in range(10):
        clock.pass_(minutes=LEASE * 0.4)
        await getattr(services.desk.attendance, sign)(anna.id)
        await services.desk.once()
    assert await people.owner(has) == anna.id


async def test_an_open_stream_alone_is_no_sign_of_life_for_ever(
    people: People, services: Services, clock: Clock
) -> None:
    anna = await people.agent()
    for _ in range(20):
        clock.pass_(minutes=LEASE * 0.5)
        await services.desk.attendance.stream_open(anna.id)
        await services.desk.once()
    assert (await services.desk.attendance.of(anna.id)).status is Status.OFFLINE


async def test_the_lease_binds_an_agent_who_claimed_while_offline_as_well(
    people: People, services: Services, clock: Clock
) -> None:
    anna = await people.agent(status=None)
    await services.desk.attendance.seen(anna.id)
    has = await people.customer()
    await services.hand_off.claim(has, Agent(anna.id, "Anna"))
    clock.pass_(minutes=LEASE * 0.9)
    await services.desk.once()
    assert await people.owner(has) == anna.id
    clock.pass_(minutes=LEASE * 0.1)
    await services.desk.once()
    assert await people.owner(has) is None


async def test_who_owes_a_word_for_too_long_loses_that_customer_alone_and_does_not_get_them_straight_back(
    people: People, services: Services, clock: Clock
) -> None:
    anna = await people.agent()
    agent = Agent(anna.id, "Anna")
    answered, silent = await people.customer(), await people.customer()
    await services.desk.once()
    await services.hand_off.reply(answered, agent, str(uuid.uuid4()), "hello")
    for _ in range(20):
        clock.pass_(minutes=0.5)
        await services.desk.attendance.seen(anna.id)
        await services.desk.once()
    assert (await people.owner(answered), await people.owner(silent)) == (anna.id, None)
    assert (await people.last(silent)).facts["reason"] == "late"
    # The customer writes again, and from then on a word is owed once more.
    await services.receive.message(answered, str(uuid.uuid4()), "are you there?")
    await services.desk.once()
    assert await people.owner(answered) == anna.id
    for _ in range(4):
        clock.pass_(minutes=0.5)
        await services.desk.attendance.seen(anna.id)
        await services.desk.once()
    assert await people.owner(silent) == anna.id  # there is nobody else, and a while has passed


async def test_somebody_else_gets_at_once_what_an_agent_has_lost_or_passed_on(
    people: People, services: Services, clock: Clock
) -> None:
    anna = await people.agent()
    has = await people.customer()
    await services.desk.once()
    clock.pass_(minutes=0.1)
    await services.hand_off.pass_to_skill(has, Agent(anna.id, "Anna"), "repairs")
    await services.desk.once()
    assert await people.owner(has) is None
    ben = await people.agent("ben", skills=("repairs",))
    await services.desk.once()
    assert await people.owner(has) == ben.id


async def test_going_offline_gives_everything_back_and_away_keeps_it(people: People, services: Services) -> None:
    anna = await people.agent()
    has = await people.customer()
    await services.desk.once()
    await services.desk.choose(anna, Status.AWAY)
    assert await people.owner(has) == anna.id
    await services.desk.choose(anna, Status.OFFLINE)
    assert await people.owner(has) is None
    assert (await people.last(has)).facts["reason"] == "released"


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": Role.ANALYST}])
async def test_an_account_that_may_answer_nobody_any_more_loses_everything(
    people: People, services: Services, change: dict[str, Any]
) -> None:
    anna = await people.agent()
    has = await people.customer()
    await services.desk.once()
    await services.accounts.change(anna.id, change)
    await services.desk.once()
    assert (await people.last(has)).facts["reason"] == "disabled"
    changes = [one.facts["reason"] for one in await services.log.read(agent_stream(anna.id))]
    assert changes == ["chosen", "disabled"]


async def test_presence_is_in_the_log_and_in_its_row_and_no_sign_of_life_undoes_a_change(
    people: People, services: Services, clock: Clock
) -> None:
    anna = await people.agent(status=None)
    attendance = services.desk.attendance

    async def live() -> None:
        for _ in range(30):
            clock.now += 20_000
            await attendance.seen(anna.id)

    statuses = [Status.ONLINE, Status.AWAY] * 10
    changing = [attendance.change(anna.id, status) for status in statuses]
    await asyncio.gather(live(), *changing)
    logged = [one.facts["status"] for one in await services.log.read(agent_stream(anna.id))]
    [row] = await services.log.rows("presence")
    assert row["status"] == logged[-1]
    assert all(before != after for before, after in pairwise(logged))


async def test_more_at_once_than_the_account_allows_is_refused(people: People, services: Services) -> None:
    anna = await people.agent(status=None)
    anna = await services.accounts.change(anna.id, {"capacity": 2})
    with pytest.raises(Refused, match="at most 2"):
        await services.desk.choose(anna, Status.ONLINE, True, 3)
    await services.desk.choose(anna, Status.ONLINE, True, 1)
    waiting = [await people.customer() for _ in range(2)]
    await services.desk.once()
    assert [await people.owner(one) for one in waiting] == [anna.id, None]


async def test_after_a_restart_everybody_has_a_full_lease(
    people: People, services: Services, settings: Settings, clock: Clock
) -> None:
    anna = await people.agent()
    has = await people.customer()
    await services.desk.once()
    await services.log.close()
    clock.pass_(hours=2)
    again = open_services(settings, clock)
    try:
        await again.desk.once()
        assert (await again.queue.look()).rows[has].agent_id == anna.id
        clock.pass_(minutes=LEASE)
        await again.desk.once()
        assert (await again.queue.look()).rows[has].agent_id is None
    finally:
        await again.log.close()


async def test_two_processes_on_one_database_give_nobody_two_owners(
    people: People, services: Services, settings: Settings, clock: Clock
) -> None:
    for number in range(6):
        await people.agent(f"agent-{number}")
    other = open_services(settings, clock)
    try:
        waiting = [await people.customer() for _ in range(12)]
        await asyncio.gather(services.desk.once(), other.desk.once())
        for conversation_id in waiting:
            given = [one for one in await people.log(conversation_id) if one.type == "conversation.assigned"]
            assert len(given) == 1
    finally:
        await other.log.close()


async def test_what_was_learned_of_waits_outlasts_a_restart(
    people: People, services: Services, settings: Settings, clock: Clock
) -> None:
    anna = Agent((await people.agent(status=None)).id, "Anna")
    assert await services.desk.line.expects("general", 0, None, clock()) == Expectation(1)
    for _ in range(12):
        waits = await people.customer()
        await services.desk.once()
        clock.pass_(minutes=4)
        await services.desk.attendance.seen(anna.id)
        await services.hand_off.claim(waits, anna)
        await services.desk.once()
        await services.hand_off.resolve(waits, anna)
    told = await services.desk.line.expects("general", 0, None, clock())
    assert told is not None
    assert told.low_s is not None
    assert told.high_s is not None
    assert told.low_s <= 240 <= told.high_s
    await services.log.close()
    again = open_services(settings, clock)
    try:
        await again.desk.line.look_back()
        after = await again.desk.line.expects("general", 0, None, clock())
        assert after is not None
        assert after.low_s is not None
        assert after.high_s is not None
        assert after.low_s <= 240 <= after.high_s
        assert again.desk.line.estimates.measured == services.desk.line.estimates.measured == 12
    finally:
        await again.log.close()
