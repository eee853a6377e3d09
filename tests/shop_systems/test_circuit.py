"""The circuit breaker, second by second."""

from bot.shop_systems.circuit import Circuit


def test_it_opens_after_failures_in_a_row_alone() -> None:
    circuit = Circuit(3, 10)
    assert [circuit.failed(0) for _ in range(2)] == [False, False]
    circuit.answered()
    assert [circuit.failed(1) for _ in range(3)] == [False, False, True]
    assert not circuit.lets_through(1)
    assert not circuit.lets_through(10.9)


def test_after_its_rest_one_call_goes_through_and_decides() -> None:
    circuit = Circuit(1, 10)
    circuit.failed(0)
    assert [circuit.lets_through(10) for _ in range(3)] == [True, False, False]
    assert circuit.failed(13) is False, "it was open all the time"
    assert [circuit.lets_through(second) for second in (13, 22.9, 23, 23)] == [False, False, True, False]
    circuit.answered()
    assert [circuit.lets_through(24) for _ in range(3)] == [True, True, True]


def test_a_call_that_never_ends_does_not_keep_it_open() -> None:
    circuit = Circuit(1, 10)
    circuit.failed(0)
    assert circuit.lets_through(10)
    assert circuit.lets_through(20)
