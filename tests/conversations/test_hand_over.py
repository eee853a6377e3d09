"""Who has a conversation, on a real log: passed on, given back, lost and found, by two servers at once."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest

from bot.assembly import open_services
from bot.content.hours import Hours
from bot.conversations.conversation import Outcome
from bot.conversations.receive import Receive
from bot.dialogue.state import ASSIGNED, BOT, QUEUED
from bot.dialogue.waiting import Expectation
from bot.dialogue.work import Agent, Lease
from bot.errors import NotFound, Refused
from bot.records import Touchpoint
from bot.settings import Settings
from bot.touchpoints.log import conversation_stream
from bot.web.services import Services
from tests.conftest import Clock

ANNA, BEN = Agent("anna-id", "Anna"), Agent("ben-id", "Ben")
SUE = Agent("sue-id", "Sue", supervises=True)


def new() -> str:
    return str(uuid.uuid4())


async def queued(services: Services, locale: str = "en") -> str:
    conversation_id = (await services.start.begin(None, locale, None, None)).conversation_id
    await services.receive.quick_reply(conversation_id, new(), "person")
    return conversation_id


async def annas(services: Services) -> str:
    conversation_id = await queued(services)
    await services.hand_off.claim(conversation_id, ANNA)
    return conversation_id


async def history(services: Services, conversation_id: str) -> list[Touchpoint]:
    return await services.log.read(conversation_stream(conversation_id))


async def owner(services: Services, conversation_id: str) -> tuple[object, str | None]:
    conversation = await services.conversations.get(conversation_id)
    await services.conversations.catch_up(conversation)
    return conversation.state.owner, conversation.state.agent_id


async def lease(services: Services, conversation_id: str, agent: Agent = ANNA) -> Lease:
    state = (await services.conversations.get(conversation_id)).state
    assert state.assigned_at is not None
    return Lease(agent, state.assigned_at, state.unanswered_since)


@pytest.fixture
async def other(services: Services, settings: Settings, clock: Clock) -> AsyncIterator[Services]:
    """A second server on the same database."""
    opened = open_services(settings, clock)
    yield opened
    await opened.log.close()


Act = Callable[[Services, str, str], Awaitable[Outcome]]
ACTS: dict[str, Act] = {
    "takeover": lambda services, one, once: services.hand_off.take_over(one, BEN, once),
    "skill": lambda services, one, once: services.hand_off.pass_to_skill(one, ANNA, "orders", "look", once),
    "agent": lambda services, one, once: services.hand_off.pass_to_agent(one, ANNA, BEN, "look", once),
    "return": lambda services, one, once: services.hand_off.give_back(one, ANNA, "look", once),
    "given": lambda services, one, once: services.hand_off.assign(one, BEN, "given", SUE, once),
    "note": lambda services, one, once: services.remarks.note(one, ANNA, "look", once),
    "intent": lambda services, one, once: services.remarks.correct(one, ANNA, 2, "warranty", once),
    "resolve": lambda services, one, once: services.hand_off.resolve(one, ANNA, "solved", once),
    "block": lambda services, one, once: services.blocking.block(one, SUE, once),
}


@pytest.mark.parametrize("act", ACTS)
async def test_every_act_happens_once_for_a_client_id(services: Services, other: Services, act: str) -> None:
    conversation_id, once = await annas(services), new()
    first = await ACTS[act](services, conversation_id, once)
    assert first.touchpoints
    assert not first.again
    before = await history(services, conversation_id)
    for server in (services, other):  # … also where the retry reaches another server
        again = await ACTS[act](server, conversation_id, once)
        assert again.again
        assert [t.id for t in again.touchpoints] == [t.id for t in first.touchpoints]
    assert await history(services, conversation_id) == before
    with pytest.raises(Refused, match="used before for something else"):
        await services.hand_off.reply(conversation_id, ANNA, once, "something else")
    with pytest.raises(NotFound):
        await ACTS[act](services, new(), new())


async def test_a_note_goes_along_in_the_same_append_and_only_staff_see_it(services: Services) -> None:
    conversation_id = await annas(services)
    outcome = await services.hand_off.pass_to_skill(conversation_id, ANNA, "orders", "her parcel is lost")
    noted, passed = outcome.touchpoints
    assert (noted.type, passed.type, passed.facts["cause"]) == ("note.added", "conversation.transferred", noted.id)
    assert passed.facts["prev"] == noted.facts.get("prev", passed.facts["prev"])
    assert "lost" not in str((noted.facts, passed.facts, passed.personal))
    [row] = (await services.queue.look()).waiting
    assert (row.conversation_id, row.skill) == (conversation_id, "orders")


async def test_passed_to_a_colleague_who_answers(services: Services) -> None:
    conversation_id = await annas(services)
    await services.hand_off.pass_to_agent(conversation_id, ANNA, BEN)
    with pytest.raises(Refused, match="another agent"):
        await services.hand_off.reply(conversation_id, ANNA, new(), "one more thing")
    await services.hand_off.reply(conversation_id, BEN, new(), "Hello, Ben here.")
    assert await owner(services, conversation_id) == (ASSIGNED, "ben-id")
    [row] = (await services.queue.look()).assigned
    assert row.agent_id == "ben-id"


async def test_given_back_to_the_bot_which_answers_again(services: Services) -> None:
    conversation_id = await annas(services)
    returned = await services.hand_off.give_back(conversation_id, ANNA)
    assert "Anna" in returned.touchpoints[0].personal["text"]
    answered = await services.receive.message(conversation_id, new(), "how long is the warranty")
    assert answered.touchpoints[-1].type == "answer.given"
    assert (await services.queue.look()).assigned == []


async def test_an_expired_assignment_comes_before_who_asked_later(services: Services, clock: Clock) -> None:
    lost = await annas(services)
    clock.pass_(minutes=5)
    later = await queued(services)
    clock.pass_(minutes=5)
    ended = await lease(services, lost)
    expired = await services.hand_off.expire(lost, ended, "absent")
    assert "Anna had to leave" in expired.touchpoints[0].personal["text"]
    assert [row.conversation_id for row in (await services.queue.look()).waiting] == [lost, later]
    assert (await services.hand_off.expire(lost, ended, "absent")).touchpoints == ()


async def test_who_was_not_answered_in_time_is_told_so_and_not_that_somebody_left(services: Services) -> None:
    lost = await annas(services)
    expired = await services.hand_off.expire(lost, await lease(services, lost), "late")
    text = expired.touchpoints[0].personal["text"]
    assert "could not answer you in time" in text
    assert "leave" not in text


async def test_a_lease_that_ends_while_the_agent_writes_ends_or_not_but_never_both(
    services: Services, other: Services
) -> None:
    for _ in range(20):
        conversation_id = await annas(services)
        await other.conversations.get(conversation_id)
        late = await lease(services, conversation_id)
        expired, sent = await asyncio.gather(
            services.hand_off.expire(conversation_id, late, "late"),
            other.hand_off.reply(conversation_id, ANNA, new(), "hello"),
            return_exceptions=True,
        )
        types = [t.type for t in await history(services, conversation_id)]
        if isinstance(sent, Refused):
            assert types[-1] == "assignment.expired"
        else:
            assert types[-1] == "message.sent"
            assert not isinstance(expired, BaseException)
            assert expired.touchpoints == ()


async def test_whatever_two_servers_do_at_once_one_agent_has_it(services: Services, other: Services) -> None:
    for _ in range(10):
        conversation_id = await annas(services)
        await other.conversations.get(conversation_id)
        ended = await lease(services, conversation_id)
        outcomes = await asyncio.gather(
            services.hand_off.pass_to_skill(conversation_id, ANNA, "orders"),
            other.hand_off.take_over(conversation_id, BEN),
            services.hand_off.give_back(conversation_id, ANNA),
            other.hand_off.assign(conversation_id, BEN, "automatic"),
            other.hand_off.expire(conversation_id, ended, "absent"),
            services.hand_off.resolve(conversation_id, ANNA),
            other.receive.message(conversation_id, new(), "are you there?"),
            return_exceptions=True,
        )
        assert all(isinstance(one, Outcome | Refused) for one in outcomes), outcomes
        assert not isinstance(outcomes[-1], BaseException)
        assert await owner(services, conversation_id) == await owner(other, conversation_id)
        state, agent_id = await owner(services, conversation_id)
        rows = await services.log.rows("queue", {"conversation_id": conversation_id})
        assert [row["agent_id"] for row in rows] == ([agent_id] if state in (QUEUED, ASSIGNED) else [])
        had: str | None = None
        for touchpoint in await history(services, conversation_id):
            facts = touchpoint.facts
            if touchpoint.type == "conversation.assigned":
                assert had is None
                had = facts["agent_id"]
            elif touchpoint.type == "conversation.taken_over":
                assert had == facts["from"]
                had = facts["agent_id"]
            elif touchpoint.type in ("conversation.transferred", "conversation.returned", "episode.closed"):
                assert had == facts["actor_id"]
                had = None
            elif touchpoint.type == "assignment.expired":
                assert had == facts["agent_id"]
                had = None


async def test_many_assign_and_one_gets_it(services: Services, other: Services) -> None:
    conversation_id = await queued(services)
    agents = [Agent(f"agent-{number}", f"Agent {number}") for number in range(20)]
    results = await asyncio.gather(
        *((services, other)[n % 2].hand_off.assign(conversation_id, agent) for n, agent in enumerate(agents)),
        return_exceptions=True,
    )
    assert sum(not isinstance(result, BaseException) for result in results) == 1
    assert [t.type for t in await history(services, conversation_id)].count("conversation.assigned") == 1


async def test_corrections_are_of_messages_of_this_conversation(services: Services) -> None:
    conversation_id = await annas(services)
    received = await services.receive.message(conversation_id, new(), "how long is the warranty")
    seq = received.touchpoints[0].seq
    corrected = await services.remarks.correct(conversation_id, ANNA, seq, "track_order")
    facts = corrected.touchpoints[0].facts
    assert (facts["corrected_seq"], facts["intent"], facts["was"]) == (seq, "track_order", "warranty")
    for wrong in (1, seq + 1, seq + 100):
        with pytest.raises(Refused, match="no message"):
            await services.remarks.correct(conversation_id, ANNA, wrong, "track_order")
    with pytest.raises(Refused, match="another agent"):
        await services.remarks.correct(conversation_id, BEN, seq, "track_order")
    await services.hand_off.resolve(conversation_id, ANNA)
    after = await services.remarks.correct(conversation_id, BEN, seq, "out_of_scope")
    assert after.touchpoints
    assert not (await services.conversations.get(conversation_id)).state.episode_open


class Known:
    """A line in which so many wait, and what was asked of it."""

    def __init__(self, expected: Expectation | None) -> None:
        self.expected = expected
        self.asked: list[tuple[str, int, str | None]] = []

    async def expects(self, skill: str, priority: int, language: str | None, now: int) -> Expectation | None:
        self.asked.append((skill, priority, language))
        return self.expected


async def test_a_hand_off_tells_place_and_range_where_they_are_known(services: Services) -> None:
    line = Known(Expectation(3, 240, 540))
    receive = Receive(services.conversations, services.serving, services.actions, line)
    conversation_id = (await services.start.begin(None, "de-AT", None, None)).conversation_id
    await receive.message(conversation_id, new(), "Wie lange gilt die Garantie?")
    assert line.asked == []
    outcome = await receive.message(conversation_id, new(), "Ich will mit einem Menschen sprechen")
    request = outcome.touchpoints[-1]
    assert line.asked == [("repairs", 0, "de")]
    assert (request.facts["place"], request.facts["wait_low_s"], request.facts["wait_high_s"]) == (3, 240, 540)
    assert request.personal["text"].endswith("Nummer 3 in der Reihe. Es dauert voraussichtlich 4 bis 9 Minuten.")


async def test_nothing_is_told_where_nothing_is_known_and_out_of_hours(services: Services) -> None:
    for line in (None, Known(None)):
        receive = Receive(services.conversations, services.serving, services.actions, line)
        conversation_id = (await services.start.begin(None, "en", None, None)).conversation_id
        outcome = await receive.quick_reply(conversation_id, new(), "person")
        assert "place" not in outcome.touchpoints[-1].facts
        assert "line" not in outcome.touchpoints[-1].personal["text"]
    content = services.serving.content
    hours = Hours.model_validate({"timezone": "UTC", "open": {"mon": "09:00-09:01"}})
    services.serving.content = replace(content, bot=content.bot.model_copy(update={"hours": hours}))
    line = Known(Expectation(1, 60, 120))
    receive = Receive(services.conversations, services.serving, services.actions, line)
    conversation_id = (await services.start.begin(None, "en", None, None)).conversation_id
    outcome = await receive.quick_reply(conversation_id, new(), "person")
    assert line.asked == []
    assert outcome.touchpoints[-1].facts["out_of_hours"] is True
    assert (await services.conversations.get(conversation_id)).state.owner is not BOT
