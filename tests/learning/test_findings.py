from pathlib import Path

import pytest

from bot.learning.findings import check, findings
from tests.nlu.samples import corpus_of, shop_rows

ROOT = Path(__file__).parents[2]


def test_sound_data_has_none() -> None:
    assert findings(corpus_of(shop_rows(outside=True))) == []


def test_each_fault_is_named_with_its_line_and_a_remedy(tmp_path: Path) -> None:
    lines = [f"{text},{intent}" for text, intent in shop_rows()]
    lines += ["Where is my PHONE,repair", "hello,greet", " ,price", f"{'x' * 2001},price"]
    path = tmp_path / "data.csv"
    path.write_text("text,intent\n" + "\n".join(lines))
    _, found = check(path)
    start = len(lines) - 2
    assert [line.split("; ")[0].removeprefix(f"{path}:") for line in found] == [
        f"{start}: “Where is my PHONE” under `repair` also stands under `track_order` ({path}:2)",
        f"{start + 1}: `greet` has 1 example",
        f"{start + 2}: a blank text",
        f"{start + 3}: “{'x' * 39}…” has 2001 characters",
    ]


def test_faults_of_every_kind_are_all_named_at_once(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    rows = [f"{text},{intent}" for text, intent in shop_rows()]
    rows += ['"Ã¼ber alles",price', "lost � here,price", "bell\x07,price", "no intent", "caf\\xe9 au lait,price"]
    table.write_bytes(b"text,intent,lable\n" + "\n".join(rows).encode().replace(b"\\xe9", b"\xe9") + b"\n")
    yaml = tmp_path / "b.yaml"
    yaml.write_text(
        "intents:\n  price:\n    titel: Price\n    examples: |\n      what is it\n  empty:\n    answer: x\nslotss: {}\n"
    )
    rasa = tmp_path / "c.yml"
    rasa.write_text("nlu:\n- intent: price\n  exampels: x\n  examples: |\n    - how dear\n    - Where is my phone\n")
    lines = tmp_path / "d.jsonl"
    lines.write_text(
        '{"text": "dear", "intent": "price", "label": 1}\n{"text": "x", "intent": "price", "label": 2}\n{"text"\n'
    )
    start = len(rows) - 3
    expected = [
        (table, 1, "unknown key `lable`"),
        (table, start, "“Ã¼ber” is “über”"),
        (table, start + 1, "“�” has a character that was lost"),
        (table, start + 2, "“bell�” has a character that can't be seen (U+0007)"),
        (table, start + 3, "no `intent`"),
        (table, start + 4, "not UTF-8 text (byte 0xe9)"),
        (yaml, 3, "unknown key `intents.price.titel`; did you mean `title`?"),
        (yaml, 6, "`empty` has no examples"),
        (yaml, 8, "unknown key `slotss`; did you mean `slots`?"),
        (rasa, 3, "unknown key `nlu.0.exampels`; did you mean `examples`?"),
        (rasa, 6, f"“Where is my phone” under `price` also stands under `track_order` ({table}:2)"),
        (lines, 1, "unknown key `label`"),
        (lines, 3, "not JSON"),
    ]
    corpus, found = check(tmp_path)
    assert len(corpus.examples) > len(shop_rows())
    missing = [one for one in expected if not any(line.startswith(f"{one[0]}:{one[1]}: {one[2]}") for line in found)]
    assert missing == []
    assert len(found) == len(expected), found
    assert all("; " in line for line in found)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "café für Ängste",
            "naïve façade",
            "“quotes” – dash…",
            "日本語 🙂👩‍👩‍👧",
            "a\tb",
            "Â",
            "50 €",
            "à\u00a0la carte",
        ),
        *(
            "नमस्\u200dते",
            "می\u200cخواهم",
            "❤\ufe0f\u200d🔥",
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        ),
    ],
)
def test_letters_that_are_meant_are_no_trouble(tmp_path: Path, text: str) -> None:
    assert findings(corpus_of([*shop_rows(), (text, "price")])) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("where\u200b is it", "can't be seen (U+200B)"),
        ("Liefer\u00adung", "can't be seen (U+00AD)"),
        ("\u202ewhere is it", "can't be seen (U+202E)"),
        ("where\u200d is it", "can't be seen (U+200D)"),
        ("\u200cwhere is it", "can't be seen (U+200C)"),
        ("\ufeffwhere is it", "can't be seen (U+FEFF)"),
        ("Ã\u00a0 la carte", "is “à”, saved as UTF-8 and read as Windows-1252"),
    ],
)
def test_what_cant_be_seen_and_what_was_damaged_is_named(text: str, said: str) -> None:
    (found,) = findings(corpus_of([*shop_rows(), (text, "price")]))
    assert said in found


def test_one_intent_is_too_few(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text(
        "text,intent\n" + "".join(f"{text},{label}\n" for text, label in [*[(c, "a") for c in "bcdef"], ("x", "oos")])
    )
    assert [line for line in check(path)[1] if "fewer than two intents" in line]


def test_content_is_checked_as_content(tmp_path: Path) -> None:
    (tmp_path / "bot.yaml").write_text("bot:\n  nonsense: 1\n")
    (tmp_path / "a.yaml").write_text("intents:\n  a:\n    examples: x\n")
    _, found = check(tmp_path)
    assert any("nonsense" in line for line in found)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("intnets:\n  a:\n    examples: x\n", 1, "unknown key `intnets`; did you mean `intents`?"),
        ("intent:\n  a:\n    examples: x\n", 1, "unknown key `intent`; did you mean `intents`?"),
        ("# Rasa\nnlus:\n- intent: a\n", 2, "unknown key `nlus`; did you mean `nlu`?"),
        ("a: [1\n", 1, "a bracket that is never closed"),
    ],
)
@pytest.mark.parametrize("with_bot", [False, True])
def test_a_file_that_is_lost_as_a_whole_is_named(
    tmp_path: Path, text: str, line: int, said: str, with_bot: bool
) -> None:
    good = "".join(f"  {intent}:\n    examples: {intent} it\n" for intent in ("a", "b"))
    (tmp_path / "good.yaml").write_text(f"intents:\n{good}")
    if with_bot:
        (tmp_path / "bot.yaml").write_text("bot:\n  name: Kit\n")
    (tmp_path / "lost.yaml").write_text(text)
    found = [one for one in check(tmp_path)[1] if "lost.yaml" in one]
    assert len(found) == 1
    assert found[0].startswith(f"{tmp_path / 'lost.yaml'}:{line}: ")
    assert said in found[0]


def test_rasas_other_files_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "domain.yml").write_text("version: '3.1'\nactions:\n- a\nsession_config:\n  x: 1\n")
    assert [one for one in check(tmp_path)[1] if "unknown key" in one] == []


def test_content_is_checked_wherever_it_lies_under_the_path(tmp_path: Path) -> None:
    folder = tmp_path / "sub" / "td"
    folder.mkdir(parents=True)
    (folder / "bot.yaml").write_text("bot:\n  default_locale: nonsense_\n")
    assert any("default_locale" in line for line in check(folder)[1])
    assert any("default_locale" in line for line in check(tmp_path)[1])


def test_what_ships_has_none() -> None:
    assert check(ROOT / "training_data")[1] == []
