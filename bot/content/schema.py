"""What a maintainer may write under `training_data/`, as models; editors get their completion from the same ones."""

import re
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from bot.content.pattern import compile_pattern
from bot.content.text import Text, is_locale, normal_locale, problem_in_text

OUT_OF_SCOPE = frozenset({"oos", "out_of_scope"})
"""Names of the intent whose examples no intent covers: it teaches the gate and is never predicted."""

MAX_TITLE = 40
MAX_EXAMPLE = 1000

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")

Stage = Literal["awareness", "discovery", "attraction", "interaction", "purchase", "use", "cultivation", "advocacy"]


def is_name(text: str) -> bool:
    """Whether intents, slots, skills and actions may be called this."""
    return _NAME.fullmatch(text) is not None


def example_of(line: str) -> str:
    """The example that a line of an `examples: |` block holds, empty where it holds none."""
    line = line.strip()
    return line[2:].strip() if line.startswith("- ") else "" if line == "-" else line


def _name(text: str) -> str:
    if not is_name(text):
        raise ValueError(f"`{text}` is no name; use small letters, digits and _, starting with a letter")
    return text


def _locale(tag: str) -> str:
    if not is_locale(tag):
        raise ValueError(f"`{tag}` is no locale; use a tag such as `en` or `de-AT`")
    return normal_locale(tag)


def _link(url: str) -> str:
    if not re.match(r"https?://[^\s/]|/(?!/)", url) or re.search(r"\s", url):
        raise ValueError(f"`{url}` is no link; write https://… or a path of the shop's own site, such as /privacy")
    return url


def _short(text: Text) -> Text:
    for locale, version in text.versions.items():
        if len(version) > MAX_TITLE or "\n" in version:
            what = f"“{version}” is longer than {MAX_TITLE} characters or one line"
            raise problem_in_text(what, "a quick reply has no room for it, shorten it", locale)
    return text


def _examples(value: Any) -> Any:
    lines = value.split("\n") if isinstance(value, str) else value
    examples = []
    for number, line in enumerate(lines if isinstance(lines, list) else ()):
        if not isinstance(line, str):
            remedy = "write `examples: |` and one example a line below it"
            raise problem_in_text("an example that isn't plain text", remedy, number)
        text = example_of(line)
        if len(text) > MAX_EXAMPLE:
            what = f"an example of {len(text)} characters (“{text[:30]}…”)"
            raise problem_in_text(what, f"cut it to {MAX_EXAMPLE}", number)
        if text:
            examples.append(text)
    if not examples:
        raise ValueError("no examples; write `examples: |` and at least one example a line below it")
    return examples


Name = Annotated[str, AfterValidator(_name)]
Locale = Annotated[str, AfterValidator(_locale)]
Link = Annotated[str, AfterValidator(_link)]
Title = Annotated[Text, AfterValidator(_short)]
Examples = Annotated[
    tuple[str, ...],
    BeforeValidator(_examples),
    WithJsonSchema({"anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string"}}]}),
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Action(_Part):
    """A call to the shop's own systems, fed by one slot."""

    name: Name
    """Which call it is."""
    needs: Name
    """The slot it is fed with; the bot asks for it where the message doesn't hold it."""
    returns: tuple[Name, ...] = ()
    """What it gives back, for use in the answer as `{name}`."""
    unknown: Text
    """Said where the shop's system doesn't know the value, before asking again; may hold the slot as `{name}`."""
    failed: Text
    """Said where the shop's system can't be reached, before passing on; may hold the slot as `{name}`."""


class Intent(_Part):
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
    """What customers write, one example a line."""
    handoff: bool = False
    """Straight to a person; the answer, if there is one, is said first."""
    courtesy: bool = False
    """Said after a closed episode, it doesn't open a new one."""
    asks_for_person: bool = False
    """The customer asks for a person; exactly one intent has it."""
    answer: Annotated[Text | None, Field(validate_default=True)] = None
    """What the bot says; may hold the slot and what the action returns as `{name}`."""
    action: Action | None = None
    """A call to the shop's own systems before the answer."""

    @field_validator("answer")
    @classmethod
    def _says_something(cls, answer: Text | None, info: ValidationInfo) -> Text | None:
        # A flag that isn't valid isn't in the data: what it should have been, nobody knows.
        if answer is None and not (info.data.get("handoff", True) or info.data.get("asks_for_person", True)):
            raise ValueError("`answer` is missing; add what the bot says, or `handoff: true`")
        return answer

    @field_validator("action")
    @classmethod
    def _is_called(cls, action: Action | None, info: ValidationInfo) -> Action | None:
        if action is not None and (info.data.get("handoff") or info.data.get("asks_for_person")):
            raise ValueError("an `action` on the way to a person is never called; remove it or the hand-off")
        return action


class OutOfScope(_Part):
    """What no intent covers: it has examples and nothing to say."""

    definition: Annotated[str, Field(min_length=1, max_length=300)]
    """One sentence that says which messages belong here."""
    examples: Examples
    """What customers write that the bot can't help with, one example a line."""


class Slot(_Part):
    """One thing the bot asks for and recognises in a message."""

    pattern: str
    """A regular expression that finds the value in a message; its first group is the value where it has one."""
    ask: Text
    """The question for it."""
    ask_again: Text | None = None
    """Said before the question is asked again; the bot's own `ask_again` where it is absent."""

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        compile_pattern(pattern)
        return pattern

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern, blind to upper and lower case."""
        return compile_pattern(self.pattern)

    def find(self, message: str) -> str | None:
        """The value in a message, None where there is none."""
        match = self.compiled.search(message)
        if match is None:
            return None
        return match.group(1 if self.compiled.groups else 0) or None


class Texts(_Part):
    """What the bot says that belongs to no intent."""

    clarify: Text
    """Asks which of a few intents was meant; the intents' titles follow as quick replies."""
    none_of_these: Title
    """The quick reply that says none of them."""
    person: Title
    """The quick reply that asks for a person."""
    rephrase: Text
    """The first time the bot doesn't understand."""
    ask_again: Text
    """Said before a question is asked again, as the customer's answer didn't hold what was asked for."""
    handoff_requested: Text
    """Passing on: the customer asked for a person."""
    handoff_policy: Text
    """Passing on: the intent is one for people."""
    handoff_misunderstood: Text
    """Passing on: not understood twice in a row."""
    queued: Text
    """Acknowledges a message of somebody who waits."""
    left_queue: Text
    """The customer doesn't want to wait any longer."""
    assigned: Text
    """An agent has taken over; `{agent}` is the name."""
    returned: Text
    """The agent has given the conversation back to the bot; `{agent}` is the name."""
    resolved: Text
    """The episode is closed as resolved."""
    closed_silent: Text
    """The episode is closed because nothing was said for long."""


class Bot(_Part):
    """Who the bot is and how it opens."""

    name: Annotated[str, Field(min_length=1, max_length=MAX_TITLE)]
    """What customers see as the bot's name."""
    default_locale: Locale = "en"
    """The language of every text that isn't a map of locales."""
    greeting: Text
    """The first thing said: that it is a bot, and what it can help with."""
    starters: Annotated[tuple[Name, ...], Field(min_length=1, max_length=5)]
    """Intents that the greeting offers as quick replies, three to five of them."""
    privacy_url: Link | None = None
    """The shop's privacy notice."""
    default_skill: Name = "general"
    """The skill of an intent that names none."""
    texts: Texts
    """What the bot says that belongs to no intent."""


class ContentFile(_Part):
    """One file; each part may also stand in a file of its own."""

    bot: Bot | None = None
    """Who the bot is; in exactly one file."""
    intents: dict[str, Intent | OutOfScope] = Field(default_factory=dict)
    """What customers come for, by name."""
    slots: dict[str, Slot] = Field(default_factory=dict)
    """What the bot asks for, by name."""
