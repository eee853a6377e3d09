"""Signing in and out, and the two things every agent's call asks: who is it, and does the write come from our page?"""

import hmac
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.security import APIKeyCookie

from bot.agents.accounts import SESSION_LASTS, Role, Session
from bot.errors import Forbidden
from bot.web import wire
from bot.web.problems import documented
from bot.web.schemas import SessionIn, SetupIn
from bot.web.services import Services, of

STAFF = documented(401, 403, 404, 409, 413, 422, 429, 503)
COOKIE = "bot_session"

cookie = APIKeyCookie(name=COOKIE, auto_error=False)
Token = Annotated[str | None, Depends(cookie)]
router = APIRouter(prefix="/api/agent", tags=["agent"], responses=STAFF)


async def reads(request: Request, token: Token) -> Session:
    """The session of somebody who may see conversations."""
    session = await of(request).accounts.session(token)
    if session.account.role is Role.ANALYST:
        raise Forbidden("analysts have no part in conversations")
    return session


async def writes(
    session: Annotated[Session, Depends(reads)],
    x_csrf_token: Annotated[str | None, Header(max_length=100)] = None,
) -> Session:
    """The session of somebody who may see conversations and whose page knows its CSRF token."""
    check_csrf(session, x_csrf_token)
    return session


def check_csrf(session: Session, sent: str | None) -> None:
    """Raise Forbidden unless the page that sent this knows the session's CSRF token."""
    if not hmac.compare_digest((sent or "").encode("utf-8", "replace"), session.csrf.encode()):
        raise Forbidden("the X-CSRF-Token header is missing or wrong; it comes with the session")


Reads = Annotated[Session, Depends(reads)]
Writes = Annotated[Session, Depends(writes)]


@router.post("/setup", status_code=201)
async def setup(body: SetupIn, request: Request) -> Response:
    """Make the first account with the one-time link that the server printed, and sign in to it."""
    services = of(request)
    services.limits.sign_in(request)
    token, session = await services.accounts.set_up(body.token, body.email, body.name, body.password)
    return _signed_in(services, token, session, 201)


@router.post("/session")
async def sign_in(body: SessionIn, request: Request) -> Response:
    """Sign in; the cookie is HttpOnly, and every write sends `csrf` back as `X-CSRF-Token`."""
    services = of(request)
    services.limits.sign_in(request)
    token, session = await services.accounts.sign_in(body.email, body.password)
    return _signed_in(services, token, session, 200)


@router.get("/session")
async def who(request: Request, token: Token) -> Response:
    """Who is signed in."""
    return wire.json(_session(await of(request).accounts.session(token)))


@router.delete("/session", status_code=204)
async def sign_out(
    request: Request,
    token: Token,
    x_csrf_token: Annotated[str | None, Header(max_length=100)] = None,
) -> Response:
    """Sign out."""
    services = of(request)
    check_csrf(await services.accounts.session(token), x_csrf_token)
    await services.accounts.sign_out(token or "")
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path=f"{services.path_prefix}/")
    return response


def _signed_in(services: Services, token: str, session: Session, status: int) -> Response:
    response = wire.json(_session(session), status)
    response.set_cookie(
        COOKIE,
        token,
        max_age=SESSION_LASTS // 1000,
        path=f"{services.path_prefix}/",
        secure=services.secure_cookies,
        httponly=True,
        samesite="strict",
    )
    return response


def _session(session: Session) -> dict[str, Any]:
    account = session.account
    about = {
        "id": account.id,
        "email": account.email,
        "name": account.name,
        "role": account.role.value,
        "skills": account.skills,
    }
    return {"account": about, "csrf": session.csrf}
