"""A conversation in memory: says things to the core and keeps the state as the log would."""

from bot.content.content import Content
from bot.dialogue.decide import conclude, decide
from bot.dialogue.fold import fold
from bot.dialogue.state import State, check
from bot.dialogue.turn import Call, Message, Result
from bot.records import Draft, Touchpoint, Understanding

NOW = 1_800_000_000_000

ASKS = frozenset({"slot.asked", "step.given", "clarification.asked", "fallback.given"})


def understood(
    intent: str,
    confidence: float = 0.95,
    *others: tuple[str, float],
    in_scope: bool = True,
    mood: float = 0.0,
    distressed: bool = False,
    language: str | None = None,
    parts: tuple[str, ...] = (),
) -> Understanding:
    """What the classifier would have made of a message."""
    score = 1.0 if in_scope else -1.0
    return Understanding(intent, confidence, in_scope, score, others, "model", mood, distressed, language, parts)


NOTHING = understood("warranty", 0.2, ("opening_hours", 0.1), in_scope=False)


class Talk:
    """One conversation; `drafts` and `types` are what the last message led to."""

    def __init__(self, content: Content, state: State | None = None, now: int = NOW) -> None:
        self.content = content
        self.state = state or State(locale="en")
        self.now = now
        self.types: list[str] = []
        self.drafts: list[Draft] = []
        self.call: Call | None = None

    def say(
        self,
        text: str,
        understanding: Understanding = NOTHING,
        result: Result | None = None,
        payload: str | None = None,
    ) -> str:
        """Say something; returns all that the bot says to it."""
        decision = decide(self.state, Message(text, payload), understanding, self.content, self.now)
        drafts = [*decision.drafts]
        self.call = None
        while decision.call is not None:
            self.call = decision.call
            decision = conclude(decision.call, result or Result(), self.state, self.content, self.now)
            drafts += decision.drafts
        check(self.state, drafts)
        assert drafts[0].type == "message.received"
        self.drafts = drafts
        self.types = [draft.type for draft in drafts[1:]]
        self.happen(*drafts)
        return "\n".join(str(draft.personal["text"]) for draft in drafts[1:] if "text" in draft.personal)

    def choose(self, payload: str, result: Result | None = None) -> str:
        """Choose a quick reply."""
        titles = {known: title for title, known in self.state.offered}
        return self.say(titles.get(payload, payload), NOTHING, result, payload)

    def happen(self, *drafts: Draft) -> None:
        """Fold what has happened."""
        for draft in drafts:
            touchpoint = Touchpoint(
                "t", "conversation/c", self.state.seq + 1, draft.type, self.now, draft.facts, draft.personal
            )
            self.state = fold(self.state, touchpoint)

    @property
    def last(self) -> Draft:
        """What the bot said last."""
        return self.drafts[-1]

    @property
    def replies(self) -> list[str]:
        """The payloads of the quick replies below it."""
        return [reply["payload"] for reply in self.last.facts.get("quick_replies", ())]
