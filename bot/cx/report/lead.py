"""The view of whoever leads the service: what came in, who waited, who was handed off, what became of it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from bot.cx import alerts as alerting
from bot.cx import intervals, metrics, quality, satisfaction
from bot.cx.figures import DAY, Metric, Scope, measure_all
from bot.cx.intervals import Interval
from bot.cx.options import Benchmark, Options
from bot.cx.report import plots, words
from bot.cx.report.markup import Markup, h
from bot.cx.report.parts import Block, Plot, Section, Table, Tile

WORST = 10
"""How many conversations each list shows."""

FEWEST_WAITS = 5
"""How many waits an hour of the day needs to be shown: a single long one is no long hour."""

REASONS = {
    "requested": "asked for a person",
    "not_understood": "not understood twice",
    "loop": "going in circles",
    "policy": "the shop wants it so",
    "distress": "in distress",
    "action_failed": "a system of the shop failed",
    "not_solved": "the guide did not help",
    "bad_rating": "a bad rating",
}


def sections(scope: Scope, options: Options) -> list[Section]:
    """The sections, from what is most urgent to what is worth the most."""
    return [
        alerted(scope, options),
        Section("volume", "What came in", [volume(scope)]),
        waiting(scope),
        hand_offs(scope),
        outcome(scope),
        satisfied(scope),
        worst_and_recovered(scope),
        worth(scope, options),
    ]


def alerted(scope: Scope, options: Options) -> Section:
    """What is not as it was."""
    raised = alerting.alerts(scope, options.goals.first_response_human)
    text = (
        f"The last whole day against the {alerting.HISTORY} before it, as far as the log goes back: how many come with "
        "each intent, the mix of intents, and long waits. On quiet days, at most "
        f"{alerting.FALSE_ALARMS:.0%} of them raise anything."
    )
    if (days := alerting.days_before(scope)) < alerting.FEWEST:
        told = f"Too early to say: {words.counted(days, 'whole day')} to compare with, {alerting.FEWEST} are needed."
        return Section("alerts", "Alerts", [h("p", {"class": "notice"}, told)], text)
    if not raised:
        return Section("alerts", "Alerts", [h("p", {"class": "notice good"}, "Nothing stands out.")], text)
    rows = [(one.kind, words.plain(one.about), one.text, f"{one.p:.1g}") for one in raised]
    notice = h("p", {"class": "notice bad"}, f"{words.counted(len(raised), 'thing')} stood out on the last day.")
    table = Table(("Kind", "About", "What", "By chance in a share of"), rows, "Alerts")
    return Section("alerts", "Alerts", [notice, table], text)


def tiles(scope: Scope, *wanted: Metric) -> list[Block]:
    """A tile a metric, each against the period before."""
    both = zip(measure_all(wanted, scope), measure_all(wanted, scope.before()), strict=True)
    return [Tile(now, before) for now, before in both]


def names_of_days(scope: Scope, times: Sequence[int]) -> list[str]:
    """What days are called on an axis: short, but over more than a year a day without its year would be several."""
    return [(words.short_day if scope.length <= 365 * DAY else words.day)(at) for at in times]


def volume(scope: Scope) -> Plot:
    """Episodes a day, with the bot alone and with people."""
    by_day = {
        int(day): (int(bot), int(people))
        for day, bot, people in scope.rows(
            f"""SELECT opened_at // {DAY}, count(*) FILTER (hand_offs = 0), count(*) FILTER (hand_offs > 0)
            FROM {{episodes}} GROUP BY 1"""
        )
    }
    days = range(scope.since // DAY, (scope.until - 1) // DAY + 1)
    counts = [by_day.get(day, (0, 0)) for day in days]
    total, people = sum(map(sum, counts)), sum(two for _, two in counts)
    last = sum(counts[-1]) if counts else 0
    title = f"{words.counted(total, 'episode')} in {words.counted(len(days), 'day')}, {people:,} of them with people"
    labels = names_of_days(scope, [day * DAY for day in days])
    series = (("the bot alone", [one for one, _ in counts]), ("with people", [two for _, two in counts]))
    note = f"The last day, {labels[-1] if labels else ''}, has {last} so far." if labels else ""
    return plots.stacked("volume-by-day", title, labels, series, note)


def waiting(scope: Scope) -> Section:
    """Who waited for whom, and for how long."""
    blocks = tiles(
        scope,
        metrics.FIRST_RESPONSE_BOT,
        metrics.FIRST_RESPONSE_HUMAN,
        metrics.FIRST_RESPONSE_HUMAN_P90,
        metrics.QUEUE_WAIT,
        metrics.QUEUE_WAIT_P90,
        metrics.ABANDONMENT,
        metrics.ABANDONMENT_SHORT,
        metrics.HANDLE_TIME,
    )
    return Section("waiting", "Waiting", [*blocks, waits_by_hour(scope)])


def waits_by_hour(scope: Scope) -> Plot:
    """The median wait by the hour of the day."""
    found = scope.database.execute(
        scope.sql(
            f"""SELECT began // 3600000 % 24 AS hour, (ended - began) / 1000.0 AS wait FROM {{spells}}
            WHERE {metrics.QUEUE_WAIT.base}"""
        )
    ).fetchnumpy()
    hours, waits = np.asarray(found["hour"], np.int8), np.asarray(found["wait"], float)
    order = np.argsort(hours, kind="stable")
    known_hours, begins = np.unique(hours[order], return_index=True)
    split = zip(known_hours.tolist(), np.split(waits[order], begins)[1:], strict=True)
    by_hour = {hour: of_it for hour, of_it in split if len(of_it) >= FEWEST_WAITS}
    medians = [float(np.median(by_hour[hour])) / 60 if hour in by_hour else None for hour in range(24)]
    ends = [_minutes(by_hour.get(hour, np.empty(0))) for hour in range(24)]
    known = {hour: value for hour, value in enumerate(medians) if value is not None}
    if known:
        longest = max(known, key=lambda hour: known[hour])
        title = f"The wait is longest from {longest}:00 to {longest + 1}:00 UTC, a median of {known[longest]:.1f} min"
    else:
        title = "Median wait by hour of the day"
    names = [f"{hour:02}:00" for hour in range(24)]
    note = (
        f"Hours with fewer than {FEWEST_WAITS} waits in the period are left out; with fewer than six, the interval has "
        "no upper end, so none is drawn."
    )
    return plots.lines("waits-by-hour", title, names, [("median wait", medians, ends)], " min", note)


def _minutes(waits: ArrayLike) -> Interval | None:
    ends = intervals.quantile(waits, 0.5)
    return Interval(ends.low / 60, ends.high / 60) if np.isfinite(ends.high) else None


def hand_offs(scope: Scope) -> Section:
    """How often, and why."""
    counts = scope.rows(
        "SELECT handoff_reason, count(*) FROM {episodes} WHERE hand_offs > 0 GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    total = sum(n for _, n in counts)
    rows = [(REASONS.get(why, words.plain(why)), n / total, intervals.wilson(n, total), total) for why, n in counts]
    blocks: list[Block] = tiles(scope, metrics.HANDOFF_RATE)
    if rows:
        first = rows[0]
        title = f"Most often: {first[0]} ({words.shown(first[1], 'share')} of {words.counted(total, 'hand-off')})"
        blocks.append(plots.bars("handoff-reasons", title, rows, "Why", counted="Hand-offs"))
    return Section("hand-offs", "Hand-offs and why", blocks)


def outcome(scope: Scope) -> Section:
    """What became of the episodes."""
    ((opened, ended, contained, mature, kept, confirmed),) = scope.rows(
        f"""SELECT count(*), count(*) FILTER ({metrics.CONTAINMENT.base}),
        count(*) FILTER ({metrics.CONTAINMENT.base} AND hand_offs = 0),
        count(*) FILTER ({metrics.CONTAINED_SILENT.base} AND hand_offs = 0),
        count(*) FILTER ({metrics.CONTAINED_SILENT.base}
            AND ({metrics.CONTAINED_SILENT.hit} OR {metrics.CONTAINED_CONFIRMED.hit})),
        count(*) FILTER ({metrics.CONTAINED_CONFIRMED.base} AND {metrics.CONTAINED_CONFIRMED.hit})
        FROM {{episodes}}"""
    )
    days = metrics.WITHIN
    alone = [("opened", opened), ("ended", ended), ("ended with the bot alone", contained)]
    title = f"Of {words.counted(opened, 'episode')}, {contained:,} ended with the bot alone"
    funnels: list[Block] = [plots.funnel("outcome-funnel", title, alone)]
    if mature:
        # Who may still come back would make fewer of them come back: those are left out of all of its steps.
        helped = [
            ("ended with the bot alone", mature),
            (f"not back within {days} days", kept),
            ("and said that it helped", confirmed),
        ]
        title = (
            f"Of {words.counted(mature, 'episode')} that ended with the bot alone at least {days} days ago, {kept:,} "
            f"were not followed by another; in {confirmed:,} of those the customer said that it helped"
        )
        note = f"Episodes that ended less than {days} days ago are left out: their customers may still come back."
        funnels.append(plots.funnel("outcome-helped", title, helped, note))
    blocks = tiles(
        scope,
        metrics.CONTAINMENT,
        metrics.CONTAINED_CONFIRMED,
        metrics.CONTAINED_SILENT,
        metrics.CONTAINED_RECONTACTED,
        metrics.DURABLE_RESOLUTION,
        metrics.FIRST_CONTACT_RESOLUTION,
        metrics.TIME_TO_RESOLUTION,
        metrics.TIME_TO_LAST_CLOSE,
    )
    return Section("outcome", "What became of it", [*funnels, *blocks])


def satisfied(scope: Scope) -> Section:
    """What customers said, and how many of them."""
    return Section(
        "satisfaction",
        "What customers say",
        [*tiles(scope, *satisfaction.SATISFACTION_METRICS), csat_by_week(scope)],
        "Whoever answers is not like whoever does not. Read CSAT beside its coverage: the worst and best case say what "
        "the silent ones could make of it.",
    )


def csat_by_week(scope: Scope) -> Plot:
    """CSAT a week."""
    week = 7 * DAY
    found = {
        int(at): (int(n), int(good))
        for at, n, good in scope.rows(
            f"""SELECT opened_at // {week}, count(*), count(*) FILTER (csat >= 4) FROM {{episodes}}
            WHERE csat IS NOT NULL GROUP BY 1"""
        )
    }
    weeks = range(scope.since // week, (scope.until - 1) // week + 1)
    values = [100 * found[at][1] / found[at][0] if at in found else None for at in weeks]
    ends = [
        Interval(*(100 * end for end in intervals.wilson(found[at][1], found[at][0]))) if at in found else None
        for at in weeks
    ]
    title = _trend([found[at] for at in weeks if at in found])
    labels = names_of_days(scope, [at * week for at in weeks])
    return plots.lines("csat-by-week", title, labels, [("CSAT", values, ends)], " %", "By the day the week begins.")


def _trend(weeks: Sequence[tuple[int, int]]) -> str:
    """What the weeks (n, good) say: a change only where it is more than noise."""
    if len(weeks) < 2:
        return "CSAT by week"
    (n, good), (m, fine) = weeks[0], weeks[-1]
    within = intervals.difference(fine / m, intervals.wilson(fine, m), good / n, intervals.wilson(good, n))
    if within.low <= 0 <= within.high:
        return "From the first week to the last, CSAT did not change by more than noise"
    first, last = words.shown(good / n, "share"), words.shown(fine / m, "share")
    return f"CSAT went from {first} in the first week to {last} in the last"


def worst_and_recovered(scope: Scope) -> Section:
    """The conversations to read first."""
    columns = "conversation_id, episode, opened_at, intent, csat, mood_start, mood_end, close_reason"
    worst = scope.rows(
        f"""SELECT {columns} FROM {{episodes}}
        WHERE csat <= 2 OR mood_end <= -0.5 OR close_reason = 'abandoned'
        ORDER BY coalesce(csat, 3) + 2 * coalesce(mood_end, 0), opened_at DESC, stream LIMIT {WORST}"""
    )
    recovered = scope.rows(
        f"""SELECT {columns} FROM {{episodes}} WHERE {metrics.RECOVERY.base} AND {metrics.RECOVERY.hit}
        ORDER BY mood_end - mood_start DESC, opened_at DESC, stream LIMIT {WORST}"""
    )
    blocks: list[Block] = tiles(scope, metrics.RECOVERY, metrics.MOOD_CHANGE)
    for title, rows in (("The worst", worst), ("Turned round", recovered)):
        blocks.append(h("h3", None, title))
        blocks.append(_conversations(rows, title) if rows else h("p", {"class": "hint"}, "None in this period."))
    return Section("worst", "Worst and recovered conversations", blocks)


def _conversations(rows: Sequence[tuple[object, ...]], title: str) -> Table:
    shown = [
        (
            f"{name}, episode {number}",
            words.moment(float(str(at))),
            words.plain(intent),
            words.NOTHING if csat is None else f"{csat:.0f}",
            words.NOTHING if start is None else f"{words.mood(float(str(start)))} → {words.mood(float(str(end)))}",
            words.plain(reason),
        )
        for name, number, at, intent, csat, start, end, reason in rows
    ]
    return Table(("Conversation", "Opened", "About", "CSAT", "Mood", "Closed as"), shown, title)


def worth(scope: Scope, options: Options) -> Section:
    """What it is worth, as ranges, and what others measured."""
    blocks = tiles(scope, quality.cost_saved(options.contact), quality.cost_of_bad_service(options.customer))
    return Section("worth", "What it is worth", [*blocks, benchmarks(options.benchmarks)])


def benchmarks(marks: Sequence[Benchmark]) -> Block:
    """The figures of others."""
    if not marks:
        return Markup("")
    rows = [(mark.figure, mark.about, mark.source, words.plain(mark.beside or None)) for mark in marks]
    return Table(("Others say", "About", "Source", "Beside our"), rows, "Figures of others, from cx.yaml")
