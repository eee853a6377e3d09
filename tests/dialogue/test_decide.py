from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.content import Content
from bot.dialogue import speech
from bot.dialogue.decide import COURTESY_LASTS, Message, Result, conclude, decide
from bot.dialogue.state import ASSIGNED, CLOSED, QUEUED, State, check, fold
from bot.records import Draft, Touchpoint, Understanding

NOW = 1_800_000_000_000


def understood(
    intent: str, confidence: float = 0.95, *others: tuple[str, float], in_scope: bool = True
) -> Understanding:
    return Understanding(intent, confidence, in_scope, 1.0 if in_scope else -1.0, others, "model")


NOTHING = understood("warranty", 0.2, ("opening_hours", 0.1), in_scope=False)


class Talk:
    """A conversation in memory: says things and keeps the state as the log would."""

    def __init__(self, content: Content, state: State | None = None) -> None:
        self.content = content
        self.state = state or State(locale="en")
        self.types: list[str] = []
        self.drafts: tuple[Draft, ...] = ()

    def say(
        self, text: str, understanding: Understanding, result: Result | None = None, payload: str | None = None
    ) -> str:
        decision = decide(self.state, Message(text, payload), understanding, self.content, NOW)
        drafts = decision.drafts
        if decision.call is not None:
            drafts += conclude(decision.call, result or Result(), self.state, self.content)
        check(self.state, drafts)
        self.drafts = drafts
        self.types = [draft.type for draft in drafts[1:]]
        for draft in drafts:
            touchpoint = Touchpoint(
                "t", "conversation/c", self.state.seq + 1, draft.type, NOW, draft.facts, draft.personal
            )
            self.state = fold(self.state, touchpoint)
        assert drafts[0].type == "message.received"
        return str(drafts[-1].personal.get("text", ""))


@pytest.fixture
def talk(content: Content) -> Talk:
    return Talk(content)


def test_an_understood_message_is_answered(talk: Talk) -> None:
    said = talk.say("how long is the warranty?", understood("warranty", 0.93, ("book_repair", 0.03)))
    assert talk.types == ["answer.given"]
    assert "warranty" in said
    received, answer = talk.drafts
    assert received.facts == {
        "actor_kind": "customer",
        "intent": "warranty",
        "confidence": 0.93,
        "in_scope": True,
        "model_version": "model",
        "runner_up": "book_repair",
        "stage": "use",
        "stage_method": "intent",
    }
    assert received.personal == {"text": "how long is the warranty?"}
    assert answer.facts["answer_id"] == "warranty"


def test_the_answer_comes_in_the_customers_language(content: Content) -> None:
    german = Talk(content, State(locale="de-AT")).say("wie lange dauert es", understood("delivery_period"))
    english = Talk(content, State(locale="fr")).say("how long", understood("delivery_period"))
    assert german != english


def test_two_close_intents_are_asked_about_once(talk: Talk) -> None:
    close = understood("get_refund", 0.45, ("track_refund", 0.40), ("warranty", 0.01))
    talk.say("refund", close)
    assert talk.types == ["clarification.asked"]
    payloads = [reply["payload"] for reply in talk.drafts[-1].facts["quick_replies"]]
    assert payloads == ["intent:get_refund", "intent:track_refund", "none", "person"]
    talk.say("refund", close)
    assert talk.types == ["fallback.given"]


def test_choosing_a_quick_reply_answers_it(talk: Talk) -> None:
    talk.say("refund", understood("get_refund", 0.45, ("track_refund", 0.40)))
    talk.say("Where my refund is", NOTHING, payload="intent:track_refund")
    assert talk.types == ["answer.given"]
    assert talk.drafts[0].facts["intent"] == "track_refund"
    assert "confidence" not in talk.drafts[0].facts


@pytest.mark.parametrize("payload", ["none", "intent:gone_since_the_last_training"])
def test_a_quick_reply_that_leads_nowhere_is_a_fallback(talk: Talk, payload: str) -> None:
    talk.say("None of these", NOTHING, payload=payload)
    assert talk.types == ["fallback.given"]


def test_not_understood_twice_in_a_row_goes_to_a_person(talk: Talk) -> None:
    talk.say("qwertz", NOTHING)
    assert talk.types == ["fallback.given"]
    assert talk.drafts[-1].facts["quick_replies"] == [{"title": "Speak to a person", "payload": "person"}]
    talk.say("asdf", NOTHING)
    assert talk.types == ["handoff.requested"]
    assert talk.drafts[-1].facts["reason"] == "not_understood"
    assert talk.drafts[-1].facts["skill"] == "general"


def test_an_answer_in_between_starts_the_count_anew(talk: Talk) -> None:
    talk.say("qwertz", NOTHING)
    talk.say("warranty?", understood("warranty"))
    talk.say("qwertz", NOTHING)
    assert talk.types == ["fallback.given"]


def test_a_wish_for_a_person_is_never_questioned(talk: Talk) -> None:
    talk.say("agent please", understood("contact_human_agent", 0.5, ("contact_customer_service", 0.45)))
    assert talk.types == ["handoff.requested"]
    assert talk.drafts[-1].facts["reason"] == "requested"


def test_a_hand_off_goes_to_the_skill_of_what_it_was_about(talk: Talk) -> None:
    talk.say("warranty?", understood("warranty"))
    talk.say("Speak to a person", NOTHING, payload=speech.PERSON)
    assert talk.drafts[-1].facts["skill"] == "repairs"
    assert talk.drafts[-1].facts["intent"] == "warranty"


def test_a_policy_hands_off_after_the_answer(talk: Talk) -> None:
    said = talk.say("this is outrageous", understood("complaint"))
    assert talk.types == ["handoff.requested"]
    assert (talk.drafts[-1].facts["reason"], talk.drafts[-1].facts["priority"]) == ("policy", 1)
    assert said.startswith("I'm sorry")


def test_a_slot_in_the_message_is_used_at_once(talk: Talk) -> None:
    said = talk.say("where is 48213", understood("track_order"), Result(found=True, values={"summary": "It flies."}))
    assert talk.types == ["slot.filled", "action.called", "answer.given"]
    assert "It flies." in said
    assert talk.drafts[1].personal == {"value": "48213"}
    assert "48213" not in str([draft.facts for draft in talk.drafts])


def test_a_missing_slot_is_asked_for_and_the_next_message_fills_it(talk: Talk) -> None:
    talk.say("where is my order", understood("track_order"))
    assert talk.types == ["slot.asked"]
    talk.say("48213", NOTHING, Result(found=True, values={"summary": "It flies."}))
    assert talk.types == ["slot.filled", "action.called", "answer.given"]
    assert talk.state.asked_slot is None


def test_a_slot_that_does_not_come_is_asked_for_twice_and_then_a_person_helps(talk: Talk) -> None:
    talk.say("where is my order", understood("track_order"))
    talk.say("no idea", NOTHING)
    assert talk.types == ["slot.asked"]
    assert {"title": "Speak to a person", "payload": "person"} in talk.drafts[-1].facts["quick_replies"]
    talk.say("don't know", NOTHING)
    assert talk.types == ["handoff.requested"]
    assert talk.drafts[-1].facts["skill"] == "orders"


def test_a_change_of_subject_leaves_the_question(talk: Talk) -> None:
    talk.say("where is my order", understood("track_order"))
    talk.say("how long is the warranty", understood("warranty"))
    assert talk.types == ["answer.given"]
    assert talk.state.asked_slot is None


def test_an_unknown_value_is_asked_for_again_and_then_a_person_helps(talk: Talk) -> None:
    said = talk.say("where is 99999", understood("track_order"), Result())
    assert talk.types == ["slot.filled", "action.called", "slot.asked"]
    assert "99999" in said
    talk.say("88888", NOTHING, Result())
    assert talk.types == ["slot.filled", "action.called", "handoff.requested"]
    assert talk.drafts[-1].facts["reason"] == "not_understood"


def test_a_system_that_cannot_be_asked_is_said_so_and_passed_on(talk: Talk) -> None:
    talk.say("where is 48213", understood("track_order"), Result(failed=True))
    assert talk.types == ["slot.filled", "action.called", "handoff.requested"]
    assert talk.drafts[-1].facts["reason"] == "action_failed"


def test_while_waiting_the_bot_acknowledges_once_and_answers_nothing(content: Content) -> None:
    talk = Talk(content, State(owner=QUEUED, episode=1, episode_open=True, waiting_since=1, locale="en"))
    talk.say("how long is the warranty?", understood("warranty"))
    assert talk.types == ["answer.given"]
    assert talk.drafts[-1].facts["variant"] == "acknowledgement"
    talk.say("hello?", understood("greeting"))
    assert talk.types == []


def test_an_agents_conversation_is_the_agents(content: Content) -> None:
    talk = Talk(content, State(owner=ASSIGNED, agent_id="anna", episode=1, episode_open=True, waiting_since=1))
    talk.say("how long is the warranty?", understood("warranty"))
    assert talk.types == []


def test_thanks_within_the_hour_reopen_nothing(content: Content) -> None:
    closed = State(owner=CLOSED, episode=1, closed_at=NOW - COURTESY_LASTS + 1, locale="en")
    talk = Talk(content, closed)
    talk.say("thank you", understood("thanks"))
    assert (talk.types, talk.state.owner, talk.state.episode) == (["answer.given"], CLOSED, 1)
    for later in (
        Talk(content, closed._replace(closed_at=NOW - COURTESY_LASTS)),
        Talk(content, closed._replace(closed_at=None)),
    ):
        later.say("thank you", understood("thanks"))
        assert later.state.episode == 2
    question = Talk(content, closed)
    question.say("and the warranty?", understood("warranty"))
    assert question.state.episode == 2


def test_the_title_of_a_quick_reply_is_what_the_customer_saw(content: Content) -> None:
    offered = State(offered=(("My own words", "intent:warranty"),), locale="en")
    assert speech.title(content, offered, "intent:warranty") == "My own words"
    assert speech.title(content, State(locale="en"), "intent:warranty") == "Warranty"
    assert speech.title(content, State(locale="en"), "person") == "Speak to a person"
    assert speech.title(content, State(locale="en"), "none") == "None of these"
    assert speech.title(content, State(), "intent:gone") == "gone"


def test_an_action_that_was_removed_meanwhile_still_answers(content: Content) -> None:
    call = decide(State(), Message("48213"), understood("track_order"), content, NOW).call
    assert call is not None
    intents = {**content.intents, "track_order": content.intents["warranty"]}
    drafts = conclude(call, Result(failed=True), State(), replace(content, intents=intents))
    assert drafts[-1].type == "answer.given"


INTENTS = ["warranty", "track_order", "complaint", "contact_human_agent", "thanks", "greeting", "no_such_intent"]
UNDERSTANDINGS = st.builds(
    Understanding,
    intent=st.sampled_from(INTENTS),
    confidence=st.floats(0, 1),
    in_scope=st.booleans(),
    scope_score=st.floats(-3, 3),
    alternatives=st.lists(st.tuples(st.sampled_from(INTENTS), st.floats(0, 1)), max_size=3),
    model=st.just("model"),
)
PAYLOADS = st.sampled_from([None, None, None, "person", "none", "intent:warranty", "intent:track_order", "intent:x"])
RESULTS = st.builds(Result, found=st.booleans(), failed=st.booleans(), values=st.just({"summary": "It flies."}))
TURNS = st.tuples(st.sampled_from(["48213", "99999", "hello", "", "\0🙂"]), UNDERSTANDINGS, RESULTS, PAYLOADS)


@given(st.lists(TURNS, max_size=12), st.sampled_from(["en", "de", "fr", None]))
def test_whatever_is_said_the_core_never_raises_and_never_goes_in_circles(
    content: Content, turns: list[tuple[str, Understanding, Result, str | None]], locale: str | None
) -> None:
    talk = Talk(content, State(locale=locale))
    said: list[str] = []
    for text, understanding, result, payload in turns:
        owner = talk.state.owner
        said.append(talk.say(text, understanding, result, payload))
        if owner is QUEUED:
            assert talk.types in ([], ["answer.given"])
        else:
            assert talk.types
            assert said[-1]
        unanswered = ("fallback.given", "clarification.asked", "slot.asked")
        assert not (
            len(said) > 2 and said[-1] == said[-2] == said[-3] and talk.types[-1:] and talk.types[-1] in unanswered
        )


def test_the_greeting_says_what_it_can_do(content: Content) -> None:
    greeting = speech.greeting(content, "en", "https://shop.example/phones", "digest")
    assert "bot" in greeting.personal["text"]
    assert greeting.personal["page"] == "https://shop.example/phones"
    assert len(greeting.facts["quick_replies"]) >= 3
    assert "page" not in speech.greeting(content, None, None, None).personal
