"""A shop in simulated time: customers come, wait and leave, agents claim in a race, are given, help, and vanish.

Everything that falls into one second happens at once, as tasks that race each other through the flows themselves.
"""

import asyncio
import random
import uuid
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.agents.accounts import Account, Role
from bot.agents.presence import Status
from bot.dialogue.speech import PERSON
from bot.dialogue.work import Agent
from bot.errors import Refused
from bot.web.services import Services
from tests.conftest import Clock

SECOND = 1000
HEARTBEAT = 20
ABOUT = {"general": "hello", "repairs": "how long is the warranty", "orders": "where is my order"}


@dataclass
class Task:
    """What an agent means to do with one conversation, in seconds of the simulation."""

    reply_at: float
    resolve_at: float
    replied: bool = False


@dataclass
class Worker:
    """An agent. `forgets` is the share of conversations in which the agent never writes."""

    account: Account
    automatic: bool
    dice: random.Random
    forgets: float
    help_takes: float
    beat: int
    alive: bool = True
    tasks: dict[str, Task] = field(default_factory=dict)

    @property
    def agent(self) -> Agent:
        return Agent(self.account.id, self.account.name)


class Shop:
    """Runs the simulation; what came of it is in the log alone."""

    def __init__(self, services: Services, clock: Clock, seed: int) -> None:
        self.services = services
        self.clock = clock
        self.dice = random.Random(seed)
        self.begun = clock.now
        self.workers: list[Worker] = []
        self.customers: list[str] = []
        self.killed: dict[str, int] = {}
        """When each agent was killed: no sign of life came later."""
        self.races_lost = 0

    @property
    def second(self) -> int:
        return (self.clock.now - self.begun) // SECOND

    async def open(self, agents: int, help_takes: float) -> None:
        """Let the agents come to work; `help_takes` is how many seconds it takes on average to help somebody."""
        for number in range(agents):
            skills = ((), ("general",), ("repairs",), ("general", "repairs"))[number % 4]
            account = await self.services.accounts.add(f"a{number}@shop.example", f"Agent {number}", Role.AGENT, skills)
            dice = random.Random(self.dice.random())
            worker = Worker(account, number % 2 == 0, dice, 0.03, help_takes, number % HEARTBEAT)
            self.workers.append(worker)
            await self.services.desk.choose(account, Status.ONLINE, worker.automatic)

    async def run(self, seconds: int, arrivals: Sequence[int], kills: Sequence[int] = ()) -> None:
        """Go on for so many seconds; customers come and agents are killed at the seconds that are named."""
        coming, killing = sorted(arrivals, reverse=True), sorted(kills, reverse=True)
        for _ in range(seconds):
            self.clock.now += SECOND
            acts = []
            while coming and coming[-1] <= self.second:
                coming.pop()
                acts.append(self._come())
            while killing and killing[-1] <= self.second:
                killing.pop()
                self._kill()
            view = await self.services.queue.look()
            for worker in self.workers:
                if worker.alive:
                    acts += self._work(worker, [row.conversation_id for row in view.held_by(worker.account.id)])
                    if not worker.automatic and view.waiting and view.loads[worker.account.id] < 3:
                        acts.append(self._claim(worker, [row.conversation_id for row in view.waiting]))
            acts += [self._give_up(row.conversation_id) for row in view.waiting if self.dice.random() < 0.0002]
            if acts or self.second % 5 == 0:
                await asyncio.gather(*acts, self.services.desk.once(sweep=self.second % 5 == 0))

    async def _come(self) -> None:
        begun = await self.services.start.begin(None, "en", None, None)
        say = self.services.receive
        about = self.dice.choices(list(ABOUT.values()), [5, 4, 1])[0]
        await say.message(begun.conversation_id, str(uuid.uuid4()), about)
        await say.quick_reply(begun.conversation_id, str(uuid.uuid4()), PERSON)
        self.customers.append(begun.conversation_id)

    async def _give_up(self, conversation_id: str) -> None:
        try:
            await self.services.hand_off.leave(conversation_id)
        except Refused:
            self.races_lost += 1

    def _kill(self) -> None:
        alive = [worker for worker in self.workers if worker.alive]
        if alive:
            worker = self.dice.choice(alive)
            worker.alive = False
            self.killed[worker.account.id] = self.clock.now

    def _work(self, worker: Worker, held: Sequence[str]) -> list[Coroutine[Any, Any, None]]:
        acts: list[Coroutine[Any, Any, None]] = []
        if self.second % HEARTBEAT == worker.beat:
            acts.append(self.services.desk.attendance.seen(worker.account.id))
        worker.tasks = {one: worker.tasks[one] for one in held if one in worker.tasks}
        for conversation_id in held:
            task = worker.tasks.get(conversation_id)
            if task is None:
                takes = worker.dice.lognormvariate(0, 0.5) * worker.help_takes
                never = worker.dice.random() < worker.forgets
                reply_at = self.second + (1e9 if never else worker.dice.uniform(5, 60))
                worker.tasks[conversation_id] = Task(reply_at, max(reply_at, self.second + takes))
            elif task.resolve_at <= self.second:
                acts.append(self._resolve(worker, conversation_id))
            elif not task.replied and task.reply_at <= self.second:
                task.replied = True
                acts.append(self._reply(worker, conversation_id))
        return acts

    async def _claim(self, worker: Worker, waiting: Sequence[str]) -> None:
        """The first that the agent may see: everybody who has room tries for it in the same second."""
        if worker.dice.random() < 0.5:
            return
        for conversation_id in waiting[:5]:
            if not await self.services.visibility.may_see(worker.account, conversation_id):
                continue
            try:
                await self.services.hand_off.claim(conversation_id, worker.agent)
            except Refused:
                self.races_lost += 1
            return

    async def _reply(self, worker: Worker, conversation_id: str) -> None:
        try:
            await self.services.hand_off.reply(conversation_id, worker.agent, str(uuid.uuid4()), "hello")
            await self.services.receive.message(conversation_id, str(uuid.uuid4()), "thank you for asking")
            await self.services.hand_off.reply(conversation_id, worker.agent, str(uuid.uuid4()), "it is like this")
        except Refused:
            self.races_lost += 1

    async def _resolve(self, worker: Worker, conversation_id: str) -> None:
        try:
            await self.services.hand_off.resolve(conversation_id, worker.agent, "solved")
        except Refused:
            self.races_lost += 1
