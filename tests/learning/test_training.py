import random
from dataclasses import replace

import numpy as np
import pytest

from bot.errors import ContentError
from bot.learning.corpus import read_corpus, read_examples
from bot.learning.evaluation import evaluate
from bot.learning.training import PRICE, assign_folds, fit, train
from bot.learning.word_vectors import read_word_vectors
from bot.nlu.artefact import model_bytes
from bot.nlu.classifier import Classifier
from bot.nlu.text import normalise
from tests.nlu.samples import PUBLIC, SENTENCES, corpus_of, shop_rows

public = pytest.mark.skipif(not PUBLIC.exists(), reason="no shared/data beside the checkout")


def test_the_same_data_and_seed_give_the_same_bytes_in_any_order() -> None:
    rows = shop_rows(outside=True)
    one = train(corpus_of(rows), seed=3)
    random.Random(1).shuffle(rows)
    two = train(corpus_of(rows), seed=3)
    assert model_bytes(one.weights) == model_bytes(two.weights)
    assert one.metrics == two.metrics


@pytest.mark.soak
def test_processes_give_the_same_bytes_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = corpus_of(shop_rows())
    alone = train(corpus, seed=1)
    monkeypatch.setattr("bot.learning.training._WORTH_PROCESSES", 0)
    assert model_bytes(train(corpus, seed=1).weights) == model_bytes(alone.weights)


def test_what_is_learnt() -> None:
    trained = train(corpus_of(shop_rows(outside=True)))
    assert trained.weights.intents == tuple(sorted(SENTENCES))
    assert trained.weights.has_out_of_scope
    assert trained.metrics["in_scope_accuracy"] > 0.95
    answer = Classifier(trained.weights, "v").classify("where is my parcel")
    assert (answer.intent, answer.in_scope) == ("track_order", True)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("a", "x"), ("b", "x"), ("c", "oos")], "only `x` to choose from"),
        ([("c", "out_of_scope")], "no intent to choose from"),
    ],
)
def test_fewer_than_two_intents_are_refused(rows: list[tuple[str, str]], said: str) -> None:
    with pytest.raises(ContentError, match=said):
        train(corpus_of(rows))


@pytest.mark.parametrize(
    "rows",
    [
        [("a", "x"), ("b", "y")],
        [("a", "x"), ("b", "y"), ("c", "oos")],
        [("a", "x"), ("b", "y"), ("b c", "y")],
        [("🙂", "x"), ("🙃", "y"), ("?!", "y")],
        [(f"{'x' * 5000} {number}", label) for number, label in enumerate(["x", "y"] * 3)],
    ],
)
def test_very_little_data_is_enough(rows: list[tuple[str, str]]) -> None:
    trained = train(corpus_of(rows))
    classifier = Classifier(trained.weights, "v")
    text, _ = rows[0]
    # Only what is read of a text can tell it from others: here the last examples are all one.
    assert classifier.classify(text).intent in {intent for other, intent in rows if normalise(other) == normalise(text)}
    assert np.isfinite([trained.weights.temperature, trained.weights.threshold]).all()
    assert len(trained.rows) == sum(sum(other == label for _, other in rows) > 1 for _, label in rows)


def test_a_rare_intent_is_held_out_as_often_as_it_can_be() -> None:
    corpus = corpus_of([*shop_rows(), ("once", "single"), ("first", "pair"), ("second", "pair")])
    folds = dict(zip(corpus.texts, assign_folds(corpus, 0), strict=True))
    assert folds["once"] == -1
    assert folds["first"] != folds["second"]
    assert min(folds["first"], folds["second"]) >= 0
    sizes = np.bincount([fold for text, fold in folds.items() if text != "once"])
    assert len(sizes) == 10
    for intent in SENTENCES:
        members = [folds[row.text] for row in corpus.examples if row.intent == intent]
        assert set(np.bincount(members)) == {3}


def test_more_examples_leave_nearly_all_others_in_their_folds() -> None:
    before = corpus_of(shop_rows())
    after = corpus_of([*shop_rows(), ("is the parcel coming", "track_order"), ("hello", "greet"), ("hi", "greet")])
    then = dict(zip(before.texts, assign_folds(before, 0), strict=True))
    now = dict(zip(after.texts, assign_folds(after, 0), strict=True))
    assert sum(now[text] != fold for text, fold in then.items()) <= len(then) // 10


def test_the_words_of_an_intents_name_teach_it() -> None:
    texts = ["where is it", "when does it come", "give me the paper", "one more for my taxes"]
    weights = fit(texts, np.array([0, 0, 1, 1]), ("trackOrder", "faq/send_invoice"), seed=0)
    answers = Classifier(weights, "v").classify_many(["order", "Invoice?"])
    assert [answer.intent for answer in answers] == ["trackOrder", "faq/send_invoice"]


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    train(corpus_of(shop_rows()), progress=lambda done, total: told.append((done, total)))
    assert told == [(done, 11) for done in range(12)]


@pytest.mark.soak
@public
def test_ten_examples_an_intent() -> None:
    trained = train(read_corpus([PUBLIC / "intents/banking77/train_10.jsonl"]), vectors=read_word_vectors())
    figures = measured(Classifier(trained.weights, "v"), "banking77")
    assert figures["in_scope_accuracy"] > 0.785
    assert figures["ece"] < 0.07


@public
@pytest.mark.soak
def test_the_price_is_met_and_confidence_is_honest_on_unseen_messages() -> None:
    # Every other intent and fifth message, which keeps this quick; the whole set is measured by hand.
    corpus = read_corpus([PUBLIC / "intents/clinc150/train.jsonl"])
    names = {"oos", *sorted(set(corpus.intents))[::4]}
    few = replace(corpus, examples=tuple(row for row in corpus.examples if row.intent in names)[::2])
    trained = train(few)
    assert trained.weights.has_out_of_scope
    unseen = [row for row in read_examples([PUBLIC / "intents/clinc150/valid.jsonl"]) if row.intent in names]
    answers = Classifier(trained.weights, "v").classify_many(row.text for row in unseen)
    figures = evaluate([row.intent for row in unseen], answers)
    inside = [answer.in_scope for answer, row in zip(answers, unseen, strict=True) if row.intent != "oos"]
    # The price and three standard errors of a share of so many messages.
    assert 1 - np.mean(inside) < PRICE + 3 * (PRICE * (1 - PRICE) / len(inside)) ** 0.5
    assert figures["in_scope_accuracy"] > 0.95
    assert figures["ece"] < 0.03
    assert figures["oos_recall"] > 0.85
    assert figures["auroc"] > 0.97


def measured(classifier: Classifier, name: str) -> dict[str, float]:
    rows = read_examples([PUBLIC / f"intents/{name}/valid.jsonl"])
    return evaluate([row.intent for row in rows], classifier.classify_many(row.text for row in rows))
