"""`make bench`: the bot and the yardstick side by side in one run, as a Markdown table and as JSON.

Both servers run at once and are loaded in turns, round after round, so that whatever else the machine does meets both.
The share is the median over the rounds. The load generator is pinned to one core, of which it takes a small part, and
the servers may use them all.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.classify import classification
from bench.customers import answerable_texts, bare_plan, bot_plan
from bench.load import Outcome, Plan
from bench.servers import BARE, BOT, ROOT, Server, load_core, running
from bot.nlu.registry import PROMOTED_FILE

MEMORY_AFTER = 10_000
LOAD_TIMEOUT_S = 120.0
STARTS = 5
HURRY = {"rounds": 2, "seconds": 1.5}

Row = tuple[str, str]


@dataclass(frozen=True)
class Round:
    """One turn of one server: answers a second, its share of the processor time on the clock, and what came back."""

    rate: float
    server_busy: float
    outcome: Outcome


def load(server: Server, plan: Plan, seconds: float = 0.0, messages: int = 0) -> Round:
    """Let the load generator carry out a plan, and check every answer."""
    plan.seconds, plan.messages = seconds, messages
    plan.cpus = [load_core()]
    used = server.cpu_s()
    ran = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        cwd=ROOT,
        input=json.dumps(asdict(plan)).encode(),
        stdout=subprocess.PIPE,
        timeout=seconds + LOAD_TIMEOUT_S,
        check=False,
    )
    if ran.returncode:
        sys.exit("bench: the load generator failed")
    outcome = Outcome(**json.loads(ran.stdout))
    if outcome.statuses.keys() != {"201"}:
        sys.exit(f"bench: not every answer was a 201: {outcome.statuses}")
    return Round(outcome.answers / outcome.seconds, (server.cpu_s() - used) / outcome.seconds, outcome)


def checked(turn: Round) -> Round:
    """A turn of the bot in which every message came back with what it caused."""
    if turn.outcome.without_touchpoints:
        sys.exit(f"bench: {turn.outcome.without_touchpoints} answers lack the message's own touchpoint")
    return turn


def throughput(
    options: argparse.Namespace, folder: Path, environment: dict[str, str], texts: list[str]
) -> dict[str, Any]:
    """Both servers in turns: share of the yardstick, latencies at saturation and at one connection."""
    with (
        running(BARE, {}, folder / "bare.log") as bare,
        running(BOT, environment | database(folder / "load"), folder / "bot.log") as bot,
    ):
        turns: list[tuple[Round, Round]] = []
        for number in range(options.rounds + 1):
            pair = (
                load(bare, bare_plan(bare, options.connections, texts, number), options.seconds),
                checked(load(bot, bot_plan(bot, options.connections, texts, number), options.seconds)),
            )
            if number:  # the first is for warming up
                turns.append(pair)
            progress(f"round {number}: bare {pair[0].rate:,.0f}/s, bot {pair[1].rate:,.0f}/s")
        alone = (
            load(bare, bare_plan(bare, 1, texts, 0), options.seconds),
            checked(load(bot, bot_plan(bot, 1, texts, 0), options.seconds)),
        )
    turns.sort(key=share)
    middle = turns[len(turns) // 2]
    types = middle[1].outcome.types
    return {
        "connections": options.connections,
        "rounds": options.rounds,
        "seconds": options.seconds,
        "share": share(middle),
        "share_lowest": share(turns[0]),
        "share_highest": share(turns[-1]),
        "bare": summary(middle[0]),
        "bot": summary(middle[1]),
        "bare_alone_ms": alone[0].outcome.milliseconds,
        "bot_alone_ms": alone[1].outcome.milliseconds,
        "types": types,
        "answered": types.get("answer.given", 0) / types["message.received"],
    }


def share(pair: tuple[Round, Round]) -> float:
    """What part of the yardstick's rate the bot reached in this pair of turns."""
    bare, bot = pair
    return bot.rate / bare.rate


def summary(turn: Round) -> dict[str, Any]:
    """The figures of one turn."""
    return {
        "rate": turn.rate,
        "ms": turn.outcome.milliseconds,
        "server_busy": turn.server_busy,
        "processor_us": turn.server_busy / turn.rate * 1e6,
        "load_busy": turn.outcome.busy,
    }


def footprint(folder: Path, environment: dict[str, str], texts: list[str]) -> dict[str, Any]:
    """Memory after many messages, and the time until ready with an empty and with that database."""
    environment = environment | database(folder / "memory")
    with running(BOT, environment, folder / "bot.log") as bot:
        before = bot.resident_mib()
        checked(load(bot, bot_plan(bot, 64, texts, 0), messages=MEMORY_AFTER))
        after = bot.resident_mib()
    empty, filled = [], []
    for number in range(STARTS):
        with running(BOT, environment | database(folder / f"empty{number}"), folder / "bot.log") as bot:
            empty.append(bot.ready_s)
        with running(BOT, environment, folder / "bot.log") as bot:
            filled.append(bot.ready_s)
    return {
        "resident_mib": after,
        "resident_mib_at_start": before,
        "messages": MEMORY_AFTER,
        "ready_s_first_start": statistics.median(empty),
        "ready_s": statistics.median(filled),
    }


def database(folder: Path) -> dict[str, str]:
    folder.mkdir(exist_ok=True)
    return {"BOT_DATABASE_URL": f"sqlite:///{folder / 'bot.db'}"}


def model(folder: Path) -> Path:
    """The folder of the serving model; trained for the occasion where none is promoted."""
    models = ROOT / "models"
    if (models / PROMOTED_FILE).exists():
        return models
    progress("training a model")
    command = [sys.executable, "-m", "bot", "train", "--models", str(folder / "models")]
    subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=True)
    return folder / "models"


def progress(line: str) -> None:
    print(f"bench: {line}", file=sys.stderr, flush=True)


def rows(figures: dict[str, Any]) -> list[Row]:
    """The table's lines: what, and how much."""
    speed, small, single = figures["throughput"], figures["footprint"], figures["classification"]

    def spread(values: dict[str, float]) -> str:
        return " / ".join(f"{values[name]:.1f}" for name in ("p50", "p90", "p99"))

    low, high = speed["share_lowest"], speed["share_highest"]
    return [
        ("messages a second, the whole way of a message", f"{speed['bot']['rate']:,.0f}"),
        ("… bare FastAPI JSON POST", f"{speed['bare']['rate']:,.0f}"),
        ("… share of bare, median of the rounds (lowest–highest)", f"**{speed['share']:.2f}** ({low:.2f}–{high:.2f})"),
        ("processor time a message, µs", f"{speed['bot']['processor_us']:.0f}"),
        ("… bare", f"{speed['bare']['processor_us']:.0f}"),
        (f"latency at {speed['connections']} connections, p50 / p90 / p99 ms", spread(speed["bot"]["ms"])),
        ("… bare", spread(speed["bare"]["ms"])),
        ("latency at one connection, p50 / p90 / p99 ms", spread(speed["bot_alone_ms"])),
        ("… bare", spread(speed["bare_alone_ms"])),
        (
            "process start to ready, median s (first start; later ones)",
            f"{small['ready_s_first_start']:.2f}; {small['ready_s']:.2f}",
        ),
        (
            f"resident memory after {small['messages']:,} messages, MiB (at start)",
            f"{small['resident_mib']:.0f} ({small['resident_mib_at_start']:.0f})",
        ),
        ("classify one message, median µs", f"{single['bot_us']:.0f}"),
        ("… the same model as a scikit-learn Pipeline", f"{single['pipeline_us']:.0f}"),
        ("decide what to do, with mood and language, median µs", f"{single['core_us']:.0f}"),
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.run", description="Benchmark the bot against a bare FastAPI POST."
    )
    parser.add_argument("--rounds", type=int, default=7, help="turns of each server (default 7)")
    parser.add_argument("--seconds", type=float, default=4.0, help="length of a turn (default 4)")
    parser.add_argument("--connections", type=int, default=64, help="connections at once (default 64)")
    parser.add_argument("--hurry", action="store_true", help="two short rounds, to see that it runs")
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "bench.json", help="where the figures go")
    options = parser.parse_args(arguments)
    if options.hurry:
        vars(options).update(HURRY)
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    # Not in the system's folder for temporary files, which may be memory: what is measured waits for the disk.
    with tempfile.TemporaryDirectory(prefix="bench-", dir=build) as name:
        folder = Path(name)
        models = model(folder)
        environment = {"BOT_MODELS": str(models), "BOT_RATE_LIMIT": "off"}
        texts = answerable_texts(ROOT / "training_data", seed=1)
        figures: dict[str, Any] = {
            "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()},
            "throughput": throughput(options, folder, environment, texts),
            "footprint": footprint(folder, environment, texts),
            "classification": classification(models, texts),
        }
    options.json.write_text(json.dumps(figures, indent=2) + "\n")
    print("| what | figure |\n|---|---|")
    print("\n".join(f"| {what} | {figure} |" for what, figure in rows(figures)))
    progress(f"figures are in {options.json}")


if __name__ == "__main__":
    main()
