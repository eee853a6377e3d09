"""What a conversation comes to for whoever looks back on it: its episodes and the stages it touched. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.content.schema import OUT_OF_SCOPE
from bot.desk.visibility import NOTHING, Standing, standing
from bot.records import Touchpoint


@dataclass(slots=True)
class Episode:
    """One request for help; times are milliseconds since the Unix epoch, `closed` is None while it goes on."""

    number: int
    started: int
    closed: int | None = None
    intents: dict[int, str] = field(default_factory=dict)
    """The intent of each message that was understood, by its `seq`; corrections count."""
    outcome: str | None = None
    """How it ended: the agent's word where it is one of the known ones, else the reason, such as silent."""
    survey: str | None = None
    rating: int | None = None
    """The last score, on the scale of the survey."""


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of the journey that was touched, and by what; a stage touched again in a row is one step."""

    time: int
    type: str
    stage: str
    intent: str | None


@dataclass(slots=True)
class Past:
    """A conversation looked back on, up to `seq`."""

    seq: int = 0
    started: int = 0
    episodes: dict[int, Episode] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    messages: dict[int, int] = field(default_factory=dict)
    """The episode of each message of the customer, by its `seq`."""
    standing: Standing = NOTHING

    def take(self, touchpoints: Iterable[Touchpoint]) -> None:
        """Take in what comes next, in order."""
        for touchpoint in touchpoints:
            self.started = self.started or touchpoint.time
            self.seq = touchpoint.seq
            self.standing = standing((touchpoint,), self.standing)
            self._note(touchpoint)
            self._step(touchpoint)

    def _note(self, touchpoint: Touchpoint) -> None:
        facts = touchpoint.facts
        episode = self._episode(touchpoint)
        if episode is None:
            return
        if touchpoint.type == "message.received":
            self.messages[touchpoint.seq] = episode.number
            if facts.get("in_scope") and facts.get("intent"):
                episode.intents[touchpoint.seq] = str(facts["intent"])
        elif touchpoint.type == "intent.corrected":
            self._correct(int(facts.get("corrected_seq", 0)), str(facts.get("intent")))
        elif touchpoint.type == "episode.closed":
            episode.closed = touchpoint.time
            episode.outcome = facts.get("outcome") or facts.get("reason")
        elif touchpoint.type == "feedback.given":
            rated = self.episodes.get(facts.get("rated_episode", episode.number), episode)
            rated.survey, rated.rating = facts.get("survey_kind"), facts.get("score")

    def _episode(self, touchpoint: Touchpoint) -> Episode | None:
        """The episode that a touchpoint belongs to; None before the first message."""
        number = touchpoint.facts.get("episode")
        if number is None:
            return None
        return self.episodes.setdefault(number, Episode(number, touchpoint.time))

    def _correct(self, seq: int, intent: str) -> None:
        """Put the right intent in the place of what a message was taken for, in whichever episode that was."""
        if seq not in self.messages:
            return
        intents = self.episodes[self.messages[seq]].intents
        if intent in OUT_OF_SCOPE:
            intents.pop(seq, None)
        else:
            intents[seq] = intent

    def _step(self, touchpoint: Touchpoint) -> None:
        stage = touchpoint.facts.get("stage")
        if stage is None or (self.steps and self.steps[-1].stage == stage):
            return
        intent = touchpoint.facts.get("intent") or touchpoint.facts.get("answer_id")
        self.steps.append(Step(touchpoint.time, touchpoint.type, stage, intent))
