"""Forms: the straight way, several values at once, corrections, confirming, stopping, interruptions, failures."""

import shutil
from pathlib import Path

import pytest

from bot.content.content import Content, load_content
from bot.dialogue.state import QUEUED, State
from bot.dialogue.turn import Result
from tests.dialogue.talk import Talk, understood

RETURN = understood("send_back")
TRACK = understood("track")
DONE = Result(found=True, values={"number": "7"})


def filled(talk: Talk) -> dict[str, str]:
    return dict(talk.state.slots)


def test_the_straight_way_asks_confirms_and_acts(talk: Talk) -> None:
    assert talk.say("send it back", RETURN) == "Which order?"
    assert talk.say("48213") == "Which e-mail?"
    assert talk.say("it's a@b.example") == "Why?"
    assert talk.replies == ["slot:broken", "slot:unwanted"]
    assert talk.say("it came kaputt") == "Send back 48213 of a@b.example since It is broken?"
    assert talk.replies == ["yes", "no"]
    assert talk.say("sure, do it", result=DONE) == "Registered as 7."
    assert talk.call is not None
    assert (talk.call.action, talk.call.arguments) == (
        "register_return",
        {"order_number": "48213", "email": "a@b.example", "reason": "broken"},
    )
    assert talk.types == ["action.called", "answer.given"]
    assert talk.state.tasks == ()


def test_several_values_in_one_message_are_all_taken(talk: Talk) -> None:
    said = talk.say("send back 48213, it is broken, my mail is a@b.example", RETURN)
    assert said == "Send back 48213 of a@b.example since It is broken?"
    assert talk.types == ["slot.filled", "slot.filled", "slot.filled", "slot.asked"]


def test_a_slot_under_a_condition_is_not_asked_where_it_does_not_hold(shop: Content) -> None:
    talk = Talk(shop, State(locale="en", known_ref="r", customer={"id": "ada"}))
    talk.say("send back 48213", RETURN)
    assert talk.say("changed my mind") == "Send back 48213 of since I don't want it?"
    talk.choose("yes", DONE)
    assert talk.call is not None
    assert (talk.call.customer_id, dict(talk.call.arguments)) == (
        "ada",
        {"order_number": "48213", "reason": "unwanted"},
    )


def test_choices_are_taken_by_quick_reply_by_number_and_in_words(talk: Talk) -> None:
    for answer in ("2", "Large", "the large one"):
        one = Talk(talk.content)
        one.say("a quote", understood("quote"))
        assert one.say("forty phones") == "How big?"
        one.say(answer)
        assert one.last.personal["summary"]["slots"]["size"] == "Large"
    talk.say("a quote", understood("quote"))
    talk.say("forty phones")
    assert talk.choose("slot:huge").startswith("A colleague writes the quote.")
    assert talk.last.personal["summary"]["slots"] == {"wish": "forty phones", "size": "Huge"}


def test_two_values_for_one_slot_are_a_question_and_the_other_one_is_remembered(talk: Talk) -> None:
    assert talk.say("where are 48213 and 48257", TRACK) == "Which order?"
    assert talk.replies == ["slot:48213", "slot:48257"]
    said = talk.choose("slot:48213", Result(found=True, values={"summary": "Sent."}))
    assert said == "Order 48213: Sent."


STOCK = """\
intents:
  stock:
    title: Stock
    definition: Asks for stock.
    stage: discovery
    form: {asks: product}
    answer: "{product} is there."
    examples: is it there
slots:
  product:
    ask: Which product?
    values:
      Lumo 3: [lumo lamp, lumo]
      Finch Buds:
"""


def test_a_value_is_found_by_any_of_its_words_and_of_two_one_is_chosen(tmp_path: Path) -> None:
    folder = shutil.copytree(Path(__file__).with_name("content"), tmp_path / "content")
    (folder / "stock.yaml").write_text(STOCK)
    talk = Talk(load_content(folder))
    stock = understood("stock")
    assert talk.say("any LUMO-lamp left?", stock) == "Lumo 3 is there."
    assert talk.say("is it there", stock) == "Which product?"
    assert talk.say("a bird") == "I don't see it. Which product?"
    assert talk.say("finch buds!").endswith("Finch Buds is there.")
    other = Talk(talk.content)
    assert other.say("lumo 3 or finch buds", stock) == "Which product?"
    assert other.replies == ["slot:candidate.1", "slot:candidate.2"]
    assert other.choose("slot:candidate.2") == "Finch Buds is there."


def test_of_two_addresses_one_is_chosen_by_its_place(talk: Talk) -> None:
    talk.say("send back 48213, broken, a@b.example or c@d.example", RETURN)
    assert talk.replies[:2] == ["slot:candidate.1", "slot:candidate.2"]
    assert talk.choose("slot:candidate.1") == "Send back 48213 of a@b.example since It is broken?"
    assert talk.say("no, the other one") == "Send back 48213 of c@d.example since It is broken?"


def test_the_other_one_is_the_value_that_was_not_taken(talk: Talk) -> None:
    talk.say("cancel 48213 or 48257", understood("cancel_order"))
    assert talk.choose("slot:48213") == "Cancel 48213?"
    assert talk.say("no, the other one") == "Cancel 48257?"
    assert talk.say("the other one") == "Cancel 48213?"


def test_a_correction_names_the_new_value(talk: Talk) -> None:
    talk.say("send back 48213", RETURN)
    assert talk.say("no, 48257") == "Which e-mail?"
    assert filled(talk)["order_number"] == "48257"
    talk.say("a@b.example")
    talk.say("broken")
    assert talk.say("no, the order is 48102") == "Send back 48102 of a@b.example since It is broken?"


def test_the_last_of_several_values_is_meant_where_the_first_is_corrected(talk: Talk) -> None:
    talk.say("send it back", RETURN)
    talk.say("no i meant 48257, not 48213")
    assert filled(talk)["order_number"] == "48213"
    other = Talk(talk.content)
    other.say("send it back", RETURN)
    other.say("48213 … no i meant 48257")
    assert filled(other)["order_number"] == "48257"


def test_no_asks_what_is_wrong_and_that_part_alone_is_asked_again(talk: Talk) -> None:
    talk.say("send back 48213, broken, a@b.example", RETURN)
    assert talk.choose("no") == "What is wrong?"
    assert talk.replies == ["change:order_number", "change:email", "change:reason", "cancel", "person"]
    assert talk.choose("change:email") == "Which e-mail?"
    assert talk.say("c@d.example") == "Send back 48213 of c@d.example since It is broken?"


@pytest.mark.parametrize(("words", "asked"), [("the reason", "Why?"), ("The order", "Which order?")])
def test_what_is_wrong_may_be_named_in_words(talk: Talk, words: str, asked: str) -> None:
    talk.say("send back 48213, broken, a@b.example", RETURN)
    talk.choose("no")
    assert talk.say(words) == asked


def test_asked_what_is_wrong_a_new_value_will_do(talk: Talk) -> None:
    talk.say("send back 48213, broken, a@b.example", RETURN)
    talk.choose("no")
    assert talk.say("48257") == "Send back 48257 of a@b.example since It is broken?"


def test_taking_back_without_another_value_asks_again(talk: Talk) -> None:
    talk.say("send back 48213", RETURN)
    assert talk.say("the other one") == "Which order?"
    two = Talk(talk.content)
    two.say("send back 48213, broken, a@b.example", RETURN)
    assert two.say("the other one").startswith("Send back 48213 of a@b.example since I don't want it")
    nothing = Talk(talk.content)
    nothing.say("send it back", RETURN)
    assert nothing.say("the other one") == "I don't see it. Which order?"


@pytest.mark.parametrize("how", ["never mind", "doch nicht", None])
def test_a_form_can_be_stopped_at_any_time(talk: Talk, how: str | None) -> None:
    talk.say("send back 48213", RETURN)
    said = talk.say(how) if how else talk.choose("cancel")
    assert said == "Stopped."
    assert talk.state.tasks == ()
    assert talk.say("a@b.example") == "Which of these?"


def test_another_subject_is_answered_and_then_the_form_goes_on(talk: Talk) -> None:
    talk.say("send back 48213", RETURN)
    said = talk.say("and where is your store?", understood("stores"))
    assert said == "There are none.\n\nWe sell online.\nBack to Send back: Which e-mail?"
    assert talk.say("a@b.example") == "Why?"


def test_interrupted_again_the_question_is_not_repeated_a_third_time(talk: Talk) -> None:
    talk.say("send back 48213", RETURN)
    talk.say("where is your store?", understood("stores"))
    assert talk.say("when are you open", understood("hours")).startswith("We are open.")
    assert talk.types == ["answer.given"]
    assert talk.say("a@b.example") == "Why?", "the form still takes its answer"


def test_another_form_goes_first_and_then_the_first_goes_on(talk: Talk) -> None:
    talk.say("send it back", RETURN)
    assert talk.say("when will it come, 48257", TRACK, Result(found=True, values={"summary": "Sent."})) is not None
    assert filled(talk)["order_number"] == "48257"
    other = Talk(talk.content)
    other.say("send back 48213", RETURN)
    assert other.say("a quote", understood("quote")) == "What do you want?"
    assert [task.intent for task in other.state.tasks] == ["send_back", "quote"]
    other.say("never mind")
    assert [task.intent for task in other.state.tasks] == ["send_back"]


def test_a_finished_form_leads_back_to_the_interrupted_one(talk: Talk) -> None:
    talk.say("send back 48213", RETURN)
    assert talk.say("cancel my order", understood("cancel_order")) == "Cancel 48213?"
    assert talk.choose("yes") == "Cancelled 48213.\nBack to Send back:\n\nWhich e-mail?"


def test_a_kept_slot_serves_the_next_form_and_others_are_asked_anew(talk: Talk) -> None:
    talk.say("send back 48213, broken, a@b.example", RETURN)
    talk.choose("yes", DONE)
    assert filled(talk) == {"order_number": "48213", "email": "a@b.example"}
    assert talk.say("send back another thing", RETURN) == "Why?"
    assert talk.say("where is it", TRACK, Result(found=True, values={"summary": "Sent."})).startswith(
        "Order 48213: Sent."
    )


def test_what_is_not_understood_is_asked_once_more_and_then_a_person_comes(talk: Talk) -> None:
    talk.say("send it back", RETURN)
    assert talk.say("hm") == "I don't see it. Which order?"
    assert talk.replies == ["cancel", "person"]
    assert talk.say("hm") == "I don't get it, a person comes."
    assert talk.last.facts["reason"] == "not_understood"


def test_a_slot_says_in_its_own_words_what_is_missing(talk: Talk) -> None:
    talk.say("send back 48213", RETURN)
    assert talk.say("hm") == "That is no e-mail. Which e-mail?"


def test_a_confirmation_that_is_neither_yes_nor_no_is_asked_again(talk: Talk) -> None:
    talk.say("cancel 48213", understood("cancel_order"))
    assert talk.say("hm") == "I don't see it. Cancel 48213?"
    assert talk.replies == ["yes", "no", "person"]


def test_what_the_shop_does_not_know_is_asked_again_and_then_a_person_comes(talk: Talk) -> None:
    assert talk.say("where is 11111", TRACK, Result()) == "I don't know order 11111. Which order?"
    assert filled(talk) == {}
    assert talk.say("22222", result=Result()) == "I don't know order 22222.\n\nI don't get it, a person comes."


def test_an_action_without_a_form_that_finds_nothing_goes_to_a_person(talk: Talk) -> None:
    assert talk.say("my balance", understood("voucher"), Result()).startswith("You have no voucher.")
    assert talk.state.owner is QUEUED
    other = Talk(talk.content)
    assert (
        other.say("my balance", understood("voucher"), Result(found=True, values={"amount": "5 €"})) == "You have 5 €."
    )


def test_a_system_that_is_down_is_said_and_a_person_comes(talk: Talk) -> None:
    said = talk.say("where is 48213", TRACK, Result(failed=True))
    assert said == "I can't look up 48213.\n\nThe system is down, a person comes."
    assert (talk.last.facts["reason"], talk.last.facts["skill"]) == ("action_failed", "orders")
    assert talk.last.facts["tried"] == ["order_status/failed"]
    assert talk.last.personal["summary"]["asked"] == talk.last.personal["summary"]["last"] == "where is 48213"


def test_the_answer_depends_on_what_the_system_returns(talk: Talk) -> None:
    lost = Result(found=True, values={"status": "lost", "summary": "Since Monday."})
    assert talk.say("where is 48213", TRACK, lost) == "It is lost. Since Monday."
    assert talk.last.facts["answer_variant"] == 0


def test_a_free_text_takes_whatever_is_said_but_a_person_and_stop(talk: Talk) -> None:
    talk.say("a quote", understood("quote"))
    assert talk.say("where is your store", understood("stores")) == "How big?"
    person = Talk(talk.content)
    person.say("a quote", understood("quote"))
    assert person.say("a person please", understood("person")) == "A person comes."
    stopped = Talk(talk.content)
    stopped.say("a quote", understood("quote"))
    assert stopped.say("stop") == "Stopped."


def test_a_good_customer_goes_to_a_person_at_once(shop: Content) -> None:
    gold = Talk(shop, State(locale="en", known_ref="r", customer={"id": "a", "tier": "gold"}))
    assert gold.say("cancel 48213", understood("cancel_order")) == "A person does this."
    assert gold.last.facts["reason"] == "policy"


def test_a_form_whose_intent_is_gone_is_forgotten(talk: Talk) -> None:
    talk.say("send it back", RETURN)
    intents = {name: intent for name, intent in talk.content.intents.items() if name != "send_back"}
    talk.content = type(talk.content)(
        talk.content.bot, intents, talk.content.slots, talk.content.guides, "person", "other"
    )
    assert talk.say("48213") == "Which of these?"


def test_the_name_that_a_customer_gives_is_used_from_then_on(talk: Talk) -> None:
    assert talk.say("i'm Ada", understood("call_me")) == "Nice to meet you, Ada."
    assert talk.say("hello", understood("hello")) == "Hello, Ada."
    assert Talk(talk.content).say("hello", understood("hello")) == "Hello."


def test_a_look_up_that_fails_on_two_values_asks_which_is_wrong(talk: Talk) -> None:
    talk.say("send back 47990, it is broken, a@exmple.com", RETURN)
    said = talk.choose("yes")
    assert said.startswith("No order 47990 with that e-mail.\n\nThe order: 47990\nThe e-mail: a@exmple.com\n\n")
    assert {"change:order_number", "change:email"} < set(talk.replies)
    assert talk.say("a@example.com") == "Send back 47990 of a@example.com since It is broken?"
    assert talk.say("yes", result=DONE) == "Registered as 7."


@pytest.mark.parametrize(("words", "empty"), [("the other one", None), ("no i meant the other email", "email")])
def test_of_several_values_the_one_to_take_back_is_asked_for_or_named(
    talk: Talk, words: str, empty: str | None
) -> None:
    talk.say("send back 48213, a@b.example", RETURN)
    if empty is None:
        assert talk.say(words) == "What is wrong?"
    else:
        assert talk.say(words) == "Which e-mail?"
        # What is written then may also be of another slot.
        assert talk.say("48257") == "Which e-mail?"
        assert filled(talk)["order_number"] == "48257"


@pytest.mark.parametrize(
    ("words", "number"), [("the second one", "48257"), ("die erste", "48213"), ("last", "48257"), ("48301", "48301")]
)
def test_what_was_offered_is_offered_again_and_can_be_pointed_at(talk: Talk, words: str, number: str) -> None:
    talk.say("where are 48213 and 48257", TRACK)
    talk.say("hm what")
    assert talk.replies[:2] == ["slot:48213", "slot:48257"]
    talk.say(words, result=Result(found=True, values={"summary": "Sent."}))
    assert filled(talk)["order_number"] == number
