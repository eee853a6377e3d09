"""What a customer is given who asks what is stored about them."""

from typing import Any

from bot.privacy.person import Person
from bot.records import Touchpoint, timestamp
from bot.touchpoints.export import cloud_event
from bot.touchpoints.log import TouchpointLog


async def everything_about(log: TouchpointLog, person: Person, source: str) -> dict[str, Any]:
    """Everything recorded of a person, with its content, as JSON: consents, and touchpoints in order of time."""
    touchpoints = [one for stream in person.streams for one in await log.read(stream)]
    consents = await log.rows("consent", {"customer_ref": list(person.refs)})
    return {
        "customer_ref": person.customer_ref,
        "also_known_as": list(person.refs[1:]),
        "conversations": list(person.conversations),
        "consents": [
            {"purpose": row["purpose"], "given": bool(row["given"]), "since": timestamp(int(row["changed_at"] or 0))}
            for row in consents
        ],
        "touchpoints": [_whole(one, source) for one in sorted(touchpoints, key=lambda one: (one.time, one.position))],
    }


def _whole(touchpoint: Touchpoint, source: str) -> dict[str, Any]:
    event = cloud_event(touchpoint, source)
    said = {name: value for name, value in touchpoint.personal.items() if name != "fingerprint"}
    return {**event, "data": {**event["data"], **said}}
