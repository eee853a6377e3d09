"""The log as it leaves this process: CloudEvents 1.0, without personal content."""

from collections.abc import AsyncIterator
from typing import Any

from bot.records import Touchpoint, timestamp
from bot.touchpoints.log import TouchpointLog

DATA_SCHEMA = "urn:bot:touchpoint:1"
PAGE = 1000

# What only this bot's own clients need, and what can be long and is in the content anyway.
_INTERNAL = frozenset({"prev", "client_id", "started_by", "quick_replies", "source"})


def cloud_event(touchpoint: Touchpoint, source: str) -> dict[str, Any]:
    """A touchpoint as a CloudEvent; `position` is a decimal string, as JSON numbers stop being exact at 2⁵³.

    What another system reported keeps its own `source`.
    """
    kind, _, name = touchpoint.stream.partition("/")
    data = {k: v for k, v in touchpoint.facts.items() if k not in _INTERNAL}
    if kind == "conversation":
        data["conversation_id"] = name
    if touchpoint.customer_ref is not None and kind != "source":
        data["customer_ref"] = touchpoint.customer_ref
    return {
        "specversion": "1.0",
        "id": touchpoint.id,
        "source": touchpoint.facts.get("source", source),
        "type": touchpoint.type,
        "time": timestamp(touchpoint.time),
        "recordedtime": timestamp(touchpoint.recorded),
        "subject": touchpoint.stream,
        "position": str(touchpoint.position),
        "datacontenttype": "application/json",
        "dataschema": DATA_SCHEMA,
        "data": {"seq": touchpoint.seq, **data},
    }


async def exported(
    log: TouchpointLog, source: str, since: int | None = None, until: int | None = None
) -> AsyncIterator[dict[str, Any]]:
    """Every touchpoint that happened from `since` on and before `until` (milliseconds), in order of position."""
    position = 0
    while page := await log.tail(position, PAGE):
        for touchpoint in page:
            if (since is None or touchpoint.time >= since) and (until is None or touchpoint.time < until):
                yield cloud_event(touchpoint, source)
        position = page[-1].position
