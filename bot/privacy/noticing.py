"""How a running server notices that a customer has been erased from the command line, and lets go of them at once."""

import asyncio
import logging
from collections.abc import Sequence

from bot.conversations.access import Access
from bot.conversations.conversation import Conversations
from bot.desk.customers import Customers
from bot.desk.search import Search
from bot.errors import BotError
from bot.touchpoints.hints import Hint, Hints
from bot.touchpoints.log import TouchpointLog
from bot.touchpoints.sealing import Vault

LOOKED_AT_EVERY = 1.0

logger = logging.getLogger(__name__)


class Noticing:
    """Follows the tombstones of the log. What another process destroyed goes from the memory of this one."""

    def __init__(
        self,
        log: TouchpointLog,
        hints: Hints,
        vault: Vault,
        access: Access,
        conversations: Conversations,
        customers: Customers,
        search: Search,
    ) -> None:
        self._log = log
        self._hints = hints
        self._vault = vault
        self._access = access
        self._conversations = conversations
        self._customers = customers
        self._search = search
        self._reached: int | None = None

    async def watch(self) -> None:
        """Look for ever, once a second."""
        while True:
            try:
                await self.look()
            except BotError as error:
                logger.warning("erased customers can't be looked for: %s", error)
            except Exception:
                logger.exception("a look at the erased customers failed and is repeated")
            await asyncio.sleep(LOOKED_AT_EVERY)

    async def look(self) -> None:
        """Let go of everybody who was erased since the last look."""
        head = await self._log.last_position()
        if self._reached is not None and head > self._reached:
            tombstones = await self._log.backwards(head + 1, 100_000, ["customer.erased"], self._reached)
            await self._let_go([str(one.facts["customer_ref"]) for one in tombstones])
        self._reached = head

    async def _let_go(self, refs: Sequence[str]) -> None:
        if not refs:
            return
        self._vault.forget(*refs)
        rows = await self._log.rows("conversation", {"customer_ref": refs})
        for conversation_id in [str(row["conversation_id"]) for row in rows]:
            self._access.forget(conversation_id)
            self._conversations.forget(conversation_id)
            self._customers.forget(conversation_id)
            self._hints.publish(Hint(conversation_id, 0))
        await self._search.forget(refs)
        logger.info("%d erased customers were let go of", len(refs))
