"""The agents' calls: a conversation, and what agents do with it."""

from typing import Any

from fastapi import APIRouter, Request, Response

from bot.agents.sessions import Session
from bot.conversations.views import for_staff
from bot.errors import NotFound
from bot.nlu.explanation import as_values, explain
from bot.records import new_id
from bot.touchpoints.hints import Hint
from bot.touchpoints.log import conversation_stream
from bot.web import wire
from bot.web.acting import ONE, acting, done, visible
from bot.web.schemas import AgentMessageIn, ConversationId, IntentIn, LookingIn, NoteIn, OnceIn, ReadIn, ResolveIn, Seq
from bot.web.services import of
from bot.web.session import STAFF, Reads, Writes

MOST_TERMS = 40
"""Of a message's terms so many an intent are told; the others in one sum."""

router = APIRouter(prefix="/api/agent", tags=["agent"], responses=STAFF)


@router.get(ONE)
async def conversation(request: Request, conversation_id: ConversationId, session: Reads) -> Response:
    """The whole history of a conversation."""
    services = of(request)
    await visible(request, session, conversation_id)
    one = await services.conversations.get(conversation_id)
    touchpoints = await services.log.read(conversation_stream(conversation_id))
    state = one.state
    names = {account.id: account.name for account in await services.accounts.all()}
    customer: dict[str, Any] = {"customer_ref": one.customer_ref, "locale": state.locale}
    links = [touchpoint for touchpoint in touchpoints if touchpoint.type in ("identity.linked", "identity.unlinked")]
    if links and links[-1].type == "identity.linked":
        known = links[-1].personal
        customer["details"] = {name: it for name, it in known.items() if name != "fingerprint"}
        customer |= {name: known[name] for name in ("name", "email") if name in known}
    customer |= await services.customers.panel(one, session.account, services.serving.content)
    body = {
        "conversation_id": conversation_id,
        "owner": state.owner.value,
        "agent": {"id": state.agent_id, "name": names.get(state.agent_id)} if state.agent_id else None,
        "episode": state.episode,
        "intent": state.intent,
        "reason": state.reason,
        "skill": state.skill,
        "blocked": state.blocked,
        "customer_read": one.customer_read,
        "watching": [
            {"id": one.id, "name": one.name} for one in services.watching.others(conversation_id, session.account.id)
        ],
        "customer": customer,
        "touchpoints": [for_staff(touchpoint) for touchpoint in touchpoints],
    }
    return wire.json(body)


@router.get(ONE + "/messages/{seq}/explanation")
async def explanation(request: Request, conversation_id: ConversationId, seq: Seq, session: Reads) -> Response:
    """What speaks for and against each of the best intents of a customer's message, by the model that serves now."""
    services = of(request)
    await visible(request, session, conversation_id)
    page = await services.log.read(conversation_stream(conversation_id), seq - 1, 1)
    text = page[0].personal.get("text") if page and page[0].type == "message.received" else None
    if not isinstance(text, str):
        raise NotFound(f"{seq} is no message of a customer, or its text has been erased")
    return wire.json({"seq": seq, **as_values(explain(services.serving.classifier, text), MOST_TERMS)})


@router.post(ONE + "/messages", status_code=201)
async def reply(request: Request, conversation_id: ConversationId, body: AgentMessageIn, session: Writes) -> Response:
    """Write to the customer of one's conversation."""
    agent, client_id = await acting(request, session, conversation_id, body)
    return done(await of(request).hand_off.reply(conversation_id, agent, client_id or new_id(), body.text))


@router.post(ONE + "/notes", status_code=201)
async def add_note(request: Request, conversation_id: ConversationId, body: NoteIn, session: Writes) -> Response:
    """Write something down for colleagues; not in what another agent has, but for supervisors."""
    agent, client_id = await acting(request, session, conversation_id, body)
    return done(await of(request).remarks.note(conversation_id, agent, body.text, client_id))


@router.post(ONE + "/intent", status_code=201)
async def correct(request: Request, conversation_id: ConversationId, body: IntentIn, session: Writes) -> Response:
    """Say what a message of the customer was really about."""
    agent, client_id = await acting(request, session, conversation_id, body)
    return done(await of(request).remarks.correct(conversation_id, agent, body.seq, body.intent, client_id))


@router.post(ONE + "/resolve", status_code=201)
async def resolve(
    request: Request, conversation_id: ConversationId, session: Writes, body: ResolveIn | None = None
) -> Response:
    """End the episode of one's conversation."""
    agent, client_id = await acting(request, session, conversation_id, body)
    outcome = body.outcome if body else None
    return done(await of(request).hand_off.resolve(conversation_id, agent, outcome, client_id))


@router.post(ONE + "/block", status_code=201)
async def block(
    request: Request, conversation_id: ConversationId, session: Writes, body: OnceIn | None = None
) -> Response:
    """Stop an abusive customer from writing, here and in every other conversation; for supervisors and admins."""
    agent, client_id = await acting(request, session, conversation_id, body)
    return done(await of(request).blocking.block(conversation_id, agent, client_id))


@router.post(ONE + "/unblock", status_code=201)
async def unblock(
    request: Request, conversation_id: ConversationId, session: Writes, body: OnceIn | None = None
) -> Response:
    """Let the customer write again; for supervisors and admins."""
    agent, client_id = await acting(request, session, conversation_id, body)
    return done(await of(request).blocking.unblock(conversation_id, agent, client_id))


@router.post(ONE + "/typing", status_code=204)
async def typing(request: Request, conversation_id: ConversationId, session: Writes) -> None:
    """The agent is writing to the customer: told to who watches and not kept; nothing where another one has it."""
    await _hint(request, session, conversation_id, "typing", 0)


@router.post(ONE + "/read", status_code=204)
async def read(request: Request, conversation_id: ConversationId, body: ReadIn, session: Writes) -> None:
    """The agent who has the conversation has read up to a `seq`: told as typing is."""
    await _hint(request, session, conversation_id, "read", body.seq)


@router.post(ONE + "/looking", status_code=204)
async def looking(
    request: Request, conversation_id: ConversationId, session: Writes, body: LookingIn | None = None
) -> None:
    """The agent has the conversation open; said again every half minute, it shows colleagues who looks at it."""
    services = of(request)
    agent = await visible(request, session, conversation_id)
    await services.conversations.get(conversation_id)  # 404 where there is none
    looks = body is None or body.looking
    if (services.watching.look if looks else services.watching.leave)(conversation_id, agent):
        services.hints.publish(Hint(conversation_id, 0, "looking", "agent", agent.id, agent.name))


async def _hint(request: Request, session: Session, conversation_id: str, kind: str, seq: int) -> None:
    services = of(request)
    agent = await visible(request, session, conversation_id)
    # Whoever only listens in is nothing to the customer.
    if (await services.conversations.get(conversation_id)).state.agent_id == agent.id:
        services.hints.publish(Hint(conversation_id, seq, kind, "agent", agent.id, agent.name))
