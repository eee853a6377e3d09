"""Which conversation a customer the shop knows goes on with, in whatever order tabs, sign-ins and ends come."""

import hashlib
import hmac
import uuid

import pytest

from bot.conversations.customers import conversations_of
from bot.conversations.start import Identity
from bot.dialogue.work import Agent
from bot.settings import Settings
from bot.storage import identity_key
from bot.web.services import Services
from tests.conftest import Clock

ANNA = Agent("anna-id", "Anna")


class Shop:
    """Signs its customers in as a shop does."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._key = identity_key(settings)
        self._clock = clock

    def identity(self, id_: str) -> Identity:
        expires = self._clock.now // 1000 + 60
        return Identity(id_, hmac.new(self._key, f"{id_}\n{expires}".encode(), hashlib.sha256).hexdigest(), expires)


@pytest.fixture
def shop(services: Services, settings: Settings, clock: Clock) -> Shop:
    return Shop(settings, clock)


async def begin(services: Services, identity: Identity | None = None) -> tuple[str, bool]:
    begun = await services.start.begin(None, None, None, identity)
    return begun.conversation_id, begun.new


async def close(services: Services, conversation_id: str) -> None:
    await services.receive.quick_reply(conversation_id, str(uuid.uuid4()), "person")
    await services.hand_off.claim(conversation_id, ANNA)
    await services.hand_off.resolve(conversation_id, ANNA)


async def test_a_conversation_linked_to_a_known_customer_is_the_one_to_go_on_with(
    services: Services, shop: Shop
) -> None:
    first, _ = await begin(services, shop.identity("x"))
    await close(services, first)
    anonymous, _ = await begin(services)
    await services.start.identify(anonymous, None, shop.identity("x"))
    assert await begin(services, shop.identity("x")) == (anonymous, False)
    stranger, new = await begin(services, shop.identity("y"))
    assert new
    assert stranger not in (first, anonymous)
    await close(services, anonymous)
    third, new = await begin(services, shop.identity("x"))
    assert new
    customer_ref = (await services.conversations.get(first)).customer_ref
    assert {row["conversation_id"] for row in await conversations_of(services.log, customer_ref)} == {
        first,
        anonymous,
        third,
    }


async def test_of_two_open_conversations_the_one_opened_last_goes_on(
    services: Services, shop: Shop, clock: Clock
) -> None:
    own, _ = await begin(services, shop.identity("x"))
    clock.pass_(minutes=1)
    linked, _ = await begin(services)
    await services.start.identify(linked, None, shop.identity("x"))
    assert await begin(services, shop.identity("x")) == (linked, False)
    clock.pass_(minutes=1)
    await services.receive.message(own, str(uuid.uuid4()), "how long is the warranty")
    assert await begin(services, shop.identity("x")) == (own, False)


async def test_a_customer_who_becomes_known_in_a_conversation_has_no_link_beside_it(
    services: Services, shop: Shop
) -> None:
    conversation_id, _ = await begin(services)
    await services.start.identify(conversation_id, None, shop.identity("x"))
    assert await services.log.rows("linked") == []
    assert await begin(services, shop.identity("x")) == (conversation_id, False)
