"""The report as one HTML file: readable without a network, its plots drawn by the script it carries."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
from plotly.offline import get_plotlyjs

from bot.learning.report import figures as of
from bot.learning.report import plots
from bot.learning.report.figures import Point, Share
from bot.learning.report.learning_curve import LearningCurve
from bot.learning.report.likeness import ALIKE, Twins
from bot.learning.report.measured import Measured
from bot.learning.report.parts import Cell, percent, plot, section, table
from bot.learning.rows import Example

MOST_SHOWN = 200

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Facts:
    """What the head of the report says of the model and of the messages."""

    version: str
    created: str
    intents: int
    examples: int
    metrics: Mapping[str, float]


def page(facts: Facts, measured: Measured, twins: Sequence[Twins], curve: LearningCurve | None) -> str:
    """The whole page."""
    sections = [
        _gate(measured),
        _reliability(measured),
        _intents(measured),
        _confusion(measured),
        _wrong(measured),
        _suspects(measured),
        _twins(twins),
        _learning(curve),
    ]
    titles = [part.partition("<h2>")[2].partition("</h2>")[0] for part in sections]
    links = "".join(f'<li><a href="#s{place}">{title}</a></li>' for place, title in enumerate(titles))
    body = "".join(part.replace("<section>", f'<section id="s{at}">', 1) for at, part in enumerate(sections))
    style = (_HERE / "report.css").read_text(encoding="utf-8")
    scripts = [get_plotlyjs(), (_HERE / "report.js").read_text(encoding="utf-8")]
    allowed = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    policy = (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )
    return (
        '<!doctype html><html lang=en><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Model {escape(facts.version)}</title><style>{style}</style></head><body>{_head(facts, measured)}"
        f'<nav aria-label="Parts"><ul>{links}</ul></nav><main>{body}</main>'
        f"{''.join(f'<script>{script}</script>' for script in scripts)}</body></html>\n"
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _head(facts: Facts, measured: Measured) -> str:
    inside = measured.inside
    decided = np.where(inside, measured.right & measured.let_through, ~measured.let_through)
    shares: list[tuple[str, Share]] = [
        ("answered rightly, in scope or not", Share(int(decided.sum()), len(decided))),
        ("right intent, whatever the gate says", Share(int(measured.right[inside].sum()), int(inside.sum()))),
    ]
    if not inside.all():
        refused = Share(int((~measured.let_through[~inside]).sum()), int((~inside).sum()))
        shares.append(("of what is out of scope, turned away", refused))
    cells = [(name, _with_interval(share)) for name, share in shares]
    for name, what in (
        ("macro_f1", "F1, each intent counting alike"),
        ("ece", "calibration error"),
        ("auroc", "AUROC"),
    ):
        if name in facts.metrics:
            cells.append((what, f"{facts.metrics[name]:.3f}"))
    listed = "".join(f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in cells)
    about = (
        f"Version {facts.version}, trained {facts.created[:16].replace('T', ' ')} UTC on {facts.examples:,} examples"
    )
    return (
        f"<header><h1>How well the model tells messages apart</h1><p>{escape(about)} of {facts.intents:,} intents. "
        f"Measured on {len(measured.examples):,} messages: {escape(measured.source)}. Ranges hold with 95 % "
        f"certainty.</p><dl>{listed}</dl></header>"
    )


def _with_interval(share: Share) -> str:
    low, high = share.interval
    return f"{share.value:.1%} <small>{low:.1%}–{high:.1%}</small>"


def _gate(measured: Measured) -> str:
    by_gate = of.coverage(measured, measured.scope)
    by_confidence = of.coverage(measured, measured.confidence)
    through = measured.let_through
    outside = ~measured.inside
    has_outside = bool(outside.any())
    now = Point(
        measured.threshold,
        Share(int((through & measured.inside).sum()), int(measured.inside.sum())),
        Share(int((through & ~measured.right).sum()), int(through.sum())),
        Share(int((outside & ~through).sum()), int(outside.sum())),
    )
    heads = ["threshold", "in scope and answered", "wrong, of the answers"]
    heads += ["out of scope and turned away"] if has_outside else []
    prices = [_priced(f"{price:.0%}", point, has_outside) for price, point in of.at_prices(by_gate)]
    mistakes = [_priced(f"{most:.0%}", point, has_outside) for most, point in of.at_mistakes(by_gate)]
    return section(
        "What the gate costs",
        "A message below the gate is out of scope: the bot says that it doesn't know. A stricter gate answers less "
        f"and is wrong less often. Now: {percent(now.answered)} of the messages in scope are answered, and "
        f"{percent(now.wrong)} of the answers are wrong.",
        plot(
            "coverage",
            "Messages in scope that are answered, against answers that are wrong",
            plots.coverage_plot(by_gate, by_confidence, now) if by_gate else None,
        ),
        table("If so many messages in scope may be given up", ["given up", *heads], prices),
        table("If so many answers may be wrong", ["may be wrong", *heads], mistakes),
    )


def _priced(price: str, point: Point, has_outside: bool) -> list[Cell]:
    row: list[Cell] = [price, point.threshold, point.answered, point.wrong]
    return [*row, point.turned_away] if has_outside else row


def _reliability(measured: Measured) -> str:
    bins = of.reliability(measured)
    return section(
        "Is it as sure as it is right?",
        "Of the messages in scope. Points on the diagonal are as often right as they are sure; below it, too sure.",
        plot(
            "reliability", "Confidence against the share that is right", plots.reliability_plot(bins) if bins else None
        ),
        table(
            "Answers by confidence",
            ["from", "to", "messages", "mean confidence", "right"],
            [(f"{one.low:.2f}", f"{one.high:.2f}", one.right.tries, one.confidence, one.right) for one in bins],
        ),
    )


def _intents(measured: Measured) -> str:
    rows = [
        (one.intent, one.found.tries, one.found, one.correct, one.f1, ", ".join(f"{n} ({c})" for n, c in one.taken_for))
        for one in of.per_intent(measured)
    ]
    return section(
        "Each intent",
        "The least well found first. An intent that is often missed needs more examples, or a line drawn to the one it "
        "is taken for.",
        table("Intents", ["intent", "messages", "found", "right where it was said", "F1", "taken for"], rows),
    )


def _confusion(measured: Measured) -> str:
    found = of.confusions(measured)
    rows: list[Sequence[Cell]] = [
        (one.intent, one.taken_for, len(one.rows), Share(len(one.rows), one.of), measured.examples[one.rows[0]].text)
        for one in found[:MOST_SHOWN]
    ]
    return section(
        "What is taken for what",
        "A row is what was meant, a column what it was taken for; intents that are confused stand side by side. Point "
        "at a cell for its names. What is out of scope is in the table alone.",
        plot("confusion", "What was meant against what it was taken for", plots.confusion_plot(measured)),
        table("Confused pairs", ["meant", "taken for", "messages", "of those meant", "for example"], rows),
    )


def _wrong(measured: Measured) -> str:
    wrong = np.flatnonzero(~measured.right & (measured.inside | measured.let_through))
    order = wrong[np.argsort(-measured.confidence[wrong], kind="stable")]
    rows: list[Sequence[Cell]] = [
        (one.text, one.intent, answer.intent, answer.confidence, "yes" if answer.in_scope else "no", _place(one))
        for one, answer in ((measured.examples[row], measured.answers[row]) for row in order[:MOST_SHOWN])
    ]
    more = f" {MOST_SHOWN} of {len(order):,} are shown." if len(order) > MOST_SHOWN else ""
    return section(
        "Messages it got wrong",
        f"The surest first: these teach most. “Answered” says whether the gate let it through.{more}",
        table("Wrong answers", ["message", "meant", "taken for", "confidence", "answered", "where"], rows),
    )


def _suspects(measured: Measured) -> str:
    rows: list[Sequence[Cell]] = []
    for one in of.suspects(measured):
        example = measured.examples[one.row]
        rows.append((example.text, one.label, one.suggestion, one.of_label, one.of_suggestion, _place(example)))
    return section(
        "Labels that may be wrong",
        "Messages whose label the model finds less likely than it does for that intent's messages on average, and "
        "another intent as likely as for that one's (confident learning). Look at each: some are only hard.",
        table("Suspects", ["message", "label", "more likely", "share of the label", "of the other", "where"], rows),
    )


def _twins(twins: Sequence[Twins]) -> str:
    rows: list[Sequence[Cell]] = [
        (
            pair.one.text,
            pair.one.intent,
            _place(pair.one),
            pair.other.text,
            pair.other.intent,
            _place(pair.other),
            pair.likeness,
        )
        for pair in twins
    ]
    return section(
        "Nearly the same, under two intents",
        f"Pairs that share most of their letters (likeness from {ALIKE} to 1). Where both mean the same, leave one "
        "intent to them; where one word makes the difference, give both intents more examples with it.",
        table("Pairs", ["message", "intent", "where", "and", "intent", "where", "likeness"], rows),
    )


def _learning(curve: LearningCurve | None) -> str:
    title = "Would more examples help?"
    if curve is None:
        return section(
            title, "Not asked for: `bot train --learning-curve` trains on parts of the examples and shows it here."
        )
    steps: list[Sequence[Cell]] = [(step.examples, step.right) for step in curve.steps]
    gains: list[Sequence[Cell]] = [(one.intent, one.examples, one.half, one.whole) for one in curve.gains]
    return section(
        title,
        "Models of an eighth, a quarter, half and all of each intent's examples, asked about the same messages, which "
        "none of them has seen. Where the line still rises at its end, more examples help; flat, better ones do.",
        plot("learning", "Examples learnt against the share that is right", plots.learning_plot(curve)),
        table("By size", ["examples", "right"], steps),
        table(
            "Where the last doubling helped most",
            ["intent", "examples", "found with half of them", "with all of them"],
            gains,
        ),
    )


def _place(example: Example) -> str:
    """Where an example stands; of a file elsewhere on the machine the name will do."""
    path = Path(example.file)
    return f"{path.name if path.is_absolute() else path}:{example.line}"
