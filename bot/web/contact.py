"""What customers may have by mail, where the shop has set up its mail: the answer, and a copy of the conversation."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from bot.web import wire
from bot.web.customer import ONE, WITH_TOKEN, WRITES, written
from bot.web.problems import documented
from bot.web.schemas import ConversationId, OnceIn

router = APIRouter(prefix="/api", tags=["customer"])


class EmailIn(OnceIn):
    """Where a letter shall go."""

    email: Annotated[str, Field(min_length=3, max_length=254, examples=["mila@example.com"])]


@router.post(ONE + "/contact", **WRITES)
async def contact(conversation_id: ConversationId, body: EmailIn, request: Request) -> Response:
    """Leave an address to which an agent's answer goes as well; 409 where no mail is set up."""
    services = await written(request, conversation_id)
    client_id = str(body.client_id) if body.client_id else None
    outcome = await services.contact.leave(conversation_id, client_id, body.email)
    return wire.outcome(outcome, services.serving.content.bot.name)


@router.post(
    ONE + "/transcript",
    status_code=202,
    openapi_extra=WITH_TOKEN["openapi_extra"],
    responses=documented(401, 403, 404, 409, 413, 422, 429, 503),
)
async def transcript(conversation_id: ConversationId, body: EmailIn, request: Request) -> Response:
    """Have the conversation sent to an address, three times an episode at most; 409 where no mail is set up.

    200 where this `client_id` had it sent before, and 409 where that was to another address.
    429 where too many were sent lately: to this address, for this caller, or for everybody.
    """
    services = await written(request, conversation_id)
    client_id = str(body.client_id) if body.client_id else None
    new = await services.contact.copy(conversation_id, client_id, body.email, lambda: services.limits.copy(request))
    return wire.json({}, 202 if new else 200)
