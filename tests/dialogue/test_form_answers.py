"""What is no answer to a form's question: a yes that is taken back, a question where a text was asked for."""

from dataclasses import replace

import pytest

from bot.content.content import Content
from bot.content.slots import Slot
from bot.dialogue.turn import Result
from tests.dialogue.talk import Talk, understood

CANCEL = understood("cancel_order", 1.0)
QUOTE = understood("quote")


def filled(talk: Talk) -> dict[str, str]:
    return dict(talk.state.slots)


@pytest.mark.parametrize("words", ["sure?", "yes if it is free", "sure, but not today", "ja wenn es nichts kostet"])
def test_a_yes_that_is_taken_back_confirms_nothing(talk: Talk, words: str) -> None:
    assert talk.say("cancel 48213", CANCEL) == "Cancel 48213?"
    assert talk.say(words) == "I don't see it. Cancel 48213?"
    assert talk.call is None


def test_a_yes_that_names_another_value_is_a_correction(talk: Talk) -> None:
    talk.say("cancel 48213", CANCEL)
    assert talk.say("yes, 48257") == "Cancel 48257?"
    assert talk.say("yes 48257 please") == "Cancelled 48257."


def test_a_question_about_something_else_and_a_bare_no_are_no_free_text(talk: Talk) -> None:
    talk.say("a quote", QUOTE)
    assert talk.say("no").endswith("What do you want?")
    other = Talk(talk.content)
    other.say("a quote", QUOTE)
    assert other.say("when are you open?", understood("hours")).endswith("Back to A quote: What do you want?")
    assert filled(talk) == filled(other) == {}


def test_a_free_text_holds_what_it_must(shop: Content) -> None:
    wish = Slot.model_validate({"ask": "What do you want?", "free_text": True, "must_match": "[0-9]"})
    talk = Talk(replace(shop, slots={**shop.slots, "wish": wish}))
    talk.say("a quote", QUOTE)
    assert talk.say("some phones").endswith("What do you want?")
    assert talk.say("50 phones") == "How big?"


def test_a_correction_is_no_failure_to_answer(talk: Talk) -> None:
    talk.say("send 48213 back", understood("send_back"))
    for number in ("48257", "48213", "48257"):
        assert talk.say(f"no i meant {number}") == "Which e-mail?", number
    assert filled(talk) == {"order_number": "48257"}


def test_what_an_interruption_is_about_changes_nothing_in_the_form(talk: Talk) -> None:
    assert talk.say("cancel 48213", CANCEL) == "Cancel 48213?"
    found = Result(found=True, values={"status": "sent", "summary": "It is on its way."})
    assert talk.say("where is 48257?", understood("track", 1.0), found).endswith(
        "Back to Cancel an order: Cancel 48213?"
    )
    assert filled(talk)["order_number"] == "48213"
    assert talk.say("sure") == "Cancelled 48213."
