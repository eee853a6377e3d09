"""Examples to weights: TF-IDF of words and characters, one logistic regression an intent, calibrated out of fold."""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import joblib
import numpy as np
from numpy.typing import NDArray

from bot.content.schema import OUT_OF_SCOPE
from bot.errors import ContentError
from bot.learning.calibration import Columns, scope_scores, temperature, threshold
from bot.learning.corpus import Corpus
from bot.learning.evaluation import evaluate
from bot.learning.features import CHARACTERS, MEANING, WORDS, Counts, count
from bot.learning.solver import fit_linear
from bot.learning.tone import fit_language, fit_mood
from bot.nlu.classifier import SECOND, Classifier
from bot.nlu.parts import split
from bot.nlu.weights import MeaningWeights, Weights, WordVectors
from bot.nlu.words import Floats
from bot.records import Understanding

PRICE = 0.05
"""The share of messages in scope that the gate may turn away."""

COST = 30.0
"""C of each logistic regression. From 20 to 100 it hardly matters, at 10 examples an intent as well as at 100."""

Progress = Callable[[int, int], None]
"""Told how many of how many models are fitted."""

Flags = NDArray[np.bool_]

EPOCHS, EPOCHS_OF_FEW, FEW = 8, 12, 4_000
"""How often the solver sees each example, or each of no more than a few; more changes nothing that can be measured."""

SPLIT_WRONGLY = 0.01
"""The share of messages with one concern that may be taken for two."""

LEAST_SURE = 0.5
"""How confident each part must be at least, whatever the examples say."""

_WORTH_PROCESSES = 200_000

_JOINTS = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])")
"""Where the words of an intent's name meet."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A model and what it answered, out of fold, to the examples it was made from.

    The rows of `margins` and `answers` belong to the examples of the corpus at `rows`: all but those that are the only
    one of their intent, which no model can be asked without having learnt them.
    """

    weights: Weights
    metrics: dict[str, float]
    rows: Columns
    margins: Floats
    answers: list[Understanding]


def train(
    corpus: Corpus,
    seed: int = 0,
    price: float = PRICE,
    progress: Progress = lambda done, total: None,
    vectors: WordVectors | None = None,
) -> Trained:
    """Fit a model on the whole corpus and, to calibrate and measure it, one on all but each fold.

    With `vectors` it also learns from what words mean; `price` is the share of messages in scope that its gate may turn
    away.
    Raises ContentError where there are fewer than two intents to choose between.
    """
    intents = tuple(sorted(set(corpus.intents) - OUT_OF_SCOPE))
    if len(intents) < 2:
        named = f"only `{intents[0]}`" if intents else "no intent"
        files = ", ".join(sorted({example.file for example in corpus.examples}))
        raise ContentError([f"{files}: {named} to choose from; give at least two intents examples"])
    places = {intent: column for column, intent in enumerate(intents)}
    columns = np.array([places.get(intent, len(intents)) for intent in corpus.intents], np.intp)
    folds = assign_folds(corpus, seed)
    texts, all_columns = with_names(corpus.texts, columns, intents)
    # Every model learns the names, so none is asked about them.
    all_folds = np.pad(folds, (0, len(intents)), constant_values=-1)
    margins, known, parts, weights = _fit_all(texts, all_columns, intents, all_folds, vectors, seed, progress)
    # In processes with one thread each: on busy cores the threads of one solver wait for each other, 20 times as long.
    tables = joblib.Parallel(n_jobs=_workers(len(corpus.examples) * len(intents)))(
        joblib.delayed(fit_table)(corpus, seed) for fit_table in (fit_mood, fit_language)
    )
    (mood, mood_figures), (language, language_figures) = tables

    rows = np.flatnonzero(folds >= 0)
    margins, truth = margins[rows], columns[rows]
    inside = truth < len(intents)
    scores = scope_scores(margins, len(intents))
    weights = replace(
        weights,
        temperature=temperature(margins[inside, : len(intents)], truth[inside]),
        threshold=threshold(scores[inside], scores[~inside], price),
        mood=mood,
        language=language,
    )
    judge = Classifier(weights, "")
    answers = [judge.decide(row, bool(is_known)) for row, is_known in zip(margins, known[rows], strict=True)]
    weights = replace(
        weights, part_threshold=_part_threshold(judge, answers, margins, [parts.get(int(row), []) for row in rows])
    )
    metrics = evaluate([corpus.examples[row].intent for row in rows], answers) | mood_figures | language_figures
    return Trained(weights, metrics, rows, margins, answers)


def fit(
    texts: Sequence[str], columns: Columns, intents: tuple[str, ...], seed: int, vectors: WordVectors | None = None
) -> Weights:
    """The weights for texts whose intents are `columns`; a column past the intents is that of being out of scope."""
    all_texts, all_columns = with_names(texts, columns, intents)
    return _fit_rows(count(all_texts, vectors), np.arange(len(all_texts)), all_columns, intents, vectors, seed)


def with_names(texts: Sequence[str], columns: Columns, intents: tuple[str, ...]) -> tuple[list[str], Columns]:
    """The texts and behind them, as one more example of each intent, its name in words: track order of `trackOrder`."""
    names = [_JOINTS.sub(" ", intent).strip() for intent in intents]
    return [*texts, *names], np.concatenate([columns, np.arange(len(intents))])


def _fit_rows(
    counts: Counts,
    rows: Columns,
    columns: Columns,
    intents: tuple[str, ...],
    vectors: WordVectors | None,
    seed: int,
) -> Weights:
    features = counts.features(rows)
    epochs = EPOCHS_OF_FEW if len(rows) <= FEW else EPOCHS
    width = int(columns.max()) + 1
    linear = fit_linear(features.sparse, features.dense, columns, width, cost=COST, epochs=epochs, seed=seed)
    lengths = np.array([WORDS, CHARACTERS], np.float32)
    linear.coef[:] *= np.repeat(lengths, [len(features.words), len(features.characters)])[:, None]
    meaning = None
    if vectors is not None and features.dense.shape[1]:
        meaning = MeaningWeights(vectors, features.centre, linear.dense_coef * np.float32(MEANING))
    return Weights(
        intents=intents,
        words=features.words,
        characters=features.characters,
        idf=features.idf,
        coef=linear.coef,
        intercept=linear.intercept,
        temperature=1.0,
        threshold=0.0,
        meaning=meaning,
    )


def assign_folds(corpus: Corpus, seed: int) -> Columns:
    """The fold in which each example is held out; -1 for one that is the only one of its intent.

    Each intent is spread evenly. A text's place comes from its hash, so that adding an example leaves nearly all others
    in their folds and two versions can be compared.
    """
    count = 10 if len(corpus.examples) <= 1_000 else 5 if len(corpus.examples) <= 20_000 else 3
    members: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for row, example in enumerate(corpus.examples):
        members[example.intent].append((_hash(seed, example.text), row))
    folds = np.full(len(corpus.examples), -1, np.intp)
    for places in members.values():
        if len(places) == 1:
            continue
        most, sizes = -(-len(places) // count), [0] * count
        for place, row in sorted(places):
            fold = place % count
            while sizes[fold] >= most:
                fold = (fold + 1) % count
            sizes[fold] += 1
            folds[row] = fold
    return folds


def _part_threshold(
    judge: Classifier, answers: list[Understanding], wholes: Floats, parts: Sequence[Sequence[Floats]]
) -> float:
    """How confident parts must be so that at most `SPLIT_WRONGLY` of the examples, which have one intent, have two."""
    levels = []
    for answer, whole, margins in zip(answers, wholes, parts, strict=True):
        if len(margins) < 2 or not answer.in_scope or np.sort(whole[: len(judge.intents)])[-2] < SECOND:
            continue
        best: dict[str, float] = {}
        for one in (judge.decide(row, known=True) for row in margins):
            if one.in_scope:
                best[one.intent] = max(best.get(one.intent, 0.0), one.confidence)
        if len(best) > 1 and answer.intent in best:
            others = max(confidence for intent, confidence in best.items() if intent != answer.intent)
            levels.append(min(best[answer.intent], others))
    levels.sort(reverse=True)
    allowed = int(SPLIT_WRONGLY * len(answers))
    return max(float(np.nextafter(levels[allowed], 2.0)) if len(levels) > allowed else 0.0, LEAST_SURE)


def _fit_all(
    texts: list[str],
    columns: Columns,
    intents: tuple[str, ...],
    folds: Columns,
    vectors: WordVectors | None,
    seed: int,
    progress: Progress,
) -> tuple[Floats, Flags, dict[int, list[Floats]], Weights]:
    """What models say about texts they haven't seen, and the model of all.

    The margins of each text, whether any term was known, and, by row, the margins of the parts of those that have
    several.
    """
    width = int(columns.max()) + 1
    margins = np.zeros((len(texts), width), np.float32)
    known = np.zeros(len(texts), np.bool_)
    held_out = [fold for fold in range(folds.max() + 1) if (folds == fold).any()]
    # The one on everything takes longest, so it starts first.
    counts = count(texts, vectors)
    jobs = [
        joblib.delayed(_fit_without)(fold, counts, texts, columns, intents, folds, vectors, seed)
        for fold in (None, *held_out)
    ]
    workers = _workers(len(texts) * width)
    whole: Weights | None = None
    parts: dict[int, list[Floats]] = {}
    progress(0, len(jobs))
    results = joblib.Parallel(n_jobs=workers, return_as="generator_unordered")(jobs)
    for done, (fold, weights, fold_margins, fold_known, fold_parts) in enumerate(results, 1):
        if fold is None:
            whole = weights
        else:
            margins[folds == fold], known[folds == fold] = fold_margins, fold_known
            parts |= fold_parts
        progress(done, len(jobs))
    assert whole is not None
    return margins, known, parts, whole


def _fit_without(
    fold: int | None,
    counts: Counts,
    texts: list[str],
    columns: Columns,
    intents: tuple[str, ...],
    folds: Columns,
    vectors: WordVectors | None,
    seed: int,
) -> tuple[int | None, Weights | None, Floats, Flags, dict[int, list[Floats]]]:
    """A model of all but a fold, asked about that fold; of everything, where the fold is None."""
    if fold is None:
        whole = _fit_rows(counts, np.arange(len(texts)), columns, intents, vectors, seed)
        return None, whole, np.empty((0, 0), np.float32), np.empty(0, np.bool_), {}
    learnt, asked = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
    weights = _fit_rows(counts, learnt, columns[learnt], intents, vectors, seed)
    classifier = Classifier(weights, "")
    margins, known = classifier.margins([texts[row] for row in asked])
    several = {int(row): pieces for row in asked if len(pieces := split(texts[row])) > 1}
    parts = {row: list(classifier.margins(pieces)[0]) for row, pieces in several.items()}
    return fold, None, margins, known, parts


def _workers(size: int) -> int:
    # Processes, since the solver's random numbers are global to one; starting them takes longer than small models do.
    return joblib.cpu_count() if size > _WORTH_PROCESSES else 1


def _hash(seed: int, text: str) -> int:
    return int.from_bytes(hashlib.sha256(json.dumps([seed, text]).encode()).digest()[:8])
