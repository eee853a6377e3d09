"""Reads YAML so that every value remembers its line, and turns what the parser dislikes into lines people can act on.

Values are text as written (`3.1`, `no` and `007` stay what they are), lists, maps with text keys, and None where
nothing or a bare `null` stands; the schema on top decides what a text means. Aliases, tags and several documents in one
file are refused, so a file can neither grow when it is read nor name code.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ContentError

Key = str | int
"""A key of a map or the index, from 0, of a list's item."""

SHORT_FORMS = {"answer": "say", "asks": "slot"}
"""Keys of a list for which its only item may stand alone, as the one field that matters: `answer: Always.`"""

MAX_BYTES = 32 * 1024 * 1024
MAX_DEPTH = 32

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
# YAML 1.1 ends a line at these, editors and people don't: they come from text pasted out of a web page.
_NOT_LINE_ENDS = {0x85: " ", 0x2028: " ", 0x2029: " "}

_QUOTE = "put the text in quotes or, under `key: |`, on lines of its own"
_INDENT = "give it the same number of spaces as its neighbours"
_REMEDIES = {
    "mapping values are not allowed": (
        "a second colon in one line, or a line that is indented too far",
        f"{_QUOTE}, or {_INDENT}",
    ),
    "could not find expected ':'": ("a line without `key:` where one belongs", f"add the colon, or {_INDENT}"),
    "did not find expected key": ("a line that doesn't fit the ones above it", f"{_INDENT}, or {_QUOTE}"),
    "did not find expected '-'": ("a line in a list that doesn't start with `- `", f"{_INDENT}, or start it with `- `"),
    "did not find expected ',' or": ("a bracket that is never closed", f"close it, or {_QUOTE}"),
    "did not find expected node": ("a bracket that is never closed", f"close it, or {_QUOTE}"),
    "unexpected end of stream": ("a quote that is never closed", "close it, or use `key: |` and no quotes"),
    "unknown escape character": ("a backslash in double quotes", "use single quotes"),
    "cannot start any token": ("a text that starts with a character YAML keeps for itself", _QUOTE),
    "another document": ("a second document (`---`)", "put it in a file of its own"),
}
# The parser notices these only where the next thing starts; its context is where they began.
_TOLD_LATE = frozenset({"unexpected end of stream", "did not find expected ',' or", "could not find expected ':'"})


@dataclass(frozen=True, slots=True)
class YamlFile:
    """One file's plain value, and the line (from 1) of everything in it."""

    name: str
    value: Any
    lines: dict[tuple[Key, ...], int] = field(repr=False)
    texts: dict[tuple[Key, ...], tuple[int, bool]] = field(repr=False)

    def line(self, *keys: Key) -> int:
        """The line of the key, or of the item, that `keys` lead to; of the nearest one above it where there is none.

        In a `|` block the items are its lines.
        """
        keys = self.written(*keys)
        while keys and keys not in self.lines:
            last, keys = keys[-1], keys[:-1]
            start, block = self.texts.get(keys, (0, False))
            if block and isinstance(last, int):
                return start + last
        return self.lines.get(keys, 1)

    def written(self, *keys: Key) -> tuple[Key, ...]:
        """The keys as the file has them, where it uses one of the short forms."""
        value: Any = self.value
        for place, key in enumerate(keys):
            value = value.get(key) if isinstance(value, dict) else None
            if key in SHORT_FORMS and not isinstance(value, list) and keys[place + 1 : place + 2] == (0,):
                field = keys[place + 2 : place + 3] == (SHORT_FORMS[str(key)],)
                return (*keys[: place + 1], *keys[place + 2 + field :])
        return keys

    def text_lines(self, *keys: Key) -> Iterator[tuple[int, str]]:
        """Each line of the text at `keys` with its line in the file; exact for a `|` block, the text's start elsewhere.

        Raises KeyError where no text stands.
        """
        start, block = self.texts[keys]
        value = self.value
        for key in keys:
            value = value[key]
        for offset, text in enumerate(value.split("\n") if value is not None else ()):
            yield start + offset * block, text

    def problem(self, what: str, remedy: str, *keys: Key) -> str:
        """One line for a `ContentError`, at the place that `keys` lead to."""
        return problem(self.name, self.line(*keys), what, remedy)


def problem(name: str, line: int, what: str, remedy: str) -> str:
    """The form that every problem of the content has."""
    return f"{name}:{line}: {what}; {remedy}"


def read_yaml(path: Path) -> YamlFile:
    """Reads one file; raises ContentError with every problem found in it."""
    return parse_yaml(read_bytes(path), str(path))


def read_bytes(path: Path) -> bytes:
    """A file's bytes, one more than `MAX_BYTES` at most; raises ContentError where it can't be read."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        what = f"can't be read ({error.strerror or error})"
        raise ContentError([problem(str(path), 1, what, "check that it is a file and may be read")]) from None


def parse_yaml(data: bytes, name: str) -> YamlFile:
    """Reads YAML that is in memory already; `name` is what problems call it."""
    if len(data) > MAX_BYTES:
        raise ContentError([problem(name, 1, f"larger than {MAX_BYTES >> 20} MiB", "split it into several files")])
    try:
        text = data.decode("utf-8-sig").translate(_NOT_LINE_ENDS)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"not UTF-8 text (byte 0x{data[error.start]:02x})"
        raise ContentError([problem(name, line, what, "save the file as UTF-8")]) from None
    builder = _Builder(name)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.add(event)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        what = f"a control character (U+{_code(error.character):04X})"
        raise ContentError([*builder.problems, problem(name, line, what, "delete it")]) from None
    except yaml.MarkedYAMLError as error:
        raise ContentError([*builder.problems, _explained(error, name, text)]) from None
    if builder.problems:
        raise ContentError(builder.problems)
    return YamlFile(name, builder.root, builder.lines, builder.texts)


class _Builder:
    """Turns the parser's events into values, in a loop: deep nesting can't exhaust the stack."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root: Any = None
        self.documents = 0
        self.lines: dict[tuple[Key, ...], int] = {}
        self.texts: dict[tuple[Key, ...], tuple[int, bool]] = {}
        self.problems: list[str] = []
        self.open: list[dict[str, Any] | list[Any]] = []
        self.path: list[Key] = []
        self.key: str | None = None

    def add(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._start(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.open.pop()
            if self.open:
                self.path.pop()
        elif isinstance(event, yaml.AliasEvent):
            self._refuse(event, f"an alias (*{event.anchor})", "write the value out")
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._refuse(event, *_REMEDIES["another document"])

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        self._check_tag(event)
        if self.open and isinstance(self.open[-1], dict) and self.key is None:
            self._new_key(event.value, event)
            return
        is_null = event.implicit[0] and event.value in _NULLS
        path = self._place(None if is_null else event.value, event)
        block = event.style == "|"
        self.texts[path] = (_line(event) + block, block)

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        self._check_tag(event)
        value: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        if self.open and isinstance(self.open[-1], dict) and self.key is None:
            self._refuse(event, "a key that is a list or a map", _QUOTE)
        if len(self.open) >= MAX_DEPTH:
            self._refuse(event, f"nested more than {MAX_DEPTH} deep", "make it flatter")
        is_root = not self.open
        path = self._place(value, event)
        if not is_root:
            self.path.append(path[-1])
        self.open.append(value)

    def _new_key(self, key: str, event: yaml.ScalarEvent) -> None:
        self.key = key
        path = (*self.path, key)
        if key in self.open[-1]:
            what = f"`{key}` stands here a second time (first on line {self.lines[path]})"
            self.problems.append(problem(self.name, _line(event), what, "rename or remove one of them"))
        else:
            self.lines[path] = _line(event)

    def _place(self, value: Any, event: yaml.Event) -> tuple[Key, ...]:
        if not self.open:
            self.root = value
            self.lines[()] = _line(event)
            return ()
        parent = self.open[-1]
        if isinstance(parent, list):
            path: tuple[Key, ...] = (*self.path, len(parent))
            parent.append(value)
            self.lines[path] = _line(event)
            return path
        assert self.key is not None
        path = (*self.path, self.key)
        parent[self.key] = value
        self.key = None
        return path

    def _check_tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.tag is not None and event.tag != "!":
            self._refuse(event, f"a tag ({event.tag})", "remove it: values are plain text, lists and maps")

    def _refuse(self, event: yaml.Event, what: str, remedy: str) -> None:
        raise ContentError([*self.problems, problem(self.name, _line(event), what, remedy)])


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _code(character: Any) -> int:
    # The C reader gives the character's number, the Python one the character.
    return character if isinstance(character, int) else ord(character)


def _explained(error: yaml.MarkedYAMLError, name: str, text: str) -> str:
    said = error.problem or "not valid YAML"
    mark = error.problem_mark or error.context_mark
    number = mark.line + 1 if mark else 1
    source = text.rstrip("\n").split("\n")
    number = min(number, len(source))
    line = source[number - 1]
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return problem(name, number, "a tab at the start of the line", "indent with spaces, two a level")
    for part, (what, remedy) in _REMEDIES.items():
        if part in said:
            if part in _TOLD_LATE and error.context_mark:
                number = error.context_mark.line + 1
            return problem(name, number, what, remedy)
    return problem(name, number, f"not valid YAML ({said})", _QUOTE)
