"""Drift: whether what customers come with has shifted, by an index whose limit says what chance alone would do."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from scipy.special import chdtrc, chdtri

FALSE_ALARMS = 0.01
"""The share of quiet comparisons in which the index passes its limit."""

FEWEST = 5
"""Kinds that are expected less often than this in either period are counted as one."""


@dataclass(frozen=True, slots=True)
class Drift:
    """The population stability index of two periods and its limit."""

    index: float
    limit: float
    before: int
    now: int
    parts: tuple[tuple[str, float, float, float], ...]
    """Kind, its share before, its share now, what it adds to the index."""
    p: float
    """How likely so much is where nothing has shifted."""

    @property
    def has_shifted(self) -> bool:
        """Whether chance alone would seldom do this."""
        return self.index > self.limit


def drift(before: Mapping[str, int], now: Mapping[str, int], false_alarms: float = FALSE_ALARMS) -> Drift | None:
    """Compare the counts of two periods; None where either holds too little to compare.

    The limit is χ²(B − 1) · (1/n + 1/m) at the stated share of false alarms: under no change the index is close to a χ²
    of B − 1 degrees times that. The usual fixed limit of .25 fires in half of all quiet periods with 30 kinds and 200
    messages.
    """
    n, m = sum(before.values()), sum(now.values())
    kinds = sorted({*before, *now})
    if not n or not m:
        return None
    together: dict[str, tuple[int, int]] = {}
    for kind in kinds:
        one, other = before.get(kind, 0), now.get(kind, 0)
        expected = (one + other) * min(n, m) / (n + m)
        name = kind if expected >= FEWEST else "(rare ones)"
        was = together.get(name, (0, 0))
        together[name] = was[0] + one, was[1] + other
    if len(together) < 2:
        return None
    parts, cells = [], len(together)
    for name, (one, other) in together.items():
        # A kind that is missing from one period would make the index infinite.
        p, q = (one + 0.5) / (n + 0.5 * cells), (other + 0.5) / (m + 0.5 * cells)
        parts.append((name, one / n, other / m, (q - p) * math.log(q / p)))
    limit = float(chdtri(cells - 1, false_alarms)) * (1 / n + 1 / m)
    parts.sort(key=lambda part: -part[3])
    index = sum(part[3] for part in parts)
    return Drift(index, limit, n, m, tuple(parts), float(chdtrc(cells - 1, index / (1 / n + 1 / m))))
