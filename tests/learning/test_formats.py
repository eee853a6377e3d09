import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ContentError
from bot.learning.corpus import read_corpus, read_examples
from bot.learning.rasa import without_entities
from bot.learning.rows import Example
from tests.nlu.samples import PUBLIC

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def rows(path: Path) -> list[tuple[str, str, int]]:
    return [(row.text, row.intent, row.line) for row in read_examples([path])]


def problems(path: Path) -> list[str]:
    with pytest.raises(ContentError) as refused:
        read_examples([path])
    return [problem.removeprefix(f"{path}:") for problem in refused.value.problems]


def test_our_own_format(write: Write) -> None:
    path = write(
        "orders.yaml",
        """\
# a comment
intents:
  track_order:
    definition: Where it is.
    answer: Here.
    examples: |
      where is my order

      - has it been shipped: yes or no?
  out_of_scope:
    examples:
      - tell me a joke
      - sing
slots: {}
""",
    )
    assert rows(path) == [
        ("where is my order", "track_order", 7),
        ("has it been shipped: yes or no?", "track_order", 9),
        ("tell me a joke", "out_of_scope", 12),
        ("sing", "out_of_scope", 13),
    ]


@pytest.mark.parametrize("version", ["2.0", "3.1"])
def test_rasa_nlu(write: Write, version: str) -> None:
    path = write(
        "nlu.yml",
        f"""\
version: "{version}"
nlu:
- intent: greet
  examples: |
    - hey
    - hello [Ada](name)
- intent: faq/returns
  metadata: {{x: y}}
  examples:
  - text: |
      - return [it]{{"entity": "thing", "value": "order"}}
    metadata: {{sentiment: neutral}}
- synonym: credit
  examples: |
    - credit card
- regex: zip
  examples: |
    - \\d{{5}}
- lookup: banks
  examples: |
    - Bank
stories:
- story: none
""",
    )
    assert rows(path) == [("hey", "greet", 5), ("hello Ada", "greet", 6), ("return it", "faq/returns", 10)]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("from [Berlin](city) to [Rome](city:roma)", "from Berlin to Rome"),
        ('[two]{"entity": "n", "role": "a", "value": "2"} tickets', "two tickets"),
        ('[big apple][{"entity": "city"}, {"entity": "fruit"}]!', "big apple!"),
        ('pay [invoice]{"entity": "doc", "value": {"id": 1, "of": {"a": "b"}}} now', "pay invoice now"),
        ("a [bracket] and (another)", "a [bracket] and (another)"),
        ("see [1] [2]", "see [1] [2]"),
        ("", ""),
    ],
)
def test_entities_leave_their_text(written: str, read: str) -> None:
    assert without_entities(written) == read


@given(st.text(alphabet="ab[](){}: \"'é", max_size=40))
def test_taking_entities_out_only_takes_away(text: str) -> None:
    rest = iter(text)
    assert all(character in rest for character in without_entities(text))


def test_json_lines(write: Write) -> None:
    path = write("data.jsonl", '\ufeff{"text": "a", "intent": "x"}\n\n{"text": "", "intent": " y ", "more": 1}\r\n')
    assert rows(path) == [("a", "x", 1), ("", "y", 3)]


def test_csv(write: Write) -> None:
    path = write("data.csv", 'Intent,id,text\nx,1,"one, ""two""\nthree"\n\ny,2,four\n')
    assert rows(path) == [('one, "two"\nthree', "x", 2), ("four", "y", 5)]


@given(st.lists(st.tuples(st.text(), st.sampled_from(["a", "b c", "ü"]))))
def test_json_lines_come_back_whatever_the_text(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("data") / "data.jsonl"
    path.write_text(
        "".join(json.dumps({"text": text, "intent": intent}) + "\n" for text, intent in [("", "a"), *pairs])
    )
    assert [(text, intent) for text, intent, _ in rows(path)] == [("", "a"), *pairs]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        (
            "a.jsonl",
            '{"text": "a", "intent": "x"}\n{"text": 3, "intent": "x"}\n[1]\n{\n{"text": "b"}\n{"text":"", "intent":""}',
            ["2: `text` is 3", "3: not an object", "4: not JSON", "5: no `intent`", "6: `intent` is ''"],
        ),
        ("a.jsonl", b'{"text": "a", "intent": "x"}\n{"text": "\xff"}', ["2: not UTF-8 text (byte 0xff)"]),
        ("a.csv", "where is it,track\n", ["1: the first line is `where is it,track`"]),
        ("a.csv", "", ["1: the first line is ``"]),
        ("a.csv", "text,intent\na\nb,x\n,\n", ["2: no `intent`", "4: `intent` is ''"]),
        ("a.csv", 'text,intent\na,x\n"b,y\nc,z\n', ["3: not comma-separated values"]),
        ("a.csv", "text,intent\na,x\n".encode("utf-16"), ["1: not UTF-8 text (byte 0xff)"]),
        (
            "a.yaml",
            "intents:\n  a:\n    title: A\n  b:\n    examples: |\n      x\n  c: text\n",
            ["2: `a` has no examples", "7: `c` has no examples"],
        ),
        ("a.yaml", "intents:\n  a:\n    examples:\n      - one\n      - [two]\n", ["5: an example that isn't a text"]),
        ("a.yaml", "intents:\n  a:\n   examples: |\n      x\n  b: c: d\n", ["5: "]),
        (
            "a.yml",
            "nlu:\n- greet\n- intent: a\n- intent: [b]\n  examples: |\n    - x\n",
            ["2: not an entry", "3: `a` has no examples", "6: `intent` is ['b']"],
        ),
        ("a.yml", "nlu:\n  intent: a\n", ["1: `nlu` isn't a list"]),
    ],
)
def test_every_problem_of_a_file_is_named_with_its_line(
    write: Write, name: str, content: str | bytes, expected: list[str]
) -> None:
    found = problems(write(name, content))
    assert [line[: len(start)] for line, start in zip(found, expected, strict=True)] == expected
    assert all("; " in line for line in found)


def test_a_folder_is_read_whole_and_problems_of_all_files_come_together(write: Write, tmp_path: Path) -> None:
    write("b/one.jsonl", '{"text": "a", "intent": "x"}\n')
    write("c.csv", "text,intent\nb,y\n")
    write("domain.yml", "intents:\n- x\n")
    write("config.yml", "pipeline: !tag x\n")
    write("notes.txt", "nothing")
    write(".hidden/bad.jsonl", "{")
    assert rows(tmp_path) == [("a", "x", 1), ("b", "y", 2)]
    write("z.jsonl", "{")
    write("b/bad.csv", "x\n")
    assert [line.split(":")[0] for line in problems(tmp_path)] == [f"{tmp_path}/b/bad.csv", f"{tmp_path}/z.jsonl"]


@pytest.mark.parametrize("name", ["missing.jsonl", "missing", "notes.txt", "empty.yaml"])
def test_a_path_without_examples_is_named(write: Write, tmp_path: Path, name: str) -> None:
    write("notes.txt", "a")
    write("empty.yaml", "bot: {}\n")
    with pytest.raises(ContentError, match=name):
        read_corpus([tmp_path / name])


def test_paths_are_merged_and_exact_duplicates_dropped(write: Write) -> None:
    first = write(
        "a.jsonl", '{"text": "a", "intent": "x"}\n{"text": "a", "intent": "x"}\n{"text": " ", "intent": "x"}\n'
    )
    second = write("b.csv", "text,intent\na,y\na,x\n")
    corpus = read_corpus([first, second])
    assert [(row.text, row.intent, Path(row.file).name) for row in corpus.examples] == [
        ("a", "x", "a.jsonl"),
        ("a", "y", "b.csv"),
    ]
    assert (corpus.duplicates, len(corpus.dropped), corpus.files) == (2, 1, 2)
    assert corpus.sha256 == read_corpus([second, first]).sha256
    assert isinstance(corpus.examples[0], Example)


@pytest.mark.skipif(not PUBLIC.exists(), reason="no shared/data beside the checkout")
def test_a_real_rasa_project() -> None:
    corpus = read_corpus([PUBLIC / "formats/rasa_helpdesk_assistant"])
    texts = {row.text for row in corpus.examples if row.intent == "inform"}
    assert len(corpus.examples) > 400
    assert "abraham.lincoln@example.com" in texts
    assert not any("](" in row.text for row in corpus.examples)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("text;intent;note, if any\nhello, you;a;x\n", ("hello, you", "a", 2)),
        ("text\tintent\ta, b; c\nhello; you\ta\tx\n", ("hello; you", "a", 2)),
        ('text,intent,"x; y"\nhello;a,b,c\n', ("hello;a", "b", 2)),
    ],
)
def test_the_separator_is_the_one_that_names_both_columns(
    tmp_path: Path, table: str, said: tuple[str, str, int]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(table)
    assert rows(path) == [said]
