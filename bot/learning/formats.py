"""The formats that training examples come in; each reader collects a file's examples and what is wrong with others."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from bot.content.parts import by_locale
from bot.content.schema import OUT_OF_SCOPE, ContentFile, Intent, OutOfScope
from bot.content.yaml_lines import Key, YamlFile, parse_yaml, read_bytes
from bot.learning.rasa import RasaFile
from bot.learning.rows import Example, Rows, lines_of, text_of

_COLUMNS = ("text", "intent")

Reader = Callable[[Path, Rows], None]

# YAML without either at its top level (a Rasa domain, stories, a configuration) holds no examples.
_HAS_EXAMPLES = re.compile(rb"^(?:\xef\xbb\xbf)?(?:nlu|intents)[ \t]*:", re.MULTILINE)
# What Rasa's other files have at their top level.
_RASA_PARTS = frozenset(
    (
        "version",
        "stories",
        "rules",
        "responses",
        "entities",
        "actions",
        "forms",
        "session_config",
        "pipeline",
        "policies",
    )
)
_HAS_MOODS = re.compile(rb"^(?:\xef\xbb\xbf)?moods[ \t]*:", re.MULTILINE)
_DEFAULT_LOCALE = re.compile(
    rb"^bot[ \t]*:.*?^[ ]+default_locale[ \t]*:[ \t]*[\"']?([A-Za-z-]+)", re.MULTILINE | re.DOTALL
)


def read_rows(path: Path) -> Rows:
    """Everything in a file whose ending is one of `READERS`; raises ContentError where it can't be read at all."""
    rows = Rows(path)
    READERS[path.suffix.lower()](path, rows)
    return rows


def read_yaml_examples(path: Path, rows: Rows) -> None:
    """Our own format (`intents:` as a map) or Rasa's NLU data (`nlu:` as a list); none from any other YAML."""
    data = read_bytes(path)
    if not _HAS_EXAMPLES.search(data):
        return
    file = parse_yaml(data, str(path))
    if not isinstance(file.value, dict):
        return
    intents = file.value.get("intents")
    if "nlu" in file.value:
        RasaFile(file, rows).examples()
    elif isinstance(intents, dict):
        _own_examples(file, rows, intents)


def note_unread(path: Path, rows: Rows) -> None:
    """What is lost of a YAML file without examples: all of it where it is broken, else each part that nothing reads.

    Raises ContentError where it is broken. Training passes over such files: they may be another program's.
    """
    data = read_bytes(path)
    if path.suffix.lower() not in (".yaml", ".yml") or _HAS_EXAMPLES.search(data):
        return
    file = parse_yaml(data, str(path))
    if not isinstance(file.value, dict) or file.value.keys() & _RASA_PARTS:
        return
    parts = list(ContentFile.model_fields)
    for key in file.value:
        if key not in parts:
            rows.note_key(key, file.line(key), ["nlu"] if key.lower().startswith("nlu") else parts)


def read_moods(path: Path) -> list[Example]:
    """The examples under `moods:` of a YAML file, with the mood as their intent; none from any other file."""
    if path.suffix.lower() not in (".yaml", ".yml") or not _HAS_MOODS.search(data := read_bytes(path)):
        return []
    file = parse_yaml(data, str(path))
    moods = file.value.get("moods") if isinstance(file.value, dict) else None
    rows = Rows(path)
    for mood in moods if isinstance(moods, dict) else ():
        _add_blocks(file, rows, ("moods", mood), mood)
    return rows.done()


def read_default_locale(path: Path) -> str | None:
    """The `default_locale` of a YAML file's `bot:` part, None where it says none."""
    if path.suffix.lower() not in (".yaml", ".yml"):
        return None
    found = _DEFAULT_LOCALE.search(read_bytes(path))
    return found.group(1).decode() if found else None


def read_json_lines(path: Path, rows: Rows) -> None:
    """One object with `text` and `intent` a line; other keys and blank lines are passed over."""
    for number, line in enumerate(text_of(path, rows).split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            said = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deep, or too long a number"
            rows.refuse(number, f"not JSON ({said})", 'write one object a line: {"text": …, "intent": …}')
            continue
        if not isinstance(value, dict):
            rows.refuse(number, "not an object", 'write {"text": …, "intent": …}')
        else:
            for key in value.keys() - _COLUMNS:
                rows.note_key(key, number, _COLUMNS)
            rows.add(number, value.get("text"), value.get("intent"))


def read_csv(path: Path, rows: Rows) -> None:
    """Comma-separated values under a header that names `text` and `intent`; other columns are passed over.

    Where the header has them instead, as spreadsheets write them, semicolons or tabs separate.
    """
    text = text_of(path, rows)
    table = csv_lines(text, rows, _separator(text))
    header = [name.strip().lower() for name in next(table, (1, []))[1]]
    if "text" not in header or "intent" not in header:
        remedy = "make it a header with the columns `text,intent`; files of other services: `bot data import --help`"
        rows.refuse(1, f"the first line is `{','.join(header)[:60]}`", remedy)
        return
    for name in header:
        if name not in _COLUMNS:
            rows.note_key(name, 1, _COLUMNS)
    columns = header.index("text"), header.index("intent")
    for line, row in table:
        rows.add(line, *(row[column] if column < len(row) else None for column in columns))


def csv_lines(text: str, rows: Rows, separator: str = ",") -> Iterator[tuple[int, list[str]]]:
    """The rows of a table that aren't empty, each with the line it begins on; the first one that is broken ends it."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    start = 1
    try:
        for row in reader:
            if row:
                yield start, row
            start = reader.line_num + 1
    except csv.Error as error:
        remedy = 'put a text with commas or quotes in "…" and close it, quotes in it as ""'
        rows.refuse(start, f"not comma-separated values ({error})", remedy)


def _separator(text: str) -> str:
    """The one that makes both columns of the header, else the first that stands in it: a name may hold another."""
    header = text[: text.find("\n")] if "\n" in text else text
    there = [one for one in (",", ";", "\t") if one in header]
    return next((one for one in there if _names_columns(header, one)), there[0] if there else ",")


def _names_columns(header: str, separator: str) -> bool:
    try:
        names = next(csv.reader([header], delimiter=separator), [])
    except csv.Error:
        return False
    return {name.strip().lower() for name in names}.issuperset(_COLUMNS)


READERS: Mapping[str, Reader] = {
    ".yaml": read_yaml_examples,
    ".yml": read_yaml_examples,
    ".jsonl": read_json_lines,
    ".csv": read_csv,
}
"""How a file is read, by the end of its name."""


def _own_examples(file: YamlFile, rows: Rows, intents: Mapping[str, Any]) -> None:
    _note_keys(file, rows, file.value, ContentFile)
    for intent, body in intents.items():
        keys: tuple[Key, ...] = ("intents", intent)
        if isinstance(body, dict):
            _note_keys(file, rows, body, OutOfScope if intent in OUT_OF_SCOPE else Intent, *keys)
        if not isinstance(body, dict) or body.get("examples") is None:
            rows.refuse(file.line(*keys), f"`{intent}` has no examples", "write `examples: |` and one a line below it")
            continue
        _add_blocks(file, rows, (*keys, "examples"), intent)


def _note_keys(file: YamlFile, rows: Rows, value: Mapping[str, Any], model: type[BaseModel], *keys: Key) -> None:
    known = list(model.model_fields)
    for key in value:
        if key not in known:
            rows.note_key(key, file.line(*keys, key), known, "".join(f"{one}." for one in keys))


def _add_blocks(file: YamlFile, rows: Rows, keys: tuple[Key, ...], intent: str) -> None:
    """The examples at `keys`: one block of them, or one for each language."""
    value = file.value
    for key in keys:
        value = value[key]
    for locale, _ in by_locale(value):
        at = keys if locale is None else (*keys, locale)
        for line, text in lines_of(file, rows, at):
            rows.add(line, text, intent, locale)
