"""Mood and language out of training: thresholds that keep their promise, and nothing where there is too little."""

import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.learning import corpus as reading
from bot.learning.formats import read_default_locale, read_moods
from bot.learning.rows import Example
from bot.learning.tone import FEWEST, fit_language, fit_mood
from bot.nlu.words import WordModel, language_terms, mood_terms
from bot.records import MOODS
from tests.conftest import ROOT

WORDS = {
    "pleased": "lovely thanks great",
    "calm": "please check the order",
    "upset": "terrible useless awful",
    "distressed": "crying desperate help",
}


def corpus(moods: int = 40, german: int = 30) -> reading.Corpus:
    shop = [Example(f"where is order {number} of mine", "track", "f", number) for number in range(60)]
    shop += [Example(f"wo ist die Bestellung {number} denn", "track", "f", number, "de-AT") for number in range(german)]
    felt = [
        Example(f"{word} {words} {number}", mood, "f", number)
        for mood, words in WORDS.items()
        for number, word in enumerate([*words.split()] * (moods // 3 + 1))
    ]
    return reading.Corpus(tuple(shop), (), 0, 1, tuple(felt))


def rambling() -> reading.Corpus:
    """Messages so long and so much alike that the order in which their words are added shows."""
    dice = random.Random(0)
    words = [f"{first}{second}" for first in "bdfgklmn" for second in ("aro", "eli", "ino", "uma", "oda")]
    felt = [Example(" ".join(dice.choices(words, k=20)), mood, "f", n) for mood in MOODS for n in range(80)]
    return replace(corpus(), moods=tuple(felt))


def test_moods_are_told_apart_and_their_figures_come_from_what_was_held_out() -> None:
    table, figures = fit_mood(corpus(), 0)
    assert table is not None
    assert table.labels == MOODS
    assert set(figures) == {"mood_accuracy", "mood_auroc", "upset_recall", "distress_recall"}
    assert figures["mood_accuracy"] > 0.95
    shares = WordModel(table).shares(mood_terms("", ["crying", "desperate"]))
    assert shares is not None
    assert max(shares) == shares[3]


@pytest.mark.soak
def test_the_same_bytes_come_from_every_process() -> None:
    """Each has sets in an order of its own."""
    script = (
        "from tests.learning.test_tone import rambling; from bot.learning.tone import fit_mood; import hashlib;"
        "table, _ = fit_mood(rambling(), 0);"
        "print(hashlib.sha256(table.coef.tobytes() + str((table.threshold, table.upset_at)).encode()).hexdigest())"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed, "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in "123"
    }
    assert len(printed) == 1


def test_two_languages_are_told_apart() -> None:
    table, figures = fit_language(corpus(), 0)
    assert table is not None
    assert table.labels == ("de", "en")
    assert figures["language_accuracy"] > 0.99
    shares = WordModel(table).shares(language_terms(["wo", "ist", "die"]))
    assert shares is not None
    assert shares[0] > 0.8


def test_too_little_teaches_nothing() -> None:
    assert fit_mood(corpus(moods=3), 0) == (None, {})
    assert fit_language(corpus(german=FEWEST - 1), 0) == (None, {})


def test_moods_and_languages_are_read_from_content_files(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(
        "bot:\n  name: x\n  default_locale: de\n"
        "moods:\n  upset: |\n    oh no\n    - really\n  calm:\n    en: |\n      fine\n"
        "intents:\n  a:\n    examples:\n      en: |\n        one\n      de: [zwei, drei]\n"
    )
    assert [(row.text, row.intent, row.line, row.locale) for row in read_moods(path)] == [
        ("oh no", "upset", 6, None),
        ("really", "upset", 7, None),
        ("fine", "calm", 10, "en"),
    ]
    assert read_default_locale(path) == "de"
    read = reading.read_corpus([tmp_path])
    assert [(row.text, row.locale) for row in read.examples] == [("drei", "de"), ("one", "en"), ("zwei", "de")]
    assert (read.default_locale, len(read.moods)) == ("de", 3)
    (tmp_path / "more.jsonl").write_text('{"text": "x", "intent": "b"}\n')
    assert read_moods(tmp_path / "more.jsonl") == []
    assert read_default_locale(tmp_path / "more.jsonl") is None


@pytest.mark.parametrize("text", ["moods:\n", "moods: [upset]\n", "moods: upset\n"])
def test_moods_that_hold_nothing_teach_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.yaml").write_text(text)
    assert read_moods(tmp_path / "m.yaml") == []
