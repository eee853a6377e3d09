"""The audit page's data: the log, newest first."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from bot.agents.audit import AUDITED
from bot.conversations.views import for_staff
from bot.records import Touchpoint
from bot.web import wire
from bot.web.account_schemas import Id
from bot.web.services import of
from bot.web.session import STAFF, Supervises

WRITTEN = ("text", "comment", "details", "summary", "value", "slots")
"""What was written is for those who read the conversation; the audit says that it was."""

router = APIRouter(prefix="/api/agent", tags=["staff"], responses=STAFF)
Position = Annotated[int, Query(ge=0, le=1 << 53)]


@router.get("/audit")
async def audit(
    request: Request,
    session: Supervises,
    before: Position | None = None,
    after: Position = 0,
    type_: Annotated[str | None, Query(alias="type", max_length=64)] = None,
    account: Id | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """What staff and system did, newest first; ask again with `before` for what is older, until there is none.

    A page may be empty before that: a filter by type or account looks back over so many positions at a time.
    """
    staff = of(request).staff
    page = await staff.audit.page(before, after, type_, account, limit)
    body: dict[str, Any] = {
        "touchpoints": [_row(one) for one in page.touchpoints],
        "types": AUDITED,
        "names": {one.id: one.name for one in await staff.accounts.all()},
    }
    if page.before is not None:
        body["before"] = page.before
    return wire.json(body)


def _row(touchpoint: Touchpoint) -> dict[str, Any]:
    shown = for_staff(touchpoint)
    facts = {name: value for name, value in shown.items() if name in touchpoint.facts and name not in WRITTEN}
    about = {name: shown[name] for name in ("seq", "id", "type", "time", "actor")}
    return {**facts, **about, "position": touchpoint.position, "stream": touchpoint.stream}
