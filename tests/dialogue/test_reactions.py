"""What is said to an answer and of nothing else."""

from dataclasses import replace

import pytest

from bot.content.content import Content
from bot.dialogue.state import Owner
from bot.records import Understanding
from tests.dialogue.talk import NOTHING, Talk, understood

HOURS = understood("hours", 1.0)
THANKS = understood("thanks", 0.6)


@pytest.fixture
def answered(talk: Talk) -> Talk:
    """A conversation in which something has been answered."""
    talk.say("when are you open", HOURS)
    assert talk.types == ["answer.given"]
    return talk


@pytest.mark.parametrize("made_of_it", [NOTHING, THANKS], ids=["nothing", "thanks"])
def test_that_it_was_no_use_is_no_thanks(answered: Talk, made_of_it: Understanding) -> None:
    assert answered.say("that did not help", made_of_it) == "That was not it."
    assert answered.types == ["fallback.given"]
    assert answered.drafts[0].facts["reaction"] == "not_helped"
    assert "stage" not in answered.drafts[0].facts, "it is no step on the journey"
    assert answered.replies == ["person"]
    answered.say("hm", NOTHING)
    assert answered.last.facts["reason"] == "not_understood"


def test_ok_is_no_failure_and_takes_nothing_back(answered: Talk) -> None:
    offered = answered.state.offered
    assert answered.say("sure", NOTHING) == "All right."
    assert answered.state.offered == offered
    assert answered.state.fallbacks == 0
    assert "confirmed" not in answered.last.facts


def test_that_it_helped_is_a_confirmation_and_asks_for_feedback(answered: Talk) -> None:
    assert answered.say("that helped", THANKS).startswith("All right.")
    assert answered.types == ["answer.given", "feedback.offered"]
    assert answered.drafts[1].facts["confirmed"] is True


def test_no_is_no_use_after_an_answer_and_nothing_else_after_thanks(answered: Talk) -> None:
    other = Talk(answered.content, answered.state)
    assert answered.say("no", NOTHING) == "That was not it."
    other.say("thanks", understood("thanks", 1.0))
    assert other.say("no", NOTHING) == "All right."


def test_a_new_concern_is_no_reaction_whatever_it_begins_with(answered: Talk) -> None:
    assert answered.say("sure, where is it", understood("track", 1.0)) == "Which order?"


def test_before_anything_was_answered_it_is_not_understood(talk: Talk) -> None:
    assert talk.say("sure", NOTHING) == "Please say it differently."


def test_content_without_words_for_it_does_not_understand(answered: Talk) -> None:
    bot = answered.content.bot
    texts = bot.texts.model_copy(update={"all_right": None, "not_it": None})
    content: Content = replace(answered.content, bot=bot.model_copy(update={"texts": texts}))
    for words in ("sure", "that did not help", "please don't connect me to a person"):
        assert Talk(content, answered.state).say(words, NOTHING) == "Please say it differently."


def test_ok_after_the_end_opens_nothing_new(answered: Talk) -> None:
    state = answered.state._replace(owner=Owner.CLOSED, episode_open=False, closed_at=answered.now, given=())
    closed = Talk(answered.content, state)
    assert closed.say("sure", NOTHING) == "All right."
    assert not closed.state.episode_open
    later = Talk(answered.content, state, answered.now + 2 * 3600 * 1000)
    assert later.say("sure", NOTHING) == "Please say it differently."
