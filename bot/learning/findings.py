"""What `bot data check` finds in examples that can be read but teach the wrong thing, or nothing."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bot.content.content import load_content
from bot.content.schema import OUT_OF_SCOPE
from bot.content.yaml_lines import problem, read_bytes
from bot.errors import ContentError
from bot.learning.corpus import Corpus, corpus_of, read_files
from bot.learning.formats import note_unread
from bot.learning.rows import Example
from bot.nlu.text import MAX_CHARACTERS, normalise

FEW_EXAMPLES = 5

_BOT = re.compile(rb"^(?:\xef\xbb\xbf)?bot[ \t]*:", re.MULTILINE)


_NOT_JOINED = ("LATIN", "GREEK", "CYRILLIC", "DIGIT", "SPACE", "NO-BREAK", "COMMA", "FULL STOP", "ZERO WIDTH", "CJK")
"""What the names of characters begin with that no joiner follows."""


def check(path: Path) -> tuple[Corpus, list[str]]:
    """What can be read under a path, and every problem there; with `bot:` in it, as content too."""
    read, problems = read_files([path])
    for file in read:
        try:
            note_unread(Path(file.name), file)
        except ContentError as error:
            problems += error.problems
        problems += file.problems
        for key, (line, remedy) in file.unread.items():
            problems.append(problem(file.name, line, f"unknown key `{key}`", remedy))
    corpus = corpus_of([path], read)
    problems += findings(corpus)
    if path.is_dir() and any(_BOT.search(read_bytes(file)) for file in _yaml_under(path)):
        try:
            load_content(path)
        except ContentError as error:
            told = {one.partition("; ")[0] for one in problems}
            problems += [one for one in error.problems if one.partition("; ")[0] not in told]
    return corpus, list(dict.fromkeys(problems))


def _yaml_under(path: Path) -> Iterator[Path]:
    for file in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        if file.suffix.lower() in (".yaml", ".yml") and file.is_file() and not hidden:
            yield file


def findings(corpus: Corpus) -> list[str]:
    """Lines `file:line: what is wrong; what to do`, in order of file and line."""
    found = [(row, "a blank text", "write a message there or remove it") for row in corpus.dropped]
    first: dict[str, Example] = {}
    for row in sorted(corpus.examples, key=_place):
        other = first.setdefault(normalise(row.text).strip(), row)
        if other.intent != row.intent:
            where = f"also stands under `{other.intent}` ({other.file}:{other.line})"
            found.append((row, f"“{_short(row.text)}” under `{row.intent}` {where}", "leave it in one of the two"))
        if len(row.text) > MAX_CHARACTERS:
            what = f"“{_short(row.text)}” has {len(row.text)} characters; only the first {MAX_CHARACTERS} are read"
            found.append((row, what, "cut it to what tells the intent"))
        if (trouble := _encoding_trouble(row.text)) is not None:
            found.append((row, *trouble))
    counts = Counter(row.intent for row in corpus.examples)
    for intent, count in counts.items():
        if count < FEW_EXAMPLES and intent not in OUT_OF_SCOPE:
            row = min((row for row in corpus.examples if row.intent == intent), key=_place)
            what = f"`{intent}` has {count} example{'s' * (count != 1)}"
            found.append((row, what, f"give it at least {FEW_EXAMPLES}, better 15"))
    found.sort(key=lambda item: _place(item[0]))
    lines = [problem(row.file, row.line, what, remedy) for row, what, remedy in found]
    rows = (*corpus.examples, *corpus.dropped)
    if rows and len(counts.keys() - OUT_OF_SCOPE) < 2:
        file = rows[0].file
        lines.append(problem(file, 1, "fewer than two intents", "a classifier needs at least two to choose between"))
    return lines


def _encoding_trouble(text: str) -> tuple[str, str] | None:
    """What tells that a text was damaged on its way here, and what to do."""
    # Not at no-break spaces: one of them can be half of a damaged letter.
    for word in re.split(r"[ \t\r\n]+", text):
        if "\ufffd" in word:
            return f"“{_short(word)}” has a character that was lost (U+FFFD)", "write it anew"
        try:
            meant = word.encode("cp1252").decode("utf-8")
        except UnicodeError:
            continue
        if meant != word:
            what = f"“{_short(word)}” is “{_short(meant)}”, saved as UTF-8 and read as Windows-1252"
            return what, "correct it, and save the file as UTF-8"
    unseen = next((one for at, one in enumerate(text) if _is_unseen(text, at)), None)
    if unseen is not None:
        return f"“{_short(text)}” has a character that can't be seen (U+{ord(unseen):04X})", "delete it"
    return None


def _is_unseen(text: str, at: int) -> bool:
    one = text[at]
    category = unicodedata.category(one)
    if category == "Cc":
        return one not in "\t\n\r"
    if category != "Cf" or "\u0600" <= one <= "\u08e2":
        # Arabic's signs for numbers are of that category and are seen.
        return False
    # A joiner is spelling in scripts that join letters, and holds emoji together; flags are made of tags.
    if one in "\u200c\u200d":
        before = unicodedata.name(text[at - 1], "LATIN") if at else "LATIN"
        return before.startswith(_NOT_JOINED)
    return not ("\U000e0020" <= one <= "\U000e007f" and "\U0001f3f4" in text[:at])


def _place(row: Example) -> tuple[str, int]:
    return row.file, row.line


def _short(text: str) -> str:
    shown = "".join(one if one.isprintable() else "�" for one in text[:40])
    return shown if len(text) <= 40 else f"{shown[:39]}…"
