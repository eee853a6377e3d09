"""Signing in and out, and what every agent's call asks: who is it, may they, and does the write come from our page?"""

import hmac
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.security import APIKeyCookie

from bot.agents.accounts import Account, Role
from bot.agents.second_factor import is_on
from bot.agents.sessions import SESSION_LASTS, Session
from bot.agents.sign_in import Caller, Entered
from bot.agents.staff_log import What
from bot.errors import Forbidden
from bot.web import wire
from bot.web.account_schemas import LinkIn, SessionIn, SetupIn
from bot.web.browsers import browser_name
from bot.web.problems import documented
from bot.web.services import Services, of

STAFF = documented(401, 403, 404, 409, 413, 422, 429, 503)
COOKIE = "bot_session"

cookie = APIKeyCookie(name=COOKIE, auto_error=False)
Token = Annotated[str | None, Depends(cookie)]
CsrfToken = Annotated[str | None, Header(alias="X-CSRF-Token", max_length=100)]
router = APIRouter(prefix="/api/agent", tags=["agent"], responses=STAFF)


async def signed_in(request: Request, token: Token) -> Session:
    """The session of anybody of the staff."""
    return await of(request).staff.sessions.find(token)


Known = Annotated[Session, Depends(signed_in)]


async def known_writes(session: Known, x_csrf_token: CsrfToken = None) -> Session:
    """The session of anybody of the staff whose page knows its CSRF token."""
    check_csrf(session, x_csrf_token)
    return session


async def reads(request: Request, session: Known) -> Session:
    """The session of somebody who may see conversations; that they call is a sign of life."""
    if session.account.role is Role.ANALYST:
        raise Forbidden("analysts have no part in conversations")
    await of(request).desk.attendance.seen(session.account.id)
    return session


async def writes(session: Annotated[Session, Depends(reads)], x_csrf_token: CsrfToken = None) -> Session:
    """The session of somebody who may see conversations and whose page knows its CSRF token."""
    check_csrf(session, x_csrf_token)
    return session


async def supervises(session: Known) -> Session:
    """The session of a supervisor or an admin."""
    if session.account.role not in (Role.SUPERVISOR, Role.ADMIN):
        raise Forbidden("this is for supervisors and admins")
    return session


async def administers(session: Known) -> Session:
    """The session of an admin."""
    if session.account.role is not Role.ADMIN:
        raise Forbidden("this is for admins")
    return session


async def administers_writes(
    session: Annotated[Session, Depends(administers)], x_csrf_token: CsrfToken = None
) -> Session:
    """The session of an admin whose page knows its CSRF token."""
    check_csrf(session, x_csrf_token)
    return session


def check_csrf(session: Session, sent: str | None) -> None:
    """Raise Forbidden unless the page that sent this knows the session's CSRF token."""
    if not hmac.compare_digest((sent or "").encode("utf-8", "replace"), session.csrf.encode()):
        raise Forbidden("the X-CSRF-Token header is missing or wrong; it comes with the session")


KnownWrites = Annotated[Session, Depends(known_writes)]
Reads = Annotated[Session, Depends(reads)]
Writes = Annotated[Session, Depends(writes)]
Supervises = Annotated[Session, Depends(supervises)]
Administers = Annotated[Session, Depends(administers)]
AdministersWrites = Annotated[Session, Depends(administers_writes)]


@router.post("/setup", status_code=201)
async def setup(body: SetupIn, request: Request, token: Token) -> Response:
    """Make the account that a link is for, the first one or one that was invited, and sign in to it."""
    services = of(request)
    services.limits.sign_in(request)
    account = await services.staff.invitations.accept(body.token, body.name, body.password, body.email or "")
    entered = await services.staff.sign_in.begin(account.id, What.SIGNED_IN, caller(request, token))
    return _signed_in(services, entered, 201)


@router.post("/link")
async def link(body: LinkIn, request: Request) -> Response:
    """What a link is for, before somebody uses it: the first account, joining, or a new password."""
    services = of(request)
    services.limits.sign_in(request)
    about = await services.staff.invitations.look(body.token)
    shown = {"purpose": about.purpose.value, "email": about.email, "name": about.name, "role": about.role.value}
    return wire.json(shown)


@router.post("/session")
async def sign_in(body: SessionIn, request: Request, token: Token) -> Response:
    """Sign in; the cookie is HttpOnly, and every write sends `csrf` back as `X-CSRF-Token`.

    401 with type `code-required` asks for the code of the second factor, which the same call takes as `code`.
    """
    services = of(request)
    services.limits.sign_in(request, body.email)
    entered = await services.staff.sign_in.sign_in(body.email, body.password, body.code, caller(request, token))
    return _signed_in(services, entered, 200)


@router.get("/session")
async def who(session: Known) -> Response:
    """Who is signed in."""
    return wire.json(_session(session))


@router.delete("/session", status_code=204)
async def sign_out(request: Request, session: KnownWrites) -> Response:
    """Sign out."""
    services = of(request)
    await services.staff.sessions.sign_out(session)
    if not await services.staff.sessions.of(session.account.id):
        await services.desk.signed_out(session.account)
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, **_cookie(services))
    return response


def caller(request: Request, token: str | None) -> Caller:
    """Where a sign-in comes from."""
    address = of(request).limits.address(request)
    return Caller(address, browser_name(request.headers.get("user-agent")), token)


def account_view(account: Account) -> dict[str, Any]:
    """An account as its owner, supervisors and admins see it."""
    return {
        "id": account.id,
        "email": account.email,
        "name": account.name,
        "role": account.role.value,
        "skills": account.skills,
        "languages": account.languages,
        "capacity": account.capacity,
        "second_factor": is_on(account),
    }


def _signed_in(services: Services, entered: Entered, status: int) -> Response:
    token, session = entered
    response = wire.json(_session(session), status)
    response.set_cookie(COOKIE, token, max_age=SESSION_LASTS // 1000, **_cookie(services))
    return response


def _cookie(services: Services) -> dict[str, Any]:
    path, secure = f"{services.path_prefix}/", services.secure_cookies
    return {"path": path, "secure": secure, "httponly": True, "samesite": "strict"}


def _session(session: Session) -> dict[str, Any]:
    return {"account": account_view(session.account), "csrf": session.csrf}
