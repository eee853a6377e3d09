"""What `bot data check` finds in examples that can be read but teach the wrong thing, or nothing."""

import re
from collections import Counter
from pathlib import Path

from bot.content.content import load_content
from bot.content.schema import OUT_OF_SCOPE
from bot.content.yaml_lines import problem, read_bytes
from bot.errors import ContentError
from bot.learning.corpus import Corpus, read_corpus
from bot.learning.formats import Example
from bot.nlu.text import MAX_CHARACTERS, normalise

FEW_EXAMPLES = 5

_BOT = re.compile(rb"^(?:\xef\xbb\xbf)?bot[ \t]*:", re.MULTILINE)


def check(path: Path) -> tuple[Corpus | None, list[str]]:
    """The corpus under a path, None where it can't be read, and every problem; with `bot:` in it, as content too."""
    problems: list[str] = []
    corpus: Corpus | None = None
    try:
        corpus = read_corpus([path])
        problems += findings(corpus)
    except ContentError as error:
        problems += error.problems
    if path.is_dir() and any(_BOT.search(read_bytes(file)) for file in path.glob("*.y*ml")):
        try:
            load_content(path)
        except ContentError as error:
            problems += error.problems
    return corpus, list(dict.fromkeys(problems))


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
    counts = Counter(row.intent for row in corpus.examples)
    for intent, count in counts.items():
        if count < FEW_EXAMPLES and intent not in OUT_OF_SCOPE:
            row = min((row for row in corpus.examples if row.intent == intent), key=_place)
            what = f"`{intent}` has {count} example{'s' * (count != 1)}"
            found.append((row, what, f"give it at least {FEW_EXAMPLES}, better 15"))
    found.sort(key=lambda item: _place(item[0]))
    lines = [problem(row.file, row.line, what, remedy) for row, what, remedy in found]
    if len(counts.keys() - OUT_OF_SCOPE) < 2:
        file = corpus.examples[0].file if corpus.examples else corpus.dropped[0].file
        lines.append(problem(file, 1, "fewer than two intents", "a classifier needs at least two to choose between"))
    return lines


def _place(row: Example) -> tuple[str, int]:
    return row.file, row.line


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
