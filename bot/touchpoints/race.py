"""What to do where somebody else was faster: look at what is there now, and decide again."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.errors import Conflict, Unavailable

Result = TypeVar("Result")

ATTEMPTS = 20
"""Each lost race means that somebody else came through, so that so many are lost by nobody but under a flood."""


async def decided_again(attempt: Callable[[], Awaitable[Result]], busy: str) -> Result:
    """What `attempt` returns, made again each time it raises Conflict; it must read anew what it decides on.

    Raises Unavailable with the words `busy` after `ATTEMPTS`, and whatever else `attempt` raises.
    """
    for _ in range(ATTEMPTS):
        try:
            return await attempt()
        except Conflict:
            continue
    raise Unavailable(busy)
