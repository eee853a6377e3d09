"""People at the desk: agents and customers who wait, on a bot without HTTP."""

import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from bot.agents.accounts import Account, Role
from bot.agents.presence import Status
from bot.dialogue.speech import PERSON
from bot.records import Touchpoint
from bot.touchpoints.log import conversation_stream
from bot.web.services import Services
from tests.conftest import Clock


@dataclass
class People:
    """Makes agents and customers, and looks at what became of them."""

    services: Services
    clock: Clock

    async def agent(
        self, name: str = "anna", status: Status | None = Status.ONLINE, automatic: bool = True, **account: Any
    ) -> Account:
        """An agent who has come to work, with a status unless it is None."""
        role = account.pop("role", Role.AGENT)
        made = await self.services.accounts.add(f"{name}@shop.example", name.title(), role, **account)
        if status is not None:
            await self.services.desk.choose(made, status, automatic)
        return made

    async def customer(self, skill: str | None = None) -> str:
        """A customer who waits for a person; for a skill by what they ask about first."""
        begun = await self.services.start.begin(None, "en", None, None)
        say = self.services.receive
        if skill == "repairs":
            await say.message(begun.conversation_id, str(uuid.uuid4()), "how long is the warranty")
        await say.quick_reply(begun.conversation_id, str(uuid.uuid4()), PERSON)
        return begun.conversation_id

    async def owner(self, conversation_id: str) -> str | None:
        """The agent who has a conversation, None while it waits."""
        row = (await self.services.queue.look()).rows[conversation_id]
        return row.agent_id

    async def log(self, conversation_id: str) -> list[Touchpoint]:
        return await self.services.log.read(conversation_stream(conversation_id))

    async def last(self, conversation_id: str) -> Touchpoint:
        return (await self.log(conversation_id))[-1]


@pytest.fixture
def people(services: Services, clock: Clock) -> People:
    return People(services, clock)
