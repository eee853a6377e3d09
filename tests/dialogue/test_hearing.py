"""What is heard in a message that a model alone would get wrong."""

import pytest

from bot.dialogue.turn import Result
from tests.dialogue.talk import Talk, understood

PERSON = understood("person", 1.0)
CANCEL = understood("cancel_order", 1.0, ("track", 0.0))


@pytest.mark.parametrize(
    "words",
    ["dont cancel my order 48213!! I only asked", "Why did you cancel my order 48213", "bitte die 48213 nicht cancel"],
)
def test_a_change_that_is_not_asked_for_is_not_begun(talk: Talk, words: str) -> None:
    assert talk.say(words, CANCEL) == "Which of these?"
    assert talk.last.facts["intents"] == ["cancel_order", "track"]
    assert talk.state.tasks == ()
    talk.say("why was it cancelled", CANCEL)
    assert "slot.asked" not in talk.types


@pytest.mark.parametrize("words", ["cancel 48213, I don't need it", "I never got it, cancel 48213", "48213 cancel"])
def test_a_change_that_is_asked_for_is_begun(talk: Talk, words: str) -> None:
    assert talk.say(words, CANCEL) == "Cancel 48213?"


def test_a_look_up_is_begun_whatever_is_denied(talk: Talk) -> None:
    assert talk.say("why was 48213 not sent", understood("track"), Result(True, values={"summary": "Sent."})) != ""
    assert talk.types == ["slot.filled", "action.called", "answer.given"]


def test_nothing_but_a_number_is_kept_and_asked_about(talk: Talk) -> None:
    unknown = understood("hours", 0.3, in_scope=False)
    assert talk.say("48213", unknown) == "Which of these?"
    assert talk.replies == ["intent:track", "intent:send_back", "intent:cancel_order", "none", "person"]
    assert talk.choose("intent:cancel_order") == "Cancel 48213?"
    other = Talk(talk.content)
    other.say("48213", unknown)
    assert other.say("48213", unknown) == "Please say it differently.", "the same again says nothing new"
    assert Talk(talk.content).say("call 48213 now", unknown) == "Please say it differently."


def test_who_has_no_order_is_asked_for_it_twice_whatever_it_is_for(talk: Talk) -> None:
    assert talk.say("where is it", understood("track")) == "Which order?"
    assert talk.say("send it back then", understood("send_back")) == "Which order?"
    talk.say("cancel it", understood("cancel_order"))
    assert talk.last.facts["reason"] == "loop"


def test_once_it_is_said_a_slot_may_be_asked_for_anew(talk: Talk) -> None:
    talk.say("where is it", understood("track"))
    talk.say("send it back then", understood("send_back"))
    assert talk.say("48213") == "Which e-mail?"
    assert all(not key.endswith("/order_number") for key, _ in talk.state.asked)


@pytest.mark.parametrize(
    "words",
    [
        "Please don't connect me to a human",
        "I don’t want to talk to a person",
        "I never asked for an agent",
        "no human please",
        "ich will keinen Menschen sprechen",
        "bitte nicht mit einem Mitarbeiter verbinden",
    ],
)
def test_a_person_who_is_not_wanted_is_not_called(talk: Talk, words: str) -> None:
    assert talk.say(words, PERSON) == "All right."


@pytest.mark.parametrize(
    "words",
    [
        "I don't want to talk to a bot, give me a person",
        "I don't need a bot I need a person",
        "I don't understand, human please",
        "why don't you connect me to a person",
        "no person answers me, connect me!",
        "nicht mit einem Bot, sondern mit einem Menschen",
        "warum verbinden Sie mich nicht mit einem Menschen",
        "es ist kein Mitarbeiter da, bitte verbinden",
    ],
)
def test_a_person_who_is_wanted_comes_however_it_is_said(talk: Talk, words: str) -> None:
    talk.say(words, PERSON)
    assert talk.last.facts["reason"] == "requested"


def test_what_is_likely_is_offered_though_the_gate_turns_it_away(talk: Talk) -> None:
    likely = understood("track", 0.95, ("send_back", 0.02), in_scope=False)
    assert talk.say("something about a parcel", likely) == "Which of these?"
    assert talk.replies[0] == "intent:track"
    assert talk.say("something about a parcel", likely) == "Please say it differently."
