"""The content that ships: it loads, quickly, and says what a shop can open with."""

import time
from collections import Counter
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.content.content import Content, content_fingerprint, load_content
from bot.content.schema import Action, Bot, ContentFile, Intent, OutOfScope, Slot, Texts
from bot.content.text import Text
from bot.content.yaml_lines import read_yaml

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "training_data"
TRANSLATED = {"track_order", "delivery_period", "return_order", "contact_human_agent"}


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content(SHIPPED)


def said(content: Content) -> list[str]:
    """Everything the shipped bot can say, in every language."""
    texts = [content.bot.greeting, *(getattr(content.bot.texts, name) for name in Texts.model_fields)]
    for intent in content.intents.values():
        action = intent.action
        texts += [intent.title, intent.answer, *((action.unknown, action.failed) if action else ())]
    texts += [text for slot in content.slots.values() for text in (slot.ask, slot.ask_again)]
    return [version for text in texts if isinstance(text, Text) for version in text.versions.values()]


def test_it_covers_what_customers_come_for(content: Content) -> None:
    assert {
        "track_order", "cancel_order", "change_order", "change_shipping_address", "delivery_options", "delivery_period",
        "parcel_missing", "check_payment_methods", "payment_issue", "get_refund", "track_refund", "return_order",
        "warranty", "book_repair", "screen_broken", "battery_drains", "recover_password", "complaint",
        "contact_customer_service", "contact_human_agent", "opening_hours", "thanks", "greeting", "goodbye",
        "bot_identity",
    } <= content.intents.keys()  # fmt: skip
    assert not {"out_of_scope", "oos"} & content.intents.keys()
    assert min(len(intent.examples) for intent in content.intents.values()) >= 30


def test_out_of_scope_is_taught_but_never_said(content: Content) -> None:
    written = read_yaml(SHIPPED / "out_of_scope.yaml").value["intents"]["out_of_scope"]
    assert len(OutOfScope.model_validate(written).examples) >= 200
    assert content.title("out_of_scope", "en") == "Out of scope"


def test_no_example_stands_under_two_intents(content: Content) -> None:
    written = read_yaml(SHIPPED / "out_of_scope.yaml").value["intents"]["out_of_scope"]
    owners = [*content.intents.values(), OutOfScope.model_validate(written)]
    seen = Counter(" ".join(text.casefold().split()) for owner in owners for text in owner.examples)
    assert [text for text, times in seen.items() if times > 1] == []


def test_policies(content: Content) -> None:
    assert content.person_intent == "contact_human_agent"
    assert [name for name, intent in content.intents.items() if intent.handoff] == ["complaint"]
    assert {name for name, intent in content.intents.items() if intent.courtesy} == {"thanks", "goodbye"}
    assert content.skill("track_order") == "orders"
    assert content.skill("thanks") == content.skill(None) == content.skill("unheard_of") == "general"


def test_the_greeting_says_that_it_is_a_bot_in_both_languages(content: Content) -> None:
    assert "bot" in content.bot.greeting.in_("en").split("of Copperfinch")[0]
    assert "Bot" in content.bot.greeting.in_("de-AT").split("von Copperfinch")[0]
    assert 3 <= len(content.bot.starters) <= 5


def test_german_is_whole_where_it_is_begun(content: Content) -> None:
    texts = [content.bot.greeting, *(getattr(content.bot.texts, name) for name in Texts.model_fields)]
    texts += [content.intents[name].title for name in TRANSLATED]
    texts += [answer for name in TRANSLATED if (answer := content.intents[name].answer)]
    texts += [content.slots["order_number"].ask]
    assert [text.versions for text in texts if text.versions.keys() != {"en", "de"}] == []
    assert content.title("track_order", "de-CH") == "Meine Bestellung verfolgen"


def test_texts_are_calm(content: Content) -> None:
    assert [text for text in said(content) if "!" in text or text.isupper() or "  " in text] == []


@pytest.mark.parametrize(
    ("message", "number"),
    [
        ("48213", "48213"),
        ("it's #48213.", "48213"),
        ("nr48213 please", "48213"),
        ("482131", None),
        ("4821", None),
        ("no idea", None),
    ],
)
def test_the_order_number_is_found(content: Content, message: str, number: str | None) -> None:
    assert content.slots["order_number"].find(message) == number


def test_a_group_in_a_pattern_is_the_value() -> None:
    slot = Slot.model_validate({"pattern": r"order (\d{3})|all", "ask": "Which?"})
    assert slot.find("ORDER 123") == "123"
    assert slot.find("all") is None


def test_content_is_immutable(content: Content) -> None:
    with pytest.raises(TypeError):
        content.intents["more"] = content.intents["thanks"]  # type: ignore[index]
    with pytest.raises(ValidationError, match="frozen"):
        content.intents["thanks"].handoff = True


def test_it_loads_within_50_ms() -> None:
    load_content(SHIPPED)
    spent = []
    for _ in range(5):
        started = time.perf_counter()
        load_content(SHIPPED)
        spent.append(time.perf_counter() - started)
    assert min(spent) < 0.05


def test_version_and_fingerprint_change_with_a_file(tmp_path: Path) -> None:
    for file in SHIPPED.glob("*.yaml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    before, seen = load_content(tmp_path).version, content_fingerprint(tmp_path)
    assert before == load_content(SHIPPED).version
    assert seen == content_fingerprint(tmp_path)
    (tmp_path / "returns.yaml").write_bytes((SHIPPED / "returns.yaml").read_bytes() + b"# a note\n")
    assert load_content(tmp_path).version != before
    assert content_fingerprint(tmp_path) != seen
    assert content_fingerprint(tmp_path / "nowhere") == ()


def test_training_data_of_other_formats_is_left_to_training(tmp_path: Path) -> None:
    for file in SHIPPED.glob("*.yaml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "rasa.yml").write_text('version: "3.1"\nnlu:\n- intent: thanks\n  examples: |\n    - cheers\n')
    (tmp_path / "stories.yml").write_text('version: "3.1"\nstories: []\n')
    (tmp_path / "more.jsonl").write_text('{"text": "cheers", "intent": "thanks"}\n')
    (tmp_path / "more.csv").write_text("text,intent\ncheers,thanks\n")
    (tmp_path / ".draft.yaml").write_text("not: finished\n")
    assert load_content(tmp_path).version == load_content(SHIPPED).version


def test_folders_inside_are_read_too(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    for file in SHIPPED.glob("*.yaml"):
        (tmp_path / "shop" / file.name).write_bytes(file.read_bytes())
    assert load_content(tmp_path).intents.keys() == load_content(SHIPPED).intents.keys()
    assert len(content_fingerprint(tmp_path)) == len(list(SHIPPED.glob("*.yaml")))


def test_editors_get_a_schema() -> None:
    schema = ContentFile.model_json_schema()
    intent = schema["$defs"]["Intent"]
    assert intent["additionalProperties"] is False
    assert set(intent["required"]) == {"title", "definition", "stage", "examples"}
    assert intent["properties"]["title"]["anyOf"][0]["type"] == "string"
    assert all(described["description"] for described in intent["properties"].values())


def test_the_docs_name_every_key() -> None:
    docs = (ROOT / "docs" / "content.md").read_text()
    models = (Intent, Action, Slot, Bot, Texts)
    named = {name for model in models for name in model.model_fields}
    assert {name for name in named if f"| `{name}` |" not in docs} == set()


def test_the_docs_example_works_as_it_stands(tmp_path: Path) -> None:
    docs = (ROOT / "docs" / "content.md").read_text()
    for file in SHIPPED.glob("*.yaml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "gifts.yaml").write_text(docs.split("```yaml\n")[1].split("```")[0])
    assert load_content(tmp_path).intents.keys() - load_content(SHIPPED).intents.keys() == {"gift_wrapping"}
