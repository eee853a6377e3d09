"""The report's plots as plotly takes them: plain values, colours by the names that the page's style gives them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from bot.learning.report.figures import Bin, Point
from bot.learning.report.learning_curve import LearningCurve
from bot.learning.report.measured import Measured

Figure = dict[str, Any]

MOST_INTENTS = 150
"""Of more, those that are confused most are drawn; the table below the plot knows all."""

LONGEST = 45
"""Of longer names of intents the beginning is shown."""

_HUNDREDTHS = ".0%"


def label(text: str) -> str:
    """A text for plotly, which takes `<` for markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _short(intent: str, place: int) -> str:
    # Names of an axis must differ, so one that is cut gets its place.
    return label(intent if len(intent) <= LONGEST else f"{intent[: LONGEST - 5]}… {place}")


def confusion_plot(measured: Measured) -> Figure | None:
    """Each intent a row, what its messages were taken for a column, the confused ones side by side."""
    size = len(measured.intents)
    counts = np.zeros((size, size), np.int64)
    known = measured.truth >= 0
    np.add.at(counts, (measured.truth[known], measured.best[known]), 1)
    mistakes = counts - np.diag(np.diag(counts))
    if not mistakes.any():
        return None
    if size > MOST_INTENTS:
        most = np.sort((mistakes.sum(axis=0) + mistakes.sum(axis=1)).argsort(kind="stable")[-MOST_INTENTS:])
        counts, mistakes = counts[np.ix_(most, most)], mistakes[np.ix_(most, most)]
    else:
        most = np.arange(size)
    order = _neighbours(mistakes)
    names = [_short(measured.intents[column], place) for place, column in enumerate(most[order].tolist())]
    wrong, right = mistakes[np.ix_(order, order)], np.diag(counts)[order]
    diagonal: list[list[int | None]] = [[None] * len(order) for _ in order]
    for place, count in enumerate(right.tolist()):
        diagonal[place][place] = count
    cell = 15 if len(names) > 40 else 22
    room = 30 + 6 * max(map(len, names))
    hover = "%{y}<br>taken for %{x}<br>%{z} messages<extra></extra>"
    common = {"type": "heatmap", "x": names, "y": names, "xgap": 1, "ygap": 1, "showscale": False}
    return {
        "data": [
            {
                **common,
                "z": diagonal,
                "colorscale": [[0, "--right"], [1, "--right"]],
                "hovertemplate": "%{y}<br>%{z} messages right<extra></extra>",
            },
            {
                **common,
                "z": [[count or None for count in row] for row in wrong.tolist()],
                "colorscale": [[0, "--few"], [1, "--many"]],
                "zmin": 1,
                "zmax": max(2, int(wrong.max())),
                "hovertemplate": hover,
            },
        ],
        "layout": {
            "width": len(names) * cell + room + 10,
            "height": len(names) * cell + room + 10,
            "margin": {"l": room, "t": room, "r": 10, "b": 10},
            "xaxis": {"side": "top", "tickangle": -90, "tickfont": {"size": 10}, "dtick": 1, "showgrid": False},
            "yaxis": {"autorange": "reversed", "tickfont": {"size": 10}, "dtick": 1, "showgrid": False},
        },
        "fixed": True,
    }


def coverage_plot(by_gate: Sequence[Point], by_confidence: Sequence[Point], now: Point) -> Figure:
    """How many of the messages in scope are answered against how many of the answers are wrong."""
    lines = [("by the gate's score", by_gate, "--one", "solid"), ("by confidence", by_confidence, "--two", "dash")]
    data: list[Figure] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "x": [round(point.answered.value, 5) for point in points],
            "y": [round(point.wrong.value, 5) for point in points],
            "line": {"color": colour, "dash": dash, "width": 2},
            "hovertemplate": "%{x:.1%} answered, %{y:.1%} wrong<extra></extra>",
        }
        for name, points, colour, dash in lines
    ]
    data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "name": "the gate now",
            "x": [now.answered.value],
            "y": [now.wrong.value],
            "marker": {"color": "--one", "size": 11, "symbol": "diamond"},
            "hovertemplate": "%{x:.1%} answered, %{y:.1%} wrong<extra></extra>",
        }
    )
    return _with_axes(data, "answered, of those in scope", "wrong, of those answered")


def reliability_plot(bins: Sequence[Bin]) -> Figure:
    """How sure the answers were against how often they were right, with what chance allows."""
    diagonal = {
        "type": "scatter",
        "mode": "lines",
        "name": "as sure as right",
        "x": [0, 1],
        "y": [0, 1],
        "line": {"color": "--muted", "dash": "dot", "width": 1},
        "hoverinfo": "skip",
    }
    rights = [one.right for one in bins]
    points = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "answers",
        "x": [round(one.confidence, 4) for one in bins],
        "y": [round(right.value, 4) for right in rights],
        "error_y": _errors([right.value for right in rights], [right.interval for right in rights]),
        "line": {"color": "--one", "width": 2},
        "marker": {"color": "--one", "size": 7},
        "text": [f"{right.tries} messages" for right in rights],
        "hovertemplate": "confidence %{x:.2f}, right %{y:.1%}, %{text}<extra></extra>",
    }
    figure = _with_axes([diagonal, points], "confidence", "share that is right")
    figure["layout"]["xaxis"] |= {"range": [0, 1], "tickformat": ".1f"}
    figure["layout"]["yaxis"] |= {"range": [0, 1.02]}
    return figure


def learning_plot(curve: LearningCurve) -> Figure:
    """How many examples a model has learnt against how many unseen messages it gets right."""
    rights = [step.right for step in curve.steps]
    data = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "right",
        "x": [step.examples for step in curve.steps],
        "y": [round(right.value, 4) for right in rights],
        "error_y": _errors([right.value for right in rights], [right.interval for right in rights]),
        "line": {"color": "--one", "width": 2},
        "marker": {"color": "--one", "size": 7},
        "hovertemplate": "%{x} examples, %{y:.1%} right<extra></extra>",
    }
    figure = _with_axes([data], "examples", "share that is right")
    ticks = [step.examples for step in curve.steps]
    figure["layout"]["xaxis"] |= {"type": "log", "tickvals": ticks, "ticktext": [f"{one:,}" for one in ticks]}
    figure["layout"]["showlegend"] = False
    return figure


def _with_axes(data: list[Figure], across: str, up: str) -> Figure:
    layout = {
        "height": 360,
        "margin": {"l": 56, "t": 10, "r": 10, "b": 48},
        "xaxis": {"title": {"text": across}, "tickformat": _HUNDREDTHS},
        "yaxis": {"title": {"text": up}, "tickformat": _HUNDREDTHS, "rangemode": "tozero"},
        "legend": {"orientation": "h", "y": 1.12},
    }
    return {"data": data, "layout": layout}


def _errors(values: Sequence[float], intervals: Sequence[tuple[float, float]]) -> Figure:
    pairs = list(zip(values, intervals, strict=True))
    return {
        "type": "data",
        "symmetric": False,
        "array": [round(high - value, 4) for value, (_, high) in pairs],
        "arrayminus": [round(value - low, 4) for value, (low, _) in pairs],
        "color": "--muted",
        "thickness": 1,
    }


def _neighbours(mistakes: NDArray[np.int64]) -> NDArray[np.intp]:
    """An order in which intents that are confused stand near each other."""
    both = (mistakes + mistakes.T).astype(np.float64)
    if len(both) < 3:
        return np.arange(len(both))
    distance = 1 / (1 + both)
    np.fill_diagonal(distance, 0)
    return np.asarray(leaves_list(linkage(squareform(distance), method="average", optimal_ordering=True)), np.intp)
