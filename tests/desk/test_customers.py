"""What an agent sees of a customer's other conversations, and of their journey."""

import uuid
from itertools import pairwise
from typing import Any

import pytest

from bot.agents.accounts import Account, Role
from bot.desk.customers import MOST_CONVERSATIONS
from bot.dialogue.work import Agent
from bot.settings import Settings
from bot.web.services import Services
from tests.conftest import Clock
from tests.conversations.test_customers import Shop

ANNA = Account("anna-id", "anna@shop.example", "Anna", Role.AGENT)
REPAIRS = Account("rita-id", "rita@shop.example", "Rita", Role.AGENT, ("repairs",))
STRANGER = Account("gus-id", "gus@shop.example", "Gus", Role.AGENT, ("refunds",))
AGENT = Agent("anna-id", "Anna")


@pytest.fixture
def shop(services: Services, settings: Settings, clock: Clock) -> Shop:
    return Shop(settings, clock)


async def begin(services: Services, shop: Shop | None = None, customer: str = "x") -> str:
    identity = shop.identity(customer) if shop else None
    return (await services.start.begin(None, "en", None, identity)).conversation_id


async def say(services: Services, conversation_id: str, text: str) -> int:
    outcome = await services.receive.message(conversation_id, str(uuid.uuid4()), text)
    return outcome.touchpoints[0].seq


async def close(services: Services, conversation_id: str, outcome: str | None = "solved") -> None:
    await services.receive.quick_reply(conversation_id, str(uuid.uuid4()), "person")
    await services.hand_off.claim(conversation_id, AGENT)
    await services.hand_off.resolve(conversation_id, AGENT, outcome)


async def panel(services: Services, conversation_id: str, account: Account = ANNA) -> dict[str, Any]:
    conversation = await services.conversations.get(conversation_id)
    return await services.customers.panel(conversation, account, services.serving.content)


async def test_earlier_conversations_say_what_they_were_about_and_how_they_ended(
    services: Services, shop: Shop, clock: Clock
) -> None:
    first = await begin(services, shop)
    await say(services, first, "hello")
    await say(services, first, "how long is the warranty on my phone")
    await close(services, first)
    await services.feedback.give(first, str(uuid.uuid4()), 1, "csat", 4, "fine")
    clock.pass_(hours=3)
    second = await begin(services, shop)
    seen = await panel(services, second)
    [one] = seen["conversations"]
    assert one["conversation_id"] == first
    assert (one["intents"], one["outcome"], one["rating"], one["scale"]) == (["warranty"], "solved", 4, (1, 5))
    assert one["started"] <= one["closed"]
    assert one["may_open"]
    [episode] = one["episodes"]
    assert (episode["episode"], episode["intents"], episode["outcome"]) == (1, ["warranty"], "solved")
    assert (seen["episodes"], "fine" in str(seen), "phone" in str(seen)) == ([], False, False)


async def test_what_goes_on_has_no_end_yet_and_each_episode_has_its_own(services: Services) -> None:
    conversation_id = await begin(services)
    await say(services, conversation_id, "how long is the warranty")
    await close(services, conversation_id, "refunded")
    await say(services, conversation_id, "where is order 48213")
    first, second = (await panel(services, conversation_id))["episodes"]
    assert (first["intents"], first["outcome"], second["intents"]) == (["warranty"], "refunded", ["track_order"])
    assert "closed" in first
    assert not {"closed", "outcome", "rating"} & set(second)


async def test_a_conversation_linked_later_belongs_to_the_same_customer(
    services: Services, shop: Shop, clock: Clock
) -> None:
    own = await begin(services, shop)
    await close(services, own)
    clock.pass_(minutes=5)
    linked = await begin(services)
    await services.start.identify(linked, None, shop.identity("x"))
    await close(services, linked)
    clock.pass_(minutes=5)
    third = await begin(services, shop)
    strangers = await begin(services, shop, "y")
    anonymous = await begin(services)
    ids = {
        name: [one["conversation_id"] for one in (await panel(services, name))["conversations"]]
        for name in (own, linked, third, strangers, anonymous)
    }
    assert ids == {own: [third, linked], linked: [third, own], third: [linked, own], strangers: [], anonymous: []}


async def test_who_may_not_open_a_conversation_is_told_so(services: Services, shop: Shop) -> None:
    first = await begin(services, shop)
    await say(services, first, "how long is the warranty")
    await close(services, first)
    second = await begin(services, shop)
    may_open = {
        account.id: (await panel(services, second, account))["conversations"][0]["may_open"]
        for account in (ANNA, REPAIRS, STRANGER)
    }
    assert may_open == {"anna-id": True, "rita-id": True, "gus-id": False}


async def test_a_correction_counts(services: Services, shop: Shop, clock: Clock) -> None:
    first = await begin(services, shop)
    wrong = await say(services, first, "how long is the warranty")
    nonsense = await say(services, first, "asdf qwertz yxcv")
    await services.remarks.correct(first, AGENT, wrong, "track_order")
    await services.remarks.correct(first, AGENT, nonsense, "return_order")
    await close(services, first)
    second = await begin(services, shop)
    assert (await panel(services, second))["conversations"][0]["intents"] == ["track_order", "return_order"]
    await services.remarks.correct(first, AGENT, wrong, "out_of_scope")
    assert (await panel(services, second))["conversations"][0]["intents"] == ["return_order"]


async def test_the_journey_is_the_stages_in_their_order(services: Services, shop: Shop, clock: Clock) -> None:
    first = await begin(services, shop)
    await say(services, first, "do you ship to Austria")
    await say(services, first, "how long is the warranty")
    clock.pass_(hours=1)
    await say(services, first, "what about the warranty of the battery")
    await close(services, first)
    clock.pass_(hours=1)
    second = await begin(services, shop)
    await say(services, second, "how long is the warranty")
    steps = (await panel(services, second))["journey"]
    content = services.serving.content
    stages = [content.intents[step["intent"]].stage for step in steps]
    assert [step["stage"] for step in steps] == stages
    assert [step["time"] for step in steps] == sorted(step["time"] for step in steps)
    assert steps[-1]["conversation_id"] == second
    assert steps[-1]["words"] == content.title("warranty", None)
    for name in (first, second):
        own = [step["stage"] for step in steps if step["conversation_id"] == name]
        assert all(one != other for one, other in pairwise(own))


async def test_the_panel_is_bounded(services: Services, shop: Shop, clock: Clock) -> None:
    ids = []
    for _ in range(MOST_CONVERSATIONS + 3):
        clock.pass_(minutes=1)
        ids.append(await begin(services, shop))
        await close(services, ids[-1])
    seen = (await panel(services, ids[0]))["conversations"]
    assert [one["conversation_id"] for one in seen] == ids[: -MOST_CONVERSATIONS - 1 : -1]


async def test_what_happened_since_is_seen(services: Services, shop: Shop) -> None:
    first = await begin(services, shop)
    await close(services, first)
    second = await begin(services, shop)
    assert "rating" not in (await panel(services, second))["conversations"][0]
    await services.feedback.give(first, str(uuid.uuid4()), 1, "csat", 2, None)
    assert (await panel(services, second))["conversations"][0]["rating"] == 2
