"""E-mail addresses: found by their shape, judged and written in one form by email-validator."""

import re

from email_validator import EmailNotValidError, validate_email

from bot.entities.kinds import MOST_VALUES, Reading

# What may stand around an address in a sentence is no part of it: brackets, quotes, the full stop at the end.
_SHAPE = re.compile(r"(?<![\w.+%'-])[\w.+%'!#$&*/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62}")
_LEADING = "'`*{|/=&"


def find_all(text: str, reading: Reading) -> list[str]:
    """Every address that could be one, its domain in small letters; whether it exists is not asked."""
    found: dict[str, None] = {}
    for match in _SHAPE.finditer(text):
        try:
            address = validate_email(match.group().lstrip(_LEADING), check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            continue
        found[address.normalized] = None
        if len(found) == MOST_VALUES:
            break
    return list(found)


def shown(value: str) -> str:
    """The address as it is."""
    return value
