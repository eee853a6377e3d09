"""Customers with a known truth, drawn fast: logs by the thousand to check estimators on, or one of millions to measure.

Where `bot.cx.simulate` drives the real flows, this draws the touchpoints that such flows would leave, from a `Truth` in
which every quantity that the report estimates has a value. All of it is marked as simulated.
"""

import math
import random
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from bot.dialogue.state import UPSET

DAY = 86_400_000


class Happening(NamedTuple):
    """One touchpoint before it has a place in the log; `time` is in milliseconds."""

    stream: str
    customer_ref: str
    type: str
    time: int
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Truth:
    """How customers and the service really are: medians of log-normal times in seconds, and chances."""

    intents: Mapping[str, tuple[str, float]] = field(
        default_factory=lambda: {
            "track_order": ("purchase", 3.0),
            "return_item": ("use", 2.0),
            "battery_drains": ("use", 1.0),
            "choose_phone": ("discovery", 1.0),
        }
    )
    """Intent → its stage and weight."""

    turns: int = 2
    bot_s: float = 2.0
    wait_s: float = 240.0
    reply_factor: float = 1.25
    """An agent's first message comes after so many times the wait."""
    handle_s: float = 600.0
    silent_s: float = 86_400.0
    spread: float = 0.6
    """Standard deviation of the logarithm of every time."""

    hand_off: float = 0.3
    leaves: float = 0.15
    hasty: float = 0.1
    """Of those who leave the queue, within five seconds."""
    confirms: float = 0.4
    again: float = 0.1
    transfer: float = 0.1
    returns_same: float = 0.12
    returns_other: float = 0.08
    same_conversation: float = 0.5
    variant: float = 0.8
    """The chance of an intent's first answer; else the second."""

    recovers: float = 0.5
    """Of customers who began below 0, upset or not; the others of those stay as they are."""
    worsens: float = 0.2

    offered: float = 0.8
    kinds: Mapping[str, float] = field(default_factory=lambda: {"csat": 0.6, "nps": 0.2, "ces": 0.2})
    satisfied: float = 1.0
    """Log-odds of being satisfied where no driver applies."""
    drivers: Mapping[str, float] = field(
        default_factory=lambda: {
            "handed_off": -0.4,
            "wait_min": -0.06,
            "repeats": -0.9,
            "confirmed": 0.9,
            "recovered": 0.6,
        }
    )
    """What adds to the log-odds, by what it is called in `bot.cx.drivers`."""
    answers_satisfied: float = 0.35
    answers_dissatisfied: float = 0.5
    promoters: float = 0.45
    detractors: float = 0.25
    easy: float = 0.7

    reviewed: float = 0.1
    passes: float = 0.8

    def chance(self, found: Mapping[str, float]) -> float:
        """The chance that a customer for whom this was `found` is satisfied."""
        odds = self.satisfied + sum(weight * found.get(name, 0.0) for name, weight in self.drivers.items())
        return 1 / (1 + math.exp(-odds))


class Episode(NamedTuple):
    """What a drawn episode really was, to be held against what an estimator says."""

    conversation_id: str
    episode: int
    satisfied: bool
    found: Mapping[str, float]


Reveal = Callable[[Episode], None]


def customer(
    truth: Truth, dice: random.Random, begins: int, ends: int, reveal: Reveal = lambda episode: None
) -> Iterator[Happening]:
    """One customer's touchpoints from `begins` on, as far as they happen before `ends`."""
    life = _Life(truth, dice, reveal)
    for happening in life.happenings(begins):
        if happening.time < ends:
            yield happening


def population(
    truth: Truth, customers: int, since: int, until: int, seed: int, reveal: Reveal = lambda episode: None
) -> list[Happening]:
    """That many customers who begin at any time between, in order of time; the same seed gives the same ones."""
    dice = random.Random(seed)
    everything: list[Happening] = []
    for _ in range(customers):
        everything += customer(truth, dice, int(dice.uniform(since, until)), until, reveal)
    everything.sort(key=lambda one: one.time)
    return everything


class _Life:
    """The episodes of one customer, one after the other."""

    def __init__(self, truth: Truth, dice: random.Random, reveal: Reveal) -> None:
        self._truth = truth
        self._dice = dice
        self._reveal = reveal
        self._ref = _id(dice)
        self._conversation = ""
        self._episode = 0
        self._intents = list(truth.intents)
        self._weights = [weight for _, weight in truth.intents.values()]

    def happenings(self, time: int) -> Iterator[Happening]:
        truth, dice = self._truth, self._dice
        intent = dice.choices(self._intents, self._weights)[0]
        while True:
            closed = yield from self._help(time, intent)
            back = dice.random()
            if back >= truth.returns_same + truth.returns_other:
                return
            if back >= truth.returns_same:
                others = [one for one in self._intents if one != intent]
                intent = dice.choice(others) if others else intent
            if dice.random() >= truth.same_conversation:
                self._conversation = ""
            time = closed + int(dice.uniform(0.1, 4) * DAY)

    def _help(self, time: int, intent: str) -> Generator[Happening, None, int]:
        """One episode; its value is when it closed, before any feedback."""
        truth, dice = self._truth, self._dice
        if not self._conversation:
            self._conversation, self._episode = _id(dice), 0
            yield self._one("conversation.started", time, actor_kind="bot", channel=dice.choice(("widget", "mail")))
        self._episode += 1
        handed_off = dice.random() < truth.hand_off
        confirmed = not handed_off and dice.random() < truth.confirms
        repeats = dice.random() < truth.again
        start = round(dice.uniform(-1, 1), 2)
        end = self._mood_at_end(start)
        for turn in range(truth.turns):
            mood = start if turn < truth.turns / 2 else end
            yield self._said(time, intent, mood)
            time += self._seconds(truth.bot_s)
            if turn < truth.turns - 1 or not handed_off:
                yield self._answered(time, intent, confirmed and turn == truth.turns - 1)
            if turn < truth.turns - 1:
                time += 30_000
        if repeats:
            yield self._one("slot.asked", time, actor_kind="bot", intent=intent, slot="order", again=True)
        left, wait_s = False, 0.0
        if handed_off:
            time, left, wait_s = yield from self._people(time, intent)
        else:
            time += self._seconds(truth.silent_s)
            yield self._one("episode.closed", time, actor_kind="system", reason="silent")
        found = {
            "handed_off": float(handed_off),
            "wait_min": wait_s / 60,
            "repeats": float(repeats),
            "confirmed": float(confirmed),
            "recovered": float(start <= UPSET and end >= 0),
        }
        satisfied = dice.random() < truth.chance(found)
        self._reveal(Episode(self._conversation, self._episode, satisfied, found))
        yield from self._feedback(time, satisfied and not left)
        if dice.random() < truth.reviewed:
            facts = {"conversation_id": self._conversation, "episode": self._episode}
            passed = dice.random() < truth.passes
            yield Happening("system", "", "assessment.recorded", time, {**facts, "passed": passed, "simulated": True})
        return time

    def _mood_at_end(self, start: float) -> float:
        chance = self._dice.random()
        if start < 0:
            return round(self._dice.uniform(0, 0.8), 2) if chance < self._truth.recovers else start
        return round(start - self._dice.uniform(0.05, 1), 2) if chance < self._truth.worsens else start

    def _people(self, time: int, intent: str) -> Generator[Happening, None, tuple[int, bool, float]]:
        """From the hand-off to the close; its value is when that was, whether the customer left, and the wait."""
        truth, dice = self._truth, self._dice
        reason = dice.choice(("requested", "policy", "not_understood"))
        facts = {"actor_kind": "bot", "reason": reason, "skill": "general", "intent": intent}
        yield self._one("handoff.requested", time, **facts)
        wait = self._seconds(truth.wait_s)
        if dice.random() < truth.leaves:
            time += 5000 if dice.random() < truth.hasty else max(wait, 11_000)
            yield self._one("episode.closed", time, actor_kind="system", reason="abandoned")
            return time, True, wait / 1000
        agent = f"simulated-agent-{dice.randrange(4)}"
        acts = {"actor_kind": "agent", "actor_id": agent}
        yield self._one("conversation.assigned", time + wait, **acts, agent_id=agent, wait_s=wait / 1000)
        yield self._one("message.sent", time + int(wait * truth.reply_factor), **acts)
        time += int(wait * truth.reply_factor) + 1000
        if dice.random() < truth.transfer:
            yield self._one("conversation.taken_over", time, actor_kind="agent", actor_id="simulated-agent-9")
        time += self._seconds(truth.handle_s)
        yield self._one("episode.closed", time, **acts, reason="resolved", outcome="solved")
        return time, False, wait / 1000

    def _feedback(self, time: int, satisfied: bool) -> Iterator[Happening]:
        truth, dice = self._truth, self._dice
        if dice.random() >= truth.offered:
            return
        kind = dice.choices(list(truth.kinds), list(truth.kinds.values()))[0]
        about = {"rated_episode": self._episode, "survey_kind": kind}
        yield self._one("feedback.offered", time, actor_kind="bot", offer_probability=truth.offered, **about)
        if dice.random() >= (truth.answers_satisfied if satisfied else truth.answers_dissatisfied):
            return
        time += 20_000
        yield self._one("feedback.given", time, actor_kind="customer", **about, score=self._score(kind, satisfied))

    def _score(self, kind: str, satisfied: bool) -> int:
        truth, dice = self._truth, self._dice
        if kind == "csat":
            return dice.choice((4, 5)) if satisfied else dice.choice((1, 2, 3))
        if kind == "ces":
            return dice.choice((5, 6, 7)) if dice.random() < truth.easy else dice.choice((1, 2, 3, 4))
        chance = dice.random()
        if chance < truth.promoters:
            return dice.choice((9, 10))
        return dice.randrange(7) if chance < truth.promoters + truth.detractors else dice.choice((7, 8))

    def _said(self, time: int, intent: str, mood: float) -> Happening:
        stage = self._truth.intents[intent][0]
        about = {"intent": intent, "confidence": 0.9, "in_scope": True, "mood": mood, "model_version": "simulated"}
        return self._one("message.received", time, actor_kind="customer", **about, stage=stage, stage_method="intent")

    def _answered(self, time: int, intent: str, confirmed: bool) -> Happening:
        which = int(self._dice.random() >= self._truth.variant)
        facts: dict[str, Any] = {"answer_id": intent, "answer_variant": which, "actor_version": "1"}
        if confirmed:
            facts["confirmed"] = True
        return self._one("answer.given", time, actor_kind="bot", **facts)

    def _seconds(self, median: float) -> int:
        return int(1000 * median * math.exp(self._dice.gauss(0, self._truth.spread)))

    def _one(self, type_: str, time: int, **facts: Any) -> Happening:
        if self._episode:
            facts["episode"] = self._episode
        facts["simulated"] = True
        return Happening(f"conversation/{self._conversation}", self._ref, type_, time, facts)


def _id(dice: random.Random) -> str:
    text = f"{dice.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-7{text[13:16]}-8{text[17:20]}-{text[20:]}"
