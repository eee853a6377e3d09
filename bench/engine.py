"""The intent engine on training data of one's own: how long it trains, how right it is, how fast it answers beside a
Pipeline of the same numbers. `python -m bench.engine TRAIN VALID`, each a file with examples."""

import argparse
import json
import resource
import time
from pathlib import Path

import numpy as np

from bench.classify import TOLERANCE, microseconds
from bench.pipeline import as_pipeline
from bot.learning.corpus import read_corpus, read_examples
from bot.learning.evaluation import evaluate
from bot.learning.training import PRICE, train
from bot.learning.word_vectors import read_word_vectors
from bot.nlu.classifier import Classifier

MESSAGES = 1_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.engine", description=__doc__)
    parser.add_argument("train", type=Path)
    parser.add_argument("valid", type=Path)
    parser.add_argument("--price", type=float, default=PRICE)
    parser.add_argument("--no-word-vectors", action="store_true")
    options = parser.parse_args()
    corpus, rows = read_corpus([options.train]), read_examples([options.valid])
    begun, worked = time.perf_counter(), time.process_time()
    vectors = None if options.no_word_vectors else read_word_vectors()
    trained = train(corpus, price=options.price, vectors=vectors)
    seconds = time.perf_counter() - begun
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = time.process_time() - worked
    weights = trained.weights
    classifier, pipeline = Classifier(weights, ""), as_pipeline(weights)
    texts = [row.text for row in rows]
    understood, known = classifier.margins(texts)
    difference = float(np.abs(understood - pipeline.decision_function(texts))[known].max())
    assert difference <= TOLERANCE, difference
    answers = classifier.classify_many(texts)
    few = texts[:MESSAGES]
    one = microseconds(classifier.classify, few)
    other = microseconds(lambda text: pipeline.decision_function([text]), few)
    inside = [row.intent in weights.intents for row in rows]
    figures = {
        **evaluate([row.intent for row in rows], answers),
        "given_up": 1 - float(np.mean([a.in_scope for a, within in zip(answers, inside, strict=True) if within])),
        "intents": len(weights.intents),
        "terms": len(weights.idf),
        "train_s": seconds,
        "train_processor_s": own + children.ru_utime + children.ru_stime,
        "largest_process_mib": max(children.ru_maxrss, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024,
        "bot_us": one,
        "pipeline_us": other,
        "times_faster": other / one,
        "difference": difference,
    }
    print(json.dumps({name: round(value, 6) for name, value in figures.items()}, indent=2))


if __name__ == "__main__":
    main()
