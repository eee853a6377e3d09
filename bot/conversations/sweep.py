"""What the clock does to conversations: episodes in which nothing happens any more are closed."""

import asyncio
import logging
from collections.abc import Sequence

from bot.conversations.access import WRITTEN_EVERY
from bot.conversations.conversation import Conversations, Decide
from bot.conversations.serving import Serving
from bot.dialogue.speech import told
from bot.dialogue.state import Owner, State
from bot.errors import BotError
from bot.records import Draft

SILENT_AFTER = 24 * 3600 * 1000
EVERY = 60.0

logger = logging.getLogger(__name__)


class Sweep:
    """Closes silent episodes that the bot owns, and those whose customer waited and is gone for good."""

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
        """Close what nothing has happened in for a day; returns how many."""
        log, cutoff = self._conversations.log, self._conversations.clock() - SILENT_AFTER
        closed = 0
        for row in await log.rows("conversation", {"owner": Owner.BOT.value}, {"opened_at": cutoff + 1}):
            closed += await self._close(str(row["conversation_id"]), self._close_if_silent)
        for row in await log.rows("queue", {"agent_id": None}, {"waiting_since": cutoff + 1}):
            conversation_id = str(row["conversation_id"])
            if await self._is_gone(conversation_id):
                closed += await self._close(conversation_id, self._close_if_abandoned)
        return closed

    async def _close(self, conversation_id: str, rule: Decide) -> bool:
        try:
            outcome = await self._conversations.act(conversation_id, rule)
        except BotError as error:
            logger.warning("a silent episode could not be closed: %s", error)  # the others still can
            return False
        return bool(outcome.touchpoints)

    async def _is_gone(self, conversation_id: str) -> bool:
        """Whether the customer's page has not been open for a day; an open one renews its token's use."""
        if self._conversations.is_followed(conversation_id):
            return False
        rows = await self._conversations.log.rows("token_use", {"conversation_id": conversation_id})
        used = max((int(row["used_at"] or 0) for row in rows), default=0)
        return self._conversations.clock() - used >= SILENT_AFTER + WRITTEN_EVERY

    async def _close_if_silent(self, state: State) -> Sequence[Draft]:
        if state.owner is not Owner.BOT or not state.episode_open or not self._is_silent(state):
            return ()
        text = told(self._serving.content.bot.texts.closed_silent, state)
        return (Draft("episode.closed", {"actor_kind": "system", "reason": "silent"}, {"text": text}),)

    async def _close_if_abandoned(self, state: State) -> Sequence[Draft]:
        """Never for somebody who was promised an answer: they are right to be away."""
        if state.owner is not Owner.QUEUED or state.promised_at is not None or not self._is_silent(state):
            return ()
        text = told(self._serving.content.bot.texts.closed_abandoned, state)
        waited = self._conversations.clock() - (state.waiting_since or state.last_time)
        facts = {
            "actor_kind": "system",
            "reason": "abandoned",
            "skill": state.skill,
            "wait_s": round(waited / 1000, 1),
        }
        return (Draft("episode.closed", facts, {"text": text}),)

    def _is_silent(self, state: State) -> bool:
        return self._conversations.clock() - state.last_time >= SILENT_AFTER
