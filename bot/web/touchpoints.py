"""What other systems report and read, with an API key."""

from collections.abc import Sequence
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.errors import Forbidden
from bot.outside.keys import ApiKey, Scope
from bot.touchpoints.consent import Purpose
from bot.touchpoints.export import cloud_event
from bot.touchpoints.identities import Id, Kind
from bot.web import wire
from bot.web.problems import documented, problem
from bot.web.schemas import ConversationId
from bot.web.services import Services, of

PATH = "/api/touchpoints"
LARGEST_BATCH = 4 * 1024 * 1024
MOST_EVENTS = 1000
ONE, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"

WITH_KEY: dict[str, Any] = {"openapi_extra": {"security": [{"key": []}]}}
ShopId = Annotated[str, Field(min_length=1, max_length=200)]

router = APIRouter(prefix="/api", tags=["touchpoints"])
Authorization = Annotated[str | None, Header(include_in_schema=False)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class LinkIn(_In):
    """Says that a visitor is a customer."""

    anonymous_id: ShopId
    customer_id: ShopId


class UnlinkIn(_In):
    """Says that a visitor, or a conversation, is of nobody known."""

    anonymous_id: ShopId | None = None
    conversation_id: ConversationId | None = None

    @model_validator(mode="after")
    def _is_one(self) -> "UnlinkIn":
        if (self.anonymous_id is None) == (self.conversation_id is None):
            raise ValueError("send either anonymous_id or conversation_id")
        return self


class ConsentIn(_In):
    """Records what a customer or a visitor consents to."""

    customer_id: ShopId | None = None
    anonymous_id: ShopId | None = None
    purpose: Purpose
    given: bool

    @model_validator(mode="after")
    def _is_one(self) -> "ConsentIn":
        if (self.customer_id is None) == (self.anonymous_id is None):
            raise ValueError("send either customer_id or anonymous_id")
        return self


_EVENT = {
    "type": "object",
    "required": ["specversion", "id", "source", "type"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string"},
        "source": {"type": "string"},
        "type": {"type": "string"},
        "time": {"type": "string", "format": "date-time"},
        "subject": {"type": "string"},
        "data": {"type": "object"},
    },
}


@router.post(
    "/touchpoints",
    status_code=202,
    max_body_size=LARGEST_BATCH,
    responses=documented(401, 403, 413, 415, 422, 503),
    openapi_extra={
        "security": [{"key": []}],
        "requestBody": {
            "required": True,
            "content": {ONE: {"schema": _EVENT}, BATCH: {"schema": {"type": "array", "items": _EVENT}}},
        },
    },
)
async def report(request: Request, authorization: Authorization = None) -> Response:
    """Report what happened elsewhere: one CloudEvent, or a batch of at most 1,000.

    Every good one is stored once, whatever becomes of the others: `source` and `id` tell one that is sent again. Send
    the same batch again after 503 or no answer.
    """
    key = await _allowed(request, authorization, Scope.WRITE)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (ONE, BATCH):
        return problem(415, "unsupported-media-type", f"send one event as {ONE}, several as {BATCH}")
    try:
        body = orjson.loads(await request.body())
    except orjson.JSONDecodeError as error:
        return problem(422, "invalid", f"the body is no JSON in UTF-8: {error}")
    if kind == BATCH and not isinstance(body, list):
        return problem(422, "invalid", f"{BATCH} is a JSON array of events; send a single one as {ONE}")
    if kind == ONE and isinstance(body, list):
        return problem(422, "invalid", f"{ONE} is one event; send an array of them as {BATCH}")
    events: Sequence[object] = body if isinstance(body, list) else [body]
    if len(events) > MOST_EVENTS:
        return problem(413, "too-large", f"the batch has {len(events)} events; send at most {MOST_EVENTS} at once")
    taken = await of(request).ingest.take(events, key.source)
    rejected = [{"index": index, "reason": reason} for index, reason in taken.rejected]
    return wire.json({"accepted": taken.accepted, "duplicates": taken.duplicates, "rejected": rejected}, 202)


@router.get("/touchpoints", responses=documented(401, 403, 422, 503), response_class=Response, **WITH_KEY)
async def read(
    request: Request,
    authorization: Authorization = None,
    after: Annotated[int, Query(ge=0, le=1 << 53)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
) -> Response:
    """The log after a position, as CloudEvents without personal content, one a line; at its end an empty body."""
    await _allowed(request, authorization, Scope.READ)
    services = of(request)
    page = await services.log.tail(after, limit)
    lines = b"".join(orjson.dumps(cloud_event(one, services.source)) + b"\n" for one in page)
    return Response(lines, 200, media_type="application/x-ndjson")


@router.post("/identities", status_code=201, responses=documented(401, 403, 409, 413, 422, 503), **WITH_KEY)
async def link(request: Request, body: LinkIn, authorization: Authorization = None) -> Response:
    """Say that a visitor is a customer: from now on both are read as one. 200 where that was said before."""
    services = await _trusted(request, authorization)
    done = await services.people.link(body.anonymous_id, body.customer_id)
    return wire.json({"linked": True}, 201 if done else 200)


@router.post("/identities/unlink", status_code=201, responses=documented(401, 403, 404, 409, 413, 422, 503), **WITH_KEY)
async def unlink(request: Request, body: UnlinkIn, authorization: Authorization = None) -> Response:
    """Undo a link: what is recorded of the visitor, or the conversation, stands alone again. 200 where it does so."""
    services = await _trusted(request, authorization)
    if body.conversation_id is not None:
        done = bool((await services.start.release(body.conversation_id)).touchpoints)
    else:
        done = await services.people.unlink(body.anonymous_id or "")
    return wire.json({"linked": False}, 201 if done else 200)


@router.post("/consents", status_code=201, responses=documented(401, 403, 413, 422, 503), **WITH_KEY)
async def consent(request: Request, body: ConsentIn, authorization: Authorization = None) -> Response:
    """Record that a customer consents to a purpose, or refuses it. 200 where that was so before."""
    services = await _trusted(request, authorization)
    if body.customer_id is not None:
        who = Id(Kind.CUSTOMER, body.customer_id)
    else:
        who = Id(Kind.VISITOR, body.anonymous_id or "")
    done = await services.people.consent(who, body.purpose, body.given)
    return wire.json({"purpose": body.purpose.value, "given": body.given}, 201 if done else 200)


async def _allowed(request: Request, authorization: str | None, scope: Scope) -> ApiKey:
    return await of(request).keys.check(authorization, scope)


async def _trusted(request: Request, authorization: str | None) -> Services:
    """The services, for a key that may report for every source: who somebody is concerns what all of them report."""
    key = await _allowed(request, authorization, Scope.WRITE)
    if key.source is not None:
        raise Forbidden(f"this key may report for {key.source} alone; use one that is bound to no source")
    return of(request)
