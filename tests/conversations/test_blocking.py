"""A blocked customer writes nowhere any more, and can be let in again."""

import uuid

import pytest

from bot.conversations.start import Identity
from bot.dialogue.work import Agent
from bot.errors import Blocked, Forbidden, NotFound, Unavailable
from bot.settings import Settings
from bot.web.services import Services
from tests.conftest import Clock
from tests.conversations.test_customers import Shop

ANNA = Agent("anna-id", "Anna")
SUE = Agent("sue-id", "Sue", supervises=True)


def new() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def shop(services: Services, settings: Settings, clock: Clock) -> Shop:
    return Shop(settings, clock)


async def begin(services: Services, identity: Identity | None = None) -> str:
    return (await services.start.begin(None, "en", None, identity)).conversation_id


async def close(services: Services, conversation_id: str) -> None:
    await services.receive.quick_reply(conversation_id, new(), "person")
    await services.hand_off.claim(conversation_id, ANNA)
    await services.hand_off.resolve(conversation_id, ANNA)


async def test_a_blocked_customer_can_do_nothing_in_the_conversation(services: Services, shop: Shop) -> None:
    conversation_id = await begin(services)
    once = new()
    first = await services.receive.message(conversation_id, once, "you are all idiots")
    await services.receive.quick_reply(conversation_id, new(), "person")
    await services.blocking.block(conversation_id, SUE)
    for write in (
        services.receive.message(conversation_id, new(), "hello"),
        services.receive.quick_reply(conversation_id, new(), "person"),
        services.hand_off.leave(conversation_id),
        services.feedback.give(conversation_id, new(), 1, "csat", 1, "bad"),
        services.feedback.note(conversation_id, new(), 1, "csat", "shown"),
        services.start.identify(conversation_id, new(), shop.identity("x")),
    ):
        with pytest.raises(Blocked):
            await write
    # What was taken before is told again, as to anybody.
    again = await services.receive.message(conversation_id, once, "you are all idiots")
    assert [t.id for t in again.touchpoints] == [t.id for t in first.touchpoints]
    # Agents go on as before.
    await services.hand_off.claim(conversation_id, ANNA)
    await services.hand_off.resolve(conversation_id, ANNA, "spam")
    with pytest.raises(Blocked):
        await services.receive.message(conversation_id, new(), "hello")
    await services.blocking.unblock(conversation_id, SUE)
    assert (await services.receive.message(conversation_id, new(), "how long is the warranty")).touchpoints


async def test_a_known_customer_is_blocked_in_every_conversation_and_in_later_ones(
    services: Services, shop: Shop
) -> None:
    earlier = await begin(services, shop.identity("x"))
    await close(services, earlier)
    now = await begin(services, shop.identity("x"))
    await services.receive.message(now, new(), "you are all idiots")
    await services.blocking.block(now, SUE)
    # The one that is open is theirs to read; nothing more begins.
    assert await begin(services, shop.identity("x")) == now
    with pytest.raises(Blocked):
        await services.receive.message(earlier, new(), "hello")
    await services.hand_off.claim(await waiting(services, shop), ANNA)
    anonymous = await begin(services)
    with pytest.raises(Blocked):
        await services.start.identify(anonymous, None, shop.identity("x"))
    assert (await services.start.identify(anonymous, None, shop.identity("z"))).touchpoints
    rows = await services.log.rows("blocked")
    assert [row["agent_id"] for row in rows] == ["sue-id"]
    await services.blocking.unblock(earlier, SUE)  # lifted anywhere, it is lifted everywhere
    assert await services.log.rows("blocked") == []
    assert (await services.receive.message(now, new(), "sorry")).touchpoints


async def waiting(services: Services, shop: Shop) -> str:
    """A stranger, whom it doesn't touch."""
    stranger = await begin(services, shop.identity("y"))
    await services.receive.quick_reply(stranger, new(), "person")
    return stranger


async def test_after_the_end_a_blocked_customer_begins_nothing(services: Services, shop: Shop) -> None:
    conversation_id = await begin(services, shop.identity("x"))
    await close(services, conversation_id)
    await services.blocking.block(conversation_id, SUE)
    with pytest.raises(Blocked):
        await begin(services, shop.identity("x"))
    assert await begin(services, shop.identity("y"))
    await services.blocking.unblock(conversation_id, SUE)
    assert await begin(services, shop.identity("x")) != conversation_id


async def test_only_supervisors_block(services: Services) -> None:
    conversation_id = await begin(services)
    for act in (services.blocking.block, services.blocking.unblock):
        with pytest.raises(Forbidden):
            await act(conversation_id, ANNA)
        with pytest.raises(NotFound):
            await act(new(), SUE)
    assert not (await services.conversations.get(conversation_id)).state.blocked


async def test_blocking_twice_changes_nothing_and_a_retry_gets_the_first_answer(services: Services) -> None:
    conversation_id, once = await begin(services), new()
    first = await services.blocking.block(conversation_id, SUE, once)
    assert (await services.blocking.block(conversation_id, SUE, once)).touchpoints[0].id == first.touchpoints[0].id
    assert (await services.blocking.block(conversation_id, SUE)).touchpoints == ()


async def test_a_late_retry_of_a_block_does_not_block_again(services: Services, shop: Shop) -> None:
    earlier = await begin(services, shop.identity("x"))
    await close(services, earlier)
    now, stranger, once = await begin(services, shop.identity("x")), await begin(services, shop.identity("y")), new()
    await services.blocking.block(earlier, SUE, once)
    await services.blocking.unblock(earlier, SUE)
    assert (await services.blocking.block(earlier, SUE, once)).again
    assert (await services.receive.message(now, new(), "hello")).touchpoints
    assert (await services.receive.message(stranger, new(), "hello")).touchpoints


async def test_a_retry_of_a_block_that_broke_off_ends_it(
    services: Services, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = await begin(services, shop.identity("x"))
    await close(services, earlier)
    now, once = await begin(services, shop.identity("x")), new()
    with monkeypatch.context() as broken:
        broken.setattr("bot.conversations.blocking.conversations_of", _breaks_off)
        with pytest.raises(Unavailable):
            await services.blocking.block(earlier, SUE, once)
    assert (await services.receive.message(now, new(), "hello")).touchpoints
    await services.blocking.block(earlier, SUE, once)
    with pytest.raises(Blocked):
        await services.receive.message(now, new(), "hello")


async def _breaks_off(*_: object) -> list[object]:
    raise Unavailable("the process ends here")
