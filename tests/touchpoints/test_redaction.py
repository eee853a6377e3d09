"""What is taken out of a text before it is stored for analysis, and what must stay."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.touchpoints.redaction import redact


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("my card is 4111 1111 1111 1111, ok?", "my card is [card], ok?"),
        ("4111-1111-1111-1111", "[card]"),
        ("amex 378282246310005.", "amex [card]."),
        ("pay DE89 3704 0044 0532 0130 00 please", "pay [iban] please"),
        ("gb29nwbk60161331926819", "[iban]"),
        ("NO93 8601 1117 947, and more words", "[iban], and more words"),
        ("write to Lena.Sommer+shop@mail.example.co.uk!", "write to [email]!"),
        ("lena (at) mail.example", "[email]"),
        ("call +49 151 2345 6789 after five", "call [phone] after five"),
        ("0049 (0) 151-23456789", "[phone]"),
        ("tel. 030/1234567", "tel. [phone]"),
        ("0151 23456789", "[phone]"),
        ("(555) 123-4567", "[phone]"),
        ("555 123 4567", "[phone]"),
        ("4111 1111 1111 1111 12/27", "[card] 12/27"),
        ("4111 1111 1111 1111 123", "[card] 123"),
        ("Bestellung 12 4111111111111111", "Bestellung 12 [card]"),
        ("Karte Nr.4111111111111111", "Karte Nr.[card]"),
        ("4111  1111  1111  1111", "[card]"),
        ("4111 1111\n1111 1111", "[card]"),
        ("4111–1111–1111–1111", "[card]"),
        ("4111/1111/1111/1111", "[card]"),
        ("4111\u200b1111\u200b1111\u200b1111", "[card]"),
        ("4111111111111111,5555555555554444", "[card],[card]"),
        ("4111111111111111 5555555555554444", "[card] [card]"),
        ("DE89.3704.0044.0532.0130.00", "[iban]"),
        ("DE89\t3704\t0044\t0532\t0130\t00", "[iban]"),
        ("DE 89 3704 0044 0532 0130 00", "[iban]"),
        ("IBANDE89370400440532013000", "IBAN[iban]"),
        ("DE11 1111 DE89 3704 0044 0532 0130 00 bitte", "DE11 1111 [iban] bitte"),
        ("Tel.030 1234567", "Tel.[phone]"),
        ("030 / 1234567", "[phone]"),
        ("030 - 123 45 67", "[phone]"),
        ("+49 170 - 1234567", "[phone]"),
        ("0170.1234567", "[phone]"),
        ("01.23.45.67.89", "[phone]"),
        ("(212)555-1234", "[phone]"),
        ("212.555.1234", "[phone]"),
        ("1-800-555-1234", "[phone]"),
        ("0170–1234567", "[phone]"),
        ("030 1234567/0170 1234567", "[phone]/[phone]"),
        ("lena @ example.com", "[email]"),
        ("lena[at]example[dot]com", "[email]"),
        ("lena at example dot com", "[email]"),
        ("lena punkt sommer ät example punkt de bitte", "[email] bitte"),
    ],
)
def test_what_identifies_a_person_by_its_form_goes(text: str, left: str) -> None:
    assert redact(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "where is order 48213",
        "order 1234567890",
        "it cost 1,299.00 € on 24.11.2026",
        "2026-11-24 18:40",
        "between 10:00 and 18:30",
        "the 256 GB one, 6.7 inches, 5000 mAh",
        "parcel 4111 1111 1111 1112 has no check digit of a card",
        "ISBN 978-3-16-148410-0",
        "Lumen X2 SN-00482-1133",
        "3 of 4, 100% sure @home",
        "version 10.0.19045",
        "Version 2.10.3, build 20.04.1",
        "48213",
        "48213 vom 24.11.2026, 10:30–12:00",
        "01.12.2026–05.12.2026",
        "01.12.2026 48213",
        "vom 01.12.2026 / 48213",
        "01/2026 - 03/2026",
        "01 12 2026",
        "24.11.26, 05-12-26",
        "1.299,00 €, 549 €, 12.999.000 Won",
        "Kite 5, Heron 8",
        "Nr. 2024-00123456",
        "00340434161094022115",
        "we sat at home dot",
        "bought at example.com",
        "100% sure @ 3.50",
        "at 10 oclock tomorrow please",
    ],
)
def test_what_does_not_stays(text: str) -> None:
    assert redact(text) == text


def card(digits: list[int]) -> str:
    """A number with its check digit by Luhn, written by the other form of the formula."""
    doubled = [sum(divmod(2 * one, 10)) if place % 2 == len(digits) % 2 else one for place, one in enumerate(digits, 1)]
    return "".join(map(str, digits)) + str(-sum(doubled) % 10)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 9), min_size=15, max_size=15),
    st.sampled_from(["", " ", "-"]),
    st.text("abc ,.!?äß", max_size=12),
    st.text("abc ,.!?äß", max_size=12),
)
def test_no_card_number_is_left(digits: list[int], between: str, before: str, after: str) -> None:
    number = card(digits)
    text = f"{before} {between.join(number[at : at + 4] for at in range(0, 16, 4))} {after}"
    left = redact(text)
    assert sum(one.isdigit() for one in left) == 0


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_it_is_done_once_and_for_all(text: str) -> None:
    assert redact(redact(text)) == redact(text)


_PIECES = re.findall(
    r"\S+",
    "4111111111111111 DE89370400440532013000 lena @ at dot example com 030 1234567 24.11.2026 + 00 ( ) / - . , – a 1 4 "
    "0 [card] [phone] iban",
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*_PIECES, " "]), max_size=14).map("".join))
def test_what_is_left_is_left_for_good(text: str) -> None:
    assert redact(redact(text)) == redact(text)


_HOSTILE = [
    *(
        "0",
        "4",
        "1",
        "12",
        "4111",
        "0170.1",
        "01.",
        "030/",
        "+49301234567",
        "030\u00a01234567/",
        "01.01.20",
        "1/1/",
        "DE11",
    ),
    *("4 ", "4111 1111 1111 1111 ", "6 ", "0 1", "DE 1 1 ", "030 1234567.", "030 1234567,", "30" * 9 + ",", "- ", "1-"),
    *("a@", "a@b.c+", "a.", "@a.", "a\u00a0at\u00a0", "lena at b dot ", "lena dot ", "a @ b.c.1.", "(at)", "  ", "\t"),
    "4111111111111111DE89370400440532013000",
]


@pytest.mark.parametrize("piece", _HOSTILE)
def test_the_time_grows_with_the_length_only(piece: str) -> None:
    """A hundred kilobytes of what is hardest: what grew faster would take minutes."""
    text = (piece * 100_000)[:100_000]
    began = time.process_time()
    redact(text)
    assert time.process_time() - began < (0.1 if piece.isdecimal() else 3)
