"""The agents' calls about who waits and who is there, and the stream that tells what changes."""

import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client import Gauge

from bot.agents.accounts import Account, Role
from bot.agents.presence import Presence, Status
from bot.agents.queue import View, Waiting, sees
from bot.desk.figures import Figures
from bot.desk.visibility import is_bound_to_skills
from bot.errors import NotAuthenticated
from bot.records import timestamp
from bot.touchpoints.hints import Hint
from bot.web import wire
from bot.web.queue_rows import queue_rows
from bot.web.schemas import PresenceIn
from bot.web.services import Services, of
from bot.web.session import STAFF, Reads, Supervises, Token, Writes

CHECKED_EVERY = 5.0
"""An open stream looks at least so often, in seconds, whether its session still stands: another process may end it."""

ASKED_EVERY = 60.0
"""So often a stream asks its page for presence anew: the answer is a sign of life that no sleeping page gives."""

router = APIRouter(prefix="/api/agent", tags=["agent"], responses=STAFF)


def measure(services: Services) -> None:
    """Offer in `/metrics` what the last look at the queue and at presence saw."""
    queue, attendance = services.queue, services.desk.attendance
    for name, about, value in (
        ("bot_queue_waiting", "Conversations that wait for an agent.", lambda: len(queue.last.waiting)),
        ("bot_queue_assigned", "Conversations that an agent has.", lambda: len(queue.last.assigned)),
        ("bot_agents_online", "Agents who are online.", lambda: attendance.online),
    ):
        Gauge(name, about, registry=services.metrics).set_function(value)


@router.get("/queue")
async def get_queue(request: Request, session: Reads) -> Response:
    """Who waits and who is being helped, as far as this agent may see it."""
    services = of(request)
    view = await services.queue.look()

    def shown(rows: Sequence[Waiting]) -> list[Waiting]:
        return [row for row in rows if sees(session.account, row.skill, row.agent_id)]

    waiting = await queue_rows(services, view, shown(view.waiting))
    return wire.json({"waiting": waiting, "assigned": await queue_rows(services, view, shown(view.assigned))})


@router.get("/presence")
async def get_presence(request: Request, session: Reads) -> Response:
    """One's own presence, and who else is there."""
    services = of(request)
    view, present = await services.queue.look(), await services.desk.attendance.all()
    own = present.get(session.account.id) or Presence(session.account.id)
    me = {
        "status": own.status.value,
        "automatic": own.automatic,
        "capacity": services.desk.capacity(session.account, own),
    }
    accounts = await _answering(services)
    agents = [_agent(services, account, present, view) for account in accounts]
    return wire.json({"me": me, "agents": agents, "skills": _targets(services, accounts, present)})


@router.post("/presence", status_code=204)
async def set_presence(request: Request, body: PresenceIn, session: Writes) -> None:
    """Come, go or step away; going offline gives what one has back to the queue."""
    await of(request).desk.choose(session.account, Status(body.status), body.automatic, body.capacity)


@router.get("/overview")
async def overview(request: Request, session: Supervises) -> Response:
    """Who is on and with how much, how long each skill waits, and which targets are at risk."""
    services = of(request)
    view, present = await services.queue.look(), await services.desk.attendance.all()
    figures = await services.desk.figures.all() if services.serving.content.bot.service.figures_of_agents else None
    agents = []
    for account in await _answering(services):
        one = present.get(account.id) or Presence(account.id)
        since = {"since": timestamp(one.since)} if one.since else {}
        about = _agent(services, account, present, view) | {"automatic": one.automatic, **since}
        agents.append(about if figures is None else about | {"figures": _figures(figures.get(account.id))})
    rows = await queue_rows(services, view, [*view.waiting, *view.assigned])
    at_risk = [row for row in rows if row["at_risk"]]
    at_risk.sort(key=lambda row: (row["at_risk"] != "missed", -row["waiting_s"]))
    return wire.json({"agents": agents, "skills": _skills(rows), "at_risk": at_risk})


@router.get("/stream", response_class=Response)
async def stream(request: Request, session: Reads, token: Token) -> Response:
    """Server-sent events: what has changed of what this agent may see, to be read anew; see the contract's list."""
    services = of(request)
    await services.desk.attendance.stream_open(session.account.id)
    ear = _Ear(services, session.account, token)
    ear.follow(await services.queue.look())
    return wire.stream(services.hints, None, ear.news)


class _Ear:
    """What one open stream hears of the hints."""

    def __init__(self, services: Services, account: Account, token: str | None) -> None:
        self._services = services
        self._account = account
        self._token = token
        self._checked_at = self._asked_at = time.monotonic()
        self._checked = services.staff.sessions.changes
        self._seen: set[str] = set()

    def follow(self, view: View) -> None:
        """Note what the agent sees in the queue: when one of those leaves it, that is told as well."""
        self._seen = {row.conversation_id for row in view.rows.values() if sees(self._account, row.skill, row.agent_id)}

    async def news(self, came: Sequence[Hint]) -> AsyncIterator[wire.Event]:
        """The events for the hints that came; raises Ended for who is signed out, disabled or too late."""
        now, changes = time.monotonic(), self._services.staff.sessions.changes
        if not came or changes != self._checked or now - self._checked_at >= CHECKED_EVERY:
            self._checked_at, self._checked = now, changes
            try:
                self._account = (await self._services.staff.sessions.find(self._token)).account
            except NotAuthenticated:
                raise wire.Ended from None
            if self._account.role is Role.ANALYST:  # made one since the stream began
                raise wire.Ended
            await self._services.desk.attendance.stream_open(self._account.id)
        if now - self._asked_at >= ASKED_EVERY:
            self._asked_at = now
            yield wire.event({}, "presence")
        # Of what was reached several times, the last is enough.
        for hint in {(hint.conversation_id, hint.kind, hint.actor_id): hint for hint in came}.values():
            if hint.kind == "presence":
                yield wire.event({}, "presence")
            elif hint.kind not in ("queue", "sessions") and await self._hears_of(hint.conversation_id):
                yield _event(hint)

    async def _hears_of(self, conversation_id: str) -> bool:
        """Whether the agent may see it: in the queue, just gone from it, or open in front of the agent."""
        if not is_bound_to_skills(self._account):
            return True
        row = (await self._services.queue.look()).rows.get(conversation_id)
        if row is not None and sees(self._account, row.skill, row.agent_id):
            self._seen.add(conversation_id)
            return True
        if conversation_id in self._seen:
            self._seen.discard(conversation_id)
            return True
        looking = self._services.watching.others(conversation_id, "")
        return self._account.id in [agent.id for agent in looking]


def _event(hint: Hint) -> wire.Event:
    if hint.kind == "looking":
        return wire.event({"conversation_id": hint.conversation_id}, "looking")
    about: dict[str, Any] = {"conversation_id": hint.conversation_id, "seq": hint.seq}
    if hint.kind == "reached":
        return wire.event(about, "changed")
    actor = {"kind": hint.actor_kind, "id": hint.actor_id, "name": hint.actor_name}
    return wire.event(about | {"actor": {name: value for name, value in actor.items() if value}}, hint.kind)


async def _answering(services: Services) -> list[Account]:
    """Those who may have conversations."""
    accounts = await services.accounts.all()
    return [account for account in accounts if account.role is not Role.ANALYST and not account.disabled]


def _agent(services: Services, account: Account, present: dict[str, Presence], view: View) -> dict[str, Any]:
    presence = present.get(account.id) or Presence(account.id)
    return {
        "id": account.id,
        "name": account.name,
        "status": presence.status.value,
        "load": view.loads[account.id],
        "capacity": services.desk.capacity(account, presence),
        "skills": account.skills,
        "languages": account.languages,
    }


def _targets(services: Services, accounts: Sequence[Account], present: dict[str, Presence]) -> list[dict[str, Any]]:
    """Every skill that a conversation can be passed to, and how many of those who have it are online."""
    online = [one for one in accounts if present.get(one.id, Presence(one.id)).status is Status.ONLINE]
    named = {skill for account in accounts for skill in account.skills}
    skills = sorted({*services.serving.content.skills(), *named})
    # An account without skills has them all.
    return [
        {"skill": skill, "online": sum(not one.skills or skill in one.skills for one in online)} for skill in skills
    ]


def _figures(figures: Figures | None) -> dict[str, Any]:
    known = figures or Figures(0, None)
    return {"handled": known.handled, "median_reply_s": known.median_reply_s}


def _skills(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    skills: dict[str, dict[str, Any]] = {}
    for row in rows:
        nothing = {"skill": row["skill"], "waiting": 0, "longest_s": 0.0, "assigned": 0, "warning": 0, "missed": 0}
        skill = skills.setdefault(row["skill"], nothing)
        if "agent" in row:
            skill["assigned"] += 1
        else:
            skill["waiting"] += 1
            skill["longest_s"] = max(skill["longest_s"], row["waiting_s"])
        if row["at_risk"]:
            skill[row["at_risk"]] += 1
    return sorted(skills.values(), key=lambda skill: str(skill["skill"]))
