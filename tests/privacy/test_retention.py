"""How long content is kept, by what it is; what happened stays."""

import uuid
from collections import Counter

import pytest

from bot.dialogue.work import Agent
from bot.errors import SettingsError
from bot.privacy.retention import CLASSES, Retention
from bot.settings import CONTENT_CLASSES, Settings
from bot.web.services import Services
from tests.conftest import Clock
from tests.conversations.test_customers import Shop
from tests.outside.test_events import event

AGENT = Agent("anna-id", "Anna")


async def fill(services: Services, settings: Settings, clock: Clock) -> str:
    one = (await services.start.begin(None, "en", None, Shop(settings, clock).identity("lena"))).conversation_id
    await services.receive.message(one, str(uuid.uuid4()), "where is order 48213")
    await services.receive.quick_reply(one, str(uuid.uuid4()), "person")
    await services.hand_off.claim(one, AGENT)
    await services.remarks.note(one, AGENT, "a note", None)
    await services.hand_off.resolve(one, AGENT)
    await services.feedback.give(one, str(uuid.uuid4()), 1, "csat", 5, "a comment")
    await services.ingest.take([event(id=str(uuid.uuid4()), data={"customer_id": "lena", "item": "kettle"})])
    return one


async def test_each_class_goes_when_it_is_old_enough_and_not_before(
    services: Services, settings: Settings, clock: Clock
) -> None:
    await fill(services, settings, clock)
    everything = await services.log.tail(0, 1000)
    clock.pass_(days=40)
    await fill(services, settings, clock)
    clock.pass_(days=80)
    retention = Retention(services.log, {"messages": 100, "notes": None, "events": 90}, clock)
    counted = await retention.run(only_count=True)
    assert [one.personal for one in await services.log.tail(0, len(everything))] == [one.personal for one in everything]
    assert await retention.run() == counted
    assert counted.keys() == {"messages", "events"}
    assert await retention.run() == Counter()
    old, young = (await services.log.tail(0, len(everything))), (await services.log.tail(len(everything), 1000))
    assert [(one.type, one.facts) for one in old] == [(one.type, one.facts) for one in everything]
    left = {one.type for one in old if one.personal}
    assert left == {"identity.linked", "note.added", "feedback.given"}
    assert "48213" in str([one.personal for one in young])
    clock.pass_(days=3000)
    assert (await retention.run()).keys() == {"messages", "events", "identities", "feedback"}
    assert {one.type for one in await services.log.tail(0, 1000) if one.personal} == {"note.added"}
    assert await Retention(services.log, dict.fromkeys(CLASSES), clock).run() == Counter()


def test_the_settings_know_every_class() -> None:
    assert set(CONTENT_CLASSES) == set(CLASSES)
    days = Settings.from_environment({"BOT_RETENTION": "messages=365, notes=off"}).retention
    assert dict(days) == {"messages": 365, "notes": None}
    for value in ("messages", "messages=29", "texts=90", "messages=x", ","):
        with pytest.raises(SettingsError, match="such as messages=365"):
            Settings.from_environment({"BOT_RETENTION": value})
