"""What the content that ships teaches, measured on what it did not teach."""

import json
from pathlib import Path

from bot.content.content import Content
from bot.learning.corpus import read_corpus, read_examples
from bot.learning.evaluation import evaluate
from bot.nlu.registry import Registry

ROOT = Path(__file__).parents[2]
HELD_OUT = ROOT / "tests" / "held_out"


def test_cross_validated_it_names_the_right_intent(models: Path) -> None:
    registry = Registry(models)
    metrics = registry.manifest(registry.promoted() or "").metrics
    assert metrics["in_scope_accuracy"] >= 0.91


def test_on_messages_written_without_sight_of_the_examples_too(models: Path) -> None:
    registry = Registry(models)
    classifier = registry.load(registry.promoted() or "")
    examples = read_examples([HELD_OUT / "in_scope.jsonl"])
    figures = evaluate([example.intent for example in examples], classifier.classify_many(e.text for e in examples))
    assert figures["accuracy"] >= 0.90
    assert figures["in_scope_accuracy"] >= 0.93


def test_the_gate_turns_away_what_no_intent_covers(models: Path) -> None:
    registry = Registry(models)
    classifier = registry.load(registry.promoted() or "")
    texts = [example.text for example in read_examples([HELD_OUT / "out_of_scope.jsonl"])]
    turned_away = [not understanding.in_scope for understanding in classifier.classify_many(texts)]
    assert sum(turned_away) >= 0.7 * len(texts)


def test_held_out_messages_are_held_out_and_cover_every_intent(content: Content) -> None:
    taught = {example.text.casefold() for example in read_corpus([ROOT / "training_data"]).examples}
    rows = [json.loads(line) for line in (HELD_OUT / "in_scope.jsonl").read_text().splitlines()]
    assert len(rows) >= 300
    assert {row["intent"] for row in rows} == set(content.intents)
    assert [row["text"] for row in rows if row["text"].casefold() in taught] == []
