"""What training and serving count in a message: one normalisation, then word and character n-grams."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

MAX_CHARACTERS = 2_000
"""The rest of a longer message is not read, in training and in serving, so that no message can hold up the others."""

TOKEN_PATTERN = r"(?u)\b\w+\b"
CHARACTER_RANGE = (2, 5)

_find_tokens = re.compile(TOKEN_PATTERN).findall
_LONG_NUMBER = re.compile(r"\d{4,}")
_MOST_DIGITS = 6
_APOSTROPHES = dict.fromkeys(map(ord, "‘’ʼ´"), "'")


def normalise(text: str) -> str:
    """Lower case, compatibility forms (NFKC), one kind of apostrophe and no long number, cut to `MAX_CHARACTERS`.

    A run of four digits or more becomes as many zeros, six at most: which order a message names says nothing of what
    it is about, and its digits would be learnt by heart.
    """
    text = text[:MAX_CHARACTERS]
    if text.isascii():
        return _LONG_NUMBER.sub(_zeros, text.lower())
    # A lone surrogate can't be written as UTF-8; half an emoji says no more than a question mark.
    text = text.translate(_APOSTROPHES).encode("utf-8", "replace").decode("utf-8")
    # Both make some texts longer: U+FDFA alone becomes 18 characters.
    return _LONG_NUMBER.sub(_zeros, unicodedata.normalize("NFKC", text).lower()[:MAX_CHARACTERS])


def _zeros(number: re.Match[str]) -> str:
    return "0" * min(len(number[0]), _MOST_DIGITS)


def word_grams(text: str) -> list[str]:
    """Words and pairs of neighbouring words of a normalised text, with repeats."""
    tokens = _find_tokens(text)
    return tokens + [f"{first} {second}" for first, second in pairwise(tokens)]


def word_terms(text: str) -> list[str]:
    """What counts as words: the words, pairs of neighbours, and pairs with one word between them, with repeats."""
    grams = word_grams(text)
    return grams + skipped_pairs(grams[: words_in(grams)])


def skipped_pairs(words: Sequence[str]) -> list[str]:
    """Pairs of words with one between them: "cancel my order" and "cancel the order" share one."""
    return [f"{first} * {second}" for first, second in zip(words, words[2:], strict=False)]


def words_in(grams: Sequence[str]) -> int:
    """How many of `word_grams` are words: they come first, and there is one pair less."""
    return (len(grams) + 1) // 2


def character_grams(piece: str) -> list[str]:
    """The 2- to 5-grams, with repeats, of one piece between white space, with a space put on either side.

    A piece too short for a length counts once as a whole and not again for the lengths above.
    """
    padded = f" {piece} "
    size = len(padded)
    shortest, longest = CHARACTER_RANGE
    return [
        padded[start : start + length]
        for length in range(shortest, min(longest, size) + 1)
        for start in range(size - length + 1)
    ]
