"""Drift: whether what customers come with has shifted, by an index whose limit says what chance alone would do."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from zlib import crc32

from scipy.special import chdtrc, chdtri

FALSE_ALARMS = 0.01
"""The share of quiet comparisons in which the index passes its limit."""

FEWEST = 5
"""Kinds that are expected less often than this in either period are rare, and counted in groups."""

FEWEST_OF_GROUP = 10
"""How often, at least, a group of rare kinds is expected in either period."""


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
    rare: float
    """The share of both periods that is of rare kinds, which are compared in groups."""
    groups: int

    @property
    def has_shifted(self) -> bool:
        """Whether chance alone would seldom do this."""
        return self.index > self.limit


def drift(before: Mapping[str, int], now: Mapping[str, int], false_alarms: float = FALSE_ALARMS) -> Drift | None:
    """Compare the counts of two periods; None where either holds too little to compare.

    The limit is χ²(B − 1) · (1/n + 1/m) at the stated share of false alarms: under no change the index is close to a χ²
    of B − 1 degrees times that. The usual fixed limit of .25 fires in half of all quiet periods with 30 kinds and 200
    messages.

    Rare kinds are compared in groups. In one pot alone, many of them could change for as many others unseen.
    """
    n, m = sum(before.values()), sum(now.values())
    if not n or not m:
        return None
    both = {kind: before.get(kind, 0) + now.get(kind, 0) for kind in sorted({*before, *now})}
    least = min(n, m) / (n + m)
    rare = {kind: count for kind, count in both.items() if count * least < FEWEST}
    groups = _groups(rare, FEWEST_OF_GROUP / least)
    together: dict[str, tuple[int, int]] = {}
    for kinds in (*([kind] for kind in both if kind not in rare), *groups):
        name = kinds[0] if len(kinds) == 1 else f"({kinds[0]} and {len(kinds) - 1} other rare ones)"
        together[name] = sum(before.get(kind, 0) for kind in kinds), sum(now.get(kind, 0) for kind in kinds)
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
    p_value = float(chdtrc(cells - 1, index / (1 / n + 1 / m)))
    return Drift(index, limit, n, m, tuple(parts), p_value, sum(rare.values()) / (n + m), len(groups))


def _groups(rare: Mapping[str, int], fewest: float) -> list[list[str]]:
    """Rare kinds in groups that each come at least so often, all in one where there are too few for that.

    They are put together by a hash of their names and how often they come in both periods, neither of which knows in
    which of the two that was: so where nothing has shifted, the groups are like kinds chosen beforehand.
    """
    groups: list[list[str]] = []
    filled = fewest
    for kind in sorted(rare, key=lambda kind: (crc32(kind.encode()), kind)):
        if filled >= fewest:
            groups.append([])
            filled = 0
        groups[-1].append(kind)
        filled += rare[kind]
    if len(groups) > 1 and filled < fewest:
        groups[-2:] = [groups[-2] + groups[-1]]
    return groups
