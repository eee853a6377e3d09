"""Takes out of a text what identifies a person by its form, before the text is stored for analysis or training.

Card numbers (ISO/IEC 7812, by their check digit), IBANs (ISO 13616, by their check digits), e-mail addresses and phone
numbers. Names are not found: a text stays personal content, and what is stored of it must be erased with its customer.
"""

import re

CARD, IBAN, EMAIL, PHONE = "[card]", "[iban]", "[email]", "[phone]"

_EMAIL = re.compile(r"[\w.+'-]+(?:@|\s?\(at\)\s?|\s?\[at\]\s?)[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ \u00a0-]?[A-Z0-9]{1,4}){3,8}\b", re.IGNORECASE)
_CARD = re.compile(r"(?<![\d.,])\d(?:[ \u00a0.-]?\d){12,18}(?![\d])")
# With a + or 00 and a country, or beginning with 0, or in groups: seven digits or more. Numbers of orders are shorter
# or stand in one piece, amounts and dates have their own marks.
_PHONE = re.compile(
    r"(?<![\w.,/-])(?:(?:\+|00)\d(?:[ \u00a0()./-]{0,2}\d){6,14}"
    r"|\(?0\d(?:[ \u00a0()/-]{0,2}\d){6,12}"
    r"|\(?\d{3}\)?[ \u00a0-]\d{3}[ \u00a0-]\d{4})(?![\w/-]|[.,]\d)"
)
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")


def redact(text: str) -> str:
    """The text with a word in square brackets for each of them; what has been taken out can't be put back."""
    text = _EMAIL.sub(EMAIL, text)
    text = _IBAN.sub(_iban, text)
    text = _CARD.sub(lambda found: CARD if _is_card(_digits(found[0])) else found[0], text)
    return _PHONE.sub(lambda found: found[0] if _DATE.fullmatch(found[0]) else PHONE, text)


def _digits(text: str) -> str:
    return "".join(one for one in text if one.isdigit())


def _is_card(digits: str) -> bool:
    """Whether the last digit is the check digit by Luhn's formula."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _iban(found: re.Match[str]) -> str:
    """The longest beginning that is an IBAN goes: a word may follow that looks like a part of it."""
    text = found[0]
    for end in range(len(text), 14, -1):
        if text[end - 1].isalnum() and (end == len(text) or not text[end].isalnum()) and _is_iban(text[:end]):
            return IBAN + text[end:]
    return text


def _is_iban(text: str) -> bool:
    plain = re.sub(r"[^A-Z0-9]", "", text.upper())
    if not 15 <= len(plain) <= 34:
        return False
    return int("".join(str(int(one, 36)) for one in plain[4:] + plain[:4])) % 97 == 1
