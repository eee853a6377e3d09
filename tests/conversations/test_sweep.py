"""What the clock closes: who waited and is gone for good, and never somebody who is there or was promised an answer."""

import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.content.hours import Hours
from bot.conversations.sweep import Sweep
from bot.dialogue.state import ASSIGNED, CLOSED, QUEUED, Owner
from bot.dialogue.work import Agent
from bot.touchpoints.log import conversation_stream
from bot.web.services import Services
from tests.conftest import Clock

ANNA = Agent("anna-id", "Anna")


def new() -> str:
    return str(uuid.uuid4())


async def waiting(services: Services, locale: str = "en") -> str:
    conversation_id = (await services.start.begin(None, locale, None, None)).conversation_id
    await services.receive.quick_reply(conversation_id, new(), "person")
    return conversation_id


async def owner(services: Services, conversation_id: str) -> Owner:
    return (await services.conversations.get(conversation_id)).state.owner


@pytest.fixture
def sweep(services: Services) -> Sweep:
    return Sweep(services.conversations, services.serving)


async def test_who_waited_and_is_gone_for_a_day_is_let_go(services: Services, clock: Clock, sweep: Sweep) -> None:
    gone, assigned = await waiting(services, "de"), await waiting(services)
    await services.hand_off.claim(assigned, ANNA)
    clock.pass_(hours=24)
    assert await sweep.once() == 0
    clock.pass_(hours=1)
    assert await sweep.once() == 1
    assert (await owner(services, gone), await owner(services, assigned)) == (CLOSED, ASSIGNED)
    last = (await services.log.read(conversation_stream(gone)))[-1]
    assert (last.type, last.facts["reason"], last.facts["wait_s"]) == ("episode.closed", "abandoned", 25 * 3600)
    assert "leid" in last.personal["text"]
    assert await sweep.once() == 0
    # Whoever comes back is answered.
    assert (await services.receive.message(gone, new(), "Wie lange gilt die Garantie?")).touchpoints


async def written(services: Services, conversation_id: str, clock: Clock) -> None:
    clock.pass_(hours=23)
    await services.receive.message(conversation_id, new(), "are you there?")
    clock.pass_(hours=23)


async def noted(services: Services, conversation_id: str, clock: Clock) -> None:
    clock.pass_(hours=23)
    await services.remarks.note(conversation_id, ANNA, "I ring them on Monday")
    clock.pass_(hours=23)


async def used(services: Services, conversation_id: str, clock: Clock) -> None:
    clock.pass_(hours=23)
    await services.access.check(f"Bearer {services.access.token(conversation_id)}", conversation_id)
    while services.access._writing:
        await next(iter(services.access._writing))
    clock.pass_(hours=23)


@pytest.mark.parametrize("sign_of_life", [written, noted, used])
async def test_whoever_gave_a_sign_of_life_within_a_day_goes_on_waiting(
    services: Services, clock: Clock, sweep: Sweep, sign_of_life: Callable[..., object]
) -> None:
    conversation_id = await waiting(services)
    await sign_of_life(services, conversation_id, clock)  # type: ignore[misc]
    assert await sweep.once() == 0
    assert await owner(services, conversation_id) is QUEUED
    clock.pass_(hours=25)
    assert await sweep.once() == 1


async def test_an_open_page_is_somebody_who_waits(services: Services, clock: Clock, sweep: Sweep) -> None:
    conversation_id = await waiting(services)
    clock.pass_(days=3)
    with services.hints.listen(conversation_id):
        assert await sweep.once() == 0
    with services.hints.listen(None):  # the agents' pages are nobody's
        assert await sweep.once() == 1


async def test_whoever_was_promised_an_answer_is_right_to_be_away(
    services: Services, clock: Clock, sweep: Sweep
) -> None:
    content = services.serving.content
    hours = Hours.model_validate({"timezone": "UTC", "open": {"mon": "09:00-18:00"}})
    services.serving.content = replace(content, bot=content.bot.model_copy(update={"hours": hours}))
    conversation_id = await waiting(services)
    assert (await services.conversations.get(conversation_id)).state.promised_at is not None
    clock.pass_(days=10)
    assert await sweep.once() == 0
    assert await owner(services, conversation_id) is QUEUED
