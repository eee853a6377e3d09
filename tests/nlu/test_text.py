import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from bot.nlu.text import (
    CHARACTER_RANGE,
    MAX_CHARACTERS,
    TOKEN_PATTERN,
    character_grams,
    normalise,
    word_grams,
)

WORDS = CountVectorizer(preprocessor=normalise, token_pattern=TOKEN_PATTERN, ngram_range=(1, 2)).build_analyzer()
CHARACTERS = CountVectorizer(preprocessor=normalise, analyzer="char_wb", ngram_range=CHARACTER_RANGE).build_analyzer()

ODD = [
    "",
    " ",
    "\0",
    "a",
    "a b",
    "ab\u2028cd",
    "I'd  like\t\nthis",
    "שלום עולם",
    "👩‍👩‍👧 ok",
    "x" * 3000,
    "ﷺ" * 500,
    "\ud83d",
    "İI",
]


@given(st.text() | st.sampled_from(ODD) | st.text(alphabet="ab .,'\n", max_size=60))
def test_terms_are_those_of_scikit_learn(text: str) -> None:
    found = normalise(text)
    assert sorted(word_grams(found)) == sorted(WORDS(text))
    assert sorted(gram for piece in found.split() for gram in character_grams(piece)) == sorted(CHARACTERS(text))


@given(st.text(alphabet=st.characters(), max_size=50))
def test_normal_text_can_be_stored_and_is_short(text: str) -> None:
    found = normalise(text * 100)
    assert len(found) <= MAX_CHARACTERS
    found.encode()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("I’d LIKE", "i'd like"),
        ("ｆｕｌｌ ｗｉｄｔｈ", "full width"),
        ("é", "é"),
        ("\ud83d!", "?!"),
        ("a" * 2001, "a" * 2000),
        ("order 48213", "order 00000"),
        ("R-100201, 2 of 512 in 2027", "r-000000, 2 of 512 in 0000"),
        ("JJD000390007882", "jjd000000"),
        ("４８２１３ und ٤٨٢١٣", "00000 und 00000"),
    ],
)
def test_spellings_that_mean_the_same_are_one(written: str, read: str) -> None:
    assert normalise(written) == read


@given(st.integers(10_000, 99_999), st.integers(10_000, 99_999))
def test_which_order_a_message_names_makes_no_difference(one: int, other: int) -> None:
    assert word_grams(normalise(f"where is {one}?")) == word_grams(normalise(f"where is {other}?"))
