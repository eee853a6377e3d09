"""An explanation is the margin itself, term by term."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.learning.training import train
from bot.nlu.classifier import Classifier
from bot.nlu.explanation import as_page, as_values, explain
from tests.nlu.samples import corpus_of, shop_rows, tiny_weights


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(train(corpus_of(shop_rows(outside=True))).weights, "v")


def test_the_terms_of_a_message_can_be_checked_by_hand() -> None:
    found = explain(Classifier(tiny_weights(0.25), "v"), "Yes!")
    assert [(one.intent, one.margin) for one in found.intents] == [("yes", 2.0), ("no", -0.75)]
    assert [(part.kind, part.term, part.value) for part in found.intents[0].contributions] == [
        ("characters", " y", 1.0),
        ("word", "yes", 1.0),
        ("intercept", "", 0.0),
    ]
    assert [(part.kind, part.value) for part in found.intents[1].contributions] == [
        ("word", -1.0),
        ("intercept", 0.25),
        ("characters", 0.0),
    ]
    assert (found.out_of_scope, found.in_scope, found.threshold, found.model) == (None, True, 0.5, "v")


WORDS = ["where", "is", "my", "phone", "broken?", "price", "PHONE", "of", "🙂"]


@given(text=st.text() | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_contributions_add_up_to_the_margins(classifier: Classifier, text: str) -> None:
    found = explain(classifier, text, 4)
    margins, understood = classifier.margins([text])[0][0], classifier.classify(text)
    assert found.out_of_scope is not None
    for one in (*found.intents, found.out_of_scope):
        column = classifier.intents.index(one.intent) if one.confidence is not None else len(classifier.intents)
        assert one.margin == pytest.approx(float(margins[column]), abs=1e-4)
        assert sum(part.value for part in one.contributions) == pytest.approx(one.margin, abs=1e-9)
        assert [part.kind for part in one.contributions].count("intercept") == 1
    assert [(one.intent, one.confidence) for one in found.intents] == [
        (understood.intent, understood.confidence),
        *understood.alternatives,
    ]
    assert found.in_scope == (found.scope_score >= found.threshold)


def test_what_is_cut_off_is_in_the_rest(classifier: Classifier) -> None:
    found = explain(classifier, "where is my phone")
    values = json.loads(json.dumps(as_values(found, 5)))
    for one in values["intents"]:
        assert len(one["contributions"]) == 5
        assert one["rest"] + sum(part["value"] for part in one["contributions"]) == pytest.approx(one["margin"])
    whole = as_values(found)["intents"][0]
    assert "rest" not in whole
    assert np.all(np.diff(np.abs([part["value"] for part in whole["contributions"]])) <= 0)


def test_people_see_the_same_sum(classifier: Classifier) -> None:
    page = as_page(explain(classifier, "where is my phone"))
    block = page.split("\n\n")[1].splitlines()
    assert block[0].startswith("track_order: margin +")
    told = [float(line.split()[0]) for line in block[1:]]
    assert sum(told) == pytest.approx(float(block[0].split()[2].rstrip(",")), abs=0.02)
    assert any(line.split()[1:] == ["word", "where"] for line in block)
    assert "out_of_scope: margin" in page
    assert "intercept" in as_page(explain(classifier, ""))
