"""`bot key …`, as people type it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import SCOPES, main
from bot.outside.keys import Scope

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `bot key …` on a database of its own: how it ended, what it printed, and what it complained of."""
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{tmp_path / 'bot.db'}")

    def run(*command: str) -> tuple[int, str, str]:
        try:
            code = main(["key", *command])
        except SystemExit as ended:
            code = int(str(ended.code))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_a_key_from_its_beginning_to_its_end(bot: Run) -> None:
    code, key, complaint = bot("add", "orders", "--scope", "touchpoints:write", "--source", "urn:shop:orders")
    assert (code, complaint) == (0, "")
    assert key.startswith("bot_")
    assert (key.count("\n"), len(key.split())) == (1, 1)
    code, line, _ = bot("list")
    assert line.startswith("orders  touchpoints:write  since 2")
    assert line.endswith("  for urn:shop:orders alone\n")
    assert key.strip() not in line
    assert bot("revoke", "orders") == (0, "orders is revoked\n", "")
    assert bot("list") == (0, "", "")


def test_what_is_refused_and_what_is_wrong(bot: Run) -> None:
    assert bot("revoke", "orders")[::2] == (1, "bot: there is no key 'orders'; `bot key list` shows them\n")
    code, printed, complaint = bot("add", "orders", "--scope", "everything")
    assert (code, printed) == (2, "")
    assert "touchpoints:write" in complaint
    assert bot("add", "orders")[0] == 2
    assert bot("add", "orders", "--scope", "touchpoints:read", "--source", "urn:x")[0] == 1


def test_the_command_line_knows_every_scope() -> None:
    assert set(SCOPES) == set(Scope)
