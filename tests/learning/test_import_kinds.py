"""What a service finds by rules of its own comes in as a slot of a kind, and what has none is named."""

import json
from pathlib import Path

from bot.learning.imports.bring_in import bring_in
from bot.learning.imports.imported import Imported
from tests.learning.conftest import Write
from tests.learning.test_imports import round_trip


def kinds(found: Imported) -> dict[str, str | None]:
    return {name: entity.kind for name, entity in found.entities.items()}


def test_what_duckling_finds_for_rasa(write: Write, tmp_path: Path) -> None:
    write("nlu.yml", "nlu:\n- intent: call\n  examples: |\n    - call me [tomorrow](time)\n")
    config = "pipeline:\n- name: DucklingEntityExtractor\n  dimensions: [time, phone-number, number, amount-of-money]\n"
    write("config.yml", config + "- name: DIETClassifier\n")
    found = round_trip("rasa", tmp_path / "export", tmp_path / "out")
    assert kinds(found) == {"time": "date", "phone-number": "phone", "amount-of-money": "money"}
    assert found.unknown_kinds == ["number"]
    slots = (tmp_path / "out" / "slots.yaml").read_text()
    assert '  phone_number:\n    title: "Phone number"\n    kind: phone\n' in slots


def test_the_system_entities_of_dialogflow(write: Write, tmp_path: Path) -> None:
    said = [
        {"text": "on "},
        {"text": "Monday", "meta": "@sys.date", "alias": "day"},
        {"text": "2", "meta": "@sys.number"},
    ]
    parameters = [{"name": "mail", "dataType": "@sys.email"}, {"name": "day", "dataType": "@sys.unit-currency"}, 3]
    agent = {"name": "call", "userSays": [{"data": said}], "responses": [{"parameters": parameters}]}
    write("intents/call.json", json.dumps(agent))
    found = round_trip("dialogflow", tmp_path / "export", tmp_path / "out")
    assert kinds(found) == {"day": "date", "mail": "email", "day_money": "money"}
    assert found.unknown_kinds == ["@sys.number"]


def test_the_prebuilt_entities_of_luis_and_clu(write: Write, tmp_path: Path) -> None:
    prebuilt = [{"name": name} for name in ("datetimeV2", "phonenumber", "money", "email", "ordinal")]
    app = {"prebuiltEntities": prebuilt, "utterances": [{"text": "call", "intent": "call"}]}
    found = round_trip("luis", write("app.json", json.dumps(app)), tmp_path / "out")
    assert kinds(found) == {"datetimeV2": "date", "phonenumber": "phone", "money": "money", "email": "email"}
    assert found.unknown_kinds == ["ordinal"]
    entities = [
        {"category": "when", "prebuilts": [{"category": "DateTime"}]},
        {"category": "price", "prebuilts": [{"category": "Quantity.Currency"}]},
    ]
    project = {"assets": {"entities": entities, "utterances": app["utterances"]}}
    found = round_trip("luis", write("clu.json", json.dumps(project)), tmp_path / "out2")
    assert kinds(found) == {"when": "date", "price": "money"}


def test_the_system_entities_of_watson(write: Write, tmp_path: Path) -> None:
    write("intents.csv", "call,call\n")
    write("entities.csv", "sys-date\n@sys-currency,x\nsys-percentage,x\n")
    lines = bring_in("watson", tmp_path / "export", tmp_path / "out", rename=False)
    assert '  currency:\n    title: "Currency"\n    kind: money\n' in (tmp_path / "out" / "slots.yaml").read_text()
    assert "no kind of slot finds `sys-percentage`; where you need one, write its pattern or choices" in lines
