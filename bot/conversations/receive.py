"""The way of one message, top to bottom: recorded, understood, decided on, committed, and only then told.

`docs/architecture.md` walks it from the widget to the log and back.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.content.content import Content
from bot.conversations.actions import Actions
from bot.conversations.conversation import Conversations, Outcome, fingerprint
from bot.conversations.line import Line
from bot.conversations.serving import Serving
from bot.dialogue import speech, waiting
from bot.dialogue.decide import conclude, decide
from bot.dialogue.hearing import INTERRUPTS
from bot.dialogue.state import State, check_writer
from bot.dialogue.turn import Message
from bot.errors import Conflict, Continued
from bot.nlu.classifier import Classifier
from bot.nlu.parts import after_courtesy
from bot.records import Draft, Understanding


class Receive:
    """Takes what customers send."""

    def __init__(
        self, conversations: Conversations, serving: Serving, actions: Actions, line: Line | None = None
    ) -> None:
        self._conversations = conversations
        self._serving = serving
        self._actions = actions
        self._line = line

    async def message(self, conversation_id: str, client_id: str, text: str) -> Outcome:
        """A message in the customer's own words and what it caused.

        The same `client_id` again gets what it got before. Raises NotFound, Refused, Blocked and Unavailable.
        """
        return await self._receive(conversation_id, client_id, text, None)

    async def quick_reply(self, conversation_id: str, client_id: str, payload: str) -> Outcome:
        """The choice of a quick reply and what it caused; it raises as `message` does."""
        return await self._receive(conversation_id, client_id, None, payload)

    async def _receive(self, conversation_id: str, client_id: str, text: str | None, payload: str | None) -> Outcome:
        async def respond(state: State) -> Sequence[Draft]:
            check_writer(state)
            # One model and one content for the whole message, also where new ones are taken up meanwhile.
            classifier, content = self._serving.classifier, self._serving.content
            message = Message(text if text is not None else speech.title(content, state, payload), payload)
            understanding = _understood(classifier, content, message.text)
            now = self._conversations.clock()
            decision = decide(state, message, understanding, content, now)
            drafts = list(decision.drafts)
            while (call := decision.call) is not None:
                # After a lost race this runs again: the key keeps the shop's system from doing it twice. Two intents
                # may share an action, and one message may have both.
                asked = self._conversations.clock()
                key = f"{conversation_id}/{client_id}/{call.intent}/{call.action}"
                result = await self._actions.call(call, key)
                took = max(self._conversations.clock() - asked, 0)
                decision = conclude(call, result, state, content, now)
                drafts += [_timed(draft, took) for draft in decision.drafts]
            if drafts[-1].type == "handoff.requested":
                drafts[-1] = await self._placed(drafts, state, content, now)
            return drafts

        try:
            return await self._conversations.act(conversation_id, respond, client_id, fingerprint(text, payload))
        except Conflict:
            raise Continued(
                "this conversation has ended and the customer has another one open; begin again to get that one"
            ) from None

    async def _placed(self, drafts: Sequence[Draft], state: State, content: Content, now: int) -> Draft:
        """The hand-off at the end of the drafts with the customer's place; out of hours it promises a time instead."""
        received, request = drafts[0], drafts[-1]
        if self._line is None or request.facts.get("out_of_hours"):
            return request
        locale = received.facts.get("language", state.locale)
        language = (locale or "").lower().partition("-")[0] or None
        expected = await self._line.expects(request.facts["skill"], request.facts["priority"], language, now)
        return request if expected is None else waiting.placed(request, expected, content, state, locale)


def _understood(classifier: Classifier, content: Content, text: str) -> Understanding:
    """What a message is about: not the thanks that it begins with, where something plain follows them."""
    best = classifier.classify(text)
    intent = content.intents.get(best.intent)
    rest = after_courtesy(text) if intent is not None and intent.is_chat else None
    if rest is None:
        return best
    other = classifier.classify(rest)
    following = content.intents.get(other.intent)
    concern = other.in_scope and following is not None and not following.is_chat and other.confidence >= INTERRUPTS
    return replace(other, mood=best.mood, language=best.language or other.language) if concern else best


def _timed(draft: Draft, took: int) -> Draft:
    """A draft with how many milliseconds the shop's system took, where it is that call."""
    return replace(draft, facts={**draft.facts, "latency_ms": took}) if draft.type == "action.called" else draft
