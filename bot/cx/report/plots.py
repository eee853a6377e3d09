"""Plots as plotly reads them, each with the table of its numbers."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from bot.cx.intervals import Interval
from bot.cx.report import words
from bot.cx.report.parts import Plot, Table

FEW_TICKS = {"type": "category", "nticks": 8, "tickangle": 0}

Row = tuple[str, float, Interval, int]
"""Label, value from 0 to 1, its interval, and n, which stands below the line."""


def bars(name: str, title: str, rows: Sequence[Row], what: str, note: str = "", counted: str = "") -> Plot:
    """Shares as lying bars from zero, the interval of each drawn; `counted` names what stands above the line."""
    shown = list(reversed(rows))
    share = [100 * value for _, value, _, _ in shown]
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "y": [words.plain(label) for label, _, _, _ in shown],
            "x": share,
            "marker": {"color": "@1"},
            "error_x": {
                "type": "data",
                "symmetric": False,
                "array": [100 * (ends.high - value) for _, value, ends, _ in shown],
                "arrayminus": [100 * (value - ends.low) for _, value, ends, _ in shown],
                "color": "@ink",
                "thickness": 1.5,
            },
            "hovertemplate": "%{y}: %{x:.1f} %<extra></extra>",
        }
    ]
    body = [
        (
            words.plain(label),
            *([round(value * n)] if counted else []),
            words.shown(value, "share"),
            words.between(ends, "share"),
            n,
        )
        for label, value, ends, n in rows
    ]
    headings = (what, *([counted] if counted else []), "Share", "95 % interval", "n")
    table = Table(headings, body, title)
    layout = {"xaxis": {"rangemode": "tozero", "ticksuffix": " %"}, "yaxis": {"automargin": True}}
    return Plot(name, title, data, table, layout, note, _height(len(rows)))


def lines(
    name: str,
    title: str,
    x: Sequence[str],
    series: Sequence[tuple[str, Sequence[float | None], Sequence[Interval | None]]],
    unit: str,
    note: str = "",
) -> Plot:
    """Values over time with their intervals; each line is labelled at its end."""
    data: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for number, (label, values, ends) in enumerate(series, 1):
        colour = f"@{number}"
        data.append(
            {
                "x": x,
                "y": values,
                "name": label,
                "mode": "lines+markers",
                "line": {"color": colour, "width": 2, "dash": ("solid", "dash", "dot", "dashdot")[(number - 1) % 4]},
                "error_y": _spread(values, ends, colour),
                "hovertemplate": f"{label}, %{{x}}: %{{y:.3g}}{unit}<extra></extra>",
            }
        )
        last = next(
            ((at, value) for at, value in zip(reversed(x), reversed(values), strict=True) if value is not None), None
        )
        if last is not None and len(series) > 1:
            where = {"x": last[0], "y": last[1], "xanchor": "left", "xshift": 6, "showarrow": False}
            notes.append({**where, "text": label, "font": {"color": colour}})
    rows = [
        (at, *(words.NOTHING if values[i] is None else f"{values[i]:.3g}{unit}" for _, values, _ in series))
        for i, at in enumerate(x)
    ]
    layout = {
        "yaxis": {"rangemode": "tozero", "ticksuffix": unit},
        "xaxis": FEW_TICKS,
        "annotations": notes,
        "margin": {"r": 24 + max((7 * len(label) for label, _, _ in series), default=0) if notes else 24},
    }
    return Plot(name, title, data, Table(("When", *(label for label, _, _ in series)), rows, title), layout, note)


def stacked(
    name: str, title: str, x: Sequence[str], series: Sequence[tuple[str, Sequence[int]]], note: str = ""
) -> Plot:
    """Counts over time, one on top of the other, with patterns so that colour is not needed."""
    data = [
        {
            "type": "bar",
            "x": x,
            "y": values,
            "name": label,
            "marker": {"color": f"@{number}", "pattern": {"shape": ("", "/", ".", "x")[(number - 1) % 4]}},
            "hovertemplate": f"{label}, %{{x}}: %{{y}}<extra></extra>",
        }
        for number, (label, values) in enumerate(series, 1)
    ]
    rows = [(at, *(values[i] for _, values in series)) for i, at in enumerate(x)]
    layout = {"barmode": "stack", "showlegend": True, "yaxis": {"rangemode": "tozero"}, "xaxis": FEW_TICKS}
    return Plot(name, title, data, Table(("When", *(label for label, _ in series)), rows, title), layout, note)


def funnel(name: str, title: str, steps: Sequence[tuple[str, int]], note: str = "") -> Plot:
    """What is left at each step, as a share of the step before."""
    counts = [count for _, count in steps]
    shares = ["", *(f"{100 * count / max(before, 1):.0f} %" for before, count in pairwise(counts))]
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "y": [label for label, _ in reversed(steps)],
            "x": counts[::-1],
            "text": [f"{n:,} ({share})" if share else f"{n:,}" for n, share in zip(counts, shares, strict=True)][::-1],
            "textposition": "auto",
            "marker": {"color": "@1"},
            "hovertemplate": "%{y}: %{x}<extra></extra>",
        }
    ]
    rows = [(label, n, share or words.NOTHING) for (label, n), share in zip(steps, shares, strict=True)]
    layout = {"xaxis": {"rangemode": "tozero"}, "yaxis": {"automargin": True}}
    table = Table(("Step", "Episodes", "Of the step before"), rows, title)
    return Plot(name, title, data, table, layout, note, _height(len(steps)))


def heat_map(
    name: str, title: str, what: str, rows: Sequence[str], columns: Sequence[str], counts: Sequence[Sequence[int]]
) -> Plot:
    """Counts by two things, each count written in its cell; `what` the rows are."""
    data = [
        {
            "type": "heatmap",
            "x": columns,
            "y": rows,
            "z": counts,
            "text": [[f"{n:,}" if n else "" for n in row] for row in counts],
            "texttemplate": "%{text}",
            "colorscale": [[0, "@paper"], [1, "@1"]],
            "showscale": False,
            "xgap": 2,
            "ygap": 2,
            "hovertemplate": "%{y}, %{x}: %{z}<extra></extra>",
        }
    ]
    body = [(row, *counts[index]) for index, row in enumerate(rows)]
    layout = {"yaxis": {"autorange": "reversed", "automargin": True}}
    return Plot(name, title, data, Table((what, *columns), body, title), layout, height=_height(len(rows)))


def forest(name: str, title: str, rows: Sequence[tuple[str, float, Interval, str]], note: str = "") -> Plot:
    """Odds ratios with their intervals around the line of no association; a filled mark is one that was found."""
    shown = list(reversed(rows))
    data = [
        {
            "mode": "markers",
            "y": [label for label, _, _, _ in shown],
            "x": [value for _, value, _, _ in shown],
            "marker": {
                "color": "@1",
                "size": 10,
                "symbol": ["circle" if verdict == "found" else "circle-open" for _, _, _, verdict in shown],
            },
            "error_x": {
                "type": "data",
                "symmetric": False,
                "array": [ends.high - value for _, value, ends, _ in shown],
                "arrayminus": [value - ends.low for _, value, ends, _ in shown],
                "color": "@1",
            },
            "hovertemplate": "%{y}: %{x:.2f}<extra></extra>",
        }
    ]
    line = {
        "type": "line",
        "x0": 1,
        "x1": 1,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": "@ink", "dash": "dot"},
    }
    layout = {
        "xaxis": {"type": "log", "title": {"text": "odds ratio"}},
        "yaxis": {"automargin": True},
        "shapes": [line],
    }
    body = [(label, f"{v:.2f}", f"{ends.low:.2f} to {ends.high:.2f}", verdict) for label, v, ends, verdict in rows]
    table = Table(("Driver", "Odds ratio", "95 % interval", "Verdict"), body, title)
    return Plot(name, title, data, table, layout, note, _height(len(rows)))


def _spread(values: Sequence[float | None], ends: Sequence[Interval | None], colour: str) -> dict[str, Any]:
    pairs = list(zip(values, ends, strict=True))
    up = [one.high - value if one and value is not None else None for value, one in pairs]
    down = [value - one.low if one and value is not None else None for value, one in pairs]
    whole = {"type": "data", "symmetric": False, "array": up, "arrayminus": down, "color": colour, "thickness": 1}
    return whole if any(ends) else {"visible": False}


def _height(rows: int) -> int:
    """The least of the heights that the style sheet knows into which the rows fit."""
    return next((size for size in (200, 320, 440) if rows * 34 + 70 <= size), 640)
