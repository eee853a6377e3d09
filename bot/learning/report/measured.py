"""The messages a model was asked, their right intents, and what it said: what every part of the report is made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.content.schema import OUT_OF_SCOPE
from bot.learning.rows import Example
from bot.nlu.words import Floats
from bot.records import Understanding

OUTSIDE = "out of scope"
Flags = NDArray[np.bool_]
Columns = NDArray[np.intp]
Shares = NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """`margins` has a row a message and a column an intent, and one more where the model knows what is out of scope.

    `temperature` and `threshold` are the model's; `source` says which messages these are.
    """

    examples: Sequence[Example]
    answers: Sequence[Understanding]
    margins: Floats
    intents: tuple[str, ...]
    temperature: float
    threshold: float
    source: str

    @cached_property
    def truth(self) -> Columns:
        """The column of each message's right intent; -1 out of scope, -2 where the model doesn't know the intent."""
        columns = {intent: column for column, intent in enumerate(self.intents)}
        return np.array(
            [-1 if row.intent in OUT_OF_SCOPE else columns.get(row.intent, -2) for row in self.examples], np.intp
        )

    @cached_property
    def best(self) -> Columns:
        """The column of the intent each message was taken for, whatever the gate says."""
        columns = {intent: column for column, intent in enumerate(self.intents)}
        return np.array([columns[answer.intent] for answer in self.answers], np.intp)

    @cached_property
    def inside(self) -> Flags:
        """Which messages are in scope."""
        return np.asarray(self.truth != -1)

    @cached_property
    def right(self) -> Flags:
        """Which messages were taken for their right intent, whatever the gate says; none that is out of scope."""
        return np.asarray(self.best == self.truth)

    @cached_property
    def let_through(self) -> Flags:
        """Which messages the gate lets through."""
        return np.array([answer.in_scope for answer in self.answers], np.bool_)

    @cached_property
    def confidence(self) -> Shares:
        """How sure each answer is."""
        return np.array([answer.confidence for answer in self.answers], np.float64)

    @cached_property
    def scope(self) -> Shares:
        """Each message's score at the gate."""
        return np.array([answer.scope_score for answer in self.answers], np.float64)

    def probabilities(self, rows: Columns) -> Floats:
        """The probability of every intent, given that the message is in scope, a row a message."""
        margins = self.margins[rows, : len(self.intents)]
        shares: Floats = np.exp((margins - margins.max(axis=1, keepdims=True)) / np.float32(self.temperature))
        shares /= shares.sum(axis=1, keepdims=True)
        return shares
