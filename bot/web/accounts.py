"""The staff as admins look after it: who there is, what each may do, and asking others to join."""

from typing import Any

from fastapi import APIRouter, Request, Response

from bot.agents.accounts import Account
from bot.agents.invitations import Invitation
from bot.records import timestamp
from bot.web import wire
from bot.web.account_schemas import AccountIn, Id, InvitationId, InvitationIn
from bot.web.services import of
from bot.web.session import STAFF, Administers, AdministersWrites, Supervises, account_view

ONE = "/accounts/{account_id}"

router = APIRouter(prefix="/api/agent", tags=["staff"], responses=STAFF)


@router.get("/accounts")
async def everybody(request: Request, session: Supervises) -> Response:
    """Every account; for supervisors and admins."""
    services = of(request)
    now = services.conversations.clock()
    content = services.serving.content
    known = sorted({content.bot.default_skill, *(one.skill for one in content.intents.values() if one.skill)})
    accounts = [_row(account, now) for account in await services.staff.accounts.all()]
    return wire.json({"accounts": accounts, "skills": known})


@router.patch(ONE)
async def change(account_id: Id, body: AccountIn, request: Request, session: AdministersWrites) -> Response:
    """Change an account; disabling it ends its sessions. 409 where no admin would be left."""
    services = of(request)
    account = await services.staff.accounts.change(account_id, _changes(body), session.account.id)
    return wire.json({"account": _row(account, services.conversations.clock())})


@router.post(ONE + "/reset")
async def reset(account_id: Id, request: Request, session: AdministersWrites) -> Response:
    """Make a link to a new password: it goes out by mail, or without mail it is in the answer, this once."""
    link = await of(request).staff.invitations.reset_for(account_id, session.account.id)
    return _shown_once({"link": link} if link else {})


@router.delete(ONE + "/second-factor", status_code=204)
async def drop_second_factor(account_id: Id, request: Request, session: AdministersWrites) -> Response:
    """Turn off the second factor of somebody who has lost it."""
    await of(request).staff.second_factors.turn_off(account_id, session.account.id)
    return Response(status_code=204)


@router.delete(ONE + "/sessions", status_code=204)
async def end_sessions(account_id: Id, request: Request, session: AdministersWrites) -> Response:
    """End every session of an account."""
    await of(request).staff.sessions.end_all(account_id, session.account.id)
    return Response(status_code=204)


@router.get("/invitations")
async def invitations(request: Request, session: Administers) -> Response:
    """The invitations that nobody has used yet."""
    staff = of(request).staff
    return wire.json({"invitations": [_invitation(one) for one in await staff.invitations.pending()]})


@router.post("/invitations", status_code=201)
async def invite(body: InvitationIn, request: Request, session: AdministersWrites) -> Response:
    """Ask somebody to join: the link goes out by mail, or without mail it is in the answer, this once."""
    skills, languages = tuple(body.skills), tuple(body.languages)
    link = await of(request).staff.invitations.invite(
        body.email, body.role, body.name, skills, languages, session.account
    )
    return _shown_once({"link": link} if link else {}, 201)


@router.delete("/invitations/{invitation_id}", status_code=204)
async def withdraw(invitation_id: InvitationId, request: Request, session: AdministersWrites) -> Response:
    """Take an invitation back."""
    await of(request).staff.invitations.withdraw(invitation_id, session.account.id)
    return Response(status_code=204)


def _changes(body: AccountIn) -> dict[str, Any]:
    changes = {name: getattr(body, name) for name in body.model_fields_set}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in changes.items()}


def _row(account: Account, now: int) -> dict[str, Any]:
    return {**account_view(account), "disabled": account.disabled, "locked": account.locked_until > now}


def _invitation(invitation: Invitation) -> dict[str, Any]:
    return {
        "invitation_id": invitation.id,
        "email": invitation.email,
        "name": invitation.name,
        "role": invitation.role.value,
        "skills": invitation.skills,
        "languages": invitation.languages,
        "expires": timestamp(invitation.expires_at),
        "invited_by": invitation.invited_by,
    }


def _shown_once(body: dict[str, Any], status: int = 200) -> Response:
    return wire.json(body, status, headers={"Cache-Control": "no-store"})
