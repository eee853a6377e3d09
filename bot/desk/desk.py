"""The desk: what happens between those who wait and those who answer, on every change and every second."""

import asyncio
import logging
import time
from collections.abc import Callable

from bot.agents.accounts import Account, Accounts
from bot.agents.presence import Presence, Status, capacity
from bot.agents.queue import Queue
from bot.agents.targets import Targets
from bot.conversations.conversation import Conversations
from bot.conversations.hand_off import HandOff
from bot.conversations.serving import Serving
from bot.desk.assigner import Assigner
from bot.desk.figures import AgentFigures
from bot.desk.leases import Leases
from bot.desk.line import Line
from bot.desk.presence import Attendance, check_capacity
from bot.touchpoints.hints import Hint, Hints
from bot.touchpoints.log import TouchpointLog

EVERY = 1.0
"""At the latest after so many seconds everything is looked at again, whether a hint came or not."""

TOGETHER = 0.02
"""Changes that come within so many seconds are looked at together."""

logger = logging.getLogger(__name__)


class Desk:
    """Presence, leases, assignment and the line, kept going by `watch`."""

    def __init__(
        self,
        log: TouchpointLog,
        hints: Hints,
        clock: Callable[[], int],
        queue: Queue,
        accounts: Accounts,
        conversations: Conversations,
        hand_off: HandOff,
        serving: Serving,
        line: Line,
    ) -> None:
        self.queue = queue
        self.line = line
        self.attendance = Attendance(log, hints, clock)
        self.figures = AgentFigures(log, clock)
        self._accounts = accounts
        self._serving = serving
        self._targets: tuple[str, Targets] | None = None
        self._leases = Leases(queue, self.attendance, accounts, hand_off, self.targets, clock)
        self._assigner = Assigner(queue, self.attendance, accounts, conversations, hand_off, self._usual_capacity)
        self._moving = asyncio.Lock()
        self._changed = asyncio.Event()
        hints.at_once(self._note)

    async def watch(self) -> None:
        """Keep the queue moving, for ever; what fails is logged and tried again."""
        looked_back, swept_at = False, -EVERY
        while True:
            self._changed.clear()
            try:
                if not looked_back:
                    await self.line.look_back()
                    looked_back = True
                if due := time.monotonic() - swept_at >= EVERY:
                    swept_at = time.monotonic()
                await self.once(sweep=due)
            except Exception:
                logger.exception("the queue could not be looked after and is tried again")
            try:
                async with asyncio.timeout(EVERY):
                    await self._changed.wait()
            except TimeoutError:
                continue
            await asyncio.sleep(TOGETHER)

    async def once(self, sweep: bool = True) -> None:
        """Give away what can be given; a sweep ends the leases that are over first, and tells who waits their place."""
        async with self._moving:
            if sweep:
                await self._leases.sweep()
            await self._assigner.once()
        if sweep:
            await self.line.tell()

    async def choose(
        self, account: Account, status: Status, automatic: bool | None = None, chosen: int | None = None
    ) -> None:
        """An agent's own choice; going offline gives back what they have. Raises Refused for too large a capacity."""
        check_capacity(account, chosen, self._usual_capacity())
        async with self._moving:
            await self.attendance.seen(account.id)
            await self.attendance.change(account.id, status, automatic, chosen)
            if status is Status.OFFLINE:
                await self._leases.free(account.id, account, "released")

    async def signed_out(self, account: Account) -> None:
        """An agent has ended their last session: they are gone, and what they have goes back."""
        async with self._moving:
            await self.attendance.change(account.id, Status.OFFLINE, reason="signed_out")
            await self._leases.free(account.id, account, "released")

    def targets(self) -> Targets:
        """The targets of the content that serves now."""
        content = self._serving.content
        if self._targets is None or self._targets[0] != content.version:
            self._targets = content.version, Targets(content.bot.service, content.bot.hours)
        return self._targets[1]

    def capacity(self, account: Account, presence: Presence) -> int:
        """How many conversations an agent has at once."""
        return capacity(presence.capacity, account.capacity, self._usual_capacity())

    def _usual_capacity(self) -> int:
        return self._serving.content.bot.service.capacity

    def _note(self, hint: Hint) -> None:
        if hint.kind in ("queue", "presence"):
            self._changed.set()
