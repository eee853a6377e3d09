"""Small things that every route needs: JSON out, and server-sent events."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import orjson
from fastapi import Response
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event

from bot.conversations.conversation import Outcome
from bot.conversations.views import for_customer
from bot.errors import Unavailable
from bot.records import Touchpoint
from bot.touchpoints.hints import Hint, Hints

PING_SECONDS = 15.0
COME_BACK_MS = 1000
COME_BACK_LATER_MS = 30_000
"""For who had to make room for another stream of the same conversation: many of them must not chase each other."""

Event = bytes


def json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON response."""
    return Response(orjson.dumps(body), status, headers, "application/json")


def seen_by_customer(touchpoints: Sequence[Touchpoint], bot_name: str) -> list[dict[str, Any]]:
    """What customers see of some touchpoints."""
    views = (for_customer(touchpoint, bot_name) for touchpoint in touchpoints)
    return [view for view in views if view is not None]


def outcome(result: Outcome, bot_name: str) -> Response:
    """What an act caused, as the customer sees it: 201, or 200 where it was done before."""
    body = {"touchpoints": seen_by_customer(result.touchpoints, bot_name)}
    return json(body, 200 if result.again else 201)


def event(data: Any, name: str | None = None, seq: int | None = None) -> Event:
    """One server-sent event; only what is in the log has a `seq`, which is its id."""
    text = orjson.dumps(data).decode()
    return format_sse_event(data_str=text, event=name, id=None if seq is None else str(seq))


class Ended(Exception):
    """Raised by the news of a stream whose reader may not read on."""


def stream(
    hints: Hints, conversation_id: str | None, news: Callable[[Sequence[Hint]], AsyncIterator[Event]]
) -> EventSourceResponse:
    """An open stream of what `news` makes of the hints: first of none, then of those that came, or of none at a ping.

    It ends with a `goodbye` that tells the client to come back, when the server is going down, `news` raises Ended, or
    too many have come after it: then the client is to come back later.
    """

    async def events() -> AsyncIterator[Event]:
        # Listening begins before reading, so that nothing can fall between the two.
        with hints.listen(conversation_id) as listener:
            yield format_sse_event(comment="hello", retry=COME_BACK_MS)
            came: Sequence[Hint] = ()
            try:
                while not listener.closing:
                    async for one in news(came):
                        yield one
                    came = await listener.wait(PING_SECONDS)
                    if not came and not listener.closing:
                        yield KEEPALIVE_COMMENT
            except (Ended, Unavailable):
                pass
            later = COME_BACK_LATER_MS if listener.displaced else None
            yield format_sse_event(data_str="{}", event="goodbye", retry=later)

    return EventSourceResponse(events(), headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})
