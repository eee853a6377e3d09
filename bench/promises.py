"""What a model promises, held against messages it hasn't seen: its confidence, and the price its gate was to cost.

`python -m bench.promises FILE…`, each a file with examples: they are cut into folds, and each fold is put to a model of
the others, so that every message is unseen.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.content.schema import OUT_OF_SCOPE
from bot.learning.calibration import scope_scores, threshold
from bot.learning.corpus import Corpus, read_corpus, read_examples
from bot.learning.evaluation import calibration_error
from bot.learning.report.figures import wilson
from bot.learning.rows import Example
from bot.learning.training import assign_folds, train
from bot.learning.word_vectors import read_word_vectors
from bot.nlu.classifier import Classifier
from bot.nlu.weights import WordVectors

PRICES = (0.01, 0.02, 0.05, 0.1, 0.2)
DRAWS = 10_000
FOLD_SEED = 1
"""Other folds than those that training cuts for itself."""

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Unseen:
    """What models said of messages in scope that they hadn't seen, a row each; `refused` has a column a price."""

    confidence: Numbers
    right: Flags
    refused: Flags


def asked(corpus: Corpus, vectors: WordVectors | None, rows: Sequence[Example]) -> Unseen:
    """Put messages to a model of the corpus, its gate set for each of `PRICES`; those out of scope are left out."""
    trained = train(corpus, vectors=vectors)
    outside = np.array([corpus.examples[row].intent in OUT_OF_SCOPE for row in trained.rows])
    rows = [row for row in rows if row.intent not in OUT_OF_SCOPE]
    classifier, count = Classifier(trained.weights, ""), len(trained.weights.intents)
    scores = scope_scores(trained.margins, count)
    gates = [threshold(scores[~outside], scores[outside], price) for price in PRICES]
    margins, known = classifier.margins([row.text for row in rows])
    answers = [classifier.decide(found, bool(one)) for found, one in zip(margins, known, strict=True)]
    return Unseen(
        confidence=np.array([answer.confidence for answer in answers]),
        right=np.array([answer.intent == row.intent for answer, row in zip(answers, rows, strict=True)]),
        refused=(scope_scores(margins, count)[:, None] < np.array(gates)) | ~known[:, None],
    )


def within_scope(corpus: Corpus) -> Corpus:
    """The same without the examples out of scope, as a shop has it that gives none."""
    return replace(corpus, examples=tuple(row for row in corpus.examples if row.intent not in OUT_OF_SCOPE))


def unseen(corpus: Corpus, vectors: WordVectors | None, most: int = 5) -> Unseen:
    """The messages in scope of at most so many folds, each put to a model of all other folds."""
    folds, found = assign_folds(corpus, FOLD_SEED).tolist(), []
    for fold in range(min(max(folds) + 1, most)):
        learnt = tuple(row for row, place in zip(corpus.examples, folds, strict=True) if place != fold)
        held_out = [row for row, place in zip(corpus.examples, folds, strict=True) if place == fold]
        found.append(asked(replace(corpus, examples=learnt), vectors, held_out))
    return Unseen(*(np.concatenate([getattr(one, name) for one in found]) for name in Unseen.__slots__))


def chance_of_error(confidence: Numbers, right: Flags, draws: int = DRAWS, seed: int = 0) -> float:
    """How often a calibrated model with these confidences would have at least this expected calibration error.

    Whether it is right is drawn from its own confidences, again and again (Vaicenavicius and others, "Evaluating model
    calibration in classification", 2019). Below .05 the model is told from a calibrated one.
    """
    draw, error = np.random.default_rng(seed), calibration_error(confidence, right)
    worse = sum(calibration_error(confidence, draw.random(len(confidence)) < confidence) >= error for _ in range(draws))
    return worse / draws


def paid(found: Unseen) -> list[int]:
    """How many messages in scope were turned away at each price."""
    return [int(hits) for hits in found.refused.sum(axis=0)]


def figures(found: Unseen) -> dict[str, object]:
    """The figures as they are printed; each price with the share turned away and its Wilson interval."""
    count = len(found.right)
    return {
        "n": count,
        "in_scope_accuracy": round(float(found.right.mean()), 4),
        "ece": round(calibration_error(found.confidence, found.right), 4),
        "chance_of_error": chance_of_error(found.confidence, found.right),
        "paid": {
            str(price): [round(value, 4) for value in (hits / count, *wilson(hits, count))]
            for price, hits in zip(PRICES, paid(found), strict=True)
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.promises", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--valid", type=Path, help="put this file to one model of all the others instead")
    parser.add_argument("--without-out-of-scope", action="store_true", help="learn nothing of what is out of scope")
    parser.add_argument("--folds", type=int, default=5, help="put only so many of the folds to models")
    options = parser.parse_args()
    corpus, vectors = read_corpus(options.files), read_word_vectors()
    if options.without_out_of_scope:
        corpus = within_scope(corpus)
    if options.valid:
        found = asked(corpus, vectors, read_examples([options.valid]))
    else:
        found = unseen(corpus, vectors, options.folds)
    print(json.dumps(figures(found), indent=2))


if __name__ == "__main__":
    main()
