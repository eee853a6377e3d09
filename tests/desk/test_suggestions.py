"""What is suggested to agents for a customer's message, and what never is."""

import uuid

import pytest

from bot.content.content import Content
from bot.desk.suggestions import FLOOR, MOST, suggested
from bot.dialogue.state import State
from bot.errors import NotFound
from bot.records import Understanding
from bot.web.services import Services
from tests.conftest import Clock

NOW = Clock().now
STATE = State(locale="en")


def understood(intent: str, confidence: float = 0.9, *more: tuple[str, float], in_scope: bool = True) -> Understanding:
    return Understanding(intent, confidence, in_scope, 1.0, more, "model")


def names(content: Content, *messages: Understanding, state: State = STATE) -> list[str]:
    return [one.intent for one in suggested(content, state, messages, NOW)]


def test_the_answer_is_the_bots_own_in_the_customers_language(content: Content) -> None:
    for locale in ("en", "de"):
        [one] = suggested(content, State(locale=locale), [understood("warranty", 0.87654321)], NOW)
        assert one.title == content.title("warranty", locale)
        assert one.text == content.intents["warranty"].answer[-1].say.in_(locale)
        assert (one.intent, one.confidence) == ("warranty", 0.8765)
    german = Understanding("warranty", 0.9, True, 1.0, (), "model", language="de")
    assert suggested(content, STATE, [german], NOW)[0].title == content.title("warranty", "de")


def test_the_surest_come_first_and_the_unsure_not_at_all(content: Content) -> None:
    faq = [name for name, intent in content.intents.items() if names(content, understood(name))][:5]
    assert len(faq) == 5
    message = understood(faq[0], 0.5, (faq[1], 0.3), (faq[2], FLOOR), (faq[3], FLOOR - 0.01))
    assert names(content, message) == faq[:3]
    many = understood(faq[0], 0.3, *((name, 0.2) for name in faq[1:]))
    assert len(names(content, many)) == MOST
    assert names(content, understood(faq[0], FLOOR - 0.01)) == []
    assert names(content, understood(faq[0], in_scope=False)) == []
    assert names(content) == []


def test_only_what_can_be_said_as_it_stands_is_suggested(content: Content) -> None:
    never = {
        name
        for name, intent in content.intents.items()
        if intent.form or intent.action or intent.guide or intent.is_chat or intent.asks_for_person
    }
    assert never
    assert not any(names(content, understood(name)) for name in never)
    assert names(content, understood("not_in_the_content")) == []
    for name in content.intents:
        for one in suggested(content, STATE, [understood(name)], NOW):
            assert one.text
            assert "{" not in one.text


def test_an_announcement_of_a_person_is_no_answer(content: Content) -> None:
    passing_on = [n for n, i in content.intents.items() if i.handoff is not None and not i.handoff.when and i.answer]
    assert passing_on
    assert not any(names(content, understood(name)) for name in passing_on)


def test_a_message_without_an_answer_stands_for_what_came_before(content: Content) -> None:
    thanks = next(name for name, intent in content.intents.items() if intent.is_chat)
    assert names(content, understood(thanks), understood("warranty")) == ["warranty"]
    assert names(content, understood("warranty", in_scope=False), understood("warranty")) == ["warranty"]
    second = next(name for name in content.intents if name != "warranty" and names(content, understood(name)))
    assert names(content, understood(second), understood("warranty")) == [second]


async def test_an_agent_gets_suggestions_for_what_the_customer_wrote_last(services: Services) -> None:
    conversation_id = (await services.start.begin(None, "en", None, None)).conversation_id
    assert await services.suggestions.of(conversation_id) == []
    for text in ("how long is the warranty on my phone", "I want to speak to a human", "asdf qwertz yxcv"):
        await services.receive.message(conversation_id, str(uuid.uuid4()), text)
    first = (await services.suggestions.of(conversation_id))[0]
    assert first.intent == "warranty"
    for text in ("asdf qwertz", "yxcvbnm hjkl", "uiop tzui"):
        await services.receive.message(conversation_id, str(uuid.uuid4()), text)
    assert await services.suggestions.of(conversation_id) == []
    with pytest.raises(NotFound):
        await services.suggestions.of(str(uuid.uuid4()))
