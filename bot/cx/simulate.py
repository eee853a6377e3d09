"""Simulated customers, to fill an empty log for demonstrations and tests. Every touchpoint of theirs says so.

They are driven through the same flows as real ones, in simulated time: each customer is a coroutine that says how long
it waits before its next step, and the earliest of all steps is always taken first. How satisfied they are, and who of
them says so, follows a known truth (`bot.cx.population.Truth`).
"""

import heapq
import random
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Protocol

from bot.cx.population import Truth

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

UNCOVERED = (
    "asdf",
    "the thing with the other thing",
    "do you sell gift wrapping for a birthday present",
    "can you wrap it as a gift with a birthday card",
    "is there gift paper for a present",
    "do you rent out cameras for a weekend",
    "can I rent a camera for one weekend only",
    "is renting a drone for the weekend possible",
)
"""What no intent covers."""

CONFIRMATIONS = ("thanks, that helped", "great, thank you", "perfect, thanks a lot")
ASKS_FOR_PERSON = ("can I talk to a person", "human please", "I want to speak to someone")
AGENTS = (("simulated-agent-1", "Sam (simulated)"), ("simulated-agent-2", "Kim (simulated)"))

HANDED_OFF = "handoff.requested"
SWEPT_EVERY = 6 * HOUR
THANKS = 0.35
COMES_BACK = 0.2

BEFORE = (
    ("com.shop.campaign.impression", 0.3, 20),
    ("com.shop.page.viewed", 0.7, 10),
    ("com.shop.cart.filled", 0.5, 5),
    ("com.shop.order.placed", 0.6, 30),
    ("com.shop.order.delivered", 0.5, 20),
)
AFTER = (("com.shop.order.reordered", 0.2, 60), ("com.shop.review.posted", 0.15, 60))
"""What other systems report before and after: type, how often, and the hours until the next step."""

Life = AsyncGenerator[float, None]
"""A customer's steps: each value is the milliseconds until the next."""


class Bot(Protocol):
    """What simulated customers and agents do with the bot; what an act caused is given back as touchpoints' types."""

    async def begin(self, customer: str) -> str:
        """Begin a conversation of a customer whom the shop knows by this id, and return its own id."""
        ...

    async def report(self, customer: str, type_: str) -> None:
        """Another system of the shop reports something of this customer."""
        ...

    async def say(self, conversation_id: str, text: str) -> Sequence[str]:
        """Send a message."""
        ...

    async def claim(self, conversation_id: str, agent: tuple[str, str]) -> None:
        """An agent takes the conversation."""
        ...

    async def reply(self, conversation_id: str, agent: tuple[str, str], text: str) -> None:
        """The agent answers."""
        ...

    async def resolve(self, conversation_id: str, agent: tuple[str, str]) -> Sequence[str]:
        """The agent ends the episode."""
        ...

    async def leave(self, conversation_id: str) -> None:
        """The customer stops waiting."""
        ...

    async def rate(self, conversation_id: str, score: int) -> None:
        """The customer rates the last episode, 1 to 5."""
        ...

    async def sweep(self) -> None:
        """Close what nobody has written in for a day."""
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
        customer = _Customer(bot, random.Random(dice.random()), examples, f"simulated-{seed}-{number}")
        heapq.heappush(steps, (end - dice.uniform(0.02, 1) * days * DAY - customer.lead, number, customer.life()))
    gone, swept = 0, 0.0
    while steps:
        time, number, life = heapq.heappop(steps)
        if time > end:  # what would happen later has not happened
            gone += 1
            progress(gone, customers)
            continue
        clock.now = int(time)
        if time - swept > SWEPT_EVERY:
            await bot.sweep()
            swept = time
        try:
            heapq.heappush(steps, (time + await anext(life), number, life))
        except StopAsyncIteration:
            gone += 1
            progress(gone, customers)
    clock.now = end
    await bot.sweep()


class _Customer:
    """One customer: what they do in the shop, what they ask, and what they think of it."""

    def __init__(self, bot: Bot, dice: random.Random, examples: Mapping[str, Sequence[str]], name: str) -> None:
        self._bot = bot
        self._dice = dice
        self._examples = examples
        self._name = name
        self._intents = sorted(examples)
        self._conversation_id = ""
        self._truth = Truth()
        self._before = [
            (type_, dice.expovariate(1 / (hours * HOUR))) for type_, chance, hours in BEFORE if dice.random() < chance
        ]
        self.lead = sum(pause for _, pause in self._before)
        """Milliseconds from the first thing this customer does to the conversation."""

    async def life(self) -> Life:
        """Everything that this customer does."""
        dice = self._dice
        for type_, pause in self._before:
            await self._bot.report(self._name, type_)
            yield pause
        self._conversation_id = await self._bot.begin(self._name)
        intent = dice.choice(self._intents)
        while True:
            async for pause in self._ask(intent):
                yield pause
            if dice.random() >= COMES_BACK:
                break
            yield dice.uniform(1.5, 4) * DAY
            intent = intent if dice.random() < 0.6 else dice.choice(self._intents)
        for type_, chance, hours in AFTER:
            if dice.random() < chance:
                yield dice.expovariate(1 / (hours * HOUR))
                await self._bot.report(self._name, type_)

    async def _ask(self, intent: str) -> Life:
        """One episode."""
        dice, bot = self._dice, self._bot
        found = {"handed_off": 0.0, "wait_min": 0.0, "repeats": 0.0, "confirmed": 0.0}
        caused: Sequence[str] = ()
        for _ in range(dice.choices([1, 2, 3], [5, 3, 2])[0]):
            yield dice.expovariate(1 / (40 * 1000))
            caused = await bot.say(self._conversation_id, self._text(intent))
            found["repeats"] += "fallback.given" in caused
            if HANDED_OFF in caused:
                break
        yield dice.expovariate(1 / (40 * 1000))
        left = False
        if HANDED_OFF in caused:
            found["handed_off"] = 1.0
            wait = dice.expovariate(1 / (4 * MINUTE))
            patience = dice.expovariate(1 / (15 * MINUTE))
            yield min(wait, patience)
            found["wait_min"] = min(wait, patience) / MINUTE
            left = patience < wait
            if left:
                await bot.leave(self._conversation_id)
            else:
                async for pause in self._with_agent():
                    yield pause
                caused = await bot.resolve(self._conversation_id, self._agent)
        elif dice.random() < THANKS:
            found["confirmed"] = 1.0
            caused = await bot.say(self._conversation_id, dice.choice(CONFIRMATIONS))
        satisfied = not left and dice.random() < self._truth.chance(found)
        answers = self._truth.answers_satisfied if satisfied else self._truth.answers_dissatisfied
        if "feedback.offered" in caused and dice.random() < answers:
            yield dice.expovariate(1 / MINUTE)
            await bot.rate(self._conversation_id, dice.choice((4, 5) if satisfied else (1, 2, 3)))

    async def _with_agent(self) -> Life:
        dice, bot = self._dice, self._bot
        self._agent = dice.choice(AGENTS)
        await bot.claim(self._conversation_id, self._agent)
        for _ in range(dice.randrange(1, 4)):
            yield dice.expovariate(1 / MINUTE)
            await bot.reply(self._conversation_id, self._agent, "(simulated answer of an agent)")
            yield dice.expovariate(1 / MINUTE)
            await bot.say(self._conversation_id, "(simulated message to an agent)")
        yield dice.expovariate(1 / MINUTE)

    def _text(self, intent: str) -> str:
        chance = self._dice.random()
        if chance < 0.06:
            return self._dice.choice(UNCOVERED)
        if chance < 0.12:
            return self._dice.choice(ASKS_FOR_PERSON)
        return self._dice.choice(self._examples[intent])
