"""What the views are made of: tiles, plots with their tables, lists, and the sections that hold them."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.cx import intervals
from bot.cx.figures import Figure
from bot.cx.report import words
from bot.cx.report.markup import Markup, h

OPEN_UP_TO = 8
"""A table of so many rows stands open under its plot."""

Link = Callable[[str], Markup | None]
"""The way to the conversations behind a metric, by its name; None where there is none for this reader."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; numbers stand right."""

    headings: Sequence[str]
    rows: Sequence[Sequence[object]]
    caption: str = ""

    def html(self) -> Markup:
        """The table, in a box of its own that scrolls where the screen is narrow."""
        head = h("tr", None, [h("th", {"scope": "col"}, name) for name in self.headings])
        body = [h("tr", None, [self._cell(index, cell) for index, cell in enumerate(row)]) for row in self.rows]
        caption = h("caption", {"class": "unseen"}, self.caption) if self.caption else None
        table = h("table", None, caption, h("thead", None, head), h("tbody", None, body))
        return h(
            "div", {"class": "scroll", "tabindex": 0, "role": "group", "aria-label": self.caption or "Table"}, table
        )

    @staticmethod
    def _cell(index: int, cell: object) -> Markup:
        number = isinstance(cell, int | float) and not isinstance(cell, bool)
        text = f"{cell:,}" if isinstance(cell, int) and number else f"{cell:.3g}" if number else cell
        attributes: dict[str, object] = {"class": "number"} if number else {}
        return h("th", {"scope": "row"}, text) if index == 0 else h("td", attributes, text)


@dataclass(frozen=True, slots=True)
class Plot:
    """One idea drawn, its finding in the title, and the numbers under it.

    `data` and `layout` are plotly's; colours are written as `@1` … `@4`, `@ink`, `@line`, `@good` and `@bad` and become
    those of the reader's light or dark page.
    """

    name: str
    title: str
    data: Sequence[Mapping[str, Any]]
    table: Table
    layout: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    height: int = 320

    def html(self) -> Markup:
        """The figure; without a script the table alone is there."""
        payload = json.dumps({"data": self.data, "layout": self.layout}, ensure_ascii=False, default=float)
        script = Markup(f'<script type="application/json">{_inert(payload)}</script>')
        canvas = h(
            "div",
            {"class": f"canvas h{self.height}", "role": "img", "aria-label": f"{self.title}. The numbers are below."},
        )
        numbers = h(
            "details",
            {"open": len(self.table.rows) <= OPEN_UP_TO},
            h("summary", None, "The numbers"),
            self.table.html(),
        )
        note = h("p", {"class": "hint"}, self.note) if self.note else None
        title = h("figcaption", None, h("h3", None, self.title))
        return h("figure", {"class": "plot", "id": self.name}, title, canvas, script, note, numbers)


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure, what it was in the period before, and where it leads."""

    figure: Figure
    before: Figure | None = None

    def html(self, link: Link, section: str = "") -> Markup:
        """The tile; one metric may stand in several sections."""
        figure = self.figure
        if figure.value is None and figure.interval is None:
            lines = [h("p", {"class": "value"}, words.NOTHING), h("p", {"class": "interval"}, "Nothing to measure yet")]
        else:
            is_open = figure.value is None and figure.name not in words.RANGES
            value = "More than half are open" if is_open else words.value(figure)
            within = "Range" if figure.name in words.RANGES else words.interval(figure)
            lines = [h("p", {"class": "value words" if is_open else "value"}, value)]
            lines.append(h("p", {"class": "interval"}, f"{within} · n = {figure.n:,}"))
        how = h(
            "details",
            None,
            h("summary", None, "How it is measured"),
            h("p", None, figure.definition),
            h("p", None, f"Of: {figure.denominator}. n = {figure.n:,}."),
            h("p", None, f"{'Range' if figure.name in words.RANGES else 'Interval at 95 %'}: {figure.method}."),
            h("p", None, figure.note) if figure.note else None,
        )
        parts = (h("h3", None, figure.title), *lines, self._change(), link(figure.name) if figure.n else None, how)
        return h("article", {"class": "tile", "id": f"{section}-{figure.name}"}, *parts)

    def _change(self) -> Markup | None:
        now, before = self.figure, self.before
        if before is None or now.name in words.RANGES:
            return None
        if None in (now.value, now.interval, before.value, before.interval):
            return None
        assert now.value is not None and before.value is not None  # noqa: PT018  (said above, for the type checker)
        assert now.interval is not None and before.interval is not None  # noqa: PT018
        within = intervals.difference(now.value, now.interval, before.value, before.interval)
        verdict = "within the noise" if within.low <= 0 <= within.high else "more than noise"
        told = words.change(now.value - before.value, within, now.unit)
        return h("p", {"class": "change"}, f"{told} against the period before: {verdict}")


Block = Tile | Plot | Table | Markup


@dataclass(frozen=True, slots=True)
class Section:
    """A question and what answers it; tiles in a row stand side by side."""

    name: str
    title: str
    blocks: Sequence[Block]
    lead: str = ""

    def html(self, link: Link) -> Markup:
        """The section."""
        parts: list[Markup] = []
        tiles: list[Markup] = []
        for block in self.blocks:
            if isinstance(block, Tile):
                tiles.append(block.html(link, self.name))
                continue
            parts += [h("div", {"class": "tiles"}, tiles)] if tiles else []
            tiles = []
            parts.append(block if isinstance(block, Markup) else block.html())
        parts += [h("div", {"class": "tiles"}, tiles)] if tiles else []
        lead = h("p", {"class": "lead"}, self.lead) if self.lead else None
        return h("section", {"id": self.name, "aria-labelledby": f"{self.name}-title"}, self._heading(), lead, parts)

    def _heading(self) -> Markup:
        return h("h2", {"id": f"{self.name}-title"}, self.title)


def _inert(text: str) -> str:
    """JSON that can't end the element it stands in."""
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
