"""The words that search compares, in any script, and where they stand in a text. Pure.

Upper and lower case, accents and other marks make no difference. Scripts that write without spaces are compared by
pairs of neighbouring characters.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 32
"""The rest of a longer word isn't compared."""

MOST_TERMS = 12
"""The first so many different words of a query count."""

WIDTH = 160
BEFORE = 40
"""How many characters a snippet has at most, and how many of them stand before the first that was found."""

# Thai, Lao, Myanmar, Khmer, kana and Han.
_SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_ASCII = re.compile(r"[a-z0-9]+")
_RUNS = re.compile(rf"((?:(?![\W_])[{_SPACELESS}])+)|[^\W_{_SPACELESS}]+")
# Letters that no decomposition leads to the plain ones.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})


def terms_of(text: str) -> list[str]:
    """Everything that a text can be found by, with repeats."""
    if text.isascii():
        return [word[:LONGEST] for word in _ASCII.findall(text.lower())]
    found = []
    for run, is_spaceless in _runs(_fold(text)):
        if is_spaceless:
            found += [*run, *_pairs(run)]
        else:
            found.append(run[:LONGEST])
    return found


def query_terms(query: str) -> list[str]:
    """The terms that all must be found; a word is found where one begins with it, a single letter where it is one."""
    found: dict[str, None] = {}
    for run, is_spaceless in _runs(_fold(query)):
        parts = _pairs(run) if is_spaceless and len(run) > 1 else [run[:LONGEST]]
        found.update(dict.fromkeys(parts))
    return list(found)[:MOST_TERMS]


def begins(word: str, term: str) -> bool:
    """Whether a term of a query finds a word of a text."""
    return word == term or (len(term) > 1 and word.startswith(term))


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a text as plain text, and the ranges in it that were found: start and end, not included.

    They count UTF-16 code units, as strings do in browsers.
    """

    text: str
    marks: tuple[tuple[int, int], ...]


def snippet(text: str, terms: Sequence[str]) -> Snippet:
    """The piece of a text around the first of the terms in it."""
    plain = re.sub(r"\s", " ", text)
    marks = _marks(plain, terms)
    start = max(0, marks[0][0] - BEFORE) if marks and len(plain) > WIDTH else 0
    if start and (space := plain.find(" ", start, marks[0][0])) >= 0:
        start = space + 1
    end = min(len(plain), start + WIDTH)
    before, after = "…" if start else "", "…" if end < len(plain) else ""
    shown = f"{before}{plain[start:end]}{after}"

    def at(index: int) -> int:
        return len(shown[: index - start + len(before)].encode("utf-16-le", "surrogatepass")) // 2

    return Snippet(shown, tuple((at(first), at(min(last, end))) for first, last in marks if start <= first < end))


def _marks(text: str, terms: Sequence[str]) -> list[tuple[int, int]]:
    """Where the terms stand in a text, in order and not overlapping."""
    pieces = [_folded(char) for char in text]
    origin = [index for index, piece in enumerate(pieces) for _ in piece]
    found = []
    for match in _RUNS.finditer("".join(pieces)):
        word = match[0]
        for term in terms:
            if match[1] is not None:
                starts = [at for at in range(len(word)) if word.startswith(term, at)]
            else:
                starts = [0] if begins(word[:LONGEST], term) else []
            found += [(match.start() + at, match.start() + at + len(term)) for at in starts]
    merged: list[tuple[int, int]] = []
    for first, last in sorted((origin[start], origin[end - 1] + 1) for start, end in found):
        if merged and first <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return merged


def _runs(folded: str) -> Iterator[tuple[str, bool]]:
    """The words of a folded text, each with whether it is a run of a script without spaces."""
    return ((match[0], match[1] is not None) for match in _RUNS.finditer(folded))


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _fold(text: str) -> str:
    return text.lower() if text.isascii() else "".join(map(_folded, text))


@lru_cache(maxsize=8192)
def _folded(char: str) -> str:
    """A character as it is compared: no case, no marks, nothing invisible."""
    parts = unicodedata.normalize("NFKD", char.casefold()).casefold()
    return "".join(part for part in parts if unicodedata.category(part) not in _LEFT_OUT).translate(_PLAIN)


_LEFT_OUT = frozenset({"Mn", "Mc", "Me", "Cf"})
