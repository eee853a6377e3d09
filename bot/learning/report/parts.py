"""The report's tables and texts as HTML; whatever comes from the data is escaped here and nowhere else."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from bot.learning.report.figures import Share


@dataclass(frozen=True, slots=True)
class Html:
    """Text that is HTML already."""

    text: str


Cell = str | int | float | Share | Html | None


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A table that scrolls by itself where it is wider than the page; numbers and shares stand to the right."""
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    if not body:
        return f"<p class=none>{escape(caption)}: none.</p>"
    head = "".join(f"<th scope=col>{escape(name)}</th>" for name in heads)
    return (
        f'<div class=scrolls role=region tabindex=0 aria-label="{escape(caption)}"><table><caption>{escape(caption)}'
        f"</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def plot(name: str, about: str, figure: dict[str, Any] | None) -> str:
    """A place for a plot and its values; `about` is what it shows, for who can't see it."""
    if figure is None:
        return ""
    values = json.dumps(figure, separators=(",", ":")).replace("<", "\\u003c")
    return (
        f'<div class="scrolls {"high" if figure.get("fixed") else ""}" role=region tabindex=0 '
        f'aria-label="{escape(about)}"><div class=plot id="{name}" role=img aria-label="{escape(about)}"></div></div>'
        f'<script type="application/json" data-plot="{name}">{values}</script>'
    )


def section(title: str, about: str, *parts: str) -> str:
    """A part of the report, with what it is good for."""
    return f"<section><h2>{escape(title)}</h2><p>{escape(about)}</p>{''.join(parts)}</section>"


def percent(share: Share) -> str:
    """A share with its interval."""
    low, high = share.interval
    return f"{share.value:.1%} ({low:.1%}–{high:.1%})"


def shortened(text: str, most: int = 300) -> str:
    """A text on one line, what can't be seen in it made visible."""
    line = " ".join(text.split())
    line = "".join(one if one.isprintable() else "�" for one in line[: most + 1])
    return line if len(line) <= most else f"{line[:most]}…"


def _cell(value: Cell) -> str:
    if isinstance(value, Html):
        return f"<td>{value.text}</td>"
    if isinstance(value, Share):
        low, high = value.interval
        return f"<td class=number>{value.value:.1%} <small>{low:.1%}–{high:.1%}</small></td>"
    if isinstance(value, int | float):
        return f"<td class=number>{value:,}</td>" if isinstance(value, int) else f"<td class=number>{value:.3f}</td>"
    # First-strong isolation: a right-to-left text can't turn its neighbours around.
    return f"<td><bdi>{escape(shortened(value or ''))}</bdi></td>"
