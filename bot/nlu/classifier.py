"""Text to `Understanding` with a few array look-ups: the linear model of scikit-learn without scikit-learn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.nlu.margins import Kind, Margins
from bot.nlu.parts import split
from bot.nlu.text import normalise, word_grams, words_in
from bot.nlu.weights import Weights
from bot.nlu.words import (
    FEWEST_FOR_MOOD,
    FEWEST_WORDS,
    Floats,
    WordModel,
    language_terms,
    mood_terms,
    toned,
)
from bot.records import Understanding

ALTERNATIVES = 3
"""How many intents besides the best an `Understanding` names."""

UNKNOWN_MARGIN = 1.0
"""How far below the gate a message without any known term is held at least."""


SECOND = -4.0
"""Only where the second best intent has these log-odds at least is a message looked at in parts: nine in ten that name
two have, and half of the others save the time."""


@dataclass(frozen=True, slots=True)
class Tone:
    """How a message is written, whatever it is about; see `Understanding`."""

    mood: float = 0.0
    distressed: bool = False
    language: str | None = None


NO_TONE = Tone()


class Classifier:
    """One trained model that answers; safe to share between threads."""

    def __init__(self, weights: Weights, version: str) -> None:
        self.version = version
        self.intents = weights.intents
        self._margins = Margins(weights)
        self.temperature = weights.temperature
        self.threshold = weights.threshold
        self._part_threshold = weights.part_threshold
        self._mood = WordModel(weights.mood) if weights.mood is not None else None
        self._language = WordModel(weights.language) if weights.language is not None else None
        self._columns = len(weights.intents)
        self._column = {intent: column for column, intent in enumerate(weights.intents)}
        self._out_of_scope = weights.has_out_of_scope

    def classify(self, text: str) -> Understanding:
        """What the message is about, how sure that is, and how it is written; any text will do, also an empty one."""
        normalised = normalise(text)
        grams = word_grams(normalised)
        margins, known = self._margins.of(normalised, grams)
        tone = self.tone(text, grams)
        understood = self.decide(margins, known, tone)
        if not understood.in_scope or margins[self._column[understood.alternatives[0][0]]] < SECOND:
            return understood
        intents = self._intents_of_parts(text, understood.intent)
        return self.decide(margins, known, tone, intents) if intents else understood

    def part_confidences(self, text: str) -> list[tuple[str, float]]:
        """The intent of each part of a message that has several, with its confidence, where they are in scope."""
        parts = split(text)
        if len(parts) == 1:
            return []
        found = [self.decide(*self._margins_of(part)) for part in parts]
        return [(one.intent, one.confidence) for one in found if one.in_scope]

    def classify_many(self, texts: Iterable[str]) -> list[Understanding]:
        """The same for each text, in order."""
        return [self.classify(text) for text in texts]

    def margins(self, texts: Sequence[str]) -> tuple[Floats, NDArray[np.bool_]]:
        """The raw margins, a row a text and a column a column of the weights, and which texts had any known term."""
        found = [self._margins_of(text) for text in texts]
        rows = np.array([margins for margins, _ in found], np.float32).reshape(
            len(texts), self._columns + self._out_of_scope
        )
        return rows, np.array([known for _, known in found], np.bool_)

    def contributions(self, text: str) -> list[tuple[Kind, str, Floats]]:
        """What each term of a text adds to its margins, a value a column, and last the intercept: their sum.

        For explaining, not for answering: it takes a hundred times as long.
        """
        normalised = normalise(text)
        return self._margins.contributions(normalised, word_grams(normalised))

    def decide(self, margins: Floats, known: bool, tone: Tone = NO_TONE, parts: Sequence[str] = ()) -> Understanding:
        """What the margins of one message mean; training puts its out-of-fold margins through this too."""
        scores = margins[: self._columns]
        # Stable, so that of equal intents the first comes first, as argmax has it.
        order = (-scores).argsort(kind="stable")[: ALTERNATIVES + 1].tolist()
        best = order[0]
        scope = float(scores[best])
        if self._out_of_scope:
            scope -= float(margins[self._columns])
        if not known:
            # Nothing was recognised, so only the intercepts speak, and they know nothing of this message.
            scope = min(scope, self.threshold - UNKNOWN_MARGIN)
        shares = np.exp((scores - scores[best]) / self.temperature)
        shares /= shares.sum()
        ranked = [(self.intents[column], float(shares[column])) for column in order]
        return Understanding(
            ranked[0][0],
            ranked[0][1],
            scope >= self.threshold,
            scope,
            ranked[1:],
            self.version,
            tone.mood,
            tone.distressed,
            tone.language,
            parts,
        )

    def tone(self, text: str, grams: Sequence[str]) -> Tone:
        """Mood and language of a message; `grams` are the words, and pairs of words, of its normalised text."""
        mood, distressed, language = 0.0, False, None
        if self._mood is not None:
            terms = mood_terms(text, grams)
            shares = self._mood.shares(terms) if len(terms) >= FEWEST_FOR_MOOD else None
            if shares is not None:
                mood, distressed = toned(shares, self._mood.upset_at), shares[3] >= self._mood.threshold
        if self._language is not None and "@" not in text:
            # The words come first, and there is one pair less than there are words.
            shares = self._language.shares(language_terms(grams[: words_in(grams)]), FEWEST_WORDS)
            if shares is not None and max(shares) >= self._language.threshold:
                language = self._language.labels[shares.index(max(shares))]
        return Tone(mood, distressed, language)

    def _intents_of_parts(self, text: str, best: str) -> list[str]:
        sure = [intent for intent, confidence in self.part_confidences(text) if confidence >= self._part_threshold]
        distinct = list(dict.fromkeys(sure))
        return distinct if len(distinct) > 1 and best in distinct else []

    def _margins_of(self, text: str) -> tuple[Floats, bool]:
        normalised = normalise(text)
        return self._margins.of(normalised, word_grams(normalised))
