"""What every call of an agent about a conversation asks: may they see it, who acts, and what came of it?"""

from fastapi import Request, Response

from bot.agents.accounts import Role
from bot.agents.sessions import Session
from bot.conversations.conversation import Outcome
from bot.conversations.views import for_staff
from bot.dialogue.work import Agent
from bot.errors import NotFound
from bot.touchpoints.log import conversation_stream
from bot.web import wire
from bot.web.schemas import OnceIn
from bot.web.services import Services, of

ONE = "/conversations/{conversation_id}"
SUPERVISORS = (Role.SUPERVISOR, Role.ADMIN)


def acts_as(session: Session) -> Agent:
    """The agent behind a session."""
    account = session.account
    return Agent(account.id, account.name, account.role in SUPERVISORS)


async def visible(request: Request, session: Session, conversation_id: str) -> Agent:
    """Who acts; raises NotFound, as if there were none, where the session may not see the conversation."""
    if not await of(request).visibility.may_see(session.account, conversation_id):
        raise NotFound(f"there is no conversation {conversation_id}")
    return acts_as(session)


async def acting(
    request: Request, session: Session, conversation_id: str, body: OnceIn | None
) -> tuple[Agent, str | None]:
    """Who acts, and with which `client_id`; raises as `visible` does.

    Resolving and passing on take the conversation out of an agent's sight, and the retry of it must be answered still.
    """
    client_id = str(body.client_id) if body and body.client_id else None
    services = of(request)
    if client_id is None or not await _has_done(services, session, conversation_id, client_id):
        await visible(request, session, conversation_id)
    return acts_as(session), client_id


def done(outcome: Outcome, status: int = 201) -> Response:
    """What an act caused, as staff see it; 200 where it was done before."""
    touchpoints = [for_staff(touchpoint) for touchpoint in outcome.touchpoints]
    return wire.json({"touchpoints": touchpoints}, 200 if outcome.again else status)


async def _has_done(services: Services, session: Session, conversation_id: str, client_id: str) -> bool:
    """Whether it was this agent who has done something with this `client_id` before."""
    receipt = (await services.conversations.get(conversation_id)).receipts.get(client_id)
    if receipt is None:
        return False
    page = await services.log.read(conversation_stream(conversation_id), receipt.after, 1)
    return bool(page) and page[0].facts.get("actor_id") == session.account.id
