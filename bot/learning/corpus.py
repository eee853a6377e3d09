"""Reads training examples from files and folders in any of the formats people have them in."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.content.yaml_lines import problem
from bot.errors import ContentError
from bot.learning.formats import READERS, read_default_locale, read_moods, read_rows
from bot.learning.rows import Example, Rows

_REMEDY = f"name a file that ends in {', '.join(READERS)}, or a folder with such files"


@dataclass(frozen=True, slots=True)
class Corpus:
    """Examples without exact duplicates, ordered by intent and text, so that the order of files changes nothing.

    `dropped` are the blank ones, which can teach nothing; `duplicates` is how many rows stood there more than once.
    """

    examples: tuple[Example, ...]
    dropped: tuple[Example, ...]
    duplicates: int
    files: int
    moods: tuple[Example, ...] = ()
    """Messages by mood, which is their `intent`; they teach no intent."""
    default_locale: str = "en"
    """The language of examples that say none."""

    @property
    def texts(self) -> list[str]:
        """The messages, in order."""
        return [example.text for example in self.examples]

    @property
    def intents(self) -> list[str]:
        """The intent of each message."""
        return [example.intent for example in self.examples]

    @property
    def sha256(self) -> str:
        """The same for the same examples, wherever they come from."""
        rows = [[example.intent, example.text, example.locale] for example in (*self.examples, *self.moods)]
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def read_corpus(paths: Sequence[Path]) -> Corpus:
    """What can be learnt from under the paths; raises ContentError with every problem of every file."""
    files, problems = read_files(paths)
    problems += [problem for file in files for problem in file.problems]
    if problems:
        raise ContentError(problems)
    return corpus_of(paths, files)


def corpus_of(paths: Sequence[Path], read: Sequence[Rows]) -> Corpus:
    """What can be learnt from files that were read from under the paths."""
    rows = [row for file in read for row in file.found]
    yaml = [file for path in paths for file in _files(path)]
    moods = {(row.intent, row.text): row for file in yaml for row in read_moods(file) if row.text.strip()}
    locales = [locale for file in yaml if (locale := read_default_locale(file))]
    first = {(row.intent, row.text): row for row in reversed(rows)}
    dropped = [row for row in rows if not row.text.strip()]
    kept = [row for row in first.values() if row.text.strip()]
    return Corpus(
        examples=tuple(sorted(kept, key=lambda row: (row.intent, row.text))),
        dropped=tuple(dropped),
        duplicates=len(rows) - len(dropped) - len(kept),
        files=len(read),
        moods=tuple(sorted(moods.values(), key=lambda row: (row.intent, row.text))),
        default_locale=locales[0] if locales else "en",
    )


def read_examples(paths: Sequence[Path]) -> list[Example]:
    """Every row under the paths as it stands, for measuring; raises ContentError with every problem of every file."""
    files, problems = read_files(paths)
    problems += [problem for file in files for problem in file.problems]
    if problems:
        raise ContentError(problems)
    return [row for file in files for row in file.found]


def read_files(paths: Sequence[Path]) -> tuple[list[Rows], list[str]]:
    """Each file under the paths, with what is wrong in it, and what is wrong with files and paths as a whole."""
    read: list[Rows] = []
    problems: list[str] = []
    for path in paths:
        found = list(_files(path))
        if not found:
            problems.append(problem(str(path), 1, "no training data here", _REMEDY))
        for file in found:
            try:
                read.append(read_rows(file))
            except ContentError as error:
                problems += error.problems
    if not problems and not any(file.found or file.problems for file in read):
        problems += [problem(str(path), 1, "no examples in it", "write some, see docs/content.md") for path in paths]
    return read, problems


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
            if file.suffix.lower() in READERS and file.is_file() and not hidden:
                yield file
    elif path.suffix.lower() in READERS:
        yield path
