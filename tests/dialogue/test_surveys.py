"""Feedback: asked once an episode, by chance where the shop wants that, and a bad rating is not left alone."""

from dataclasses import replace
from typing import Any

import pytest

from bot.content.content import Content
from bot.content.voice import Feedback
from bot.dialogue.state import ASSIGNED, CLOSED, State
from bot.dialogue.surveys import SCALES, is_bad, offered, thanks


def asking(shop: Content, **rules: Any) -> Content:
    return replace(shop, bot=shop.bot.model_copy(update={"feedback": Feedback.model_validate(rules)}))


def test_the_question_says_its_scale_and_its_chance(shop: Content) -> None:
    draft = offered(State(name="Ada"), shop, "en", 1)
    assert draft is not None
    assert draft.personal == {"text": "How was it, Ada?"}
    assert draft.facts == {
        "actor_kind": "bot",
        "rated_episode": 1,
        "survey_kind": "csat",
        "scale": [1, 5],
        "offer_probability": 1.0,
    }


def test_an_episode_is_asked_about_once(shop: Content) -> None:
    assert offered(State(surveyed=1), shop, "en", 1) is None
    assert offered(State(surveyed=1), shop, "en", 2) is not None


def test_chance_asks_the_share_that_was_wanted_and_each_kind_alike(shop: Content) -> None:
    some = asking(shop, kinds=["csat", "ces", "nps"], share="0.4")
    states = [State(started_at=number, opened_at=number * 7) for number in range(3000)]
    drafts = [draft for state in states if (draft := offered(state, some, "en", 1)) is not None]
    assert 1100 < len(drafts) < 1300
    kinds = [draft.facts["survey_kind"] for draft in drafts]
    assert all(320 < kinds.count(kind) < 480 for kind in SCALES)
    assert all(draft.facts["scale"] == list(SCALES[draft.facts["survey_kind"]]) for draft in drafts)
    assert offered(State(), asking(shop, share="0"), "en", 1) is None


@pytest.mark.parametrize(("kind", "bad", "good"), [("csat", 2, 3), ("ces", 3, 4), ("nps", 6, 7)])
def test_a_bad_rating_is_answered_with_a_person(shop: Content, kind: str, bad: int, good: int) -> None:
    assert (is_bad(kind, bad), is_bad(kind, good)) == (True, False)
    closed = State(owner=CLOSED, locale="en")
    sorry, thanked = thanks(closed, shop, kind, bad), thanks(closed, shop, kind, good)
    assert (sorry.personal["text"], sorry.facts["quick_replies"][0]["payload"]) == ("Sorry to hear that.", "person")
    assert thanked.personal["text"] == "Thanks for the rating."
    assert "quick_replies" not in thanked.facts


def test_who_is_with_a_person_is_not_offered_one(shop: Content) -> None:
    assert "quick_replies" not in thanks(State(owner=ASSIGNED, locale="en"), shop, "csat", 1).facts
