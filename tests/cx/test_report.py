"""The report as a file: whole in itself, honest about what it is of, and the same numbers under every plot."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.cx import reporting
from bot.cx.installation import Installation
from bot.cx.options import read_options
from bot.cx.population import Happening, Truth, population
from bot.cx.report import lead, words
from bot.cx.report.markup import Markup, h
from bot.cx.report.parts import Plot
from bot.cx.report.words import RANGES
from bot.errors import BotError, NotFound, Refused
from bot.operations.export import Wanted, export
from bot.settings import Settings
from tests.cx.conftest import CHAT, CONFIRMING, Measured
from tests.cx.logs import DAY, MINUTE, SECRET, START, Talk, talks, write_many
from tests.server import ROOT

FUTURE = 4_000_000_000_000


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    folder = tmp_path_factory.mktemp("report")
    write_many(folder / "bot.db", population(Truth(), 120, START, START + 40 * DAY, 5))
    one = Installation(folder / "bot.db", CHAT, CONFIRMING)
    reporting.catch_up(one)
    return one


@pytest.fixture(scope="module")
def document(installation: Installation) -> str:
    return reporting.file_of(installation, "all")


class Links(HTMLParser):
    """Everything that a browser would fetch, and the ids there are."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name in ("src", "href", "action", "data") and value and not value.startswith("#"):
                self.fetched.append(value)
            if name == "id" and value:
                self.ids.append(value)


def without_scripts(document: str) -> str:
    return re.sub(r"<script>.*?</script>", "", document, flags=re.DOTALL)


def test_a_file_is_whole_in_itself(document: str) -> None:
    links = Links()
    links.feed(without_scripts(document))
    assert links.fetched == []
    assert "http" not in without_scripts(document)
    assert document.count("plotly.js v") == 1
    assert sorted(links.ids) == sorted(set(links.ids))


def test_every_column_has_a_name(document: str) -> None:
    assert re.search(r'<th scope="col">Stage</th><th scope="col">', document)
    assert '<th scope="col">Row</th>' not in document


def test_simulated_data_says_so(document: str) -> None:
    assert "Simulated data" in document


def test_every_plot_has_its_numbers(document: str) -> None:
    plots = re.findall(r'<figure class="plot".*?</figure>', document, re.DOTALL)
    assert len(plots) >= 5
    for plot in plots:
        source = re.search(r'<script type="application/json">(.*?)</script>', plot, re.DOTALL)
        assert source
        assert json.loads(source[1])["data"]
        assert "<tbody><tr>" in plot
        assert re.search(r'role="img" aria-label="[^"]{10,}"', plot)


def test_every_figure_says_what_it_is(document: str) -> None:
    tiles = re.findall(r'<article class="tile".*?</article>', document, re.DOTALL)
    assert len(tiles) >= 25
    for tile in tiles:
        assert "How it is measured" in tile
        assert "Of: " in tile
        assert re.search(r"n = [\d,]+", tile)
    assert any("against the period before" in tile for tile in tiles) is False  # there is nothing before everything


def test_a_page_leads_whoever_may_to_the_conversations(installation: Installation) -> None:
    opened = reporting.page_of(installation, "lead", "30", True)
    assert "conversations?metric=csat&amp;days=30" in opened
    assert "against the period before" in opened
    assert re.search(r"episodes in 30 days, [0-9]+ of them with people", opened)
    assert "conversations?metric" not in reporting.page_of(installation, "lead", "30", False)
    behind = reporting.conversations(installation, "csat", "30")
    assert re.search(r'href="\.\./agent/#conversation=[0-9a-f-]{36}"', behind)


def test_a_range_is_no_interval_and_has_no_verdict_on_noise(installation: Installation) -> None:
    assert set(reporting._metrics(read_options(installation.log.parent))) >= RANGES
    page = reporting.page_of(installation, "lead", "38", False)
    tiles = {name: tile for name in RANGES for tile in re.findall(rf'<article [^>]*-{name}".*?</article>', page)}
    assert set(tiles) == RANGES
    for name, tile in tiles.items():
        assert re.search(r'<p class="value">[\d,.]+ to [\d,.]+( %)?</p>', tile), name
        assert re.search(r'<p class="interval">Range · n = [\d,]+</p>', tile)
        assert "<p>Range: " in tile
        assert "95 %" not in tile
        assert "against the period before" not in tile
    assert "(a range), n = " in reporting.conversations(installation, "csat_bounds", "38")


def test_each_step_of_a_funnel_is_a_share_of_the_one_before(measured: Measured) -> None:
    week = 7 * DAY / MINUTE
    old = [Talk(f"old-{n}", at=n).opens(n).answers(n).closes(n + 1, confirmed=n == 0) for n in range(4)]
    back = Talk("back", "customer-of-old-3", at=2 * 24 * 60).opens(2 * 24 * 60).hands_off(2 * 24 * 60 + 1)
    young = [Talk(f"young-{n}", at=week + n).opens(week + n).closes(week + n + 1, confirmed=True) for n in range(5)]
    section = lead.outcome(measured(*old, back, *young))
    first, second = [block for block in section.blocks if isinstance(block, Plot)]
    assert [tuple(row) for row in first.table.rows] == [
        ("opened", 10, "–"),
        ("ended", 9, "90 %"),
        ("ended with the bot alone", 9, "100 %"),
    ]
    assert first.title == "Of 10 episodes, 9 ended with the bot alone"
    assert [tuple(row[1:]) for row in second.table.rows] == [(4, "–"), (3, "75 %"), (1, "33 %")]
    assert second.title.startswith(
        "Of 4 episodes that ended with the bot alone at least 7 days ago, 3 were not followed"
    )


def test_the_hour_with_the_longest_wait_is_the_highest_of_the_plot(measured: Measured) -> None:
    def waits(count: int, hour: int, minutes: float) -> list[Talk]:
        begin = [hour * 60 + n for n in range(count)]
        return [Talk(f"{hour}-{at}", at=at).opens(at).hands_off(at).assigned(at + minutes) for at in begin]

    plot = lead.waits_by_hour(measured(*waits(5, 9, 10), *waits(6, 10, 2), *waits(4, 3, 300)))
    assert plot.title == "The wait is longest from 9:00 to 10:00 UTC, a median of 10.0 min"
    assert {hour: value for hour, value in zip(range(24), plot.data[0]["y"], strict=True) if value is not None} == {
        9: 10,
        10: 2,
    }
    assert "fewer than 5 waits in the period are left out" in plot.note


def test_n_is_what_stands_below_the_line_of_the_reasons_for_hand_offs(measured: Measured) -> None:
    reasons = ["requested", "requested", "loop"]
    several = [Talk(f"{n}").opens(1).hands_off(2, reason) for n, reason in enumerate(reasons)]
    [plot] = [block for block in lead.hand_offs(measured(*several)).blocks if isinstance(block, Plot)]
    assert plot.table.headings == ("Why", "Hand-offs", "Share", "95 % interval", "n")
    assert [(row[0], row[1], row[2], row[4]) for row in plot.table.rows] == [
        ("asked for a person", 2, "67 %", 3),
        ("going in circles", 1, "33 %", 3),
    ]


def test_days_are_named_shortly_while_each_is_one_day_of_the_period(measured: Measured) -> None:
    scope = measured(Talk("a").opens(1).offered(2).rates(3, 5).closes(4))
    assert lead.csat_by_week(scope).data[0]["x"] == ["9 Nov"]
    long = replace(scope, since=scope.until - 366 * DAY)
    assert lead.csat_by_week(long).data[0]["x"][-1] == "9 Nov 2023"


def test_everything_begins_with_the_first_episode(tmp_path: Path) -> None:
    old = Happening("customer/a", "a", "com.shop.order.placed", START - 2500 * DAY, {"stage": "purchase"})
    write_many(tmp_path / "bot.db", [old, *talks(Talk("a", "a").opens(1))])
    one = Installation(tmp_path / "bot.db")
    reporting.catch_up(one)
    assert "1 episode in 1 day" in reporting.page_of(one, "lead", "all", False)


def test_a_mood_that_rounds_to_nothing_has_no_sign(measured: Measured) -> None:
    talk = Talk("a").opens(1, mood=-0.04).says(2, mood=0.01).closes(3, "abandoned")
    assert "±0 → ±0" in lead.worst_and_recovered(measured(talk)).html(lambda name: None)


def test_an_empty_log_makes_a_report(tmp_path: Path) -> None:
    write_many(tmp_path / "bot.db", [])
    reporting.write(Installation(tmp_path / "bot.db"), tmp_path / "out.html", "all", lambda done, total: None)
    assert "Nothing to measure yet" in (tmp_path / "out.html").read_text()


def test_what_is_dated_in_the_future_empties_no_period(tmp_path: Path) -> None:
    log = tmp_path / "bot.db"
    write_many(log, talks(Talk("a").opens(1).answers(2)))
    ahead = {"title": "x", "metric": "csat", "phase": "improve"}
    # As it may have been recorded once: nothing is taken out of a log again.
    late = [Happening("system", "", "improvement.recorded", time, ahead) for time in (FUTURE, FUTURE * 70)]
    write_many(log, late)
    reporting.catch_up(Installation(log))
    for days in ("30", "all"):
        assert "1 episode in" in reporting.page_of(Installation(log), "lead", days, False)
        assert "None was recorded" in reporting.page_of(Installation(log), "analyst", days, False)
    settings = Settings(database=log, secret_key=SECRET)
    for format_ in ("jsonl", "csv", "parquet", "xes"):
        assert export(settings, Wanted(format_, tmp_path / format_)).count == 5
    only_late = tmp_path / "late.db"
    write_many(only_late, late)
    reporting.write(Installation(only_late), tmp_path / "late.html", "all", lambda done, total: None)


@pytest.mark.parametrize("days", ["0", "-1", "x", "99999"])
def test_days_that_are_none_are_refused(installation: Installation, days: str) -> None:
    with pytest.raises(Refused, match="write 1 to 3650, or all"):
        reporting.page_of(installation, "lead", days, True)


def test_what_is_not_there_is_not_found(installation: Installation) -> None:
    with pytest.raises(NotFound):
        reporting.page_of(installation, "none", "30", True)
    with pytest.raises(NotFound):
        reporting.conversations(installation, "none", "30")


def test_a_report_that_can_not_be_written_leaves_nothing(installation: Installation, tmp_path: Path) -> None:
    with pytest.raises(BotError, match="can't be written"):
        reporting.write(installation, tmp_path / "none" / "out.html", "all", lambda done, total: None)


def test_markup_escapes_what_is_no_markup() -> None:
    assert h("p", {"title": '"<'}, "<b>", Markup("<i>")) == '<p title="&quot;&lt;">&lt;b&gt;<i></p>'


def test_words() -> None:
    assert [words.duration(seconds) for seconds in (0, 4.25, 59, 61, 3600, 5400, 90_000)] == [
        "0 s",
        "4.2 s",
        "59 s",
        "1 min 1 s",
        "1 h",
        "1 h 30 min",
        "1 d 1 h",
    ]
    assert words.shown(0.1234, "share") == "12 %"
    assert words.shown(None, "share") == "–"
    assert [words.mood(mood) for mood in (-0.04, 0, 0.04, -0.06, 1)] == ["±0", "±0", "±0", "−0.1", "+1.0"]
    assert words.shown(-0.001, "number") == "0.00"


def test_the_options_that_ship_are_good_and_bad_ones_are_named(tmp_path: Path) -> None:
    options = read_options(tmp_path)
    assert options.goals.resolution == 86_400
    assert all(mark.source for mark in options.benchmarks)
    (tmp_path / "cx.yaml").write_text(
        "goals: {}\nvalue: {customer: [5, 1], contact_with_a_person: [1, 2]}\nbenchmarks: []\n"
    )
    with pytest.raises(BotError, match=r"cx\.yaml can't be used: 5 to 1 is no range"):
        read_options(tmp_path)


def test_the_report_has_the_colours_of_the_other_pages() -> None:
    tokens = (ROOT / "bot/web/static/widget/tokens.css").read_text().split("prefers-color-scheme")
    own = (ROOT / "bot/cx/report/static/colours.css").read_text()
    light, system, chosen = re.split(r"prefers-color-scheme|data-theme='dark'", own)
    for page, parts in ((tokens[0], [light]), (tokens[1], [system, chosen])):
        shared = set(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{3,8})", page)) - {
            ("shade", "#17211f2e"),
            ("shade", "#0008"),
        }
        for part in parts:
            assert shared <= set(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{3,8})", part))


def test_plot_colours_are_told_apart_with_every_common_colour_vision() -> None:
    text = (ROOT / "bot/cx/report/static/colours.css").read_text()
    for part, paper in (
        (text.split("@media (")[0], (255, 255, 255)),
        (text.split("data-theme='dark'")[1], (20, 26, 25)),
    ):
        found = dict(re.findall(r"--plot-(\d): #([0-9a-f]{6})", part))
        colours = [tuple(bytes.fromhex(found[str(number)])) for number in range(1, 5)]
        for vision in VISIONS.values():
            seen = [lab(apply(vision, colour)) for colour in colours]
            apart = [distance(one, other) for i, one in enumerate(seen) for other in seen[:i]]
            assert min(apart) > 20
        for colour in colours:
            assert contrast(colour, paper) >= 3


# Machado, Oliveira and Fernandes 2009, severity 1.0, in linear RGB.
VISIONS = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
Triple = tuple[float, ...]


def linear(colour: tuple[int, ...]) -> Triple:
    return tuple(c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour)


def apply(matrix: tuple[Triple, ...], colour: tuple[int, ...]) -> Triple:
    rgb = linear(colour)
    return tuple(min(1, max(0, sum(a * b for a, b in zip(row, rgb, strict=True)))) for row in matrix)


def lab(rgb: Triple) -> Triple:
    rows = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    xyz = [sum(a * b for a, b in zip(row, rgb, strict=True)) for row in rows]
    x, y, z = (
        v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (xyz[0] / 0.9505, xyz[1], xyz[2] / 1.089)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one: Triple, other: Triple) -> float:
    return float(sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5)


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    light = [
        sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True)) for colour in (one, other)
    ]
    return float((max(light) + 0.05) / (min(light) + 0.05))


@pytest.mark.parametrize("text", ["goals: [1", "goals:\n  resolution: 1\n bad: x", "goals: {slow: 1}", ""])
def test_options_that_can_not_be_read_are_said_in_one_line_with_where_an_example_is(tmp_path: Path, text: str) -> None:
    (tmp_path / "cx.yaml").write_text(text)
    with pytest.raises(BotError) as raised:
        read_options(tmp_path)
    told = str(raised.value)
    assert "\n" not in told
    assert "compare it with bot/cx/cx.yaml" in told
    assert (ROOT / "bot/cx/cx.yaml").exists()
