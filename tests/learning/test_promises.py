"""Calibration, price and agreement on public data: what the engine promises of messages that it hasn't seen."""

import numpy as np
import pytest

from bench.large import enlarged
from bench.pipeline import as_pipeline
from bench.promises import PRICES, asked, chance_of_error, paid, unseen, within_scope
from bot.learning.corpus import read_corpus, read_examples
from bot.learning.report.figures import wilson
from bot.learning.training import train
from bot.learning.word_vectors import read_word_vectors
from bot.nlu.classifier import Classifier
from tests.nlu.samples import PUBLIC, assert_same

public = pytest.mark.skipif(not PUBLIC.exists(), reason="no shared/data beside the checkout")
INTENTS = PUBLIC / "intents"


def test_a_calibrated_model_is_told_from_one_that_is_too_sure() -> None:
    draw = np.random.default_rng(4)
    confidence = draw.uniform(0.2, 1, 1_000)
    assert chance_of_error(confidence, draw.random(1_000) < confidence, draws=300) > 0.05
    assert chance_of_error(confidence, draw.random(1_000) < confidence - 0.1, draws=300) < 0.05


def test_few_messages_become_many_distinct_ones_under_more_intents() -> None:
    texts = {name: [f"{name} number {count} of this month" for count in range(6)] for name in ("bill", "order", "pin")}
    rows = enlarged(texts, examples=500, intents=8)
    assert len({text for text, _ in rows}) == len(rows) == 500
    sizes = [sum(intent == name for _, intent in rows) for name in {intent for _, intent in rows}]
    assert len(sizes) == 8
    assert set(sizes) <= {62, 63}
    assert {text for members in texts.values() for text in members} <= {text for text, _ in rows}


@pytest.mark.soak
@public
def test_confidence_is_not_told_from_that_of_a_calibrated_model() -> None:
    corpus, rows = read_corpus([INTENTS / "banking77/train.jsonl"]), read_examples([INTENTS / "banking77/valid.jsonl"])
    found = asked(corpus, read_word_vectors(), rows)
    assert chance_of_error(found.confidence, found.right) >= 0.05


@pytest.mark.soak
@public
@pytest.mark.parametrize("name", ["banking77", "clinc150"])
def test_the_price_is_paid_within_its_interval_on_unseen_folds(name: str) -> None:
    corpus = read_corpus([INTENTS / name / f"{split}.jsonl" for split in ("train", "valid")])
    found = unseen(within_scope(corpus), read_word_vectors(), most=2)
    for price, hits in zip(PRICES, paid(found), strict=True):
        low, high = wilson(hits, len(found.right))
        # The model that serves has learnt from a quarter more than those its gate was set by and is a little surer, so
        # of so many messages slightly fewer are turned away than the price allows, never more.
        assert low <= price
        assert high >= 0.85 * price


@pytest.mark.soak
@public
@pytest.mark.parametrize("name", ["banking77", "clinc150"])
def test_answers_are_those_of_the_pipeline_on_every_message(name: str) -> None:
    weights = train(read_corpus([INTENTS / name / "train.jsonl"]), vectors=read_word_vectors()).weights
    texts = [row.text for path in sorted(INTENTS.glob("*/valid.jsonl")) for row in read_examples([path])]
    assert len(texts) > 4_000
    assert_same(Classifier(weights, "v").classify_many(texts), as_pipeline(weights).decision_function(texts), weights)
