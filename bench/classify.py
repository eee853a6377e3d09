"""One message through the serving classifier, through a Pipeline of the same numbers, and through the core."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bench.pipeline import as_pipeline
from bot.content.content import load_content
from bot.dialogue.decide import decide
from bot.dialogue.state import State
from bot.dialogue.turn import Message
from bot.nlu.artefact import read_version
from bot.nlu.classifier import Classifier
from bot.nlu.registry import Registry
from bot.nlu.text import normalise, word_grams

MESSAGES = 1_000
ROOT = Path(__file__).parents[1]

SAMPLE = (
    "where is my order 48213",
    "how long does delivery take?",
    "I want to return something",
    "my phone battery runs down so fast",
    "which payment methods do you accept",
    "qwertz uiop",
    "I want to talk to a human",
)
"""What the core decides about: an action, an answer, a form, a guide, a fallback, a hand-off."""

TOLERANCE = 1e-3


def classification(models: Path, texts: list[str]) -> dict[str, float]:
    """Microseconds that one message takes both ways, after seeing that both say the same."""
    version = Registry(models).promoted()
    if version is None:
        sys.exit(f"bench: no model is promoted in {models}; run `make train`")
    weights = read_version(models / version)[1]
    classifier, pipeline = Classifier(weights, version), as_pipeline(weights)
    texts = (texts * (MESSAGES // len(texts) + 1))[:MESSAGES]
    difference = float(np.abs(classifier.margins(texts)[0] - pipeline.decision_function(texts)).max())
    if difference > TOLERANCE:
        sys.exit(f"bench: the classifier and the Pipeline differ by {difference:.2g}: they aren't the same model")
    return {
        "bot_us": microseconds(classifier.classify, texts),
        "core_us": microseconds(_core(classifier), texts),
        "pipeline_us": microseconds(lambda text: pipeline.decision_function([text]), texts),
        "intents": float(len(weights.intents)),
        "terms": float(len(weights.idf)),
    }


def _core(classifier: Classifier) -> Callable[[str], object]:
    """The pure core with the mood and language of the message: all but the intent, which is measured by itself."""
    content, state = load_content(ROOT / "training_data"), State(locale="en")
    intents = {text: classifier.classify(text) for text in SAMPLE}

    def core(text: str) -> object:
        grams = word_grams(normalise(text))
        classifier.tone(text, grams)
        return decide(state, Message(text), intents[SAMPLE[len(text) % len(SAMPLE)]], content, 0)

    return core


def microseconds(call: Callable[[str], object], texts: list[str]) -> float:
    """The median time of a call."""
    times = []
    for text in texts:
        started = time.perf_counter_ns()
        call(text)
        times.append(time.perf_counter_ns() - started)
    return float(np.median(times)) / 1e3
