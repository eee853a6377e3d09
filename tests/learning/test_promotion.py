import json
from collections.abc import Callable
from pathlib import Path

import pytest
from scipy.stats import binomtest

from bot.learning.corpus import Corpus
from bot.learning.promotion import Outcome, Policy, compare, conclude, key_of, record_of, sign_test, store
from bot.learning.summary import as_object, as_page
from bot.learning.training import Trained, train
from bot.nlu.artefact import MODEL_FILE, RECORD_FILE
from bot.nlu.registry import Registry
from tests.nlu.samples import corpus_of, shop_rows

Run = Callable[..., Outcome]
ROWS = shop_rows(outside=True)


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path)


def learn(registry: Registry, rows: list[tuple[str, str]], policy: Policy = "auto") -> tuple[Corpus, Trained, Outcome]:
    corpus = corpus_of(rows)
    trained = train(corpus)
    return corpus, trained, conclude(corpus, trained, store(corpus, trained, 0, registry), registry, policy)


def spoilt(rows: list[tuple[str, str]], every: int) -> list[tuple[str, str]]:
    """Every so manieth example under the wrong intent."""
    intents = sorted({intent for _, intent in rows})
    wrong = {intent: intents[place - 1] for place, intent in enumerate(intents)}
    return [(text, wrong[intent] if place % every == 0 else intent) for place, (text, intent) in enumerate(rows)]


def test_the_first_model_is_promoted_and_the_same_again_changes_nothing(registry: Registry) -> None:
    _, _, first = learn(registry, ROWS)
    assert (first.promoted, registry.promoted()) == (True, first.version)
    _, _, again = learn(registry, ROWS)
    assert again.version == first.version
    assert again.promoted
    assert "the same model" in again.reason
    assert len(registry.versions()) == 1


def test_a_worse_model_is_stored_and_not_promoted(registry: Registry) -> None:
    _, _, first = learn(registry, ROWS)
    corpus, trained, second = learn(registry, spoilt(ROWS, 3))
    assert not second.promoted
    assert registry.promoted() == first.version
    assert {manifest.version for manifest in registry.versions()} == {first.version, second.version}
    page = as_page(corpus, trained, second, None, 1.0)
    assert "not promoted" in page
    assert f"bot models promote {second.version}" in page
    assert "(worse)" in page


@pytest.mark.parametrize(("policy", "serves"), [("always", True), ("never", False)])
def test_the_policy_overrules_the_comparison(registry: Registry, policy: Policy, serves: bool) -> None:
    _, _, first = learn(registry, ROWS)
    _, _, second = learn(registry, spoilt(ROWS, 3), policy)
    assert second.promoted == serves
    assert registry.promoted() == (second.version if serves else first.version)


def test_a_new_intent_never_blocks(registry: Registry) -> None:
    learn(registry, ROWS)
    # So near to two others that their examples are now taken for it.
    stolen = [(text.replace("phone", "mobile"), "mobile") for text, _ in shop_rows() if "phone" in text] * 3
    corpus, trained, outcome = learn(registry, [*ROWS, *stolen])
    assert outcome.promoted
    assert outcome.comparison is not None
    assert outcome.comparison.shared == len(shop_rows())
    assert "new intent mobile" in as_page(corpus, trained, outcome, None, 1.0)


def test_an_intent_that_is_gone_or_renamed_does_not_count(registry: Registry) -> None:
    learn(registry, ROWS)
    renamed = [(text, "shipping" if intent == "track_order" else intent) for text, intent in ROWS]
    corpus, trained, outcome = learn(registry, renamed)
    assert outcome.promoted
    assert outcome.comparison is not None
    assert outcome.comparison.shared == len(shop_rows()) * 3 // 4
    page = as_page(corpus, trained, outcome, None, 1.0)
    assert "new intent shipping (30 examples)" in page
    assert "track_order is gone" in page


def test_nothing_shared_is_nothing_against_it(registry: Registry) -> None:
    learn(registry, ROWS)
    _, _, outcome = learn(registry, [(f"x{text}", intent) for text, intent in ROWS])
    assert outcome.promoted
    assert "shares no example" in outcome.reason


@pytest.mark.parametrize("name", [RECORD_FILE, MODEL_FILE])
def test_a_damaged_serving_version_can_be_replaced(registry: Registry, name: str) -> None:
    _, _, first = learn(registry, ROWS)
    (registry.folder / first.version / name).write_bytes(b"damaged")
    _, _, outcome = learn(registry, ROWS[1:])
    assert outcome.promoted
    assert registry.promoted() == outcome.version


def test_only_a_loss_that_is_large_and_unlikely_counts() -> None:
    corpus = corpus_of(ROWS)
    trained = train(corpus)
    record = dict(record_of(corpus, trained))
    manifest = type("Serving", (), {"intents": dict.fromkeys(trained.weights.intents, 1)})()
    assert compare(record, manifest, corpus, trained).changes == ()
    right = [
        corpus.examples[row]
        for row, answer in zip(trained.rows, trained.answers, strict=True)
        if answer.intent == corpus.examples[row].intent
    ]
    for wins, blocked in ((0, False), (3, False), (8, False)):
        before = {**record, **{key_of(example): "price" for example in right[:wins] if example.intent != "price"}}
        found = compare(before, manifest, corpus, trained)
        assert (found.is_worse, found.worse) == (blocked, 0)
        assert found.better == sum(example.intent != "price" for example in right[:wins])


@pytest.mark.parametrize(("losses", "wins"), [(0, 0), (1, 0), (5, 0), (7, 3), (3, 7), (400, 350)])
def test_the_sign_test_is_that_of_scipy(losses: int, wins: int) -> None:
    expected = binomtest(losses, losses + wins, alternative="greater").pvalue if losses + wins else 1.0
    assert sign_test(losses, wins) == pytest.approx(expected)


def test_the_record_holds_no_text(registry: Registry) -> None:
    _, trained, outcome = learn(registry, ROWS)
    stored = (registry.folder / outcome.version / RECORD_FILE).read_text()
    assert len(json.loads(stored)) == len(trained.rows) == len(ROWS)
    assert "phone" not in stored


def test_what_programs_are_told(registry: Registry) -> None:
    corpus, trained, outcome = learn(registry, ROWS)
    told = json.loads(json.dumps(as_object(corpus, trained, outcome, None, 1.234)))
    assert told["version"] == outcome.version
    assert (told["intents"], told["examples"], told["seconds"], told["promoted"]) == (4, len(ROWS), 1.23, True)
    assert 0.8 < told["accuracy"] <= 1
    assert 0.8 < told["macro_f1"] <= 1
