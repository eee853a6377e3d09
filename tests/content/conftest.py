from pathlib import Path

import pytest

from bot.content.content import Content, load_content
from tests.content.small_shop import BOT, DEAD, GUIDES, INTENTS, SLOTS, Load


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Loads the small content above, with files replaced or added by keyword."""
    monkeypatch.chdir(tmp_path)

    def load(**changed: str | bytes) -> Content:
        folder = Path("shop")
        folder.mkdir()
        for name, text in {
            "bot": BOT,
            "intents": INTENTS,
            "slots": SLOTS,
            "guides": GUIDES,
            "dead": DEAD,
            **changed,
        }.items():
            (folder / f"{name}.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_content(folder)

    return load
