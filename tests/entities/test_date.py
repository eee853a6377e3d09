"""Days in the words of customers. Now is Thursday, 26 November 2026, half past one at night in Berlin."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.entities import date
from bot.entities.kinds import Reading, Side

NOW = int(datetime(2026, 11, 26, 0, 30, tzinfo=UTC).timestamp() * 1000)
BERLIN = ZoneInfo("Europe/Berlin")


def days(
    text: str, locale: str = "en", side: Side | None = None, country: str | None = "DE", asked: bool = False
) -> list[str]:
    return date.find_all(text, Reading(NOW, BERLIN, (locale, "en"), country, None, side, asked))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("I bought it last Tuesday", "2026-11-24"),
        ("on Tuesday", "2026-11-24"),
        ("Thursday", "2026-11-19"),
        ("2 days ago", "2026-11-24"),
        ("it came two weeks ago", "2026-11-12"),
        ("a month ago", "2026-10-26"),
        ("yesterday", "2026-11-25"),
        ("the day before yesterday", "2026-11-24"),
        ("today", "2026-11-26"),
        ("Tuesday last week", "2026-11-17"),
        ("last week on Tuesday", "2026-11-17"),
        ("3 March", "2026-03-03"),
        ("the 3rd of March 2025 in Berlin", "2025-03-03"),
        ("March 3, 2025", "2025-03-03"),
        ("3 Mar '24", "2024-03-03"),
        ("it was 5 Jan 26.", "2026-01-05"),
        ("2026/03/03", "2026-03-03"),
        ("2026-03-03T10:00:00", "2026-03-03"),
        ("31 December", "2025-12-31"),
        ("29 February", "2024-02-29"),
        ("Tuesday, 3 March", "2026-03-03"),
        ("3 March (Tuesday)", "2026-03-03"),
        ("2026-03-04", "2026-03-04"),
        ("order 48213 of 3.3.26, please", "2026-03-03"),
        ("3/4/2026", "2026-04-03"),
    ],
)
def test_in_english(text: str, day: str) -> None:
    assert days(text, side="past") == [day]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("letzten Dienstag", "2026-11-24"),
        ("am Dienstag", "2026-11-24"),
        ("vergangenen Donnerstag", "2026-11-19"),
        ("Dienstag letzter Woche", "2026-11-17"),
        ("vor 2 Tagen", "2026-11-24"),
        ("Vor zwei Wochen gekauft", "2026-11-12"),
        ("vor einem Jahr", "2025-11-26"),
        ("gestern", "2026-11-25"),
        ("letzten Sonnabend", "2026-11-21"),
        ("vorgestern", "2026-11-24"),
        ("Guten Morgen, ich habe es heute bekommen", "2026-11-26"),
        ("am 3. März", "2026-03-03"),
        ("am 3.Maerz 2025", "2025-03-03"),
        ("am Dienstag, den 3. März", "2026-03-03"),
        ("am 03.03. um 12.30 Uhr", "2026-03-03"),
        ("3.3.2026", "2026-03-03"),
        ("yesterday", "2026-11-25"),
    ],
)
def test_in_german(text: str, day: str) -> None:
    assert days(text, "de", side="past") == [day]


@pytest.mark.parametrize(
    ("locale", "text", "day"),
    [
        ("fr", "il y a 2 jours", "2026-11-24"),
        ("fr", "le 3 mars 2025", "2025-03-03"),
        ("es", "3 de marzo de 2025", "2025-03-03"),
        ("nl", "gisteren", "2026-11-25"),
        ("xx", "2026-03-04", "2026-03-04"),
    ],
)
def test_in_what_else_dateparser_knows(locale: str, text: str, day: str) -> None:
    assert days(text, locale) == [day]


@pytest.mark.parametrize(
    "text",
    ["", "12", "2025", "in March", "may I", "last week", "half a year ago", "24/7", "version 1.2.3", "31 April", "1.2",
     "so wie die mit", "99.99.2026", "March 2025", "order 48213", "12.50 €", "3000-01-01", "0.5 days ago",
     "3-5 March"],
)  # fmt: skip
def test_what_is_no_day(text: str) -> None:
    assert days(text) == days(text, "de") == []


def test_the_side_where_it_must_be() -> None:
    assert days("3 March", side="future") == ["2027-03-03"]
    assert days("Thursday", side="future") == days("next Thursday") == ["2026-12-03"]
    assert days("in 3 days", side="future") == ["2026-11-29"]
    assert days("yesterday", side="future") == days("tomorrow", side="past") == []
    # The nearest, where it may be on both.
    assert days("3 March") == ["2027-03-03"]
    assert days("3 August") == ["2026-08-03"]


def test_today_is_the_shops() -> None:
    assert date.find_all("yesterday", Reading(NOW, ZoneInfo("America/New_York"), ("en",))) == ["2026-11-24"]


def test_of_two_ways_to_read_one_both() -> None:
    assert days("3/4/2026", country=None) == ["2026-04-03", "2026-03-04"]
    assert days("3/4/2026", country="US") == days("3/4/2026", "en-us", country=None) == ["2026-03-04"]
    assert days("3/4/2026", "de", country=None) == ["2026-04-03"]
    assert days("3/25/2026") == ["2026-03-25"]
    assert days("1st of May and 2nd of June", side="past") == ["2026-05-01", "2026-06-02"]


def test_asked_for_a_day_less_says_that_it_is_one() -> None:
    assert days("03.03", asked=True, side="past") == days("3/3", asked=True, side="past") == ["2026-03-03"]
    assert days("3/3", side="past") == []


@pytest.mark.parametrize(
    ("locale", "text", "day"),
    [
        ("de", "5. Okt. 24", "2024-10-05"),
        ("de", "5. Dez. 23", "2023-12-05"),
        ("de", "am 5.Okt.24 gekauft", "2024-10-05"),
        ("en", "bought 5 Oct 24 in Berlin", "2024-10-05"),
        ("en", "Oct. 5, 24", "2024-10-05"),
        ("de", "am 5. Okt. 12 Uhr", "2026-10-05"),
        ("en", "on 5 Oct 12:30", "2026-10-05"),
        ("en", "on 5 Oct 12 pieces", "2026-10-05"),
        ("de", "am 5. Okt. 24,90 €", "2026-10-05"),
    ],
)
def test_a_year_of_two_figures_behind_a_month(locale: str, text: str, day: str) -> None:
    assert days(text, locale, side="past") == [day]


def test_weekdays_further_away() -> None:
    assert days("übernächsten Freitag", "de") == days("uebernaechsten Freitag", "de") == ["2026-12-04"]
    assert days("vorletzten Montag", "de", side="past") == ["2026-11-16"]
    assert days("Freitag übernächster Woche", "de") == ["2026-12-11"]
    assert days("vorletzte Woche Montag", "de") == ["2026-11-09"]
    assert days("heute in zwei Wochen", "de", side="future") == days("today in two weeks") == ["2026-12-10"]
    assert days("gestern Mittwoch", "de") == ["2026-11-25"]


@pytest.mark.parametrize(
    "text",
    ["Freitag in einer Woche", "Freitag in zwei Wochen", "Friday in two weeks", "a week on Friday",
     "two weeks from Friday", "Friday after next", "Monday before last", "Friday week", "morgen in einer Woche"],
)  # fmt: skip
def test_what_counts_from_a_day_is_none_rather_than_a_wrong_one(text: str) -> None:
    assert days(text, "de") == days(text, "de", side="past") == days(text) == []


def test_a_day_that_a_span_counts_from_is_not_the_day() -> None:
    assert days("heute in zwei Wochen", "de", side="past") == []
