"""Letters by SMTP: one connection a letter, in a thread beside the chat, and an outbox that tries for a while."""

import asyncio
import logging
import smtplib
import ssl
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Literal

from bot.errors import Refused, Unavailable
from bot.mail.letter import Letter, address, message
from bot.mail.mail import Undelivered

MOST_WAITING = 200
"""So many letters wait in the outbox at most."""

TRIES_AFTER = (5.0, 30.0, 120.0, 600.0, 1800.0)
"""The seconds after which the outbox tries a letter again."""

STEPS = 4
"""So many times the server's time-out a letter may take in all."""

logger = logging.getLogger(__name__)

Tls = Literal["implicit", "starttls", "off"]


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server and how to speak to it; `timeout` is in seconds, for each step of the conversation."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    tls: Tls = "starttls"
    timeout: float = 15.0


@dataclass(slots=True)
class _Waiting:
    letter: Letter
    tries: int = 0


class SmtpMail:
    """The shop's mail server; see `bot.mail.mail.Mail`. `clock` gives milliseconds since the Unix epoch."""

    is_set_up = True

    def __init__(self, server: Server, clock: Callable[[], int], tries_after: Sequence[float] = TRIES_AFTER) -> None:
        self._server = server
        self.name = parseaddr(server.sender)[0]
        self._clock = clock
        self._tries_after = tries_after
        self._outbox: asyncio.Queue[_Waiting] = asyncio.Queue()
        self._waiting = 0
        # One connection at a time: letters are few, and many servers want no more from one sender.
        self._one = asyncio.Lock()
        self._later: set[asyncio.Task[None]] = set()

    async def send(self, letter: Letter) -> None:
        """See `Mail.send`."""
        address(letter.to)
        if self._waiting >= MOST_WAITING:
            raise Unavailable(f"{MOST_WAITING} letters wait to be sent; the mail server is slow or down")
        self._waiting += 1
        self._outbox.put_nowait(_Waiting(letter))

    async def deliver(self, letter: Letter) -> None:
        """See `Mail.deliver`."""
        made = message(letter, self._server.sender, self._clock())
        async with self._one:
            try:
                async with asyncio.timeout(self._server.timeout * STEPS):
                    await _beside(lambda: _hand_over(self._server, made))
            except TimeoutError:
                raise Undelivered(f"{self._server.host} did not take the letter in time", down=True) from None

    async def run(self) -> None:
        """See `Mail.run`."""
        try:
            while True:
                await self._attempt(await self._outbox.get())
        except asyncio.CancelledError:
            for task in self._later:
                task.cancel()
            if self._waiting:
                logger.warning("%d letters were still waiting to be sent and are lost", self._waiting)
            raise

    async def _attempt(self, waiting: _Waiting) -> None:
        waiting.tries += 1
        try:
            await self.deliver(waiting.letter)
        except (Undelivered, Refused) as error:
            for_good = not isinstance(error, Undelivered) or error.for_good
            if not for_good and waiting.tries <= len(self._tries_after):
                logger.warning("a letter was not sent and is tried again: %s", error)
                task = asyncio.create_task(self._again(waiting, self._tries_after[waiting.tries - 1]))
                self._later.add(task)
                task.add_done_callback(self._later.discard)
                return
            logger.error("a letter was given up after %d tries: %s", waiting.tries, error)
        except Exception:
            logger.exception("a letter could not be sent")
        self._waiting -= 1

    async def _again(self, waiting: _Waiting, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._outbox.put_nowait(waiting)


def _hand_over(server: Server, made: EmailMessage) -> None:
    """Speak to the server, blocking; raises Undelivered, whose text names neither password nor recipient."""
    try:
        connection = _connected(server)
        try:
            if server.user:
                connection.login(server.user, server.password)
            try:
                connection.send_message(made)
            except smtplib.SMTPServerDisconnected:
                # Whether it is the letter or the server shows when others are tried.
                raise Undelivered(f"{server.host} hung up on the letter") from None
        finally:
            # The letter is taken or refused by now: how the server says goodbye changes nothing.
            with suppress(OSError, smtplib.SMTPException):
                connection.quit()
            connection.close()
    except smtplib.SMTPRecipientsRefused as error:
        [(code, _), *_] = error.recipients.values()
        raise Undelivered(f"{server.host} refuses the recipient: {code}", for_good=code >= 500) from None
    except smtplib.SMTPDataError as error:
        raise Undelivered(
            f"{server.host} refuses the letter: {error.smtp_code}", for_good=error.smtp_code >= 500
        ) from None
    except smtplib.SMTPResponseException as error:
        # The user, the password or the sender: a person will put it right, and then the letter goes.
        raise Undelivered(f"{server.host} refuses: {type(error).__name__}, {error.smtp_code}", down=True) from None
    except smtplib.SMTPNotSupportedError as error:
        raise Undelivered(f"{server.host}: {error}", down=True) from None
    except (OSError, smtplib.SMTPException) as error:
        reason = f"{server.host} port {server.port} can't be reached: {_why(error)}"
        raise Undelivered(reason, down=True) from None


def _connected(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.tls == "implicit":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=context)
    connection = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
    try:
        if server.tls == "starttls":
            connection.starttls(context=context)
    except BaseException:
        connection.close()
        raise
    return connection


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__


async def _beside(work: Callable[[], None]) -> None:
    """Run blocking work in a thread of its own, which keeps no server from ending."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def settle(error: Exception | None) -> None:
        if not done.done():
            done.set_exception(error) if error else done.set_result(None)

    def run() -> None:
        error = None
        try:
            work()
        except Exception as raised:
            error = raised
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, error)

    threading.Thread(target=run, name="mail", daemon=True).start()
    await done
