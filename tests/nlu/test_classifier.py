from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.pipeline import as_pipeline
from bot.learning.corpus import read_corpus, read_examples
from bot.learning.training import train
from bot.learning.word_vectors import read_word_vectors
from bot.nlu.classifier import ALTERNATIVES, UNKNOWN_MARGIN, Classifier
from bot.nlu.margins import without_marks
from bot.nlu.weights import Weights
from tests.nlu.samples import PUBLIC, assert_same, corpus_of, shop_rows, tiny_vectors, tiny_weights

Margins = Callable[[list[str]], np.ndarray]
ODD = [
    "",
    " \n",
    "\0",
    "🙂",
    "zzz qqq",
    "שלום",
    "WHERE is my PHONE!!!",
    "phone " * 20_000,
    "x" * 100_000,
    "\ud83d",
    "²",
    "no no no",
]


@pytest.fixture(scope="module", params=["bare", "with oos", "with vectors", "with both"])
def model(request: pytest.FixtureRequest) -> tuple[Weights, Margins]:
    outside, vectors = request.param in ("with oos", "with both"), request.param in ("with vectors", "with both")
    weights = train(corpus_of(shop_rows(outside)), vectors=tiny_vectors() if vectors else None).weights
    assert (weights.meaning is not None) == vectors
    return weights, as_pipeline(weights).decision_function


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text() | st.sampled_from(ODD) | st.text(alphabet="ehinorst p", max_size=40), min_size=1, max_size=5))
def test_answers_are_those_of_the_pipeline(model: tuple[Weights, Margins], texts: list[str]) -> None:
    weights, margins = model
    classifier = Classifier(weights, "v")
    understood = [text for text in texts if classifier.margins([text])[1][0]]
    if understood:
        assert_same(classifier.classify_many(understood), margins(understood), weights)
        added = [classifier.contributions(text) for text in understood]
        sums = np.array([np.sum([values for *_, values in parts], axis=0) for parts in added])
        assert sums == pytest.approx(margins(understood), abs=1e-4)


@pytest.mark.skipif(not PUBLIC.exists(), reason="no shared/data beside the checkout")
def test_answers_are_those_of_the_pipeline_on_real_messages() -> None:
    corpus = read_corpus([PUBLIC / "intents/hint3_sofmattress/train.jsonl"])
    texts = [row.text for row in read_examples([PUBLIC / "intents/banking77/valid.jsonl"])]
    weights = train(corpus, vectors=read_word_vectors()).weights
    assert_same(Classifier(weights, "v").classify_many(texts), as_pipeline(weights).decision_function(texts), weights)


@given(st.text())
def test_any_text_gets_an_honest_answer(text: str) -> None:
    answer = Classifier(tiny_weights(), "v").classify(text)
    assert answer.confidence + answer.alternatives[0][1] == pytest.approx(1.0)
    assert {answer.intent, answer.alternatives[0][0]} == {"no", "yes"}
    assert answer.confidence >= answer.alternatives[0][1]


@pytest.mark.parametrize("text", ["", " \n\t", "\0", "🙂", "qqqq", "？"])
@pytest.mark.parametrize("bias", [0.0, 50.0])
def test_a_message_without_a_known_term_is_out_of_scope(text: str, bias: float) -> None:
    answer = Classifier(tiny_weights(bias), "v").classify(text)
    assert not answer.in_scope
    assert answer.scope_score <= tiny_weights().threshold - UNKNOWN_MARGIN


def test_a_result_by_hand() -> None:
    answer = Classifier(tiny_weights(), "v").classify("Yes, YES")
    # The one word has weight 1 however often it stands there: -1 for no, 1 for yes. Two pieces, "yes," and "yes", have
    # one known n-gram each, of length 1: 2 over the root of 2 for yes.
    assert answer.scope_score == pytest.approx(1 + 2**0.5)
    assert answer.confidence == pytest.approx(1 / (1 + np.exp(-2 - 2**0.5)), abs=1e-6)
    assert answer.model == "v"


def test_the_class_out_of_scope_is_never_an_answer(model: tuple[Weights, Margins]) -> None:
    classifier = Classifier(model[0], "v")
    answer = classifier.classify("tell me a joke")
    named = {answer.intent, *(intent for intent, _ in answer.alternatives)}
    assert named <= set(classifier.intents) == {"track_order", "return_order", "repair", "price"}
    assert len(answer.alternatives) == ALTERNATIVES
    assert not answer.in_scope


def test_what_a_customer_wrote_does_not_stay_behind(model: tuple[Weights, Margins]) -> None:
    classifier = Classifier(model[0], "v")
    classifier.classify("where is order 4711-0815 of mrs. Featherstonehaugh, my phone")
    kept = set(classifier._margins._pieces)
    assert {without_marks(piece) for piece in kept} <= set(model[0].words)
    assert "phone" in kept
    classifier.classify("(phone) phone?! 'phone', phone: phone")
    assert set(classifier._margins._pieces) - kept == {"(phone)", "phone:"}
