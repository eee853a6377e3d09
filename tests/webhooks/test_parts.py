"""The parts that sending is made of, each by itself."""

import ipaddress
from typing import Any

import pytest

from bot.errors import BotError, Conflict, NotFound, Refused
from bot.records import Touchpoint
from bot.touchpoints.log import Drop, Put
from bot.webhooks.address import Addresses, Unreachable, is_public
from bot.webhooks.backlog import MOST_HELD, MOST_UNSETTLED, Backlog, Held
from bot.webhooks.health import Health
from bot.webhooks.patience import HOUR, SECOND, Patience
from bot.webhooks.post import Outcome
from bot.webhooks.webhook import Sealing, check_types, check_url
from bot.webhooks.webhooks import MOST
from tests.webhooks.conftest import SECRET, Bench

FAILED, UNREACHED = Outcome("status 500"), Outcome("no answer", unreached=True)


def even() -> float:
    """Chance that changes nothing."""
    return 0.5


# --- addresses


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_addresses_that_are_not_of_the_internet(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07::1", "::ffff:93.184.215.14"])
def test_addresses_that_are(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


async def test_private_addresses_are_refused_unless_they_are_allowed() -> None:
    for host in ("localhost", "127.0.0.1", "2130706433", "0x7f.1", "::1"):
        with pytest.raises(Refused, match="BOT_WEBHOOKS_PRIVATE=on allows those"):
            await Addresses(private=False).find(host, 80)
    assert await Addresses(private=True).find("127.0.0.1", 80) == ["127.0.0.1"]
    with pytest.raises(Unreachable):
        await Addresses(private=True).find("nowhere.invalid", 80)
    await Addresses(private=False).check("https://nowhere.invalid/later")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.example",
        "ftp://shop.example/",
        "file:///etc/passwd",
        "https://",
        "https://user:word@shop.example/",
        "https://user@shop.example/",
        "https://shop.example/#top",
        "https://shop.example:99999/",
        "https://shop.example:0/",
        "https://[::1",
        "https://shop.example/a b",
        "https://shop.example/\r\nX: y",
        "https://shöp.example/",
        "https://shop.example/" + "x" * 2000,
    ],
)
def test_what_is_no_address_for_a_webhook(url: str) -> None:
    with pytest.raises(Refused):
        check_url(url)


def test_types_are_those_of_conversations() -> None:
    assert check_types(["message.sent", "message.sent", "episode.closed"]) == ("message.sent", "episode.closed")
    for wrong in ("agent.presence_changed", "account.changed", "model.promoted", "message"):
        with pytest.raises(Refused, match=wrong):
            check_types([wrong])


# --- patience and health


def test_delays_grow_and_end_after_three_days() -> None:
    patience = Patience()
    delays = [patience.delay(attempts, even) for attempts in range(1, 30)]
    assert delays[0] == 5 * SECOND
    assert delays == sorted(delays)
    assert delays[-1] == 6 * HOUR
    assert patience.delay(1, lambda: 0.0) < 5 * SECOND < patience.delay(1, lambda: 1.0)
    at, attempts = 0, 0
    while not patience.gives_up(refused=False, attempts=attempts, since=0, now=at):
        attempts += 1
        at += patience.delay(attempts, even)
    assert 72 * HOUR <= at < 80 * HOUR
    assert [patience.gives_up(True, attempts, 0, 0) for attempts in (1, 2, 3)] == [False, False, True]


def test_a_receiver_is_down_when_several_conversations_fail_in_a_row() -> None:
    health = Health(Patience(failing=3), even)
    for _ in range(10):
        health.failed("a", 0, FAILED)
        health.failed("b", 0, FAILED)
    assert not health.is_doubtful
    assert not health.succeeded()
    health.failed("a", 0, FAILED)
    health.failed("b", 0, FAILED)
    health.failed("c", 0, FAILED)
    assert health.rests_until == 5 * SECOND
    health.failed("d", 1, FAILED)  # it was under way already
    assert health.rests_until == 5 * SECOND
    health.failed("d", 6 * SECOND, FAILED)
    assert health.rests_until == 36 * SECOND
    assert health.is_doubtful
    assert not health.is_hopeless(72 * HOUR - 1)
    assert health.is_hopeless(72 * HOUR)
    assert health.succeeded()
    assert (health.rests_until, health.is_doubtful, health.is_hopeless(1000 * HOUR)) == (0, False, False)


def test_a_receiver_that_asks_for_peace_gets_it_and_one_that_was_away_is_welcomed_back() -> None:
    health = Health(Patience(), even)
    health.failed("a", 0, Outcome("status 429", wait=60))
    assert health.rests_until == 60 * SECOND
    health.succeeded()
    health.failed("a", 0, UNREACHED)
    assert health.succeeded()
    assert not health.succeeded()


# --- what waits


def said(stream: str, seq: int, position: int) -> Touchpoint:
    return Touchpoint("id", stream, seq, "message.received", 0, {}, {}, None, position)


def everything(touchpoint: Touchpoint) -> bool:
    return True


def test_it_has_reached_what_lies_before_the_first_that_is_not_settled() -> None:
    backlog = Backlog("w", 10, {})
    backlog.add([said("a", 1, 11), said("b", 1, 12), said("a", 2, 13)], everything)
    assert (backlog.reached, backlog.read_to, list(backlog.waiting())) == (10, 13, ["a", "b"])
    backlog.settle("b")
    assert backlog.reached == 10
    backlog.settle("a")
    assert backlog.reached == 12
    backlog.settle("a")
    assert (backlog.reached, list(backlog.waiting())) == (13, [])
    backlog.add([said("a", 3, 14)], lambda touchpoint: False)
    assert backlog.reached == 14


def test_a_conversation_that_is_held_back_keeps_one_number_and_holds_up_nobody() -> None:
    backlog = Backlog("w", 0, {})
    backlog.add([said("a", seq, seq) for seq in range(1, 6)], everything)
    backlog.hold("a", Held(1, 1, 0, 5000))
    assert (backlog.reached, list(backlog.waiting()), backlog.first("a")) == (5, [], None)
    backlog.add([said("a", 6, 6), said("b", 1, 7)], everything)
    assert list(backlog.waiting()) == ["b"]
    assert (list(backlog.due(4999)), list(backlog.due(5000)), backlog.next_due(0)) == ([], ["a"], 5000)
    [change] = backlog.take_changes()
    assert isinstance(change, Put)
    assert (change.row["stream"], change.row["seq"], change.row["due_at"]) == ("a", 1, 5000)
    assert backlog.take_changes() == []
    backlog.hurry(100)
    assert list(backlog.due(100)) == ["a"]
    backlog.release("a")
    assert backlog.take_changes() == [Drop("held_back", {"webhook_id": "w", "stream": "a"})]


def test_what_waits_is_bounded() -> None:
    backlog = Backlog("w", 0, {})
    backlog.add([said(f"c{n}", 1, n) for n in range(1, MOST_UNSETTLED + 1)], everything)
    assert not backlog.has_room
    backlog.settle("c1")
    assert backlog.has_room
    held = {f"c{n}": Held(1, 1, 0, 0) for n in range(MOST_HELD)}
    assert not Backlog("w", 0, held).has_room


# --- looking after them


async def test_secrets_are_sealed_with_the_installations(bench: Bench) -> None:
    webhook = await bench.webhooks.add("http://127.0.0.1:9/x")
    [row] = await bench.log.rows("webhook")
    assert webhook.secrets[0].text.encode() not in bytes(row["secrets"])  # type: ignore[arg-type]
    assert Sealing(SECRET).webhook(row) == webhook
    with pytest.raises(BotError, match="sealed with another secret"):
        Sealing(b"another secret, just as long as it").webhook(row)
    with pytest.raises(BotError, match="sealed with another secret"):
        Sealing(SECRET).webhook({**row, "webhook_id": "another"})


async def test_an_old_secret_signs_for_a_day(bench: Bench) -> None:
    webhook = await bench.webhooks.add("http://127.0.0.1:9/x")
    rotated = await bench.webhooks.rotate((await bench.webhooks.rotate(webhook.id)).id)
    now = bench.now()
    new, old = rotated.keys(now)
    assert webhook.secrets[0].key not in (new, old)
    assert rotated.keys(now + 24 * HOUR + SECOND) == [new]


async def test_changes_by_two_at_once_lose_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    webhook = await bench.webhooks.add("http://127.0.0.1:9/x")
    write, raced = bench.log.write, False

    async def slow(changes: Any) -> None:
        nonlocal raced
        if not raced:
            raced = True
            await bench.webhooks.switch_off(webhook.id, "the receiver answered 410")
        await write(changes)

    monkeypatch.setattr(bench.log, "write", slow)
    rotated = await bench.webhooks.rotate(webhook.id)
    kept = await bench.webhooks.get(webhook.id)
    assert (kept.active, kept.problem) == (False, "the receiver answered 410")
    assert kept.secrets == rotated.secrets


async def test_what_is_not_allowed_says_so(bench: Bench) -> None:
    webhook = await bench.webhooks.add("http://127.0.0.1:9/x")
    with pytest.raises(Refused, match="has got to 0"):
        await bench.webhooks.replay(webhook.id, 1)
    with pytest.raises(NotFound, match="no dead letter"):
        await bench.webhooks.revive(webhook.id, 7)
    for missing in (bench.webhooks.get, bench.webhooks.remove, bench.webhooks.rotate, bench.webhooks.dead):
        with pytest.raises(NotFound, match="no webhook nobody"):
            await missing("nobody")
    for _ in range(MOST - 1):
        await bench.webhooks.add("http://127.0.0.1:9/x")
    with pytest.raises(Refused, match="remove one first"):
        await bench.webhooks.add("http://127.0.0.1:9/x")
    await bench.webhooks.remove(webhook.id)
    assert await bench.log.rows("reader", {"name": f"webhook/{webhook.id}"}) == []
    await bench.webhooks.add("http://127.0.0.1:9/x")


async def test_a_lost_race_for_a_new_row_is_a_conflict(bench: Bench) -> None:
    webhook = await bench.webhooks.add("http://127.0.0.1:9/x")
    with pytest.raises(Conflict):
        await bench.log.write([Put("webhook", Sealing(SECRET).row(webhook), new=True)])
