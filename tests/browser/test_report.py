"""A model's report in the browser: drawn from its own file alone, in both colour schemes, on the narrowest screen."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from bot.learning.report.learning_curve import Gain, LearningCurve, Share, Step
from bot.learning.report.likeness import twins
from bot.learning.report.page import Facts, page
from tests.browser.conftest import NewContext
from tests.browser.test_everybody import faults
from tests.learning.test_report import HOSTILE, measured


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    intents = (*(f"an intent with a long name {place}" for place in range(12)), HOSTILE)
    rows = [
        (intents[place % 13], intents[(place + place // 7) % 13], 0.5 + place % 50 / 100, 0.6) for place in range(240)
    ]
    one = measured([*rows, ("oos", intents[0], 0.5, 0.4)], intents)
    half, whole = Share(4, 8), Share(7, 8)
    curve = LearningCurve([Step(100, half), Step(200, whole)], [Gain(HOSTILE, 8, half, whole)])
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(page(Facts("v", "2026-01-01T00:00", 13, 53, {"ece": 0.1}), one, twins(one, one.examples), curve))
    return path


@pytest.mark.parametrize(("scheme", "width"), [("light", 1100), ("dark", 320)])
def test_the_report_is_drawn_without_a_network(new_context: NewContext, report: Path, scheme: str, width: int) -> None:
    shown = new_context(color_scheme=scheme, viewport={"width": width, "height": 800}, offline=True).new_page()
    asked: list[str] = []
    said: list[str] = []
    shown.on("request", lambda request: asked.append(request.url))
    shown.on("console", lambda message: said.append(message.text))
    shown.on("dialog", lambda dialog: said.append(dialog.message))
    shown.goto(report.as_uri())
    expect(shown.locator(".plot .main-svg").first).to_be_visible()
    assert shown.locator(".plot").count() == shown.locator(".plot:has(.main-svg)").count() == 4
    assert asked == [report.as_uri()]
    assert said == []
    assert shown.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    ink = "getComputedStyle(document.querySelector('.xtick text')).fill"
    before = shown.evaluate(ink)
    shown.emulate_media(color_scheme="dark" if scheme == "light" else "light")
    expect(shown.locator(".plot .main-svg").first).to_be_visible()
    shown.wait_for_function(f"{ink} !== {before!r}")


@pytest.mark.soak
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_report(new_context: NewContext, report: Path, scheme: str) -> None:
    shown = new_context(color_scheme=scheme).new_page()
    shown.goto(report.as_uri())
    expect(shown.locator(".plot .main-svg").first).to_be_visible()
    assert faults(shown) == []
