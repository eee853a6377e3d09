"""Writes a version's report beside it."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.learning.corpus import Corpus
from bot.learning.report.learning_curve import LearningCurve
from bot.learning.report.likeness import twins
from bot.learning.report.measured import Measured
from bot.learning.report.page import Facts, page
from bot.learning.rows import Example
from bot.learning.training import Trained
from bot.nlu.classifier import Classifier
from bot.nlu.registry import Registry
from bot.records import Understanding

REPORT_FILE = "report.html"


def report_on_training(
    corpus: Corpus, trained: Trained, version: str, registry: Registry, curve: LearningCurve | None = None
) -> Path:
    """The report of a training run, on what was answered out of fold; returns its path.

    Raises ModelError for a version that can't be used and OSError where the report can't be written.
    """
    measured = Measured(
        examples=[corpus.examples[row] for row in trained.rows],
        answers=trained.answers,
        margins=trained.margins,
        intents=trained.weights.intents,
        temperature=trained.weights.temperature,
        threshold=trained.weights.threshold,
        source="the examples themselves, each asked of a model that hadn't seen it",
    )
    return _write(registry, version, measured, corpus.examples, trained.metrics, curve)


def report_on_messages(
    examples: Sequence[Example],
    answers: Sequence[Understanding],
    figures: Mapping[str, float],
    classifier: Classifier,
    registry: Registry,
) -> Path:
    """The report of a version on messages of their own; returns its path and raises as the other one does."""
    files = ", ".join(sorted({example.file for example in examples}))
    measured = Measured(
        examples=examples,
        answers=answers,
        margins=classifier.margins([example.text for example in examples])[0],
        intents=classifier.intents,
        temperature=classifier.temperature,
        threshold=classifier.threshold,
        source=f"those in {files}",
    )
    return _write(registry, classifier.version, measured, examples, figures, None)


def _write(
    registry: Registry,
    version: str,
    measured: Measured,
    everything: Sequence[Example],
    figures: Mapping[str, float],
    curve: LearningCurve | None,
) -> Path:
    manifest = registry.manifest(version)
    facts = Facts(version, manifest.created, len(manifest.intents), manifest.examples, figures)
    text = page(facts, measured, twins(measured, everything), curve)
    path = registry.folder / version / REPORT_FILE
    # Whoever reads it beside this sees the old one or the new one, never half of one.
    fresh = path.with_name(f".{REPORT_FILE}-{os.getpid()}")
    fresh.write_text(text, encoding="utf-8")
    os.replace(fresh, path)
    return path
