"""The customer's token: it opens one conversation, and only for 30 days from its last use."""

import asyncio
import base64
import hmac
import logging
from collections import OrderedDict
from collections.abc import Callable

from bot.errors import BotError, Expired, Forbidden, NotAuthenticated
from bot.touchpoints.log import Put, TouchpointLog
from bot.touchpoints.sealing import derive_key

LASTS = 30 * 24 * 3600 * 1000
WRITTEN_EVERY = 3600 * 1000
KEPT = 10_000

logger = logging.getLogger(__name__)


class Access:
    """Issues and checks tokens. A token is its conversation's id and a keyed digest of it, so none is stored."""

    def __init__(self, log: TouchpointLog, secret: bytes, clock: Callable[[], int]) -> None:
        self._log = log
        self._key = derive_key(secret, "conversation tokens")
        self._clock = clock
        self._known: OrderedDict[str, tuple[str, int]] = OrderedDict()
        self._writing: set[asyncio.Task[None]] = set()

    def token(self, conversation_id: str) -> str:
        """The token of a conversation: always the same, so that a repeated request gets the same answer."""
        digest = hmac.digest(self._key, conversation_id.encode(), "sha256")
        return f"{conversation_id}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"

    def give(self, conversation_id: str) -> str:
        """The token of a conversation that has begun or been found again just now; its use is written down already."""
        token = self.token(conversation_id)
        self._remember(conversation_id, token, self._clock())
        return token

    def forget(self, conversation_id: str) -> None:
        """Look the conversation's last use up anew: another process has ended its token."""
        self._known.pop(conversation_id, None)

    async def check(self, authorization: str | None, conversation_id: str) -> None:
        """Raise unless this `Authorization` header opens the conversation: NotAuthenticated, Forbidden or Expired."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotAuthenticated("send the conversation's token as `Authorization: Bearer TOKEN`")
        owner, _, _ = token.partition(".")
        known = self._known.get(owner)
        expected = known[0] if known else self.token(owner)
        if not hmac.compare_digest(token.encode("utf-8", "replace"), expected.encode("utf-8", "replace")):
            raise NotAuthenticated("this is not a token of any conversation here")
        if owner != conversation_id:
            raise Forbidden("this token opens another conversation")
        now = self._clock()
        used = known[1] if known else await self._last_written(owner)
        if now - used > LASTS and known:
            used = await self._last_written(owner)  # it may have been given out anew
        if now - used > LASTS:
            raise Expired("this token has not been used for 30 days; begin a new conversation")
        if now - used > WRITTEN_EVERY:
            self._write(owner, now)
            used = now
        if known is None or known[1] != used:
            self._remember(owner, expected, used)

    def _remember(self, conversation_id: str, token: str, used: int) -> None:
        self._known[conversation_id] = token, used
        if len(self._known) > KEPT:
            self._known.popitem(last=False)

    async def _last_written(self, conversation_id: str) -> int:
        rows = await self._log.rows("token_use", {"conversation_id": conversation_id})
        if not rows:
            raise NotAuthenticated("this is not a token of any conversation here")
        return int(rows[0]["used_at"] or 0)

    def _write(self, conversation_id: str, used: int) -> None:
        """Write the last use down, once an hour at most and without keeping the customer waiting."""

        async def write() -> None:
            try:
                await self._log.write([Put("token_use", {"conversation_id": conversation_id, "used_at": used})])
            except BotError as error:
                logger.warning("the last use of a token was not written: %s", error)

        task = asyncio.create_task(write())
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)
