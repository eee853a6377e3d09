"""Conversations as tests: readable story files, and what is wrong with them.

A story is what is given, and then what customers, the bot and agents say, one line each:

    story: A parcel that is on its way
    given: signed in as mila
    customer: where is order 48213?
    bot: It was shipped … should arrive
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.content.yaml_lines import problem, read_bytes
from bot.errors import ContentError

SUFFIX = ".story"

_LINE = re.compile(r"([a-z]+)\s*:\s*(.*)")
_DOES = ("customer", "bot", "replies", "agent", "rates", "later")
_GIVEN = ("locale", "signed", "now", "hours", "closed", "systems", "feedback")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a story: who or what, and the words."""

    number: int
    does: str
    words: str


@dataclass(slots=True)
class Story:
    """One conversation, where it stands, what is given, and what is said."""

    title: str
    file: str
    number: int
    given: list[Line] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def problem(self, line: Line, what: str, remedy: str) -> str:
        """One line for a `ContentError`, at a line of the story."""
        return problem(self.file, line.number, what, remedy)


def read_stories(path: Path) -> list[Story]:
    """Every story of a file, or of every `.story` file in a folder; raises ContentError with every problem of all."""
    files = sorted(path.rglob(f"*{SUFFIX}")) if path.is_dir() else [path]
    stories: list[Story] = []
    problems: list[str] = []
    for file in files:
        try:
            stories += _Reader(file).stories()
        except ContentError as error:
            problems += error.problems
    if not problems and not stories:
        problems = [problem(str(path), 1, "no stories here", f"write some in a file that ends in {SUFFIX}")]
    if problems:
        raise ContentError(problems)
    return stories


class _Reader:
    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self.problems: list[str] = []
        try:
            self.text = read_bytes(path).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ContentError([problem(self.name, 1, "not UTF-8 text", "save the file as UTF-8")]) from None

    def stories(self) -> list[Story]:
        found: list[Story] = []
        for number, does, words in self._lines():
            line = Line(number, does, words)
            if does == "story":
                found.append(Story(words, self.name, number))
            elif not found:
                self._refuse(number, f"`{does}:` before any story", "begin with a line `story: its title`")
            elif does == "given":
                self._given(found[-1], line)
            else:
                found[-1].lines.append(line)
        for story in found:
            if not any(line.does == "customer" for line in story.lines):
                self._refuse(story.number, "nobody says anything in this story", "add lines `customer: …` and `bot: …`")
        if self.problems:
            raise ContentError(self.problems)
        return found

    def _lines(self) -> Iterator[tuple[int, str, str]]:
        last: tuple[int, str, str] | None = None
        for number, raw in enumerate(self.text.split("\n"), 1):
            if not raw.strip() or raw.lstrip().startswith("#"):
                continue
            match = _LINE.fullmatch(raw.strip())
            known = ("story", "given", *_DOES)
            if raw[0].isspace() and last is not None and not (match and match.group(1) in known):
                last = (last[0], last[1], f"{last[2]} {raw.strip()}")  # a long line goes on, indented
                continue
            if last is not None:
                yield last
                last = None
            if match is None or match.group(1) not in known:
                shown = raw.strip()[:40]
                self._refuse(
                    number, f"“{shown}” begins with no known word", f"begin it with {', '.join(known)} and a colon"
                )
            elif not match.group(2):
                self._refuse(number, f"nothing stands after `{match.group(1)}:`", "write what is said, or `[silent]`")
            else:
                last = (number, match.group(1), match.group(2))
        if last is not None:
            yield last

    def _given(self, story: Story, line: Line) -> None:
        if line.words.split()[0] not in _GIVEN:
            self._refuse(line.number, f"`{line.words}` can't be given", f"begin it with {', '.join(_GIVEN)}")
        elif story.lines:
            self._refuse(line.number, "`given:` after somebody has spoken", "put it below the story's title")
        else:
            story.given.append(line)

    def _refuse(self, number: int, what: str, remedy: str) -> None:
        self.problems.append(problem(self.name, number, what, remedy))
