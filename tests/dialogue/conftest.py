from pathlib import Path

import pytest

from bot.content.content import Content, load_content
from tests.dialogue.talk import Talk


@pytest.fixture(scope="session")
def shop() -> Content:
    """A small shop with every kind of intent once."""
    return load_content(Path(__file__).with_name("content"))


@pytest.fixture
def talk(shop: Content) -> Talk:
    """A conversation with that shop's bot."""
    return Talk(shop)
