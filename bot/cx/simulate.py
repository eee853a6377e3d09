"""Simulated customers, to fill an empty log for demonstrations and tests. Every touchpoint of theirs says so.

They are driven through the same flows as real ones, in simulated time: each customer is a coroutine that says how long
it waits before its next step, and the earliest of all steps is always taken first.
"""

import heapq
import random
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Protocol

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

GIBBERISH = ("asdf", "???", "hm", "the thing with the other thing", "12")
ASKS_FOR_PERSON = ("can I talk to a person", "human please", "I want to speak to someone")
AGENTS = (("simulated-agent-1", "Sam (simulated)"), ("simulated-agent-2", "Kim (simulated)"))

Life = AsyncGenerator[float, None]
"""A customer's steps: each value is the milliseconds until the next."""


class Bot(Protocol):
    """What simulated customers and agents do with the bot."""

    async def begin(self) -> str:
        """Begin a conversation and return its id."""
        ...

    async def say(self, conversation_id: str, text: str) -> str:
        """Send a message; returns the type of the last touchpoint it caused."""
        ...

    async def claim(self, conversation_id: str, agent: tuple[str, str]) -> None:
        """An agent takes the conversation."""
        ...

    async def reply(self, conversation_id: str, agent: tuple[str, str], text: str) -> None:
        """The agent answers."""
        ...

    async def resolve(self, conversation_id: str, agent: tuple[str, str]) -> None:
        """The agent ends the episode."""
        ...

    async def leave(self, conversation_id: str) -> None:
        """The customer stops waiting."""
        ...

    async def rate(self, conversation_id: str, score: int) -> None:
        """The customer rates the first episode, 1 to 5."""
        ...


class Clock:
    """Simulated time in milliseconds since the Unix epoch; call it to read it."""

    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        """The time it is now."""
        return self.now


async def simulate(
    bot: Bot,
    clock: Clock,
    examples: Mapping[str, Sequence[str]],
    customers: int,
    days: float,
    seed: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Let `customers` come over `days` that end at the clock's time; the same seed gives the same customers."""
    dice = random.Random(seed)
    end = clock.now
    steps: list[tuple[float, int, Life]] = []
    for number in range(customers):
        life = _customer(bot, random.Random(dice.random()), examples)
        heapq.heappush(steps, (end - dice.uniform(0.02, 1) * days * DAY, number, life))
    gone = 0
    while steps:
        time, number, life = heapq.heappop(steps)
        clock.now = int(time)
        try:
            heapq.heappush(steps, (time + await anext(life), number, life))
        except StopAsyncIteration:
            gone += 1
            progress(gone, customers)
    clock.now = end


async def _customer(bot: Bot, dice: random.Random, examples: Mapping[str, Sequence[str]]) -> Life:
    intents = sorted(examples)
    conversation_id = await bot.begin()
    yield dice.expovariate(1 / (10 * 1000))
    handed_off = False
    for _ in range(dice.choices([1, 2, 3, 4], [5, 4, 2, 1])[0]):
        if dice.random() < 0.06:
            text = dice.choice(GIBBERISH)
        elif dice.random() < 0.06:
            text = dice.choice(ASKS_FOR_PERSON)
        else:
            text = dice.choice(examples[dice.choice(intents)])
        handed_off = await bot.say(conversation_id, text) == "handoff.requested"
        yield dice.expovariate(1 / (40 * 1000))
        if handed_off:
            break
    mood = dice.gauss(0.2, 1)
    if handed_off:
        wait = dice.expovariate(1 / (4 * MINUTE))
        patience = dice.expovariate(1 / (15 * MINUTE))
        yield min(wait, patience)
        if patience < wait:
            await bot.leave(conversation_id)
            mood -= 1.5
        else:
            agent = dice.choice(AGENTS)
            await bot.claim(conversation_id, agent)
            for _ in range(dice.randrange(1, 4)):
                yield dice.expovariate(1 / MINUTE)
                await bot.reply(conversation_id, agent, "(simulated answer of an agent)")
                yield dice.expovariate(1 / MINUTE)
                await bot.say(conversation_id, "(simulated message to an agent)")
            yield dice.expovariate(1 / MINUTE)
            await bot.resolve(conversation_id, agent)
            mood += 0.5 - wait / (20 * MINUTE)
    if dice.random() < 0.3:
        yield dice.expovariate(1 / MINUTE)
        await bot.rate(conversation_id, max(1, min(5, round(3.6 + mood))))
