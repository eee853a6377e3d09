"""The log as it leaves this process: CloudEvents 1.0, without personal content."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from typing import Any

from bot.records import Touchpoint, timestamp
from bot.touchpoints.consent import Purpose, refused
from bot.touchpoints.log import TouchpointLog
from bot.touchpoints.redaction import redact

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


@dataclass(frozen=True, slots=True)
class Selection:
    """Which touchpoints: at positions above `after` and up to `until`, that happened from `begin` on and before `end`.

    Times are in milliseconds. With `texts`, what customers wrote goes along: redacted, and of nobody who refused it.
    """

    after: int
    until: int
    begin: int | None = None
    end: int | None = None
    texts: bool = False

    def has(self, touchpoint: Touchpoint) -> bool:
        """Whether the time of a touchpoint is one of those."""
        return (self.begin is None or touchpoint.time >= self.begin) and (
            self.end is None or touchpoint.time < self.end
        )


async def exported(log: TouchpointLog, source: str, selection: Selection) -> AsyncIterator[dict[str, Any]]:
    """The selected touchpoints in order of position."""
    silent = await refused(log, Purpose.ANALYSIS) if selection.texts else frozenset()
    position = selection.after
    while page := await log.tail(position, PAGE):
        for touchpoint in page:
            if touchpoint.position > selection.until:
                return
            if selection.has(touchpoint):
                event = cloud_event(touchpoint, source)
                if selection.texts and (text := analysis_text(touchpoint, silent)):
                    event["data"]["text"] = text
                yield event
        position = page[-1].position


def analysis_text(touchpoint: Touchpoint, silent: Collection[str]) -> str | None:
    """What a customer wrote, as it may be stored for analysis or training; None for nothing.

    `silent` are those who have refused it, by `bot.touchpoints.consent.refused`.
    """
    if touchpoint.customer_ref in silent:
        return None
    name = {"message.received": "text", "feedback.given": "comment"}.get(touchpoint.type)
    text = touchpoint.personal.get(name) if name else None
    return redact(text) if isinstance(text, str) and text else None
