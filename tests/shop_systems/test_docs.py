"""`docs/actions.md` as a shop's developers follow it: its code verifies real calls, its tables say what is so."""

import asyncio
import json
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from bot.demo.shop import ACTIONS
from bot.dialogue.turn import Call, Result
from bot.shop_systems.client import HttpActions
from tests.shop_systems.conftest import Asked, Shop, says

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/actions.md").read_text()
SECRET = "0123456789abcdef0123456789abcdef"


def block(language: str) -> str:
    [code] = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return str(code)


def names(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`(\w+)`", cell))


async def really_asked(shop: Shop, seconds_ago: int = 0) -> Asked:
    """A call as the bot sends it."""
    actions = HttpActions(shop.url, SECRET.encode(), lambda: (int(time.time()) - seconds_ago) * 1000)
    await actions.call(Call("order_status", {"order_number": "47990 ü"}, "track_order", "de-AT"), "key")
    await actions.close()
    return shop.asked[-1]


async def test_the_python_code_tells_genuine_calls_from_others(shop: Shop) -> None:
    code: dict[str, Any] = {}
    exec(block("python"), code)
    is_genuine = code["is_genuine"]
    asked = await really_asked(shop)
    assert is_genuine(SECRET, asked.headers, asked.body)
    assert not is_genuine(SECRET + "x", asked.headers, asked.body)
    assert not is_genuine(SECRET, asked.headers, asked.body + b" ")
    assert not is_genuine(SECRET, {}, asked.body)
    assert not is_genuine(SECRET, {**asked.headers, "webhook-timestamp": "soon"}, asked.body)
    late = await really_asked(shop, seconds_ago=301)
    assert not is_genuine(SECRET, late.headers, late.body)


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node.js to run the JavaScript")
async def test_the_javascript_code_does_too(shop: Shop) -> None:
    asked, late = await really_asked(shop), await really_asked(shop, seconds_ago=301)
    cases = [
        (SECRET, asked.headers, asked.body),
        (SECRET + "x", asked.headers, asked.body),
        (SECRET, asked.headers, asked.body + b" "),
        (SECRET, {**asked.headers, "webhook-signature": "v1,short"}, asked.body),
        (SECRET, {}, asked.body),
        (SECRET, late.headers, late.body),
    ]
    tries = [
        f"isGenuine({json.dumps(secret)}, {json.dumps(headers)}, Buffer.from({json.dumps(body.decode())}))"
        for secret, headers, body in cases
    ]
    script = f"{block('js')}\nconsole.log(JSON.stringify([{', '.join(tries)}]))"
    command = ["node", "--input-type=module", "--eval", script]
    ran = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(ran.stdout) == [True, False, False, False, False, False]


def test_the_request_is_written_as_it_is() -> None:
    head, _, body = block("http").partition("\n\n")
    asked = json.loads(body)
    assert head.startswith(f"POST /bot/{asked['action']} ")
    assert set(asked) == {"action", "arguments", "locale"}
    assert tuple(asked["arguments"]) == ACTIONS[asked["action"]].arguments
    assert re.findall(r"^(webhook-\w+): ", head, re.MULTILINE) == [
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
    ]


async def test_the_answers_mean_what_the_table_says(shop: Shop) -> None:
    answers = re.findall(r"^\| 200 \| `(\{.*?\})` \|", PAGE, re.MULTILINE)
    shop.answers = [says(answer.encode()) for answer in answers]
    actions = HttpActions(shop.url, SECRET.encode(), lambda: 0)
    results = [await actions.call(Call("register_return", {}, "return"), str(number)) for number in range(len(answers))]
    await actions.close()
    assert results == [Result(found=True, values={"status": "registered", "return_number": "RET-47990"}), Result()]


def test_the_actions_are_those_of_the_demonstration() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*) \| (.*) \|(.*)\|$", PAGE.partition("## What the shipped")[2], re.MULTILINE)
    listed = {
        action: (names(arguments), names(statuses), names(values)) for action, arguments, statuses, values in rows
    }
    assert listed == {
        name: (action.arguments, action.statuses, tuple(set(action.returns) - {"status", "summary"}))
        for name, action in ACTIONS.items()
    }
