"""What the bot can say outside a turn, and the parts every draft of it is made of: texts, quick replies, facts."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.content.content import Content
from bot.content.schema import Intent
from bot.content.text import Text, fill
from bot.dialogue.state import State
from bot.records import Draft

PERSON = "person"
NONE_OF_THESE = "none"
YES = "yes"
NO = "no"
CANCEL = "cancel"
INTENT = "intent:"
MORE = "more:"
SLOT = "slot:"
CHANGE = "change:"
STEP = "step:"
"""Payloads of quick replies. Before a colon: with what stands behind it, an intent, the whole answer of an intent, the
value of the slot that was asked for, the slot to correct, the number of a step's reply."""

Reply = dict[str, str]


def plain(text: Text | None, locale: str | None, values: Mapping[str, str] | None = None) -> str:
    """A text in the customer's language with its placeholders filled in."""
    return fill(text.in_(locale), values or {}) if text is not None else ""


def told(text: Text, state: State, locale: str | None = None, values: Mapping[str, str] | None = None) -> str:
    """A text for the customer of a conversation, in the language it is held in and with the customer's name."""
    known = {"name": state.name} if state.name else {}
    return fill(text.in_(locale or state.locale), {**known, **(values or {})})


def reply(title: str, payload: str) -> Reply:
    """A quick reply."""
    return {"title": title, "payload": payload}


def topic(content: Content, name: str, locale: str | None) -> Reply:
    """The quick reply that stands for an intent."""
    return reply(content.title(name, locale), PERSON if name == content.person_intent else INTENT + name)


def starters(content: Content, locale: str | None) -> list[Reply]:
    """The quick replies a conversation starts with."""
    return [topic(content, name, locale) for name in content.bot.starters]


def person(content: Content, locale: str | None) -> Reply:
    """The quick reply that asks for a person."""
    return reply(plain(content.bot.texts.person, locale), PERSON)


def named(payload: str | None, prefix: str = INTENT) -> str | None:
    """What stands behind the prefix of a payload; None where it has another."""
    return payload.removeprefix(prefix) if payload is not None and payload.startswith(prefix) else None


def title(content: Content, state: State, payload: str | None) -> str:
    """What stood on the quick reply that a customer chose: the message it stands for."""
    offered = {known: shown for shown, known in state.offered}
    name = named(payload)
    if payload in offered:
        return offered[payload]
    if name is not None and name in content.intents:
        return content.title(name, state.locale)
    own = {PERSON: content.bot.texts.person, NONE_OF_THESE: content.bot.texts.none_of_these}
    return plain(own.get(payload or ""), state.locale) or name or payload or ""


def greeting(
    content: Content, locale: str | None, page: str | None, started_by: str | None, simulated: bool = False
) -> Draft:
    """The first touchpoint of a conversation: who the bot is, what it can do, and what to start with."""
    personal = {"text": plain(content.bot.greeting, locale)}
    if page:
        personal["page"] = page
    facts = {"channel": "widget", "locale": locale, "started_by": started_by, "simulated": simulated or None}
    return said("conversation.started", personal, quick_replies=starters(content, locale), **facts)


def stage(intent: Intent) -> dict[str, str]:
    """Where on the customer's journey an intent stands, and that it was the intent that said so."""
    return {"stage": intent.stage, "stage_method": "intent"}


def said(type_: str, personal: Mapping[str, Any], quick_replies: Sequence[Reply] | None = None, **facts: Any) -> Draft:
    """A draft of the bot's; what is None, and an empty row of quick replies, is left out."""
    known = {name: value for name, value in facts.items() if value is not None}
    if quick_replies:
        # The same reply may come from two sides, such as what is offered and what an upset customer always gets.
        known["quick_replies"] = list({one["payload"]: one for one in quick_replies}.values())
    return Draft(type_, {"actor_kind": "bot", **known}, personal)
