"""Why a message was understood as it was: what each of its terms adds to the margins of the best intents.

The model is linear, so this is no estimate: an intent's contributions sum up to its margin.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.nlu.classifier import Classifier
from bot.nlu.margins import Kind

MOST_INTENTS = 3


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one term adds to a margin; the intercept is what is there without any, and has no term."""

    kind: Kind
    term: str
    value: float


@dataclass(frozen=True, slots=True)
class Explained:
    """An intent's margin and what it is made of, the most telling first; `confidence` is None out of scope."""

    intent: str
    confidence: float | None
    margin: float
    contributions: Sequence[Contribution]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The best intents of a message, best first, and beside them being out of scope where the model has learnt that."""

    text: str
    in_scope: bool
    scope_score: float
    threshold: float
    """Below it a `scope_score` means out of scope."""
    intents: Sequence[Explained]
    out_of_scope: Explained | None
    model: str


def explain(classifier: Classifier, text: str, most: int = MOST_INTENTS) -> Explanation:
    """What speaks for and against each of the `most` best intents of a message, any text will do."""
    understood = classifier.classify(text)
    parts = classifier.contributions(text)

    def explained(intent: str, confidence: float | None, column: int) -> Explained:
        found = [Contribution(kind, term, float(values[column])) for kind, term, values in parts]
        found.sort(key=lambda one: (-abs(one.value), one.kind, one.term))
        return Explained(intent, confidence, sum(one.value for one in found), found)

    best = [(understood.intent, understood.confidence), *understood.alternatives][:most]
    outside = len(classifier.intents)
    return Explanation(
        text=text,
        in_scope=understood.in_scope,
        scope_score=understood.scope_score,
        threshold=classifier.threshold,
        intents=[explained(intent, share, classifier.intents.index(intent)) for intent, share in best],
        out_of_scope=explained("out_of_scope", None, outside) if len(parts[-1][2]) > outside else None,
        model=classifier.version,
    )


def as_values(explanation: Explanation, most: int | None = None) -> dict[str, Any]:
    """The explanation in plain values; with `most` so many terms an intent and the `rest` of its margin."""

    def of(one: Explained) -> dict[str, Any]:
        shown = one.contributions[:most]
        rest = sum(other.value for other in one.contributions[len(shown) :])
        return {
            "intent": one.intent,
            **({} if one.confidence is None else {"confidence": one.confidence}),
            "margin": one.margin,
            "contributions": [{"kind": part.kind, "term": part.term, "value": part.value} for part in shown],
            **({} if most is None else {"rest": rest}),
        }

    return {
        "text": explanation.text,
        "in_scope": explanation.in_scope,
        "scope_score": explanation.scope_score,
        "threshold": explanation.threshold,
        "intents": [of(one) for one in explanation.intents],
        "out_of_scope": of(explanation.out_of_scope) if explanation.out_of_scope else None,
        "model": explanation.model,
    }


def as_page(explanation: Explanation, most: int = 8) -> str:
    """The explanation for people: an intent a block, so many terms for it and so many against it."""
    scope = "in scope" if explanation.in_scope else "out of scope"
    gate = f"{scope}: {explanation.scope_score:.3f}, the gate is at {explanation.threshold:.3f}"
    shown = [*explanation.intents, *([explanation.out_of_scope] if explanation.out_of_scope else [])]
    return "\n\n".join([f"{gate} (model {explanation.model})", *(_block(one, most) for one in shown)])


def _block(one: Explained, most: int) -> str:
    sure = "" if one.confidence is None else f", confidence {one.confidence:.3f}"
    terms = [part for part in one.contributions if part.kind != "intercept"]
    pro = [part for part in terms if part.value > 0][:most]
    contra = [part for part in terms if part.value < 0][:most]
    others = one.margin - sum(part.value for part in (*pro, *contra))
    start = sum(part.value for part in one.contributions if part.kind == "intercept")
    lines = [f"{one.intent}: margin {one.margin:+.3f}{sure}"]
    lines += [f"  {part.value:+8.3f}  {part.kind:<11}  {_shown(part)}" for part in (*pro, *contra)]
    rest = len(terms) - len(pro) - len(contra)
    if rest:
        lines.append(f"  {others - start:+8.3f}  {rest} more terms")
    return "\n".join([*lines, f"  {start:+8.3f}  intercept"])


def _shown(part: Contribution) -> str:
    # Spaces at the ends of characters tell where a word begins or ends.
    term = "".join(one if one.isprintable() else "�" for one in part.term)
    return term if part.kind == "word" else f"“{term}”"
