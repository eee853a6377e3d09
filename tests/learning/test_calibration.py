import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.learning.calibration import scope_scores, temperature, threshold


def drawn(scale: float, count: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Margins, and right columns drawn from the softmax of the margins divided by `scale`."""
    random = np.random.default_rng(7)
    margins = random.normal(0, 3, (count, 6)).astype(np.float32)
    shares = np.exp(margins / scale)
    shares /= shares.sum(axis=1, keepdims=True)
    return margins, np.array([random.choice(6, p=row / row.sum()) for row in shares.astype(float)])


@pytest.mark.parametrize("scale", [0.5, 1.0, 3.0])
def test_the_temperature_that_made_the_data_is_found(scale: float) -> None:
    assert temperature(*drawn(scale)) == pytest.approx(scale, rel=0.08)


def test_a_few_rows_that_are_all_right_make_it_not_certain() -> None:
    margins = np.eye(3, dtype=np.float32)
    assert temperature(margins, np.arange(3)) > 0.2
    assert temperature(np.empty((0, 3), np.float32), np.empty(0, np.intp)) == pytest.approx(1.0, abs=0.01)


scores = st.lists(st.floats(-50, 50), min_size=1, max_size=80).map(np.array)


@given(scores, scores | st.just(np.empty(0)), st.floats(0, 1))
def test_the_gate_never_costs_more_than_its_price(inside: np.ndarray, outside: np.ndarray, price: float) -> None:
    gate = threshold(inside, outside, price)
    assert (inside < gate).mean() <= price


def test_without_examples_out_of_scope_the_price_is_paid_in_full() -> None:
    assert threshold(np.arange(100.0), np.empty(0), 0.05) == 5.0


def test_with_examples_out_of_scope_no_more_is_paid_than_buys_something() -> None:
    inside = np.arange(100.0)
    assert threshold(inside, np.array([-5.0, -4.0]), 0.05) == 0.0
    assert threshold(inside, np.array([1.5, 1.6, 90.0]), 0.05) == 2.0


def test_without_anything_known_the_gate_is_in_the_middle() -> None:
    assert threshold(np.empty(0), np.empty(0), 0.05) == 0.0


def test_scope_scores() -> None:
    margins = np.array([[1, 3, 2], [5, 0, 4]], np.float32)
    assert scope_scores(margins, 3).tolist() == [3, 5]
    assert scope_scores(margins, 2).tolist() == [1, 1]
