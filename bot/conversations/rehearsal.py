"""Plays stories through the flows themselves, on a log of their own, and says where the bot spoke otherwise."""

import hmac
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from bot.content.content import Content
from bot.content.hours import Hours
from bot.content.voice import Feedback as FeedbackRules
from bot.conversations.actions import Actions
from bot.conversations.conversation import Outcome
from bot.conversations.feedback import Feedback
from bot.conversations.hand_off import HandOff
from bot.conversations.receive import Receive
from bot.conversations.serving import Serving
from bot.conversations.start import Identity, Start
from bot.conversations.stories import Line, Story
from bot.conversations.sweep import Sweep
from bot.dialogue.turn import Call, Result
from bot.dialogue.work import Agent
from bot.errors import BotError, Refused
from bot.records import Touchpoint

BEGINS = datetime(2027, 1, 13, 10, 0, tzinfo=UTC)
"""When every story begins that doesn't say otherwise: a Wednesday morning."""

AGENT = Agent("agent-of-the-story", "Anna")
SPOKEN = frozenset(
    {
        "answer.given",
        "clarification.asked",
        "slot.asked",
        "step.given",
        "fallback.given",
        "handoff.requested",
        "feedback.offered",
    }
)
"""What of the bot's a line `bot:` stands for."""

_UNITS = {"minute": 1, "hour": 60, "day": 1440}
_LATER = re.compile(r"(\d+) (minute|hour|day)s?")
_PASSES = re.compile(r"passes on to ([a-z][a-z0-9_]*)")
_SIGNED = re.compile(r"signed in as (\S+?)(?:,\s*(.*))?")


class Wrong(Exception):
    """A story went otherwise than it says: at which line, what was expected, and what happened instead."""

    def __init__(self, line: Line, what: str, remedy: str = "correct the story, or what the bot says") -> None:
        super().__init__(what)
        self.line, self.what, self.remedy = line, what, remedy


class StoryClock:
    """The time of a story, in milliseconds."""

    def __init__(self) -> None:
        self.now = int(BEGINS.timestamp() * 1000)

    def __call__(self) -> int:  # noqa: D102 - what a clock does
        return self.now


class StorySystems:
    """The shop's systems of a story: as they were at the beginning, or down."""

    def __init__(self, make: Callable[[], Actions]) -> None:
        self._make = make
        self.down = False
        self._systems = make()

    def renew(self) -> None:
        """Forget what the last story has done to them."""
        self.down = False
        self._systems = self._make()

    async def call(self, call: Call, key: str) -> Result:
        """See `Actions.call`."""
        return Result(failed=True) if self.down else await self._systems.call(call, key)

    async def close(self) -> None:
        """See `Actions.close`."""
        await self._systems.close()


class Flows(Protocol):
    """What a story is played on."""

    @property
    def start(self) -> Start: ...  # noqa: D102
    @property
    def receive(self) -> Receive: ...  # noqa: D102
    @property
    def hand_off(self) -> HandOff: ...  # noqa: D102
    @property
    def feedback(self) -> Feedback: ...  # noqa: D102
    @property
    def serving(self) -> Serving: ...  # noqa: D102


@dataclass(slots=True)
class Stage:
    """The flows with everything around them that a story may set."""

    flows: Flows
    sweep: Sweep
    clock: StoryClock
    systems: StorySystems
    identity_secret: bytes
    content: Content


async def play(story: Story, stage: Stage) -> str | None:
    """Play one story; the problem with it, in the form of all problems, or None where all went as it says."""
    player = _Player(stage)
    try:
        await player.prepare(story)
        for line in story.lines:
            await player.act(line)
        player.finish(story.lines[-1])
    except Wrong as wrong:
        return story.problem(wrong.line, f"“{story.title}”: {wrong.what}", wrong.remedy)
    finally:
        await player.leave()
    return None


class _Player:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.id = ""
        self.heard: list[Touchpoint] = []
        self.replies: Sequence[Mapping[str, str]] = ()

    async def prepare(self, story: Story) -> None:
        stage = self.stage
        stage.clock.now = int(BEGINS.timestamp() * 1000)
        stage.systems.renew()
        stage.flows.serving.content = stage.content
        locale, identity = "en", None
        for line in story.given:
            what, _, rest = line.words.partition(" ")
            if what == "locale":
                locale = rest
            elif what == "signed":
                identity = self._identity(line)
            elif what == "systems":
                stage.systems.down = rest == "down"
            elif what == "now":
                stage.clock.now = self._moment(line, rest)
            else:
                self._change_bot(line, what, rest)
        begun = await stage.flows.start.begin(str(uuid.uuid4()), locale, None, identity)
        self.id = begun.conversation_id
        self.replies = begun.touchpoints[0].facts.get("quick_replies", ())

    async def act(self, line: Line) -> None:
        """Play one line."""
        if line.does == "bot":
            self._hears(line)
            return
        if line.does == "replies":
            self._offers(line)
            return
        self.finish(line)
        try:
            outcome = await self._does(line)
        except BotError as error:
            raise Wrong(line, f"“{line.words}” can't be done here: {error}") from None
        for touchpoint in outcome.touchpoints if outcome else ():
            if touchpoint.type in SPOKEN and "text" in touchpoint.personal:
                self.heard.append(touchpoint)

    def finish(self, line: Line) -> None:
        """Whatever the bot has said must have been expected."""
        if self.heard:
            raise Wrong(line, f"before this the bot says {_shown(self.heard[0])}", "add a line `bot:` with it")

    async def leave(self) -> None:
        """End the conversation: a signed-in customer has one at a time, and the next story begins one of its own."""
        flows = self.stage.flows
        flows.serving.content = self.stage.content
        if self.id:
            for step in (flows.hand_off.claim, flows.hand_off.resolve):
                with suppress(Refused):
                    await step(self.id, AGENT)
            self.stage.clock.now += 2 * 24 * 3600 * 1000
            await self.stage.sweep.once()

    async def _does(self, line: Line) -> Outcome | None:
        flows, once = self.stage.flows, str(uuid.uuid4())
        if line.does == "customer":
            if line.words.startswith("[") and line.words.endswith("]"):
                return await flows.receive.quick_reply(self.id, once, self._payload(line))
            return await flows.receive.message(self.id, once, line.words)
        if line.does == "agent":
            return await self._agent_does(line, once)
        if line.does == "rates":
            if not line.words.isdigit():
                raise Wrong(line, f"`{line.words}` is no score", "write a number")
            kind = self.stage.flows.serving.content.bot.feedback.kinds[0]
            return await flows.feedback.give(self.id, once, 1, kind, int(line.words), None)
        match = _LATER.fullmatch(line.words)
        if match is None:
            raise Wrong(line, f"`{line.words}` is no time", "write it as `2 hours` or `1 day`")
        self.stage.clock.now += int(match.group(1)) * _UNITS[match.group(2)] * 60_000
        await self.stage.sweep.once()
        return None

    async def _agent_does(self, line: Line, once: str) -> Outcome:
        hand_off, passes = self.stage.flows.hand_off, _PASSES.fullmatch(line.words)
        if line.words == "claims":
            return await hand_off.claim(self.id, AGENT)
        if line.words == "resolves":
            return await hand_off.resolve(self.id, AGENT)
        if line.words == "returns":
            return await hand_off.give_back(self.id, AGENT)
        if passes is not None:
            return await hand_off.pass_to_skill(self.id, AGENT, passes[1])
        return await hand_off.reply(self.id, AGENT, once, line.words)

    def _hears(self, line: Line) -> None:
        if line.words == "[silent]":
            self.finish(line)
            return
        if not self.heard:
            raise Wrong(line, "the bot says nothing here")
        said = self.heard.pop(0)
        self.replies = said.facts.get("quick_replies", ())
        expected = line.words
        if expected.startswith("[hands off:"):
            reason = expected.removeprefix("[hands off:").partition("]")[0].strip()
            if said.type != "handoff.requested" or said.facts.get("reason") != reason:
                raise Wrong(line, f"the bot should hand off for {reason} and says {_shown(said)}")
            expected = expected.partition("]")[2].strip()
        text, at = _plain(str(said.personal["text"])), 0
        for piece in filter(None, map(_plain, re.split(r"…|\.\.\.", expected))):
            found = text.find(piece, at)
            if found < 0:
                raise Wrong(line, f"“{piece}” isn't in what the bot says, {_shown(said)}")
            at = found + len(piece)

    def _offers(self, line: Line) -> None:
        titles = [reply["title"] for reply in self.replies]
        for wanted in line.words.split("|"):
            if wanted.strip() not in titles:
                raise Wrong(line, f"no quick reply “{wanted.strip()}”; there are: {' | '.join(titles) or 'none'}")

    def _payload(self, line: Line) -> str:
        title = line.words[1:-1].strip()
        for reply in self.replies:
            if reply["title"] == title:
                return reply["payload"]
        shown = " | ".join(reply["title"] for reply in self.replies) or "none"
        raise Wrong(line, f"no quick reply “{title}”; there are: {shown}")

    def _identity(self, line: Line) -> Identity:
        match = _SIGNED.fullmatch(line.words)
        if match is None:
            raise Wrong(line, f"`{line.words}` is no customer", "write `signed in as mila, name Mila, tier gold`")
        details: dict[str, Any] = {}
        for part in filter(None, (one.strip() for one in (match.group(2) or "").split(","))):
            name, _, value = part.partition(" ")
            details[name] = {"true": True, "false": False}.get(value, value)
        expires = self.stage.clock.now // 1000 + 3600
        signed = hmac.digest(self.stage.identity_secret, f"{match.group(1)}\n{expires}".encode(), "sha256").hex()
        return Identity(match.group(1), signed, expires, details)

    def _moment(self, line: Line, text: str) -> int:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise Wrong(line, f"`{text}` is no time", "write it as 2027-01-13 20:00") from None
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)

    def _change_bot(self, line: Line, what: str, rest: str) -> None:
        """Hours such as `hours mon-fri 09:00-17:00`, holidays (`closed 2027-01-13`), or the kind of feedback."""
        serving = self.stage.flows.serving
        bot = serving.content.bot
        try:
            if what == "feedback":
                changes: dict[str, Any] = {"feedback": FeedbackRules.model_validate({"kinds": [rest]})}
            else:
                hours = {"timezone": "UTC", "open": {}} if bot.hours is None else bot.hours.model_dump(mode="python")
                if what == "closed":
                    hours["open"], hours["closed"] = {"mon-sun": "00:00-24:00"}, [rest]
                else:
                    days, _, times = rest.partition(" ")
                    hours["open"] = {days: times}
                changes = {"hours": Hours.model_validate(hours)}
        except ValueError:
            raise Wrong(line, f"`{line.words}` can't be", "see docs/content.md") from None
        serving.content = replace(serving.content, bot=bot.model_copy(update=changes))


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold().replace("’", "'")


def _shown(said: Touchpoint) -> str:
    text = " ".join(str(said.personal.get("text", "")).split())
    kind = f" ({said.type}{': ' + str(said.facts['reason']) if 'reason' in said.facts else ''})"
    return f"“{text[:160]}{'…' if len(text) > 160 else ''}”{kind}"
