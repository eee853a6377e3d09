"""The agents' calls that change who has a conversation."""

from fastapi import APIRouter, Request, Response

from bot.agents.accounts import Account, Role
from bot.dialogue.work import Agent
from bot.errors import Forbidden, Invalid, NotFound, Refused
from bot.web.acting import ONE, acting, done
from bot.web.schemas import AssignIn, ConversationId, OnceIn, ReturnIn, TransferIn
from bot.web.services import Services, of
from bot.web.session import STAFF, Writes

router = APIRouter(prefix="/api/agent", tags=["agent"], responses=STAFF)


@router.post(ONE + "/claim")
async def claim(
    request: Request, conversation_id: ConversationId, session: Writes, body: OnceIn | None = None
) -> Response:
    """Take a waiting conversation; 409 where somebody else has it."""
    agent, client_id = await acting(request, session, conversation_id, body)
    return done(await of(request).hand_off.claim(conversation_id, agent, client_id), 200)


@router.post(ONE + "/takeover")
async def takeover(
    request: Request, conversation_id: ConversationId, session: Writes, body: OnceIn | None = None
) -> Response:
    """Go on with what another agent has; 409 where nobody has it or it is one's own."""
    agent, client_id = await acting(request, session, conversation_id, body)
    return done(await of(request).hand_off.take_over(conversation_id, agent, client_id), 200)


@router.post(ONE + "/transfer", status_code=201)
async def transfer(request: Request, conversation_id: ConversationId, session: Writes, body: TransferIn) -> Response:
    """Pass one's conversation on, to whoever has a skill or to one agent."""
    services = of(request)
    agent, client_id = await acting(request, session, conversation_id, body)
    if body.agent is not None:
        to = await _colleague(services, body.agent)
        return done(await services.hand_off.pass_to_agent(conversation_id, agent, to, body.note, client_id))
    skill = await _skill(services, body.skill or "")
    return done(await services.hand_off.pass_to_skill(conversation_id, agent, skill, body.note, client_id))


@router.post(ONE + "/return", status_code=201)
async def give_back(
    request: Request, conversation_id: ConversationId, session: Writes, body: ReturnIn | None = None
) -> Response:
    """Give one's conversation back to the bot."""
    agent, client_id = await acting(request, session, conversation_id, body)
    note = body.note if body else None
    return done(await of(request).hand_off.give_back(conversation_id, agent, note, client_id))


@router.post(ONE + "/assign", status_code=201)
async def assign(request: Request, conversation_id: ConversationId, session: Writes, body: AssignIn) -> Response:
    """Give a conversation to an agent, also what another one has; for supervisors and admins."""
    services = of(request)
    supervisor, client_id = await acting(request, session, conversation_id, body)
    if not supervisor.supervises:
        raise Forbidden("only supervisors and admins give conversations to agents; pass on your own with transfer")
    to = await _colleague(services, body.agent)
    return done(await services.hand_off.assign(conversation_id, to, "given", supervisor, client_id))


async def _colleague(services: Services, account_id: str) -> Agent:
    """Somebody who may be given a conversation; raises Refused for who may not."""
    try:
        account: Account = await services.accounts.get(account_id)
    except NotFound as error:
        raise Refused(str(error)) from None
    if account.disabled or account.role is Role.ANALYST:
        raise Refused(f"{account.name} has no part in conversations; choose somebody who answers customers")
    return Agent(account.id, account.name)


async def _skill(services: Services, name: str) -> str:
    """A skill that something can be passed on to: the content's, and those that accounts have beside them."""
    known = services.serving.content.skills()
    if name not in known:
        known += [skill for account in await services.accounts.all() for skill in account.skills]
        if name not in known:
            raise Invalid(f"there is no skill `{name}`; there are {', '.join(dict.fromkeys(known))}")
    return name
