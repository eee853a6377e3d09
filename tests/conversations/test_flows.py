"""The flows on a real log: what they record, what they refuse, and what they do when somebody else was faster."""

import asyncio
import uuid

import pytest

from bot.conversations.actions import NoSystems
from bot.conversations.conversation import IDLE_AFTER, Conversations
from bot.conversations.hand_off import HandOff
from bot.conversations.receive import Receive
from bot.conversations.sweep import Sweep
from bot.dialogue.state import ASSIGNED, BOT, CLOSED, QUEUED
from bot.dialogue.turn import Call, Result
from bot.dialogue.work import Agent
from bot.errors import NotFound, Refused
from bot.records import Touchpoint
from bot.touchpoints.hints import Hints
from bot.touchpoints.log import conversation_stream
from bot.web.services import Services
from tests.conftest import Clock

ANNA, BEN = Agent("anna-id", "Anna"), Agent("ben-id", "Ben")


def new() -> str:
    return str(uuid.uuid4())


async def begin(services: Services) -> str:
    return (await services.start.begin(None, "en", None, None)).conversation_id


async def queued(services: Services) -> str:
    conversation_id = await begin(services)
    await services.receive.message(conversation_id, new(), "I want to speak to a human")
    return conversation_id


async def history(services: Services, conversation_id: str) -> list[Touchpoint]:
    return await services.log.read(conversation_stream(conversation_id))


async def test_a_message_and_its_answer_are_one_append_with_their_cause(services: Services) -> None:
    conversation_id = await begin(services)
    outcome = await services.receive.message(conversation_id, new(), "how long is the warranty on my phone")
    received, answer = outcome.touchpoints
    assert (received.type, answer.type) == ("message.received", "answer.given")
    assert answer.facts["cause"] == received.id
    assert received.facts["intent"] == answer.facts["answer_id"] == "warranty"
    assert [t.facts["episode"] for t in outcome.touchpoints] == [1, 1]
    stored = await history(services, conversation_id)
    assert [(t.id, t.facts, t.personal) for t in stored[1:]] == [
        (t.id, t.facts, t.personal) for t in outcome.touchpoints
    ]


class SlowSystem(NoSystems):
    """A system of the shop that takes its time."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.asked, self.may_answer = asyncio.Event(), asyncio.Event()

    async def call(self, call: Call, key: str) -> Result:
        self.asked.set()
        await self.may_answer.wait()
        self.clock.pass_(minutes=3)
        return await super().call(call, key)


async def test_a_message_happens_when_it_comes_in_and_its_answer_when_it_is_recorded(
    services: Services, clock: Clock
) -> None:
    conversation_id, began, slow = await begin(services), clock.now, SlowSystem(clock)
    receive = Receive(services.conversations, services.serving, slow)
    first = asyncio.create_task(receive.message(conversation_id, new(), "where is order 48213"))
    await slow.asked.wait()
    clock.pass_(minutes=1)
    second = asyncio.create_task(receive.message(conversation_id, new(), "hello?"))
    await asyncio.sleep(0)
    slow.may_answer.set()
    caused = (await first).touchpoints
    assert (caused[0].time, {one.time for one in caused[1:]}) == (began, {began + 240_000})
    latency = {one.type: one.facts["latency_ms"] for one in caused if "latency_ms" in one.facts}
    assert latency == {"action.called": 240_000, "handoff.requested": 240_000}
    # It came in before the first was answered, and is recorded after that.
    assert {one.time for one in (await second).touchpoints} == {began + 240_000}
    times = [one.time for one in await history(services, conversation_id)]
    assert times == sorted(times)


async def test_a_retry_is_never_a_second_message(services: Services) -> None:
    conversation_id, client_id = await begin(services), new()
    first = await services.receive.message(conversation_id, client_id, "where is order 48213")
    again = await services.receive.message(conversation_id, client_id, "where is order 48213")
    assert (first.again, again.again) == (False, True)
    assert [t.id for t in again.touchpoints] == [t.id for t in first.touchpoints]
    assert len(first.touchpoints) == 4
    with pytest.raises(Refused, match="used before for something else"):
        await services.receive.message(conversation_id, client_id, "something else")


async def test_a_retry_is_known_after_a_restart(services: Services) -> None:
    conversation_id, client_id = await begin(services), new()
    first = await services.receive.message(conversation_id, client_id, "where is order 48213")
    await services.receive.message(conversation_id, new(), "thanks")
    restarted = Conversations(services.log, Hints(), services.conversations.clock)
    receive = Receive(restarted, services.serving, services.actions)
    again = await receive.message(conversation_id, client_id, "where is order 48213")
    assert again.again
    assert [t.id for t in again.touchpoints] == [t.id for t in first.touchpoints]
    with pytest.raises(Refused):
        await receive.message(conversation_id, client_id, "something else")


async def test_a_hundred_equal_retries_at_once_are_one_message(services: Services) -> None:
    conversation_id, client_id = await begin(services), new()
    outcomes = await asyncio.gather(
        *(services.receive.message(conversation_id, client_id, "warranty please") for _ in range(100))
    )
    assert sum(not outcome.again for outcome in outcomes) == 1
    assert len(await history(services, conversation_id)) == 3


async def test_the_way_through_the_queue(services: Services, clock: Clock) -> None:
    conversation_id = await queued(services)
    [waiting] = (await services.queue.look()).waiting
    place = (await services.queue.look()).place(conversation_id)
    assert (waiting.reason, place, waiting.skill) == ("requested", 1, "general")
    clock.pass_(minutes=2)
    claimed = await services.hand_off.claim(conversation_id, ANNA)
    assert claimed.touchpoints[0].facts["wait_s"] == 120
    assert "Anna" in claimed.touchpoints[0].personal["text"]
    assert ((await services.queue.look()).waiting, len((await services.queue.look()).assigned)) == ([], 1)
    client_id = new()
    await services.hand_off.reply(conversation_id, ANNA, client_id, "Hello, I'm Anna.")
    assert (await services.hand_off.reply(conversation_id, ANNA, client_id, "Hello, I'm Anna.")).again
    silent = await services.receive.message(conversation_id, new(), "how long is the warranty")
    assert [t.type for t in silent.touchpoints] == ["message.received"]
    await services.hand_off.resolve(conversation_id, ANNA, "answered")
    assert (await services.queue.look()).assigned == []
    state = (await services.conversations.get(conversation_id)).state
    assert (state.owner, state.episode_open) == (CLOSED, False)
    reopened = await services.receive.message(conversation_id, new(), "how long is the warranty")
    assert [t.facts["episode"] for t in reopened.touchpoints] == [2, 2]


async def test_only_the_owner_replies_and_resolves(services: Services) -> None:
    conversation_id = await queued(services)
    with pytest.raises(Refused, match="claim this conversation first"):
        await services.hand_off.reply(conversation_id, ANNA, new(), "hello")
    await services.hand_off.claim(conversation_id, ANNA)
    assert (await services.hand_off.claim(conversation_id, ANNA)).touchpoints == ()
    for attempt in (
        services.hand_off.claim(conversation_id, BEN),
        services.hand_off.reply(conversation_id, BEN, new(), "hello"),
        services.hand_off.resolve(conversation_id, BEN),
        services.hand_off.leave(conversation_id),
    ):
        with pytest.raises(Refused):
            await attempt
    with pytest.raises(NotFound):
        await services.hand_off.claim(new(), ANNA)


async def test_many_agents_claim_and_one_gets_it(services: Services) -> None:
    conversation_id = await queued(services)
    agents = [Agent(f"agent-{number}", f"Agent {number}") for number in range(20)]
    results = await asyncio.gather(
        *(services.hand_off.claim(conversation_id, agent) for agent in agents), return_exceptions=True
    )
    assert sum(not isinstance(result, BaseException) for result in results) == 1
    assert [t.type for t in await history(services, conversation_id)].count("conversation.assigned") == 1


async def test_leaving_the_queue_goes_back_to_the_bot(services: Services) -> None:
    conversation_id = await queued(services)
    left = await services.hand_off.leave(conversation_id)
    assert [t.type for t in left.touchpoints] == ["handoff.cancelled"]
    assert (await services.queue.look()).waiting == []
    answered = await services.receive.message(conversation_id, new(), "how long is the warranty")
    assert answered.touchpoints[-1].type == "answer.given"


async def test_a_writer_that_lost_the_race_decides_again_on_what_happened(services: Services) -> None:
    """Two processes on one log: an agent claims in one while the customer's message is on its way in the other."""
    for _ in range(20):
        conversation_id = await queued(services)
        other = Conversations(services.log, Hints(), services.conversations.clock)
        await other.get(conversation_id)
        receive = Receive(other, services.serving, services.actions)
        await asyncio.gather(
            services.hand_off.claim(conversation_id, ANNA),
            receive.message(conversation_id, new(), "how long is the warranty"),
            receive.message(conversation_id, new(), "hello?"),
        )
        types = [t.type for t in await history(services, conversation_id)]
        assert types.count("message.received") == 3
        assigned = types.index("conversation.assigned")
        assert "answer.given" not in types[assigned:]


async def test_a_stale_process_never_answers_after_a_claim_elsewhere(services: Services) -> None:
    conversation_id = await begin(services)
    stale = Conversations(services.log, Hints(), services.conversations.clock)
    assert (await stale.get(conversation_id)).state.owner is BOT
    await services.receive.quick_reply(conversation_id, new(), "person")
    await services.hand_off.claim(conversation_id, ANNA)
    receive = Receive(stale, services.serving, services.actions)
    outcome = await receive.message(conversation_id, new(), "how long is the warranty")
    assert [t.type for t in outcome.touchpoints] == ["message.received"]
    assert (await stale.get(conversation_id)).state.owner is ASSIGNED
    stale_agent = HandOff(Conversations(services.log, Hints(), services.conversations.clock), services.serving)
    with pytest.raises(Refused):
        await stale_agent.claim(conversation_id, BEN)


async def test_silent_episodes_are_closed_after_a_day(services: Services, clock: Clock) -> None:
    sweep = Sweep(services.conversations, services.serving)
    silent, talking, waiting = await begin(services), await begin(services), await queued(services)
    for conversation_id in (silent, talking):
        await services.receive.message(conversation_id, new(), "how long is the warranty")
    clock.pass_(hours=23)
    await services.receive.message(talking, new(), "and for the battery?")
    assert await sweep.once() == 0
    clock.pass_(hours=1)
    assert await sweep.once() == 1
    assert await sweep.once() == 0
    last = (await history(services, silent))[-1]
    assert (last.type, last.facts["reason"]) == ("episode.closed", "silent")
    assert (await services.conversations.get(talking)).state.owner is BOT
    assert (await services.conversations.get(waiting)).state.owner is QUEUED


async def test_conversations_that_nobody_uses_are_forgotten_and_found_again(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.conversations.conversation.KEPT", 3)
    ids = [await begin(services) for _ in range(10)]
    await asyncio.gather(*(services.receive.message(one, new(), "warranty please") for one in ids * 3))
    services.conversations._kept.clear()
    for one in ids:
        await services.conversations.get(one)
        assert len(services.conversations._kept) <= 3
    for one in ids:
        assert [t.seq for t in await history(services, one)] == list(range(1, 8))


async def test_whoever_has_been_idle_is_forgotten_when_somebody_else_comes(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    idle, busy = await begin(services), await begin(services)
    (await services.conversations.get(idle)).used_at -= IDLE_AFTER + 1
    newer = await begin(services)
    await services.conversations.get(newer)
    assert list(services.conversations._kept) == [busy, newer]
    assert (await services.conversations.get(idle)).state.seq == 1


async def test_ratings_name_their_episode(services: Services) -> None:
    conversation_id = await begin(services)
    with pytest.raises(Refused, match="has 0 episodes"):
        await services.feedback.give(conversation_id, new(), 1, "csat", 5, None)
    await services.receive.message(conversation_id, new(), "how long is the warranty")
    for kind, score in (("csat", 0), ("csat", 6), ("ces", 8), ("nps", 11)):
        with pytest.raises(Refused, match="score goes from"):
            await services.feedback.give(conversation_id, new(), 1, kind, score, None)
    outcome = await services.feedback.give(conversation_id, new(), 1, "csat", 5, "quick and kind")
    given, thanked = outcome.touchpoints
    assert (thanked.type, thanked.facts["variant"]) == ("answer.given", "feedback")
    assert (given.facts["score"], given.facts["rated_episode"], given.personal["comment"]) == (5, 1, "quick and kind")
    assert "quick" not in str(given.facts)
