"""The report's numbers are right, and its page is safe, whole and readable without a network."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from bot.learning.promotion import store
from bot.learning.report import figures
from bot.learning.report.figures import Share, wilson
from bot.learning.report.learning_curve import learning_curve
from bot.learning.report.likeness import twins
from bot.learning.report.measured import Measured
from bot.learning.report.page import Facts, page
from bot.learning.report.parts import table
from bot.learning.report.write import report_on_messages, report_on_training
from bot.learning.rows import Example
from bot.learning.training import Trained, train
from bot.nlu.registry import Registry
from bot.records import Understanding
from tests.nlu.samples import corpus_of, shop_rows

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&\u202e"


def measured(rows: list[tuple[str, str, float, float]], intents: tuple[str, ...] = ("a", "b", "c")) -> Measured:
    """Of rows `right intent, answered intent, its probability, score at the gate`; the others share the rest."""
    margins = np.full((len(rows), len(intents)), 0.0, np.float32)
    answers = []
    for place, (_, best, share, score) in enumerate(rows):
        rest = (1 - share) / (len(intents) - 1)
        margins[place] = np.log(rest)
        margins[place, intents.index(best)] = np.log(share)
        answers.append(Understanding(best, share, score >= 0.5, score, (), "v"))
    examples = [Example(f"text {place}", truth, "f.csv", place + 2) for place, (truth, *_) in enumerate(rows)]
    return Measured(examples, answers, margins, intents, 1.0, 0.5, "a test")


ROWS = [
    ("a", "a", 0.9, 0.9),
    ("a", "a", 0.8, 0.8),
    ("a", "b", 0.9, 0.7),
    ("b", "b", 0.6, 0.6),
    ("b", "a", 0.5, 0.2),
    ("oos", "c", 0.5, 0.55),
    ("oos", "a", 0.4, 0.1),
    ("gone", "c", 0.7, 0.6),
]


@pytest.mark.parametrize(("hits", "tries"), [(0, 1), (1, 1), (0, 10), (3, 10), (10, 10), (941, 1000)])
def test_intervals_are_those_of_wilson(hits: int, tries: int) -> None:
    expected = binomtest(hits, tries).proportion_ci(method="wilson")
    assert wilson(hits, tries) == pytest.approx((expected.low, expected.high), abs=1e-6)


def test_each_intent_has_what_was_found_and_what_was_right() -> None:
    found = {one.intent: one for one in figures.per_intent(measured(ROWS))}
    assert found.keys() == {"a", "b"}
    assert (found["a"].found, found["a"].correct) == (Share(2, 3), Share(2, 3))
    assert (found["b"].found, found["b"].correct) == (Share(1, 2), Share(1, 2))
    assert found["a"].f1 == pytest.approx(2 / 3)
    assert found["a"].taken_for == [("b", 1)]


def test_confused_pairs_name_their_messages() -> None:
    found = [(one.intent, one.taken_for, list(one.rows), one.of) for one in figures.confusions(measured(ROWS))]
    assert found == [
        ("a", "b", [2], 3),
        ("b", "a", [4], 2),
        ("gone", "c", [7], 1),
        ("out of scope", "c", [5], 2),
    ]


def test_the_coverage_of_each_threshold_can_be_counted() -> None:
    one = measured(ROWS)
    points = figures.coverage(one, one.scope)
    by_threshold = {round(point.threshold, 2): point for point in points}
    assert list(by_threshold) == [0.9, 0.8, 0.7, 0.6, 0.55, 0.2, 0.1]
    at = by_threshold[0.6]  # two messages have this score
    assert (at.answered, at.wrong, at.turned_away) == (Share(5, 6), Share(2, 5), Share(2, 2))
    assert (by_threshold[0.1].answered, by_threshold[0.1].wrong) == (Share(6, 6), Share(5, 8))
    prices = dict(figures.at_prices(points))
    assert prices[0.0].threshold == pytest.approx(0.2)
    assert prices[0.2].threshold == pytest.approx(0.6)
    assert [(most, point.threshold) for most, point in figures.at_mistakes(points)] == [
        (most, 0.8) for most in figures.MISTAKES
    ]


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from("abo"), st.sampled_from("ab"), st.integers(51, 99), st.integers(0, 9))))
def test_no_price_is_exceeded(rows: list[tuple[str, str, int, int]]) -> None:
    one = measured([("oos" if t == "o" else t, best, share / 100, score / 9) for t, best, share, score in rows])
    points = figures.coverage(one, one.scope) if rows else []
    for price, point in figures.at_prices(points):
        assert 1 - point.answered.value <= price + 1e-9
        assert int((one.inside & (one.scope >= point.threshold)).sum()) == point.answered.hits
        assert int((~one.right & (one.scope >= point.threshold)).sum()) == point.wrong.hits
    for most, point in figures.at_mistakes(points):
        assert point.wrong.value <= most


def test_reliability_counts_the_messages_in_scope() -> None:
    bins = figures.reliability(measured(ROWS))
    assert sum(one.right.tries for one in bins) == 6
    last = bins[-1]
    assert (last.low, last.right, last.confidence) == (pytest.approx(13 / 15), Share(1, 2), pytest.approx(0.9))


@pytest.fixture(scope="module")
def spoilt() -> tuple[list[tuple[str, str]], Trained]:
    """A model of data in which four labels are wrong, and three messages stand nearly the same under two intents."""
    rows = shop_rows(outside=True)
    for place in (3, 33, 63, 93):
        rows[place] = (rows[place][0], "price" if rows[place][1] != "price" else "repair")
    rows += [("Where  is my phone?", "repair"), ("how much is the camera!", "return_order")]
    rows += [(HOSTILE, "price"), (f"{HOSTILE} b", "price")]
    return rows, train(corpus_of(rows))


def test_labels_that_were_planted_wrong_are_suspected_first(spoilt: tuple[list[tuple[str, str]], Trained]) -> None:
    rows, trained = spoilt
    corpus = corpus_of(rows)
    weights = trained.weights
    examples = [corpus.examples[row] for row in trained.rows]
    about = (weights.intents, weights.temperature, weights.threshold, "")
    found = figures.suspects(Measured(examples, trained.answers, trained.margins, *about))
    planted = {rows[place][0] for place in (3, 33, 63, 93)}
    noticed = planted & {examples[one.row].text for one in found[:8]}
    assert len(noticed) >= 3  # one among its like in other intents may look right
    true = dict(shop_rows())
    named = {examples[one.row].text: one.suggestion for one in found}
    assert [named[text] for text in noticed] == [true[text] for text in noticed]


def test_messages_that_are_nearly_the_same_are_found(spoilt: tuple[list[tuple[str, str]], Trained]) -> None:
    rows, trained = spoilt
    corpus = corpus_of(rows)
    weights = trained.weights
    about = (weights.intents, weights.temperature, weights.threshold, "")
    one = Measured([corpus.examples[row] for row in trained.rows], trained.answers, trained.margins, *about)
    pairs = [{pair.one.text, pair.other.text} for pair in twins(one, corpus.examples)]
    assert {"Where  is my phone?", "where is my phone"} in pairs
    assert {"how much is the camera!", "how much is the camera"} in pairs
    assert len(pairs) == len({frozenset(pair) for pair in pairs})


def test_the_learning_curve_never_asks_about_what_was_learnt() -> None:
    told: list[tuple[int, int]] = []
    curve = learning_curve(corpus_of(shop_rows(outside=True)), 0, lambda done, total: told.append((done, total)))
    assert [step.examples for step in curve.steps] == sorted({step.examples for step in curve.steps})
    assert {step.right.tries for step in curve.steps} == {12}
    assert curve.steps[-1].right.value >= curve.steps[0].right.value
    assert curve.steps[-1].right.value > 0.8
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]


class Page(HTMLParser):
    """What a browser would find in the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_a_training_and_a_measurement_write_the_page(
    tmp_path: Path, spoilt: tuple[list[tuple[str, str]], Trained]
) -> None:
    rows, trained = spoilt
    corpus, registry = corpus_of(rows), Registry(tmp_path)
    version = store(corpus, trained, 0, registry)
    path = report_on_training(corpus, trained, version, registry)
    assert path == tmp_path / version / "report.html"
    first = path.read_text()
    assert registry.load(version).version == version  # the report beside it changes nothing
    assert f"Version {version}" in first
    classifier = registry.load(version)
    examples = [Example(text, intent, "new.csv", 2) for text, intent in [*rows, ("x", "an intent it doesn't know")]]
    answers = classifier.classify_many(one.text for one in examples)
    assert report_on_messages(examples, answers, {"ece": 0.1}, classifier, registry) == path
    assert "those in new.csv" in path.read_text()
    assert sorted(one.name for one in path.parent.iterdir()) == [
        "manifest.json",
        "model.joblib",
        "out_of_fold.json",
        "report.html",
    ]


def test_hostile_texts_stay_texts_and_nothing_is_fetched() -> None:
    one = measured(
        [("a", "b", 0.9, 0.9)] * 3 + [(HOSTILE, HOSTILE, 0.9, 0.9), (HOSTILE, "a", 0.9, 0.9)], ("a", "b", HOSTILE)
    )
    examples = [Example(HOSTILE, row.intent, HOSTILE, row.line) for row in one.examples]
    one = Measured(examples, one.answers, one.margins, one.intents, 1.0, 0.5, HOSTILE)
    text = page(Facts("v", HOSTILE, 3, 5, {"ece": 0.1}), one, twins(one, examples), None)
    parsed = Page(text)
    assert {tag for tag, _ in parsed.tags} & {"img", "link", "iframe", "object", "form"} == set()
    assert [
        name for _, given in parsed.tags for name in given if name.startswith("on") or name in ("src", "srcset")
    ] == []
    links = [given["href"] for tag, given in parsed.tags if tag == "a"]
    assert all(link and link.startswith("#") for link in links)
    scripts = re.findall(r"<script[^>]*>", text)
    assert len(scripts) == sum(tag == "script" for tag, _ in parsed.tags)
    policy = next(given["content"] for tag, given in parsed.tags if given.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-inline" not in policy.partition("style-src")[0]
    for values in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', text):
        assert json.loads(values)["data"]
        assert "<" not in values


def test_a_page_of_nothing_is_a_page() -> None:
    nothing = Measured([], [], np.empty((0, 2), np.float32), ("a", "b"), 1.0, 0.0, "nothing")
    text = page(Facts("v", "2026", 2, 0, {}), nothing, twins(nothing, []), None)
    assert "Wrong answers: none." in text
    assert table("T", ["a"], []) == "<p class=none>T: none.</p>"


def test_many_intents_are_cut_to_the_confused_ones() -> None:
    intents = tuple(f"intent {place}" for place in range(200))
    rows = [(intents[place], intents[(place + place % 7) % 200], 0.9, 0.9) for place in range(200)]
    text = page(Facts("v", "2026", 200, 200, {}), measured(rows, intents), [], None)
    plot = json.loads(re.findall(r'data-plot="confusion">(.*?)</script>', text)[0])
    assert len(plot["data"][0]["x"]) == 150
    assert len(set(plot["data"][0]["x"])) == 150
