"""Takes out of a text what identifies a person by its form, before the text is stored for analysis or training.

Card numbers (ISO/IEC 7812, by their check digit), IBANs (ISO 13616, by their check digits), e-mail addresses and phone
numbers, however they are spaced. Names are not found: a text stays personal content, and what is stored of it must be
erased with its customer.
"""

import re
from collections.abc import Callable, Iterator

from bot.touchpoints.numbers import IBAN_LENGTH, cards_in, is_iban

CARD, IBAN, EMAIL, PHONE = "[card]", "[iban]", "[email]", "[phone]"

# Every repetition is bounded or possessive: a text made to be slow is read in time that grows with its length only.
_BETWEEN = r"[\s./_·‐-―\u00ad\u200b-\u200d\u2060\ufeff-]"
_GAP = r"[ \t\u00a0]{0,2}"
_LOCAL, _LABEL = r"[\w.+'-]{1,64}+", r"[\w-]{1,63}+"
_AT = rf"{_GAP}[(\[{{<]{_GAP}(?:at|ät){_GAP}[)\]}}>]{_GAP}"
_DOT = rf"{_GAP}[(\[{{<]{_GAP}(?:dot|punkt|point){_GAP}[)\]}}>]{_GAP}"
_SAID_DOT = rf"(?:[ \t]{{1,2}}(?:dot|punkt|point)[ \t]{{1,2}}|{_DOT})"
_EMAIL = re.compile(
    rf"{_LOCAL}@{_LABEL}(?:\.{_LABEL})+"
    # “100% sure @ 3.50” is none: what is written with spaces must end as a domain does.
    rf"|{_LOCAL}(?:{_GAP}@{_GAP}|{_AT}){_LABEL}(?:(?:\.|{_DOT}){_LABEL})+(?<=[^\W\d_]{{2}})"
    # “bought at example.com” is none either: after a mere “at” the dot is a word as well.
    rf"|(?:{_LABEL}{_SAID_DOT}){{0,3}}{_LOCAL}[ \t]{{1,2}}(?:at|ät)[ \t]{{1,2}}"
    rf"{_LABEL}(?:{_SAID_DOT}{_LABEL})+(?<=[^\W\d_]{{2}})",
    re.IGNORECASE,
)
_HAS_AT = re.compile(r"@|at|ät", re.IGNORECASE)
_IBAN = re.compile(rf"[A-Za-z]{{2}}(?:{_BETWEEN}{{0,3}}+[0-9]){{2}}")
_IBAN_REST = re.compile(rf"(?:{_BETWEEN}{{0,3}}+[A-Z0-9]){{11,30}}+", re.IGNORECASE | re.ASCII)
# A longer group is a card of no kind.
_GROUP = r"\d{1,19}+(?!\d)"
_DIGITS = re.compile(rf"(?<!\d){_GROUP}(?:{_BETWEEN}{{1,3}}+{_GROUP})*+")
_YEAR = r"(?:19|20)\d\d"
_DAYS = (
    rf"(?<!\d)(?:(?:[0-2]?\d|3[01])(?P<by>[ ./-])(?:0?\d|1[0-2])(?P=by){_YEAR}"
    rf"|{_YEAR}(?P<iso>[./-])[01]?\d(?P=iso)[0-3]?\d"
    rf"|(?:0?\d|1[0-2])[./]\s?{_YEAR})(?!\d)"
    r"|(?<!\d)(?:(?:[0-2]?\d|3[01])(?P<short>[./-]))?(?:0?\d|1[0-2])(?(short)(?P=short)|/)\d\d(?![./-]?\d)"
)
_DAY = re.compile(_DAYS)
# With a + or 00 and a country, or beginning with 0, or in groups: seven digits or more. Numbers of orders are shorter
# or stand in one piece, amounts have their own marks; days are read first. A zero behind a stroke begins another.
_ALONE = r"(?<!\w)"
_PHONE = re.compile(
    r"(?=[+(]|(?<!\d)\d)"
    rf"(?:(?P<day>{_DAYS})"
    rf"|(?:(?:\+|{_ALONE}00)\d(?:(?!(?<=\d\d\d)/0)[ \u00a0()./‐-―-]{{0,3}}+\d){{6,14}}"
    rf"|(?:\(|{_ALONE})0\d(?:(?!/0)[ \u00a0()/‐-―-]{{0,3}}+\d){{6,12}}"
    rf"|{_ALONE}0\d(?:\.\d\d){{4}}|{_ALONE}0\d{{2,4}}(?:\.\d{{5,9}}|(?:\.\d{{2,4}}){{2,4}})"
    rf"|(?:{_ALONE}1[ \u00a0.‐-―-])?(?:\(\d{{3}}\) ?|{_ALONE}\d{{3}}[ \u00a0.‐-―-])\d{{3}}[ \u00a0.‐-―-]\d{{4}})"
    r"(?!\w|[/-][^\W\d_]))"
)
# What a number can't begin after: it would be the rest of an amount, of a number of another kind, of an address.
_PART = re.compile(r"\d[.,/‐-―-]|[^\W\d_][/-]")

_Spans = Iterator[tuple[int, int]]


def redact(text: str) -> str:
    """The text with a word in square brackets for each of them; what has been taken out can't be put back."""
    while (left := _once(text)) != text:
        # What stood directly beside one may be another.
        text = left
    return text


def _once(text: str) -> str:
    if _HAS_AT.search(text):
        text = _EMAIL.sub(EMAIL, text)
    for find, word in _FINDERS:
        text = _without(text, find(text), word)
    return text


def _without(text: str, spans: _Spans, word: str) -> str:
    kept, done = [], 0
    for start, end in spans:
        kept += [text[done:start], word]
        done = end
    return "".join([*kept, text[done:]])


def _ibans(text: str) -> _Spans:
    done = 0
    for head in _IBAN.finditer(text):
        start = head.start()
        # Not the end of a word, but for that of “IBAN” itself.
        if start < done or (start > done and text[start - 1].isalpha() and text[start - 4 : start].upper() != "IBAN"):
            continue
        length = IBAN_LENGTH.get(head[0][:2].upper())
        if length is None or (rest := _IBAN_REST.match(text, head.end())) is None:
            continue
        places = [at for at in range(start, rest.end()) if text[at].isascii() and text[at].isalnum()]
        places = places[:length]
        if is_iban("".join(text[at] for at in places).upper()):
            done = places[-1] + 1
            yield start, done


def _cards(text: str) -> _Spans:
    for found in _DIGITS.finditer(text):
        begin, end = found.span()
        # What a + stands before is a phone's.
        if end - begin < 13 or text[begin - 1 : begin] == "+":
            continue
        for start, stop in cards_in(found[0]):
            if not _DAY.search(text, begin + start, begin + stop):
                yield begin + start, begin + stop


def _phones(text: str) -> _Spans:
    done = at = 0
    while (found := _PHONE.search(text, at)) is not None:
        at = found.end()
        if found["day"] is None:
            if _PART.fullmatch(text, max(done, found.start() - 2), found.start()):
                at = found.start() + 1
            else:
                done = at
                yield found.span()


_FINDERS: tuple[tuple[Callable[[str], _Spans], str], ...] = ((_ibans, IBAN), (_cards, CARD), (_phones, PHONE))
