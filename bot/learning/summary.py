"""What a training run tells: a page for people, an object for programs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.content.schema import OUT_OF_SCOPE
from bot.learning.corpus import Corpus
from bot.learning.promotion import Change, Outcome
from bot.learning.training import Trained

MOST_SHOWN = 10

_NAMES = {
    "accuracy": "answered rightly, in scope or not",
    "macro_f1": "the same as F1, each intent counting alike",
    "in_scope_accuracy": "right intent, whatever the gate says",
    "ece": "calibration error of the confidence",
    "oos_recall": "of what is out of scope, not let through",
    "oos_precision": "of what is not let through, out of scope",
    "auroc": "in scope told from out of scope",
    "mood_accuracy": "right mood of the four",
    "mood_auroc": "upset told from calm or pleased",
    "upset_recall": "of the upset, noticed",
    "distress_recall": "of the distressed, noticed at once",
    "language_accuracy": "right language, where it is said",
    "language_known": "messages whose language is plain",
}


def as_object(
    corpus: Corpus, trained: Trained, outcome: Outcome, report: Path | None, seconds: float
) -> dict[str, Any]:
    """The run in plain values; the figures are out of fold."""
    figures = {name: round(value, 4) for name, value in trained.metrics.items() if name != "n"}
    return {
        "version": outcome.version,
        "intents": len(trained.weights.intents),
        "examples": len(corpus.examples),
        "accuracy": None,
        "macro_f1": None,
        **figures,
        "seconds": round(seconds, 2),
        "promoted": outcome.promoted,
        "reason": outcome.reason,
        "report": str(report) if report else None,
    }


def as_page(corpus: Corpus, trained: Trained, outcome: Outcome, report: Path | None, seconds: float) -> str:
    """What changed, which messages are now answered differently, promoted or why not, and the next command."""
    parts = [
        f"{_learnt(corpus, trained)} in {seconds:.1f} s.",
        "\n".join(_figures(trained.metrics, outcome.serving_before.metrics if outcome.serving_before else {})),
        *_changes(corpus, outcome),
        *_answers(outcome),
        f"What it gets wrong, and why: {report}" if report else "",
        _end(outcome),
    ]
    return "\n\n".join(part for part in parts if part)


def _learnt(corpus: Corpus, trained: Trained) -> str:
    aside = [(corpus.duplicates, "repeated"), (len(corpus.dropped), "blank")]
    left_out = " and ".join(f"{count} {kind}" for count, kind in aside if count)
    note = f" ({left_out} left out)" if left_out else ""
    return f"Learnt {_many(len(corpus.examples), 'example')}{note} of {_many(len(trained.weights.intents), 'intent')}"


def _figures(now: Mapping[str, float], before: Mapping[str, float]) -> list[str]:
    rows = [("out of fold", "now", "before" if before else "")]
    rows += [
        (label, f"{now[name]:.3f}", f"{before[name]:.3f}" if name in before else "")
        for name, label in _NAMES.items()
        if name in now
    ]
    width = max(len(label) for label, _, _ in rows)
    return [f"{label:<{width}}  {value:>6}  {old:>6}".rstrip() for label, value, old in rows]


def _changes(corpus: Corpus, outcome: Outcome) -> list[str]:
    if outcome.serving_before is None:
        return []
    before = outcome.serving_before.intents
    now = Counter(intent for intent in corpus.intents if intent not in OUT_OF_SCOPE)
    lines = [f"Since {outcome.serving_before.version}:"]
    lines += [f"  new intent {intent} ({_many(now[intent], 'example')})" for intent in sorted(now.keys() - before)]
    lines += [f"  {intent} is gone" for intent in sorted(before.keys() - now)]
    lines += [
        f"  {intent}: {before[intent]} → {_many(now[intent], 'example')}"
        for intent in sorted(now.keys() & before)
        if now[intent] != before[intent]
    ]
    if len(lines) == 1:
        lines.append("  the same intents with as many examples each")
    return ["\n".join(_shortened(lines, "more intents changed"))]


def _answers(outcome: Outcome) -> list[str]:
    changes = outcome.comparison.changes if outcome.comparison else ()
    if not changes:
        return []
    width = max(len(_quoted(change)) for change in changes[:MOST_SHOWN])
    lines = [f"{_many(len(changes), 'message')} now answered differently (each asked while it was held out):"]
    lines += [f"  {_quoted(change):<{width}}  {change.before} → {change.now}{_mark(change)}" for change in changes]
    return ["\n".join(_shortened(lines, "more"))]


def _end(outcome: Outcome) -> str:
    version = outcome.version
    if outcome.promoted:
        done = f"{version} is promoted: {outcome.reason}. A running server takes it up by itself."
        if outcome.serving_before:
            return f"{done}\nTo go back: bot models rollback"
        return f"{done}\nTry it: echo 'where is my order' | bot classify"
    refused = f"{version} is stored and not promoted: {outcome.reason}."
    return f"{refused}\nTo promote it all the same: bot models promote {version}"


def _quoted(change: Change) -> str:
    text = " ".join(change.example.text.split())
    return f"“{text if len(text) <= 50 else text[:49] + '…'}”"


def _mark(change: Change) -> str:
    right = change.example.intent
    return " (better)" if change.now == right else " (worse)" if change.before == right else ""


def _shortened(lines: Sequence[str], rest: str) -> list[str]:
    shown = list(lines[: MOST_SHOWN + 1])
    return shown if len(lines) == len(shown) else [*shown, f"  … and {len(lines) - len(shown)} {rest}"]


def _many(count: int, name: str) -> str:
    return f"{count:,} {name}{'s' * (count != 1)}"
