"""Each importer reads a whole export and says what is wrong with a bad one; what is written reads back as it was."""

import json
from pathlib import Path

import pytest

from bot.content.content import load_content
from bot.errors import BotError, ContentError
from bot.learning.corpus import read_corpus, read_examples
from bot.learning.imports.bring_in import IMPORTERS, bring_in
from bot.learning.imports.imported import Imported
from bot.learning.imports.luis import import_luis
from bot.learning.imports.rasa import annotations
from tests.learning.conftest import Write
from tests.nlu.samples import PUBLIC

Pairs = list[tuple[str, str, str | None]]


def round_trip(source: str, path: Path, out: Path) -> Imported:
    """What an importer finds, once it is sure that all of it reads back from what is written."""
    found = IMPORTERS[source](path)
    assert found.problems == []
    bring_in(source, path, out, rename=False)
    expected = sorted((row.text.strip(), row.intent, row.locale or "") for row in found.examples if row.text.strip())
    assert sorted((row.text, row.intent, row.locale or "") for row in read_examples([out])) == expected
    return found


def pairs(found: Imported) -> Pairs:
    return [(row.text, row.intent, row.locale) for row in found.examples]


def test_rasa(write: Write, tmp_path: Path) -> None:
    write(
        "data/nlu.yml",
        """\
version: "3.1"
nlu:
- synonym: New York
  examples: |
    - nyc
- intent: fly
  examples: |
    - to [NYC]{"entity": "city", "value": "New York"} please
    - from [Berlin](city:berlin) to [Rome](city)
    - [rail][{"entity": "way", "role": "a"}, {"entity": "mode"}]
- intent: faq/returns
  examples: |
    - can I return it
- intent: greet
  examples:
  - text: |
      - hi
    metadata: {sentiment: neutral}
- regex: order_number
  examples: |
    - \\d{5}
- lookup: product
  examples: |
    - Lumo 3
    - Finch Buds
""",
    )
    write(
        "domain.yml",
        "responses:\n  utter_faq/returns:\n  - text: Within 30 days.\n  - text: no\n  utter_hello:\n  - text: Hello.\n",
    )
    write("rules.yml", "rules:\n- rule: r\n  steps:\n  - intent: greet\n  - action: utter_hello\n")
    write("config.yml", "pipeline: !tag x\n")
    found = round_trip("rasa", tmp_path / "export", tmp_path / "out")
    assert pairs(found) == [
        ("to NYC please", "fly", None),
        ("from Berlin to Rome", "fly", None),
        ("rail", "fly", None),
        ("can I return it", "faq/returns", None),
        ("hi", "greet", None),
    ]
    assert found.answers == {"faq/returns": {None: "Within 30 days."}, "greet": {None: "Hello."}}
    assert found.entities["city"].values == {"New York": ["NYC", "nyc"], "berlin": ["Berlin"], "Rome": []}
    assert found.entities["way"].values == found.entities["mode"].values == {"rail": []}
    assert found.entities["order_number"].patterns == [r"\d{5}"]
    assert list(found.entities["product"].values) == ["Lumo 3", "Finch Buds"]


def test_annotations_that_are_none_are_text() -> None:
    assert list(annotations('[a]{"entity": 3} [b]{broken} [c](d) [e]{"entity": "f", "value": "g"}')) == [
        ("c", "d", ""),
        ("e", "f", "g"),
    ]


AGENT = {
    "agent.json": {"language": "en"},
    "package.json": {"version": "1.0.0"},
    "intents/track.json": {
        "name": "track - order",
        "responses": [{"messages": [{"type": "0", "lang": "en", "speech": ["On its way.", "Soon."]}]}],
    },
    "intents/track_usersays_en.json": [
        {"data": [{"text": "where is my "}, {"text": "lamp", "meta": "@product", "alias": "product"}]},
        {"data": [{"text": "@sys.date:when will it come"}], "isTemplate": True},
    ],
    "intents/track_usersays_pt-br.json": [{"data": [{"text": "onde está"}]}],
    "intents/old.json": {"name": "old", "parentId": "1", "userSays": [{"data": [{"text": "as it\nwas"}]}]},
    "intents/fallback.json": {"name": "Default Fallback Intent", "fallbackIntent": True, "responses": []},
    "intents/fallback_usersays_en.json": [{"data": [{"text": "sing"}]}],
    "entities/product.json": {"name": "product"},
    "entities/product_entries_en.json": [{"value": "Lumo", "synonyms": ["Lumo", "lumo lamp"]}],
    "entities/number.json": {
        "name": "number",
        "isRegexp": True,
        "entries": [{"value": "^\\d+$", "synonyms": ["\\d{5}"]}],
    },
}


def test_dialogflow(write: Write, tmp_path: Path) -> None:
    for name, value in AGENT.items():
        write(name, json.dumps(value))
    found = round_trip("dialogflow", tmp_path / "export", tmp_path / "out")
    assert sorted(pairs(found), key=str) == [
        ("as it was", "old", "en"),
        ("onde está", "track - order", "pt-br"),
        ("sing", "out_of_scope", "en"),
        ("when will it come", "track - order", "en"),
        ("where is my lamp", "track - order", "en"),
    ]
    assert found.answers == {"track - order": {"en": "On its way."}}
    assert found.entities["product"].values == {"lamp": [], "Lumo": ["lumo lamp"]}
    assert found.entities["number"].patterns == [r"\d{5}"]
    assert ["templates" in note for note in found.notes] == [False, True, False]
    assert "1 other wordings of a response were left out" in found.notes[0]
    assert "follow-up" in found.notes[2]


def test_luis(write: Write, tmp_path: Path) -> None:
    value = {
        "luis_schema_version": "7.0.0",
        "culture": "en-us",
        "intents": [{"name": "Track"}, {"name": "None"}, {"name": "Empty"}],
        "closedLists": [{"name": "product", "subLists": [{"canonicalForm": "Lumo", "list": ["lamp"]}]}],
        "regex_entities": [{"name": "order", "regexPattern": "[0-9]{5}"}],
        "phraselists": [{"name": "colours", "words": "red,green"}],
        "patterns": [{"pattern": "where is {order}", "intent": "Track"}],
        "utterances": [
            {
                "text": "call an uber",
                "intent": "Track",
                "entities": [{"startPos": 8, "endPos": 11, "entity": "a::firm"}, {"startPos": 9, "endPos": 99}],
            },
            {"text": "sing", "intent": "None", "entities": []},
        ],
    }
    found = round_trip("luis", write("app.json", json.dumps(value, indent=1)), tmp_path / "out")
    assert pairs(found) == [("call an uber", "Track", "en"), ("sing", "out_of_scope", "en")]
    assert found.entities["firm"].values == {"uber": []}
    assert found.entities["product"].values == {"Lumo": ["lamp"]}
    assert found.entities["order"].patterns == ["[0-9]{5}"]
    assert list(found.entities["colours"].values) == ["red", "green"]
    assert "Empty" in found.notes[0]
    assert "1 patterns" in found.notes[1]


def test_clu(write: Write, tmp_path: Path) -> None:
    utterances = [
        {
            "text": "call an uber",
            "intent": "track",
            "language": "en-us",
            "dataset": "Train",
            "entities": [{"category": "firm", "offset": 8, "length": 4}],
        },
        {"text": "wo ist es", "intent": "track", "language": "de", "dataset": "Test"},
        {"text": "sing", "intent": "None"},
    ]
    listed = {"sublists": [{"listKey": "Lumo", "synonyms": [{"language": "en-us", "values": ["lamp"]}]}]}
    regex = {"expressions": [{"regexKey": "k", "language": "en-us", "regexPattern": "\\d{5}"}]}
    value = {
        "projectFileVersion": "2022-10-01-preview",
        "metadata": {"projectKind": "Conversation", "language": "en-us"},
        "assets": {
            "intents": [{"category": "track"}, {"category": "None"}],
            "entities": [{"category": "product", "list": listed}, {"category": "order", "regex": regex}],
            "utterances": utterances,
        },
    }
    found = round_trip("luis", write("project.json", json.dumps(value)), tmp_path / "out")
    assert pairs(found) == [
        ("call an uber", "track", "en"),
        ("wo ist es", "track", "de"),
        ("sing", "out_of_scope", "en"),
    ]
    assert found.entities["firm"].values == {"uber": []}
    assert found.entities["product"].values == {"Lumo": ["lamp"]}
    assert found.entities["order"].patterns == ["\\d{5}"]
    assert "1 utterances of the test set" in found.notes[0]


@pytest.mark.parametrize(("counted", "at"), [("Utf16CodeUnit", 11), ("TextElement_V8", 10), (None, 10)])
def test_where_clu_counts_in_utf_16(write: Write, tmp_path: Path, counted: str | None, at: int) -> None:
    marks = [{"category": "city", "offset": at, "length": 6}, {"category": "city", "offset": at + 1, "length": 6}]
    utterances = [{"text": "😀 send to Berlin", "intent": "a", "entities": marks}]
    value = {"stringIndexType": counted, "assets": {"intents": [{"category": "a"}], "utterances": utterances}}
    found = import_luis(write("project.json", json.dumps(value)))
    assert found.entities["city"].values == {"Berlin": []}
    assert found.notes == ["1 entities in utterances were left out: where they stand is outside of the text"]


def test_watson(write: Write, tmp_path: Path) -> None:
    write("intents.csv", 'where is it,#track\n"a ""b"",\nc",track\n\nsing,other\n')
    write("my_entities.csv", "@product,Lumo,lamp,light\norder,number,/[0-9]{5}/\n")
    found = round_trip("watson", tmp_path / "export", tmp_path / "out")
    assert pairs(found) == [("where is it", "track", None), ('a "b",\nc', "track", None), ("sing", "other", None)]
    assert found.entities["product"].values == {"Lumo": ["lamp", "light"]}
    assert found.entities["order"].patterns == ["[0-9]{5}"]


def test_csv_and_json_lines(write: Write, tmp_path: Path) -> None:
    path = write("a.csv", 'Intent;id;Text\nx;1;"one; ""two"""\ny;2;- three\n')
    found = round_trip("csv", path, tmp_path / "out")
    assert pairs(found) == [('one; "two"', "x", None), ("- three", "y", None)]
    assert "`id`" in found.notes[0]
    path = write("a.jsonl", '{"text": "a\\u2028b \\ud83d\\ude00", "intent": "a: b"}\n{"text": "-", "intent": "null"}\n')
    found = round_trip("jsonl", path.parent, tmp_path / "out2")
    assert pairs(found) == [("a\u2028b 😀", "a: b", None), ("-", "null", None)]


BAD = [
    ("rasa", "a.yml", "nlu:\n- intent: a\n  examples: |\n    - x\n- intent: b\n", "5: `b` has no examples"),
    ("rasa", "a.yml", "nlu: [\n", "1: a bracket"),
    ("rasa", "a.yml", "version: 3\n", "export holds no examples"),
    ("dialogflow", "intents/a.json", '{"name": "a",\n "userSays": [\n  {"data": []}]}', "3: a training phrase without"),
    ("dialogflow", "intents/a.json", '{\n"name":\n', "3: not JSON"),
    ("dialogflow", "intents/a.json", "{}", "1: not an intent"),
    (
        "luis",
        "a.json",
        '{"utterances": [\n{"text": "a", "intent": "x"},\n\n{"text": 3, "intent": "x"}]}',
        "4: `text` is 3",
    ),
    ("luis", "a.json", '{"utterances": [\n{"text": "\\ud800", "intent": "x"}]}', "2: `text` has half a character"),
    ("luis", "a.json", "{}", "1: neither `utterances`"),
    ("luis", "a.json", "[" * 100_000, "1: not usable JSON (nested too deep)"),
    ("watson", "a.csv", "hello,greet\nbye\n", "2: no `intent`"),
    ("watson", "a.csv", 'hello,greet\n"bye,x\n', "2: not comma-separated"),
    ("watson", "entities.csv", "a,b\nc\n", "2: no value"),
    ("csv", "a.csv", "hello,greet\n", "1: the first line is"),
    ("jsonl", "a.jsonl", '{"text": "a", "intent": "x"}\n{"text": "a"}\n', "2: no `intent`"),
    ("jsonl", "a.txt", "", "1: holds no file that ends in .jsonl"),
]


@pytest.mark.parametrize(("source", "name", "content", "said"), BAD)
def test_a_bad_export_is_refused_with_the_line(
    write: Write, tmp_path: Path, source: str, name: str, content: str, said: str
) -> None:
    write(name, content)
    with pytest.raises(BotError) as refused:
        bring_in(source, tmp_path / "export", tmp_path / "out", rename=False)
    assert said in str(refused.value)
    assert "; " in str(refused.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("source", IMPORTERS)
def test_what_is_not_there_is_said(tmp_path: Path, source: str) -> None:
    with pytest.raises(ContentError, match=r"nothing\.\w+:1: can't be read"):
        bring_in(source, tmp_path / f"nothing.{'csv' if source == 'csv' else 'jsonl'}", tmp_path / "out", rename=False)


def test_nothing_is_written_over(write: Write, tmp_path: Path) -> None:
    path = write("a.csv", "text,intent\na,x\n")
    out = tmp_path / "out"
    out.mkdir()
    bring_in("csv", path, out, rename=False)  # an empty one will do
    before = (out / "intents.yaml").read_text()
    with pytest.raises(BotError, match="not an empty folder"):
        bring_in("csv", path, out, rename=False)
    assert (out / "intents.yaml").read_text() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["export", "out"]


def test_names_that_content_cannot_have_are_changed_on_request(write: Write, tmp_path: Path) -> None:
    path = write("a.csv", "text,intent\na,faq/x\nb,faq_x\nc,Größe\nd,7\ne,???\n")
    told = bring_in("csv", path, tmp_path / "as it is", rename=False)
    assert any("4 intents have names" in line and "--rename" in line for line in told)
    told = bring_in("csv", path, tmp_path / "out", rename=True)
    assert [line for line in told if "called" in line] == [
        "`7` is called `intent_7` now",
        "`???` is called `intent` now",
        "`Größe` is called `grosse` now",
        "`faq/x` is called `faq_x_2` now",
    ]
    assert {row.intent for row in read_examples([tmp_path / "out"])} == {
        "intent_7",
        "intent",
        "grosse",
        "faq_x_2",
        "faq_x",
    }


def test_what_is_written_is_content_but_for_what_only_people_can_say(write: Write, tmp_path: Path) -> None:
    for name, value in AGENT.items():
        write(name, json.dumps(value))
    bring_in("dialogflow", tmp_path / "export", tmp_path / "out", rename=True)
    (tmp_path / "out" / "bot.yaml").write_text("bot: {}\n")
    with pytest.raises(ContentError) as refused:
        load_content(tmp_path / "out")
    left = [line for line in refused.value.problems if "bot.yaml" not in line]
    missing = (
        "`definition",
        ".definition` is missing",
        ".stage` is missing",
        ".ask` is missing",
        "`answer` is missing",
    )
    assert [line for line in left if not any(part in line for part in missing) and "asks_for_person" not in line] == []


@pytest.mark.skipif(not PUBLIC.exists(), reason="no shared/data beside the checkout")
@pytest.mark.parametrize(
    ("source", "folder", "examples", "intents", "entities"),
    [
        ("rasa", "rasa_helpdesk_assistant", 452, 14, 1),
        ("dialogflow", "dialogflow_es", 175, 1, 8),
        ("luis", "luis", 50, 1, 7),
        ("watson", "watson", 60, 1, 2),
    ],
)
def test_real_exports_come_in_whole(
    tmp_path: Path, source: str, folder: str, examples: int, intents: int, entities: int
) -> None:
    found = round_trip(source, PUBLIC / "formats" / folder, tmp_path / "out")
    assert (len(found.examples), len(found.entities)) == (examples, entities)
    corpus = read_corpus([tmp_path / "out"])
    assert len(set(corpus.intents)) == intents
