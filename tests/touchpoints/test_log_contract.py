"""What every implementation of `TouchpointLog` must do."""

import asyncio
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import Conflict, Refused, Unavailable
from bot.touchpoints.log import Drop, Put, TouchpointLog
from tests.touchpoints.conftest import CUSTOMER, Opener, touchpoint

A, B = "conversation/a", "conversation/b"


def queued(conversation_id: str, skill: str = "orders") -> Put:
    return Put(
        "queue",
        {
            "conversation_id": conversation_id,
            "skill": skill,
            "priority": 0,
            "reason": "requested",
            "intent": None,
            "language": None,
            "requested_at": 1,
            "waiting_since": 1,
            "place_at": 1,
            "agent_id": None,
            "assigned_at": None,
            "replied_at": None,
            "unanswered_since": None,
        },
    )


async def test_what_was_appended_is_read_back_whole(log: TouchpointLog) -> None:
    sent = [touchpoint(A, 1, "Grüße \0 🙂", intent="x", confidence=0.5), touchpoint(A, 2, None)]
    position = await log.append(A, 0, sent)
    read = await log.read(A)
    assert [(t.id, t.seq, t.type, t.time, t.facts, t.personal, t.customer_ref) for t in read] == [
        (t.id, t.seq, t.type, t.time, t.facts, t.personal, t.customer_ref) for t in sent
    ]
    assert [t.position for t in read] == [position - 1, position]
    assert all(t.recorded > 1_700_000_000_000 for t in read)


@pytest.mark.parametrize("elsewhere", [False, True])
async def test_nothing_but_its_end_follows_in_what_belongs_to_an_erased_customer(
    open_log: Opener, elsewhere: bool
) -> None:
    async with open_log() as log, open_log() as other:
        await log.append(A, 0, [touchpoint(A, 1)])
        buried = replace(touchpoint("customer/c", 1, None), type="customer.erased")
        row = Put("erased", {"customer_ref": CUSTOMER, "erased_at": 1})
        await (other if elsewhere else log).append("customer/c", 0, [buried], [row])
        for stream, head in ((A, 1), (B, 0)):
            with pytest.raises(Refused, match="was erased"):
                await log.append(stream, head, [touchpoint(stream, head + 1, None)])
        await log.append(A, 1, [replace(touchpoint(A, 2, None), type="episode.closed")])
        stranger = replace(touchpoint(B, 1, None), customer_ref="another")
        await log.append(B, 0, [stranger])


async def test_several_values_stand_for_any_one_of_them(log: TouchpointLog) -> None:
    await log.write([Put("token_use", {"conversation_id": name, "used_at": len(name)}) for name in ("a", "bb", "ccc")])

    async def found(**where: Any) -> list[Any]:
        return [row["conversation_id"] for row in await log.rows("token_use", where)]

    assert await found(conversation_id=["ccc", "a", "x"]) == ["a", "ccc"]
    assert await found(conversation_id={"a", "bb"}, used_at=(2, 3)) == ["bb"]
    assert await found(conversation_id=[]) == []


async def test_content_can_be_dropped_and_what_happened_stays(log: TouchpointLog) -> None:
    position = await log.append(A, 0, [touchpoint(A, seq, None if seq == 2 else "text", n=seq) for seq in (1, 2, 3, 4)])
    before = [one.time for one in await log.read(A)]
    held = await log.with_personal(before[3])
    assert [(one.seq, one.personal, one.facts) for one in held] == [(1, {}, {"n": 1}), (3, {}, {"n": 3})]
    assert [one.seq for one in await log.with_personal(before[3] + 1, position - 3, 1)] == [3]
    await log.write([Drop("personal", {"position": held[1].position})])
    await log.settle()
    assert [(one.facts["n"], bool(one.personal)) for one in await log.read(A)] == [
        (1, True),
        (2, False),
        (3, False),
        (4, True),
    ]


async def test_seq_is_gap_free_and_position_is_never_used_twice(log: TouchpointLog) -> None:
    for seq in range(5):
        await log.append(A, seq, [touchpoint(A, seq + 1)])
        await log.append(B, seq, [touchpoint(B, seq + 1)])
    assert [t.seq for t in await log.read(A)] == [1, 2, 3, 4, 5]
    assert [t.seq for t in await log.read(A, after=3)] == [4, 5]
    assert [t.seq for t in await log.read(A, after=1, limit=2)] == [2, 3]
    tail = await log.tail()
    assert len({t.position for t in tail}) == 10
    assert [t.position for t in tail] == sorted(t.position for t in tail)
    assert [t.position for t in await log.tail(tail[3].position, 2)] == [tail[4].position, tail[5].position]


async def test_the_head_of_a_stream_is_its_highest_seq(log: TouchpointLog) -> None:
    assert await log.head(A) == 0
    await log.append(A, 0, [touchpoint(A, 1), touchpoint(A, 2)])
    await log.append(B, 0, [touchpoint(B, 1)])
    assert (await log.head(A), await log.head(B)) == (2, 1)


async def test_the_log_is_read_backwards_in_pages_and_by_type(log: TouchpointLog) -> None:
    assert await log.backwards() == []
    kinds = ["note.added", "message.received", "note.added", "message.received", "customer.blocked"]
    written = [replace(touchpoint(A, n, str(n)), type=kind) for n, kind in enumerate(kinds, 1)]
    last = await log.append(A, 0, written)
    everything = await log.backwards()
    assert [(t.position, t.personal["text"]) for t in everything] == [(last - n, str(5 - n)) for n in range(5)]
    assert [t.seq for t in await log.backwards(limit=2)] == [5, 4]
    assert [t.seq for t in await log.backwards(last - 1, 2)] == [3, 2]
    assert [t.seq for t in await log.backwards(after=last - 2)] == [5, 4]
    assert [t.seq for t in await log.backwards(types=["note.added"])] == [3, 1]
    assert [t.seq for t in await log.backwards(types=("note.added", "customer.blocked"), limit=2)] == [5, 3]
    assert [t.seq for t in await log.backwards(last, types={"note.added"}, after=last - 4)] == [3]
    assert await log.backwards(types=["x' OR 1 = 1 --"]) == []


@pytest.mark.parametrize("expected", [0, 1, 3])
async def test_an_append_that_expects_another_seq_conflicts_and_does_nothing(log: TouchpointLog, expected: int) -> None:
    await log.append(A, 0, [touchpoint(A, 1), touchpoint(A, 2)])
    with pytest.raises(Conflict):
        await log.append(A, expected, [touchpoint(A, expected + 1)], [queued("a")])
    assert len(await log.read(A)) == 2
    assert await log.rows("queue") == []


async def test_changes_alone_depend_on_the_seq_as_well(log: TouchpointLog) -> None:
    assert await log.append(A, 0, [], [queued("a")]) == 0
    await log.append(A, 0, [touchpoint(A, 1)])
    with pytest.raises(Conflict):
        await log.append(A, 0, [], [queued("b")])
    await log.append(A, 1, [], [queued("a", "repairs")])
    assert [(row["conversation_id"], row["skill"]) for row in await log.rows("queue")] == [("a", "repairs")]
    assert len(await log.read(A)) == 1


async def test_the_last_position_is_that_of_the_last_touchpoint(log: TouchpointLog) -> None:
    assert await log.last_position() == 0
    await log.append(B, 0, [touchpoint(B, 1)])
    last = await log.append(A, 0, [touchpoint(A, 1), touchpoint(A, 2)])
    assert await log.last_position() == last


async def test_changes_are_applied_with_the_append_or_not_at_all(log: TouchpointLog) -> None:
    await log.append(A, 0, [touchpoint(A, 1)], [queued("a")])
    await log.append(A, 1, [touchpoint(A, 2)], [queued("a", "repairs"), queued("b")])
    assert [(row["conversation_id"], row["skill"]) for row in await log.rows("queue")] == [
        ("a", "repairs"),
        ("b", "orders"),
    ]
    await log.append(A, 2, [touchpoint(A, 3)], [Drop("queue", {"conversation_id": "a"})])
    assert [row["conversation_id"] for row in await log.rows("queue", {"agent_id": None})] == ["b"]
    assert await log.rows("queue", {"skill": "orders"}, {"waiting_since": 1}) == []


async def test_a_change_that_breaks_uniqueness_is_a_conflict_of_that_append_alone(log: TouchpointLog) -> None:
    identity = {"digest": "d", "customer_ref": "c"}
    await log.write([Put("identity", identity, new=True)])
    results = await asyncio.gather(
        log.append(A, 0, [touchpoint(A, 1)], [queued("a"), Put("identity", identity, new=True)]),
        log.append(B, 0, [touchpoint(B, 1)], [queued("b")]),
        return_exceptions=True,
    )
    assert isinstance(results[0], Conflict)
    assert isinstance(results[1], int)
    assert await log.read(A) == []
    assert [row["conversation_id"] for row in await log.rows("queue")] == ["b"]


async def test_a_customer_has_one_open_conversation(log: TouchpointLog) -> None:
    def conversation(id_: str, owner: str) -> Put:
        row = {"conversation_id": id_, "customer_ref": CUSTOMER, "started_by": None, "started_at": 1}
        return Put("conversation", {**row, "owner": owner, "opened_at": None})

    await log.append(A, 0, [touchpoint(A, 1)], [conversation("a", "bot")])
    with pytest.raises(Conflict):
        await log.append(B, 0, [touchpoint(B, 1)], [conversation("b", "bot")])
    await log.append(A, 1, [touchpoint(A, 2)], [conversation("a", "closed")])
    await log.append(B, 0, [touchpoint(B, 1)], [conversation("b", "bot")])


async def test_unknown_tables_columns_and_numbers_are_refused_before_anything_waits(log: TouchpointLog) -> None:
    with pytest.raises(KeyError):
        await log.write([Put("touchpoint", {})])
    with pytest.raises(ValueError, match="no column 'x; DROP TABLE queue'"):
        await log.rows("queue", {"x; DROP TABLE queue": 1})
    with pytest.raises(ValueError, match="can't be number 1"):
        await log.append(A, 0, [touchpoint(A, 2)])
    assert await log.read(A) == []


async def test_it_is_all_there_when_opened_again(open_log: Opener) -> None:
    async with open_log() as first:
        await first.append(A, 0, [touchpoint(A, 1)], [queued("a")])
    async with open_log() as second:
        assert [t.personal["text"] for t in await second.read(A)] == ["hello"]
        assert len(await second.rows("queue")) == 1
        await second.append(A, 1, [touchpoint(A, 2)])
        positions = [t.position for t in await second.tail()]
        assert len(set(positions)) == 2


async def test_two_that_are_open_at_once_see_each_other(open_log: Opener) -> None:
    async with open_log() as one, open_log() as other:
        await one.append(A, 0, [touchpoint(A, 1)])
        with pytest.raises(Conflict):
            await other.append(A, 0, [touchpoint(A, 1)])
        await other.append(A, 1, [touchpoint(A, 2)])
        assert [t.seq for t in await one.read(A)] == [1, 2]


async def test_closing_commits_what_waits_and_refuses_what_comes_later(open_log: Opener) -> None:
    async with open_log() as log:
        waiting = [asyncio.create_task(log.append(f"s/{n}", 0, [touchpoint(f"s/{n}", 1)])) for n in range(50)]
        await asyncio.sleep(0)
        await log.close()
        assert len({await task for task in waiting}) == 50
        with pytest.raises(Unavailable):
            await log.append(A, 0, [touchpoint(A, 1)])
        with pytest.raises(Unavailable):
            await log.read(A)


async def test_a_caller_that_gives_up_undoes_nothing(log: TouchpointLog) -> None:
    task = asyncio.create_task(log.append(A, 0, [touchpoint(A, 1)]))
    await asyncio.sleep(0)
    task.cancel()
    await log.append(B, 0, [touchpoint(B, 1)])
    assert [t.seq for t in await log.read(A)] == [1]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 1 << 32), writers=st.integers(1, 8), streams=st.integers(1, 4))
async def test_any_interleaving_of_writers_and_readers_sees_every_touchpoint_once_and_in_order(
    open_log: Opener, seed: int, writers: int, streams: int
) -> None:
    dice = random.Random(seed)
    run = f"{seed}-{writers}-{streams}-{dice.random()}"
    names = [f"conversation/{run}/{number}" for number in range(streams)]
    written: dict[str, list[str]] = {name: [] for name in names}

    async def write(log: TouchpointLog) -> None:
        for _ in range(dice.randrange(1, 6)):
            stream = dice.choice(names)
            while True:
                there = await log.read(stream)
                many = dice.randrange(1, 4)
                new = [touchpoint(stream, len(there) + 1 + n, None) for n in range(many)]
                try:
                    await log.append(stream, len(there), new)
                except Conflict:
                    continue
                written[stream] += [t.id for t in new]
                break

    async def follow(log: TouchpointLog, stream: str, stop: asyncio.Event) -> list[str]:
        seen, after = [], 0
        while True:
            stopping = stop.is_set()
            page = await log.read(stream, after, dice.randrange(1, 4))
            seen += [t.id for t in page]
            after = page[-1].seq if page else after
            if stopping and not page:
                return seen
            await asyncio.sleep(0)

    async with open_log() as one, open_log() as other:
        start = (await one.tail(limit=1_000_000) or [touchpoint("x", 1)])[-1].position
        stop = asyncio.Event()
        readers = [asyncio.create_task(follow(dice.choice([one, other]), name, stop)) for name in names]
        await asyncio.gather(*(write(dice.choice([one, other])) for _ in range(writers)))
        stop.set()
        for name, reader in zip(names, readers, strict=True):
            assert sorted(await reader) == sorted(written[name])
            assert [t.id for t in await one.read(name)] == reader.result()
            assert [t.seq for t in await one.read(name)] == list(range(1, len(written[name]) + 1))
        tail = await one.tail(start, 1_000_000)
        assert len({t.position for t in tail}) == len(tail) == sum(map(len, written.values()))
