"""The journey over the eight stages: from where to where customers go, and where they are not seen again."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.cx import intervals
from bot.cx.figures import DAY, Defined, Figure, Scope

STAGES = ("awareness", "discovery", "attraction", "interaction", "purchase", "use", "cultivation", "advocacy")
GONE = "nothing further"

WITHIN = 7
"""Days after the last touchpoint of a visit in which the next stage has to follow."""

_SEEN = f"ended <= {{horizon}} - {WITHIN * DAY}"
_WENT_ON = f"coalesce(next_at - ended <= {WITHIN * DAY}, false)"


@dataclass(frozen=True, slots=True)
class DropOff(Defined):
    """1 − the share that goes on from one stage to another within some days."""

    stage: str = field(kw_only=True)

    def measure(self, scope: Scope) -> Figure:
        """See `Metric`."""
        ((n, lost),) = scope.rows(
            f"""SELECT count(*), count(*) FILTER (NOT {_WENT_ON}) FROM {{visits}}
            WHERE stage = '{self.stage}' AND {_SEEN}"""
        )
        return self._figure("share", lost / n if n else None, intervals.wilson(lost, n) if n else None, n, "Wilson")

    def members(self, scope: Scope, limit: int) -> list[tuple[str, int]]:
        """See `Metric`: the episodes at this stage whose customers were not seen at another one."""
        query = f"""SELECT s.name, e.episode FROM {{visits}} v
            JOIN episode e ON e.person = v.person AND e.opened_at >= v.began
                AND (v.next_at IS NULL OR e.opened_at < v.next_at)
            JOIN stream s ON s.id = e.stream
            WHERE v.stage = '{self.stage}' AND v.{_SEEN} AND NOT coalesce(v.next_at - v.ended <= {WITHIN * DAY}, false)
            ORDER BY e.opened_at DESC, s.name LIMIT {limit}"""
        return [(str(name), int(episode)) for name, episode in scope.rows(query)]


DROP_OFF: Mapping[str, DropOff] = {
    stage: DropOff(
        f"drop_off_{stage}",
        f"Drop-off at {stage}",
        f"Visits to the stage after whose last touchpoint the customer was seen at no other stage within {WITHIN} days "
        "÷ visits to it.",
        f"visits to the stage whose last touchpoint was at least {WITHIN} days ago",
        "true",
        stage=stage,
    )
    for stage in STAGES
}


def passages(scope: Scope) -> list[tuple[str, str, int]]:
    """From stage, to stage or `GONE`, and how often, over visits that ended long enough ago."""
    rows = scope.rows(
        f"""SELECT stage, CASE WHEN {_WENT_ON} THEN next_stage ELSE '{GONE}' END AS goes, count(*)
        FROM {{visits}} WHERE {_SEEN} GROUP BY ALL"""
    )
    order = {name: place for place, name in enumerate((*STAGES, GONE))}
    return sorted(((a, b, int(n)) for a, b, n in rows if a in order), key=lambda one: (order[one[0]], order[one[1]]))


def stages_by_channel(scope: Scope) -> Mapping[tuple[str, str], int]:
    """How many touchpoints there were at each stage in each channel."""
    rows = scope.rows("SELECT stage, channel, sum(touchpoints)::BIGINT FROM {visits} GROUP BY ALL")
    return {(str(stage), str(channel)): int(n) for stage, channel, n in rows}
