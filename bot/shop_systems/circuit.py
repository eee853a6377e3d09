"""A circuit breaker: a system that doesn't answer is left in peace for a while, and nobody waits for it meanwhile."""


class Circuit:
    """Opens after some failures in a row; times are seconds on any clock that never goes back."""

    def __init__(self, failures: int, rest: float) -> None:
        self._most = failures
        self._rest = rest
        self._in_a_row = 0
        self._closed_from = 0.0

    def lets_through(self, now: float) -> bool:
        """Whether to call. When the rest is over one call goes through, and the others wait for how it ends."""
        if self._in_a_row < self._most:
            return True
        if now < self._closed_from:
            return False
        self._closed_from = now + self._rest
        return True

    def answered(self) -> None:
        """The system answered, whatever it said."""
        self._in_a_row = 0

    def failed(self, now: float) -> bool:
        """The system didn't answer; returns whether that opened the circuit."""
        self._in_a_row += 1
        if self._in_a_row < self._most:
            return False
        self._closed_from = now + self._rest
        return self._in_a_row == self._most
