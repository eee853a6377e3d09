"""The formats that training examples come in; each reader returns a file's examples or raises with all its problems."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.content.parts import by_locale, example_of
from bot.content.yaml_lines import Key, YamlFile, parse_yaml, problem, read_bytes
from bot.errors import ContentError


@dataclass(frozen=True, slots=True)
class Example:
    """One message of the training data, what it is about, and where it stands."""

    text: str
    intent: str
    file: str
    line: int
    locale: str | None = None
    """Where the file says so; else it is the content's default."""


Reader = Callable[[Path], list[Example]]

# YAML without either at its top level (a Rasa domain, stories, a configuration) holds no examples.
_HAS_EXAMPLES = re.compile(rb"^(?:\xef\xbb\xbf)?(?:nlu|intents)[ \t]*:", re.MULTILINE)
_HAS_MOODS = re.compile(rb"^(?:\xef\xbb\xbf)?moods[ \t]*:", re.MULTILINE)
_DEFAULT_LOCALE = re.compile(
    rb"^bot[ \t]*:.*?^[ ]+default_locale[ \t]*:[ \t]*[\"']?([A-Za-z-]+)", re.MULTILINE | re.DOTALL
)
# [text](entity), [text](entity:value), [text]{"entity": …} and [text][{"entity": …}, …]
_ANNOTATED = re.compile(r"\[([^\[\]]+)\](?:\([^()]*\)|\{[^{}]*\}|\[\s*\{[^\[\]]*\}\s*\])")


def without_entities(text: str) -> str:
    """A Rasa example as the customer would have typed it."""
    return _ANNOTATED.sub(r"\1", text)


def read_yaml_examples(path: Path) -> list[Example]:
    """Our own format (`intents:` as a map) or Rasa's NLU data (`nlu:` as a list); none from any other YAML."""
    data = read_bytes(path)
    if not _HAS_EXAMPLES.search(data):
        return []
    file = parse_yaml(data, str(path))
    if not isinstance(file.value, dict):
        return []
    if "nlu" in file.value:
        return _RasaFile(file).examples()
    intents = file.value.get("intents")
    return _own_examples(file, intents) if isinstance(intents, dict) else []


def read_moods(path: Path) -> list[Example]:
    """The examples under `moods:` of a YAML file, with the mood as their intent; none from any other file."""
    if path.suffix.lower() not in (".yaml", ".yml") or not _HAS_MOODS.search(data := read_bytes(path)):
        return []
    file = parse_yaml(data, str(path))
    moods = file.value.get("moods") if isinstance(file.value, dict) else None
    rows = _Rows(file.name)
    for mood in moods if isinstance(moods, dict) else ():
        _add_blocks(file, rows, ("moods", mood), mood)
    return rows.done()


def read_default_locale(path: Path) -> str | None:
    """The `default_locale` of a YAML file's `bot:` part, None where it says none."""
    if path.suffix.lower() not in (".yaml", ".yml"):
        return None
    found = _DEFAULT_LOCALE.search(read_bytes(path))
    return found.group(1).decode() if found else None


def read_json_lines(path: Path) -> list[Example]:
    """One object with `text` and `intent` a line; other keys and blank lines are passed over."""
    rows = _Rows(str(path))
    for number, line in enumerate(_text(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            said = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deep"
            rows.refuse(number, f"not JSON ({said})", 'write one object a line: {"text": …, "intent": …}')
            continue
        if not isinstance(value, dict):
            rows.refuse(number, "not an object", 'write {"text": …, "intent": …}')
        else:
            rows.add(number, value.get("text"), value.get("intent"))
    return rows.done()


def read_csv(path: Path) -> list[Example]:
    """Comma-separated values under a header that names `text` and `intent`; other columns are passed over."""
    rows = _Rows(str(path))
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    start = 1
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        if "text" not in header or "intent" not in header:
            shown = ",".join(header)[:60]
            rows.refuse(1, f"the first line is `{shown}`", "make it a header with the columns `text,intent`")
            return rows.done()
        text, intent = header.index("text"), header.index("intent")
        start = reader.line_num + 1
        for row in reader:
            if row:
                rows.add(start, *(row[column] if column < len(row) else None for column in (text, intent)))
            start = reader.line_num + 1
    except csv.Error as error:
        rows.refuse(
            start, f"not comma-separated values ({error})", 'put a text with commas or quotes in "…", quotes as ""'
        )
    return rows.done()


READERS: Mapping[str, Reader] = {
    ".yaml": read_yaml_examples,
    ".yml": read_yaml_examples,
    ".jsonl": read_json_lines,
    ".csv": read_csv,
}
"""How a file is read, by the end of its name."""


class _Rows:
    """The examples of one file and what is wrong with the others."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[Example] = []
        self.problems: list[str] = []

    def add(self, line: int, text: Any, intent: Any, locale: str | None = None) -> None:
        for name, value in (("text", text), ("intent", intent)):
            if value is None:
                self.refuse(line, f"no `{name}`", "give every example both a `text` and an `intent`")
                return
            if not isinstance(value, str):
                self.refuse(line, f"`{name}` is {value!r}, not a text", "put it in quotes")
                return
        label = intent.strip()
        if not label or "\n" in label or not label.isprintable():
            self.refuse(line, f"`intent` is {intent!r}", "name the intent in one line")
            return
        self.found.append(Example(text, label, self.name, line, locale))

    def refuse(self, line: int, what: str, remedy: str) -> None:
        self.problems.append(problem(self.name, line, what, remedy))

    def done(self) -> list[Example]:
        if self.problems:
            raise ContentError(self.problems)
        return self.found


def _own_examples(file: YamlFile, intents: Mapping[str, Any]) -> list[Example]:
    rows = _Rows(file.name)
    for intent, body in intents.items():
        keys: tuple[Key, ...] = ("intents", intent)
        if not isinstance(body, dict) or body.get("examples") is None:
            rows.refuse(file.line(*keys), f"`{intent}` has no examples", "write `examples: |` and one a line below it")
            continue
        _add_blocks(file, rows, (*keys, "examples"), intent)
    return rows.done()


def _add_blocks(file: YamlFile, rows: "_Rows", keys: tuple[Key, ...], intent: str) -> None:
    """The examples at `keys`: one block of them, or one for each language."""
    value = file.value
    for key in keys:
        value = value[key]
    for locale, _ in by_locale(value):
        at = keys if locale is None else (*keys, locale)
        for line, text in _lines(file, rows, at):
            rows.add(line, text, intent, locale)


class _RasaFile:
    """The intents of a Rasa NLU file; its synonyms, patterns and look-up tables have no messages."""

    def __init__(self, file: YamlFile) -> None:
        self.file = file
        self.rows = _Rows(file.name)

    def examples(self) -> list[Example]:
        entries = self.file.value["nlu"]
        if not isinstance(entries, list):
            if entries is not None:
                self._refuse("`nlu` isn't a list", "write `- intent: name` below it", "nlu")
            return self.rows.done()
        for index, entry in enumerate(entries):
            if not isinstance(entry, dict):
                self._refuse("not an entry", "write `- intent: name` with `examples: |` below it", "nlu", index)
            elif "intent" in entry:
                self._intent(index, entry)
        return self.rows.done()

    def _intent(self, index: int, entry: Mapping[str, Any]) -> None:
        intent = entry["intent"]
        if entry.get("examples") is None:
            self._refuse(f"`{intent}` has no examples", "write `examples: |` and one a line below it", "nlu", index)
            return
        for line, text in _lines(self.file, self.rows, ("nlu", index, "examples")):
            self.rows.add(line, without_entities(text), intent)

    def _refuse(self, what: str, remedy: str, *keys: Key) -> None:
        self.rows.refuse(self.file.line(*keys), what, remedy)


def _lines(file: YamlFile, rows: _Rows, keys: tuple[Key, ...]) -> Iterator[tuple[int, str]]:
    """The examples at `keys` with their lines: of a text each line, of a list each text or the `text` of each map."""
    value = file.value
    for key in keys:
        value = value[key]
    if isinstance(value, str):
        yield from ((line, example) for line, text in file.text_lines(*keys) if (example := example_of(text)))
        return
    for index, item in enumerate(value if isinstance(value, list) else [value]):
        text = item.get("text") if isinstance(item, dict) else item
        if isinstance(text, str):
            yield file.line(*keys, index), example_of(text)
        else:
            rows.refuse(file.line(*keys, index), "an example that isn't a text", "write `examples: |` and one a line")


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        what = f"can't be read ({error.strerror or error})"
        raise ContentError([problem(str(path), 1, what, "check that it is a file and may be read")]) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"not UTF-8 text (byte 0x{data[error.start]:02x})"
        raise ContentError([problem(str(path), line, what, "save the file as UTF-8")]) from None
