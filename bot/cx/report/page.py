"""The document around the views: head, navigation, the band of simulated data, and what the figures are based on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import plotly

from bot.cx.report import words
from bot.cx.report.markup import Markup, h
from bot.cx.report.parts import Link, Section

VIEWS: Mapping[str, str] = {"lead": "Lead", "analyst": "Analyst", "maintainer": "Maintainer"}
PERIODS: Mapping[str, str] = {"7": "7 days", "30": "30 days", "90": "90 days", "all": "Everything"}


@dataclass(frozen=True, slots=True)
class About:
    """What a page is of: `since` and `until` in milliseconds, and how much of it is simulated."""

    since: int
    until: int
    episodes: int
    touchpoints: int
    simulated: bool
    days: str


def asset(name: str) -> str:
    """A file that goes with the pages; the style sheet with its colours."""
    parts = ("colours.css", name) if name == "report.css" else (name,)
    return "\n".join(files("bot.cx.report").joinpath("static", part).read_text() for part in parts)


def plotly_script() -> str:
    """plotly's own script, from its wheel."""
    return files(plotly).joinpath("package_data", "plotly.min.js").read_text()


def online(view: str, about: About, sections: Sequence[Section], link: Link, opens: bool) -> str:
    """One view as a page of the server, for who `opens` conversations or not; its links are relative to `/cx/`."""
    # The script takes colours from the style sheet, so both come before the plots are drawn.
    head = [
        h("link", {"rel": "icon", "href": "../widget/icon.svg"}),
        h("link", {"rel": "stylesheet", "href": "report.css"}),
        h("script", {"src": "plotly.js", "defer": True}),
        h("script", {"src": "report.js", "defer": True}),
    ]
    views = [_entry(name, f"{name}?days={about.days}", title, view) for name, title in VIEWS.items()]
    periods = [_entry(days, f"{view}?days={days}", title, about.days) for days, title in PERIODS.items()]
    # What stands in the address of a list of conversations is no view.
    nav = h("nav", {"aria-label": "Views"}, h("ul", None, views))
    period = h("nav", {"aria-label": "Period", "class": "periods"}, h("ul", None, periods)) if view in VIEWS else None
    console = h("li", None, h("a", {"href": "../agent/"}, "To the console")) if opens else None
    account = h("li", None, h("a", {"href": "../agent/#account"}, "Your account"))
    beyond = h("nav", {"aria-label": "Beyond the report"}, h("ul", None, [console, account]))
    body = h("div", {"class": "view"}, [section.html(link) for section in sections])
    return _document(VIEWS.get(view, "Conversations"), about, head, [nav, period, beyond], [body])


def offline(about: About, views: Mapping[str, Sequence[Section]], link: Link) -> str:
    """All views in one file that asks for nothing else."""
    head = [h("style", None, Markup(asset("report.css")))]
    nav = h(
        "nav",
        {"aria-label": "Views"},
        h("ul", None, [h("li", None, h("a", {"href": f"#{name}"}, VIEWS[name])) for name in views]),
    )
    body = [
        h(
            "div",
            {"class": "view", "id": name, "role": "group", "aria-label": VIEWS[name]},
            [section.html(link) for section in sections],
        )
        for name, sections in views.items()
    ]
    scripts = [Markup(f"<script>{text}</script>") for text in (plotly_script(), asset("report.js"))]
    return _document("All views", about, head, [nav], [*body], scripts)


def _entry(name: str, address: str, title: str, current: str) -> Markup:
    return h("li", None, h("a", {"href": address, "aria-current": "page" if name == current else None}, title))


def _document(
    title: str,
    about: About,
    head: Sequence[Markup],
    navigation: Sequence[Markup | None],
    body: Sequence[Markup],
    scripts: Sequence[Markup] = (),
) -> str:
    name = f"{title} · Customer experience"
    period = f"{words.day(about.since)} to {words.day(about.until - 1)}"
    count = f"{words.counted(about.episodes, 'episode')} from {words.counted(about.touchpoints, 'touchpoint')}"
    metas = [
        h("meta", {"charset": "utf-8"}),
        h("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        h("meta", {"name": "robots", "content": "noindex"}),
        h("title", None, name),
    ]
    band = h("aside", {"class": "band", "aria-label": "Note"}, "Simulated data: these customers do not exist.")
    theme = h(
        "p",
        {"class": "choice"},
        h("label", {"for": "theme"}, "Colours "),
        h(
            "select",
            {"id": "theme"},
            h("option", {"value": "system"}, "as the system"),
            h("option", {"value": "light"}, "light"),
            h("option", {"value": "dark"}, "dark"),
        ),
    )
    header = h(
        "header",
        None,
        h("h1", None, "Customer experience"),
        h("p", {"class": "hint"}, f"{period} · {count} · times in UTC"),
        list(navigation),
        theme,
    )
    footer = h(
        "footer",
        None,
        h("p", None, "Intervals are at 95 % and take episodes as independent. n is what stands below the line."),
        h("p", None, f"The log was read up to {words.moment(about.until - 1)}."),
    )
    inside = [band if about.simulated else None, header, h("main", None, *body), footer, *scripts]
    return f"<!doctype html>\n{h('html', {'lang': 'en'}, h('head', None, *metas, *head), h('body', None, *inside))}\n"
