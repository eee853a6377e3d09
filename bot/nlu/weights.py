"""All the numbers that a trained model is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.nlu.words import Floats, WordWeights


@dataclass(frozen=True, slots=True, eq=False)
class WordVectors:
    """A vector a word, alike for words of like meaning: row r of `rows`, times its step, is the vector of word r."""

    words: tuple[str, ...]
    rows: NDArray[np.int8]
    steps: Floats


@dataclass(frozen=True, slots=True, eq=False)
class MeaningWeights:
    """What a message's words mean, as margins: the mean of their vectors less `centre`, at length 1, times `coef`.

    `centre` is the mean over the training data, `coef` has a row a dimension and a column a column of the intercept.
    """

    vectors: WordVectors
    centre: Floats
    coef: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """A trained model: margins of a message are what its words, its characters and their meaning add to `intercept`.

    Row r of `coef` belongs to term r, words and pairs of words first and characters after them; column c to intent c,
    and where the training data had examples out of scope one last column to those. Words: sublinear term frequency
    times `idf`, scaled to length 1. Characters: each distinct piece between white space is the vector of its n-grams'
    counts times `idf`; the sum of a message's pieces is divided by the root of the sum of their squared lengths.
    """

    intents: tuple[str, ...]
    words: tuple[str, ...]
    characters: tuple[str, ...]
    idf: Floats
    coef: Floats
    intercept: Floats
    temperature: float
    threshold: float
    part_threshold: float = 2.0
    """How confident each part of a message must be for it to name several intents; past 1, none ever does."""
    meaning: MeaningWeights | None = None
    mood: WordWeights | None = None
    language: WordWeights | None = None

    @property
    def has_out_of_scope(self) -> bool:
        """Whether the last column stands for messages that no intent covers."""
        return len(self.intercept) > len(self.intents)
