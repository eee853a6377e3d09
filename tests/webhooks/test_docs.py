"""`docs/webhooks.md` as a shop's developers follow it."""

import json
import re
from pathlib import Path
from typing import Any

from bot.webhooks.patience import HOUR, MINUTE, SECOND, Patience
from tests.webhooks.conftest import Bench, Receiver, until

PAGE = (Path(__file__).parents[2] / "docs/webhooks.md").read_text()


def block(language: str) -> str:
    [code] = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return str(code)


async def test_the_code_takes_what_is_sent_and_nothing_else(bench: Bench, receiver: Receiver) -> None:
    handled: list[Any] = []
    code: dict[str, Any] = {"handle": handled.append}
    exec(block("python"), code)
    take = code["take"]
    webhook = await bench.add(receiver)
    bench.start()
    sent = await bench.happen("a")
    await until(lambda: bool(receiver.got))
    [got] = receiver.got
    secret = webhook.secrets[0].text
    assert take(secret, got.headers, got.body) == 204
    assert [one["id"] for one in handled] == [sent.id]
    assert take(secret, got.headers, got.body + b" ") == 401
    assert take((await bench.webhooks.rotate(webhook.id)).secrets[0].text, got.headers, got.body) == 401
    assert take(secret, {**got.headers, "webhook-timestamp": "1700000000"}, got.body) == 401
    assert len(handled) == 1


async def test_the_request_is_written_as_it_is(bench: Bench, receiver: Receiver) -> None:
    head, _, body = block("http").partition("\n\n")
    shown = json.loads(body)
    await bench.add(receiver)
    bench.start()
    await bench.happen("a", episode=2, intent="track_order", confidence=0.93, in_scope=True)
    await until(lambda: bool(receiver.got))
    event = receiver.got[0].event
    assert list(shown) == list(event)
    assert set(shown["data"]) == set(event["data"])
    assert {name.lower() for name in re.findall(r"^([\w-]+): ", head, re.MULTILINE)} <= set(receiver.got[0].headers)


def test_the_delays_are_those_of_the_page() -> None:
    [row] = re.findall(r"tried again after about (.*?), then every (\d+) h, for three days", PAGE)
    units = {"s": SECOND, "min": MINUTE, "h": HOUR}
    told = [int(number) * units[unit] for number, unit in re.findall(r"(\d+) (s|min|h)", row[0])]
    patience = Patience()
    assert (*told, int(row[1]) * HOUR) == patience.delays
    assert patience.gives_up_after == 72 * HOUR
    assert patience.one_try == 10
    assert (patience.failing, patience.refusals) == (5, 3)
    assert "When five conversations in a row fail" in PAGE
    assert "tried three times, then a dead letter" in PAGE
