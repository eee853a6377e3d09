"""Phone numbers by libphonenumber's rules: as people write them in, and as E.164 has them out."""

import re
from itertools import islice

from phonenumbers import Leniency, NumberParseException, PhoneNumberFormat, PhoneNumberMatcher, format_number, parse

from bot.entities.kinds import MOST_VALUES, Reading

_MOST_TRIES = 20
"""How many groups of digits in one message are looked at: what bounds the time."""

_DAY = re.compile(r"\D*(?:\d{1,2}([./-]) ?\d{1,2}\1 ?(?:\d{4}|\d{2})|\d{4}-\d\d-\d\d)\D*")


def find_all(text: str, reading: Reading) -> list[str]:
    """Every number that can be one; without a country code it is one of the shop's country."""
    matcher = PhoneNumberMatcher(text, reading.region, Leniency.VALID, _MOST_TRIES)
    # "3.3.2026" could be dialled in Germany.
    matches = (match for match in matcher if not _DAY.fullmatch(match.raw_string))
    numbers = (format_number(match.number, PhoneNumberFormat.E164) for match in islice(matches, MOST_VALUES))
    return list(dict.fromkeys(numbers))


def shown(value: str) -> str:
    """The number in groups with its country code, such as `+49 30 1234567`."""
    try:
        return format_number(parse(value, None), PhoneNumberFormat.INTERNATIONAL)
    except NumberParseException:
        return value
