"""The child process that answers for the report: one question a line, one answer back, as long as its parent lives.

Each question says which installation it is about. An answer is a line with a JSON object that has `status` and
`length`, then so many bytes: a page, or an error's words.
"""

import json
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from bot.cx import reporting
from bot.cx.installation import Installation, again
from bot.cx.report import page
from bot.cx.topic import Topic
from bot.errors import BotError, NotFound

TOPICS_LAST = 600.0
"""Seconds after which topics are looked for again."""

SOON = 100_000
"""Touchpoints that are taken in while somebody waits for a page; more are taken in beside it."""


@dataclass(slots=True)
class _Topics:
    asked: float
    topics: Sequence[Topic] | None


class Worker:
    """Answers questions about one installation, which may have other small talk from one question to the next."""

    def __init__(self) -> None:
        self._installation = Installation(Path())
        self._build: threading.Thread | None = None
        self._done = (0, 1)
        self._failed: BotError | None = None
        self._topics: dict[str, _Topics] = {}

    def run(self, questions: BinaryIO, answers: BinaryIO) -> None:
        """Answer until there are no more questions."""
        for line in questions:
            try:
                question = json.loads(line)
                status, text = 200, again(partial(self.answer, question))
            except NotFound as error:
                status, text = 404, str(error)
            except BotError as error:
                status, text = 400, str(error)
            if text.startswith("building"):
                status = 202
            body = text.encode()
            answers.write(json.dumps({"status": status, "length": len(body)}).encode() + b"\n" + body)
            answers.flush()

    def answer(self, question: Mapping[str, Any]) -> str:
        """The page that is asked for, or `building` with how far that is, where the mirror is being built."""
        self._installation = Installation(
            Path(question["log"]), question["chat"], question["confirming"], bytes.fromhex(question["key"])
        )
        if question["page"] == "asset":
            return page.plotly_script() if question["name"] == "plotly.js" else page.asset(question["name"])
        if not self._is_up_to_date():
            done, total = self._done
            return f"building {done} {total}"
        if question["page"] == "conversations":
            return reporting.conversations(self._installation, question["metric"], question["days"])
        about = (self._installation, question["view"], question["days"])
        topics = self._topics_of(question["days"]) if question["view"] == "analyst" else None
        return reporting.page_of(*about, question["opens"] == "yes", topics)

    def _topics_of(self, days: str) -> Sequence[Topic] | None:
        """The topics of a period as far as they are known; they are looked for beside the pages, which don't wait."""
        place = self._topics.get(days)
        if place is None or time.monotonic() - place.asked > TOPICS_LAST:
            known = place.topics if place else None
            place = self._topics[days] = _Topics(time.monotonic(), known)
            threading.Thread(target=self._look, args=(days, place), name="topics", daemon=True).start()
        return place.topics

    def _look(self, days: str, place: "_Topics") -> None:
        try:
            place.topics = reporting.topics_of(self._installation, days)
        except BotError as error:
            sys.stderr.write(f"bot: topics could not be looked for: {error}\n")

    def _is_up_to_date(self) -> bool:
        if self._build is not None:
            if self._build.is_alive():
                return False
            self._build = None
            if self._failed is not None:
                error, self._failed = self._failed, None
                raise error
        behind = reporting.behind(self._installation)
        if behind <= SOON:
            reporting.catch_up(self._installation)
            return True
        self._done = (0, behind)
        self._build = threading.Thread(target=self._catch_up, name="mirror", daemon=True)
        self._build.start()
        return False

    def _catch_up(self) -> None:
        def progress(done: int, total: int) -> None:
            self._done = (done, total)

        try:
            reporting.catch_up(self._installation, progress)
        except BotError as error:
            self._failed = error


if __name__ == "__main__":
    Worker().run(sys.stdin.buffer, sys.stdout.buffer)
