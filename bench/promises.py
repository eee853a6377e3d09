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
from bot.learning.corpus import Corpus, read_corpus
from bot.learning.evaluation import calibration_error
from bot.learning.report.figures import wilson
from bot.learning.training import Trained, assign_folds, train
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


def asked(trained: Trained, outside: Flags, texts: Sequence[str], intents: Sequence[str]) -> Unseen:
    """Put messages in scope to a model with a gate for each of `PRICES`; `outside` flags the rows it was trained on."""
    classifier = Classifier(trained.weights, "")
    scores = scope_scores(trained.margins, len(trained.weights.intents))
    gates = [threshold(scores[~outside], scores[outside], price) for price in PRICES]
    margins, known = classifier.margins(texts)
    answers = [classifier.decide(row, bool(one)) for row, one in zip(margins, known, strict=True)]
    found = scope_scores(margins, len(trained.weights.intents))
    return Unseen(
        confidence=np.array([answer.confidence for answer in answers]),
        right=np.array([answer.intent == intent for answer, intent in zip(answers, intents, strict=True)]),
        refused=(found[:, None] < np.array(gates)) | ~known[:, None],
    )


def unseen(corpus: Corpus, vectors: WordVectors | None) -> Unseen:
    """Each message in scope, put to a model of the other folds."""
    places = assign_folds(corpus, FOLD_SEED)
    found = []
    for fold in range(int(places.max()) + 1):
        learnt = replace(corpus, examples=tuple(np.array(corpus.examples, object)[places != fold]))
        trained = train(learnt, vectors=vectors)
        outside = np.array([learnt.examples[row].intent in OUT_OF_SCOPE for row in trained.rows])
        rows = [row for row, place in zip(corpus.examples, places, strict=True) if place == fold]
        rows = [row for row in rows if row.intent not in OUT_OF_SCOPE]
        found.append(asked(trained, outside, [row.text for row in rows], [row.intent for row in rows]))
    return Unseen(*(np.concatenate([getattr(one, name) for one in found]) for name in Unseen.__slots__))


def chance_of_error(confidence: Numbers, right: Flags, draws: int = DRAWS, seed: int = 0) -> float:
    """How often a calibrated model with these confidences would have at least this expected calibration error.

    Whether it is right is drawn from its own confidences, again and again (Vaicenavicius and others, "Evaluating model
    calibration in classification", 2019). Below .05 the model is told from a calibrated one.
    """
    draw, error = np.random.default_rng(seed), calibration_error(confidence, right)
    worse = sum(calibration_error(confidence, draw.random(len(confidence)) < confidence) >= error for _ in range(draws))
    return worse / draws


def figures(found: Unseen) -> dict[str, object]:
    """The figures as they are printed; each price with the share turned away and its Wilson interval."""
    count = len(found.right)
    paid = {}
    for price, refused in zip(PRICES, found.refused.sum(axis=0).tolist(), strict=True):
        interval = wilson(refused, count)
        paid[str(price)] = [round(value, 4) for value in (refused / count, *interval)]
    return {
        "n": count,
        "in_scope_accuracy": round(float(found.right.mean()), 4),
        "ece": round(calibration_error(found.confidence, found.right), 4),
        "chance_of_error": chance_of_error(found.confidence, found.right),
        "paid": paid,
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.promises", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--valid", type=Path, help="put this file to one model of all the others instead")
    parser.add_argument("--without-out-of-scope", action="store_true")
    parser.add_argument("--no-word-vectors", action="store_true")
    options = parser.parse_args()
    corpus = read_corpus(options.files)
    if options.without_out_of_scope:
        corpus = replace(corpus, examples=tuple(row for row in corpus.examples if row.intent not in OUT_OF_SCOPE))
    vectors = None if options.no_word_vectors else read_word_vectors()
    if options.valid:
        trained = train(corpus, vectors=vectors)
        outside = np.array([corpus.examples[row].intent in OUT_OF_SCOPE for row in trained.rows])
        rows = [row for row in read_corpus([options.valid]).examples if row.intent not in OUT_OF_SCOPE]
        found = asked(trained, outside, [row.text for row in rows], [row.intent for row in rows])
    else:
        found = unseen(corpus, vectors)
    print(json.dumps(figures(found), indent=2))


if __name__ == "__main__":
    main()
