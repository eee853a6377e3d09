"""Who is there: the values of presence and their rules, without clock or storage."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from bot.agents.accounts import MOST_AT_ONCE
from bot.touchpoints.log import Value

SEEN_WITHIN = 60_000
"""For how long, in milliseconds, an agent who gives no sign of life still counts as there."""


class Status(StrEnum):
    """Online takes conversations, away keeps what they have and gets nothing new, offline has gone."""

    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"


Reason = Literal["chosen", "lost", "signed_out", "disabled"]
"""Why a presence changed: by choice, without a sign of life, by signing out, or as the account was disabled."""


@dataclass(frozen=True, slots=True)
class Presence:
    """One agent's. Times are in milliseconds; `capacity` 0 is what the account or the content says."""

    agent_id: str
    status: Status = Status.OFFLINE
    automatic: bool = False
    capacity: int = 0
    since: int = 0
    seen_at: int = 0

    @property
    def takes(self) -> bool:
        """Whether conversations may be given to this agent without a claim."""
        return self.status is Status.ONLINE and self.automatic

    def changed(
        self, now: int, status: Status | None = None, automatic: bool | None = None, capacity: int | None = None
    ) -> "Presence":
        """The presence after a change; what is None stays, and automatic assignment never outlasts a presence."""
        status = self.status if status is None else status
        automatic = self.automatic if automatic is None else automatic
        return replace(
            self,
            status=status,
            automatic=automatic and status is not Status.OFFLINE,
            capacity=self.capacity if capacity is None else capacity,
            since=now if status is not self.status else self.since,
        )

    def gone(self, now: int) -> bool:
        """Whether there has been no sign of life for too long."""
        return now - self.seen_at >= SEEN_WITHIN


def capacity(chosen: int, of_account: int | None, usual: int) -> int:
    """How many conversations at once: the agent's own choice, never above what the account allows."""
    most = of_account if of_account is not None else MOST_AT_ONCE
    return min(chosen or of_account or usual, most)


def presence_of(row: Mapping[str, Value]) -> Presence:
    """A presence from its row."""
    return Presence(
        agent_id=str(row["agent_id"]),
        status=Status(str(row["status"])),
        automatic=bool(row["automatic"]),
        capacity=int(row["capacity"] or 0),
        since=int(row["since"] or 0),
        seen_at=int(row["seen_at"] or 0),
    )


def presence_row(presence: Presence) -> dict[str, Value]:
    """The row of a presence."""
    return {
        "agent_id": presence.agent_id,
        "status": presence.status.value,
        "automatic": int(presence.automatic),
        "capacity": presence.capacity,
        "since": presence.since,
        "seen_at": presence.seen_at,
    }
