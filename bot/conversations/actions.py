"""The seam to the shop's own systems: what the bot looks up there."""

from collections.abc import Mapping
from typing import Protocol

from bot.dialogue.decide import Result


class Actions(Protocol):
    """The shop's systems, as the bot calls them."""

    async def call(self, action: str, arguments: Mapping[str, str]) -> Result:
        """Make one call. Never raises: a system that can't be asked is a Result that `failed`."""
        ...


class NoSystems:
    """No systems: every call fails, and the bot says so and passes the customer on."""

    async def call(self, action: str, arguments: Mapping[str, str]) -> Result:
        """See `Actions.call`."""
        return Result(failed=True)
