"""Recording what the shop itself says of its service, whether a server runs beside it or not."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bot.cx import recording
from bot.errors import BotError
from bot.settings import Settings
from bot.storage import now, opened
from bot.touchpoints.log import TouchpointLog


def review(settings: Settings, conversation_id: str, episode: int, passed: bool) -> None:
    """Record that a quality review passed an episode or not; raises NotFound."""
    _with_log(settings, lambda log: recording.review(log, now, conversation_id, episode, passed))


def improvement(settings: Settings, title: str, metric: str, phase: str, since: str | None) -> None:
    """Record what was improved; `since` is ISO 8601, UTC where it doesn't say otherwise."""
    try:
        moment = datetime.fromisoformat(since) if since else None
    except ValueError:
        raise BotError(f"{since!r} is no date or time; write 2026-01-31 or 2026-01-31T12:00:00Z") from None
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    begun = int(moment.timestamp() * 1000) if moment else None
    _with_log(settings, lambda log: recording.improvement(log, now, title, metric, phase, begun))


def _with_log(settings: Settings, act: Callable[[TouchpointLog], Awaitable[None]]) -> None:
    async def run() -> None:
        async with opened(settings) as (log, _):
            await act(log)

    asyncio.run(run())
