"""What the clock does to conversations: an episode in which nothing was said for a day is closed."""

import asyncio
import logging
from collections.abc import Sequence

from bot.conversations.conversation import Conversations
from bot.conversations.serving import Serving
from bot.dialogue.speech import plain
from bot.dialogue.state import Owner, State
from bot.errors import BotError
from bot.records import Draft

SILENT_AFTER = 24 * 3600 * 1000
EVERY = 60.0

logger = logging.getLogger(__name__)


class Sweep:
    """Closes silent episodes that the bot owns."""

    def __init__(self, conversations: Conversations, serving: Serving) -> None:
        self._conversations = conversations
        self._serving = serving

    async def watch(self) -> None:
        """Sweep once a minute, for ever; a sweep that fails is logged and tried again."""
        while True:
            try:
                await self.once()
            except Exception:
                logger.exception("the sweep failed and is tried again")
            await asyncio.sleep(EVERY)

    async def once(self) -> int:
        """Close every episode of the bot's that has been silent for a day; returns how many."""
        cutoff = self._conversations.clock() - SILENT_AFTER
        closed = 0
        rows = await self._conversations.log.rows("conversation", {"owner": Owner.BOT.value}, {"opened_at": cutoff + 1})
        for row in rows:
            try:
                outcome = await self._conversations.act(str(row["conversation_id"]), self._close_if_silent)
            except BotError as error:
                logger.warning("a silent episode could not be closed: %s", error)  # the others still can
            else:
                closed += bool(outcome.touchpoints)
        return closed

    async def _close_if_silent(self, state: State) -> Sequence[Draft]:
        silent = self._conversations.clock() - state.last_time >= SILENT_AFTER
        if state.owner is not Owner.BOT or not state.episode_open or not silent:
            return ()
        text = plain(self._serving.content.bot.texts.closed_silent, state.locale)
        return (Draft("episode.closed", {"actor_kind": "system", "reason": "silent"}, {"text": text}),)
