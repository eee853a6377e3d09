"""Takes the links of staff to them by mail: what `bot.agents.invitations.Post` asks for."""

from bot.agents.invitations import LASTS, Purpose
from bot.conversations.serving import Serving
from bot.mail import letters
from bot.mail.mail import Mail

HOUR = 3600 * 1000


class StaffLetters:
    """Letters to staff, in the language that the shop speaks by default."""

    def __init__(self, mail: Mail, serving: Serving) -> None:
        self._mail = mail
        self._serving = serving

    async def invitation(self, email: str, name: str, role: str, link: str, inviter: str) -> None:
        """See `Post.invitation`."""
        bot, hours = self._serving.content.bot, LASTS[Purpose.JOIN] // HOUR
        shop = self._mail.name or bot.name
        await self._mail.send(letters.invitation(email, bot.default_locale, shop, link, hours, name, inviter))

    async def reset(self, email: str, name: str, link: str) -> None:
        """See `Post.reset`."""
        bot, hours = self._serving.content.bot, LASTS[Purpose.RESET] // HOUR
        shop = self._mail.name or bot.name
        await self._mail.send(letters.reset(email, bot.default_locale, shop, link, hours, name))
