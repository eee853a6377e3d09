"""The report's pages, for analysts, supervisors and admins; a child process makes them, here they are passed on."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from bot.agents.accounts import Role
from bot.cx.child import is_installed
from bot.errors import NotAuthenticated
from bot.web.services import of
from bot.web.session import Token

HTML = "text/html; charset=utf-8"
READERS = (Role.ANALYST, Role.SUPERVISOR, Role.ADMIN)
OPENERS = (Role.SUPERVISOR, Role.ADMIN)
"""Who may open the conversations behind a figure: analysts have no part in conversations."""

ASSETS = {"report.css": "text/css", "report.js": "text/javascript", "plotly.js": "text/javascript"}
MISSING = "The report needs what this installation has not set up: run `make report` once, then load this page again."

router = APIRouter(prefix="/cx", include_in_schema=False)

Days = Annotated[str, Query(max_length=5)]


@router.get("")
@router.get("/")
async def first(request: Request) -> Response:
    """The first view."""
    return RedirectResponse(f"{of(request).path_prefix}/cx/lead")


@router.get("/{name}")
async def page(
    request: Request, name: str, token: Token, days: Days = "30", metric: Annotated[str, Query(max_length=60)] = ""
) -> Response:
    """A view, the conversations behind a figure, or a file that goes with the pages."""
    role = await _role(request, token)
    if role is None:
        return _told(401, 'Sign in at <a href="../agent/">the console</a> first, as an analyst, supervisor or admin.')
    if role not in READERS:
        return _told(403, "The report is for analysts, supervisors and admins.")
    if not is_installed():
        return _told(503, MISSING.replace("`make report`", "<code>make report</code>"))
    report = of(request).report
    if name in ASSETS:
        answer = await report.ask(page="asset", name=name)
        kept = {"Cache-Control": "private, max-age=3600"}
        return Response(answer.text, answer.status, kept, f"{ASSETS[name]}; charset=utf-8")
    opens = "yes" if role in OPENERS else "no"
    if name == "conversations" and role not in OPENERS:
        return _told(403, "Conversations are for supervisors and admins.")
    which = "conversations" if name == "conversations" else "view"
    answer = await report.ask(page=which, view=name, days=days, metric=metric, opens=opens)
    if answer.status == 202:
        _, done, total = answer.text.split()
        share = 100 * int(done) // max(int(total), 1)
        return _told(202, f"The log is being read: {share} % so far. This page asks again.", again=True)
    if answer.status != 200:
        return _told(answer.status, _escaped(answer.text))
    return Response(answer.text, 200, {"Cache-Control": "private, no-cache"}, HTML)


async def _role(request: Request, token: str | None) -> Role | None:
    try:
        return (await of(request).staff.sessions.find(token)).account.role
    except NotAuthenticated:
        return None


def _told(status: int, text: str, again: bool = False) -> Response:
    """A page of one sentence."""
    account = "" if status == 401 else '<p><a href="../agent/#account">Your account</a></p>'
    refresh = '<meta http-equiv="refresh" content="2">' if again else ""
    return Response(
        f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">{refresh}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Customer experience</title><link rel="stylesheet" href="../widget/tokens.css"></head>
<body><main style="max-inline-size: 44rem; margin: 15vh auto; padding-inline: 24px">
<h1>Customer experience</h1><p role="status">{text}</p>{account}</main></body></html>
""",
        status,
        {"Cache-Control": "no-store"},
        HTML,
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
