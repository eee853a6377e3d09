"""What a maintainer may write under `training_data/`, as models; editors get their completion from the same ones."""

from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from bot.content.parts import Examples, Name, OrElse, Part, Phrases, Title, When
from bot.content.phrases import PhraseBook
from bot.content.slots import Slot
from bot.content.text import MAX_TEXT, Text
from bot.content.voice import Bot, CannedReply

OUT_OF_SCOPE = frozenset({"oos", "out_of_scope"})
"""Names of the intent whose examples no intent covers: it teaches the gate and is never predicted."""

SOLVED = "solved"
PERSON = "person"
ENDS = (SOLVED, PERSON)
"""Where a step of a guide may lead beside another step or an intent."""

Stage = Literal["awareness", "discovery", "attraction", "interaction", "purchase", "use", "cultivation", "advocacy"]


class Variant(Part):
    """One of several answers to the same question."""

    when: When = Field(default_factory=dict)
    """What must hold for it to be said; the last of the answers has no `when`."""
    say: Text
    """What the bot says; may hold slots and what the action returns as `{name}`."""
    briefly: Text | None = None
    """The same in one or two sentences, for somebody who is upset; the first paragraph of `say` where absent."""


def _variants(value: Any) -> Any:
    return value if isinstance(value, list | tuple) or value is None else [{"say": value}]


_ONE_TEXT = (
    {"type": "string", "minLength": 1, "maxLength": MAX_TEXT},
    {"type": "object", "additionalProperties": {"type": "string"}},
)
Answer = Annotated[tuple[Variant, ...], BeforeValidator(_variants), OrElse(*_ONE_TEXT)]


class Ask(Part):
    """A slot that a form asks for under a condition, or takes without asking."""

    slot: Name
    """Which slot."""
    when: When = Field(default_factory=dict)
    """What must hold for it to be asked for, such as `signed_in: false`."""
    optional: bool = False
    """Taken where the customer says it, and never asked for."""


def _asks(value: Any) -> Any:
    listed = value if isinstance(value, list) else [value]
    return [{"slot": one} if isinstance(one, str) else one for one in listed]


class Form(Part):
    """What the bot asks for before it can do or say something."""

    asks: Annotated[tuple[Annotated[Ask, OrElse({"type": "string"})], ...], BeforeValidator(_asks), Field(min_length=1)]
    """The slots, in the order in which they are asked for; those that the message holds already are not asked."""
    confirm: Text | None = None
    """Asked before anything is done, to be answered with yes or no; may hold the slots as `{name}`."""


class Action(Part):
    """A call to the shop's own systems, with the slots of the form."""

    name: Name
    """Which call it is."""
    returns: tuple[Name, ...] = ()
    """What it gives back, for use in the answer as `{name}` and in its conditions."""
    unknown: Text
    """Said where the shop's system doesn't know the first slot's value, before asking again; may hold the slots."""
    failed: Text
    """Said where the shop's system can't be reached, before passing on; may hold the slots."""


class Handoff(Part):
    """Passing the customer on to a person, as a rule of the shop."""

    when: When = Field(default_factory=dict)
    """What must hold for it, such as `customer.tier: gold`; without it always."""
    urgent: bool = False
    """Whether it goes before the others in the queue: danger, the law."""


def _handoff(value: Any) -> Any:
    if isinstance(value, str):
        if value not in ("true", "false"):
            raise ValueError(
                f"`{value}` is neither true nor false; write true, or `when:` and `urgent:` lines below it"
            )
        return {} if value == "true" else None
    return value


class Intent(Part):
    """One thing customers come for, and what the bot does about it."""

    title: Title
    """What a quick reply calls it, at most 40 characters."""
    definition: Annotated[str, Field(min_length=1, max_length=300)]
    """One sentence that says which messages belong here, and where it matters, which don't."""
    stage: Stage
    """Where on the customer's journey it belongs."""
    skill: Name | None = None
    """Which agents it is for; the bot's `default_skill` where it is absent."""
    examples: Examples
    """What customers write, one example a line; or such a block for each language."""
    handoff: Annotated[Handoff | None, BeforeValidator(_handoff), OrElse({"type": "boolean"})] = None
    """`true`: on to a person, after the form if there is one. The answer, if there is one, is said first."""
    courtesy: bool = False
    """Said after a closed episode, it doesn't open a new one."""
    confirms: bool = False
    """Said after an answer, it says that the answer helped, as thanks do and a goodbye doesn't; for the report."""
    small_talk: bool = False
    """Small talk: its answer may be given again and again, and is nothing to give feedback on."""
    asks_for_person: bool = False
    """The customer asks for a person; exactly one intent has it."""
    form: Form | None = None
    """What the bot asks for before it acts or answers."""
    action: Action | None = None
    """A call to the shop's own systems before the answer."""
    guide: Name | None = None
    """A guide under `guides:` that is gone through step by step; the answer, if there is one, is said first."""
    answer: Annotated[Answer, Field(validate_default=True)] = ()
    """What the bot says: a text, one for each language, or a list of several with the conditions for each."""
    offers: Annotated[tuple[Name, ...], Field(max_length=4)] = ()
    """Intents that are offered as quick replies below the answer: what customers often want next."""

    @property
    def is_chat(self) -> bool:
        """Whether its answer is politeness: it may be repeated, and is nothing to give feedback on."""
        return self.small_talk or self.courtesy

    @property
    def can_be_said_again(self) -> bool:
        """Whether its answer needs nothing that was asked for or looked up."""
        return bool(self.answer) and self.form is None and self.action is None

    @field_validator("answer")
    @classmethod
    def _says_something(cls, answer: tuple[Variant, ...], info: ValidationInfo) -> tuple[Variant, ...]:
        # What isn't valid isn't in the data: what it should have been, nobody knows.
        given = info.data
        if any(name not in given for name in ("handoff", "asks_for_person", "form", "guide")):
            return answer
        always = given["handoff"] is not None and not given["handoff"].when
        if not answer and not (always or given["asks_for_person"] or given["guide"]):
            what = "this form has no end: `answer`" if given["form"] else "`answer`"
            raise ValueError(f"{what} is missing; add what the bot says, or `handoff: true`")
        for index, variant in enumerate(answer):
            if bool(variant.when) is (index == len(answer) - 1):
                what = f"answer {index + 1} of {len(answer)} {'has' if variant.when else 'lacks'} a `when`"
                raise ValueError(f"{what}; give each but the last a condition, so that one always fits")
        return answer

    @model_validator(mode="after")
    def _is_one_way(self) -> Self:
        if self.asks_for_person and (self.form or self.action or self.guide):
            raise ValueError("asking for a person needs no form, action or guide; remove it")
        if self.guide and (self.form or self.action):
            raise ValueError("a `guide` beside a `form` or an `action`; put one of them into an intent of its own")
        if self.action and self.handoff and not self.handoff.when:
            raise ValueError("an `action` on the way to a person is never called; remove it or the hand-off")
        return self


class OutOfScope(Part):
    """What no intent covers: it has examples and nothing to say."""

    definition: Annotated[str, Field(min_length=1, max_length=300)]
    """One sentence that says which messages belong here."""
    examples: Examples
    """What customers write that the bot can't help with, one example a line; or such a block for each language."""


class Mood(Part):
    """How customers write in one mood."""

    examples: Examples
    """What they write, one example a line; or such a block for each language."""


class Branch(Part):
    """One of the answers to a step of a guide, and where it leads."""

    reply: Title
    """What its quick reply says, at most 40 characters."""
    says: Phrases = ()
    """Words by which a customer who writes instead means it, one phrase a line; or such a block for each language."""
    then: Name
    """The next step, an intent, `solved` or `person`."""


class Step(Part):
    """One step of a guide: what to try or to look at, and what then."""

    say: Text
    """One thing to do or one question, in a few sentences."""
    next: Name | None = None
    """Where it goes on if this didn't help: a step, an intent or `person`. The bot asks whether it helped."""
    replies: Annotated[tuple[Branch, ...], Field(max_length=5)] = ()
    """Answers to choose from, for a step that asks something; then without `next`."""

    @model_validator(mode="after")
    def _goes_on(self) -> Self:
        if (self.next is None) is (not self.replies):
            raise ValueError("a step goes on in one way; give it either `next` or `replies`")
        return self

    @cached_property
    def book(self) -> PhraseBook:
        """The phrases by which each of the replies is meant, as its number from 0."""
        return PhraseBook(
            {str(index): (*one.reply.versions.values(), *one.says) for index, one in enumerate(self.replies)},
            anywhere=True,
        )

    @cached_property
    def books(self) -> tuple[PhraseBook, ...]:
        """The phrases of each reply by themselves, for who looks for one of them beside others."""
        each = ({str(index): (*one.reply.versions.values(), *one.says)} for index, one in enumerate(self.replies))
        return tuple(PhraseBook(one, anywhere=True) for one in each)

    def targets(self) -> tuple[str, ...]:
        """Everything it can lead to."""
        return (self.next, SOLVED) if self.next else tuple(branch.then for branch in self.replies)


class Guide(Part):
    """A fault found and put right step by step."""

    steps: Annotated[dict[Name, Step], Field(min_length=1)]
    """The steps by name; it begins with the first."""
    solved: Text | None = None
    """Said when it helped; the bot's own `solved` where it is absent."""
    person: Text | None = None
    """Said before a person takes over; the steps that were tried go along."""


class ContentFile(Part):
    """One file; each part may also stand in a file of its own."""

    bot: Bot | None = None
    """Who the bot is; in exactly one file."""
    intents: dict[str, Intent | OutOfScope] = Field(default_factory=dict)
    """What customers come for, by name."""
    slots: dict[str, Slot] = Field(default_factory=dict)
    """What the bot asks for, by name."""
    guides: dict[str, Guide] = Field(default_factory=dict)
    """How faults are put right, by name."""
    replies: dict[str, CannedReply] = Field(default_factory=dict)
    """Replies that agents may choose, by name."""
    moods: dict[str, Examples] = Field(default_factory=dict)
    """How customers write when they are pleased, calm, upset or distressed: what the notice of mood is trained from."""
