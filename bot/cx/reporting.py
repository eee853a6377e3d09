"""From a log to pages: the mirror is brought up to date, a period is chosen, the views are put together."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bot.cx.alerts import Alert, alerts
from bot.cx.figures import DAY, Metric, Scope
from bot.cx.installation import Installation
from bot.cx.journey import DROP_OFF
from bot.cx.metrics import BY_NAME as ALL_METRICS
from bot.cx.mirror import Mirror, Progress
from bot.cx.options import Options, read_options
from bot.cx.quality import PERCEPTION_GAP, cost_of_bad_service, cost_saved, quality_metrics
from bot.cx.report import analyst, lead, maintainer, page, words
from bot.cx.report.markup import Markup, h
from bot.cx.report.page import About
from bot.cx.report.parts import Section, Table
from bot.cx.satisfaction import BY_NAME as SATISFACTION
from bot.cx.topic import Topic
from bot.cx.unclassified import places
from bot.cx.unclassified import topics_of as texts_to_topics
from bot.errors import BotError, NotFound, Refused
from bot.touchpoints.facts import Facts

LISTED = 200
"""How many conversations behind a figure are listed."""

LISTED_OFFLINE = 20


def mirror_of(installation: Installation) -> Mirror:
    """The mirror beside the log."""
    path = installation.log.with_suffix(".cx.duckdb")
    return Mirror(path, installation.chat, installation.confirming)


View = Callable[[Scope, Options, Sequence[Topic] | None], list[Section]]

VIEWS: Mapping[str, View] = {
    "lead": lambda scope, options, topics: lead.sections(scope, options),
    "analyst": analyst.sections,
    "maintainer": lambda scope, options, topics: maintainer.sections(scope, options),
}


def catch_up(installation: Installation, progress: Progress = lambda done, total: None) -> int:
    """Bring the mirror up to date; returns how many touchpoints were new."""
    with mirror_of(installation) as mirror:
        return mirror.catch_up(installation.log, progress)


def behind(installation: Installation) -> int:
    """How many touchpoints of the log the mirror has not taken in, or has to fold again."""
    with Facts(installation.log) as facts, mirror_of(installation) as mirror:
        return mirror.behind(facts)


def topics_of(installation: Installation, days: str) -> list[Topic]:
    """What the messages of a period are about that no intent covers; none where texts can't be opened."""
    if not installation.key:
        return []
    with mirror_of(installation) as mirror:
        scope, _ = _scope(mirror, days)
        found = places(scope)
    return texts_to_topics(installation, found, scope.horizon)


def page_of(
    installation: Installation, view: str, days: str, opens: bool, topics: Sequence[Topic] | None = None
) -> str:
    """One view over the last `days` (or `all`) as a page; `opens` says whether its reader may see conversations.

    Raises NotFound for a view that doesn't exist, Refused for days that can't be counted.
    """
    if view not in VIEWS:
        raise NotFound(f"there is no view {view!r}; there are {', '.join(VIEWS)}")

    def link(metric: str) -> Markup | None:
        address = f"conversations?metric={metric}&days={days}"
        return h("p", {"class": "hint"}, h("a", {"href": address}, "The conversations behind it")) if opens else None

    options = read_options(installation.log.parent)
    with mirror_of(installation) as mirror:
        scope, about = _scope(mirror, days)
        return page.online(view, about, VIEWS[view](scope, options, topics), link, opens)


def alerts_of(installation: Installation, progress: Progress = lambda done, total: None) -> list[Alert]:
    """What stood out on the last whole day in all of the log, the least likely first."""
    goals = read_options(installation.log.parent).goals
    with mirror_of(installation) as mirror:
        mirror.catch_up(installation.log, progress)
        scope, _ = _scope(mirror, "all")
        return alerts(scope, goals.first_response_human)


def conversations(installation: Installation, metric: str, days: str) -> str:
    """The conversations behind a metric, the latest first; raises NotFound for one that doesn't exist."""
    with mirror_of(installation) as mirror:
        scope, about = _scope(mirror, days)
        defined = _metrics(read_options(installation.log.parent)).get(metric)
        if defined is None:
            raise NotFound(f"there is no metric {metric!r}")
        figure, found = defined.measure(scope), defined.members(scope, LISTED)
        within = "a range" if figure.name in words.RANGES else words.interval(figure)
        value = f"{words.value(figure)} ({within}), n = {figure.n:,}. "
        rows = [(_link(name), number) for name, number in found]
        table = Table(("Conversation", "Episode"), rows, figure.title)
        more = f"The latest {LISTED} are listed." if len(found) == LISTED else ""
        section = Section("conversations", figure.title, [table], f"{value}{figure.definition} {more}")
        return page.online("conversations", about, [section], lambda name: None, opens=True)


def file_of(installation: Installation, days: str) -> str:
    """All views as one file; the conversations behind each figure stand in it by their ids."""
    options = read_options(installation.log.parent)
    known = _metrics(options)
    topics = topics_of(installation, days)
    with mirror_of(installation) as mirror:
        scope, about = _scope(mirror, days)

        def link(metric: str) -> Markup | None:
            found = known[metric].members(scope, LISTED_OFFLINE + 1) if metric in known else []
            if not found:
                return None
            ids = [h("li", None, f"{name}, episode {number}") for name, number in found[:LISTED_OFFLINE]]
            more = "The latest of the conversations behind it" if len(found) > LISTED_OFFLINE else "Behind it"
            return h("details", None, h("summary", None, more), h("ul", None, ids))

        return page.offline(about, {name: view(scope, options, topics) for name, view in VIEWS.items()}, link)


def write(installation: Installation, out: Path, days: str, progress: Progress) -> None:
    """Write the report to a file, whole or not at all; raises BotError where it can't be written."""
    catch_up(installation, progress)
    text = file_of(installation, days)
    unfinished = out.with_name(out.name + ".unfinished")
    try:
        unfinished.write_text(text)
        unfinished.replace(out)
    except OSError as error:
        raise BotError(f"{out} can't be written: {error.strerror or error}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _link(conversation_id: str) -> Markup:
    return h("a", {"href": f"../agent/#conversation={conversation_id}"}, conversation_id)


def _metrics(options: Options) -> Mapping[str, Metric]:
    others: Sequence[Metric] = (
        *quality_metrics(options.goals),
        PERCEPTION_GAP,
        cost_saved(options.contact),
        cost_of_bad_service(options.customer),
    )
    drops = {one.name: one for one in DROP_OFF.values()}
    return {**ALL_METRICS, **SATISFACTION, **drops, **{one.name: one for one in others}}


def _scope(mirror: Mirror, days: str) -> tuple[Scope, About]:
    database = mirror.database
    # What other systems report may be ahead of this clock: it must not move the period to where nothing has happened.
    now = time.time_ns() // 1_000_000
    ((last, touchpoints),) = database.execute(
        "SELECT max(time) FILTER (time <= ?), count(*) FROM touchpoint", [now]
    ).fetchall()
    until = (last or 0) + 1
    if days == "all":
        # Not with the first touchpoint: purchases are brought in from years before anybody could write to the bot.
        ((first,),) = database.execute("SELECT min(opened_at) FROM episode WHERE opened_at < ?", [until]).fetchall()
        since = until - 1 if first is None else first
    elif days.isdecimal() and 1 <= int(days) <= 3650:
        since = ((until - 1) // DAY + 1 - int(days)) * DAY  # whole days, the last one as far as it has come
    else:
        raise Refused(f"{days!r} is no number of days; write 1 to 3650, or all")
    scope = Scope(database, since, until, until)
    ((episodes, simulated),) = scope.rows("SELECT count(*), coalesce(bool_or(simulated), false) FROM {episodes}")
    return scope, About(since, until, episodes, touchpoints, simulated, days)
