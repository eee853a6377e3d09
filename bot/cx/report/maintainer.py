"""The view of whoever maintains model and answers: what to write next, what is confused, what has drifted."""

from collections.abc import Mapping, Sequence

import numpy as np

from bot.cx import intervals
from bot.cx.drift import Drift, drift
from bot.cx.figures import Scope
from bot.cx.intervals import Interval
from bot.cx.options import Options
from bot.cx.report import plots, words
from bot.cx.report.markup import h
from bot.cx.report.parts import Block, Section, Table

FEWEST = 10
"""Episodes of an intent below which nothing is said of it."""

SURE = 0.8
"""Confidence from which a model counts as sure."""

NONE = "none of these"
"""What agents chose where no intent covers a message."""

LAST_CORRECTIONS = """(SELECT stream, corrected_seq, arg_max(intent, seq) AS intent, arg_max(time, seq) AS time
    FROM touchpoint WHERE type = 'intent.corrected' GROUP BY ALL)"""
"""What agents say of each message in the end: only their last word on it counts, as in an episode's intent."""

AVOIDABLE = "('not_understood', 'loop', 'not_solved', 'requested', 'action_failed')"
"""Reasons of hand-offs that a better answer may avoid; what the shop wants so, and distress, it can't."""


def sections(scope: Scope, options: Options) -> list[Section]:
    """The sections, from what to do next to what to watch."""
    return [answers(scope), confusions(scope), calibration(scope), shifted(scope), fallbacks(scope), latency(scope)]


def answers(scope: Scope) -> Section:
    """Which answers to write next, by the hand-offs that they may avoid."""
    rows = scope.rows(
        f"""SELECT intent, count(*), count(*) FILTER (handoff_reason IN {AVOIDABLE}) FROM {{episodes}}
        WHERE intent IS NOT NULL GROUP BY 1 HAVING count(*) >= {FEWEST} ORDER BY ALL"""
    )
    found = avoided([(str(name), int(n), int(k)) for name, n, k in rows])
    title = "Which answers to write next"
    if not found:
        return Section("answers", title, [_nothing("No intent is handed off more often than a good one is.")])
    table = Table(
        ("Intent", "Hand-offs avoided, expected", "95 % interval", "Hand-offs now", "Episodes"),
        [
            (words.plain(name), f"{mid:.0f}", f"{ends.low:.0f} to {ends.high:.0f}", k, n)
            for name, mid, ends, k, n in found
        ],
        "Answers by expected hand-offs avoided",
    )
    text = (
        "Hand-offs that a better answer may avoid (not understood, in circles, not solved, asked for, failed), beyond "
        "the share that the best quarter of intents has. Expected if the answer becomes as good as theirs."
    )
    return Section("answers", title, [table], text)


Avoided = tuple[str, float, Interval, int, int]
"""Intent, hand-offs avoided, their interval, hand-offs now, episodes."""


def avoided(intents_: Sequence[tuple[str, int, int]]) -> list[Avoided]:
    """From (intent, episodes, hand-offs): how many fewer there would be at the rate of the best quarter, most first."""
    if len(intents_) < 2:
        return []
    best = float(np.quantile([k / n for _, n, k in intents_], 0.25))
    found = []
    for name, n, k in intents_:
        low, high = intervals.wilson(k, n)
        if low > best:
            found.append((name, n * (k / n - best), Interval(n * (low - best), n * (high - best)), k, n))
    return sorted(found, key=lambda one: -one[1])


def confusions(scope: Scope) -> Section:
    """What agents corrected, and where the model was sure of what they corrected."""
    rows = scope.database.execute(
        f"""SELECT m.intent, nullif(c.intent, 'out_of_scope'), count(*), count(*) FILTER (m.confidence >= {SURE})
        FROM {LAST_CORRECTIONS} c JOIN touchpoint m ON m.stream = c.stream AND m.seq = c.corrected_seq
        WHERE c.time >= {scope.since} AND c.time < {scope.until}
            AND m.intent IS DISTINCT FROM c.intent AND (m.in_scope OR c.intent <> 'out_of_scope')
        GROUP BY ALL ORDER BY 3 DESC, 1, 2 LIMIT 20"""
    ).fetchall()
    title = "Confusions and suspected label errors"
    if not rows:
        return Section("confusions", title, [_nothing("Agents corrected no intent in this period.")])
    shown = [(words.plain(was), words.plain(right or NONE), int(n), int(sure)) for was, right, n, sure in rows]
    table = Table(("Understood as", "Agents say", "Corrections", f"… at confidence {SURE} or more"), shown, title)
    text = (
        "A pair that the model is sure of again and again is no slip: look for examples with the wrong label, or for "
        "two intents that mean the same."
    )
    return Section("confusions", title, [table], text)


def calibration(scope: Scope) -> Section:
    """Whether confidence is what it says, as far as agents looked."""
    rows = scope.rows(
        f"""SELECT least(floor(m.confidence * 10), 9)::INTEGER AS step, count(*),
            count(*) FILTER (coalesce(c.intent = m.intent, true)), avg(m.confidence)
        FROM {{episodes}} e JOIN touchpoint m ON m.stream = e.stream AND m.episode = e.episode
        LEFT JOIN {LAST_CORRECTIONS} c ON c.stream = m.stream AND c.corrected_seq = m.seq
        WHERE e.human_at IS NOT NULL AND m.type = 'message.received' AND m.in_scope AND m.confidence IS NOT NULL
        GROUP BY 1 ORDER BY 1"""
    )
    title = "Calibration"
    if not rows:
        return Section("calibration", title, [_nothing("No agent has looked at a message of this period.")])
    bars = [
        (f"{step / 10:.1f} to {step / 10 + 0.1:.1f}", right / n, intervals.wilson(right, n), n)
        for step, n, right, _ in rows
    ]
    off = [abs(right / n - sure) * n for _, n, right, sure in rows]
    error = sum(off) / sum(n for _, n, _, _ in rows)
    found = f"Confidence and what agents left as it was differ by {error:.2f} on average"
    note = (
        "Messages in episodes that an agent wrote in, by the last correction: what they did not correct, or corrected "
        "back, counts as right, so this flatters."
    )
    return Section("calibration", title, [plots.bars("calibration-steps", found, bars, "Confidence", note)])


def shifted(scope: Scope) -> Section:
    """Whether the mix of intents, and the model's confidence, are as in the period before."""
    blocks: list[Block] = []
    for name, what, column in (
        ("intents", "The mix of intents", "coalesce(intent, '(none)')"),
        ("confidence", "Confidence", "coalesce((floor(confidence * 10) / 10)::VARCHAR, '(none)')"),
    ):
        counts = [
            {str(kind): int(n) for kind, n in one.rows(f"SELECT {column}, count(*) FROM {{episodes}} GROUP BY 1")}
            for one in (scope.before(), scope)
        ]
        found = drift(counts[0], counts[1])
        if found is None:
            blocks.append(_nothing(f"{what}: {_why_not(counts[0], counts[1])}."))
        else:
            blocks += _drift(name, what, found)
    text = (
        "The population stability index against the period before. Its limit is what chance alone passes in one of a "
        "hundred quiet periods of this size; a fixed limit would cry wolf in small ones."
    )
    return Section("drift", "Drift", blocks, text)


def _why_not(before: Mapping[str, int], now: Mapping[str, int]) -> str:
    """Why two periods can't be compared."""
    if not before:
        return "nothing came in the period before, so there is none to compare with"
    if not now:
        return "nothing came in this period"
    if len({*before, *now}) == 1:
        return "there is only one kind in both periods, so nothing that could shift"
    return "too little came in one of the periods to compare them"


def _drift(name: str, what: str, found: Drift) -> list[Block]:
    verdict = "has shifted" if found.has_shifted else "has not shifted by more than chance"
    told = (
        f"{what} {verdict}: index {found.index:.3f}, limit {found.limit:.3f}, n = {found.before:,} and {found.now:,}."
    )
    if found.groups:
        groups = words.counted(found.groups, "group")
        told += f" {words.shown(found.rare, 'share')} are of rare kinds, compared in {groups}."
    rows = [
        (words.plain(kind), words.shown(was, "share"), words.shown(now, "share"), f"{part:.4f}")
        for kind, was, now, part in found.parts[:8]
    ]
    notice = h("p", {"class": "notice bad" if found.has_shifted else "notice good"}, told)
    return [notice, Table(("Kind", "Before", "Now", "Adds"), rows, f"{what}: what adds most to the index ({name})")]


def fallbacks(scope: Scope) -> Section:
    """Where the bot does not understand."""
    rows = scope.rows(
        f"""SELECT coalesce(intent, '(none)'), count(*), count(*) FILTER (fallbacks > 0) FROM {{episodes}}
        GROUP BY 1 HAVING count(*) >= {FEWEST} AND count(*) FILTER (fallbacks > 0) > 0
        ORDER BY ALL"""
    )
    title = "Fallbacks by intent"
    if not rows:
        return Section("fallbacks", title, [_nothing("No episode of this period had a fallback.")])
    bars = sorted(((str(name), k / n, intervals.wilson(k, n), int(n)) for name, n, k in rows), key=lambda one: -one[1])[
        :12
    ]
    first = bars[0]
    found = f"Most often where it is about {words.plain(first[0])}: {words.shown(first[1], 'share')} of episodes"
    return Section("fallbacks", title, [plots.bars("fallbacks-by-intent", found, bars, "Intent")])


def latency(scope: Scope) -> Section:
    """How long the bot takes, by the model that answered."""
    rows = scope.rows("SELECT DISTINCT coalesce(model_version, '') FROM {episodes} WHERE bot_at IS NOT NULL")
    by_version = {
        str(version) or "(none)": scope.column(
            """SELECT ((bot_at - opened_at) / 1000.0)::DOUBLE FROM {episodes}
            WHERE bot_at IS NOT NULL AND coalesce(model_version, '') = ?""",
            [version],
        )
        for (version,) in rows
    }
    shown = [
        (
            version,
            words.duration(float(np.median(times))),
            words.between(intervals.quantile(times, 0.5), "seconds"),
            words.duration(float(np.quantile(times, 0.9))),
            len(times),
        )
        for version, times in sorted(by_version.items())
    ]
    title = "Latency by version"
    if not shown:
        return Section("latency", title, [_nothing("Nothing was answered in this period.")])
    headings = ("Model", "First answer, median", "95 % interval", "Slowest tenth", "n")
    note = "From when the message came in to when the answer was recorded; the network and the page are in neither."
    return Section("latency", title, [Table(headings, shown, title)], note)


def _nothing(text: str) -> Block:
    return h("p", {"class": "notice"}, text)
