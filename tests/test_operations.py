"""The commands that look after an installation, run as people run them."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from bot.assembly import open_services
from bot.dialogue.fold import fold
from bot.dialogue.state import State, check
from bot.errors import Refused
from bot.operations import playing
from bot.records import Draft, Touchpoint
from bot.settings import Settings
from bot.storage import now
from bot.touchpoints.facts import Facts

ROOT = Path(__file__).parents[1]


@pytest.fixture
def bot(models: Path, tmp_path: Path):  # type: ignore[no-untyped-def]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    environment |= {"BOT_DATABASE_URL": f"sqlite:///{tmp_path / 'bot.db'}", "BOT_MODELS": str(models)}

    def run(*arguments: str, text: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "bot", *arguments]
        return subprocess.run(
            command,
            cwd=ROOT,
            env={**environment, **more},
            input=text,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def test_accounts(bot) -> None:  # type: ignore[no-untyped-def]
    added = bot(
        "user",
        "add",
        "anna@shop.example",
        "--role",
        "agent",
        "--skill",
        "orders",
        "--password-stdin",
        text="a long password\n",
    )
    assert (added.returncode, added.stdout) == (0, "anna@shop.example can sign in as agent\n")
    again = bot("user", "add", "anna@shop.example", "--role", "agent", "--password-stdin", text="a long password\n")
    assert (again.returncode, again.stderr) == (1, "bot: there is an account for anna@shop.example already\n")
    assert bot("user", "disable", "anna@shop.example").returncode == 0
    assert "orders  disabled" in bot("user", "list").stdout
    short = bot("user", "password", "anna@shop.example", "--password-stdin", text="short\n")
    assert (short.returncode, short.stderr) == (1, "bot: a password needs at least 10 characters\n")
    assert bot("user", "add", "x@shop.example", "--role", "boss").returncode == 2
    nobody = bot("user", "add", "x@shop.example", "--role", "agent")
    assert "use --password-stdin" in nobody.stderr


@pytest.mark.soak
def test_simulated_customers_fill_the_log_say_so_and_live_by_the_table(bot, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert bot("simulate", "--customers", "60", "--seed", "3").returncode == 0
    out = tmp_path / "log.jsonl"
    exported = bot("export", "--format", "jsonl", "--out", str(out))
    events = [json.loads(line) for line in out.read_text().splitlines()]
    assert exported.stdout == f"{len(events)} touchpoints are in {out}, up to position {events[-1]['position']}\n"
    assert all(event["data"]["simulated"] for event in events)
    assert [int(event["position"]) for event in events] == list(range(1, len(events) + 1))
    assert all(event["specversion"] == "1.0" and event["dataschema"] for event in events)
    assert not {"text", "prev", "client_id", "fingerprint"} & {name for event in events for name in event["data"]}
    kinds = Counter(event["type"] for event in events)
    assert kinds["conversation.started"] == 60
    assert {"answer.given", "handoff.requested", "conversation.assigned", "feedback.given"} <= set(kinds)
    assert {"episode.closed", "com.shop.order.placed"} <= set(kinds)
    states: dict[str, State] = {}
    for event in events:
        if not event["subject"].startswith("conversation/"):
            continue  # what other systems report
        state = states.get(event["subject"], State())
        check(state, [Draft(event["type"], event["data"])])
        touchpoint = Touchpoint(
            event["id"], event["subject"], event["data"]["seq"], event["type"], 0, event["data"], {}
        )
        assert touchpoint.seq == state.seq + 1
        states[event["subject"]] = fold(state, touchpoint)
    middle = events[len(events) // 2]["time"]
    assert bot("export", "--format", "jsonl", "--out", str(out), "--since", middle).returncode == 0
    later = [json.loads(line) for line in out.read_text().splitlines()]
    assert later == [event for event in events if event["time"] >= middle]


def test_simulated_customers_never_mix_with_real_ones(settings: Settings) -> None:
    def conversations() -> int:
        with Facts(settings.database) as facts:
            return sum(one[3] == "conversation.started" for one in facts.touchpoints(0, 10_000, 10_000))

    for seed in (1, 2):
        playing.simulate(settings, 1, 1, seed, lambda done, total: None)
    assert conversations() == 2

    async def begin() -> None:
        services = open_services(settings, now)
        await services.start.begin(None, "en", None, None)
        await services.log.close()

    asyncio.run(begin())
    with pytest.raises(Refused, match=r"has conversations of real customers.*BOT_DATABASE_URL="):
        playing.simulate(settings, 1, 1, 3, lambda done, total: None)
    assert conversations() == 3


def test_what_cannot_be_done_is_one_line_and_leaves_nothing_behind(bot, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    nowhere = bot("export", "--format", "jsonl", "--out", str(tmp_path / "no" / "log.jsonl"))
    no_model = bot("serve", "--port", "0", BOT_MODELS=str(tmp_path / "models"))
    unknown = bot("serve", BOT_PROT="1")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        in_use = bot("serve", "--port", str(taken.getsockname()[1]))
    no_folder = bot("user", "list", BOT_DATABASE_URL="sqlite:////proc/nowhere/bot.db")
    assert "can't listen on 127.0.0.1" in in_use.stderr
    for failed in (nowhere, no_model, unknown, in_use, no_folder):
        assert failed.returncode == 1
        assert failed.stderr.count("\n") == 1
        assert "Traceback" not in failed.stderr
    assert "make train" in no_model.stderr
    assert not list(tmp_path.glob("log*"))
    assert bot("serve", "--port", "99999").returncode == 2
