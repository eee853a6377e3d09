"""Topics among messages that no intent covers: their texts are opened, redacted, clustered and forgotten again."""

import asyncio

from bot.cx.figures import DAY, Scope
from bot.cx.installation import Installation
from bot.cx.topic import Topic
from bot.cx.topics import topics
from bot.records import Touchpoint
from bot.touchpoints.consent import Purpose, refused
from bot.touchpoints.log import conversation_stream
from bot.touchpoints.redaction import redact
from bot.touchpoints.sealing import Vault
from bot.touchpoints.sqlite import SqliteLog

AT_MOST = 600
"""The latest messages that are read."""

RECENT = 7 * DAY

Place = tuple[str, int, str]
"""Conversation, seq and person of a message."""


def places(scope: Scope) -> list[Place]:
    """The latest messages of a scope that no intent covers."""
    rows = scope.database.execute(
        f"""SELECT s.name, t.seq, o.person FROM touchpoint t JOIN stream s ON s.id = t.stream
        JOIN owner o ON o.stream = t.stream
        WHERE t.type = 'message.received' AND NOT t.in_scope AND t.time >= {scope.since} AND t.time < {scope.until}
        ORDER BY t.position DESC LIMIT {AT_MOST}"""
    ).fetchall()
    return [(str(name), int(seq), str(person)) for name, seq, person in rows]


def topics_of(installation: Installation, found: list[Place], horizon: int) -> list[Topic]:
    """What these messages are about. Who has refused analysis is left out, as is who was erased."""
    read = asyncio.run(_read(installation, found))
    texts = [redact(str(touchpoint.personal["text"])) for touchpoint, _ in read]
    recent = [touchpoint.time >= horizon - RECENT for touchpoint, _ in read]
    return topics(texts, [person for _, person in read], recent)


async def _read(installation: Installation, found: list[Place]) -> list[tuple[Touchpoint, str]]:
    vault = Vault(installation.log.with_suffix(".keys"), installation.key)
    log = SqliteLog(installation.log, vault, installation.key)
    try:
        without = await refused(log, Purpose.ANALYSIS)
        read = []
        for name, seq, person in found:
            for touchpoint in await log.read(conversation_stream(name), seq - 1, 1):
                if touchpoint.personal.get("text") and touchpoint.customer_ref not in without and person not in without:
                    read.append((touchpoint, person))
        return read
    finally:
        await log.close()
        vault.close()
