"""An index of the words of conversations, in memory alone. It holds no text: only words and where they stand.

Not safe to share between threads; `bot.desk.search` sees to that.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from bot.desk.visibility import NOTHING, Standing, agents_of, skill_of
from bot.desk.words import begins, terms_of
from bot.dialogue.fold import NAME_SLOT
from bot.records import Touchpoint

Numbers = NDArray[np.int64]

SPOKEN = frozenset({"message.received", "message.sent", "note.added"})
"""Types whose text is found: what people wrote. What the bot says is the same for everybody."""

TYPES = SPOKEN | {
    "conversation.assigned",
    "conversation.started",
    "conversation.taken_over",
    "conversation.transferred",
    "customer.erased",
    "episode.closed",
    "feedback.given",
    "handoff.requested",
    "identity.linked",
    "identity.unlinked",
    "slot.filled",
}
"""Everything that the index wants to know of."""

SHOWN = 6
"""By so many last letters of its id a conversation is called where its customer has no name."""

_BITS_OF_A_POSITION = 48
_NOBODY = -1


def text_of(touchpoint: Touchpoint) -> str:
    """What a touchpoint can be found by: what somebody wrote, or who the shop says they are; mostly nothing."""
    personal = touchpoint.personal
    if touchpoint.type in SPOKEN:
        return str(personal.get("text", ""))
    if touchpoint.type == "feedback.given":
        return str(personal.get("comment", ""))
    if touchpoint.type == "identity.linked":
        known = (personal.get(name) for name in ("name", "email", "id"))
        rest = (value for name, value in personal.items() if name not in ("name", "email", "id"))
        return " · ".join(str(value) for value in (*known, *rest) if isinstance(value, str | int) and value != "")
    return ""


@dataclass(slots=True, eq=False)
class Thread:
    """What is known of a conversation beside its words."""

    conversation_id: str
    customer_ref: str | None
    called: bool = False
    """Whether it is found by what it is called, which goes with the first of its texts that comes."""
    whole: bool = False
    """Whether it has been read from its beginning on; otherwise the rest may not be all there is."""
    standing: Standing = NOTHING
    handed_off: int = 0
    """The `seq` that says the skill."""
    linked: int = 0
    unlinked: int = 0
    name: int = 0
    """The last positions of what says who the customer is, that this was a mistake, and what they want to be called."""

    @property
    def identity(self) -> int:
        """The position of what says who the customer is; 0 for none."""
        return self.linked if self.linked > self.unlinked else 0


@dataclass(frozen=True, slots=True)
class Hit:
    """A conversation that was found, and the position of the text to show of it."""

    thread: Thread
    position: int


class WordIndex:
    """Words → where they stand. Touchpoints may come in any order, newest first or last."""

    def __init__(self) -> None:
        self.texts = 0
        self._places: dict[str, int | array[int]] = {}  # most words stand in one text: no array for those
        self._words: list[str] = []
        self._fresh: list[str] = []
        self._positions = array("q")
        self._thread_of = array("q")
        self._threads: list[Thread] = []
        self._numbers: dict[str, int] = {}

    def take(self, touchpoints: Iterable[Touchpoint]) -> None:
        """Take in some touchpoints of the log; the words of an erased customer are let go of."""
        for touchpoint in touchpoints:
            kind, _, conversation_id = touchpoint.stream.partition("/")
            if touchpoint.type == "customer.erased":
                self.drop(touchpoint.facts.get("customer_ref") or touchpoint.customer_ref)
            elif kind == "conversation":
                number = self._number(conversation_id, touchpoint.customer_ref)
                _learn(self._threads[number], touchpoint)
                if text := text_of(touchpoint):
                    self._add(text, touchpoint.position, number)

    def drop(self, customer_ref: str | None) -> None:
        """Forget every word of a customer's conversations."""
        theirs = [number for number, one in enumerate(self._threads) if one.customer_ref == customer_ref]
        gone = np.isin(np.array(self._thread_of, np.int64), theirs)
        is_gone = gone.tobytes()
        for word, places in list(self._places.items()):
            if isinstance(places, int):
                if is_gone[places]:
                    del self._places[word]
            elif (of_word := gone[np.array(places, np.int64)]).any():
                if left := array("I", np.array(places, np.uint32)[~of_word].tolist()):
                    self._places[word] = left
                else:
                    del self._places[word]
        self._words, self._fresh = sorted(self._places), []
        for place in gone.nonzero()[0].tolist():
            self._thread_of[place] = _NOBODY
        self.texts -= int(gone.sum())

    def find(self, terms: Sequence[str], wanted: Callable[[Thread], bool], most: int) -> list[Hit]:
        """The conversations in which all of the terms stand, in whichever of their texts.

        Of each the text with most of the terms, of those the newest. The newest first, at most `most` of the `wanted`.
        """
        found = [self._places_of(term) for term in terms]
        if not found or not all(places.size for places in found):
            return []
        thread_of = np.array(self._thread_of, np.int64)
        terms_in = np.zeros(len(thread_of), np.int64)
        common = np.ones(len(self._threads), np.bool_)
        for places in found:
            there = np.zeros(len(self._threads), np.bool_)
            there[thread_of[places]] = True
            common &= there
            terms_in[places] += 1  # once each, also where a place comes several times
        places = np.flatnonzero(terms_in)
        places = places[common[thread_of[places]]]
        # The text to show of a conversation has the highest of these: how many terms first, then how new.
        ranks = terms_in[places] << _BITS_OF_A_POSITION | np.array(self._positions, np.int64)[places]
        best = np.zeros(len(self._threads), np.int64)
        np.maximum.at(best, thread_of[places], ranks)
        shown = best & ((1 << _BITS_OF_A_POSITION) - 1)
        numbers = np.flatnonzero(best)
        newest = numbers[np.argsort(-shown[numbers])]
        hits = (Hit(self._threads[number], int(shown[number])) for number in newest.tolist())
        return list(islice((hit for hit in hits if wanted(hit.thread)), most))

    def _number(self, conversation_id: str, customer_ref: str | None) -> int:
        number = self._numbers.setdefault(conversation_id, len(self._threads))
        if number == len(self._threads):
            self._threads.append(Thread(conversation_id, customer_ref))
        return number

    def _add(self, text: str, position: int, thread: int) -> None:
        place = len(self._positions)
        self._positions.append(position)
        self._thread_of.append(thread)
        self.texts += 1
        words = set(terms_of(text))
        if not (one := self._threads[thread]).called:
            one.called = True
            words.add(one.conversation_id[-SHOWN:])
        for word in words:
            places = self._places.get(word)
            if places is None:
                self._places[word] = place
                self._fresh.append(word)
            elif isinstance(places, int):
                self._places[word] = array("I", (places, place))
            else:
                places.append(place)

    def _places_of(self, term: str) -> Numbers:
        """The texts with a word that begins with a term; one that has several such words comes several times."""
        if self._fresh:
            self._words += self._fresh
            self._words.sort()
            self._fresh.clear()
        parts = []
        at = bisect_left(self._words, term)
        while at < len(self._words) and begins(self._words[at], term):
            places = self._places[self._words[at]]
            parts.append(np.array([places] if isinstance(places, int) else places, np.int64))
            at += 1
        return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _learn(thread: Thread, touchpoint: Touchpoint) -> None:
    """Who has had to do with the conversation, and where it says who the customer is."""
    thread.customer_ref = thread.customer_ref or touchpoint.customer_ref
    thread.whole = thread.whole or touchpoint.type == "conversation.started"
    skill, agents = skill_of(touchpoint), agents_of(touchpoint)
    if skill is not None and touchpoint.seq > thread.handed_off:
        thread.handed_off = touchpoint.seq
        thread.standing = Standing(skill, thread.standing.agents)
    if not thread.standing.agents.issuperset(agents):
        thread.standing = Standing(thread.standing.skill, thread.standing.agents.union(agents))
    if touchpoint.type == "identity.linked":
        thread.linked = max(thread.linked, touchpoint.position)
    elif touchpoint.type == "identity.unlinked":
        thread.unlinked = max(thread.unlinked, touchpoint.position)
    elif touchpoint.type == "slot.filled" and touchpoint.facts.get("slot") == NAME_SLOT:
        thread.name = max(thread.name, touchpoint.position)
