"""Writes what was imported as content files: `intents.yaml`, and `slots.yaml` where there were entities."""

import os
import re
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bot.content.parts import MAX_PHRASE, MAX_TITLE, is_name
from bot.content.pattern import compile_pattern
from bot.errors import BotError
from bot.learning.imports.imported import Entity, Imported

MOST_CHOICES = 8
"""Of more values a slot doesn't make quick replies, but a list to recognise; see `Slot`."""

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:[/.-][A-Za-z0-9_]+)*")
_WORDS_THAT_ARE_VALUES = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})


def write_content(found: Imported, out: Path) -> list[Path]:
    """Write the files into a folder that is new or empty, all or none; returns them.

    Raises BotError where something is in the folder already or it can't be written to.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise BotError(f"{out} is there already and not an empty folder; choose another with --out")
    files = {"intents.yaml": "".join(_intents(found))}
    if found.entities:
        files["slots.yaml"] = "".join(_slots(found))
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as temporary:
        fresh = Path(temporary) / "fresh"
        fresh.mkdir()
        for name, text in files.items():
            (fresh / name).write_text(text, encoding="utf-8", newline="\n")
        os.replace(fresh, out)
    return [out / name for name in files]


def valid_names(intents: Sequence[str]) -> dict[str, str]:
    """For each intent whose name content can't have, one that it can, different from all others."""
    taken = {intent for intent in intents if is_name(intent)}
    names: dict[str, str] = {}
    for intent in sorted(set(intents) - taken):
        base = slug(intent)
        name, number = base, 2
        while name in taken:
            name, number = f"{base}_{number}", number + 1
        names[intent] = name
        taken.add(name)
    return names


def slug(name: str) -> str:
    """The name in small letters, digits and _, starting with a letter."""
    letters = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^a-z0-9]+", "_", letters).strip("_")[:50].strip("_")
    return plain if plain[:1].isalpha() else f"intent_{plain}".rstrip("_")


def _intents(found: Imported) -> Iterator[str]:
    examples: defaultdict[str, defaultdict[str | None, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in found.examples:
        if text := row.text.strip():
            examples[row.intent][row.locale].append(text)
    yield "intents:\n"
    for intent, by_locale in examples.items():
        yield f"  {_key(intent)}:\n"
        if intent not in ("oos", "out_of_scope"):
            yield f"    title: {quoted(_title(intent))}\n"
        if len(by_locale) == 1 and None in by_locale:
            yield from _block("examples", by_locale[None], 4)
        else:
            yield "    examples:\n"
            for locale, texts in by_locale.items():
                yield from _block(locale or "en", texts, 6)
        yield from _answer(found.answers.get(intent, {}))


def _answer(texts: Mapping[str | None, str]) -> Iterator[str]:
    if set(texts) == {None}:
        yield f"    answer: {quoted(texts[None])}\n"
    elif texts:
        yield "    answer:\n"
        for locale, text in texts.items():
            yield f"      {locale or 'en'}: {quoted(text)}\n"


def _slots(found: Imported) -> Iterator[str]:
    yield "slots:\n"
    names = dict(zip(found.entities, _slot_names(list(found.entities)), strict=True))
    for entity, about in found.entities.items():
        if about.kind is not None:
            yield f"  {names[entity]}:\n    title: {quoted(_title(entity))}\n    kind: {about.kind}\n"
            continue
        pattern = _pattern(entity, about, found.notes)
        if pattern is None and not about.values:
            continue
        yield f"  {names[entity]}:\n    title: {quoted(_title(entity))}\n"
        if pattern is not None:
            yield f"    pattern: {quoted(pattern)}\n"
            if about.values:
                found.notes.append(f"the values of `{entity}` were left out: its regular expression finds them")
        elif len(about.values) <= MOST_CHOICES:
            yield from _choices(about)
        else:
            yield from _values(about)


def _pattern(entity: str, about: Entity, notes: list[str]) -> str | None:
    """The first regular expression that a slot can have."""
    for pattern in about.patterns:
        try:
            compile_pattern(pattern)
        except ValueError as error:
            notes.append(f"a pattern of `{entity}` was left out: {error}")
        else:
            if len(about.patterns) > 1:
                notes.append(f"`{entity}` has {len(about.patterns)} patterns and a slot one: `{pattern}` was taken")
            return pattern
    return None


def _choices(about: Entity) -> Iterator[str]:
    yield "    choices:\n"
    for value, name in zip(about.values, _slot_names(list(about.values)), strict=True):
        yield f"      {name}:\n        title: {quoted(value[:MAX_TITLE].strip())}\n"
        words = about.values[value] if len(value) <= MAX_TITLE else [value, *about.values[value]]
        if words:
            yield from _block("says", [word[:MAX_PHRASE] for word in words], 8)


def _values(about: Entity) -> Iterator[str]:
    yield "    values:\n"
    for value, words in about.values.items():
        if words:
            yield from _block(quoted(value), [word[:MAX_PHRASE] for word in words], 6)
        else:
            yield f"      {quoted(value)}:\n"


def _slot_names(names: list[str]) -> list[str]:
    given = valid_names(names)
    return [given.get(name, name) for name in names]


def _title(name: str) -> str:
    words = re.sub(r"[_/.-]+", " ", name).strip() or name
    return (words[:1].upper() + words[1:])[:MAX_TITLE].strip()


def _block(key: str, lines: Sequence[str], indent: int) -> Iterator[str]:
    """Texts one a line, or in quotes where one of them wouldn't come back from a line as it is."""
    space = " " * indent
    # A line's own mark of a list is taken off when it is read, so a text that begins like one gets another.
    marked = [f"- {line}" if line.startswith("-") else line for line in lines]
    if all(line.isprintable() for line in marked):
        yield f"{space}{key}: |\n"
        yield from (f"{space}  {line}\n" for line in marked)
    else:
        yield f"{space}{key}:\n"
        yield from (f"{space}  - {quoted(line)}\n" for line in marked)


def _key(name: str) -> str:
    plain = _PLAIN_KEY.fullmatch(name) and name.lower() not in _WORDS_THAT_ARE_VALUES
    return name if plain else quoted(name)


def quoted(text: str) -> str:
    """A YAML text in double quotes, on one line, that is read as exactly this."""
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
