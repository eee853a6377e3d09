"""Phrases of the content found in messages: short acts (yes, no, stop, it helped), and names with their other words."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

LONG_ENOUGH = 6
"""From how many characters on a name is still known with a slip in it: shorter ones are too near to other words."""

_LONGEST_SLIPPED = 40
_MOST_WORDS = 60
"""How far into a message slips are looked for: what bounds the time."""

_PUNCTUATION = re.compile(r"[^\w'\s]+")


class PhraseBook:
    """Phrases by what they mean.

    A phrase of one word counts where the message begins with it, one of several words anywhere in the message; with
    `anywhere` one word does too. Of several that are there the longest wins, since "that did not help" holds more than
    "that did".
    """

    def __init__(self, meanings: Mapping[str, Iterable[str]], anywhere: bool = False) -> None:
        """`meanings` is meaning → its phrases in all languages; of equally long ones the first meaning wins."""
        self._meaning: dict[str, str] = {}
        for meaning, phrases in meanings.items():
            for phrase in phrases:
                self._meaning.setdefault(plain(phrase), meaning)
        ranked = sorted((phrase for phrase in self._meaning if phrase), key=lambda phrase: -len(phrase))
        inside = [re.escape(phrase) for phrase in ranked if anywhere or " " in phrase]
        first = [re.escape(phrase) for phrase in ranked if not anywhere and " " not in phrase]
        self._anywhere = _pattern(r"(?<!\S)({})(?!\S)", inside)
        self._first = _pattern(r"({})(?!\S)", first)

    def meaning(self, message: str) -> str | None:
        """What the message means, None where no phrase is in it."""
        text = plain(message)
        found = [match.group(1) for match in self._anywhere.finditer(text)] if self._anywhere else []
        if found:
            return self._meaning[max(found, key=len)]
        match = self._first.match(text) if self._first else None
        return self._meaning[match.group(1)] if match else None

    def is_phrase(self, message: str) -> bool:
        """Whether the message is one of the phrases and nothing else."""
        return plain(message) in self._meaning


class NameList:
    """Names by the words for them, found anywhere in a message; thousands of them cost no more than a few."""

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        """`names` is name → other words for it; of equal words the first name has them."""
        self._name: dict[str, str] = {}
        for name, words in names.items():
            for phrase in (name, *words):
                self._name.setdefault(plain(phrase), name)
        self._name.pop("", None)
        self._longest = max((phrase.count(" ") + 1 for phrase in self._name), default=0)

    def find_all(self, message: str) -> list[str]:
        """Every name in a message, in order, each once; where words overlap the longest name at the first one wins.

        Where there is none, those that are there but for one slip: a letter too many, too few or another, or two
        swapped. The first letter and every digit must be right.
        """
        words = plain(message).split()
        return self._found(words, self._longest, self._named) or self._found(
            words[:_MOST_WORDS], self._longest + 1, self._nearly
        )

    def _found(self, words: list[str], longest: int, names: Callable[[str], Iterable[str]]) -> list[str]:
        found: dict[str, None] = {}
        start = 0
        while start < len(words):
            for size in range(min(longest, len(words) - start), 0, -1):
                meant = list(names(" ".join(words[start : start + size])))
                if meant:
                    found.update(dict.fromkeys(meant))
                    start += size - 1
                    break
            start += 1
        return list(found)

    def _named(self, text: str) -> Iterator[str]:
        if text in self._name:
            yield self._name[text]

    def _nearly(self, text: str) -> Iterator[str]:
        if LONG_ENOUGH - 1 <= len(text) <= _LONGEST_SLIPPED:
            near = {phrase for one in _one_left_out(text) for phrase in self._slipped.get(one, ())}
            yield from (self._name[phrase] for phrase in sorted(near) if _is_slip(text, phrase))

    @cached_property
    def _slipped(self) -> Mapping[str, list[str]]:
        """Each longer phrase by what is left of it without one of its letters: two that share one are a slip apart."""
        phrases: dict[str, list[str]] = {}
        for phrase in self._name:
            if LONG_ENOUGH <= len(phrase) <= _LONGEST_SLIPPED:
                for one in _one_left_out(phrase):
                    phrases.setdefault(one, []).append(phrase)
        return phrases


def _one_left_out(text: str) -> set[str]:
    """The text, and the text without each of its characters."""
    return {text, *(text[:at] + text[at + 1 :] for at in range(len(text)))}


def _is_slip(written: str, meant: str) -> bool:
    first = next((at for at, (a, b) in enumerate(zip(written, meant, strict=False)) if a != b), None)
    first = min(len(written), len(meant)) if first is None else first
    a, b = written[first:], meant[first:]
    while a and b and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]
    swapped = len(a) == 2 and a == b[::-1]
    return first > 0 and not re.search(r"\d", a + b) and (swapped or max(len(a), len(b)) <= 1)


def plain(text: str) -> str:
    """A text as phrases are compared: small letters, one space between words, no punctuation but apostrophes."""
    return " ".join(_PUNCTUATION.sub(" ", text.replace("’", "'").casefold()).split())


def _pattern(form: str, phrases: list[str]) -> re.Pattern[str] | None:
    return re.compile(form.format("|".join(phrases))) if phrases else None
