"""What the tests of the report share."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.cx.figures import Scope
from bot.cx.mirror import Mirror
from bot.dialogue.work import Agent
from bot.settings import Settings
from bot.web.services import Services
from tests.conftest import Clock
from tests.conversations.test_customers import Shop
from tests.cx.logs import Talk, everything, talks, write_many
from tests.outside.test_events import event

Measured = Callable[..., Scope]

AGENT = Agent("anna-id", "Anna")
CHAT, CONFIRMING = ("greeting", "thanks", "goodbye"), ("thanks",)


@pytest.fixture
def measured(tmp_path: Path) -> Iterator[Measured]:
    """Gives the scope of a log that is made of some talks."""
    with ExitStack() as stack:

        def open_(*several: Talk) -> Scope:
            write_many(tmp_path / "bot.db", sorted(talks(*several), key=lambda one: one.time))
            mirror = stack.enter_context(Mirror(tmp_path / "mirror.duckdb", CHAT, CONFIRMING))
            mirror.catch_up(tmp_path / "bot.db")
            return everything(mirror)

        yield open_


@pytest.fixture
async def filled(services: Services, settings: Settings, clock: Clock) -> Services:
    """A log of three days, with what makes formats stumble."""
    for day in range(3):
        conversation = (
            await services.start.begin(None, "en", None, Shop(settings, clock).identity(f"c{day}"))
        ).conversation_id
        for text in (f'where is "order" 4821{day}, it\'s\nlate; mail lena{day}@mail.example', "hello"):
            await services.receive.message(conversation, str(uuid.uuid4()), text)
        await services.receive.quick_reply(conversation, str(uuid.uuid4()), "person")
        await services.hand_off.claim(conversation, AGENT)
        await services.hand_off.resolve(conversation, AGENT)
        await services.feedback.give(conversation, str(uuid.uuid4()), 1, "csat", 3 + day, 'a "good" comment')
        source = 'https://shop.example/a,b"<&>\u0001'
        await services.ingest.take(
            [
                event(id=f"{day}", source=source, data={"customer_id": f"c{day}", "amount": 1.5, "quantity": 2}),
                event(id=f"n{day}", time="2026-03-01T23:59:59.999Z", data={"channel": "web"}),
            ]
        )
        clock.pass_(days=1)
    return services
