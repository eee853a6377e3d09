"""The agents' calls: the queue, and what agents do with a conversation."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from bot.agents.accounts import Account, Session
from bot.agents.queue import Waiting, sees
from bot.conversations.conversation import Outcome
from bot.conversations.hand_off import Agent
from bot.conversations.views import for_staff
from bot.errors import NotAuthenticated, NotFound
from bot.records import timestamp
from bot.touchpoints.hints import Hint
from bot.touchpoints.log import conversation_stream
from bot.web import wire
from bot.web.schemas import AgentMessageIn, ConversationId, OnceIn, ResolveIn
from bot.web.services import Services, of
from bot.web.session import STAFF, Reads, Token, Writes

FIRST_LINES = 100
ONE = "/conversations/{conversation_id}"

router = APIRouter(prefix="/api/agent", tags=["agent"], responses=STAFF)


@router.get("/queue")
async def get_queue(request: Request, session: Reads) -> Response:
    """Who waits and who is being helped, as far as this agent may see it."""
    services = of(request)
    names = {account.id: account.name for account in await services.accounts.all()}

    async def rows(queue: list[Waiting]) -> list[dict[str, Any]]:
        shown = [_row(one, names) for one in queue if _shown(session.account, one)]
        for row in shown[:FIRST_LINES]:
            row |= await _glance(services, row["conversation_id"])
        return shown

    return wire.json(
        {"waiting": await rows(await services.queue.waiting()), "assigned": await rows(await services.queue.assigned())}
    )


@router.get(ONE)
async def conversation(request: Request, conversation_id: ConversationId, session: Reads) -> Response:
    """The whole history of a conversation."""
    services = of(request)
    await _visible(request, session, conversation_id)
    one = await services.conversations.get(conversation_id)
    touchpoints = await services.log.read(conversation_stream(conversation_id))
    state = one.state
    names = {account.id: account.name for account in await services.accounts.all()}
    customer: dict[str, Any] = {"customer_ref": one.customer_ref, "locale": state.locale}
    for touchpoint in touchpoints:
        if touchpoint.type == "identity.linked":
            customer["details"] = touchpoint.personal
            customer |= {name: touchpoint.personal[name] for name in ("name", "email") if name in touchpoint.personal}
    body = {
        "conversation_id": conversation_id,
        "owner": state.owner.value,
        "agent": {"id": state.agent_id, "name": names.get(state.agent_id)} if state.agent_id else None,
        "episode": state.episode,
        "intent": state.intent,
        "reason": state.reason,
        "skill": state.skill,
        "customer": customer,
        "touchpoints": [for_staff(touchpoint) for touchpoint in touchpoints],
    }
    return wire.json(body)


@router.post(ONE + "/claim")
async def claim(
    request: Request, conversation_id: ConversationId, session: Writes, body: OnceIn | None = None
) -> Response:
    """Take a waiting conversation; 409 where somebody else has it."""
    services = of(request)
    agent = await _visible(request, session, conversation_id)
    client_id = str(body.client_id) if body and body.client_id else None
    outcome = await services.hand_off.claim(conversation_id, agent, client_id)
    return _done(outcome, 200)


@router.post(ONE + "/messages", status_code=201)
async def reply(request: Request, conversation_id: ConversationId, body: AgentMessageIn, session: Writes) -> Response:
    """Write to the customer of a conversation one has claimed."""
    services = of(request)
    agent = await _visible(request, session, conversation_id)
    outcome = await services.hand_off.reply(conversation_id, agent, str(body.client_id), body.text)
    return _done(outcome)


@router.post(ONE + "/resolve", status_code=201)
async def resolve(
    request: Request, conversation_id: ConversationId, session: Writes, body: ResolveIn | None = None
) -> Response:
    """End the episode of a conversation one has claimed."""
    services = of(request)
    body = body or ResolveIn()
    client_id = str(body.client_id) if body.client_id else None
    done = (await services.conversations.get(conversation_id)).receipts
    # Resolving takes the conversation out of the agent's sight, and the retry of it must still be answered.
    if client_id in done:
        agent = Agent(session.account.id, session.account.name)
    else:
        agent = await _visible(request, session, conversation_id)
    outcome = await services.hand_off.resolve(conversation_id, agent, body.outcome, client_id)
    return _done(outcome)


@router.get("/stream", response_class=Response)
async def stream(request: Request, session: Reads, token: Token) -> Response:
    """Server-sent events: `changed` for every conversation this agent may see; what changed is read anew."""
    services = of(request)
    queued = [*await services.queue.waiting(), *await services.queue.assigned()]
    seen = {one.conversation_id for one in queued if _shown(session.account, one)}

    async def news(came: Sequence[Hint]) -> AsyncIterator[wire.Event]:
        try:
            account = (await services.accounts.session(token)).account
        except NotAuthenticated:
            raise wire.Ended from None  # signed out, disabled or too late: an open stream ends too
        for hint in came:
            visible = await services.queue.may_see(account, hint.conversation_id)
            # What has just left this agent's queue is told about once more.
            if visible or hint.conversation_id in seen:
                (seen.add if visible else seen.discard)(hint.conversation_id)
                name = "changed" if hint.kind == "reached" else hint.kind
                yield wire.event({"conversation_id": hint.conversation_id, "seq": hint.seq}, name)

    return wire.stream(services.hints, None, news)


async def _visible(request: Request, session: Session, conversation_id: str) -> Agent:
    """Who acts; raises NotFound, as if there were none, where the session may not see the conversation."""
    if not await of(request).queue.may_see(session.account, conversation_id):
        raise NotFound(f"there is no conversation {conversation_id}")
    return Agent(session.account.id, session.account.name)


def _done(outcome: Outcome, status: int = 201) -> Response:
    touchpoints = [for_staff(touchpoint) for touchpoint in outcome.touchpoints]
    return wire.json({"touchpoints": touchpoints}, 200 if outcome.again else status)


def _shown(account: Account, one: Waiting) -> bool:
    return sees(account, one.skill, one.agent_id)


async def _glance(services: Services, conversation_id: str) -> dict[str, Any]:
    """What a row of the queue shows of the conversation: what the customer came with, their mood, a promise."""
    state = (await services.conversations.get(conversation_id)).state
    glance: dict[str, Any] = {"first_line": state.opened_text[:120], "mood": state.mood}
    if state.promised_at is not None:
        glance["promised_by"] = timestamp(state.promised_at)
    return glance


def _row(one: Waiting, names: dict[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "conversation_id": one.conversation_id,
        "skill": one.skill,
        "priority": one.priority,
        "reason": one.reason,
        "intent": one.intent,
        "waiting_s": one.waiting_s,
        "place": one.place,
    }
    if one.agent_id is not None:
        row["agent"] = {"id": one.agent_id, "name": names.get(one.agent_id)}
    return row
