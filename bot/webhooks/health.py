"""Whether a receiver as a whole is well: when too many conversations fail, it is left in peace longer and longer."""

from collections.abc import Callable

from bot.webhooks.patience import Patience
from bot.webhooks.post import Outcome


class Health:
    """Counts what fails at one receiver. Times are milliseconds since the Unix epoch, `chance` is from 0 to 1."""

    def __init__(self, patience: Patience, chance: Callable[[], float]) -> None:
        self._patience = patience
        self._chance = chance
        self._failing: set[str] = set()
        self._pauses = 0
        self._unreached = False
        self.rests_until = 0
        self._down_since: int | None = None

    @property
    def is_doubtful(self) -> bool:
        """Whether nothing has been taken since it was left in peace: then one message at a time tries it."""
        return self._pauses > 0

    def succeeded(self) -> bool:
        """Something was taken: all is well. True where it was not before: then what waits need wait no longer."""
        recovered = self.is_doubtful or self._unreached
        self._failing.clear()
        self._pauses = 0
        self._unreached = False
        self.rests_until = 0
        self._down_since = None
        return recovered

    def failed(self, stream: str, now: int, outcome: Outcome) -> None:
        """Something of a conversation wasn't taken."""
        self._failing.add(stream)
        self._unreached |= outcome.unreached
        if outcome.wait:
            self.rests_until = max(self.rests_until, now + outcome.wait * 1000)
        if now < self.rests_until:
            return  # this was under way when the pause began
        if self.is_doubtful or len(self._failing) >= self._patience.failing:
            self._pauses += 1
            self.rests_until = now + self._patience.delay(self._pauses, self._chance)
            if self._down_since is None:
                self._down_since = now

    def is_hopeless(self, now: int) -> bool:
        """Whether it has been down for longer than anything is tried."""
        return self._down_since is not None and now - self._down_since >= self._patience.gives_up_after
