"""A vector for each of the commonest English words: a table that ships; SOURCE.md says what it is made from.

Made anew by `python -m bot.learning.word_vectors.build`.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np

from bot.nlu.weights import WordVectors

WORDS_FILE = Path(__file__).with_name("words.txt")
VECTORS_FILE = Path(__file__).with_name("vectors.npz")


@lru_cache(maxsize=1)
def read_word_vectors() -> WordVectors:
    """The table as it ships."""
    with np.load(VECTORS_FILE, allow_pickle=False) as stored:
        return WordVectors(tuple(WORDS_FILE.read_text().split()), stored["rows"], stored["steps"])
