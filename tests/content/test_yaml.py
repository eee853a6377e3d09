"""Reading YAML with its lines: exact places, and every refusal with a line and a remedy."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import yaml_lines
from bot.content.yaml_lines import parse_yaml, read_yaml
from bot.errors import ContentError


def test_values_are_text_as_written() -> None:
    file = parse_yaml(b"a: 3.10\nb: no\nc: 007\nd:\ne: ~\nf: '~'\n12: x\n", "f")
    assert file.value == {"a": "3.10", "b": "no", "c": "007", "d": None, "e": None, "f": "~", "12": "x"}


def test_lines_of_keys_and_items() -> None:
    file = parse_yaml(b"# c\na:\n  b: 1\n\n  c:\n  - x\n  - d: 2\n", "f")
    assert file.value == {"a": {"b": "1", "c": ["x", {"d": "2"}]}}
    assert [file.line(*keys) for keys in [("a",), ("a", "b"), ("a", "c"), ("a", "c", 0), ("a", "c", 1, "d")]] == [
        2, 3, 5, 6, 7,
    ]  # fmt: skip
    assert file.line("a", "nowhere", "else") == 2
    assert file.problem("it is wrong", "right it", "a", "b") == "f:3: it is wrong; right it"


def test_lines_inside_a_block() -> None:
    file = parse_yaml(b"a:\n  e: |\n\n    - one\n    two: {\n\n    three # four\nb: >-\n  x\n  y\nc:\n", "f")
    assert list(file.text_lines("a", "e")) == [
        (3, ""), (4, "- one"), (5, "two: {"), (6, ""), (7, "three # four"), (8, ""),
    ]  # fmt: skip
    assert list(file.text_lines("b")) == [(8, "x y")]
    assert list(file.text_lines("c")) == []
    assert file.line("a", "e", 2) == 5


def test_windows_line_ends_and_a_byte_order_mark() -> None:
    file = parse_yaml(b"\xef\xbb\xbfa: 1\r\nb: |\r\n  x\r\n  y\r\n", "f")
    assert file.value == {"a": "1", "b": "x\ny\n"}
    assert list(file.text_lines("b"))[1] == (4, "y")


def test_pasted_line_separators_are_no_line_ends() -> None:
    file = parse_yaml("a: |\n  x\u2028y\nb: z\u0085\n".encode(), "f")
    assert file.value == {"a": "x y\n", "b": "z"}


def test_an_empty_file() -> None:
    assert parse_yaml(b"# nothing\n", "f").value is None


@pytest.mark.parametrize(
    ("source", "line", "what"),
    [
        (b"a:\n\tb: 1\n", 2, "a tab at the start of the line"),
        (b"a: |\n  x\n\ty\n", 3, "a tab at the start of the line"),
        (b"a: b: c\n", 1, "a second colon in one line"),
        (b"a: 1\n  b: 2\n", 2, "a line that is indented too far"),
        (b"a: 'x\nb: 1\n", 1, "a quote that is never closed"),
        (b"a: 1\nb: [1,\nc: 2\n", 2, "a bracket that is never closed"),
        (b'a: "\\q"\n', 1, "a backslash in double quotes"),
        (b"a:\n  b: |\n  foo bar\n  c: 1\n", 3, "a line without `key:`"),
        (b"- a\nb: 1\n", 2, "a line in a list that doesn't start with `- `"),
        (b"a: @x\n", 1, "starts with a character YAML keeps for itself"),
        (b"a: 1\n---\nb: 1\n", 2, "a second document"),
        (b"a: 1\nb: 2\na: 3\n", 3, "`a` stands here a second time (first on line 1)"),
        (b"a: &x 1\nb: *x\n", 2, "an alias (*x)"),
        (b"a: &x [*x]\n", 1, "an alias (*x)"),
        (b"<<: *x\n", 1, "an alias (*x)"),
        (b"a: !!python/object:os.system x\n", 1, "a tag ("),
        (b"? [a]\n: 1\n", 1, "a key that is a list or a map"),
        (b"a: x\x00y\n", 1, "a control character (U+0000)"),
        (b"a: 1\nb: \xe4\n", 2, "not UTF-8 text (byte 0xe4)"),
        ("a: 1\n".encode("utf-16"), 1, "not UTF-8 text (byte 0xff)"),
        (b"a: 1\n\nb:\n " + b"[" * 100_000, 4, "nested more than 32 deep"),
        (b"- " * 100_000, 1, "nested more than 32 deep"),
        (b"%YAML 9.9\n---\na: 1\n", 1, "not valid YAML"),
    ],
)
def test_refusals(source: bytes, line: int, what: str) -> None:
    with pytest.raises(ContentError) as raised:
        parse_yaml(source, "f.yaml")
    [problem] = raised.value.problems
    assert problem.startswith(f"f.yaml:{line}: ")
    said, _, remedy = problem.partition("; ")
    assert what in said
    assert remedy


def test_a_file_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_lines, "MAX_BYTES", 4)
    with pytest.raises(ContentError, match="larger than"):
        parse_yaml(b"a: 12\n", "f")


def test_a_file_that_cant_be_read(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"nowhere\.yaml:1: can't be read \(No such file or directory\); "):
        read_yaml(tmp_path / "nowhere.yaml")


@given(st.binary(max_size=60) | st.text("a:-|> \t\n'\"[]{}&*!#%@~?,\\é", max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused_with_a_line(source: bytes) -> None:
    try:
        file = parse_yaml(source, "f")
    except ContentError as error:
        for problem in error.problems:
            place, _, rest = problem.partition(": ")
            assert 1 <= int(place.removeprefix("f:")) <= source.count(b"\n") + source.count(b"\r") + 1
            assert "; " in rest
    else:
        assert file.line() >= 1


@given(st.lists(st.text("abc -'\"#:{}[]|>&*é", min_size=1).map(str.strip).filter(bool), min_size=1))
def test_nothing_in_a_block_needs_quoting(lines: list[str]) -> None:
    source = "e: |\n" + "".join(f"  {line}\n" for line in lines)
    found = list(parse_yaml(source.encode(), "f").text_lines("e"))[:-1]
    assert found == [(number, line) for number, line in enumerate(lines, 2)]
