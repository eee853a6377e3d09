"""Amounts of money: found by the currency beside them, read by price-parser, in the form `12.50 EUR`."""

import re
from collections.abc import Mapping
from decimal import Decimal

from price_parser import Price

from bot.entities.kinds import MOST_VALUES, Reading

_WORDS: Mapping[str, tuple[str, ...]] = {
    "EUR": ("€", "euros", "euro"),
    "USD": ("us$", "us-dollars", "us-dollar"),
    "GBP": ("£", "pounds", "pound", "quid", "pfund"),
    "CHF": ("sfr", "fr.", "franken", "francs"),
    "AUD": ("a$", "au$"),
    "CAD": ("c$", "ca$"),
    "NZD": ("nz$",),
    "PLN": ("zł", "złoty", "zloty"),
    "CZK": ("kč",),
    "JPY": ("yen",),
    "CNY": ("yuan",),
    "INR": ("₹", "rupees", "rupien"),
    "TRY": ("₺",),
    "UAH": ("₴",),
    "KRW": ("₩",),
    "ILS": ("₪",),
    "BRL": ("r$", "reais"),
}
# Without those that are words, such as TRY: nobody writes capitals for certain.
_CODES = re.findall(
    "[A-Z]{3}",
    "AED ARS AUD BGN BRL CAD CHF CLP CNY CZK DKK EUR GBP HKD HUF IDR ILS INR ISK JPY KRW MXN MYR NOK NZD PHP PLN RON "
    "SAR SEK SGD THB TWD UAH USD VND ZAR",
)
_SHARED: Mapping[str, tuple[str, ...]] = {
    "USD AUD CAD NZD SGD HKD MXN": ("$", "dollars", "dollar"),
    "SEK NOK DKK ISK": ("kr", "kronor", "kroner", "kronen"),
    "JPY CNY": ("¥",),
}
"""What several currencies are called: the shop's if it is among them, else the first."""

WHOLE = frozenset({"CLP", "ISK", "JPY", "KRW", "VND"})
"""Currencies without smaller coins."""

_OF_WORD = {
    **{code.casefold(): code for code in _CODES},
    **{word: code for code, words in _WORDS.items() for word in words},
    **{word: codes for codes, words in _SHARED.items() for word in words},
}
_CURRENCY = "|".join(
    re.escape(word) + (r"(?![^\W\d_])" if word[-1].isalpha() else "")
    for word in sorted(_OF_WORD, key=len, reverse=True)
)
_GROUPS = r"[0-9]{1,3}(?:[.,'’ \u00a0\u202f][0-9]{3}){1,3}(?![0-9])(?:[.,][0-9]{1,2})?"
_NUMBER = rf"(?:{_GROUPS}|[0-9]{{1,9}}(?:[.,][0-9]{{1,2}})?)(?![0-9])"
_ALONE = r"(?<![\w.,])"
# "12€50", "12 Euro 50", "5 Euro und 99 Cent"; not "12 Euro 50 €" and "5 € 20 pieces".
_CENTS = (
    rf"(?:\s?(?P<cents>[0-9]{{2}})(?![\w:%/]|[.,-]\s?[0-9]|\s?(?:{_CURRENCY})"
    r"|\s?(?:x\b|mal\b|times|st(?:ü|ue)ck|stk|pieces|pcs|items|uhr|[ap]m\b|days|weeks|months|tage|wochen|monate|prozent|percent|cent|ct))"
    r"|\s?(?:(?:und|and)\s)?(?P<said>[0-9]{1,2})\s?(?:cents?|ct)(?!\w))?"
)
_AMOUNT = re.compile(
    rf"(?<![^\W\d_])(?P<before>{_CURRENCY})\s?(?P<its>{_NUMBER})"
    rf"|{_ALONE}(?P<number>{_NUMBER})(?:[.,][-–])?[ \u00a0-]?(?P<behind>{_CURRENCY}){_CENTS}",
    re.IGNORECASE,
)
# Beside these a number is a part of another, or one end of a range: neither is an amount.
_BEHIND_ANOTHER = re.compile(
    r"[0-9](?:[ \u00a0\u202f'’]|\s?[-–—]\s?|\s(?:bis|to|till|until)\s)$"
    r"|\b(?:between|zwischen)\s[0-9.,]{1,12}\s(?:and|und)\s$",
    re.IGNORECASE,
)
_BEFORE_ANOTHER = re.compile(
    r"[ \u00a0\u202f'’][0-9]{3}(?![0-9])|\s?[-–—]\s?[0-9]|\s(?:bis|to|till|until)\s[0-9]", re.IGNORECASE
)
# Nothing but a number, or the only one in the message, and that with two decimals.
_BARE = re.compile(rf"\W*({_NUMBER})\W*|\D*{_ALONE}([0-9]{{1,9}}[.,][0-9]{{2}})(?!\w)\D*")


def find_all(text: str, reading: Reading) -> list[str]:
    """Every amount with a currency; asked for one, a number alone is in the shop's own."""
    found: dict[str, None] = {}
    for match in _AMOUNT.finditer(text):
        if _is_part(match, text):
            continue
        currency = _currency(match["before"] or match["behind"], reading.currency)
        value = _value(match["its"] or match["number"], currency, match["said"] or match["cents"])
        if value is not None:
            found[value] = None
        if len(found) == MOST_VALUES:
            break
    if not found and reading.asked and reading.currency and (bare := _BARE.fullmatch(text)):
        value = _value(bare[1] or bare[2], reading.currency)
        return [value] if value else []
    return list(found)


def shown(value: str) -> str:
    """The amount as it is."""
    return value


def _currency(word: str, own: str | None) -> str | None:
    codes = _OF_WORD.get(word.casefold(), "").split()
    return own if own in codes else next(iter(codes), None)


def _is_part(match: re.Match[str], text: str) -> bool:
    if match["its"]:
        return _BEFORE_ANOTHER.match(text, match.end()) is not None
    return _BEHIND_ANOTHER.search(text[max(0, match.start() - 30) : match.start()]) is not None


def _value(number: str, currency: str | None, cents: str | None = None) -> str | None:
    # "0.125" is no thousand.
    point = number[1] if number[0] == "0" and number[1:2] in (".", ",") else None
    amount = Price.fromstring(number, decimal_separator=point).amount
    if amount is None or currency is None:
        return None
    if cents is not None and amount == int(amount) and currency not in WHOLE:
        amount += Decimal(cents) / 100
    return f"{amount.quantize(Decimal(1) if currency in WHOLE else Decimal('0.01'))} {currency}"
