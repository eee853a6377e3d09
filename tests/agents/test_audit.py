"""The audit: newest first, by type and account, in pages that never look back too far at once."""

import pytest

from bot.agents import audit
from bot.agents.audit import AUDITED, Audit
from bot.dialogue.state import TRANSITIONS
from bot.records import Touchpoint, new_id
from bot.touchpoints.log import TouchpointLog

TALK = {
    "message.received",
    "message.sent",
    "answer.given",
    "clarification.asked",
    "slot.asked",
    "slot.filled",
    "step.given",
    "fallback.given",
    "feedback.offered",
    "feedback.shown",
    "feedback.dismissed",
}


async def write(log: TouchpointLog, *types: str, **facts: str) -> None:
    for type_ in types:
        seq = await log.head("system")
        await log.append("system", seq, [Touchpoint(new_id(), "system", seq + 1, type_, 1, facts, {})])


async def pages(log: TouchpointLog, **query: object) -> list[list[int]]:
    """The positions page by page, as somebody asks for what is older again and again."""
    found, before = [], None
    for _ in range(50):
        page = await Audit(log).page(before, **query)  # type: ignore[arg-type]
        found.append([one.position for one in page.touchpoints])
        before = page.before
        if before is None:
            return found
    raise AssertionError("the pages never end")


def test_every_type_of_a_conversation_is_either_talk_or_audited() -> None:
    types = {name.partition(":")[0] for name in TRANSITIONS}
    assert types - TALK <= set(AUDITED)
    assert not TALK & set(AUDITED)


async def test_an_empty_log_is_one_empty_page(log: TouchpointLog) -> None:
    assert await pages(log) == [[]]


async def test_it_is_read_in_pages_newest_first_without_talk(log: TouchpointLog) -> None:
    await write(log, "account.changed", "message.received", "note.added", "note.added", "message.sent", "note.added")
    assert await pages(log, limit=2) == [[6, 4], [3, 1]]
    assert await pages(log, limit=4) == [[6, 4, 3, 1]]
    assert await pages(log, limit=10) == [[6, 4, 3, 1]]
    assert await pages(log, limit=10, after=3) == [[6, 4]]
    assert await pages(log, limit=10, type_="account.changed") == [[1]]
    assert await pages(log, limit=10, type_="message.received") == [[]]


async def test_it_is_filtered_by_account_whether_it_acted_or_was_acted_on(log: TouchpointLog) -> None:
    await write(log, "account.changed", account_id="anna", by="boss")
    await write(log, "note.added", actor_id="anna")
    await write(log, "note.added", "note.added", "note.added", actor_id="ben")
    await write(log, "conversation.transferred", agent_id="ben", **{"from": "anna"})
    assert await pages(log, limit=2, account_id="anna") == [[6, 2], [1]]
    assert await pages(log, limit=2, account_id="boss") == [[1]]
    assert await pages(log, limit=100, account_id="nobody") == [[]]


async def test_a_rare_type_is_looked_for_a_stretch_at_a_time(
    log: TouchpointLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "SPAN", 3)
    await write(log, "customer.blocked", *["note.added"] * 7)
    assert await pages(log, type_="customer.blocked") == [[], [], [1]]
    assert await pages(log, type_="customer.blocked", after=1) == [[], [], []]
    assert [position for page in await pages(log, limit=2) for position in page] == [8, 7, 6, 5, 4, 3, 2, 1]
