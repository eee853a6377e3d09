"""Which groups of digits are the number of a card or of a bank account, by their check digits."""

from collections.abc import Iterator
from itertools import accumulate

# From the registry of ISO 13616, with the countries that use the form and aren't in it yet.
_IBANS = (
    "AD24 AE23 AL28 AO25 AT20 AZ28 BA20 BE16 BF28 BG22 BH22 BI27 BJ28 BR29 BY28 CF27 CG27 CH21 CI28 CM27 CR22 "
    "CV25 CY28 CZ24 DE22 DJ27 DK18 DO28 DZ26 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GA27 GB22 GE22 GI23 GL18 GQ27 "
    "GR27 GT28 GW25 HN28 HR21 HU28 IE22 IL23 IQ23 IR26 IS26 IT27 JO30 KM27 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 "
    "LV21 LY25 MA28 MC27 MD24 ME22 MG27 MK19 ML28 MN20 MR27 MT31 MU30 MZ25 NE28 NI28 NL18 NO15 OM23 PK24 PL28 "
    "PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SN28 SO23 ST25 SV28 TD27 TG28 TL23 TN24 "
    "TR26 UA29 VA22 VG24 XK20 YE30"
)
IBAN_LENGTH = {one[:2]: int(one[2:]) for one in _IBANS.split()}
"""How many letters and digits an IBAN has, by its country."""

_CARDS = {
    **dict.fromkeys(("4",), (19, 16, 13)),
    **dict.fromkeys(("51", "52", "53", "54", "55", "22", "23", "24", "25", "26", "27"), (16,)),
    **dict.fromkeys(("34", "37"), (15,)),
    **dict.fromkeys(("30", "36", "38", "39"), (19, 16, 14)),
    **dict.fromkeys(("35", "81"), (19, 18, 17, 16)),
    **dict.fromkeys(("6", "50", "56", "57", "58"), (19, 18, 17, 16, 15, 14, 13)),
}
"""How many digits cards have, by what their numbers begin with, the longest first."""


def is_iban(plain: str) -> bool:
    """Whether letters and digits, in capitals, are an IBAN: by its country, its check digits, and mostly of digits.

    Prose can look like one that is mostly of letters: “at 10 o'clock tomorrow”.
    """
    digits = sum(one.isdigit() for one in plain)
    if len(plain) != IBAN_LENGTH.get(plain[:2]) or digits * 2 < len(plain):
        return False
    return int("".join(str(int(one, 36)) for one in plain[4:] + plain[:4])) % 97 == 1


def cards_in(text: str) -> Iterator[tuple[int, int]]:
    """Where the numbers of cards stand in digits with separators between; one begins and ends where a group does.

    What a card's issuer is known by counts first, so that an order's number before it or a date behind it don't hide
    it; digits that begin like no card are one if all of them together have a card's check digit.
    """
    places = [at for at, one in enumerate(text) if one.isdecimal()]
    values = [int(text[at]) for at in places]
    # Luhn's sums up to each digit, with those doubled that stand at even places, or at odd ones: a window's is their
    # difference, whatever its length.
    sums = [list(accumulate((_luhn(one, at % 2 == odd) for at, one in enumerate(values)), initial=0)) for odd in (0, 1)]
    closes = {at + 1 for at in range(len(places) - 1) if places[at + 1] - places[at] > 1} | {len(places)}

    def checked(begin: int, end: int) -> bool:
        return end in closes and (sums[end % 2][end] - sums[end % 2][begin]) % 10 == 0

    done, found = 0, False
    for begin in sorted({0, *closes} - {len(places)}):
        lengths = _lengths(values[begin : begin + 2]) if begin >= done else ()
        end = next((begin + one for one in lengths if checked(begin, begin + one)), None)
        if end is not None:
            done, found = end, True
            yield places[begin], places[end - 1] + 1
    if not found and 13 <= len(places) <= 19 and checked(0, len(places)):
        yield 0, len(text)


def _luhn(digit: int, doubled: bool) -> int:
    value = digit * (1 + doubled)
    return value - 9 if value > 9 else value


def _lengths(first: list[int]) -> tuple[int, ...]:
    begins = "".join(map(str, first))
    return _CARDS.get(begins) or _CARDS.get(begins[:1], ())
