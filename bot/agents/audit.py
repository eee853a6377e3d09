"""The audit: the log as those look back over it who answer for it, newest first, without what anybody wrote."""

from dataclasses import dataclass

from bot.records import Touchpoint
from bot.touchpoints.log import TouchpointLog

AUDITED = (
    "account.changed",
    "action.called",
    "agent.presence_changed",
    "assessment.recorded",
    "assignment.expired",
    "conversation.assigned",
    "conversation.returned",
    "conversation.started",
    "conversation.taken_over",
    "conversation.transferred",
    "customer.blocked",
    "customer.erased",
    "customer.unblocked",
    "episode.closed",
    "feedback.given",
    "handoff.cancelled",
    "handoff.requested",
    "identity.linked",
    "identity.unlinked",
    "improvement.recorded",
    "intent.corrected",
    "key.changed",
    "model.promoted",
    "note.added",
)
"""What the audit shows: what people and the system did, and not what was said."""

NAMES_AN_ACCOUNT = ("account_id", "actor_id", "agent_id", "by", "from")
SPAN = 20_000
"""How many positions one page looks back over at most, so that a rare type keeps nobody waiting."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some touchpoints, newest first; `before` is the position to go on from, None where the log begins."""

    touchpoints: list[Touchpoint]
    before: int | None


class Audit:
    """Reads the log backwards."""

    def __init__(self, log: TouchpointLog) -> None:
        self._log = log

    async def page(
        self,
        before: int | None = None,
        after: int = 0,
        type_: str | None = None,
        account_id: str | None = None,
        limit: int = 100,
    ) -> Page:
        """The newest that are audited below `before` and above `after`, of one type and of one account where given.

        A page may hold fewer than `limit`, and even none, before the end is reached.
        """
        types = AUDITED if type_ is None else tuple(one for one in AUDITED if one == type_)
        newest = await self._log.backwards(before, 1, (), after)
        if not newest or not types:
            return Page([], None)
        top = newest[0].position + 1
        bottom = max(after, top - 1 - SPAN)
        found: list[Touchpoint] = []
        while len(found) < limit:
            several = await self._log.backwards(top, limit, types, bottom)
            found += [one for one in several if account_id is None or concerns(one, account_id)]
            if len(several) < limit:
                top = bottom + 1
                break
            top = several[-1].position
        if len(found) > limit:
            found = found[:limit]
            top = found[-1].position
        return Page(found, top if top - 1 > after else None)


def concerns(touchpoint: Touchpoint, account_id: str) -> bool:
    """Whether an account did it or it was done to it."""
    return any(touchpoint.facts.get(name) == account_id for name in NAMES_AN_ACCOUNT)
