import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, roc_auc_score

from bot.learning.evaluation import auroc, calibration_error, evaluate
from bot.records import Understanding


def answer(intent: str, confidence: float = 1.0, score: float = 1.0) -> Understanding:
    return Understanding(intent, confidence, score >= 0, score, (), "v")


def test_each_figure_by_hand() -> None:
    truth = ["a", "a", "b", "b", "oos", "oos"]
    answers = [
        answer("a", 0.9),
        answer("a", 0.7, -1),  # right, but not let through
        answer("a", 0.8, 2),
        answer("b", 0.6),
        answer("b", 0.5, -2),
        answer("b", 0.5, 0.5),  # let through, and out of scope
    ]
    figures = evaluate(truth, answers)
    assert figures["n"] == 6
    assert figures["accuracy"] == pytest.approx(3 / 6)
    assert figures["in_scope_accuracy"] == pytest.approx(3 / 4)
    assert figures["ece"] == pytest.approx((0.1 + 0.3 + 0.8 + 0.4) / 4)
    assert figures["oos_recall"] == figures["oos_precision"] == pytest.approx(1 / 2)
    assert figures["auroc"] == pytest.approx((2 + 1 + 2 + 2) / 8)
    assert figures["macro_f1"] == pytest.approx((2 / 4 + 2 / 4 + 2 / 4) / 3)


def test_figures_without_rows_for_them_are_absent() -> None:
    assert evaluate(["a"], [answer("a")]).keys() == {"n", "accuracy", "macro_f1", "in_scope_accuracy", "ece"}
    assert evaluate(["oos"], [answer("a")]) == {
        "n": 1,
        "accuracy": 0,
        "macro_f1": 0,
        "oos_recall": 0,
        "oos_precision": 0,
    }
    assert evaluate([], []) == {"n": 0}


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abcd")), min_size=1))
def test_macro_f1_is_that_of_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    truth, said = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    expected = f1_score(truth, said, labels=sorted(set(truth)), average="macro", zero_division=0)
    assert evaluate(truth, [answer(intent) for intent in said])["macro_f1"] == pytest.approx(expected)


@given(st.lists(st.integers(0, 5), min_size=1), st.lists(st.integers(0, 5), min_size=1))
def test_auroc_is_that_of_scikit_learn(higher: list[int], lower: list[int]) -> None:
    expected = roc_auc_score([1] * len(higher) + [0] * len(lower), higher + lower)
    assert auroc(np.array(higher, float), np.array(lower, float)) == pytest.approx(expected)


def test_calibration_error() -> None:
    assert calibration_error(np.array([0.5, 0.5]), np.array([True, False])) == 0
    assert calibration_error(np.array([1.0, 1.0]), np.array([True, False])) == 0.5
