"""A mail server on loopback, which takes letters, or doesn't, as it is told, and a shop that has it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.assembly import open_services
from bot.content.hours import Hours
from bot.mail.smtp import Server
from bot.settings import Settings, Smtp
from bot.web.services import Services
from tests.conftest import Client, Clock
from tests.mail.people import Desk
from tests.server import free_port


class Postbox:
    """What has come in; `answers` are given, first to last, in place of taking a letter, `slow` waits before each."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.answers: list[str] = []
        self.recipient_answer = ""
        self.slow = 0.0
        self.asked = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.recipient_answer:
            self.asked += 1
            return self.recipient_answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.asked += 1
        await asyncio.sleep(self.slow)
        if self.answers:
            return self.answers.pop(0)
        letter = message_from_bytes(envelope.original_content or b"", policy=policy.SMTP)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.recipients += envelope.rcpt_tos
        return "250 taken"


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def smtp(postbox: Postbox) -> Iterator[Server]:
    controller = Controller(postbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield Server("127.0.0.1", controller.port, "Shop <help@shop.example>", tls="off", timeout=1.0)
    controller.stop()


@pytest.fixture
def settings(models: Path, settings: Settings, smtp: Server) -> Settings:
    server = Smtp(smtp.host, smtp.port, "", "", "off", smtp.sender)
    return replace(settings, smtp=server, public_url="http://bot.example")


@pytest.fixture
async def services(settings: Settings, clock: Clock) -> AsyncIterator[Services]:
    opened = open_services(settings, clock)
    closed(opened)
    yield opened
    await opened.log.close()


def closed(services: Services) -> None:
    """Nobody is there until tomorrow."""
    content = services.serving.content
    hours = Hours.model_validate({"timezone": "UTC", "open": {"sat": "09:00-17:00"}})
    services.serving.content = replace(content, bot=content.bot.model_copy(update={"hours": hours}))


@pytest.fixture
async def desk(client: Client, services: Services, clock: Clock) -> Desk:
    return Desk(client, services, clock)
