"""Recorded improvements, each with its metric before and after, and whether the difference is more than noise."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.cx.figures import DAY, Figure, Metric, Scope
from bot.cx.intervals import Interval, difference

DAYS = 28
"""How many days before and after are compared."""


@dataclass(frozen=True, slots=True)
class Improvement:
    """What was improved at a time (milliseconds), and its metric in the days before and after."""

    title: str
    phase: str
    time: int
    before: Figure
    after: Figure

    @property
    def change(self) -> tuple[float, Interval] | None:
        """After − before with its interval, None where either holds nothing yet."""
        before, after = self.before, self.after
        if before.value is None or after.value is None or before.interval is None or after.interval is None:
            return None
        return after.value - before.value, difference(after.value, after.interval, before.value, before.interval)


def improvements(scope: Scope, metrics: Mapping[str, Metric]) -> list[Improvement]:
    """Everything that was recorded up to the scope's end, the latest first; unknown metrics are left out."""
    rows = scope.database.execute(
        """SELECT title, phase, time, metric FROM touchpoint
        WHERE type = 'improvement.recorded' ORDER BY time DESC, position"""
    ).fetchall()
    found = []
    for title, phase, time, metric in rows:
        if metric in metrics and time < scope.until:
            middle = int(time)
            before = replace(scope, since=middle - DAYS * DAY, until=middle)
            after = replace(scope, since=middle, until=min(middle + DAYS * DAY, scope.horizon))
            found.append(
                Improvement(
                    str(title), str(phase), middle, metrics[metric].measure(before), metrics[metric].measure(after)
                )
            )
    return found
