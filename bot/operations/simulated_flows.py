"""The bot as simulated customers reach it: the flows themselves, without HTTP."""

import hmac
import uuid
from collections.abc import Callable, Sequence

from bot.conversations.conversation import Outcome
from bot.conversations.start import Identity
from bot.conversations.sweep import Sweep
from bot.dialogue.work import Agent
from bot.records import timestamp
from bot.web.services import Services

SOURCE = "urn:simulated"


class Flows:
    """See `bot.cx.simulate.Bot`."""

    def __init__(self, services: Services, identity_secret: bytes, clock: Callable[[], int]) -> None:
        self._services = services
        self._secret = identity_secret
        self._clock = clock
        self._sweep = Sweep(services.conversations, services.serving)

    async def begin(self, customer: str) -> str:
        """See `Bot`."""
        expires = self._clock() // 1000 + 3600
        signed = hmac.digest(self._secret, f"{customer}\n{expires}".encode(), "sha256").hex()
        begun = await self._services.start.begin(None, None, None, Identity(customer, signed, expires, {}))
        return begun.conversation_id

    async def report(self, customer: str, type_: str) -> None:
        """See `Bot`."""
        data = {"customer_id": customer, "simulated": True, "channel": "web"}
        event = {"specversion": "1.0", "id": str(uuid.uuid4()), "source": SOURCE, "type": type_, "data": data}
        await self._services.ingest.take([{**event, "time": timestamp(self._clock())}])

    async def say(self, conversation_id: str, text: str) -> Sequence[str]:
        """See `Bot`."""
        return _types(await self._services.receive.message(conversation_id, str(uuid.uuid4()), text))

    async def claim(self, conversation_id: str, agent: tuple[str, str]) -> None:
        """See `Bot`."""
        await self._services.hand_off.claim(conversation_id, Agent(*agent))

    async def reply(self, conversation_id: str, agent: tuple[str, str], text: str) -> None:
        """See `Bot`."""
        await self._services.hand_off.reply(conversation_id, Agent(*agent), str(uuid.uuid4()), text)

    async def resolve(self, conversation_id: str, agent: tuple[str, str]) -> Sequence[str]:
        """See `Bot`."""
        return _types(await self._services.hand_off.resolve(conversation_id, Agent(*agent)))

    async def leave(self, conversation_id: str) -> None:
        """See `Bot`."""
        await self._services.hand_off.leave(conversation_id)

    async def rate(self, conversation_id: str, score: int) -> None:
        """See `Bot`."""
        episode = (await self._services.conversations.get(conversation_id)).state.episode
        await self._services.feedback.give(conversation_id, str(uuid.uuid4()), episode, "csat", score, None)

    async def sweep(self) -> None:
        """See `Bot`."""
        await self._sweep.once()


def _types(outcome: Outcome) -> Sequence[str]:
    return [touchpoint.type for touchpoint in outcome.touchpoints]
