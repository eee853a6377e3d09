"""What everybody of the staff does with their own account: name, password, second factor, sessions."""

from fastapi import APIRouter, Request, Response
from starlette.background import BackgroundTask

from bot.records import timestamp
from bot.web import wire
from bot.web.account_schemas import AgainIn, CodeIn, EndIn, ForgotIn, OwnIn, PasswordIn, ResetIn
from bot.web.services import of
from bot.web.session import STAFF, Known, KnownWrites, account_view

router = APIRouter(prefix="/api/agent", tags=["account"], responses=STAFF)


@router.patch("/account")
async def change(body: OwnIn, request: Request, session: KnownWrites) -> Response:
    """Change one's name, as customers see it."""
    account_id = session.account.id
    account = await of(request).staff.accounts.change(account_id, {"name": body.name}, account_id)
    return wire.json({"account": account_view(account)})


@router.post("/password", status_code=204)
async def change_password(body: PasswordIn, request: Request, session: KnownWrites) -> Response:
    """Change one's password; every other session of the account ends."""
    services = of(request)
    account = await services.staff.sign_in.confirm(session.account.id, body.old, services.limits.address(request))
    await services.staff.accounts.change_password(account, body.new, session.id)
    return Response(status_code=204)


@router.post("/password/forgot", status_code=202)
async def forgot(body: ForgotIn, request: Request) -> Response:
    """Ask for the link to a new password; the answer is the same whether the address has an account or not.

    `by_mail` says whether this installation sends mail at all; without it an admin makes the link.
    """
    services = of(request)
    services.limits.sign_in(request)
    invitations = services.staff.invitations
    response = wire.json({"by_mail": invitations.by_mail}, 202)
    # After the answer: how long it takes would tell as well.
    response.background = BackgroundTask(invitations.forgot, body.email)
    return response


@router.post("/password/reset", status_code=204)
async def reset(body: ResetIn, request: Request) -> Response:
    """Set a new password by a link; every session of the account ends, and its second factor stays."""
    services = of(request)
    services.limits.sign_in(request)
    await services.staff.invitations.reset(body.token, body.password)
    return Response(status_code=204)


@router.post("/second-factor")
async def offer_second_factor(body: AgainIn, request: Request, session: KnownWrites) -> Response:
    """A new secret for an app that shows codes, also as a picture; it counts from the confirmation on."""
    services = of(request)
    await services.staff.sign_in.confirm(session.account.id, body.password, services.limits.address(request))
    issuer = services.serving.content.bot.name
    offered = await services.staff.second_factors.offer(session.account.id, issuer)
    return wire.json(
        {"secret": offered.secret, "uri": offered.uri, "svg": offered.svg}, headers={"Cache-Control": "no-store"}
    )


@router.post("/second-factor/confirm", status_code=204)
async def confirm_second_factor(body: CodeIn, request: Request, session: KnownWrites) -> Response:
    """Turn the second factor on with a code of the app; every other session of the account ends."""
    await of(request).staff.second_factors.confirm(session.account.id, body.code, session.id)
    return Response(status_code=204)


@router.delete("/second-factor", status_code=204)
async def drop_second_factor(body: AgainIn, request: Request, session: KnownWrites) -> Response:
    """Turn one's second factor off."""
    services = of(request)
    await services.staff.sign_in.confirm(session.account.id, body.password, services.limits.address(request))
    await services.staff.second_factors.turn_off(session.account.id, session.account.id)
    return Response(status_code=204)


@router.get("/sessions")
async def sessions(request: Request, session: Known) -> Response:
    """Where one is signed in, the latest first."""
    shown = [
        {
            "session_id": one.id,
            "browser": one.browser,
            "begun": timestamp(one.begun_at),
            "seen": timestamp(one.seen_at),
            "current": one.id == session.id,
        }
        for one in await of(request).staff.sessions.of(session.account.id)
    ]
    return wire.json({"sessions": shown})


@router.delete("/sessions", status_code=204)
async def end_sessions(request: Request, session: KnownWrites, body: EndIn | None = None) -> Response:
    """End one of one's sessions, or without an id all but this one."""
    staff, account_id = of(request).staff, session.account.id
    if body and body.session_id:
        await staff.sessions.end(account_id, body.session_id, account_id)
    else:
        await staff.sessions.end_all(account_id, account_id, keep=session.id)
    return Response(status_code=204)
