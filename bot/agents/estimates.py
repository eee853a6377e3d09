"""How long the wait is, honestly: a range learned from the waits that were measured, and checked against them.

The queue moves by departures. The point of an estimate is the place times the mean time between departures of that
skill while somebody waited for it. How far such points were off before, as the ratio of the real wait to the point,
gives the range around the next one (split conformal prediction). As ranges are shown in round minutes and a shop's day
isn't stationary, the level follows what the shown ranges really covered (adaptive conformal inference, Gibbs and Candès
2021).
"""

import math
from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

MINUTE = 60_000
STEPS = (0, 1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240)
"""What people are told, in minutes. Past the last one nothing honest can be said."""

VAGUE, VAGUE_ABOVE = 10, 30
"""“10 minutes to an hour” says something; above half an hour, more than ten times as much doesn't."""

MEASURED_AT_LEAST = 8
"""So many waits must have been measured before a range is given."""

ALIKE_AT_LEAST = 30
"""So many of about the same place, and they alone tell how far points are off there."""

REMEMBERED = 300
"""How many measured waits count."""

MISS = 0.12
"""The share of real waits that may lie outside the shown range."""

LEAST_MISS, MOST_MISS = 0.03, 0.4
ADAPTS = 0.02
"""How fast the level follows what was really covered."""

FADES = 1 - 1 / 25
"""What an earlier departure counts after another one."""

BORROWED = 3.0
"""A skill's own mean counts in full only from a few departures on; before that the mean of all does."""

LONGEST_GAP = 60 * MINUTE
"""No gap between two departures counts for more: nobody was there."""

EVERYTHING = "all"

QUICK = MINUTE / 2
"""Below this a wait is one that is over at once; how far those are off says nothing about long ones."""

SHORTEST = 2_000.0
"""A point below this, in milliseconds, says nothing that its ratio could be measured against."""

Range = tuple[int, int]
"""From and to, in seconds."""


@dataclass(slots=True)
class _Flow:
    """How a skill's line moves: the time somebody waited in it, and who left it in that time, both fading."""

    waiting: int = 0
    busy: float = 0.0
    departures: float = 0.0
    since: int = 0
    """Since when somebody waits without a departure."""

    def gap(self, now: int) -> float:
        return float(min(max(0, now - self.since), LONGEST_GAP)) if self.waiting else 0.0

    def depart(self, at: int) -> None:
        self.busy = self.busy * FADES + self.gap(at)
        self.departures = self.departures * FADES + 1
        self.waiting = max(0, self.waiting - 1)
        self.since = max(self.since, at)


class _Guess(NamedTuple):
    """What was expected of one wait when it began."""

    skill: str
    at: int
    place: int | None
    point: float
    shown: Range | None


@dataclass(slots=True)
class _Off:
    """How far points were off: real wait over point, the newest last."""

    pools: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(lambda: deque(maxlen=REMEMBERED)))

    def add(self, place: int, point: float, ratio: float) -> None:
        for pool in _pools(place, point):
            self.pools[pool].append(ratio)

    def of(self, place: int, point: float) -> Sequence[float]:
        """The ratios of the waits most like this one of which there are enough."""
        for pool, enough in zip(
            _pools(place, point), (ALIKE_AT_LEAST, MEASURED_AT_LEAST, MEASURED_AT_LEAST), strict=True
        ):
            if len(self.pools[pool]) >= enough:
                return self.pools[pool]
        return ()


class Estimates:
    """Learns from who joins and leaves the queue, and says how long the wait is. Times are in milliseconds."""

    def __init__(self) -> None:
        self._flows: dict[str, _Flow] = defaultdict(_Flow)
        self._guesses: dict[str, _Guess] = {}
        self._off = _Off()
        self._miss = MISS

    @property
    def measured(self) -> int:
        """How many waits the ranges rest on."""
        return len(self._off.pools[EVERYTHING])

    def joined(self, conversation_id: str, skill: str, at: int, place: int | None) -> None:
        """Somebody waits from now on; without a place (out of hours) the wait isn't measured."""
        if conversation_id in self._guesses:
            return
        flow = self._flows[skill]
        point, shown = 0.0, None
        if place is not None:
            point, shown = self._point(skill, place, at), self.range(skill, place, at)
        if not flow.waiting:
            flow.since = max(flow.since, at)
        flow.waiting += 1
        self._guesses[conversation_id] = _Guess(skill, at, place, point, shown)

    def served(self, conversation_id: str, at: int) -> None:
        """Somebody has an agent now: the line has moved, and the wait is measured."""
        guess = self._depart(conversation_id, at)
        if guess is None or guess.place is None:
            return
        wait = max(0, at - guess.at)
        if guess.shown is not None:
            self._learn(guess.shown, wait)
        self._off.add(guess.place, guess.point, wait / guess.point)

    def left(self, conversation_id: str, at: int) -> None:
        """Somebody waits no longer without having been served: the line has moved, how long it took isn't known."""
        self._depart(conversation_id, at)

    def closed(self, now: int) -> None:
        """Nobody is there: who waits on does so without a place, and time that passes doesn't count."""
        for flow in self._flows.values():
            flow.since = max(flow.since, now)
        for conversation_id, guess in self._guesses.items():
            if guess.place is not None:
                self._guesses[conversation_id] = guess._replace(place=None)

    def range(self, skill: str, place: int, now: int) -> Range | None:
        """From and to, in seconds, of the wait from now on at a place; None while too little is known."""
        point = self._point(skill, place, now)
        ratios = sorted(self._off.of(place, point))
        if not ratios:
            return None
        low = ratios[max(0, math.floor((len(ratios) + 1) * self._miss / 2) - 1)]
        high = ratios[min(len(ratios), math.ceil((len(ratios) + 1) * (1 - self._miss / 2))) - 1]
        return rounded(point * low, point * high)

    def _point(self, skill: str, place: int, now: int) -> float:
        """The wait in milliseconds, as far as the line's own pace tells."""
        flow = self._flows[skill]
        busy, departures = (
            sum(one.busy for one in self._flows.values()),
            sum(one.departures for one in self._flows.values()),
        )
        usual = busy / departures if departures else float(MINUTE)
        mean = (flow.busy + flow.gap(now) + BORROWED * usual) / (flow.departures + BORROWED)
        return max(SHORTEST, place * mean)

    def _depart(self, conversation_id: str, at: int) -> _Guess | None:
        guess = self._guesses.pop(conversation_id, None)
        if guess is not None:
            self._flows[guess.skill].depart(at)
        return guess

    def _learn(self, shown: Range, wait: int) -> None:
        """Let the level follow; a range that can't be any narrower teaches nothing."""
        low, high = shown
        if high <= STEPS[1] * 60:
            return
        missed = not low * 1000 <= wait <= high * 1000
        self._miss = min(MOST_MISS, max(LEAST_MISS, self._miss + ADAPTS * (MISS - missed)))


def rounded(low: float, high: float) -> Range | None:
    """A range in milliseconds as people are told it: outward to round minutes, in seconds.

    From 0 to 60 seconds is “less than a minute”. None for one that is too long or so wide that it says nothing.
    """
    upper = bisect_left(STEPS, max(high, 1.0) / MINUTE)
    if upper == len(STEPS):
        return None
    lower = bisect_left(STEPS, low / MINUTE)
    if STEPS[min(lower, len(STEPS) - 1)] * MINUTE > low:
        lower -= 1
    least, most = STEPS[min(max(lower, 0), upper - 1)], STEPS[upper]
    return None if most > VAGUE_ABOVE and least * VAGUE < most else (least * 60, most * 60)


def _pools(place: int, point: float) -> tuple[str, str, str]:
    """The waits that vary alike, the most alike first: of about the same place (1, 2 to 3, 4 to 7, …), and as quick."""
    pace = "quick" if point < QUICK else "slow"
    return f"{pace} {min(place.bit_length(), 5)}", pace, EVERYTHING
