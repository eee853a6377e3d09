"""The webhooks of an installation: added, changed and told what to send again, here or in another process."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.errors import NotFound, Refused
from bot.records import new_id
from bot.touchpoints import reader
from bot.touchpoints.log import Change, Drop, Put, TouchpointLog, Value
from bot.touchpoints.race import decided_again
from bot.webhooks.address import Addresses
from bot.webhooks.webhook import OLD_SECRET_LASTS, Sealing, Webhook, check_types, check_url, new_secret

MOST = 20
AGAIN = 0
"""So many attempts has a dead letter that somebody wants sent again."""


def reader_name(webhook_id: str) -> str:
    """The name under which a webhook remembers how far it is in the log."""
    return f"webhook/{webhook_id}"


def replay_name(webhook_id: str) -> str:
    """The name of the position from which somebody wants everything sent again."""
    return f"webhook/{webhook_id}/replay"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """What a receiver would not take: where in the log it is, after how many attempts, why and when (milliseconds)."""

    position: int
    attempts: int
    error: str
    gave_up_at: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a webhook is: all up to `position` has been taken, but for `held` conversations and `dead` letters."""

    position: int
    held: int
    dead: int


class Webhooks:
    """Adds, changes and removes webhooks. What sends takes each change up within a moment."""

    def __init__(self, log: TouchpointLog, sealing: Sealing, addresses: Addresses, clock: Callable[[], int]) -> None:
        self._log = log
        self._sealing = sealing
        self.addresses = addresses
        self._clock = clock

    async def all(self) -> list[Webhook]:
        """Every webhook, oldest first."""
        return [self._sealing.webhook(row) for row in await self._log.rows("webhook")]

    async def get(self, webhook_id: str) -> Webhook:
        """One webhook; raises NotFound."""
        return self._sealing.webhook(await self._row(webhook_id))

    async def add(self, url: str, types: Sequence[str] = (), texts: bool = False) -> Webhook:
        """A new webhook, for what happens from now on; raises Refused for what isn't allowed."""
        await self.addresses.check(check_url(url))
        if len(await self._log.rows("webhook")) >= MOST:
            raise Refused(f"there are {MOST} webhooks already; remove one first")
        webhook = Webhook(new_id(), url, check_types(types), (new_secret(),), texts, True, self._clock())
        start = reader.at(reader_name(webhook.id), await self._log.last_position())
        await self._log.write([start, Put("webhook", self._sealing.row(webhook), new=True)])
        return webhook

    async def change(
        self,
        webhook_id: str,
        url: str | None = None,
        types: Sequence[str] | None = None,
        texts: bool | None = None,
        active: bool | None = None,
    ) -> Webhook:
        """Change what is given. One that is switched on again goes on where it was; raises NotFound and Refused."""
        if url is not None:
            await self.addresses.check(check_url(url))
        changes: dict[str, Any] = {
            "url": url,
            "types": check_types(types) if types is not None else None,
            "texts": texts,
            "active": active,
            "problem": "" if active else None,
        }
        given = {name: value for name, value in changes.items() if value is not None}
        return await self._change(webhook_id, lambda webhook: replace(webhook, **given))

    async def rotate(self, webhook_id: str) -> Webhook:
        """A new secret; the one before it goes on signing beside it for a day, older ones no more."""

        def renewed(webhook: Webhook) -> Webhook:
            old = replace(webhook.secrets[0], until=self._clock() + OLD_SECRET_LASTS)
            return replace(webhook, secrets=(new_secret(), old))

        return await self._change(webhook_id, renewed)

    async def switch_off(self, webhook_id: str, problem: str) -> None:
        """Send nothing any more until somebody switches it on again; `problem` tells them why."""
        await self._change(webhook_id, lambda webhook: replace(webhook, active=False, problem=problem))

    async def remove(self, webhook_id: str) -> None:
        """Forget a webhook, how far it was and what it could not send; raises NotFound."""
        await self._row(webhook_id)
        drops: list[Change] = [
            Drop(table, {"webhook_id": webhook_id}) for table in ("webhook", "held_back", "dead_letter")
        ]
        names = (reader_name(webhook_id), replay_name(webhook_id))
        await self._log.write([*drops, *(Drop("reader", {"name": name}) for name in names)])

    async def replay(self, webhook_id: str, position: int) -> None:
        """Send everything after a position again, under the ids it had; raises NotFound and Refused."""
        await self._row(webhook_id)
        reached = await reader.position(self._log, reader_name(webhook_id)) or 0
        if not 0 <= position <= reached:
            raise Refused(f"position {position} can't be replayed from; the webhook has got to {reached}")
        await self._log.write([reader.at(replay_name(webhook_id), position)])

    async def dead(self, webhook_id: str) -> list[DeadLetter]:
        """What its receiver would not take, in order of position; raises NotFound."""
        await self._row(webhook_id)
        return [
            DeadLetter(
                int(row["position"] or 0), int(row["attempts"] or 0), str(row["error"]), int(row["gave_up_at"] or 0)
            )
            for row in await self._log.rows("dead_letter", {"webhook_id": webhook_id})
        ]

    async def revive(self, webhook_id: str, position: int | None = None) -> int:
        """Send dead letters again, all or the one at a position; gives back how many. Raises NotFound."""
        letters = [one for one in await self.dead(webhook_id) if position in (None, one.position)]
        if position is not None and not letters:
            raise NotFound(f"webhook {webhook_id} has no dead letter at position {position}")
        await self._log.write([dead_row(webhook_id, replace(letter, attempts=AGAIN)) for letter in letters])
        return len(letters)

    async def standing(self, webhook_id: str) -> Standing:
        """How far it is."""
        held = await self._log.rows("held_back", {"webhook_id": webhook_id})
        dead = await self._log.rows("dead_letter", {"webhook_id": webhook_id})
        return Standing(await reader.position(self._log, reader_name(webhook_id)) or 0, len(held), len(dead))

    async def _row(self, webhook_id: str) -> Mapping[str, Value]:
        rows = await self._log.rows("webhook", {"webhook_id": webhook_id})
        if not rows:
            raise NotFound(f"there is no webhook {webhook_id}")
        return rows[0]

    async def _change(self, webhook_id: str, change: Callable[[Webhook], Webhook]) -> Webhook:
        async def attempt() -> Webhook:
            row = await self._row(webhook_id)
            webhook = change(self._sealing.webhook(row))
            # With all of its columns: a row that somebody else has changed stays, and then ours is refused.
            await self._log.write([Drop("webhook", row), Put("webhook", self._sealing.row(webhook), new=True)])
            return webhook

        return await decided_again(
            attempt, f"webhook {webhook_id} is being changed by many at once; try again in a moment"
        )


def dead_row(webhook_id: str, letter: DeadLetter) -> Put:
    """The change that keeps a dead letter."""
    row: dict[str, Value] = {
        "webhook_id": webhook_id,
        "position": letter.position,
        "attempts": letter.attempts,
        "error": letter.error,
        "gave_up_at": letter.gave_up_at,
    }
    return Put("dead_letter", row)
