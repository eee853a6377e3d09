"""Stores a trained model, and makes it the serving one unless it answers worse than the one that serves."""

import hashlib
import json
import platform
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from importlib.metadata import version as installed
from math import comb
from typing import Literal

from bot import __version__
from bot.content.schema import OUT_OF_SCOPE
from bot.errors import ModelError
from bot.learning.corpus import Corpus
from bot.learning.rows import Example
from bot.learning.training import Trained
from bot.nlu.artefact import FORMAT, RECORD_FILE, Manifest, model_bytes, read_promised, version_of, write_version
from bot.nlu.registry import Registry

Policy = Literal["auto", "always", "never"]
Record = Mapping[str, str]
"""The intent answered out of fold to each example, by the example's key."""

TOLERANCE = 0.01
"""The net share of shared examples that may be answered worse."""

SIGNIFICANCE = 0.05
"""How improbable the loss must be, were both equally good, to count as one."""


@dataclass(frozen=True, slots=True)
class Change:
    """An example that the serving model and the new one answer differently, both out of fold."""

    example: Example
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A new model against the serving one, on the examples and the intents that both have.

    `better` and `worse` count the examples that only the new one or only the serving one answers rightly; `chance` is
    that of so many worse ones or more, were both equally good (one-sided sign test).
    """

    shared: int
    better: int
    worse: int
    chance: float
    changes: tuple[Change, ...]

    @property
    def is_worse(self) -> bool:
        """Whether the loss is both too large and too unlikely to be luck."""
        return self.worse - self.better > TOLERANCE * self.shared and self.chance < SIGNIFICANCE


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a trained model; `reason` says why it serves or not."""

    version: str
    serving_before: Manifest | None
    comparison: Comparison | None
    promoted: bool
    reason: str


def store(corpus: Corpus, trained: Trained, seed: int, registry: Registry) -> str:
    """Write the model as a version of its own and return that."""
    model = model_bytes(trained.weights)
    record = json.dumps(record_of(corpus, trained), indent=0, sort_keys=True).encode()
    sha256 = hashlib.sha256(model).hexdigest()
    manifest = Manifest(
        format=FORMAT,
        version=version_of(sha256),
        model_sha256=sha256,
        record_sha256=hashlib.sha256(record).hexdigest(),
        bot=__version__,
        libraries={
            "python": platform.python_version(),
            **{name: installed(name) for name in ("joblib", "numpy", "scikit-learn")},
        },
        data_sha256=corpus.sha256,
        seed=seed,
        examples=len(corpus.examples),
        intents={intent: count for intent, count in Counter(corpus.intents).items() if intent not in OUT_OF_SCOPE},
        metrics={name: round(value, 4) for name, value in trained.metrics.items()},
        created=datetime.now(UTC).isoformat(timespec="microseconds"),
    )
    write_version(registry.folder, manifest, model, record)
    return manifest.version


def conclude(corpus: Corpus, trained: Trained, version: str, registry: Registry, policy: Policy) -> Outcome:
    """Compare a stored version with the serving one and promote it if the policy says so."""
    serving = registry.promoted()
    before: Manifest | None = None
    comparison: Comparison | None = None
    trouble = ""
    if serving is not None and serving != version:
        try:
            before = registry.manifest(serving)
            path = registry.folder / serving / RECORD_FILE
            record = json.loads(read_promised(path, before.record_sha256))
            comparison = compare(record, before, corpus, trained)
        except ModelError as error:
            trouble = str(error)
    promote, reason = _verdict(serving, version, comparison, policy, trouble)
    if promote:
        registry.promote(version)
    return Outcome(version, before, comparison, promote or serving == version, reason)


def compare(before: Record, serving: Manifest, corpus: Corpus, trained: Trained) -> Comparison:
    """Pair the answers that both models gave to the same examples while those were held out.

    Only intents that both have count, also as answers: neither a new intent nor one that is gone can speak against the
    new model.
    """
    intents = trained.weights.intents
    both = [column for column, intent in enumerate(intents) if intent in serving.intents]
    common = {intents[column] for column in both}
    shared = better = worse = 0
    changes = []
    for row, margins, answer in zip(trained.rows, trained.margins, trained.answers, strict=True):
        example = corpus.examples[row]
        then = before.get(key_of(example))
        if then not in common or example.intent not in common:
            continue
        now = intents[both[int(margins[both].argmax())]]
        shared += 1
        better += then != example.intent == now
        worse += then == example.intent != now
        if then != answer.intent:
            changes.append(Change(example, then, answer.intent))
    return Comparison(shared, better, worse, sign_test(worse, better), tuple(changes))


def sign_test(losses: int, wins: int) -> float:
    """The chance of at least so many losses, were losses and wins equally likely."""
    pairs = losses + wins
    ways = sum(comb(pairs, lost) for lost in range(losses, pairs + 1))
    return float(Fraction(ways, 2**pairs))


def record_of(corpus: Corpus, trained: Trained) -> Record:
    """What a later version will be compared with; holds no text."""
    return {
        key_of(corpus.examples[row]): answer.intent for row, answer in zip(trained.rows, trained.answers, strict=True)
    }


def key_of(example: Example) -> str:
    """Tells an example from all others without showing it."""
    return hashlib.sha256(json.dumps([example.intent, example.text]).encode()).hexdigest()[:16]


def _verdict(
    serving: str | None, version: str, comparison: Comparison | None, policy: Policy, trouble: str
) -> tuple[bool, str]:
    if serving == version:
        return False, "it is the same model as the one that serves"
    if policy == "never":
        return False, "--promote never"
    if policy == "always":
        return True, "--promote always"
    if serving is None:
        return True, "it is the first"
    if comparison is None:
        return True, f"the serving version can't be compared with: {trouble}"
    if not comparison.shared:
        return True, f"it shares no example with {serving}, so nothing says it is worse"
    told = (
        f"of {comparison.shared} shared examples {comparison.better} are answered better and {comparison.worse} worse"
    )
    if comparison.is_worse:
        return False, f"{told}; at most {TOLERANCE:.0%} net may be worse unless it could be chance"
    return True, f"not worse than {serving}: {told}"
