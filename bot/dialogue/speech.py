"""What the bot can say, as drafts of touchpoints: texts of the content in the customer's language."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.content.content import Content
from bot.content.schema import Intent
from bot.content.text import Text, fill
from bot.dialogue.state import State
from bot.records import Draft

PERSON = "person"
NONE_OF_THESE = "none"
INTENT = "intent:"
"""Payloads of quick replies: speak to a person, none of these, and with an intent's name behind it, that intent."""

URGENT = 1


def plain(text: Text | None, locale: str | None, values: Mapping[str, str] | None = None) -> str:
    """A text in the customer's language with its placeholders filled in."""
    return fill(text.in_(locale), values or {}) if text is not None else ""


def starters(content: Content, locale: str | None) -> list[dict[str, str]]:
    """The quick replies a conversation starts with."""
    return [_topic(content, name, locale) for name in content.bot.starters]


def person(content: Content, locale: str | None) -> dict[str, str]:
    """The quick reply that asks for a person."""
    return {"title": plain(content.bot.texts.person, locale), "payload": PERSON}


def title(content: Content, state: State, payload: str | None) -> str:
    """What stood on the quick reply that a customer chose: the message it stands for."""
    offered = {known: shown for shown, known in state.offered}
    name = (payload or "").removeprefix(INTENT)
    if payload in offered:
        return offered[payload]
    if name in content.intents:
        return content.title(name, state.locale)
    own = {PERSON: content.bot.texts.person, NONE_OF_THESE: content.bot.texts.none_of_these}
    return plain(own.get(name), state.locale) or name


def greeting(
    content: Content, locale: str | None, page: str | None, started_by: str | None, simulated: bool = False
) -> Draft:
    """The first touchpoint of a conversation: who the bot is, what it can do, and what to start with."""
    personal = {"text": plain(content.bot.greeting, locale)}
    if page:
        personal["page"] = page
    facts = {"channel": "widget", "locale": locale, "started_by": started_by, "simulated": simulated or None}
    return _said("conversation.started", personal, quick_replies=starters(content, locale), **facts)


def answer(
    content: Content,
    name: str,
    locale: str | None,
    values: Mapping[str, str] | None = None,
    variant: str | None = None,
) -> Draft:
    """An intent's answer."""
    intent = content.intents[name]
    text = {"text": plain(intent.answer, locale, values)}
    facts = {"answer_id": name, "actor_version": content.version, **stage(intent)}
    return _said("answer.given", text, variant=variant, **facts)


def acknowledgement(content: Content, locale: str | None) -> Draft:
    """Told once to somebody who waits: what they add is passed on."""
    text = {"text": plain(content.bot.texts.queued, locale)}
    return _said("answer.given", text, variant="acknowledgement", answer_id="queued")


def question(content: Content, slot: str, intent: str, locale: str | None, again: str | None = None) -> Draft:
    """The question for a slot; `again` is what is said first where the last answer did not hold it."""
    ask = plain(content.slots[slot].ask, locale)
    facts: dict[str, Any] = {"slot": slot, "intent": intent}
    if again is not None:
        facts |= {"again": True, "quick_replies": [person(content, locale)]}
    return _said("slot.asked", {"text": f"{again} {ask}" if again else ask}, **facts)


def clarification(content: Content, intents: Sequence[str], locale: str | None) -> Draft:
    """Asks which of a few intents was meant."""
    texts = content.bot.texts
    replies = [_topic(content, name, locale) for name in intents]
    replies.append({"title": plain(texts.none_of_these, locale), "payload": NONE_OF_THESE})
    replies.append(person(content, locale))
    return _said(
        "clarification.asked", {"text": plain(texts.clarify, locale)}, intents=list(intents), quick_replies=replies
    )


def fallback(content: Content, locale: str | None) -> Draft:
    """The bot did not understand and asks to rephrase."""
    text = {"text": plain(content.bot.texts.rephrase, locale)}
    return _said("fallback.given", text, quick_replies=[person(content, locale)])


def hand_off(content: Content, reason: str, intent: str | None, locale: str | None, first: str = "") -> Draft:
    """Gives the conversation to people, to a queue that always exists; `first` is said before."""
    texts = content.bot.texts
    by_reason = {"requested": texts.handoff_requested, "not_understood": texts.handoff_misunderstood}
    passing_on = plain(by_reason.get(reason, texts.handoff_policy), locale)
    facts = {
        "reason": reason,
        "skill": content.skill(intent),
        "priority": URGENT if reason == "policy" else 0,
        "intent": intent,
    }
    return _said("handoff.requested", {"text": f"{first}\n\n{passing_on}" if first else passing_on}, **facts)


def stage(intent: Intent) -> dict[str, str]:
    """Where on the customer's journey an intent stands, and that it was the intent that said so."""
    return {"stage": intent.stage, "stage_method": "intent"}


def _topic(content: Content, name: str, locale: str | None) -> dict[str, str]:
    return {"title": content.title(name, locale), "payload": INTENT + name}


def _said(type_: str, personal: Mapping[str, Any], **facts: Any) -> Draft:
    known = {name: value for name, value in facts.items() if value is not None}
    return Draft(type_, {"actor_kind": "bot", **known}, personal)
