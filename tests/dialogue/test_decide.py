"""The order of the rules: who answers, what is asked back, and how an answer is worded."""

from dataclasses import replace

import pytest

from bot.content.content import Content
from bot.dialogue import speech
from bot.dialogue.decide import COURTESY_LASTS, conclude, decide
from bot.dialogue.state import ASSIGNED, CLOSED, QUEUED, State
from bot.dialogue.turn import Message, Result
from tests.dialogue.talk import NOTHING, NOW, Talk, understood

SENT = Result(found=True, values={"summary": "Sent."})


def test_an_understood_message_is_answered_and_noted(talk: Talk) -> None:
    assert talk.say("a store?", understood("stores", 0.93, ("hours", 0.03), mood=0.256)).startswith("There are none.")
    received, answer = talk.drafts
    assert received.facts == {
        "actor_kind": "customer",
        "intent": "stores",
        "confidence": 0.93,
        "in_scope": True,
        "mood": 0.26,
        "model_version": "model",
        "runner_up": "hours",
        "stage": "discovery",
        "stage_method": "intent",
    }
    assert received.personal == {"text": "a store?"}
    assert (answer.type, answer.facts["answer_id"]) == ("answer.given", "stores")


def test_facts_name_nobody(talk: Talk) -> None:
    talk.say("send back 48213, mail a@b.example", understood("send_back"))
    talk.say("broken")
    assert not any(word in str([draft.facts for draft in talk.drafts]) for word in ("48213", "a@b"))


def test_offers_stand_below_the_answer(talk: Talk) -> None:
    talk.say("when are you open", understood("hours"))
    assert talk.replies == ["intent:stores", "person"]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State(locale="en"), "We are open.\n\nFrom nine to six."),
        (State(locale="de-AT"), "Wir haben offen."),
        (
            State(locale="en", known_ref="r", customer={"tier": "silver"}, name="Ada"),
            "For you we are always open, Ada.",
        ),
        (State(locale="en", known_ref="r", customer={"tier": "gold"}), "For you we are always open."),
        (State(locale="en", known_ref="r", customer={"tier": "iron"}), "We are open.\n\nFrom nine to six."),
    ],
)
def test_the_answer_whose_conditions_hold_is_given(shop: Content, state: State, said: str) -> None:
    assert Talk(shop, state).say("when are you open", understood("hours")) == said


def test_the_language_of_the_message_is_answered_and_kept(talk: Talk) -> None:
    assert talk.say("wann habt ihr offen", understood("hours", language="de")) == "Wir haben offen."
    assert talk.drafts[0].facts["language"] == "de"
    assert talk.say("xyz") == "Bitte sagen Sie es anders."
    assert talk.say("when are you open", understood("hours", language="en")).startswith("As I said.\n\nWe are open.")


def test_what_the_bot_asked_for_changes_no_language_unless_it_is_about_something(talk: Talk) -> None:
    talk.say("I want to send something back", understood("send_back"))
    assert talk.state.asked_slot
    talk.say("dasselbe in blau", understood("hello", 0.2, in_scope=False, language="de"))
    assert talk.state.locale == "en"
    talk.say("wann habt ihr offen", understood("hours", language="de"))
    assert talk.state.locale == "de"


def test_the_region_of_the_page_is_kept_while_the_language_is_the_same(shop: Content) -> None:
    talk = Talk(shop, State(locale="de-AT"))
    talk.say("wann habt ihr offen", understood("hours", language="de"))
    assert "language" not in talk.drafts[0].facts
    assert talk.state.locale == "de-AT"


def test_two_close_intents_are_asked_about_once(talk: Talk) -> None:
    close = understood("hours", 0.45, ("stores", 0.40), ("track", 0.01))
    assert talk.say("open", close) == "Which of these?"
    assert talk.replies == ["intent:hours", "intent:stores", "none", "person"]
    assert talk.say("open", close) == "Please say it differently."


def test_choosing_a_quick_reply_answers_it(talk: Talk) -> None:
    talk.say("open", understood("hours", 0.45, ("stores", 0.40)))
    assert talk.choose("intent:stores").startswith("There are none.")
    assert talk.drafts[0].facts["intent"] == "stores"
    assert talk.drafts[0].personal["text"] == "Stores"
    assert "confidence" not in talk.drafts[0].facts


@pytest.mark.parametrize("payload", ["none", "intent:gone_since_the_last_training", "more:gone", "slot:x", "xyz"])
def test_a_quick_reply_that_leads_nowhere_is_not_understood(talk: Talk, payload: str) -> None:
    assert talk.choose(payload) == "Please say it differently."


def test_not_understood_but_near_is_offered_the_nearest_topics(talk: Talk) -> None:
    near = understood("hours", 0.5, ("hello", 0.2), ("stores", 0.1), in_scope=False)
    assert talk.say("opn?", near) == "Please say it differently."
    assert talk.say("opn??", near) == "Is it one of these?"
    assert talk.replies == ["intent:hours", "intent:stores", "none", "person"]
    assert talk.choose("none") == "I don't get it, a person comes."


def test_an_answer_in_between_starts_the_count_anew(talk: Talk) -> None:
    talk.say("xyz")
    talk.say("a store?", understood("stores"))
    assert talk.say("xyz") == "Please say it differently."


def test_several_concerns_are_seen_to_one_by_one(talk: Talk) -> None:
    parts = understood("send_back", parts=("send_back", "hours", "stores"))
    said = talk.say("send back 48213, when are you open, and where?", parts)
    assert said == "We are open.\n\nFrom nine to six.\nThere are none.\n\nWe sell online.\nWhich e-mail?"
    assert talk.drafts[0].facts["also"] == ["send_back", "stores", "hours"]
    assert [task.intent for task in talk.state.tasks] == ["send_back"]


def test_two_forms_in_one_message_come_after_each_other(talk: Talk) -> None:
    parts = understood("track", parts=("track", "cancel_order"))
    assert talk.say("where is my order, and I want to cancel it", parts) == "Which order?"
    assert talk.say("48213", result=SENT) == "Order 48213: Sent.\nCancel 48213?"
    assert talk.choose("yes") == "Cancelled 48213."
    assert talk.state.tasks == ()


def test_two_concerns_that_each_need_the_shops_systems_are_both_looked_up(talk: Talk) -> None:
    both = understood("track", parts=("track", "voucher"))
    found = Result(found=True, values={"summary": "Sent.", "amount": "5 EUR"})
    said = talk.say("where is 48213 and what is on my voucher", both, found)
    assert set(said.split("\n")) == {"Order 48213: Sent.", "You have 5 EUR."}
    assert talk.types.count("action.called") == talk.types.count("answer.given") == 2
    assert talk.state.tasks == ()


def test_what_goes_to_people_comes_last(talk: Talk) -> None:
    said = talk.say("I complain, and when are you open", understood("complaint", parts=("complaint", "hours")))
    assert said.startswith("We are open.")
    assert talk.types == ["answer.given", "handoff.requested"]


def test_an_upset_customer_hears_that_first_and_then_the_short_answer(talk: Talk) -> None:
    angry = understood("hours", mood=-0.8)
    assert talk.say("WHEN are you OPEN", angry) == "I'm sorry.\n\nOpen."
    assert talk.replies == ["more:hours", "intent:stores", "person"]
    assert talk.choose("more:hours") == "We are open.\n\nFrom nine to six."


def test_sorry_is_said_once_and_not_before_politeness(talk: Talk) -> None:
    assert talk.say("xyz!!", understood("hours", 0.2, in_scope=False, mood=-0.8)) == "Please say it differently."
    assert talk.say("HELLO??", understood("hello", mood=-0.8)) == "Hello."
    talk.say("thanks for nothing", understood("thanks", mood=-0.8))
    assert "answer.given" not in talk.types
    other = Talk(talk.content)
    assert other.say("OPEN or WHERE", understood("hours", 0.5, ("stores", 0.4), mood=-0.8)) == "Which of these?"


def test_politeness_is_not_offered_where_the_bot_asks_back(talk: Talk) -> None:
    talk.say("help", understood("hours", 0.4, ("thanks", 0.35), ("stores", 0.3)))
    assert talk.last.facts["intents"] == ["hours", "stores"]


def test_without_a_short_answer_the_first_paragraph_is_one(talk: Talk) -> None:
    talk.happen()
    assert talk.say("where is your STORE", understood("stores", mood=-0.8)) == "I'm sorry.\n\nThere are none."
    assert talk.replies == ["more:stores", "person"]


def test_still_upset_the_words_are_others_and_a_question_has_them_too(talk: Talk) -> None:
    talk.say("where is your STORE", understood("stores", mood=-0.8))
    said = talk.say("send the rubbish back", understood("send_back", mood=-0.8))
    assert said == "I see that this is annoying.\n\nWhich order?"


def test_the_mood_goes_with_the_call(talk: Talk) -> None:
    said = talk.say("where IS 48213", understood("track", mood=-0.8), SENT)
    assert said == "I'm sorry.\n\nOrder 48213: Sent."
    assert talk.replies == ["person"]


def test_what_was_looked_up_is_said_as_a_whole_and_not_again_without_looking(talk: Talk) -> None:
    two = Result(found=True, values={"status": "lost", "summary": "Since Monday.\n\nWe look for it."})
    said = talk.say("where the HELL is 48213", understood("track", mood=-0.8), two)
    assert said == "I'm sorry.\n\nIt is lost. Since Monday.\n\nWe look for it."
    assert talk.replies == ["person"]
    assert talk.choose("more:track") == "Please say it differently."


def test_thanks_after_the_end_may_be_repeated_for_ever(shop: Content) -> None:
    talk = Talk(shop, State(owner=CLOSED, episode=1, closed_at=NOW, locale="en"))
    for _ in range(5):
        assert talk.say("thanks", understood("thanks")) == "You're welcome."


def test_the_same_answer_is_given_twice_and_then_a_person_comes(talk: Talk) -> None:
    talk.say("a store?", understood("stores"))
    assert talk.say("a store?", understood("stores")) == "As I said.\n\nThere are none.\n\nWe sell online."
    assert talk.replies == ["person"]
    talk.say("a store?", understood("stores"))
    assert (talk.types, talk.last.facts["reason"]) == (["handoff.requested"], "loop")


def test_the_same_question_about_something_else_is_no_repetition(talk: Talk) -> None:
    for number in ("48213", "48257", "48102", "47990"):
        assert talk.say(f"where is {number}", understood("track"), SENT) == f"Order {number}: Sent."


def test_what_was_answered_may_be_asked_of_another_in_a_word(talk: Talk) -> None:
    talk.say("where is 48213", understood("track"), SENT)
    assert talk.say("and 48257?", result=SENT) == "Order 48257: Sent."
    assert talk.say("and 48257?", result=SENT) == "Please say it differently."
    assert talk.say("xyz", result=SENT) == "I don't get it, a person comes."


@pytest.mark.parametrize(
    ("text", "confidence", "said"),
    [
        ("no, I meant 48257", 0.85, "Order 48257: Sent."),
        ("no, I meant 48257", 0.95, "There are none."),  # plainly about something else
        ("is there a store at 48257", 0.6, "There are none."),
        ("no, I meant 48213", 0.6, "There are none."),  # nothing new
    ],
)
def test_a_correction_is_of_what_was_just_answered(talk: Talk, text: str, confidence: float, said: str) -> None:
    talk.say("where is 48213", understood("track"), SENT)
    assert (talk.say(text, understood("stores", confidence), SENT) or "").startswith(said)


@pytest.mark.parametrize(
    ("text", "confidence", "heard"),
    [
        ("put me through", 0.9, True),
        ("put me through", 0.89, False),
        ("yes", 0.95, False),
        ("yes, a person", 0.95, True),
    ],
)
def test_outside_the_gate_a_wish_for_a_person_is_heard_where_it_is_likely(
    talk: Talk, text: str, confidence: float, heard: bool
) -> None:
    talk.say(text, understood("person", confidence, in_scope=False))
    assert ("handoff.requested" in talk.types) is heard


def test_small_talk_may_be_repeated(talk: Talk) -> None:
    for _ in range(4):
        assert talk.say("hello", understood("hello")) == "Hello."


def test_thanks_after_an_answer_ask_for_feedback_once(talk: Talk) -> None:
    assert talk.say("thanks", understood("thanks")) == "You're welcome."
    talk.say("a store?", understood("stores"))
    assert talk.say("thanks", understood("thanks")) == "You're welcome.\nHow was it?"
    assert talk.say("thanks", understood("thanks")) == "You're welcome."


def test_while_waiting_the_bot_acknowledges_once_and_answers_nothing(shop: Content) -> None:
    talk = Talk(shop, State(owner=QUEUED, episode=1, episode_open=True, waiting_since=1, locale="en"))
    assert talk.say("a store?", understood("stores")) == "Noted."
    assert talk.last.facts["variant"] == "acknowledgement"
    talk.say("hello?", understood("hello"))
    assert talk.types == []


def test_an_agents_conversation_is_the_agents(shop: Content) -> None:
    talk = Talk(shop, State(owner=ASSIGNED, agent_id="anna", episode=1, episode_open=True, waiting_since=1))
    talk.say("a store?", understood("stores"))
    assert talk.types == []


def test_thanks_within_the_hour_reopen_nothing(shop: Content) -> None:
    closed = State(owner=CLOSED, episode=1, closed_at=NOW - COURTESY_LASTS + 1, locale="en")
    talk = Talk(shop, closed)
    talk.say("thank you", understood("thanks"))
    assert (talk.types, talk.state.owner, talk.state.episode) == (["answer.given"], CLOSED, 1)
    for later in (
        Talk(shop, closed._replace(closed_at=NOW - COURTESY_LASTS)),
        Talk(shop, closed._replace(closed_at=None)),
    ):
        later.say("thank you", understood("thanks"))
        assert later.state.episode == 2
    for other in (understood("stores"), understood("thanks", in_scope=False), understood("gone")):
        question = Talk(shop, closed)
        question.say("and the store?", other)
        assert question.state.episode == 2
    chosen = Talk(shop, closed)
    chosen.choose("intent:thanks")
    assert chosen.state.episode == 2


def test_an_agent_who_gives_the_conversation_back_leaves_no_old_question(shop: Content) -> None:
    talk = Talk(shop, State(owner=QUEUED, locale="en"))
    assert talk.state.tasks == ()


def test_the_title_of_a_quick_reply_is_what_the_customer_saw(shop: Content) -> None:
    offered = State(offered=(("My own words", "intent:stores"),), locale="en")
    assert speech.title(shop, offered, "intent:stores") == "My own words"
    assert speech.title(shop, State(locale="en"), "intent:stores") == "Stores"
    assert speech.title(shop, State(locale="de"), "person") == "Mit einem Menschen sprechen"
    assert speech.title(shop, State(locale="en"), "none") == "None of these"
    assert speech.title(shop, State(), "intent:gone") == "gone"


def test_what_was_changed_while_a_call_was_out_still_has_an_end(shop: Content) -> None:
    call = decide(State(), Message("where is 48213"), understood("track"), shop, NOW).call
    assert call is not None
    plain = replace(shop, intents={**shop.intents, "track": shop.intents["stores"]})
    gone = replace(shop, intents={name: one for name, one in shop.intents.items() if name != "track"})
    for content in (plain, gone):
        assert conclude(call, Result(found=True), State(), content, NOW).drafts[-1].type == "handoff.requested"


def test_the_greeting_says_what_it_can_do(shop: Content) -> None:
    greeting = speech.greeting(shop, "en", "https://shop.example/phones", "digest", simulated=True)
    assert "bot" in greeting.personal["text"]
    assert greeting.personal["page"] == "https://shop.example/phones"
    assert greeting.facts["quick_replies"] == [{"title": "Opening hours", "payload": "intent:hours"}]
    assert "page" not in speech.greeting(shop, None, None, None).personal


def test_a_message_that_nothing_is_known_of_is_total(talk: Talk) -> None:
    assert talk.say("", NOTHING) == "Please say it differently."
