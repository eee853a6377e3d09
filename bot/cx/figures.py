"""Figures and the metrics that give them: each with its definition, what it is a share of, its n and its interval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

import duckdb
import numpy as np
from numpy.typing import NDArray

from bot.cx import intervals
from bot.cx.intervals import Interval

DAY = 86_400_000
"""Milliseconds."""

Unit = Literal["share", "seconds", "points", "number", "money"]
"""A share is shown in per cent, points go from 0 to 100 or, of NPS, from −100 to 100."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with all that it takes to judge it. `value` is None where there is nothing to measure.

    `n` is what stands below the line: how many episodes, ratings or waits it is a figure of. Shares go from 0 to 1.
    """

    name: str
    title: str
    definition: str
    denominator: str
    unit: Unit
    value: float | None
    interval: Interval | None
    n: int
    method: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is measured: episodes that opened (waits and visits that began) from `since` on and before `until`.

    `horizon` is how far the log was looked at: what may still happen within some days counts only where those days have
    passed by then. All in milliseconds since 1970. `only` narrows it further, as column → value.
    """

    database: duckdb.DuckDBPyConnection
    since: int
    until: int
    horizon: int
    only: Mapping[str, str] = field(default_factory=dict)

    def before(self) -> "Scope":
        """The period of the same length just before this one, judged by what was known at its end as this one is."""
        return replace(self, since=2 * self.since - self.until, until=self.since, horizon=self.horizon - self.length)

    @property
    def length(self) -> int:
        """Milliseconds from begin to end."""
        return self.until - self.since

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows that a query gives, filled in by `sql`."""
        return self.database.execute(self.sql(query), list(values) or None).fetchall()

    def column(self, query: str, values: Sequence[Any] = ()) -> NDArray[Any]:
        """The one column that a query gives, as an array."""
        (array,) = self.database.execute(self.sql(query), list(values) or None).fetchnumpy().values()
        return np.ma.filled(array, np.nan) if np.ma.isMaskedArray(array) else np.asarray(array)

    def sql(self, query: str) -> str:
        """The query with `{episodes}`, `{spells}`, `{visits}`, `{horizon}`, `{since}` and `{until}` filled in."""
        sources = {name: self._source(table, when) for name, table, when in _SOURCES}
        return query.format(**sources, horizon=self.horizon, since=self.since, until=self.until)

    def _source(self, table: str, when: str) -> str:
        window = f"{when} >= {self.since} AND {when} < {self.until}"
        if table == "spell":
            return (
                f"(SELECT s.* FROM spell s {self._joined()} WHERE s.began >= {self.since} AND s.began < {self.until})"
            )
        if table == "visit":
            return f"(SELECT * FROM visit WHERE {window})"
        return f"(SELECT * FROM {table} WHERE {window}{self._narrowed('')})"

    def _joined(self) -> str:
        if not self.only:
            return ""
        return f"JOIN episode e ON e.stream = s.stream AND e.episode = s.episode{self._narrowed('e.')}"

    def _narrowed(self, prefix: str) -> str:
        return "".join(f" AND {prefix}{column} = {_quoted(value)}" for column, value in self.only.items())


_SOURCES = (("episodes", "episode", "opened_at"), ("spells", "spell", "began"), ("visits", "visit", "began"))


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


class Metric(Protocol):
    """A definition that gives a figure of a scope: pure, as the same log and scope always give the same."""

    @property
    def name(self) -> str:
        """What addresses it."""
        ...

    def measure(self, scope: Scope) -> Figure:
        """The figure."""
        ...

    def members(self, scope: Scope, limit: int) -> list[tuple[str, int]]:
        """Conversations and episodes that it counts, the latest first: those above the line, where it is a share."""
        ...


@dataclass(frozen=True, slots=True)
class Defined:
    """What every definition has: its words, and which rows it is about."""

    name: str
    title: str
    definition: str
    denominator: str
    base: str
    """SQL: which rows of `source` count at all."""

    note: str = field(default="", kw_only=True)
    source: Literal["episodes", "spells"] = field(default="episodes", kw_only=True)

    def _members(self, scope: Scope, condition: str, limit: int) -> list[tuple[str, int]]:
        source, when = ("{episodes}", "opened_at") if self.source == "episodes" else ("{spells}", "began")
        query = f"""SELECT s.name, x.episode FROM {source} x JOIN stream s ON s.id = x.stream
            WHERE ({self.base}) AND ({condition}) ORDER BY x.{when} DESC, s.name LIMIT {limit}"""
        return [(str(name), int(episode)) for name, episode in scope.rows(query)]

    def _figure(
        self, unit: Unit, value: float | None, interval: Interval | None, n: int, method: str, note: str = ""
    ) -> Figure:
        told = " ".join(filter(None, (self.note, note)))
        about = (self.name, self.title, self.definition, self.denominator)
        return Figure(*about, unit, value if n else None, interval if n else None, n, method, told)


@dataclass(frozen=True, slots=True)
class Share(Defined):
    """Rows that meet `hit` ÷ rows that meet `base`, with Wilson's interval."""

    hit: str = field(kw_only=True)
    points: bool = field(default=False, kw_only=True)
    """Whether it is a score from 0 to 100."""

    def measure(self, scope: Scope) -> Figure:
        """See `Metric`."""
        return measure_all([self], scope)[0]

    def of(self, n: int, hits: int) -> Figure:
        """The figure, from how many rows count and how many of those are hits."""
        scale: int = 100 if self.points else 1
        value, interval = (hits / n, intervals.wilson(hits, n)) if n else (None, None)
        if value is not None and interval is not None:
            value, interval = value * scale, Interval(interval.low * scale, interval.high * scale)
        return self._figure("points" if self.points else "share", value, interval, n, "Wilson")

    def members(self, scope: Scope, limit: int) -> list[tuple[str, int]]:
        """See `Metric`."""
        return self._members(scope, self.hit, limit)


@dataclass(frozen=True, slots=True)
class Quantile(Defined):
    """The quantile of `seconds` over the rows that meet `base`, with an interval from order statistics."""

    seconds: str = field(kw_only=True)
    share: float = field(default=0.5, kw_only=True)

    def measure(self, scope: Scope) -> Figure:
        """See `Metric`."""
        return measure_all([self], scope)[0]

    @property
    def column(self) -> str:
        """The query for what it is a quantile of."""
        return f"SELECT ({self.seconds})::DOUBLE FROM {{{self.source}}} WHERE {self.base}"

    def of(self, ordered: NDArray[np.float64]) -> Figure:
        """The figure, from all values in order."""
        value = float(np.quantile(ordered, self.share)) if len(ordered) else None
        interval = intervals.quantile(ordered, self.share)
        return self._figure("seconds", value, interval, len(ordered), "order statistics")

    def members(self, scope: Scope, limit: int) -> list[tuple[str, int]]:
        """See `Metric`."""
        return self._members(scope, "true", limit)


@dataclass(frozen=True, slots=True)
class Mean(Defined):
    """The mean of `number` over the rows that meet `base`, with Student's interval."""

    number: str = field(kw_only=True)

    def measure(self, scope: Scope) -> Figure:
        """See `Metric`."""
        values = scope.column(f"SELECT ({self.number})::DOUBLE FROM {{{self.source}}} WHERE {self.base}")
        value = float(values.mean()) if len(values) else None
        return self._figure("number", value, intervals.mean(values), len(values), "Student's t")

    def members(self, scope: Scope, limit: int) -> list[tuple[str, int]]:
        """See `Metric`."""
        return self._members(scope, "true", limit)


@dataclass(frozen=True, slots=True)
class TimeUntil(Defined):
    """The median time until `ended` (a column of milliseconds), by Kaplan–Meier: what is still open counts as such."""

    ended: str = field(kw_only=True)
    reason: str = field(kw_only=True)
    """The column that says how it ended: by one of `RESOLVED`, or it counts as longer than it was seen."""
    share: float = field(default=0.5, kw_only=True)

    def measure(self, scope: Scope) -> Figure:
        """See `Metric`."""
        curve, n, open_ = self.curve(scope)
        if not n or curve is None:
            return self._figure("seconds", None, None, 0, "Kaplan–Meier")
        value = curve.quantile(self.share)
        note = f"{open_} of them are not resolved and count as longer than they were seen."
        told = value if np.isfinite(value) else None
        return self._figure("seconds", told, curve.interval(self.share), n, "Kaplan–Meier, log-log", note)

    def curve(self, scope: Scope) -> tuple[intervals.Survival | None, int, int]:
        """The share still open over the seconds, of how many episodes, and how many were never resolved."""
        query = f"""SELECT (coalesce({self.ended}, {{horizon}}) - opened_at) / 1000.0 AS duration,
            coalesce({self.reason} IN ({RESOLVED}), false) AS ended FROM {{episodes}} WHERE {self.base}"""
        columns = scope.database.execute(scope.sql(query)).fetchnumpy()
        durations, ended = np.asarray(columns["duration"], float), np.asarray(columns["ended"], bool)
        if not len(durations):
            return None, 0, 0
        return intervals.kaplan_meier(durations, ended), len(durations), int((~ended).sum())

    def members(self, scope: Scope, limit: int) -> list[tuple[str, int]]:
        """See `Metric`."""
        return self._members(scope, "true", limit)


RESOLVED = "'resolved', 'silent'"
"""How an episode may close so that it counts as resolved; left while waiting, and merged, it was not."""


def measure_all(wanted: Sequence[Metric], scope: Scope) -> list[Figure]:
    """The figure of each metric, as `measure` gives it.

    Shares of the same rows are counted in one look at those, and quantiles of the same values sort them once: over
    millions of episodes that is most of a page's time.
    """
    counts = _counts([one for one in wanted if isinstance(one, Share)], scope)
    columns = {one.column for one in wanted if isinstance(one, Quantile)}
    ordered = {query: np.sort(scope.column(query)) for query in columns}

    def measured(one: Metric) -> Figure:
        if isinstance(one, Share):
            return one.of(*counts[one.name])
        return one.of(ordered[one.column]) if isinstance(one, Quantile) else one.measure(scope)

    return [measured(one) for one in wanted]


def _counts(shares: Sequence[Share], scope: Scope) -> dict[str, tuple[int, int]]:
    """By the name of each share: how many rows count, and how many of those are hits."""
    found: dict[str, tuple[int, int]] = {}
    for source in {one.source for one in shares}:
        together = [one for one in shares if one.source == source]
        columns = [f"count(*) FILTER ({one.base}), count(*) FILTER (({one.base}) AND ({one.hit}))" for one in together]
        (row,) = scope.rows(f"SELECT {', '.join(columns)} FROM {{{source}}}")
        found |= {one.name: (row[2 * place], row[2 * place + 1]) for place, one in enumerate(together)}
    return found
