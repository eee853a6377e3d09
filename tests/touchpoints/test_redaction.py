"""What is taken out of a text before it is stored for analysis, and what must stay."""

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
