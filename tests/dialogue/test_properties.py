"""What holds for any sequence of messages whatever."""

from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content.content import Content
from bot.dialogue.speech import PERSON
from bot.dialogue.state import ASSIGNED, BOT, CLOSED, QUEUED
from bot.dialogue.turn import Result
from bot.records import Draft
from tests.dialogue.talk import Talk, understood

TEXTS = [
    "48213",
    "no, the other one",
    "no, 48257",
    "48213 or 48257?",
    "yes",
    "no",
    "never mind",
    "that helped",
    "it did not help",
    "mila@example.com",
    "R-100201",
    "ja",
    "phone",
    "2",
    "",
    "…",
    "I want something else entirely",
]
PAYLOADS = [
    "person",
    "none",
    "yes",
    "no",
    "cancel",
    "slot:48213",
    "change:email",
    "step:0",
    "step:9",
    "more:warranty",
    "xyz:1",
]

confidences = st.sampled_from([0.05, 0.3, 0.45, 0.6, 0.95])
results = st.sampled_from(
    [
        Result(found=True, values={"status": "registered", "summary": "It is done."}),
        Result(found=True, values={"status": "shipped", "summary": "It was sent."}),
        Result(found=True),
        Result(),
        Result(failed=True),
    ]
)


@st.composite
def messages(draw: st.DrawFn, names: list[str]) -> dict[str, Any]:
    """Something a customer may do, understood in any way at all; in `offered` the number of the quick reply."""
    intents = st.sampled_from(names)
    best = draw(confidences)
    meant = understood(
        draw(intents),
        best,
        *((name, min(best, draw(confidences))) for name in draw(st.lists(intents, max_size=3))),
        in_scope=draw(st.booleans()),
        mood=draw(st.sampled_from([-0.9, 0.0, 0.9])),
        distressed=draw(st.integers(0, 20)) == 0,
        language=draw(st.sampled_from([None, None, "en", "de"])),
        parts=tuple(draw(st.lists(intents, max_size=3, unique=True))) if draw(st.integers(0, 5)) == 0 else (),
    )
    return {
        "text": draw(st.one_of(st.sampled_from(TEXTS), st.text(max_size=20))),
        "understanding": meant,
        "result": draw(results),
        "offered": draw(st.one_of(st.none(), st.none(), st.integers(0, 5))),
        "payload": draw(st.one_of(st.none(), st.none(), st.none(), st.sampled_from(PAYLOADS))),
        "agent": draw(st.integers(0, 3)),
    }


def act(talk: Talk, message: dict[str, Any]) -> None:
    payload = message["payload"]
    if message["offered"] is not None and talk.state.offered:
        payload = talk.state.offered[message["offered"] % len(talk.state.offered)][1]
    talk.say(message["text"], message["understanding"], message["result"], payload)


def question_of(draft: Draft) -> str:
    facts = draft.facts
    about = facts.get("slot") or facts.get("step") or ",".join(facts.get("intents", ()))
    return f"{draft.type}/{facts.get('intent', '')}/{about}"


def names_of(content: Content) -> list[str]:
    return [*content.intents, "an_intent_of_an_old_model"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_the_core_never_raises_and_a_person_is_always_one_reply_away(shop: Content, data: st.DataObject) -> None:
    talk = Talk(shop)
    for message in data.draw(st.lists(messages(names_of(shop)), min_size=1, max_size=12)):
        before = talk.state.owner
        act(talk, message)  # it also checks that what was drafted may happen
        spoken = [draft for draft in talk.drafts[1:] if "text" in draft.personal]
        if before in (BOT, CLOSED):
            assert spoken, "the bot owns the conversation and says nothing"
            assert all(draft.personal["text"].strip() and "{" not in draft.personal["text"] for draft in spoken)
        for draft in talk.drafts[1:]:
            titles = [reply["payload"] for reply in draft.facts.get("quick_replies", ())]
            assert len(titles) == len(set(titles))
        asking = Talk(shop, talk.state)
        asking.choose(PERSON)
        assert asking.state.owner is QUEUED


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_nothing_is_asked_three_times_without_an_answer(shop: Content, data: st.DataObject) -> None:
    talk = Talk(shop)
    asked: Counter[str] = Counter()
    for message in data.draw(st.lists(messages(names_of(shop)), min_size=3, max_size=25)):
        act(talk, message)
        for draft in talk.drafts:
            facts = draft.facts
            if draft.type == "slot.filled":
                # Answered; and whether all is right is a new question then.
                for slot in (facts["slot"], "confirm", "what"):
                    asked.pop(f"slot.asked/{facts['intent']}/{slot}", None)
            elif draft.type == "answer.given":
                done = facts.get("ends") or facts.get("answer_id")
                ended = [key for key in asked if key.split("/")[1] in (done, "")]
                for key in ended:
                    del asked[key]
            elif draft.type == "handoff.requested":
                asked.clear()
            elif draft.type in ("slot.asked", "step.given", "clarification.asked", "fallback.given"):
                asked[question_of(draft)] += 1
                assert asked[question_of(draft)] <= 2, question_of(draft)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_the_bot_is_silent_while_an_agent_owns_the_conversation(shop: Content, data: st.DataObject) -> None:
    talk = Talk(shop)
    for message in data.draw(st.lists(messages(names_of(shop)), min_size=1, max_size=12)):
        if talk.state.owner is QUEUED and message["agent"]:
            talk.happen(Draft("conversation.assigned", {"actor_kind": "agent", "agent_id": "a"}))
        elif talk.state.owner is ASSIGNED and not message["agent"]:
            talk.happen(Draft("conversation.returned", {"actor_kind": "agent"}))
        owner = talk.state.owner
        act(talk, message)
        if owner is ASSIGNED:
            assert (talk.types, talk.call) == ([], None)
        elif owner is QUEUED:
            assert talk.types in ([], ["answer.given"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_the_same_past_leads_to_the_same_words(shop: Content, data: st.DataObject) -> None:
    said = data.draw(st.lists(messages(names_of(shop)), min_size=1, max_size=8))
    first, second = Talk(shop), Talk(shop)
    for message in said:
        act(first, message)
        act(second, message)
    assert first.state == second.state
    assert first.drafts == second.drafts
