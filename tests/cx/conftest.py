"""What the tests of the report share."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.cx.figures import Scope
from bot.cx.mirror import Mirror
from tests.cx.logs import Talk, everything, talks, write_many

Measured = Callable[..., Scope]

CHAT, COURTESY = ("greeting", "thanks"), ("thanks",)


@pytest.fixture
def measured(tmp_path: Path) -> Iterator[Measured]:
    """Gives the scope of a log that is made of some talks."""
    with ExitStack() as stack:

        def open_(*several: Talk) -> Scope:
            write_many(tmp_path / "bot.db", sorted(talks(*several), key=lambda one: one.time))
            mirror = stack.enter_context(Mirror(tmp_path / "mirror.duckdb", CHAT, COURTESY))
            mirror.catch_up(tmp_path / "bot.db")
            return everything(mirror)

        yield open_
