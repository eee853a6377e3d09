from pathlib import Path

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
    corpus, found = check(path)
    assert corpus is not None
    start = len(lines) - 2
    assert [line.split("; ")[0].removeprefix(f"{path}:") for line in found] == [
        f"{start}: “Where is my PHONE” under `repair` also stands under `track_order` ({path}:2)",
        f"{start + 1}: `greet` has 1 example",
        f"{start + 2}: a blank text",
        f"{start + 3}: “{'x' * 39}…” has 2001 characters",
    ]


def test_one_intent_is_too_few(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text(
        "text,intent\n" + "".join(f"{text},{label}\n" for text, label in [*[(c, "a") for c in "bcdef"], ("x", "oos")])
    )
    assert [line for line in check(path)[1] if "fewer than two intents" in line]


def test_content_is_checked_as_content(tmp_path: Path) -> None:
    (tmp_path / "bot.yaml").write_text("bot:\n  nonsense: 1\n")
    (tmp_path / "a.yaml").write_text("intents:\n  a:\n    examples: x\n")
    corpus, found = check(tmp_path)
    assert corpus is not None
    assert any("nonsense" in line for line in found)


def test_what_ships_has_none() -> None:
    assert check(ROOT / "training_data")[1] == []
