"""Sessions of those who have signed in: begun, looked up, listed and ended. Tokens are kept as digests alone."""

import hashlib
import secrets
from dataclasses import dataclass

from bot.agents.accounts import Account, Accounts
from bot.agents.staff_log import Happening, StaffLog, Step, What
from bot.errors import Conflict, Expired, NotAuthenticated, NotFound
from bot.records import new_id
from bot.touchpoints.log import SYSTEM, Change, Drop, Put, Row, TouchpointLog

SESSION_LASTS = 12 * 3600 * 1000
SEEN_EVERY = 5 * 60 * 1000
"""How exactly a session's last use is known."""


@dataclass(frozen=True, slots=True)
class Session:
    """An account that has signed in; `csrf` must come back with every write, `id` names it and opens nothing."""

    account: Account
    csrf: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as its owner sees it in a list; times are milliseconds since the Unix epoch."""

    id: str
    browser: str
    begun_at: int
    seen_at: int


def digest(token: str) -> str:
    """What is kept of a token: it can be recognised and not be used."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class Sessions:
    """The sessions of all accounts."""

    def __init__(self, staff_log: StaffLog, accounts: Accounts) -> None:
        self._staff_log = staff_log
        self._log: TouchpointLog = staff_log.log
        self._clock = staff_log.clock
        self._accounts = accounts

    @property
    def changes(self) -> int:
        """It moves whenever sessions or accounts change in this process: then what was found before may be over."""
        return self._staff_log.changes

    async def begin(
        self, account: Account, browser: str, replacing: str | None
    ) -> tuple[tuple[str, Session], list[Change]]:
        """A new token with its session, and the changes by which it begins and those that are over end.

        `replacing` is the token that the browser came with: it ends, so that nobody who planted it shares the new one.
        """
        token, now = secrets.token_urlsafe(32), self._clock()
        session = Session(account, secrets.token_urlsafe(24), new_id())
        row: Row = {
            "digest": digest(token),
            "account_id": account.id,
            "csrf": session.csrf,
            "created_at": now,
            "expires_at": now + SESSION_LASTS,
            "session_id": session.id,
            "seen_at": now,
            "browser": browser,
        }
        over = [str(old["digest"]) for old in await self._log.rows("session", None, {"expires_at": now})]
        over += [digest(replacing)] if replacing else []
        return (token, session), [*(Drop("session", {"digest": one}) for one in over), Put("session", row, new=True)]

    async def find(self, token: str | None) -> Session:
        """The session of a token; raises NotAuthenticated, or Expired."""
        rows = await self._log.rows("session", {"digest": digest(token)}) if token else []
        if not rows:
            raise NotAuthenticated("sign in first")
        row, now = rows[0], self._clock()
        if int(row["expires_at"] or 0) < now:
            raise Expired("the session has ended; sign in again")
        try:
            account = await self._accounts.get(str(row["account_id"]))
        except NotFound:
            account = None
        if account is None or account.disabled:
            raise NotAuthenticated("sign in first")
        if now - int(row["seen_at"] or 0) >= SEEN_EVERY:
            await self._seen(str(row["digest"]), now)
        return Session(account, str(row["csrf"]), str(row["session_id"]))

    async def of(self, account_id: str) -> list[OpenSession]:
        """The sessions of an account that are open, the latest first."""
        now = self._clock()
        rows = await self._log.rows("session", {"account_id": account_id})
        shown = [
            OpenSession(
                str(row["session_id"]), str(row["browser"]), int(row["created_at"] or 0), int(row["seen_at"] or 0)
            )
            for row in rows
            if int(row["expires_at"] or 0) >= now
        ]
        return sorted(shown, key=lambda one: (one.begun_at, one.id), reverse=True)

    async def sign_out(self, session: Session) -> None:
        """End one's own session."""
        await self._end(session.account.id, What.SIGNED_OUT, session.account.id, only=session.id)

    async def end(self, account_id: str, session_id: str, by: str) -> None:
        """End one session of an account; raises NotFound."""
        if not await self._end(account_id, What.SESSIONS_ENDED, by, only=session_id):
            raise NotFound("there is no such session; it may have ended already")

    async def end_all(self, account_id: str, by: str, keep: str | None = None) -> int:
        """End every session of an account, but for the one with the id `keep`; returns how many those were."""
        await self._accounts.get(account_id)
        return await self._end(account_id, What.SESSIONS_ENDED, by, keep=keep)

    async def _end(self, account_id: str, what: What, by: str, only: str | None = None, keep: str | None = None) -> int:
        async def decide() -> Step[int]:
            rows = await self._log.rows("session", {"account_id": account_id})
            ended = [row for row in rows if only in (None, row["session_id"]) and row["session_id"] != keep]
            if not ended:
                return Step(0)
            facts = {"sessions": len(ended)} if what is What.SESSIONS_ENDED else {}
            changes = [Drop("session", {"digest": row["digest"]}) for row in ended]
            return Step(len(ended), [Happening(what, account_id, by, facts)], changes)

        return await self._staff_log.act(decide)

    async def _seen(self, key: str, now: int) -> None:
        """Note that a session is used. It must not come back to life where somebody ends it at this moment.

        Whatever ends a session moves the system's stream on, so the note depends on that and is left out where it has.
        """
        seq = await self._log.head(SYSTEM)
        rows = await self._log.rows("session", {"digest": key})
        if not rows:
            return
        try:
            await self._log.append(SYSTEM, seq, (), [Put("session", {**rows[0], "seen_at": now})])
        except Conflict:
            return
