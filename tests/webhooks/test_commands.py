"""`bot webhook …`, as people type it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import main

URL = "http://127.0.0.1:9/hook"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `bot webhook …` on a database of its own: how it ended, what it printed, and what it complained of."""
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{tmp_path / 'bot.db'}")
    monkeypatch.setenv("BOT_WEBHOOKS_PRIVATE", "on")

    def run(*command: str) -> tuple[int, str, str]:
        try:
            code = main(["webhook", *command])
        except SystemExit as ended:
            code = int(str(ended.code))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_a_webhook_from_its_beginning_to_its_end(bot: Run) -> None:
    code, secret, _ = bot("add", URL, "--type", "message.sent", "--type", "episode.closed", "--texts")
    assert code == 0
    assert secret.startswith("whsec_")
    assert len(secret.split()) == 1
    code, line, _ = bot("list")
    webhook_id = line.split()[0]
    assert line == f"{webhook_id}  {URL}  message.sent, episode.closed  with texts  at 0  0 held  0 dead\n"
    assert bot("rotate", webhook_id)[1].startswith("whsec_")
    assert bot("switch", webhook_id, "off") == (0, f"{webhook_id} is off\n", "")
    assert bot("list")[1].endswith("  off\n")
    assert bot("replay", webhook_id, "--from", "0")[0] == 0
    assert bot("dead", webhook_id) == (0, "", "")
    assert bot("remove", webhook_id)[0] == 0
    assert bot("list") == (0, "", "")


def test_what_is_refused_and_what_is_wrong(bot: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for command, code, line in (
        (("add", "shop.example"), 1, "bot: 'shop.example' is no address for a webhook"),
        (("add", URL, "--type", "nonsense"), 1, "bot: 'nonsense' is no type"),
        (("remove", "nobody"), 1, "bot: there is no webhook nobody"),
        (("replay", "nobody"), 2, "one of the arguments --from --dead is required"),
        (("replay", "nobody", "--from", "-1"), 2, "'-1' is no position"),
        (("replay", "nobody", "--from", "soon"), 2, "'soon' is no position"),
        (("switch", "nobody", "maybe"), 2, "invalid choice"),
    ):
        ended, out, error = bot(*command)
        assert (ended, out) == (code, ""), command
        assert line in error
        assert error.count("\n") == 1
    monkeypatch.setenv("BOT_WEBHOOKS_PRIVATE", "off")
    assert "BOT_WEBHOOKS_PRIVATE=on" in bot("add", URL)[2]
