"""What is said of the place and of the wait, in numbers a customer can use."""

from dataclasses import replace

import pytest

from bot.content.content import Content
from bot.dialogue.state import State
from bot.dialogue.waiting import Expectation, closed, placed
from bot.records import Draft
from tests.dialogue.talk import Talk, understood
from tests.dialogue.test_people import SUNDAY, with_hours

REQUEST = Draft("handoff.requested", {"reason": "requested"}, {"text": "A person comes.", "summary": {}})


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        (Expectation(1), "You are next."),
        (Expectation(4), "You are number 4."),
        (Expectation(1, 130, 290), "You are next. It takes 2 to 5 minutes."),
        (Expectation(3, 600, 1800), "You are number 3. It takes 10 to 30 minutes."),
        (Expectation(1, 59, 181), "You are next. It takes less than 4 minutes."),
        (Expectation(1, 0, 5), "You are next. It takes less than 2 minutes."),
        (Expectation(2, 120, 120), "You are number 2. It takes 2 to 3 minutes."),
        (Expectation(2, None, 120), "You are number 2."),
    ],
)
def test_the_place_and_the_range_are_said_where_they_are_known(shop: Content, expected: Expectation, told: str) -> None:
    draft = placed(REQUEST, expected, shop, State(locale="en"), "en")
    assert draft.personal["text"] == f"A person comes.\n\n{told}"
    assert draft.personal["summary"] == {}
    assert draft.facts["place"] == expected.place
    if expected.low_s is None or expected.high_s is None:
        assert not {"wait_low_s", "wait_high_s"} & set(draft.facts)
    else:
        assert (draft.facts["wait_low_s"], draft.facts["wait_high_s"]) == (expected.low_s, expected.high_s)


def test_by_mail_something_is_promised_only_where_it_can_be_kept(shop: Content) -> None:
    shop = with_hours(shop)
    known, unknown = State(locale="en", customer={"email": "mila@example.com"}), State(locale="en")
    here = "We open Monday at 09:00, you hear from us by Monday at 11:00."
    mailed = "We open Monday at 09:00, you hear from us, by e-mail too, by Monday at 11:00."
    for state, mail, said in (
        (known, True, mailed),
        (known, False, here),
        (unknown, True, here),
        (unknown, False, here),
    ):
        assert closed(replace(shop, mail=mail), state, SUNDAY, "en")[1] == said


def test_content_can_ask_whether_mail_is_set_up(shop: Content) -> None:
    intent = shop.intents["hours"]
    by_mail = intent.answer[0].model_copy(update={"when": {"mail": ("true",)}})
    asked = intent.model_copy(update={"answer": (by_mail, *intent.answer)})
    with_mail = replace(shop, intents={**shop.intents, "hours": asked}, mail=True)
    for content, variant in ((with_mail, 0), (replace(with_mail, mail=False), 3)):
        talk = Talk(content)
        talk.say("when are you open", understood("hours"))
        assert talk.last.facts["answer_variant"] == variant
