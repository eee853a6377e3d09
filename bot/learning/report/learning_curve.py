"""Would more examples help, and where: models of a part of the examples, asked about messages that none of them has."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bot.content.schema import OUT_OF_SCOPE
from bot.learning.corpus import Corpus
from bot.learning.report.figures import Share
from bot.learning.report.measured import Columns, Flags
from bot.learning.training import assign_folds, fit
from bot.nlu.classifier import Classifier
from bot.nlu.weights import WordVectors

STEPS = (0.125, 0.25, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Step:
    """A model of so many examples, and the share of the held-out messages that it takes for the right intent."""

    examples: int
    right: Share


@dataclass(frozen=True, slots=True)
class Gain:
    """How much better an intent is found with all examples than with half of them."""

    intent: str
    examples: int
    half: Share
    whole: Share


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """The steps in order, and the intents where the last doubling gained most."""

    steps: list[Step]
    gains: list[Gain]


def learning_curve(
    corpus: Corpus, seed: int, progress: Callable[[int, int], None], vectors: WordVectors | None = None
) -> LearningCurve:
    """Train on an eighth, a quarter, half and all of each intent's examples but one fold, and ask about that fold."""
    intents = tuple(sorted(set(corpus.intents) - OUT_OF_SCOPE))
    places = {intent: column for column, intent in enumerate(intents)}
    columns = np.array([places.get(intent, len(intents)) for intent in corpus.intents], np.intp)
    folds = assign_folds(corpus, seed)
    texts = corpus.texts
    asked = np.flatnonzero((folds == 0) & (columns < len(intents)))
    rest = np.flatnonzero(folds != 0)
    rank = _rank_within(columns[rest], seed)
    per_intent = np.bincount(columns[rest], minlength=len(intents) + 1)
    steps: list[Step] = []
    right_at: list[Flags] = []
    progress(0, len(STEPS))
    for done, share in enumerate(STEPS, 1):
        wanted = np.maximum(np.ceil(share * per_intent), 1)[columns[rest]]
        learnt = rest[rank < wanted]
        weights = fit([texts[row] for row in learnt], columns[learnt], intents, seed, vectors)
        margins, _ = Classifier(weights, "").margins([texts[row] for row in asked])
        right = margins[:, : len(intents)].argmax(axis=1) == columns[asked]
        steps.append(Step(len(learnt), Share(int(right.sum()), len(asked))))
        right_at.append(right)
        progress(done, len(STEPS))
    gains = []
    for column, intent in enumerate(intents):
        here = columns[asked] == column
        half, whole = (Share(int(right[here].sum()), int(here.sum())) for right in right_at[-2:])
        if whole.hits > half.hits:
            gains.append(Gain(intent, int(per_intent[column]), half, whole))
    gains.sort(key=lambda gain: (gain.half.value - gain.whole.value, gain.intent))
    return LearningCurve(steps, gains[:20])


def _rank_within(columns: Columns, seed: int) -> Columns:
    """Each row's place, from 0, in a shuffled order of the rows of its column."""
    shuffled = np.random.default_rng(seed).permutation(len(columns))
    order = shuffled[np.argsort(columns[shuffled], kind="stable")]
    starts = np.searchsorted(columns[order], np.arange(columns.max() + 1))
    rank = np.empty(len(columns), np.intp)
    rank[order] = np.arange(len(columns)) - starts[columns[order]]
    return rank
