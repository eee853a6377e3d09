"""One message to a conversation that the bot owns: what is known, and the drafts that it comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.content.content import Content
from bot.content.parts import holds
from bot.content.schema import Intent, Variant
from bot.content.slots import Slot
from bot.content.text import Text, fill
from bot.dialogue.state import UPSET, State, Task
from bot.records import Draft, Understanding


@dataclass(frozen=True, slots=True)
class Message:
    """What a customer sent: text of his own, or the payload of a quick reply and the title he saw on it."""

    text: str
    payload: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A call to the shop's own systems that must be made before the bot can answer.

    `customer_id` is the shop's own, where the customer is signed in. The rest is what the conversation holds by
    then, for `conclude`.
    """

    action: str
    arguments: Mapping[str, str]
    intent: str
    locale: str | None = None
    customer_id: str | None = None
    slots: Mapping[str, str] = field(default_factory=dict)
    tasks: tuple[Task, ...] = ()
    mood: float = 0.0
    lead: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """How a call ended: `found` with `values`, not found, or `failed` where the system could not be asked."""

    found: bool = False
    failed: bool = False
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens now, and the call to make before `conclude` says what happens then."""

    drafts: tuple[Draft, ...]
    call: Call | None = None


class Turn:
    """What the rules of the dialogue read and write; nothing of it outlives the message."""

    def __init__(
        self, state: State, content: Content, now: int, message: Message, understanding: Understanding | None = None
    ) -> None:
        self.state = state
        self.content = content
        self.now = now
        self.message = message
        self.understanding = understanding
        self.locale = language_of(state, understanding if message.payload is None else None)
        # The words of a quick reply are the bot's own and say nothing of the customer's mood.
        self.mood = understanding.mood if understanding is not None and message.payload is None else 0.0
        self.drafts: list[Draft] = []
        self.call: Call | None = None
        self.tasks: list[Task] = list(state.tasks)
        self.slots: dict[str, str] = dict(state.slots)
        self.lead = ""
        """Said before whatever the bot says first, and then no more."""
        self.solved = False
        """Whether something has come to its good end, so that it is time to ask for feedback."""
        self._left: list[str] = []

    @property
    def upset(self) -> bool:
        """Whether the customer's message was."""
        return self.mood <= UPSET

    @property
    def handed_over(self) -> bool:
        """Whether the conversation is the bot's no more: nothing may be said after that."""
        return bool(self.drafts) and self.drafts[-1].type == "handoff.requested"

    @property
    def waits(self) -> bool:
        """Whether the bot has asked something, or must call a system first: the next word isn't its own."""
        return self.call is not None or (bool(self.drafts) and self.drafts[-1].type in _QUESTIONS)

    def intent(self, name: str) -> Intent:
        """An intent of the content."""
        return self.content.intents[name]

    def subject(self) -> str | None:
        """What the conversation is about: the last concern that was understood, and no politeness after it."""
        known = self.content.intents
        names = [self.state.intent or "", *(given.partition("/")[0] for given in reversed(self.state.given))]
        return next((name for name in names if name in known and not known[name].is_chat), self.state.intent)

    def text(self, text: Text | None, values: Mapping[str, str] | None = None) -> str:
        """A text in the customer's language with its placeholders filled in; empty for none."""
        if text is None:
            return ""
        known = {**(values or {})}
        if self.state.name:
            known.setdefault("name", self.state.name)
        return fill(text.in_(self.locale), known)

    def found(self, slot: Slot, text: str | None = None) -> list[str]:
        """Every value of a slot in the customer's message, or in another text."""
        asked = self.content.slots.get(self.state.asked_slot or "") is slot
        reading = self.content.reading(self.now, self.locale, asked)
        return slot.find_all(self.message.text if text is None else text, reading)

    def shown(self) -> dict[str, str]:
        """What the customer has said, by slot, as customers read it."""
        slots = self.content.slots
        return {
            name: slots[name].shown(value, self.locale, self.content.bot.texts) if name in slots else value
            for name, value in self.slots.items()
        }

    def conditions(self, returned: Mapping[str, str] | None = None) -> dict[str, str]:
        """Everything that a `when` can ask for, as text."""
        hours = self.content.bot.hours
        locale = (self.locale or self.content.bot.default_locale).lower()
        return {
            **{f"customer.{name}": _plain(value) for name, value in self.state.customer.items()},
            **self.slots,
            **(returned or {}),
            "open": _plain(hours is None or hours.is_open(self.now)),
            "signed_in": _plain(self.state.known_ref is not None),
            "upset": _plain(self.upset),
            "mail": _plain(self.content.mail),
            "locale": locale,
            "language": locale.partition("-")[0],
        }

    def chosen(self, variants: Sequence[Variant], returned: Mapping[str, str] | None = None) -> int:
        """The index of the first answer whose conditions all hold; the last one always does."""
        if len(variants) == 1:
            return 0
        known = self.conditions(returned)
        return next(index for index, variant in enumerate(variants) if holds(variant.when, known))

    def opening(self, name: str) -> str:
        """What an intent says before something else is done about it; empty where it says nothing."""
        answer = self.content.intents[name].answer
        return self.text(answer[self.chosen(answer)].say, self.shown()) if answer else ""

    def asked(self, key: str) -> int:
        """How often a question was asked that hasn't been answered since; one for a slot is the same in every form.

        Asked after a value was taken, it is a new one: the customer has moved on, if elsewhere.
        """
        name, _, about = key.partition("/")
        filled = (one for one in self.drafts if one.type == "slot.filled" and "value" in one.personal)
        if any(one.facts["intent"] == name and "kept" not in one.facts for one in filled):
            return 0
        if about in self.slots:
            return 0  # this message has answered it
        if about in self.content.slots:
            return sum(times for one, times in self.state.asked if one.partition("/")[2] == about)
        return dict(self.state.asked).get(key, 0)

    def add(self, draft: Draft) -> None:
        """Say or note something; the first thing said gets the `lead` before it."""
        text = draft.personal.get("text")
        if text and draft.type != "message.received":
            if self.lead:
                draft = replace(draft, personal={**draft.personal, "text": f"{self.lead}\n\n{text}"})
            if self._left:
                draft = replace(draft, facts={**draft.facts, "left": self._left})
            self.lead, self._left = "", []
        self.drafts.append(draft)

    def done(self, intent: str) -> None:
        """A form or guide is no more."""
        self.tasks = [task for task in self.tasks if task.intent != intent]

    def leave(self, intent: str) -> None:
        """A form or guide is no more, and what is said next belongs to something else."""
        self.done(intent)
        self._left.append(intent)

    def current(self) -> Task | None:
        """The form or guide that goes on, None where there is none; what the content knows no more is left."""
        while self.tasks and not self._is_known(self.tasks[-1]):
            self.leave(self.tasks[-1].intent)
        return self.tasks[-1] if self.tasks else None

    def _is_known(self, task: Task) -> bool:
        intent = self.content.intents.get(task.intent)
        if intent is None or task.step is None:
            return intent is not None
        guide = self.content.guides.get(intent.guide or "")
        return guide is not None and task.step in guide.steps

    def decision(self) -> Decision:
        """What it came to."""
        return Decision(tuple(self.drafts), self.call)


_QUESTIONS = frozenset({"slot.asked", "step.given", "clarification.asked", "fallback.given"})


def language_of(state: State, understanding: Understanding | None) -> str | None:
    """The language to answer in: that of the message where it is plain, else the one so far.

    What the bot asked for is often a name or a few words that look like any language, and changes none.
    """
    language = understanding.language if understanding is not None else None
    if understanding is not None and state.asked_slot and not understanding.in_scope:
        language = None
    if language is None or (state.locale or "").lower().partition("-")[0] == language:
        return state.locale
    return language


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
