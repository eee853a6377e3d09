"""Conversations as tests: the starter bot's own, and what the player says about a story that goes otherwise."""

from pathlib import Path

import pytest

from bot.conversations.stories import read_stories
from bot.errors import ContentError
from bot.operations.playing import play_stories
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "training_data" / "stories"


def played(settings: Settings, folder: Path, *lines: str) -> list[str]:
    """The problems of one story, without the name of its file."""
    path = folder / "one.story"
    path.write_text("\n".join(("story: A story", *lines)))
    count, problems = play_stories(settings, path, lambda done, total: None)
    assert count == 1
    return [problem.removeprefix(str(path)) for problem in problems]


def test_the_starter_bots_own_stories_go_as_they_are_written(settings: Settings) -> None:
    count, problems = play_stories(settings, SHIPPED, lambda done, total: None)
    assert problems == []
    assert count >= 60


def test_every_form_and_guide_has_its_stories() -> None:
    titles = " ".join(story.title for story in read_stories(SHIPPED)).casefold()
    for way in ("straight way", "interrupted", "corrected", "stopped", "is down", "out of hours", "deutsch"):
        assert titles.count(way) >= 1, way


def test_a_story_that_goes_as_written(settings: Settings, tmp_path: Path) -> None:
    problems = played(
        settings,
        tmp_path,
        "# a note",
        "given: signed in as mila, tier silver",
        "given: now 2027-01-13 08:00",
        "customer: please cancel order 48257",
        "bot: Order 48257 would be cancelled … Shall I",
        "  cancel it?",
        "replies: Yes | No",
        "customer: [Yes]",
        "bot: your order is CANCELLED",
        "later: 30 minutes",
        "customer: I want to talk to a human",
        "bot: [hands off: requested] passing you on",
        "customer: hello?",
        "bot: I've noted that",
        "customer: hello??",
        "bot: [silent]",
        "agent: claims",
        "agent: What can I do?",
        "agent: resolves",
        "bot: How satisfied are you",
        "rates: 5",
        "bot: Thank you",
    )
    assert problems == []


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["customer: hello", "bot: goodbye"], "“goodbye” isn't in what the bot says, “Hello"),
        (["customer: hello"], "before this the bot says “Hello"),
        (["customer: hello", "customer: hello"], "before this the bot says “Hello"),
        (["customer: hello", "bot: Hello", "bot: Hello"], "the bot says nothing here"),
        (["customer: hello", "bot: [silent]"], "before this the bot says “Hello"),
        (["customer: hello", "bot: [hands off: requested]"], "should hand off for requested and says “Hello"),
        (["customer: a human please", "bot: [hands off: policy]"], "should hand off for policy and says"),
        (["customer: hello", "bot: Hello", "replies: Maybe"], "no quick reply “Maybe”; there are:"),
        (["customer: hello", "bot: Hello", "customer: [Maybe]"], "no quick reply “Maybe”; there are:"),
        (["customer: hello", "bot: Hello", "agent: claims"], "“claims” can't be done here"),
        (["customer: hello", "bot: Hello", "rates: much"], "`much` is no score"),
        (["customer: hello", "bot: Hello", "rates: 9"], "“9” can't be done here"),
        (["customer: hello", "bot: Hello", "later: soon"], "`soon` is no time"),
        (["given: signed out", "customer: hello", "bot: Hello"], "`signed out` is no customer"),
        (["given: now yesterday", "customer: hello", "bot: Hello"], "`yesterday` is no time"),
        (["given: hours always", "customer: hello", "bot: Hello"], "`hours always` can't be"),
        (["given: feedback stars", "customer: hello", "bot: Hello"], "`feedback stars` can't be"),
    ],
)
def test_a_story_that_goes_otherwise(settings: Settings, tmp_path: Path, lines: list[str], problem: str) -> None:
    [found] = played(settings, tmp_path, *lines)
    assert problem in found
    assert found.startswith(":")
    assert "; " in found


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("customer: hello\n", 1, "`customer:` before any story"),
        ("story: A\nshop: hello\n", 2, "“shop: hello” begins with no known word"),
        ("story: A\ncustomer: hello\ngiven: locale de\n", 3, "`given:` after somebody has spoken"),
        ("story: A\ngiven: luck\ncustomer: hello\n", 2, "`luck` can't be given"),
        ("story: A\nbot:\n", 2, "nothing stands after `bot:`"),
        ("story: A\nbot: hello\n", 1, "nobody says anything in this story"),
        ("# nothing\n", 1, "no stories here"),
    ],
)
def test_a_story_that_cannot_be_read(tmp_path: Path, text: str, line: int, what: str) -> None:
    path = tmp_path / "one.story"
    path.write_text(text)
    with pytest.raises(ContentError) as error:
        read_stories(path)
    assert any(problem.startswith(f"{path}:{line}: {what}") for problem in error.value.problems), error.value.problems


def test_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    (tmp_path / "one.story").write_text("hello\n")
    (tmp_path / "two.story").write_bytes(b"\xff\xfe")
    with pytest.raises(ContentError) as error:
        read_stories(tmp_path)
    assert len(error.value.problems) == 2
