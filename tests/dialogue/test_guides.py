"""Guided troubleshooting: to the good end, to the bad ones, interrupted, stopped, and not understood."""

from dataclasses import replace

import pytest

from bot.content.content import Content
from bot.dialogue.state import QUEUED
from tests.dialogue.talk import Talk, understood

BATTERY = understood("battery")


@pytest.fixture
def guided(talk: Talk) -> Talk:
    """A guide at its first step."""
    assert talk.say("battery empty", BATTERY) == "Let's see.\n\nRestart it.\n\nDid that help?"
    assert talk.replies == ["yes", "no", "person"]
    return talk


@pytest.mark.parametrize("words", ["that helped", "es geht wieder!", "yes", None])
def test_a_step_that_helped_ends_the_guide_and_asks_for_feedback(guided: Talk, words: str | None) -> None:
    said = guided.say(words) if words else guided.choose("yes")
    assert said == "The battery is fine.\nHow was it?"
    assert guided.types == ["answer.given", "feedback.offered"]
    assert guided.drafts[1].facts["confirmed"] is True
    assert guided.state.tasks == ()


@pytest.mark.parametrize("words", ["it did not help", "no", "geht immer noch nicht", None])
def test_a_step_that_did_not_help_leads_on(guided: Talk, words: str | None) -> None:
    assert (guided.say(words) if words else guided.choose("no")) == "What is it?"
    assert guided.replies == ["step:0", "step:1", "step:2", "person"]


@pytest.mark.parametrize("words", ["my mobile", "1", None])
def test_a_question_is_answered_in_words_or_by_quick_reply(guided: Talk, words: str | None) -> None:
    guided.choose("no")
    said = guided.say(words) if words else guided.choose("step:0")
    assert said == ("I don't see it.\n\nWhat is it?" if words == "1" else "Darken the screen.\n\nDid that help?")


@pytest.fixture
def asking(shop: Content) -> Talk:
    """A shop whose guide begins with a question."""
    battery = shop.guides["battery"]
    steps = {"kind": battery.steps["kind"], "screen": battery.steps["screen"]}
    return Talk(replace(shop, guides={"battery": battery.model_copy(update={"steps": steps})}))


def test_danger_that_the_first_message_names_is_no_matter_for_a_guide(asking: Talk) -> None:
    # Of the phrases in it "mobile" is the longer one.
    assert asking.say("my mobile is hot and IT BURNS", BATTERY) == "Switch it off.\n\nA person does this."
    assert asking.last.facts["priority"] == 2


def test_danger_at_a_later_step_ends_the_guide(asking: Talk) -> None:
    asking.say("my mobile is empty", BATTERY)
    assert asking.say("oh, it burns") == "Switch it off.\n\nA person does this."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("my mobile is empty", "Let's see.\n\nDarken the screen.\n\nDid that help?"),
        ("it is empty", "Let's see.\n\nWhat is it?"),
        ("something else is empty", "Let's see.\n\nWhat is it?"),  # nobody is passed on before being asked
    ],
)
def test_what_the_message_says_already_is_not_asked(asking: Talk, words: str, said: str) -> None:
    assert asking.say(words, BATTERY) == said


def test_the_bad_end_is_a_person_who_knows_what_was_tried(guided: Talk) -> None:
    guided.choose("no")
    assert guided.choose("step:2") == "I have no more steps.\n\nWe tried everything, a person comes."
    facts = guided.last.facts
    assert facts["tried"] == ["battery/restart", "battery/kind"]
    assert (facts["reason"], facts["skill"], facts["intent"]) == ("not_solved", "repairs", "battery")
    assert guided.last.personal["summary"]["asked"] == "battery empty"


def test_a_step_may_lead_to_an_intent(guided: Talk) -> None:
    guided.choose("no")
    assert guided.say("it burns") == "Switch it off.\n\nA person does this."
    assert guided.last.facts["priority"] == 2


def test_after_the_last_step_a_form_may_follow(guided: Talk) -> None:
    guided.choose("no")
    guided.choose("step:0")
    assert guided.say("still broken") == "Which order?"
    assert [task.intent for task in guided.state.tasks] == ["send_back"]


def test_another_subject_is_answered_and_the_step_given_once_more(guided: Talk) -> None:
    said = guided.say("where is your store", understood("stores"))
    assert said.endswith("Back to Battery:\n\nRestart it.\n\nDid that help?")
    guided.say("where is your store", understood("hours"))
    assert guided.types == ["answer.given"], "not a third time"
    assert guided.say("that helped").startswith("The battery is fine.")


def test_the_same_fault_in_other_words_is_no_new_subject(guided: Talk) -> None:
    assert guided.say("the battery is at two percent", BATTERY) == "I don't see it.\n\nRestart it.\n\nDid that help?"
    assert guided.say("hm") == "I don't get it, a person comes."


def test_a_faint_other_subject_does_not_interrupt(guided: Talk) -> None:
    assert guided.say("it is dark", understood("stores", 0.4)).startswith("I don't see it.")


@pytest.mark.parametrize("words", ["stop", None])
def test_a_guide_can_be_stopped(guided: Talk, words: str | None) -> None:
    assert (guided.say(words) if words else guided.choose("cancel")) == "Stopped."
    assert guided.state.tasks == ()


def test_a_question_back_is_no_answer_and_no_failure(guided: Talk) -> None:
    assert guided.say("should it be so that it works now?") == "I don't see it.\n\nRestart it.\n\nDid that help?"
    assert guided.state.fallbacks == 0
    assert guided.say("no, why?") == "What is it?"


def test_a_person_is_there_at_every_step(guided: Talk) -> None:
    guided.choose("person")
    assert guided.state.owner is QUEUED


def test_a_reply_that_is_none_is_not_understood(guided: Talk) -> None:
    guided.choose("no")
    assert guided.choose("step:7").startswith("I don't see it.")


def test_a_guide_that_is_gone_meanwhile_is_forgotten(guided: Talk) -> None:
    guided.content = replace(guided.content, guides={})
    assert guided.say("where is your store", understood("stores")).startswith("There are none.")
