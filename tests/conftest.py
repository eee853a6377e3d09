"""What all tests share: the content that ships."""

from pathlib import Path

import pytest

from bot.dialogue.content import Content, load_content

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def content() -> Content:
    return load_content(ROOT / "training_data")
