"""Handing letters to a real mail server: well, slow, down, refusing, and one that wants no plain text."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot.errors import Refused, Unavailable
from bot.mail.letter import Letter
from bot.mail.mail import NoMail, Undelivered
from bot.mail.smtp import MOST_WAITING, Server, SmtpMail
from tests.mail.conftest import Postbox
from tests.server import free_port

LETTER = Letter("mila@example.com", "An answer", "Here it is.", "touchpoint-1")


def clock() -> int:
    return 1_800_000_000_000


@asynccontextmanager
async def sending(server: Server, tries_after: tuple[float, ...] = (0.05, 0.05, 0.05)) -> AsyncIterator[SmtpMail]:
    mail = SmtpMail(server, clock, tries_after)
    task = asyncio.create_task(mail.run())
    yield mail
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while True:
            if holds():
                return
            await asyncio.sleep(0.02)


async def test_a_letter_arrives(postbox: Postbox, smtp: Server) -> None:
    async with sending(smtp) as mail:
        await mail.send(LETTER)
        await until(lambda: bool(postbox.letters))
    [letter] = postbox.letters
    assert postbox.recipients == ["mila@example.com"]
    assert letter["Message-ID"] == "<touchpoint-1@shop.example>"
    assert "Here it is." in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]


async def test_a_letter_that_is_put_off_is_tried_again(postbox: Postbox, smtp: Server) -> None:
    postbox.answers = ["451 later", "451 later"]
    async with sending(smtp) as mail:
        await mail.send(LETTER)
        await until(lambda: bool(postbox.letters))
    assert postbox.asked == 3


async def test_a_letter_that_is_refused_is_not(
    postbox: Postbox, smtp: Server, caplog: pytest.LogCaptureFixture
) -> None:
    postbox.answers = ["550 no"]
    async with sending(smtp) as mail:
        await mail.send(LETTER)
        await until(lambda: "given up" in caplog.text)
        await asyncio.sleep(0.3)
    assert postbox.asked == 1
    assert "mila" not in caplog.text


@pytest.mark.parametrize(("answer", "for_good"), [("550 unknown", True), ("450 later", False)])
async def test_a_refused_recipient(postbox: Postbox, smtp: Server, answer: str, for_good: bool) -> None:
    postbox.recipient_answer = answer
    with pytest.raises(Undelivered, match="refuses the recipient") as raised:
        await SmtpMail(smtp, clock).deliver(LETTER)
    assert (raised.value.for_good, raised.value.down) == (for_good, False)


async def test_a_server_that_is_down_and_comes_back(
    postbox: Postbox, smtp: Server, caplog: pytest.LogCaptureFixture
) -> None:
    gone = replace(smtp, port=free_port(), password="hush")
    with pytest.raises(Undelivered, match="can't be reached: Connection refused") as raised:
        await SmtpMail(gone, clock).deliver(LETTER)
    assert (raised.value.for_good, raised.value.down) == (False, True)
    caplog.set_level(logging.WARNING)
    async with sending(gone) as mail:
        await mail.send(LETTER)
        await until(lambda: "given up after 4 tries" in caplog.text)
    assert "hush" not in caplog.text


async def test_a_server_that_hangs_keeps_nobody(postbox: Postbox, smtp: Server) -> None:
    postbox.slow = 3.0
    async with sending(smtp, ()) as mail:
        started = time.monotonic()
        await mail.send(LETTER)
        assert time.monotonic() - started < 0.5
        with pytest.raises(Undelivered):
            await SmtpMail(smtp, clock).deliver(LETTER)
        assert time.monotonic() - started < 2.5


async def test_a_server_without_tls_gets_neither_letter_nor_password(postbox: Postbox, smtp: Server) -> None:
    with pytest.raises(Undelivered, match="STARTTLS") as raised:
        await SmtpMail(replace(smtp, tls="starttls", user="u", password="hush"), clock).deliver(LETTER)
    assert raised.value.down
    assert postbox.asked == 0


async def test_the_outbox_is_bounded(smtp: Server) -> None:
    mail = SmtpMail(smtp, clock)
    for _ in range(MOST_WAITING):
        await mail.send(LETTER)
    with pytest.raises(Unavailable, match="letters wait"):
        await mail.send(LETTER)


async def test_a_wrong_address_is_refused_at_once(smtp: Server) -> None:
    with pytest.raises(Refused, match="not an e-mail address"):
        await SmtpMail(smtp, clock).send(replace(LETTER, to="mila@example.com\nBcc: x@example.com"))


async def test_without_a_mail_server_nothing_is_promised() -> None:
    mail = NoMail()
    assert not mail.is_set_up
    for call in (mail.send, mail.deliver):
        with pytest.raises(Refused, match="BOT_SMTP_URL"):
            await call(LETTER)
