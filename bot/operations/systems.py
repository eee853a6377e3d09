"""Webhooks and API keys of other systems, whether a server runs beside it or not."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.outside.keys import Keys
from bot.settings import Settings
from bot.storage import installation_key, now, opened
from bot.webhooks.address import Addresses
from bot.webhooks.webhook import Sealing, Webhook
from bot.webhooks.webhooks import Standing, Webhooks

Result = TypeVar("Result")


def with_webhooks(settings: Settings, act: Callable[[Webhooks], Awaitable[Result]]) -> Result:
    """Do something with the shop's webhooks; a running server takes it up by itself."""

    async def run() -> Result:
        async with opened(settings) as (log, _):
            sealing, addresses = Sealing(installation_key(settings)), Addresses(settings.webhooks_private)
            return await act(Webhooks(log, sealing, addresses, now))

    return asyncio.run(run())


def with_keys(settings: Settings, act: Callable[[Keys], Awaitable[Result]]) -> Result:
    """Do something with the API keys of other systems; a running server takes it up with the next request."""

    async def run() -> Result:
        async with opened(settings) as (log, _):
            return await act(Keys(log, now))

    return asyncio.run(run())


def webhook_standings(settings: Settings) -> list[tuple[Webhook, Standing]]:
    """Every webhook and how far it is."""

    async def look(webhooks: Webhooks) -> list[tuple[Webhook, Standing]]:
        return [(webhook, await webhooks.standing(webhook.id)) for webhook in await webhooks.all()]

    return with_webhooks(settings, look)
