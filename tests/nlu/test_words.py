"""Mood, language and parts: what the tables of words say, and where a message is split."""

from dataclasses import replace
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.classifier import Classifier
from bot.nlu.parts import FEWEST_WORDS, MOST_PARTS, split
from bot.nlu.words import WordModel, language_terms, mood_terms, toned
from tests.nlu.samples import tiny_tables, tiny_weights

TONED = Classifier(replace(tiny_weights(), **tiny_tables()), "tiny")


def test_shares_are_a_softmax_over_the_mean_of_the_known_rows() -> None:
    model = WordModel(tiny_tables()["language"])
    shares = model.shares(["wo", "ist", "zzz"])
    assert shares is not None
    odds = 2 * 3 / 2**0.5
    assert shares[0] == pytest.approx(1 / (1 + exp(-odds)))
    assert sum(shares) == pytest.approx(1)
    assert model.shares(["zzz"]) is None
    assert model.shares(["wo", "zzz"], fewest=2) is None


@pytest.mark.parametrize(
    ("shares", "upset_at", "mood"),
    [
        ((1.0, 0.0, 0.0, 0.0), -0.6, 1.0),
        ((0.0, 1.0, 0.0, 0.0), -0.6, 0.0),
        ((0.0, 0.4, 0.5, 0.1), -0.6, -0.5),
        ((0.0, 0.7, 0.3, 0.0), -0.6, -0.25),
        ((0.0, 0.0, 0.7, 0.3), -0.6, -1.0),
        ((0.0, 0.2, 0.8, 0.0), -0.6, -0.75),
    ],
)
def test_a_mood_is_stretched_so_that_upset_begins_at_one_half(
    shares: tuple[float, ...], upset_at: float, mood: float
) -> None:
    assert toned(shares, upset_at) == pytest.approx(mood)


def test_a_mood_shows_in_words_and_in_what_small_letters_lose() -> None:
    assert mood_terms("fine", ["fine"]) == {"fine"}
    assert mood_terms("WHERE IS IT?!", []) == {"<!>", "<?!>", "<shouted>"}
    assert mood_terms("no!!", []) == {"<!!>"}
    assert mood_terms("well…", []) == mood_terms("well...", []) == {"<...>"}
    assert mood_terms("my TV and my PC", []) == set()
    assert mood_terms("GEHT NICHT", []) == {"<shouted>"}


def test_a_language_shows_in_the_first_words() -> None:
    assert language_terms(["wo", "ist", "48213", "r2d2"]) == {"wo", "ist"}
    assert len(language_terms([f"{chr(97 + number)}x" for number in range(26)])) == 12


def test_the_tone_is_part_of_what_is_understood() -> None:
    german = TONED.classify("wo ist yes")
    assert (german.language, german.mood, german.distressed) == ("de", 0.0, False)
    assert TONED.classify("wo").language is None, "one word has a language by chance"
    assert TONED.classify("wo ist wo@ist.example").language is None, "an address is in no language"
    pleased = TONED.classify("thanks yes yes no")
    assert pleased.mood > 0.5
    upset = TONED.classify("no no yes no!!")
    assert upset.mood < -0.5
    assert TONED.classify("no!!").mood == 0.0, "too little to show a mood"
    plain = Classifier(tiny_weights(), "plain").classify("thanks wo ist yes!!")
    assert (plain.language, plain.mood, plain.distressed, plain.parts) == (None, 0.0, False, ())


def test_despair_is_noticed_from_its_threshold_on() -> None:
    table = replace(tiny_tables()["mood"], threshold=0.1)
    assert Classifier(replace(tiny_weights(), mood=table), "").classify("no no yes no!!").distressed


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("where is my order", ["where is my order"]),
        (
            "where is order 48213 and how do I return the headphones?",
            ["where is order 48213", "how do I return the headphones?"],
        ),
        ("How long does it take? Which cards do you accept?", ["How long does it take", "Which cards do you accept?"]),
        ("I want the phone and the case in black", ["I want the phone", "the case in black"]),
        ("Hello there. Where is my order please?", ["Hello there. Where is my order please?"]),
        ("Where is my order please? Thank you.", ["Where is my order please? Thank you."]),
        ("wo ist meine Bestellung und wie lange dauert es", ["wo ist meine Bestellung", "wie lange dauert es"]),
        ("one two three; one two three\none two three. and four five six", 3),
    ],
)
def test_a_message_is_split_where_another_concern_may_begin(text: str, parts: list[str] | int) -> None:
    assert (len(split(text)) if isinstance(parts, int) else split(text)) == parts


@given(st.text(max_size=200))
def test_no_part_is_lost_or_short(text: str) -> None:
    parts = split(text)
    assert 1 <= len(parts) <= MOST_PARTS
    if len(parts) > 1:
        assert all(len(part.split()) >= FEWEST_WORDS for part in parts)
    else:
        assert parts == [text]


@given(st.text())
def test_any_text_at_all_has_a_tone_in_range(text: str) -> None:
    understood = TONED.classify(text)
    assert -1 <= understood.mood <= 1
    assert understood.language in (None, "de", "en")
    assert len(understood.parts) != 1
