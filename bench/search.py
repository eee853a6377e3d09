"""How long search takes to read a large log into its index, what it weighs, how fast it answers, and whether others
are answered meanwhile. Run it with `python -m bench.search`."""

import asyncio
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bot.agents.accounts import Account, Role
from bot.content.content import load_content
from bot.desk import search
from bot.desk.search import Search
from bot.desk.visibility import Visibility
from bot.records import Touchpoint, new_id
from bot.touchpoints.log import Put, conversation_stream
from bot.touchpoints.sealing import Vault
from bot.touchpoints.sqlite import SqliteLog

ROOT = Path(__file__).parents[1]
SECRET = b"a secret of the benchmark, long enough"
MESSAGES = 200_000
A_CONVERSATION = 4
QUERIES = ("warranty", "the", "wh", "order 48213", "anna.meyer", "return the order", "zzz", "a b c d e f g h")
BOSS = Account("boss", "boss@shop.example", "Boss", Role.SUPERVISOR)
AGENT = Account("anna", "anna@shop.example", "Anna", Role.AGENT, ("repairs",))


def _touchpoints(number: int, texts: list[str], dice: random.Random, ref: str) -> Iterator[Touchpoint]:
    stream, seq, now = conversation_stream(str(number)), 0, int(time.time() * 1000)

    def one(type_: str, text: str, **facts: object) -> Touchpoint:
        nonlocal seq
        seq += 1
        return Touchpoint(new_id(), stream, seq, type_, now, {"actor_kind": "bot", **facts}, {"text": text}, ref)

    yield one("conversation.started", "Hello, I'm the bot of the shop.")
    if number % 5 == 0:
        first, last = (dice.choice(("anna", "ben", "chloe", "dora", "emil")), f"meyer{dice.randrange(20_000)}")
        personal = {"id": f"c{number}", "name": f"{first} {last}", "email": f"{first}.{last}@mail.example"}
        seq += 1
        yield Touchpoint(new_id(), stream, seq, "identity.linked", now, {"known_ref": ref}, personal, ref)
    for _ in range(A_CONVERSATION):
        text = f"{dice.choice(texts)} {dice.randrange(10_000, 99_999)} {dice.choice(texts)}"
        yield one("message.received", text, intent="track_order", confidence=0.9)
        yield one("answer.given", "Your order is on its way and will be with you within two days." * 2)
    if number % 10 == 0:
        yield one("handoff.requested", "I pass this on.", skill=dice.choice(("repairs", "general")))
        yield one("episode.closed", "Closed.", reason="resolved")


async def _fill(log: SqliteLog, vault: Vault) -> None:
    dice = random.Random(7)
    intents = load_content(ROOT / "training_data").intents.values()
    texts = [example for intent in intents for example in intent.examples]

    async def conversation(number: int) -> None:
        ref = f"customer-{number // 50}"  # each key is written durably: not one a conversation here
        touchpoints = list(_touchpoints(number, texts, dice, ref))
        row = {
            "conversation_id": str(number),
            "customer_ref": str(number),
            "started_by": None,
            "started_at": number,
            "owner": "closed",
            "opened_at": None,
        }
        await log.append(touchpoints[0].stream, 0, touchpoints, [Put("conversation", row)])

    total = MESSAGES // A_CONVERSATION
    for ref in range(total // 50 + 1):
        vault.create(f"customer-{ref}")
    for first in range(0, total, 500):
        await asyncio.gather(*(conversation(number) for number in range(first, first + 500)))


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


async def _pulse(delays: list[float]) -> None:
    """Something else that the loop serves: it should come when it is due, every 5 ms."""
    while True:
        due = time.perf_counter() + 0.005
        await asyncio.sleep(0.005)
        delays.append((time.perf_counter() - due) * 1000)


def _share(values: list[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)]


async def _measure(folder: Path) -> None:
    vault = Vault(folder / "bot.keys", SECRET)
    log = SqliteLog(folder / "bot.db", vault, SECRET)
    begun = time.perf_counter()
    await _fill(log, vault)
    print(f"filled in {time.perf_counter() - begun:.0f} s; {await log.last_position():,} touchpoints")
    one = Search(log, Visibility(log), lambda: int(time.time() * 1000))
    before, begun = _resident(), time.perf_counter()
    delays: list[float] = []
    pulse = asyncio.create_task(_pulse(delays))
    await asyncio.sleep(2)
    print(f"pulse alone: p50 {_share(delays, 0.5):.1f} ms, p99 {_share(delays, 0.99):.1f} ms late")
    delays.clear()
    begun = time.perf_counter()
    worked = time.process_time()
    first = await one.find(BOSS, "warranty", 20)
    print(f"the first answer after {time.perf_counter() - begun:.2f} s: {len(first.found)} found, {first.reading=}")
    while (await one.find(BOSS, "zzz", 20)).reading:
        pass
    print(
        f"read in {time.perf_counter() - begun:.1f} s, {time.process_time() - worked:.1f} s of work; "
        f"{one._index.texts:,} texts; "
        f"{_resident() - before:.0f} MiB; {len(one._index._places):,} words"
    )
    late = f"p50 {_share(delays, 0.5):.1f}, p99 {_share(delays, 0.99):.1f}, worst {max(delays):.1f} ms late"
    print(f"pulse meanwhile: {late}")
    for account in (BOSS, AGENT):
        for query in QUERIES:
            delays.clear()
            times = []
            worked = time.process_time()
            for _ in range(5):
                begun = time.perf_counter()
                answer = await one.find(account, query, 20)
                times.append((time.perf_counter() - begun) * 1000)
            print(
                f"{account.role} {query!r}: {len(answer.found)} found, median {_share(times, 0.5):.0f} ms, "
                f"worst {max(times):.0f} ms, "
                f"work {(time.process_time() - worked) * 200:.0f} ms; pulse worst {max(delays, default=0):.1f} ms late"
            )
    begun = time.perf_counter()
    await asyncio.to_thread(one._index.drop, "customer-7")
    print(f"a customer forgotten in {time.perf_counter() - begun:.2f} s")
    pulse.cancel()
    await one.close()
    await log.close()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        search.PAUSE = float(sys.argv[1])
    folder = Path(tempfile.mkdtemp())
    try:
        asyncio.run(_measure(folder))
    finally:
        shutil.rmtree(folder)
