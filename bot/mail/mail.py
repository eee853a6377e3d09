"""The seam to the shop's mail, and what stands there where the shop has set up none."""

from typing import Protocol

from bot.errors import BotError, Refused
from bot.mail.letter import Letter

NOT_SET_UP = "no mail is set up here; the installation needs BOT_SMTP_URL for it"


class Undelivered(BotError):
    """A letter could not be handed over.

    With `for_good`, another try would end the same. With `down`, it is not about this letter: none would be taken.
    """

    def __init__(self, text: str, for_good: bool = False, down: bool = False) -> None:
        super().__init__(text)
        self.for_good = for_good
        self.down = down


class Mail(Protocol):
    """Hands letters to the shop's mail server."""

    @property
    def is_set_up(self) -> bool:
        """Whether there is a mail server; without one, nothing may be promised that needs it."""
        ...

    @property
    def name(self) -> str:
        """What the sender of letters is called, as a shop is; empty where it has no name."""
        ...

    async def send(self, letter: Letter) -> None:
        """Take a letter for the outbox, which tries for a while and logs what fails; nobody waits for the server.

        Raises Refused for an address that can't be written to and where no mail is set up, Unavailable where the outbox
        is full.
        """
        ...

    async def deliver(self, letter: Letter) -> None:
        """Hand a letter to the server now, and return once it has taken it; raises Undelivered and Refused.

        For those who try again themselves, as a reader of the log does.
        """
        ...

    async def run(self) -> None:
        """Empty the outbox for ever."""
        ...


class NoMail:
    """No mail server: nothing is sent."""

    is_set_up = False
    name = ""

    async def send(self, letter: Letter) -> None:
        """See `Mail.send`."""
        raise Refused(NOT_SET_UP)

    async def deliver(self, letter: Letter) -> None:
        """See `Mail.deliver`."""
        raise Refused(NOT_SET_UP)

    async def run(self) -> None:
        """See `Mail.run`."""
