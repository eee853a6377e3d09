"""Addresses, numbers and amounts in the words of customers, and what holds for every kind of value."""

import time
from datetime import UTC, datetime
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.entities import email, money, phone
from bot.entities.kinds import MOST_VALUES, Kind, KindName, Reading, load

NOW = int(datetime(2026, 11, 26, tzinfo=UTC).timestamp() * 1000)
SHOP = Reading(NOW, ZoneInfo("Europe/Berlin"), ("de", "en"), "DE", "EUR", asked=True)
KINDS = [load(name) for name in get_args(KindName)]


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("it's Mila.X@Example.COM.", ["Mila.X@example.com"]),
        ("(mila@example.com)", ["mila@example.com"]),
        ("<a@b.de>, c@d.de", ["a@b.de", "c@d.de"]),
        ("meine Adresse:müller@käse.de", ["müller@käse.de"]),
        ("o'neil@shop.ie", ["o'neil@shop.ie"]),
        ("a..b@x.de a@b a.@x.de @x.de", []),
    ],
)
def test_email(text: str, addresses: list[str]) -> None:
    assert email.find_all(text, SHOP) == addresses


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("call me at 030 1234567", ["+49301234567"]),
        ("ruft an: 0151/12345678, danke", ["+4915112345678"]),
        ("+44 20 7946 0958", ["+442079460958"]),
        ("0049 (0)30 1234567", ["+49301234567"]),
        ("0151 12345678 or 030 1234567", ["+4915112345678", "+49301234567"]),
        ("order 48213 of 3.3.2026, 2026-03-03, R-204817", []),
    ],
)
def test_phone(text: str, numbers: list[str]) -> None:
    assert phone.find_all(text, SHOP) == numbers


def test_a_phone_number_is_of_the_shops_country_else_of_the_locales() -> None:
    assert phone.find_all("0664 1234567", Reading(NOW, locales=("de-at", "en"))) == ["+436641234567"]
    assert phone.find_all("030 1234567", Reading(NOW, locales=("de-at", "en"), country="DE")) == ["+49301234567"]
    assert phone.find_all("030 1234567", Reading(NOW)) == []
    assert phone.shown("+49301234567") == "+49 30 1234567"
    assert phone.shown("none") == "none"


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("12,50 €", ["12.50 EUR"]),
        ("€12.50", ["12.50 EUR"]),
        ("12.50 eur.", ["12.50 EUR"]),
        ("EUR12", ["12.00 EUR"]),
        ("12,- Euro", ["12.00 EUR"]),
        ("1.250,00 EUR", ["1250.00 EUR"]),
        ("1,250.00 USD", ["1250.00 USD"]),
        ("1.250 €", ["1250.00 EUR"]),
        ("1 234,56 zł", ["1234.56 PLN"]),
        ("1'234.50 CHF", ["1234.50 CHF"]),
        ("A$ 5", ["5.00 AUD"]),
        ("5 pounds", ["5.00 GBP"]),
        ("500 ¥", ["500 JPY"]),
        ("0.125 €", ["0.12 EUR"]),
        ("charged 89 € for order 48213, not 79 €", ["89.00 EUR", "79.00 EUR"]),
        ("it was 89.90 on my card", ["89.90 EUR"]),
        ("20", ["20.00 EUR"]),
        ("order 48213 on 3.3.2026", []),
        ("2 try it, version 12.50.30", []),
        ("1.000.000.000.000 €", []),
        ("12 Euro 50", ["12.50 EUR"]),
        ("12€50", ["12.50 EUR"]),
        ("es waren 49€90, bitte", ["49.90 EUR"]),
        ("5 Euro und 99 Cent", ["5.99 EUR"]),
        ("5 Euro 9 Cent", ["5.09 EUR"]),
        ("5 pounds and 99 pence", ["5.00 GBP"]),
        ("5 € 20 pieces", ["5.00 EUR"]),
        ("12 € 50 €", ["12.00 EUR", "50.00 EUR"]),
        ("12,50 € 30", ["12.50 EUR"]),
        ("1234 567 €", []),
        ("€ 1234 567", []),
        ("20-30 €", []),
        ("20 – 30 €", []),
        ("zwischen 20 und 30 €", []),
        ("20 bis 30 Euro", []),
        ("€20-30", []),
        ("order 48213 and 30 €", ["30.00 EUR"]),
        ("1,299.- EUR", ["1299.00 EUR"]),
        ("100.- CHF", ["100.00 CHF"]),
    ],
)
def test_money(text: str, amounts: list[str]) -> None:
    assert money.find_all(text, SHOP) == amounts


def test_what_several_currencies_are_called_is_the_shops_own() -> None:
    assert money.find_all("$5 and 5 kr", SHOP) == ["5.00 USD", "5.00 SEK"]
    assert money.find_all("$5", Reading(NOW, currency="AUD")) == ["5.00 AUD"]
    assert money.find_all("5 kr", Reading(NOW, currency="NOK")) == ["5.00 NOK"]


def test_a_bare_number_is_an_amount_only_where_one_is_asked_for_and_the_shop_has_a_currency() -> None:
    assert money.find_all("20", Reading(NOW, currency="EUR")) == []
    assert money.find_all("20", Reading(NOW, asked=True)) == []


PIECES = """1 12 2026 0151 03.03. 3/4/26 12,50 € $ EUR kr + ( @ a@ b.de . - / ' last letzte tuesday Dienstag woche week
may 3 März vor two days ago Tagen ı ſ İ ² ٣ \u3000 \ud800 \x00 .\u0301"""
WORDS = st.sampled_from(PIECES.split())
TEXTS = st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=40).map(" ".join), st.lists(WORDS).map("".join))
READINGS = st.builds(
    Reading,
    now=st.integers(0, 4_000_000_000_000),
    zone=st.sampled_from([UTC, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("America/Los_Angeles")]),
    locales=st.sampled_from([("en",), ("de-at", "en"), ("fr", "de"), ("x",), ("zh-hant-tw", "en")]),
    country=st.sampled_from([None, "DE", "US", "ZZ"]),
    currency=st.sampled_from([None, "EUR", "XXX"]),
    side=st.sampled_from([None, "past", "future"]),
    asked=st.booleans(),
)


@given(text=TEXTS, reading=READINGS)
@settings(max_examples=60, deadline=None)
def test_any_text_gives_values_or_none(text: str, reading: Reading) -> None:
    for kind in KINDS:
        values = kind.find_all(text, reading)
        assert values == kind.find_all(text, reading)
        assert len(values) == len(set(values)) <= MOST_VALUES
        assert all(kind.shown(value) for value in values)


@pytest.mark.parametrize("name", get_args(KindName))
def test_a_value_is_found_in_its_own_form_and_as_it_is_shown(name: KindName) -> None:
    kind = load(name)
    for value in kind.find_all("mila@example.com, 0151 12345678, 12,50 €, 2026-03-04", SHOP):
        assert kind.find_all(value, SHOP) == kind.find_all(kind.shown(value), SHOP) == [value]


HOSTILE = [
    "1 ", "1.1.", "€", "1€", "€1 ", "1.000.", "1", "@", "a@", "a@a.", "a.", "!", "a@b.de ", " ", "0151 23456789 ", "+",
    "+49 30 1234567 x ", "3.3.2026 ", "eur ", "1 111 ", "030 1234567 ext. ", "1/2/3 ", "(1", "may 1 ", "2 days ago ",
    "vor 2 ", "last ", "letzte woche am ", "1 1 may ", "tuesday ", "'", "1-", "a@xn--", "1\u00a0", "1,",
]  # fmt: skip


def took(kind: Kind, text: str) -> float:
    start = time.process_time()
    kind.find_all(text, SHOP)
    return time.process_time() - start


def test_no_message_keeps_a_kind_busy() -> None:
    """At most 50 ms of this process for 2,000 characters; the slowest took 15 ms when this was written."""
    slow = []
    for unit in HOSTILE:
        text = (unit * 2000)[:2000]
        for kind in KINDS:
            # A look at the clock may fall into a collection of garbage: what was slow is tried again.
            if all(took(kind, text) > 0.05 for _ in range(3)):
                slow.append((unit, kind))
    assert slow == []
