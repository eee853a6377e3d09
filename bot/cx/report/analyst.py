"""The view of whoever analyses the experience: the journey, what satisfaction goes along with, and what is emerging."""

from collections.abc import Mapping, Sequence

from bot.cx import drivers as driving
from bot.cx import journey, metrics, quality, satisfaction
from bot.cx.figures import DAY, Metric, Scope
from bot.cx.improvements import DAYS, improvements
from bot.cx.intervals import mean_of
from bot.cx.options import Options
from bot.cx.report import lead, plots, words
from bot.cx.report.markup import h
from bot.cx.report.parts import Block, Plot, Section, Table, Tile
from bot.cx.topic import Topic

COHORTS = 8
"""How many months of new customers are shown."""


def sections(scope: Scope, options: Options, topics: Sequence[Topic] | None = None) -> list[Section]:
    """The sections, from the whole journey to single questions; `topics` where somebody has looked for them."""
    return [
        travelled(scope),
        driven(scope),
        emerging(topics),
        moods(scope),
        returning(scope),
        scored(scope, options),
        improved(scope, options),
        Section("benchmarks", "What others measured", [lead.benchmarks(options.benchmarks)]),
    ]


def travelled(scope: Scope) -> Section:
    """The journey map, the heat map, and where customers are lost."""
    blocks: list[Block] = []
    moves = journey.passages(scope)
    if moves:
        blocks.append(_map(moves))
    counts = journey.stages_by_channel(scope)
    if counts:
        channels = sorted({channel for _, channel in counts})
        rows = [[counts.get((stage, channel), 0) for channel in channels] for stage in journey.STAGES]
        most = max(counts, key=lambda one: counts[one])
        title = f"Most of the journey is {most[0]} in {most[1]}: {words.counted(counts[most], 'touchpoint')}"
        blocks.append(plots.heat_map("stages-by-channel", title, "Stage", journey.STAGES, channels, rows))
    drops = [journey.DROP_OFF[stage] for stage in journey.STAGES]
    blocks += [tile for tile in lead.tiles(scope, *drops) if isinstance(tile, Tile) and tile.figure.n]
    text = (
        "A customer is at the stage that the last touchpoint of their own says: of a message by its intent, of what "
        "other systems report as declared or by rule. Who is seen at no other stage within "
        f"{journey.WITHIN} days has dropped off."
    )
    return Section("journey", "The journey", blocks or [_nothing("No touchpoint in this period has a stage.")], text)


def _map(moves: Sequence[tuple[str, str, int]]) -> Plot:
    """From each stage to the next one, as bands whose width is how many go."""
    total = sum(n for _, _, n in moves)
    lost = sum(n for _, goes, n in moves if goes == journey.GONE)
    ends = [*journey.STAGES, journey.GONE]
    names = [*journey.STAGES, *ends]
    first = {stage: place for place, stage in enumerate(journey.STAGES)}
    then = {stage: len(journey.STAGES) + place for place, stage in enumerate(ends)}
    used = sorted({first[a] for a, _, _ in moves} | {then[b] for _, b, _ in moves})
    number = {place: index for index, place in enumerate(used)}
    data = [
        {
            "type": "sankey",
            "arrangement": "snap",
            "node": {
                "label": [names[place] for place in used],
                "color": ["@2" if names[place] == journey.GONE else "@1" for place in used],
                "pad": 14,
                "thickness": 14,
                "line": {"width": 0},
            },
            "link": {
                "source": [number[first[a]] for a, _, _ in moves],
                "target": [number[then[b]] for _, b, _ in moves],
                "value": [n for _, _, n in moves],
                "color": ["@2/0.35" if b == journey.GONE else "@1/0.3" for _, b, _ in moves],
            },
        }
    ]
    by_stage = {stage: sum(n for a, _, n in moves if a == stage) for stage, _, _ in moves}
    rows = [(a, b, n, words.shown(n / by_stage[a], "share")) for a, b, n in moves]
    title = f"Of {words.counted(total, 'visit')} to a stage, {words.shown(lost / total, 'share')} lead to no other one"
    table = Table(("From", "To", "How often", "Of those from there"), rows, title)
    note = (
        f"Left a stage, right the next one within {journey.WITHIN} days; visits are touchpoints at one stage in a row."
    )
    return Plot("journey-map", title, data, table, {"margin": {"l": 8, "r": 8}}, note, 440)


def driven(scope: Scope) -> Section:
    """What satisfaction goes along with."""
    found = driving.drivers(scope)
    lead_in = (
        "Each row compares customers who are alike in all the other rows. It is an association: what is not measured "
        "here, such as how hard the request was, may be behind it."
    )
    if found is None:
        text = f"Too few ratings: it takes {driving.FEWEST_RATINGS}, of both kinds at least {driving.FEWEST_OF_EACH}."
        return Section("drivers", "What satisfaction goes along with", [_nothing(text)], lead_in)
    hits = [one for one in found.drivers if one.found]
    strongest = max(
        hits, key=lambda one: abs(one.odds_ratio - 1) if one.odds_ratio > 1 else 1 / one.odds_ratio - 1, default=None
    )
    title = "No association with satisfaction was found"
    if strongest is not None:
        way = "more" if strongest.odds_ratio > 1 else "less"
        title = f"Strongest association of {len(hits)}: {strongest.title}, {way} often satisfied"
    rows = [
        (one.title, one.odds_ratio, one.interval, "found" if one.found else "not told from chance")
        for one in found.drivers
    ]
    sampled = f" A sample of {found.n:,} of {found.of:,} ratings." if found.n < found.of else ""
    note = (
        f"Odds of a rating of 4 or 5 with it ÷ without it; n = {found.n:,} ratings. Regularised logistic model; of the "
        f"finds at most {driving.FALSE_DISCOVERIES:.0%} are expected to be false (Benjamini–Hochberg).{sampled}"
    )
    return Section(
        "drivers",
        "What satisfaction goes along with",
        [plots.forest("driver-associations", title, rows, note)],
        lead_in,
    )


def emerging(topics: Sequence[Topic] | None) -> Section:
    """What messages are about that no intent covers."""
    name, title = "topics", "Emerging topics"
    if topics is None:
        text = "Texts are still being read. Load this page again in a moment."
        return Section(name, title, [_nothing(text)])
    if not topics:
        return Section(name, title, [_nothing("Too few messages that no intent covers, or nothing in common in them.")])
    rows = [
        (", ".join(topic.words), topic.messages, topic.customers, f"{topic.recent} in the last 7 days")
        for topic in topics
    ]
    return Section(
        name,
        title,
        [Table(("Words", "Messages", "Customers", "Of these recent"), rows, "Topics among unclassified messages")],
        "Messages that no intent covers, in groups by their words. Numbers, addresses and names by form are taken out "
        "before; a word is shown only where at least three customers used it, and no text is kept.",
    )


def moods(scope: Scope) -> Section:
    """How mood goes within episodes, week by week, and what ratings say beside it."""
    week = 7 * DAY
    sides = {"start": "mood_start", "end": "mood_end"}
    columns = ", ".join(f"avg({name}), coalesce(stddev_samp({name}), 0)" for name in sides.values())
    found = {
        int(at): (
            int(n),
            [(float(middle), float(spread)) for middle, spread in zip(told[::2], told[1::2], strict=True)],
        )
        for at, n, *told in scope.rows(
            f"""SELECT opened_at // {week}, count(*), {columns} FROM {{episodes}}
            WHERE {metrics.MOOD_CHANGE.base} GROUP BY 1"""
        )
    }
    weeks = range(scope.since // week, (scope.until - 1) // week + 1)
    series = []
    for side, label in enumerate(sides):
        values = [found[at][1][side][0] if at in found else None for at in weeks]
        ends = [
            mean_of(*found[at][1][side], found[at][0]) if at in found and found[at][0] > 1 else None for at in weeks
        ]
        series.append((label, values, ends))
    change = metrics.MOOD_CHANGE.measure(scope)
    title = "Mood at the start and at the end of episodes, by week"
    if change.value is not None and change.interval is not None:
        low, high = change.interval
        verdict = "better" if low > 0 else "worse" if high < 0 else "neither better nor worse"
        title = f"Customers end in a {verdict} mood than they began in: {change.value:+z.2f} on average".replace(
            "in a neither better nor worse mood than they began in", "in much the same mood as they began in"
        )
    labels = lead.names_of_days(scope, [at * week for at in weeks])
    plot = plots.lines("mood-by-week", title, labels, series, "", "From −1 (upset) to 1 (pleased).")
    return Section("mood", "Mood and recovery", [*lead.tiles(scope, metrics.MOOD_CHANGE, metrics.RECOVERY), plot])


def returning(scope: Scope) -> Section:
    """Who comes back, by when they were first seen."""
    # A customer's first episode of the period stands for them, and the last one says whether they ever came back:
    # counting different customers instead would compare millions of names.
    back = "(next_at IS NULL OR next_at >= {until}) AND previous_at IS NOT NULL AND opened_at - person_first_at"
    rows = scope.rows(
        f"""SELECT strftime(month, '%Y-%m'), customers, day, later FROM (
            SELECT date_trunc('month', make_timestamp(person_first_at * 1000)) AS month,
            count(*) FILTER (previous_at IS NULL OR previous_at < {{since}}) AS customers,
            count(*) FILTER ({back} > {DAY}) AS day, count(*) FILTER ({back} > {30 * DAY}) AS later
            FROM {{episodes}} GROUP BY 1 ORDER BY 1 DESC LIMIT {COHORTS})"""
    )
    table = Table(
        ("First seen in", "Customers with an episode", "Came back after a day", "… after 30 days"),
        [(month, int(n), int(day), int(later)) for month, n, day, later in rows],
        "Cohorts of customers",
    )
    tiles = lead.tiles(scope, metrics.REPEAT_CONTACT, metrics.REPEAT_CONTACT_STAGE, metrics.REPEAT_CONTACT_ANY)
    return Section("returning", "Cohorts and repeat contact", [*tiles, table])


def scored(scope: Scope, options: Options) -> Section:
    """The four sub-scores, and how the shop sees it."""
    blocks = lead.tiles(scope, *quality.quality_metrics(options.goals), quality.PERCEPTION_GAP, satisfaction.CSAT)
    text = "Each from 0 to 100; what a hit is stands behind “How it is measured”. The targets of speed are in cx.yaml."
    return Section("scores", "Speed, convenience, consistency, friendliness", blocks, text)


def followed(options: Options) -> Mapping[str, Metric]:
    """The metrics by which improvements are followed up; `bot.cx.followed` names them."""
    return {**metrics.BY_NAME, **satisfaction.BY_NAME, **{m.name: m for m in quality.quality_metrics(options.goals)}}


def improved(scope: Scope, options: Options) -> Section:
    """What the shop has changed, and what came of it."""
    known = followed(options)
    title, rows = "Improvements, before and after", []
    for one in improvements(scope, known):
        change = one.change
        told, verdict = words.NOTHING, "too early to say"
        if one.after.name in words.RANGES:
            verdict = "a range"
        elif change is not None:
            told = words.change(*change, one.after.unit)
            verdict = "within the noise" if change[1].low <= 0 <= change[1].high else "more than noise"
        before, after = (words.value(figure) for figure in (one.before, one.after))
        of = f"{one.before.n:,} and {one.after.n:,}"
        rows.append((words.day(one.time), one.phase, one.title, one.after.title, before, after, told, verdict, of))
    text = (
        f"The metric in the {DAYS} days before against the {DAYS} days after. What else changed meanwhile is in it, "
        "too. Record one with `bot record improvement`, a quality review with `bot record review`."
    )
    if not rows:
        return Section("improvements", title, [_nothing("None was recorded.")], text)
    headings = ("Since", "Step", "What", "Metric", "Before", "After", "Change", "Verdict", "n")
    return Section("improvements", title, [Table(headings, rows, title)], text)


def _nothing(text: str) -> Block:
    return h("p", {"class": "notice"}, text)
