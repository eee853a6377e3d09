"""What a receiver gets, whatever happens to it and to us: everything, in order per conversation, signed."""

import asyncio
import random
from collections import Counter
from dataclasses import replace

from tests.webhooks.conftest import CUSTOMER, QUICK, SOURCE, Bench, Receiver, until

UNHURRIED = replace(QUICK, one_try=10.0)
"""For tests that count what comes twice: on a busy machine an answer may take a second."""


def in_order(receiver: Receiver) -> bool:
    """Whether each conversation came in order, once what came before is left out."""
    for positions in receiver.positions().values():
        first = list(dict.fromkeys(positions))
        if first != sorted(first):
            return False
    return True


async def some_dead(bench: Bench, webhook_id: str) -> bool:
    return await bench.webhooks.dead(webhook_id) != []


async def none_dead(bench: Bench, webhook_id: str) -> bool:
    return not await some_dead(bench, webhook_id)


async def test_a_message_says_what_happened_and_nothing_that_people_wrote(bench: Bench, receiver: Receiver) -> None:
    await bench.happen("before")
    await bench.add(receiver)
    bench.start()
    sent = await bench.happen("a", intent="track_order", confidence=0.9)
    await until(lambda: bool(receiver.got))
    [got] = receiver.got
    assert got.id == sent.id == got.event["id"]
    assert got.headers["content-type"] == "application/cloudevents+json"
    assert got.event["specversion"] == "1.0"
    assert got.event["source"] == SOURCE
    assert got.event["type"] == "message.received"
    assert got.event["subject"] == "conversation/a"
    assert got.event["position"] == str(sent.position)
    assert got.event["data"] == {
        "seq": 1,
        "actor_kind": "customer",
        "intent": "track_order",
        "confidence": 0.9,
        "conversation_id": "a",
        "customer_ref": CUSTOMER,
    }


async def test_texts_go_along_where_the_webhook_says_so(bench: Bench, receiver: Receiver) -> None:
    await bench.add(receiver, texts=True)
    bench.start()
    await bench.happen("a", text="Where is my order?")
    await until(lambda: bool(receiver.got))
    assert receiver.got[0].event["data"]["text"] == "Where is my order?"
    assert "fingerprint" not in receiver.got[0].event["data"]


async def test_only_conversations_and_only_the_types_asked_for(bench: Bench, receiver: Receiver) -> None:
    await bench.add(receiver, types=["message.sent", "episode.closed"])
    bench.start()
    await bench.happen("agent/anna", "message.sent")
    await bench.happen("system", "message.sent")
    await bench.happen("customer/c", "message.sent")
    await bench.happen("a", "message.received")
    await bench.happen("a", "message.sent")
    await bench.happen("a", "note.added")
    await bench.happen("a", "episode.closed")
    await until(lambda: len(receiver.got) == 2)
    await asyncio.sleep(0.2)
    assert [(one.event["subject"], one.event["type"]) for one in receiver.got] == [
        ("conversation/a", "message.sent"),
        ("conversation/a", "episode.closed"),
    ]


async def test_down_slow_and_failing_at_random_it_gets_everything_in_order(bench: Bench, receiver: Receiver) -> None:
    dice = random.Random(7)
    bench.patience = UNHURRIED
    state = {"down": False}
    receiver.mood = lambda event: 503 if state["down"] else 500 if dice.random() < 0.3 else 204
    receiver.slow = 0.02
    await bench.add(receiver)
    bench.start()
    sent: dict[str, list[int]] = {}

    async def talk(rounds: int) -> None:
        for _ in range(rounds):
            conversation = f"c{dice.randrange(12)}"
            touchpoint = await bench.happen(conversation)
            sent.setdefault(touchpoint.stream, []).append(touchpoint.position)
            await asyncio.sleep(0.002)

    await talk(150)
    state["down"] = True
    await talk(100)
    await asyncio.sleep(0.5)
    while_down = len(receiver.got)
    state["down"] = False
    await talk(50)
    await until(lambda: len({one.id for one in receiver.got}) == 300, 60)
    await asyncio.sleep(0.3)
    assert while_down < 300
    # Each was taken once and at its place: what failed was not taken, so nothing at all came twice.
    assert receiver.positions() == sent
    assert Counter(status for _, status in receiver.asked)[500] > 20
    assert Counter(status for _, status in receiver.asked)[503] > 0


async def test_a_sender_killed_again_and_again_loses_nothing(bench: Bench, receiver: Receiver) -> None:
    dice = random.Random(11)
    receiver.mood = lambda event: 500 if dice.random() < 0.2 else 204
    receiver.slow = 0.02
    await bench.add(receiver)
    sent: dict[str, list[int]] = {}
    for _ in range(4):
        bench.start()
        for _ in range(40):
            touchpoint = await bench.happen(f"c{dice.randrange(8)}")
            sent.setdefault(touchpoint.stream, []).append(touchpoint.position)
            await asyncio.sleep(0.005)
        await bench.stop()
    bench.start()
    await until(lambda: len({one.id for one in receiver.got}) == 160, 60)
    assert {stream: list(dict.fromkeys(positions)) for stream, positions in receiver.positions().items()} == sent
    assert in_order(receiver)


async def test_a_secret_is_changed_in_the_middle_without_a_gap(bench: Bench, receiver: Receiver) -> None:
    webhook = await bench.add(receiver)
    bench.start()
    await bench.happen("a")
    await until(lambda: len(receiver.got) == 1)
    new = (await bench.webhooks.rotate(webhook.id)).secrets[0].text
    await bench.happen("a")
    await until(lambda: len(receiver.got) == 2)  # with the old secret, which the receiver still has
    receiver.secrets = [new]
    await asyncio.sleep(1.2)  # the change is taken up within a second
    await bench.happen("a")
    await until(lambda: len(receiver.got) == 3)
    assert len(receiver.got[-1].headers["webhook-signature"].split()) == 2
    assert [one.event["data"]["seq"] for one in receiver.got] == [1, 2, 3]


async def test_one_conversation_that_is_refused_waits_alone_and_goes_on_after_a_dead_letter(
    bench: Bench, receiver: Receiver
) -> None:
    webhook = await bench.add(receiver)
    poison = {"a": 422}
    receiver.mood = lambda event: (
        poison.get(event["data"]["conversation_id"], 204) if event["data"]["seq"] == 2 else 204
    )
    bench.start()
    for _ in range(4):
        await bench.happen("a")
        await bench.happen("b")
    await until(lambda: len(receiver.got) == 7)
    assert [one.event["data"]["seq"] for one in receiver.got if one.event["subject"] == "conversation/a"] == [1, 3, 4]
    await until(lambda: some_dead(bench, webhook.id))
    [dead] = await bench.webhooks.dead(webhook.id)
    assert (dead.attempts, dead.error) == (3, "status 422")
    assert (await bench.webhooks.standing(webhook.id)).dead == 1

    poison.clear()
    assert await bench.webhooks.revive(webhook.id) == 1
    await until(lambda: len(receiver.got) == 8)
    assert int(receiver.got[-1].event["position"]) == dead.position
    await until(lambda: none_dead(bench, webhook.id))


async def test_a_dead_letter_that_fails_again_stays_one(bench: Bench, receiver: Receiver) -> None:
    webhook = await bench.add(receiver)
    receiver.mood = lambda event: 400
    bench.start()
    await bench.happen("a")

    await until(lambda: some_dead(bench, webhook.id))
    asked = len(receiver.asked)
    await bench.webhooks.revive(webhook.id)
    await until(lambda: len(receiver.asked) == asked + 1)

    async def kept() -> bool:
        return [one.attempts for one in await bench.webhooks.dead(webhook.id)] == [1]

    await until(kept)


async def test_everything_after_a_position_is_sent_again_under_the_same_ids(bench: Bench, receiver: Receiver) -> None:
    webhook = await bench.add(receiver)
    bench.start()
    sent = [await bench.happen(f"c{number % 3}") for number in range(9)]
    await until(lambda: len(receiver.got) == 9)

    async def written() -> bool:
        return (await bench.webhooks.standing(webhook.id)).position == sent[-1].position

    await until(written)
    await bench.webhooks.replay(webhook.id, sent[3].position)
    await until(lambda: len(receiver.got) == 14)
    again = receiver.got[9:]
    assert {one.id for one in again} == {one.id for one in sent[4:]}
    await bench.happen("c0")
    await until(lambda: len(receiver.got) == 15)
    await asyncio.sleep(0.3)
    assert len(receiver.got) == 15


async def test_a_replay_takes_dead_letters_along(bench: Bench, receiver: Receiver) -> None:
    webhook = await bench.add(receiver)
    answers = {"status": 400}
    receiver.mood = lambda event: answers["status"]
    bench.start()
    first = await bench.happen("a")

    await until(lambda: some_dead(bench, webhook.id))
    answers["status"] = 204
    await bench.webhooks.replay(webhook.id, first.position - 1)
    await until(lambda: len(receiver.got) == 1)
    await until(lambda: none_dead(bench, webhook.id))


async def test_a_receiver_that_is_gone_is_sent_nothing_more_until_it_is_switched_on(
    bench: Bench, receiver: Receiver
) -> None:
    webhook = await bench.add(receiver)
    answers = {"status": 410}
    receiver.mood = lambda event: answers["status"]
    bench.start()
    await bench.happen("a")

    async def off() -> bool:
        return not (await bench.webhooks.get(webhook.id)).active

    await until(off)
    assert "410" in (await bench.webhooks.get(webhook.id)).problem
    asked = len(receiver.asked)
    await bench.happen("a")
    await bench.happen("b")
    await asyncio.sleep(0.5)
    assert len(receiver.asked) == asked

    answers["status"] = 204
    await bench.webhooks.change(webhook.id, active=True)
    await until(lambda: len(receiver.got) == 3)
    assert receiver.positions()["conversation/a"] == sorted(receiver.positions()["conversation/a"])
    assert (await bench.webhooks.get(webhook.id)).problem == ""


async def test_a_redirect_is_not_followed(bench: Bench, receiver: Receiver) -> None:
    webhook = await bench.add(receiver)
    receiver.mood = lambda event: 307
    receiver.headers = [(b"location", receiver.url.encode() + b"/elsewhere")]
    bench.start()
    await bench.happen("a")

    async def dead() -> bool:
        return [one.error for one in await bench.webhooks.dead(webhook.id)] == ["status 307"]

    await until(dead)
    assert len(receiver.asked) == 3


async def test_while_a_receiver_is_down_little_is_kept_and_then_all_arrives(bench: Bench, receiver: Receiver) -> None:
    bench.patience = UNHURRIED
    webhook = await bench.add(receiver)
    answers = {"status": 503}
    receiver.mood = lambda event: answers["status"]
    bench.start()
    sent: dict[str, list[int]] = {}
    for number in range(1200):
        touchpoint = await bench.happen(f"c{number % 400}")
        sent.setdefault(touchpoint.stream, []).append(touchpoint.position)
    await asyncio.sleep(1.5)
    # Read on only as far as one page and the few that tried whether it is back.
    standing = await bench.webhooks.standing(webhook.id)
    assert standing.held < 60
    assert standing.position < 700
    assert len(receiver.asked) < 100
    answers["status"] = 204
    await until(lambda: len(receiver.got) >= 1200, 60)
    assert receiver.positions() == sent


async def test_a_conversation_at_which_the_receiver_hangs_waits_alone(bench: Bench, receiver: Receiver) -> None:
    await bench.add(receiver)
    hangs = {"conversation/a"}
    receiver.hangs = lambda event: event["subject"] in hangs
    bench.start()
    await bench.happen("a")
    for _ in range(5):
        await bench.happen("b")
    await until(lambda: len(receiver.got) == 5, 3)
    hangs.clear()
    await bench.happen("a")
    await until(lambda: len(receiver.got) == 7)
    assert [one.event["data"]["seq"] for one in receiver.got if one.event["subject"] == "conversation/a"] == [1, 2]


async def test_of_two_processes_one_sends(bench: Bench, receiver: Receiver) -> None:
    await bench.add(receiver)
    bench.start()
    first = bench.sending
    await asyncio.sleep(0.2)
    bench.start()
    for _ in range(20):
        await bench.happen("a")
    await until(lambda: len(receiver.got) >= 20)
    await asyncio.sleep(0.3)
    assert [one.event["data"]["seq"] for one in receiver.got] == list(range(1, 21))
    assert first is not None
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await bench.happen("a")
    await until(lambda: len(receiver.got) == 21)
