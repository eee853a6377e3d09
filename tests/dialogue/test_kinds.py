"""Slots of a kind: values in normal form for the shop's systems, in words for customers, the same each time."""

import shutil
from pathlib import Path

import pytest

from bot.content.content import Content, load_content
from bot.dialogue.turn import Result
from tests.dialogue.talk import Talk, understood

CLAIM = understood("claim")
DONE = Result(found=True, values={"number": "C-7"})
SHOP = """\
intents:
  claim:
    title: A claim
    definition: Wants the money for a faulty device.
    stage: use
    form:
      asks: [bought_on, price, phone, {slot: broke_on, optional: true}]
      confirm:
        en: "Bought on {bought_on} for {price}, call {phone}, broken on {broke_on}?"
        de: "Gekauft am {bought_on} für {price}, Anruf an {phone}?"
    action: {name: claim, returns: [number], unknown: Unknown., failed: Failed.}
    answer: "It's {number}."
    examples: I want to make a claim
slots:
  bought_on: {ask: {en: "Bought when?", de: "Wann gekauft?"}, title: Day, kind: date, must_be: past}
  price: {ask: {en: "For how much?", de: "Für wie viel?"}, title: Price, kind: money}
  phone: {ask: {en: "Which number?", de: "Welche Nummer?"}, title: Number, kind: phone}
  broke_on: {ask: "Broken when?", title: Break, kind: date, must_be: past}
"""
TEXTS = """\
  texts:
    date: {en: "{day} {month} {year}", de: "{day}. {month} {year}"}
    months:
      en: January, February, March, April, May, June, July, August, September, October, November, December
      de: Januar, Februar, März, April, Mai, Juni, Juli, August, September, Oktober, November, Dezember
"""


@pytest.fixture
def shop(tmp_path: Path) -> Content:
    """The small shop with a claim, in a country and with a currency. `NOW` is Friday, 15 January 2027, 8:00."""
    folder = shutil.copytree(Path(__file__).with_name("content"), tmp_path / "content")
    (folder / "claim.yaml").write_text(SHOP)
    bot = (folder / "bot.yaml").read_text().replace("  texts:\n", TEXTS)
    (folder / "bot.yaml").write_text(bot.replace("  name:", "  country: DE\n  currency: EUR\n  name:", 1))
    return load_content(folder)


def test_values_go_to_the_shop_in_their_normal_form_and_to_the_customer_in_words(talk: Talk) -> None:
    assert talk.say("I want to make a claim", CLAIM) == "Bought when?"
    assert talk.say("last Tuesday") == "For how much?"
    assert talk.say("89,90") == "Which number?"
    confirm = "Bought on 12 January 2027 for 89.90 EUR, call +49 30 1234567, broken on?"
    assert talk.say("030 / 123 45 67") == confirm
    assert talk.say("yes", result=DONE) == "It's C-7."
    assert talk.call is not None
    assert dict(talk.call.arguments) == {"bought_on": "2027-01-12", "price": "89.90 EUR", "phone": "+49301234567"}


def test_all_in_one_message_in_german(talk: Talk) -> None:
    said = talk.say("am 3. März für 1.250 Euro gekauft, 0151 12345678", understood("claim", language="de"))
    assert said == "Gekauft am 3. März 2026 für 1250.00 EUR, Anruf an +49 1511 2345678?"


def test_a_day_that_can_not_be_is_asked_for_again(talk: Talk) -> None:
    talk.say("a claim", CLAIM)
    assert talk.say("tomorrow") == "I don't see it. Bought when?"


def test_of_two_values_one_is_chosen_as_it_is_shown(talk: Talk) -> None:
    talk.say("a claim", CLAIM)
    assert talk.say("1 or 2 May") == "For how much?"  # "1" alone is no day
    assert talk.say("89 € or 98 €") == "For how much?"
    assert [reply["title"] for reply in talk.last.facts["quick_replies"]] == ["89.00 EUR", "98.00 EUR"]
    assert talk.choose("slot:candidate.2") == "Which number?"
    talk.say("030 1234567 or 0151 12345678")
    assert [reply["title"] for reply in talk.last.facts["quick_replies"]] == ["+49 30 1234567", "+49 1511 2345678"]
    talk.choose("slot:candidate.1")
    assert dict(talk.state.slots) == {"bought_on": "2026-05-02", "price": "98.00 EUR", "phone": "+49301234567"}
    assert talk.say("no, 0151 12345678").startswith("Bought on 2 May 2026 for 98.00 EUR, call +49 1511 2345678")


def test_where_day_and_month_could_be_swapped_the_bot_asks_which(shop: Content) -> None:
    one = Talk(load_content(Path(__file__).with_name("content")))
    assert one.content.reading(one.now, None).country is None
    bot = shop.bot.model_copy(update={"country": None})
    talk = Talk(type(shop)(bot, shop.intents, shop.slots, shop.guides, shop.person_intent, "1"))
    talk.say("a claim", CLAIM)
    assert talk.say("3/4/2026") == "Bought when?"
    assert talk.last.facts["quick_replies"] == [
        {"title": "3 April 2026", "payload": "slot:2026-04-03"},
        {"title": "4 March 2026", "payload": "slot:2026-03-04"},
    ]
    talk.choose("slot:2026-03-04")
    assert dict(talk.state.slots) == {"bought_on": "2026-03-04"}


def test_what_is_optional_is_taken_and_never_asked_for(talk: Talk) -> None:
    talk.say("a claim", CLAIM)
    talk.say("2026-12-24")
    # Two days, of which none is asked for: nobody knows which is meant.
    talk.say("89 €, and it broke on 1 or on 3 January, or yesterday")
    assert "broke_on" not in dict(talk.state.slots)
    said = talk.say("030 1234567, it broke on 3 January")
    assert said == "Bought on 24 December 2026 for 89.00 EUR, call +49 30 1234567, broken on 3 January 2027?"


def test_the_same_message_at_the_same_time_is_always_the_same_day(shop: Content) -> None:
    first, later = Talk(shop), Talk(shop, now=Talk(shop).now + 86_400_000)
    for talk in (first, Talk(shop), later):
        talk.say("a claim", CLAIM)
        talk.say("yesterday")
    assert dict(first.state.slots) == {"bought_on": "2027-01-14"}
    assert dict(later.state.slots) == {"bought_on": "2027-01-15"}
    # What was said stays what it was, however late the log is read.
    filled = next(draft for draft in first.drafts if draft.type == "slot.filled")
    assert filled.personal == {"value": "2027-01-14"}


def test_without_a_text_for_days_they_are_said_as_iso_has_them(shop: Content) -> None:
    texts = shop.bot.texts
    assert texts.day_in_words("2026-03-03", "de-AT") == "3. März 2026"
    assert texts.model_copy(update={"months": None}).day_in_words("2026-03-03", "en") == "3 03 2026"
    assert texts.model_copy(update={"date": None}).day_in_words("2026-03-03", "en") == "2026-03-03"
    assert texts.day_in_words("yesterday", "en") == "yesterday"
