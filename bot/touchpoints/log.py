"""The seam of the touchpoint log. Each implementation passes the one contract suite in `tests/touchpoints/`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.records import Touchpoint

Value = str | int | float | bytes | None
Row = Mapping[str, Value]
Where = Mapping[str, "Value | Collection[Value]"]
"""What columns must equal; several values stand for any one of them."""

SYSTEM = "system"
"""The stream of what concerns the whole installation, such as promotions."""


def conversation_stream(conversation_id: str) -> str:
    """The name of the stream of one conversation."""
    return f"conversation/{conversation_id}"


def agent_stream(agent_id: str) -> str:
    """The name of the stream of one agent's presence."""
    return f"agent/{agent_id}"


def customer_stream(customer_ref: str) -> str:
    """The name of the stream of what other systems report of one customer."""
    return f"customer/{customer_ref}"


@dataclass(frozen=True, slots=True)
class Put:
    """Insert a row, or replace the one with the same key; with `new` a row with that key is a conflict."""

    table: str
    row: Row
    new: bool = False


@dataclass(frozen=True, slots=True)
class Drop:
    """Delete the row with this key, if there is one."""

    table: str
    key: Row


Change = Put | Drop
"""One change of a row beside the log, as data. Callers compute it; the log applies it in the same transaction."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table beside the log: its columns, the first `key` of which identify a row."""

    columns: tuple[str, ...]
    key: int = 1


TABLES: Mapping[str, Table] = {
    "conversation": Table(("conversation_id", "customer_ref", "started_by", "started_at", "owner", "opened_at")),
    "linked": Table(("conversation_id", "known_ref")),
    "token_use": Table(("conversation_id", "used_at")),
    "queue": Table(
        (
            "conversation_id",
            "skill",
            "priority",
            "reason",
            "intent",
            "language",
            "requested_at",
            "waiting_since",
            "place_at",
            "agent_id",
            "assigned_at",
            "replied_at",
            "unanswered_since",
        )
    ),
    "identity": Table(("digest", "customer_ref")),
    "account": Table(
        (
            "account_id",
            "email",
            "name",
            "role",
            "skills",
            "languages",
            "capacity",
            "password",
            "disabled",
            "failures",
            "locked_until",
            "second_factor",
            "last_code",
        )
    ),
    "session": Table(("digest", "account_id", "csrf", "created_at", "expires_at", "session_id", "seen_at", "browser")),
    "invitation": Table(
        ("digest", "role", "expires_at", "purpose", "account_id", "email", "name", "skills", "languages", "invited_by")
    ),
    "presence": Table(("agent_id", "status", "automatic", "capacity", "since", "seen_at")),
    "blocked": Table(("customer_ref", "blocked_at", "agent_id")),
    "reader": Table(("name", "position")),
    "lease": Table(("name", "holder", "until")),
    "webhook": Table(("webhook_id", "url", "types", "secrets", "texts", "active", "created_at", "problem")),
    "held_back": Table(("webhook_id", "stream", "seq", "attempts", "since", "due_at"), key=2),
    "dead_letter": Table(("webhook_id", "position", "attempts", "error", "gave_up_at"), key=2),
    # The sealed content of touchpoints: it may be dropped, and what happened stays.
    "personal": Table(("position", "sealed")),
    "api_key": Table(("key_id", "name", "digest", "scopes", "source", "created_at")),
    "outside_event": Table(("digest",)),
    "linked_visitor": Table(("customer_ref", "known_ref")),
    "consent": Table(("customer_ref", "purpose", "given", "changed_at"), key=2),
    "erased": Table(("customer_ref", "erased_at")),
    "managed_export": Table(("path", "format")),
}
"""Every table beside the log. Those that are projections of it can be built anew from it; accounts cannot."""


class TouchpointLog(Protocol):
    """Streams of touchpoints, the log they make up together, and the rows that belong to them."""

    async def append(
        self, stream: str, expected_seq: int, touchpoints: Sequence[Touchpoint], changes: Sequence[Change] = ()
    ) -> int:
        """Append all of `touchpoints` and apply all of `changes`, or do nothing.

        Their `seq` continue `expected_seq`, the highest in the stream (0 for a new one). Returns the position of the
        last one once they are on the disk, 0 where there is none; changes alone depend on `expected_seq` too. Raises
        Conflict where the stream has moved on or a change breaks a uniqueness rule, Refused for anything but the end of
        what belongs to an erased customer, and Unavailable where the database can't write.
        """
        ...

    async def write(self, changes: Sequence[Change]) -> None:
        """Apply all of `changes`, which belong to no touchpoint, or do nothing; raises as `append` does."""
        ...

    async def read(self, stream: str, after: int = 0, limit: int | None = None) -> list[Touchpoint]:
        """The touchpoints of one stream whose `seq` is above `after`, in order, at most `limit`."""
        ...

    async def tail(self, position: int = 0, limit: int = 500) -> list[Touchpoint]:
        """The touchpoints of the whole log after `position`, in order of position, at most `limit`."""
        ...

    async def head(self, stream: str) -> int:
        """The highest `seq` of a stream, 0 for a new one."""
        ...

    async def backwards(
        self, before: int | None = None, limit: int = 500, types: Collection[str] = (), after: int = 0
    ) -> list[Touchpoint]:
        """The touchpoints of the whole log at positions below `before` and above `after`, the newest first, at most
        `limit`; where `types` are given, of those alone."""
        ...

    async def with_personal(self, before: int, after: int = 0, limit: int = 5000) -> list[Touchpoint]:
        """The touchpoints that have personal content and happened before a time (milliseconds), in order of position.

        Those after a position, at most `limit`; their `personal` is left out.
        """
        ...

    async def settle(self) -> None:
        """Leave nothing of what was dropped in the files, as far as other processes that use them allow."""
        ...

    async def last_position(self) -> int:
        """The position of the last touchpoint there is, 0 for an empty log."""
        ...

    async def rows(
        self, table: str, where: Where | None = None, below: Mapping[str, int] | None = None
    ) -> list[dict[str, Value]]:
        """The rows of a table whose columns equal `where` and are smaller than `below`, in order of their key."""
        ...

    async def check(self) -> None:
        """Raise Unavailable where the database can't be read and written."""
        ...

    async def close(self) -> None:
        """Commit what waits, then let go of the files. Appends that come later raise Unavailable."""
        ...
