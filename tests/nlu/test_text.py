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
    ],
)
def test_spellings_that_mean_the_same_are_one(written: str, read: str) -> None:
    assert normalise(written) == read
