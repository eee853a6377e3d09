"""When a message that a receiver didn't take is sent again, and when it is given up. Times are in milliseconds."""

from collections.abc import Callable
from dataclasses import dataclass

SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a receiver is waited for.

    `delays` come after the first, second, … failed attempt, the last of them again and again. What isn't taken
    `gives_up_after` its first attempt is given up; what is refused as such, after `refusals` attempts.
    """

    delays: tuple[int, ...] = (
        5 * SECOND,
        30 * SECOND,
        2 * MINUTE,
        5 * MINUTE,
        15 * MINUTE,
        HOUR,
        2 * HOUR,
        4 * HOUR,
        6 * HOUR,
    )
    gives_up_after: int = 72 * HOUR
    refusals: int = 3
    one_try: float = 10.0
    """Seconds that one attempt may take."""
    failing: int = 5
    """So many conversations in a row that fail mean that the receiver as a whole is down, and it is left in peace."""

    def delay(self, attempts: int, chance: Callable[[], float]) -> int:
        """How long to wait after so many attempts: up to a fifth more or less by chance (0 to 1), so that receivers
        that failed together aren't tried together."""
        plain = self.delays[min(attempts, len(self.delays)) - 1]
        return int(plain * (0.8 + 0.4 * chance()))

    def gives_up(self, refused: bool, attempts: int, since: int, now: int) -> bool:
        """Whether to give a message up that has failed so often, first at `since`."""
        if refused:
            return attempts >= self.refusals
        return attempts >= len(self.delays) and now - since >= self.gives_up_after
