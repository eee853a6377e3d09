"""Logs for tests of the report: written as the server writes them, or many at once for statistics."""

import asyncio
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import orjson

from bot.cx.figures import Scope
from bot.cx.mirror import Mirror
from bot.cx.population import Happening
from bot.records import Touchpoint, new_id
from bot.touchpoints.schema import prepare, shipped
from bot.touchpoints.sealing import Vault
from bot.touchpoints.sqlite import SqliteLog

SECRET = b"a secret of the tests, long enough to be one"
START = 1_700_000_000_000 // 86_400_000 * 86_400_000
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
INSERT = "INSERT INTO touchpoint VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


class Talk:
    """One conversation as it is written down by hand; times are minutes from `START`."""

    def __init__(self, name: str, customer: str | None = None, channel: str = "widget", at: float = 0) -> None:
        self.stream, self.customer, self.episode = f"conversation/{name}", customer or f"customer-of-{name}", 0
        self.happenings: list[Happening] = []
        self.add("conversation.started", at, actor_kind="bot", channel=channel)

    def add(self, type_: str, at: float, **facts: Any) -> "Talk":
        if self.episode:
            facts.setdefault("episode", self.episode)
        self.happenings.append(Happening(self.stream, self.customer, type_, START + round(at * MINUTE), facts))
        return self

    def says(self, at: float, intent: str = "track_order", mood: float | None = None, **facts: Any) -> "Talk":
        known = {"in_scope": True, "stage": "purchase", "confidence": 0.9, **facts}
        if mood is not None:
            known["mood"] = mood
        return self.add("message.received", at, actor_kind="customer", intent=intent, **known)

    def opens(self, at: float, intent: str = "track_order", **facts: Any) -> "Talk":
        self.episode += 1
        return self.says(at, intent, **facts)

    def answers(self, at: float, answer: str = "track_order", **facts: Any) -> "Talk":
        return self.add("answer.given", at, actor_kind="bot", answer_id=answer, **facts)

    def hands_off(self, at: float, reason: str = "requested") -> "Talk":
        return self.add("handoff.requested", at, actor_kind="bot", reason=reason, skill="general")

    def assigned(self, at: float, agent: str = "anna") -> "Talk":
        return self.add("conversation.assigned", at, actor_kind="agent", actor_id=agent, agent_id=agent)

    def agent_says(self, at: float, agent: str = "anna") -> "Talk":
        return self.add("message.sent", at, actor_kind="agent", actor_id=agent)

    def closes(self, at: float, reason: str = "silent", **facts: Any) -> "Talk":
        return self.add("episode.closed", at, actor_kind="system", reason=reason, **facts)

    def offered(self, at: float, kind: str = "csat") -> "Talk":
        return self.add("feedback.offered", at, actor_kind="bot", rated_episode=self.episode, survey_kind=kind)

    def rates(self, at: float, score: int, kind: str = "csat", episode: int | None = None) -> "Talk":
        about = {"rated_episode": episode or self.episode, "survey_kind": kind, "score": score}
        return self.add("feedback.given", at, actor_kind="customer", **about)


def write(path: Path, happenings: Iterable[Happening]) -> None:
    """Append through the log itself, in order of time, after what is there."""

    async def append() -> None:
        vault = Vault(path.with_suffix(".keys"), SECRET)
        log = SqliteLog(path, vault, SECRET)
        try:
            for one in sorted(happenings, key=lambda happening: happening.time):
                head = await log.head(one.stream)
                customer = one.customer_ref or None
                touchpoint = Touchpoint(new_id(), one.stream, head + 1, one.type, one.time, one.facts, {}, customer)
                await log.append(one.stream, head, [touchpoint])
        finally:
            await log.close()
            vault.close()

    asyncio.run(append())


def write_many(path: Path, happenings: Iterable[Happening]) -> int:
    """Append in the order given, past the log's own writer, which would take minutes for millions."""
    prepare(path, SECRET, shipped())
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA synchronous = OFF")
    database.execute("BEGIN")
    streams = {name: [number, head] for number, name, head in database.execute("SELECT id, name, head FROM stream")}
    ((position,),) = database.execute("SELECT coalesce(max(position), 0) FROM touchpoint")
    rows: list[tuple[Any, ...]] = []
    for one in happenings:
        known = streams.get(one.stream)
        if known is None:
            known = streams[one.stream] = [len(streams) + 1, 0]
            row = (known[0], one.stream, 0, one.customer_ref or None)
            database.execute("INSERT INTO stream VALUES (?, ?, ?, ?)", row)
        known[1] += 1
        position += 1
        facts = orjson.dumps(one.facts).decode()
        rows.append((position, known[0], known[1], f"{position:032x}", one.type, one.time, one.time, facts))
        if len(rows) >= 20_000:
            database.executemany(INSERT, rows)
            rows.clear()
    database.executemany(INSERT, rows)
    database.executemany(
        "UPDATE stream SET head = ? WHERE id = ?", [(head, number) for number, head in streams.values()]
    )
    database.execute("COMMIT")
    database.close()
    return int(position)


def everything(mirror: Mirror) -> Scope:
    """All that is in a mirror, up to a moment after the last touchpoint."""
    ((first, last),) = mirror.database.execute("SELECT min(time), max(time) FROM touchpoint").fetchall()
    return Scope(mirror.database, first, last + 1, last + 1)


def talks(*several: Talk) -> Sequence[Happening]:
    return [happening for talk in several for happening in talk.happenings]
