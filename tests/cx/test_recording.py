"""Reviews and improvements that the shop records, and what the report makes of them."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli import main
from bot.cx import metrics
from bot.cx.figures import Scope
from bot.cx.followed import FOLLOWED
from bot.cx.improvements import improvements
from bot.cx.mirror import Mirror
from bot.cx.options import read_options
from bot.cx.report import analyst
from bot.errors import BotError, NotFound, Refused
from bot.operations import records
from bot.settings import Settings
from bot.storage import now
from bot.touchpoints.facts import Facts
from tests.cx.conftest import Measured
from tests.cx.logs import DAY, MINUTE, SECRET, START, Talk, everything, talks, write, write_many


def test_a_review_belongs_to_an_episode_and_the_last_one_counts(tmp_path: Path) -> None:
    settings = Settings(database=tmp_path / "bot.db", secret_key=SECRET)
    write(settings.database, talks(Talk("a").opens(1)))
    records.review(settings, "a", 1, True)
    records.review(settings, "a", 1, False)
    with pytest.raises(NotFound, match="no episode 2"):
        records.review(settings, "a", 2, True)
    with Mirror(tmp_path / "mirror.duckdb") as mirror:
        mirror.catch_up(settings.database)
        assert mirror.database.execute("SELECT review FROM episode").fetchall() == [(False,)]


def test_an_improvement_shows_before_and_after(tmp_path: Path) -> None:
    settings = Settings(database=tmp_path / "bot.db", secret_key=SECRET)
    days = [Talk(f"{day}", at=day * DAY / MINUTE).opens(day * DAY / MINUTE) for day in range(20)]
    for day, talk in enumerate(days):
        if day < 10:
            talk.hands_off(day * DAY / MINUTE + 1)
    write_many(settings.database, talks(*days))
    middle = (START + 10 * DAY) // 1000
    records.improvement(settings, "Answers on returns", "handoff_rate", "improve", _iso(middle))
    with pytest.raises(BotError, match="is no date or time"):
        records.improvement(settings, "x", "csat", "improve", "soon")
    with Mirror(tmp_path / "mirror.duckdb") as mirror:
        mirror.catch_up(settings.database)
        scope: Scope = everything(mirror)
        (one,) = improvements(scope, metrics.BY_NAME)
    assert (one.title, one.before.value, one.after.value) == ("Answers on returns", 1, 0)
    assert (one.before.n, one.after.n) == (10, 10)
    assert one.change is not None
    assert one.change[1].high < 0


def test_an_improvement_of_a_range_has_no_verdict(measured: Measured, tmp_path: Path) -> None:
    about = {"title": "x", "metric": "csat_bounds", "phase": "improve"}
    talk = Talk("a").opens(1).closes(2).add("improvement.recorded", 3, **about)
    rated = Talk("b").opens(4).offered(5).rates(6, 5).closes(7)
    page = analyst.improved(measured(talk, rated), read_options(tmp_path)).html(lambda name: None)
    assert "<td>0 to 100 %</td><td>100 to 100 %</td><td>–</td><td>a range</td>" in page


def test_an_improvement_needs_a_metric_that_exists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert set(FOLLOWED) == set(analyst.followed(read_options(tmp_path)))
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{tmp_path / 'bot.db'}")
    assert main(["record", "improvement", "x", "--metric", "handof_rate"]) == 1
    assert "did you mean `handoff_rate`?" in capsys.readouterr().err
    assert main(["record", "improvement", "x", "--metric", "nope"]) == 1
    assert "there is no metric 'nope': use one of: abandonment," in capsys.readouterr().err
    with Facts(tmp_path / "bot.db") as facts:
        assert facts.last_position() == 0


def test_an_improvement_that_is_still_to_come_is_refused(tmp_path: Path) -> None:
    settings = Settings(database=tmp_path / "bot.db", secret_key=SECRET)
    for since in ("9999-12-31T23:59:59-14:00", _iso(now() // 1000 + 60)):
        with pytest.raises(Refused, match="is still to come"):
            records.improvement(settings, "x", "csat", "improve", since)
    records.improvement(settings, "x", "csat", "improve", _iso(now() // 1000))


def test_recording_needs_no_analysis_library() -> None:
    script = (
        "import sys, bot.operations.records; sys.exit(' '.join({'duckdb', 'plotly', 'scipy'} & {*sys.modules}) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
