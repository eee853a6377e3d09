"""The content that ships: it loads, quickly, and says what a shop can open with."""

import re
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from bot.content.content import Content, content_fingerprint, load_content
from bot.content.editor import SCHEMA_FILE, editor_schema
from bot.content.hours import Hours
from bot.content.schema import (
    Action,
    Ask,
    Branch,
    ContentFile,
    Form,
    Guide,
    Handoff,
    Intent,
    OutOfScope,
    Step,
    Variant,
)
from bot.content.slots import Choice, Slot
from bot.content.text import Text
from bot.content.voice import Bot, CannedReply, Feedback, Service, ShortActs, Texts
from bot.content.yaml_lines import parse_yaml, read_yaml
from bot.entities.kinds import Reading

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "training_data"
INTENTS = [
    "cancel_order", "change_order", "place_order", "track_order", "change_shipping_address",
    "set_up_shipping_address", "delivery_options", "delivery_period", "parcel_late", "parcel_missing",
    "parcel_damaged", "check_cancellation_fee", "check_invoice", "get_invoice", "check_payment_methods",
    "payment_issue", "double_charge", "voucher", "price_match", "check_refund_policy", "get_refund", "track_refund",
    "return_order", "exchange", "create_account", "delete_account", "edit_account", "switch_account",
    "recover_password", "registration_problems", "newsletter_subscription", "privacy_request", "complaint", "review",
    "contact_customer_service", "contact_human_agent", "warranty", "book_repair", "repair_status", "battery_drains",
    "camera_broken", "screen_broken", "wont_turn_on", "connection_problems", "set_up_device", "trade_in", "stock",
    "product_advice", "opening_hours", "store_locator", "bulk_order", "job_enquiry", "safety_hazard", "legal_matter",
    "greeting", "thanks", "goodbye", "bot_identity", "give_name",
]  # fmt: skip
TRANSLATED = [
    "track_order", "cancel_order", "return_order", "get_refund", "track_refund", "delivery_period", "parcel_late",
    "payment_issue", "change_shipping_address", "recover_password", "warranty", "contact_human_agent",
    "battery_drains", "opening_hours", "greeting", "thanks", "goodbye", "bot_identity",
]  # fmt: skip


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content(SHIPPED)


def texts_of(part: object) -> list[Text]:
    """Every text in a part of the content, however deep."""
    if isinstance(part, Text):
        return [part]
    if isinstance(part, BaseModel):
        return [text for name in type(part).model_fields for text in texts_of(getattr(part, name))]
    if isinstance(part, Mapping):
        return [text for value in part.values() for text in texts_of(value)]
    return [text for value in part for text in texts_of(value)] if isinstance(part, tuple) else []


def said(content: Content) -> list[str]:
    """Everything the shipped bot can say, in every language."""
    parts = (content.bot, content.intents, content.slots, content.guides, content.replies)
    return [version for part in parts for text in texts_of(part) for version in text.versions.values()]


def test_it_covers_what_customers_come_for(content: Content) -> None:
    assert set(INTENTS) <= content.intents.keys()
    assert not {"out_of_scope", "oos"} & content.intents.keys()
    assert min(len(intent.examples) for intent in content.intents.values()) >= 30
    assert {intent.guide for intent in content.intents.values()} == {
        None, "battery", "camera", "screen", "power", "connection",
    }  # fmt: skip


def test_every_intent_leads_to_an_answer_a_question_or_a_person(content: Content) -> None:
    for name, intent in content.intents.items():
        assert intent.answer or intent.handoff or intent.asks_for_person or intent.guide, name


def test_out_of_scope_is_taught_but_never_said(content: Content) -> None:
    written = read_yaml(SHIPPED / "out_of_scope.yaml").value["intents"]["out_of_scope"]
    assert len(OutOfScope.model_validate(written).examples) >= 300
    assert content.title("out_of_scope", "en") == "Out of scope"


def test_no_example_stands_under_two_intents(content: Content) -> None:
    written = read_yaml(SHIPPED / "out_of_scope.yaml").value["intents"]["out_of_scope"]
    owners = [*content.intents.values(), OutOfScope.model_validate(written)]
    seen = Counter(" ".join(text.casefold().split()) for owner in owners for text in owner.examples)
    assert [text for text, times in seen.items() if times > 1] == []


def test_policies(content: Content) -> None:
    assert content.person_intent == "contact_human_agent"
    always = {name for name, intent in content.intents.items() if intent.handoff and not intent.handoff.when}
    assert always == {"complaint", "safety_hazard", "legal_matter", "bereavement", "bulk_order", "double_charge"}
    urgent = {name for name, intent in content.intents.items() if intent.handoff and intent.handoff.urgent}
    assert urgent == {"safety_hazard", "legal_matter"}
    assert content.intents["cancel_order"].handoff is not None, "a good customer's cancellation is for people"
    assert {"thanks", "goodbye"} <= {name for name, intent in content.intents.items() if intent.courtesy}
    assert {name for name, intent in content.intents.items() if intent.confirms} == {"thanks"}
    assert content.skill("track_order") == "orders"
    assert content.skill("thanks") == content.skill(None) == content.skill("unheard_of") == "general"


def test_the_greeting_says_that_it_is_a_bot_in_both_languages(content: Content) -> None:
    assert "bot" in content.bot.greeting.in_("en").split("of Copperfinch")[0]
    assert "Bot" in content.bot.greeting.in_("de-AT").split("von Copperfinch")[0]
    assert 3 <= len(content.bot.starters) <= 5


def test_german_is_whole_where_it_is_begun(content: Content) -> None:
    texts = [*texts_of(content.bot), *texts_of(content.replies)]
    for name in TRANSLATED:
        intent = content.intents[name]
        texts += texts_of(intent)
        texts += texts_of(content.guides[intent.guide]) if intent.guide else []
        for ask in intent.form.asks if intent.form else ():
            texts += texts_of(content.slots[ask.slot])
    texts += [intent.title for intent in content.intents.values()]
    assert [text.versions for text in texts if text.versions.keys() != {"en", "de"}] == []
    assert content.title("track_order", "de-CH") == content.intents["track_order"].title.versions["de"]


def test_agents_find_replies_for_what_they_say_most(content: Content) -> None:
    assert 8 <= len(content.replies) <= 12
    assert {"hello", "order_number", "late_parcel", "anything_else"} <= content.replies.keys()


def test_skills_are_those_of_the_intents_and_the_default_one(content: Content) -> None:
    skills = content.skills()
    assert skills[0] == content.bot.default_skill
    assert len(skills) == len(set(skills))
    assert {content.skill(name) for name in content.intents} == set(skills)


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
    assert content.slots["order_number"].find_all(message, Reading()) == ([number] if number else [])


def test_a_group_in_a_pattern_is_the_value() -> None:
    slot = Slot.model_validate({"pattern": r"order (\d{3})|all", "ask": "Which?"})
    assert slot.find_all("ORDER 123", Reading()) == ["123"]
    assert slot.find_all("all", Reading()) == []


def test_content_is_immutable(content: Content) -> None:
    with pytest.raises(TypeError):
        content.intents["more"] = content.intents["thanks"]  # type: ignore[index]
    with pytest.raises(ValidationError, match="frozen"):
        content.intents["thanks"].handoff = True


def test_it_loads_about_as_fast_as_its_yaml_is_parsed() -> None:
    files = [file.read_bytes() for file in SHIPPED.glob("*.yaml")]
    parse, load = [], []
    for _ in range(3):
        started = time.perf_counter()
        for data in files:
            parse_yaml(data, "file")
        parse.append(time.perf_counter() - started)
        started = time.perf_counter()
        load_content(SHIPPED)
        load.append(time.perf_counter() - started)
    assert min(load) < 3 * min(parse)


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
    models = (
        Intent, Variant, Form, Ask, Action, Handoff, Slot, Choice, Guide, Step, Branch, Bot, Hours, Feedback, ShortActs,
        Texts, Service, CannedReply,
    )  # fmt: skip
    named = {name for model in models for name in model.model_fields}
    assert {name for name in named if not re.search(rf"^\| [^|]*`{name}`[^|]* \|", docs, re.MULTILINE)} == set()
    assert {part for part in ContentFile.model_fields if f"### `{part}:`" not in docs} == set()


def test_the_schema_for_editors_is_that_of_the_models() -> None:
    assert (SHIPPED / SCHEMA_FILE).read_text() == editor_schema()
    for file in SHIPPED.glob("*.yaml"):
        assert file.read_text().startswith(f"# yaml-language-server: $schema={SCHEMA_FILE}\n"), file.name


def test_the_docs_example_works_as_it_stands(tmp_path: Path) -> None:
    docs = (ROOT / "docs" / "content.md").read_text()
    for file in SHIPPED.glob("*.yaml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "gifts.yaml").write_text(docs.split("```yaml\n")[1].split("```")[0])
    assert load_content(tmp_path).intents.keys() - load_content(SHIPPED).intents.keys() == {"gift_wrapping"}
