"""Linear classifiers, one an intent against all others, all of them fitted at once.

Dual coordinate descent for logistic regression (Yu, Huang and Lin, "Dual coordinate descent methods for logistic
regression and maximum entropy models", 2011): example by example, but for every intent in the same step. Examples come
in blocks, and what those have in common is computed once, so that a step touches a small dense array and not the
coefficients.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from bot.nlu.words import Floats

Columns = NDArray[np.intp]

BLOCK = 128
"""Examples in a block: more of them cost more in each step, fewer cost more look-ups of coefficients."""

AVERAGED = 4
"""Of so many last epochs the mean counts: each one's own order of examples shows less in it."""

NEWTON_STEPS = 3
"""From where they begin, they come closer from one side only; three are as good as exact, two are not."""


@dataclass(frozen=True, slots=True)
class Linear:
    """Margins are `features @ coef + dense @ dense_coef + intercept`, a column an intent."""

    coef: Floats
    dense_coef: Floats
    intercept: Floats


@dataclass(frozen=True, slots=True)
class _Block:
    """Some of the examples; `local` has columns only for the features that they hold, which are `held`."""

    rows: Columns
    held: NDArray[np.int32]
    local: csr_matrix
    transposed: csr_matrix
    dense: Floats
    gram: Floats


def fit_linear(
    features: csr_matrix, dense: Floats, truth: Columns, width: int, cost: float, epochs: int, seed: int
) -> Linear:
    """Fit `width` logistic regressions, each with C = `cost`, to examples whose columns are `truth`.

    `features` are sparse, `dense` has more features a row, perhaps none. The intercepts are regularised like the other
    weights. Equal arguments give equal bytes on one machine.
    """
    generator = np.random.default_rng(seed)
    count = len(truth)
    blocks = _blocks(features, dense, generator.permutation(count))
    alphas = np.zeros((count, width), np.float32)
    coef = np.zeros((features.shape[1], width), np.float32)
    dense_coef = np.zeros((dense.shape[1], width), np.float32)
    intercept = np.zeros(width, np.float32)
    mean: Floats = np.zeros(0, np.float32)
    # More threads would only wait for each other, and add up in another order.
    with threadpool_limits(1), np.errstate(over="ignore"):
        for epoch in range(epochs):
            for block in (blocks[number] for number in generator.permutation(len(blocks))):
                held = coef[block.held]
                margins = block.local @ held + intercept + block.dense @ dense_coef
                signs = _signs(truth[block.rows], width)
                changes = _settle(block.gram, margins, signs, alphas, block.rows, np.float32(cost), generator)
                coef[block.held] = held + block.transposed @ changes
                dense_coef += block.dense.T @ changes
                intercept += changes.sum(axis=0)
            past = epoch - max(epochs - AVERAGED, 0)
            if past == 0:
                mean = alphas.copy()
            elif past > 0:
                mean += (alphas - mean) / np.float32(past + 1)
        # The dual variables are fewer than the coefficients, which their mean gives anew: with many terms and intents
        # two of those would be most of the memory.
        del coef, blocks, alphas
        mean *= -1
        mean[np.arange(count), truth] *= -1
        return Linear(np.asarray(features.T @ mean), dense.T @ mean, mean.sum(axis=0))


def _signs(truth: Columns, width: int) -> Floats:
    """1 in the column of each row's intent, -1 in all others."""
    signs = np.full((len(truth), width), -1, np.float32)
    signs[np.arange(len(truth)), truth] = 1
    return signs


def _blocks(features: csr_matrix, dense: Floats, order: Columns) -> list[_Block]:
    blocks = []
    for begin in range(0, len(order), BLOCK):
        rows = order[begin : begin + BLOCK]
        chosen = features[rows]
        held, columns = np.unique(chosen.indices, return_inverse=True)
        local = csr_matrix((chosen.data, columns.astype(np.int32), chosen.indptr), (len(rows), len(held)))
        part = np.ascontiguousarray(dense[rows])
        # 1 is the intercept's share.
        gram = np.asarray((local @ local.T).todense(), np.float32) + part @ part.T + np.float32(1)
        blocks.append(_Block(rows, held, local, local.T.tocsr(), part, gram))
    return blocks


def _settle(
    gram: Floats,
    margins: Floats,
    signs: Floats,
    alphas: Floats,
    rows: Columns,
    cost: np.float32,
    generator: np.random.Generator,
) -> Floats:
    """One step for each example of a block, in every column; returns the change of each one's signed dual variable."""
    changes = np.zeros_like(margins)
    one, squares = np.float32(1), gram.diagonal()
    local, most = alphas[rows], squares * cost
    for at in generator.permutation(len(rows)).tolist():
        sign, alpha, reach = signs[at], local[at].copy(), most[at]
        margin = sign * (margins[at] + gram[at] @ changes)
        # The new margin m solves m = others + reach * p(m), p the chance of being wrong: a function that grows and,
        # where m > 0, bends down, so Newton's steps from the left stay on the left.
        others = margin - squares[at] * alpha
        lowest = np.maximum(others, 0)
        np.maximum(margin, lowest, out=margin)
        for _ in range(NEWTON_STEPS):
            wrong = one / (one + np.exp(margin))
            pull = reach * wrong
            margin -= (margin - others - pull) / (one + pull * (one - wrong))
            np.maximum(margin, lowest, out=margin)
        local[at] = cost / (one + np.exp(margin))
        changes[at] = sign * (local[at] - alpha)
    alphas[rows] = local
    return changes
