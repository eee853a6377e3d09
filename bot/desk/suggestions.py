"""Answers of the FAQ that fit what a customer wrote last, for the agent to take into a reply. Never said by themselves.

`suggested` is pure; `Suggestions` reads what it needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.content.content import Content
from bot.content.schema import Intent
from bot.conversations.conversation import Conversations
from bot.conversations.serving import Serving
from bot.dialogue.state import State
from bot.dialogue.turn import Message, Turn
from bot.records import Understanding
from bot.touchpoints.log import conversation_stream

MOST = 3

FLOOR = 0.15
"""An intent below this confidence isn't suggested."""

LOOKED_AT = 3
"""How many of the customer's last messages are looked at: “thanks” or “hello?” stand for what came before."""

READ = 200
"""Of how many touchpoints at most, counted from the last one."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An answer that the agent may give, in the customer's language."""

    intent: str
    title: str
    confidence: float
    text: str


class Suggestions:
    """Finds the answers for a conversation."""

    def __init__(self, conversations: Conversations, serving: Serving) -> None:
        self._conversations = conversations
        self._serving = serving

    async def of(self, conversation_id: str) -> list[Suggestion]:
        """At most three answers, the surest first; raises NotFound."""
        classifier, content = self._serving.classifier, self._serving.content
        state = (await self._conversations.get(conversation_id)).state
        stream = conversation_stream(conversation_id)
        last = await self._conversations.log.read(stream, max(0, state.seq - READ))
        texts = [
            str(one.personal["text"])
            for one in last
            if one.type == "message.received" and "payload" not in one.facts and one.personal.get("text")
        ][-LOOKED_AT:]
        understood = [classifier.classify(text) for text in reversed(texts)]
        return suggested(content, state, understood, self._conversations.clock())


def suggested(content: Content, state: State, messages: Sequence[Understanding], now: int) -> list[Suggestion]:
    """The answers for the newest of some messages, the newest first, that has any.

    Only what can be said without asking or looking anything up; nothing for what is out of scope or too unsure.
    """
    for understanding in messages:
        if understanding.in_scope and (found := _for_message(content, state, understanding, now)):
            return found
    return []


def _for_message(content: Content, state: State, understanding: Understanding, now: int) -> list[Suggestion]:
    turn = Turn(state, content, now, Message(""), understanding)
    found = []
    for name, confidence in ((understanding.intent, understanding.confidence), *understanding.alternatives):
        intent = content.intents.get(name)
        if intent is None or confidence < FLOOR or not _is_answer(intent):
            continue
        text = turn.opening(name)
        if text:
            found.append(Suggestion(name, content.title(name, turn.locale), round(confidence, 4), text))
    return found[:MOST]


def _is_answer(intent: Intent) -> bool:
    """Whether what the bot would say helps by itself, so that an agent could say it as well."""
    announces_people = intent.handoff is not None and not intent.handoff.when
    starts_something = intent.guide is not None or intent.asks_for_person
    return intent.can_be_said_again and not (intent.is_chat or announces_people or starts_something)
