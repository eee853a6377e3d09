"""The seam to the shop's own systems: what the bot looks up and does there."""

from typing import Protocol

from bot.dialogue.turn import Call, Result


class Actions(Protocol):
    """The shop's systems, as the bot calls them."""

    async def call(self, call: Call, key: str) -> Result:
        """Make one call. Never raises: a system that can't be asked is a Result that `failed`.

        `key` is the same whenever the same message leads to the same call again, so that nothing is done twice.
        """
        ...

    async def close(self) -> None:
        """Let go of what calling needs; nothing is called after that."""
        ...


class NoSystems:
    """No systems: every call fails, and the bot says so and passes the customer on."""

    async def call(self, call: Call, key: str) -> Result:
        """See `Actions.call`."""
        return Result(failed=True)

    async def close(self) -> None:
        """See `Actions.close`."""
