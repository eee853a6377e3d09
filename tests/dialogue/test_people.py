"""Passing on: every reason for it, what the agent is told, out of hours, and what waiting customers hear."""

from dataclasses import replace

import pytest

from bot.content.content import Content
from bot.content.hours import Hours
from bot.dialogue.state import CLOSED, QUEUED, State
from tests.dialogue.talk import NOTHING, NOW, Talk, understood

SUNDAY = 1_799_571_600_000  # 2027-01-10 09:00 UTC


def with_hours(shop: Content) -> Content:
    hours = Hours.model_validate({"timezone": "UTC", "open": {"mon-fri": "09:00-17:00"}, "answers_within": "120"})
    return replace(shop, bot=shop.bot.model_copy(update={"hours": hours}))


@pytest.mark.parametrize(
    ("confidence", "in_scope"),
    [(0.95, True), (0.3, True), (0.95, False)],
)
def test_asked_for_in_any_words(talk: Talk, confidence: float, in_scope: bool) -> None:
    assert talk.say("a human!", understood("person", confidence, in_scope=in_scope)) == "A person comes."
    assert talk.last.facts["reason"] == "requested"


@pytest.mark.parametrize(("confidence", "in_scope"), [(0.85, False), (0.5, False)])
def test_what_only_sounds_like_a_wish_is_none(talk: Talk, confidence: float, in_scope: bool) -> None:
    talk.say("I spoke to someone", understood("person", confidence, in_scope=in_scope))
    assert talk.types == ["fallback.given"]


@pytest.mark.parametrize(("confidence", "in_scope"), [(0.99, False), (0.6, True)])
def test_an_answer_to_a_question_is_no_wish_but_for_plain_words(talk: Talk, confidence: float, in_scope: bool) -> None:
    talk.say("cancel 48213", understood("cancel_order"))
    assert talk.say("rather not say", understood("person", confidence, in_scope=in_scope)).endswith("Cancel 48213?")
    talk.say("an agent", understood("person", 0.97))
    assert talk.last.facts["reason"] == "requested"


@pytest.mark.parametrize("words", ["let me think", "hm, let me think please", "Moment!"])
@pytest.mark.parametrize("form", ["cancel_order", "send_back", "battery", None])
def test_who_asks_for_a_moment_gets_it(talk: Talk, words: str, form: str | None) -> None:
    if form is not None:
        talk.say("48213", understood(form))
    before = talk.state
    for _ in range(4):
        assert talk.say(words, understood("person", 0.92, in_scope=False)) == "Take your time."
    assert (talk.state.tasks, talk.state.asked_slot, talk.state.offered) == (
        before.tasks,
        before.asked_slot,
        before.offered,
    )
    assert talk.state.asked == before.asked
    if form == "cancel_order":
        assert talk.say("yes") == "Cancelled 48213."


def test_asked_for_among_other_things(talk: Talk) -> None:
    both = understood("hours", 0.9, parts=("hours", "person"))
    assert talk.say("when are you open and can I talk to a person", both) == "A person comes."


@pytest.mark.parametrize(("wish", "in_scope", "comes"), [(0.44, True, True), (0.29, True, False), (0.44, False, False)])
def test_half_a_wish_for_a_person_beside_a_concern_is_one_and_says_what_about(
    talk: Talk, wish: float, in_scope: bool, comes: bool
) -> None:
    both = understood("complaint", 0.55, ("person", wish), in_scope=in_scope)
    assert (talk.say("it never came, I want to talk to somebody", both) == "A person comes.") == comes
    if comes:
        assert (talk.last.facts["reason"], talk.last.facts["intent"]) == ("requested", "complaint")


def test_half_a_wish_for_a_person_is_none_while_the_bot_has_asked(talk: Talk) -> None:
    talk.say("where is my order", understood("track"))
    assert "A person" not in talk.say("let me look for it", understood("hours", 0.55, ("person", 0.44)))


def test_a_policy_says_its_answer_first(talk: Talk) -> None:
    assert talk.say("I complain", understood("complaint")) == "I'm sorry it went like this.\n\nA person does this."
    assert (talk.last.facts["reason"], talk.last.facts["skill"], talk.last.facts["priority"]) == (
        "policy",
        "complaints",
        1,
    )


def test_danger_goes_before_the_others_and_is_never_questioned(talk: Talk) -> None:
    talk.say("it burns", understood("danger", 0.5, ("battery", 0.45)))
    assert (talk.last.facts["reason"], talk.last.facts["priority"]) == ("policy", 2)


@pytest.mark.parametrize(("confidence", "goes"), [(0.94, True), (0.7, False)])
def test_danger_in_unknown_words_is_danger_from_some_confidence_on(talk: Talk, confidence: float, goes: bool) -> None:
    talk.say("my son swallowed a part", understood("danger", confidence, in_scope=False))
    assert (talk.last.type == "handoff.requested") is goes


def test_a_faint_thought_of_danger_is_questioned(talk: Talk) -> None:
    talk.say("new charger", understood("danger", 0.43, ("stores", 0.37)))
    assert talk.last.facts["intents"] == ["danger", "stores"]


def test_distress_goes_to_a_person_at_once(talk: Talk) -> None:
    assert talk.say("I can't go on", understood("hours", distressed=True, mood=-0.9)) == "A person comes at once."
    assert (talk.last.facts["reason"], talk.last.facts["priority"], talk.last.facts["mood"]) == ("distress", 2, -0.9)


def test_danger_is_danger_also_in_distress(talk: Talk) -> None:
    talk.say("it burns, help", understood("danger", distressed=True, mood=-0.9))
    assert talk.last.facts["reason"] == "policy"


def test_anger_that_stays_goes_to_a_person(talk: Talk) -> None:
    talk.say("where is your stupid store", understood("stores", mood=-0.8))
    talk.say("and the stupid hours", understood("hours", mood=-0.8))
    assert talk.types == ["answer.given"]
    talk.say("this is useless", understood("hello", mood=-0.8))
    assert talk.last.facts["reason"] == "distress"


def test_a_calm_message_between_them_begins_the_count_anew(talk: Talk) -> None:
    for mood in (-0.8, -0.8, 0.0, -0.8):
        talk.say("hello", understood("hello", mood=mood))
    assert talk.types == ["answer.given"]


def test_not_understood_twice_in_a_row(talk: Talk) -> None:
    assert talk.say("xyz") == "Please say it differently."
    assert talk.say("xyz") == "I don't get it, a person comes."


def test_the_agent_is_told_what_was_asked_and_tried_and_answered(talk: Talk) -> None:
    talk.say("when are you open", understood("hours"))
    talk.say("send back 48213", understood("send_back"))
    talk.say("a person", understood("person"))
    facts, summary = talk.last.facts, talk.last.personal["summary"]
    assert facts["answers"] == ["hours"]
    assert facts["intent"] == "send_back"
    assert summary == {"asked": "when are you open", "last": "a person", "slots": {"order_number": "48213"}}


def test_politeness_is_not_what_it_is_about(talk: Talk) -> None:
    talk.say("send back 48213", understood("send_back"))
    talk.say("never mind")
    talk.say("when are you open", understood("hours"))
    talk.say("thanks", understood("thanks"))
    talk.choose("person")
    assert (talk.last.facts["intent"], talk.last.facts["answers"]) == ("hours", ["hours"])
    polite = Talk(talk.content)
    polite.say("hello", understood("hello"))
    polite.choose("person")
    assert (polite.last.facts["intent"], polite.last.facts["skill"]) == ("hello", "general")
    assert "answers" not in polite.last.facts


def test_out_of_hours_the_customer_is_promised_a_time(shop: Content) -> None:
    talk = Talk(with_hours(shop), now=SUNDAY)
    said = talk.say("a person", understood("person"))
    assert said == "A person comes.\n\nWe open Monday at 09:00, you hear from us by Monday at 11:00."
    assert talk.last.facts["out_of_hours"] is True
    assert talk.last.facts["promised_at"] == SUNDAY + 26 * 3600 * 1000
    assert talk.state.promised_at == SUNDAY + 26 * 3600 * 1000
    assert talk.say("it is about a phone") == "Noted, by Monday at 11:00."
    assert talk.say("a Kite 5") == ""


def test_a_promise_that_has_passed_is_not_repeated(shop: Content) -> None:
    talk = Talk(with_hours(shop), now=SUNDAY)
    talk.say("a person", understood("person"))
    talk.now += 30 * 3600 * 1000
    assert talk.say("hello?") == "Noted."


def test_in_hours_nothing_is_promised(shop: Content) -> None:
    talk = Talk(with_hours(shop), now=SUNDAY + 24 * 3600 * 1000)
    assert talk.say("a person", understood("person")) == "A person comes."
    assert "promised_at" not in talk.last.facts


def test_a_shop_that_stays_closed_promises_nothing_but_passes_on(shop: Content) -> None:
    hours = Hours.model_validate({"timezone": "UTC", "open": {"sun": "09:00-10:00"}, "answers_within": "9999"})
    content = replace(shop, bot=shop.bot.model_copy(update={"hours": hours}))
    talk = Talk(content, State(locale="de"), now=SUNDAY + 2 * 3600 * 1000)
    assert talk.say("ein Mensch", understood("person")).startswith(
        "A person comes.\n\nWe open Sonntag, 2027-01-17, um 09:00 Uhr"
    )
    assert (talk.state.owner, talk.state.promised_at) == (QUEUED, None)


def test_after_a_bad_rating_a_person_is_told_so(talk: Talk) -> None:
    talk.state = State(locale="en", owner=CLOSED, episode=1, unhappy=True)
    talk.choose("person")
    assert (talk.last.facts["reason"], talk.last.facts["priority"]) == ("bad_rating", 1)
    assert talk.state.unhappy is False


def test_who_waits_is_told_once_that_it_is_passed_on(talk: Talk) -> None:
    talk.choose("person")
    assert talk.say("more", NOTHING) == "Noted."
    assert talk.say("more", NOTHING) == ""
    assert talk.now == NOW


def test_an_agent_is_told_what_the_customer_was_in_the_middle_of(talk: Talk) -> None:
    talk.say("cancel 48213", understood("cancel_order", 1.0))
    talk.say("a person please", understood("person", 1.0))
    assert talk.last.facts["unfinished"] == ["cancel_order"]
    at_its_end = Talk(talk.content)
    at_its_end.say("a quote", understood("quote"))
    at_its_end.say("fifty phones")
    at_its_end.say("small")
    assert at_its_end.last.facts["reason"] == "policy"
    assert "unfinished" not in at_its_end.last.facts
