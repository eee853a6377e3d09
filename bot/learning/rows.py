"""The examples of a file as they are read, and everything that is wrong with the others."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.content.parts import example_of
from bot.content.problems import hint
from bot.content.yaml_lines import Key, YamlFile, problem
from bot.errors import ContentError

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_HALF = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Example:
    """One message of the training data, what it is about, and where it stands."""

    text: str
    intent: str
    file: str
    line: int
    locale: str | None = None
    """Where the file says so; else it is the content's default."""


class Rows:
    """The examples of one file and what is wrong with the others."""

    def __init__(self, path: Path | str) -> None:
        self.name = str(path)
        self.found: list[Example] = []
        self.problems: list[str] = []
        self.unread: dict[str, tuple[int, str]] = {}
        """Keys that nothing reads, each with the line where it first stands and what to do about it."""
        self._undecoded: set[int] = set()

    def add(self, line: int, text: Any, intent: Any, locale: str | None = None) -> None:
        """Take one example, or name what is wrong with it."""
        if line in self._undecoded:
            return
        for name, value in (("text", text), ("intent", intent)):
            if value is None:
                self.refuse(line, f"no `{name}`", "give every example both a `text` and an `intent`")
                return
            if not isinstance(value, str):
                self.refuse(line, f"`{name}` is {value!r:.40}, not a text", "put it in quotes")
                return
            if _HALF.search(value):
                self.refuse(line, f"`{name}` has half a character (a lone surrogate)", "write the character anew")
                return
        label = intent.strip()
        if not label or "\n" in label or not label.isprintable():
            self.refuse(line, f"`intent` is {intent!r}", "name the intent in one line")
            return
        self.found.append(Example(text, label, self.name, line, locale))

    def refuse(self, line: int, what: str, remedy: str) -> None:
        """Name something that is wrong, and what to do; of a line that isn't UTF-8 that alone is said."""
        if line not in self._undecoded:
            self.problems.append(problem(self.name, line, what, remedy))

    def refuse_bytes(self, data: bytes) -> None:
        """Name each line with bytes that aren't UTF-8."""
        for number, line in enumerate(data.split(b"\n"), 1):
            try:
                line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as wrong:
                self.refuse(number, f"not UTF-8 text (byte 0x{line[wrong.start]:02x})", "save the file as UTF-8")
                self._undecoded.add(number)
                if data.startswith(_UTF_16):
                    return

    def note_key(self, key: str, line: int, known: Sequence[str], within: str = "") -> None:
        """Remember a key that nothing reads; `known` are those that would be, `within` says whose key it is."""
        self.unread.setdefault(within + key, (line, hint(key, known)))

    def done(self) -> list[Example]:
        """The examples; raises ContentError where anything is wrong."""
        if self.problems:
            raise ContentError(self.problems)
        return self.found


def lines_of(file: YamlFile, rows: Rows, keys: tuple[Key, ...]) -> Iterator[tuple[int, str]]:
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


def text_of(path: Path, rows: Rows) -> str:
    """A file's text; each line with bytes that aren't UTF-8 is named, and has � in their place."""
    try:
        return decoded(path.read_bytes(), rows)
    except OSError as error:
        what = f"can't be read ({error.strerror or error})"
        raise ContentError([problem(str(path), 1, what, "check that it is a file and may be read")]) from None


def decoded(data: bytes, rows: Rows) -> str:
    """The same of bytes that are in memory."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        rows.refuse_bytes(data)
    # Of a file that is UTF-16 as a whole nothing more can be said.
    return "" if data.startswith(_UTF_16) else data.decode("utf-8-sig", "replace")
