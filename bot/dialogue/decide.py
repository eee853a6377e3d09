"""What the bot does about a message: state + message + understanding + content + time → drafts. Pure.

The first draft is always the message itself; it is the cause of the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.content.content import Content
from bot.dialogue import speech
from bot.dialogue.state import Owner, State
from bot.records import Draft, Understanding

CLOSE = 0.25
"""Two intents are close when the second is at most this far behind in confidence: then the bot asks back."""

COURTESY_LASTS = 3600 * 1000
"""How long after the end of an episode, in milliseconds, thanks do not open a new one."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a customer sent: text of his own, or the payload of a quick reply and the title he saw on it."""

    text: str
    payload: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A call to the shop's own systems that must be made before the bot can answer."""

    action: str
    arguments: Mapping[str, str]
    intent: str


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


def decide(state: State, message: Message, understanding: Understanding, content: Content, now: int) -> Decision:
    """What the bot does about a message. Total: every state and message has a decision, and none raises."""
    received = _received(message, understanding, content)
    if state.owner is Owner.ASSIGNED:
        return Decision((received,))
    if state.owner is Owner.QUEUED:
        told = () if state.acknowledged else (speech.acknowledgement(content, state.locale),)
        return Decision((received, *told))
    if _is_courtesy(state, message, understanding, content, now):
        facts = {**received.facts, "variant": "courtesy"}
        said = speech.answer(content, understanding.intent, state.locale, variant="courtesy")
        return Decision((Draft(received.type, facts, received.personal), said))
    turn = _Turn(state, message, understanding, content).decide()
    return Decision((received, *turn.drafts), turn.call)


def conclude(call: Call, result: Result, state: State, content: Content) -> tuple[Draft, ...]:
    """What the bot says when a call has come back."""
    facts = {"actor_kind": "bot", "action": call.action, "found": result.found, "failed": result.failed}
    called = Draft("action.called", facts)
    action = content.intents[call.intent].action
    values = {**call.arguments, **result.values}
    if result.found or action is None:
        return called, speech.answer(content, call.intent, state.locale, values)
    if result.failed:
        sorry = speech.plain(action.failed, state.locale, values)
        return called, speech.hand_off(content, "action_failed", call.intent, state.locale, sorry)
    unknown = speech.plain(action.unknown, state.locale, values)
    if state.fallbacks:
        return called, speech.hand_off(content, "not_understood", call.intent, state.locale, unknown)
    return called, speech.question(content, action.needs, call.intent, state.locale, again=unknown)


@dataclass(frozen=True, slots=True)
class _Turn:
    """One message to a conversation the bot owns, and the rules for it in the order they are tried."""

    state: State
    message: Message
    understanding: Understanding
    content: Content

    def decide(self) -> Decision:
        payload = self.message.payload
        if payload == speech.PERSON:
            return self._person()
        if payload is not None:
            chosen = payload.removeprefix(speech.INTENT)
            return self._intent(chosen) if chosen in self.content.intents else self._not_understood()
        understood = self.understanding.in_scope and self.understanding.intent in self.content.intents
        asked_for, slot = self.state.asked_for, self.state.asked_slot
        if asked_for and slot and asked_for in self.content.intents and slot in self.content.slots:
            if self._value(slot) is not None:
                return self._intent(asked_for)
            if not understood:
                return self._ask(asked_for, slot)
        if not understood:
            return self._not_understood()
        close = self._close()
        if len(close) > 1:
            return self._not_understood() if self.state.clarified else self._asks_back(close)
        return self._intent(self.understanding.intent)

    def _close(self) -> list[str]:
        """The best intent and those nearly as likely; a wish for a person is never questioned."""
        best = self.understanding
        if self.content.intents[best.intent].asks_for_person:
            return [best.intent]
        near = [name for name, confidence in best.alternatives if best.confidence - confidence <= CLOSE]
        return [best.intent, *(name for name in near if name in self.content.intents)][:3]

    def _intent(self, name: str) -> Decision:
        intent, locale = self.content.intents[name], self.state.locale
        if intent.asks_for_person:
            return self._person()
        if intent.handoff:
            first = speech.plain(intent.answer, locale)
            return Decision((speech.hand_off(self.content, "policy", name, locale, first),))
        if intent.action is None:
            return Decision((speech.answer(self.content, name, locale),))
        slot = intent.action.needs
        value = self._value(slot)
        if value is None:
            return self._ask(name, slot)
        filled = Draft("slot.filled", {"actor_kind": "bot", "slot": slot, "intent": name}, {"value": value})
        return Decision((filled,), Call(intent.action.name, {slot: value}, name))

    def _value(self, slot: str) -> str | None:
        return self.content.slots[slot].find(self.message.text)

    def _ask(self, name: str, slot: str) -> Decision:
        again = None
        if self.state.asked_slot == slot:
            if self.state.fallbacks:
                return self._misunderstood_twice(name)
            text = self.content.slots[slot].ask_again or self.content.bot.texts.ask_again
            again = speech.plain(text, self.state.locale)
        return Decision((speech.question(self.content, slot, name, self.state.locale, again),))

    def _asks_back(self, intents: list[str]) -> Decision:
        return Decision((speech.clarification(self.content, intents, self.state.locale),))

    def _not_understood(self) -> Decision:
        if self.state.fallbacks:
            return self._misunderstood_twice(self.state.intent)
        return Decision((speech.fallback(self.content, self.state.locale),))

    def _misunderstood_twice(self, intent: str | None) -> Decision:
        return Decision((speech.hand_off(self.content, "not_understood", intent, self.state.locale),))

    def _person(self) -> Decision:
        return Decision((speech.hand_off(self.content, "requested", self.state.intent, self.state.locale),))


def _is_courtesy(state: State, message: Message, understanding: Understanding, content: Content, now: int) -> bool:
    """Whether this is thanks after an episode that ended a short while ago, which opens no new one."""
    if state.owner is not Owner.CLOSED or message.payload is not None or not understanding.in_scope:
        return False
    intent = content.intents.get(understanding.intent)
    return intent is not None and intent.courtesy and now - (state.closed_at or 0) < COURTESY_LASTS


def _received(message: Message, understanding: Understanding, content: Content) -> Draft:
    facts: dict[str, Any] = {"actor_kind": "customer"}
    if message.payload is not None:
        if message.payload in (speech.PERSON, speech.NONE_OF_THESE):
            facts["payload"] = message.payload
        chosen = message.payload.removeprefix(speech.INTENT)
        if chosen in content.intents:
            facts |= {"payload": message.payload, "intent": chosen, "in_scope": True}
    else:
        facts |= {
            "intent": understanding.intent,
            "confidence": round(understanding.confidence, 4),
            "in_scope": understanding.in_scope,
            "model_version": understanding.model,
        }
        if understanding.alternatives:
            facts["runner_up"] = understanding.alternatives[0][0]
    intent = content.intents.get(facts.get("intent", ""))
    if intent is not None and facts["in_scope"]:
        facts |= speech.stage(intent)
    return Draft("message.received", facts, {"text": message.text})
