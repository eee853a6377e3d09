"""Mood and language: from examples to the two tables of words, with thresholds from what was held out."""

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import normalize

from bot.content.schema import OUT_OF_SCOPE
from bot.learning.corpus import Corpus
from bot.learning.evaluation import auroc
from bot.nlu.text import normalise, word_grams, words_in
from bot.nlu.words import WordModel, WordWeights, language_terms, mood_terms
from bot.records import MOODS

FALSE_ALARMS = 0.003
"""The share of messages that aren't distressed which may be taken for it: each costs an agent's time."""

FALSE_UPSET = 0.05
"""The share of calm and pleased messages that may be taken for upset."""

UPSET_EXAMPLES = 0.08
"""The share of the intents' examples that may: some of them are."""

WRONG_LANGUAGES = 0.005
"""The share of verdicts on the language that may be wrong."""

COST = 10.0
"""C of the logistic regressions: chosen for moods by cross-validation, where from 5 to 30 it hardly matters."""

MOST_UNSEEN = 4_000
FOLDS = 5
FEWEST = 20
"""Of each label at least so many examples: fewer can't be held out and tell nothing."""

Terms = Callable[[str], Collection[str]]
Shares = NDArray[np.float64]


def fit_mood(corpus: Corpus, seed: int) -> tuple[WordWeights | None, dict[str, float]]:
    """The table of moods and its figures out of fold; nothing where a mood has too few examples.

    `mood_accuracy` is over the four, `mood_auroc` tells upset or distressed from the others. `upset_recall` is the
    share of those that are noticed with `FALSE_UPSET`, `distress_recall` that of the distressed with `FALSE_ALARMS`.
    """
    rows = [row for row in corpus.moods if row.intent in MOODS]
    truth = np.array([MOODS.index(row.intent) for row in rows], np.intp)
    if np.bincount(truth, minlength=len(MOODS)).min() < FEWEST:
        return None, {}
    # What customers write all day, hardly one of them upset: half teaches what calm is, half tells of false alarms.
    everyday = [row.text for row in corpus.examples if row.intent not in OUT_OF_SCOPE]
    # By their hashes, so that one example more leaves nearly all others on their side.
    everyday.sort(key=lambda text: hashlib.sha256(f"{seed} {text}".encode(errors="replace")).digest())
    calm, unseen = everyday[: len(rows)], everyday[len(rows) :]
    texts = [*(row.text for row in rows), *calm]
    labels = np.concatenate([truth, np.full(len(calm), MOODS.index("calm"))])
    shares = _held_out(texts, labels, _mood_terms, MOODS, seed)[: len(rows)]
    table = _fit(texts, labels, _mood_terms, MOODS, 0.0, seed)
    model = WordModel(table)
    others = [found for text in unseen[:MOST_UNSEEN] if (found := model.shares(_mood_terms(text))) is not None]
    quiet = np.array(others).reshape(-1, len(MOODS))

    despair, mood = shares[:, 3], _moods(shares)
    alarms = np.sort(np.concatenate([despair[truth != 3], quiet[:, 3]]))[::-1]
    threshold = float(np.nextafter(alarms[int(FALSE_ALARMS * len(alarms))], 1))
    upset_at = min(_lowest(mood[truth < 2], FALSE_UPSET), _lowest(_moods(quiet), UPSET_EXAMPLES))
    figures = {
        "mood_accuracy": float((shares.argmax(axis=1) == truth).mean()),
        "mood_auroc": auroc(-mood[truth >= 2], -mood[truth < 2]),
        "upset_recall": float((mood[truth >= 2] <= upset_at).mean()),
        "distress_recall": float((despair[truth == 3] >= threshold).mean()),
    }
    return replace(table, threshold=threshold, upset_at=upset_at), figures


def fit_language(corpus: Corpus, seed: int) -> tuple[WordWeights | None, dict[str, float]]:
    """The table of languages and its figures out of fold; None and none where all examples are in one language.

    `language_known` is the share of messages that get a verdict, `language_accuracy` that of verdicts that are right.
    """
    rows = [*corpus.examples, *corpus.moods]
    spoken = [(row.locale or corpus.default_locale).lower().partition("-")[0] for row in rows]
    labels = tuple(sorted(label for label in set(spoken) if spoken.count(label) >= FEWEST))
    if len(labels) < 2:
        return None, {}
    texts = [row.text for row, label in zip(rows, spoken, strict=True) if label in labels]
    truth = np.array([labels.index(label) for label in spoken if label in labels], np.intp)
    shares = _held_out(texts, truth, _language_terms, labels, seed)
    best, right = shares.max(axis=1), shares.argmax(axis=1) == truth
    order = (-best).argsort(kind="stable")
    wrong = np.cumsum(~right[order]) / np.arange(1, len(order) + 1)
    allowed = np.flatnonzero(wrong <= WRONG_LANGUAGES)
    threshold = max(float(best[order[allowed[-1]]]) if len(allowed) else 1.0, 0.5)
    verdict = best >= threshold
    figures = {
        "language_accuracy": float(right[verdict].mean()) if verdict.any() else 0.0,
        "language_known": float(verdict.mean()),
    }
    return _fit(texts, truth, _language_terms, labels, threshold, seed), figures


def _moods(shares: Shares) -> Shares:
    """How much likelier pleased is than upset or distressed."""
    return shares[:, 0] - shares[:, 2] - shares[:, 3]


def _lowest(moods: Shares, share: float) -> float:
    """The mood that this share of them don't exceed, kept off the ends of the scale."""
    return min(max(float(np.sort(moods)[int(share * len(moods))]), -0.99), -0.01) if len(moods) else -0.5


# A set's order differs from process to process, and sums with it: the same data must give the same bytes.
def _mood_terms(text: str) -> Collection[str]:
    return sorted(mood_terms(text, word_grams(normalise(text))))


def _language_terms(text: str) -> Collection[str]:
    grams = word_grams(normalise(text))
    return sorted(language_terms(grams[: words_in(grams)]))


def _held_out(texts: list[str], truth: NDArray[np.intp], terms: Terms, labels: Sequence[str], seed: int) -> Shares:
    """Each message's shares by a table that hasn't seen it; even ones where it knows no term of it."""
    shares = np.full((len(texts), len(labels)), 1 / len(labels))
    for learnt, asked in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(texts, truth):
        model = WordModel(_fit([texts[row] for row in learnt], truth[learnt], terms, labels, 0.0, seed))
        for row in asked:
            found = model.shares(terms(texts[row]))
            if found is not None:
                shares[row] = found
    return shares


def _fit(
    texts: list[str], truth: NDArray[np.intp], terms: Terms, labels: Sequence[str], threshold: float, seed: int
) -> WordWeights:
    vectorizer = CountVectorizer(analyzer=terms, binary=True, dtype=np.float64)
    features: csr_matrix = normalize(vectorizer.fit_transform(texts))
    model = LogisticRegression(C=COST, max_iter=1000, random_state=seed).fit(features, truth)
    coef, intercept = model.coef_.T, model.intercept_
    if len(labels) == 2:  # then scikit-learn has one column, for the second label against the first
        coef, intercept = np.hstack([-coef / 2, coef / 2]), np.hstack([-intercept / 2, intercept / 2])
    return WordWeights(
        labels=tuple(labels),
        terms=tuple(vectorizer.get_feature_names_out()),
        coef=np.ascontiguousarray(coef, np.float32),
        intercept=intercept.astype(np.float32),
        threshold=threshold,
    )
