"""Who writes letters and has them: a customer, the agent who answers, and what a letter says."""

import uuid
from email.message import EmailMessage
from typing import Any

from bot.dialogue.work import Agent
from bot.web.services import Services
from tests.conftest import Client, Clock

ANNA = Agent("anna", "Anna")
ADDRESS = "mila@example.com"


def words(letter: EmailMessage) -> str:
    """What a letter says in plain text."""
    body = letter.get_body(("plain",))
    return str(body.get_content()).replace("\r\n", "\n") if body else ""


async def sent(services: Services) -> None:
    """Let the outbox hand over what it has."""
    while services.mail._outbox.qsize():  # type: ignore[attr-defined]
        await services.mail._attempt(services.mail._outbox.get_nowait())  # type: ignore[attr-defined]


class Desk:
    """A customer who asked for a person, and the agent who has them."""

    def __init__(self, client: Client, services: Services, clock: Clock) -> None:
        self.client, self.services, self.clock = client, services, clock
        self.read_to = 0

    async def ask(self, **begin: Any) -> None:
        self.path, self.opens = await self.client.begin(**begin)
        self.id = self.path.rpartition("/")[2]
        await self.client.say(self.path, self.opens, "I want to speak to a person")

    async def leave_address(self, email: str = ADDRESS, **more: Any) -> Any:
        body = {"client_id": str(uuid.uuid4()), "email": email, **more}
        return await self.client.post(f"{self.path}/contact", json=body, headers=self.opens)

    async def claim(self) -> None:
        await self.services.hand_off.claim(self.id, ANNA)

    async def reply(self, text: str) -> None:
        await self.services.hand_off.reply(self.id, ANNA, str(uuid.uuid4()), text)

    async def letters_go(self) -> None:
        """As the reader of the log does, once it is time."""
        self.clock.pass_(minutes=2)
        while page := await self.services.log.tail(self.read_to, 200):
            done = await self.services.answers.work(page)
            if done == self.read_to:
                return
            self.read_to = done
