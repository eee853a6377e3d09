"""Short acts that are no intent of their own (yes, no, stop, it helped), recognised by phrases of the content."""

import re
from collections.abc import Iterable, Mapping

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
        """Every name in a message, in order, each once; where words overlap the longest name at the first one wins."""
        words = plain(message).split()
        found: dict[str, None] = {}
        start = 0
        while start < len(words):
            for size in range(min(self._longest, len(words) - start), 0, -1):
                name = self._name.get(" ".join(words[start : start + size]))
                if name is not None:
                    found[name] = None
                    start += size - 1
                    break
            start += 1
        return list(found)


def plain(text: str) -> str:
    """A text as phrases are compared: small letters, one space between words, no punctuation but apostrophes."""
    return " ".join(_PUNCTUATION.sub(" ", text.replace("’", "'").casefold()).split())


def _pattern(form: str, phrases: list[str]) -> re.Pattern[str] | None:
    return re.compile(form.format("|".join(phrases))) if phrases else None
