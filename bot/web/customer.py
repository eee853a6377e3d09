"""The customer's calls: what the widget uses, and anybody else who builds a channel of their own."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request, Response

from bot.conversations.start import Identity
from bot.dialogue import speech
from bot.dialogue.state import check_writer
from bot.errors import Invalid, NotAuthenticated
from bot.records import new_id, timestamp
from bot.touchpoints.hints import Hint
from bot.touchpoints.log import conversation_stream
from bot.web import wire
from bot.web.problems import documented
from bot.web.schemas import (
    ConversationId,
    Customer,
    FeedbackIn,
    FeedbackNoteIn,
    IdentityIn,
    Locale,
    MessageIn,
    OnceIn,
    ReadIn,
    StartedOut,
    StartIn,
    TouchpointsOut,
)
from bot.web.services import Services, of

PAGE = 500
ONE = "/conversations/{conversation_id}"
WITH_TOKEN: dict[str, Any] = {
    "openapi_extra": {"security": [{"conversation": []}]},
    "responses": documented(401, 403, 404, 422, 503),
}
WRITES: dict[str, Any] = {
    "status_code": 201,
    "response_model": TouchpointsOut,
    "openapi_extra": {"security": [{"conversation": []}]},
    "responses": documented(401, 403, 404, 409, 413, 422, 429, 503),
}

router = APIRouter(prefix="/api", tags=["customer"])


@router.get("/widget", responses=documented(422))
async def widget(request: Request, locale: Annotated[Locale | None, Query()] = None) -> dict[str, object]:
    """What shows before a conversation exists: nothing is stored."""
    services = of(request)
    content = services.serving.content
    bot = content.bot
    return {
        "bot": {"name": bot.name},
        "locale": locale or bot.default_locale,
        "greeting": speech.plain(bot.greeting, locale),
        "starters": speech.starters(content, locale),
        "person": speech.person(content, locale),
        "hours": {"open": bot.hours is None or bot.hours.is_open(services.conversations.clock())},
        "mail": services.mail.is_set_up,
        "privacy_url": bot.privacy_url or f"{services.path_prefix}/privacy",
    }


@router.post(
    "/conversations",
    status_code=201,
    response_model=StartedOut,
    responses=documented(403, 409, 413, 422, 429, 503),
)
async def start(body: StartIn, request: Request) -> Response:
    """Begin a conversation, or get the one this `client_id` or this customer has already (200)."""
    services = of(request)
    services.limits.conversation(request)
    client_id = str(body.client_id) if body.client_id else None
    begun = await services.start.begin(client_id, body.locale, body.page, _identity(body.customer))
    seen = wire.seen_by_customer(begun.touchpoints, services.serving.content.bot.name)
    answer = {
        "conversation_id": begun.conversation_id,
        "token": services.access.give(begun.conversation_id),
        "touchpoints": seen,
    }
    return wire.json(answer, 201 if begun.new else 200)


@router.post(ONE + "/messages", **WRITES)
async def message(conversation_id: ConversationId, body: MessageIn, request: Request) -> Response:
    """Send a message and get it back with what it caused; the same `client_id` again is never a second message.

    409 with type `continued`: it has ended and its customer has another one open, which beginning again gives.
    """
    return await take_message(of(request), request.headers.get("authorization"), conversation_id, body)


async def take_message(
    services: Services, authorization: str | None, conversation_id: str, body: MessageIn
) -> Response:
    """Authenticate, let the flow receive the message, and show what it caused; `bot.web.fast_lane` calls it too."""
    await services.access.check(authorization, conversation_id)
    services.limits.message(conversation_id)
    client_id = str(body.client_id)
    if body.text is not None:
        outcome = await services.receive.message(conversation_id, client_id, body.text)
    else:
        outcome = await services.receive.quick_reply(conversation_id, client_id, body.payload or "")
    return wire.outcome(outcome, services.serving.content.bot.name)


@router.get(ONE + "/touchpoints", response_model=TouchpointsOut, **WITH_TOKEN)
async def touchpoints(
    conversation_id: ConversationId, request: Request, after: Annotated[int, Query(ge=0, le=1 << 53)] = 0
) -> Response:
    """What the customer sees after a `seq`, at most 500: ask again from the last one until there is none."""
    services = await _opened(request, conversation_id)
    seen: list[dict[str, object]] = []
    # A page of touchpoints that customers never see must not look like the end.
    while not seen:
        page = await services.log.read(conversation_stream(conversation_id), after, PAGE)
        if not page:
            break
        seen = wire.seen_by_customer(page, services.serving.content.bot.name)
        after = page[-1].seq
    return wire.json({"touchpoints": seen})


@router.get(ONE + "/stream", response_class=Response, **WITH_TOKEN)
async def stream(
    conversation_id: ConversationId,
    request: Request,
    after: Annotated[int, Query(ge=0, le=1 << 53)] = 0,
    last_event_id: Annotated[str | None, Header(max_length=15, pattern=r"^[0-9]+$")] = None,
) -> Response:
    """Server-sent events: every touchpoint after a `seq`, those there are and those to come.

    A conversation has ten at most: one more ends the oldest with a `goodbye` and a `retry` of half a minute.
    """
    services = await _opened(request, conversation_id)
    seen = int(last_event_id) if last_event_id is not None else after
    authorization = request.headers.get("authorization")
    told: dict[str, Any] = {}

    async def news(came: Sequence[Hint]) -> AsyncIterator[wire.Event]:
        nonlocal seen, told
        if not came:
            # At every ping: who has the page open is still there, also where nothing is said.
            try:
                await services.access.check(authorization, conversation_id)
            except NotAuthenticated:
                raise wire.Ended from None
        if not came or any(hint.kind == "reached" for hint in came):
            while page := await services.log.read(conversation_stream(conversation_id), seen, PAGE):
                for view in wire.seen_by_customer(page, services.serving.content.bot.name):
                    yield wire.event(view, seq=view["seq"])
                seen = page[-1].seq
        place = await _place(services, conversation_id)
        if place != told and place["place"] is not None:
            yield wire.event(place, "queue")
        told = place
        for hint in came:
            if hint.kind in ("typing", "read") and hint.actor_kind != "customer":
                actor = {"kind": hint.actor_kind, "name": hint.actor_name}
                yield wire.event({"actor": actor, "seq": hint.seq}, hint.kind)

    return wire.stream(services.hints, conversation_id, news)


@router.get(ONE + "/queue", **WITH_TOKEN)
async def queue(conversation_id: ConversationId, request: Request) -> Response:
    """Where the customer stands among those who wait for a person, and how long it takes from now on."""
    return wire.json(await _place(await _opened(request, conversation_id), conversation_id))


@router.post(ONE + "/identity", **WRITES)
async def identity(conversation_id: ConversationId, body: IdentityIn, request: Request) -> Response:
    """Say whose conversation this is."""
    services = await written(request, conversation_id)
    known = _identity(body)
    if known is None:
        raise Invalid("an identity needs an id")
    client_id = str(body.client_id) if body.client_id else None
    outcome = await services.start.identify(conversation_id, client_id, known)
    return wire.outcome(outcome, services.serving.content.bot.name)


@router.post(ONE + "/typing", status_code=204, **WITH_TOKEN)
async def typing(conversation_id: ConversationId, request: Request) -> None:
    """The customer is typing: told to who watches, and not kept."""
    services = await _opened(request, conversation_id)
    services.limits.signal(conversation_id)
    check_writer((await services.conversations.get(conversation_id)).state)
    services.hints.publish(Hint(conversation_id, 0, "typing", "customer"))


@router.post(ONE + "/read", status_code=204, **WITH_TOKEN)
async def read(conversation_id: ConversationId, body: ReadIn, request: Request) -> None:
    """The customer has read up to a `seq`: told to who watches, and not kept."""
    services = await _opened(request, conversation_id)
    services.limits.signal(conversation_id)
    await services.conversations.note_read(conversation_id, body.seq)
    services.hints.publish(Hint(conversation_id, body.seq, "read", "customer"))


@router.post(ONE + "/feedback", **WRITES)
async def feedback(conversation_id: ConversationId, body: FeedbackIn, request: Request) -> Response:
    """Rate one episode: csat 1 to 5, ces 1 to 7, nps 0 to 10."""
    services = await written(request, conversation_id)
    outcome = await services.feedback.give(
        conversation_id, str(body.client_id), body.episode, body.kind, body.score, body.comment
    )
    return wire.outcome(outcome, services.serving.content.bot.name)


@router.post(ONE + "/feedback/{what}", **WRITES)
async def feedback_note(
    conversation_id: ConversationId, what: Literal["shown", "dismissed"], body: FeedbackNoteIn, request: Request
) -> Response:
    """Say that the question for a rating was shown to the customer, or that they skipped it."""
    services = await written(request, conversation_id)
    outcome = await services.feedback.note(conversation_id, str(body.client_id), body.episode, body.kind, what)
    return wire.outcome(outcome, services.serving.content.bot.name)


@router.post(ONE + "/handoff", **WRITES)
async def handoff(conversation_id: ConversationId, request: Request, body: OnceIn | None = None) -> Response:
    """Ask for a person, as the quick reply that says so does."""
    services = await written(request, conversation_id)
    client_id = str(body.client_id) if body and body.client_id else new_id()
    outcome = await services.receive.quick_reply(conversation_id, client_id, speech.PERSON)
    return wire.outcome(outcome, services.serving.content.bot.name)


@router.post(ONE + "/leave", **WRITES)
async def leave(conversation_id: ConversationId, request: Request, body: OnceIn | None = None) -> Response:
    """Leave the queue and go back to the bot."""
    services = await written(request, conversation_id)
    client_id = str(body.client_id) if body and body.client_id else None
    outcome = await services.hand_off.leave(conversation_id, client_id)
    return wire.outcome(outcome, services.serving.content.bot.name)


async def _place(services: Services, conversation_id: str) -> dict[str, Any]:
    """The place and the range of the wait; `place` is null for who doesn't wait."""
    stands = await services.desk.line.standing(conversation_id)
    if stands is None:
        return {"place": None, "wait": None}
    wait = {"low_s": stands.wait[0], "high_s": stands.wait[1]} if stands.wait else None
    place: dict[str, Any] = {"place": stands.place, "wait": wait}
    promised_at = (await services.conversations.get(conversation_id)).state.promised_at
    return place if promised_at is None else place | {"promised_by": timestamp(promised_at)}


async def _opened(request: Request, conversation_id: str) -> Services:
    """The services, for a caller whose token opens this conversation."""
    services = of(request)
    await services.access.check(request.headers.get("authorization"), conversation_id)
    return services


async def written(request: Request, conversation_id: str) -> Services:
    """As `_opened`, for a call that adds to the conversation."""
    services = await _opened(request, conversation_id)
    services.limits.message(conversation_id)
    return services


def _identity(customer: Customer | None) -> Identity | None:
    if customer is None:
        return None
    return Identity(customer.id, customer.hash, customer.expires, customer.details())
