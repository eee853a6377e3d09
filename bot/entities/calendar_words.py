"""How a language speaks of days: dateparser's words for months, weekdays and what counts from today, as patterns."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from dateparser.data.languages_info import language_order
from dateparser.languages.loader import LocaleDataLoader

_MONTHS = re.findall(r"\w+", "january february march april may june july august september october november december")
_WEEKDAYS = re.findall(r"\w+", "monday tuesday wednesday thursday friday saturday sunday")

# Dateparser has no words for these, or none that stand before a weekday.
_SIDES: Mapping[str, Mapping[int, str]] = {
    "en": {-1: "last|past|this past|this last", 1: "next|coming|this coming", 0: "this"},
    "de": {
        -2: "vorletzte[nmrs]?",
        -1: "(?:letzt|vergangen|vorig)e[nmrs]?",
        1: "(?:nächst|naechst|kommend)e[nmrs]?",
        0: "diese[nmrs]?",
        2: "(?:ü|ue)bern(?:ä|ae)chste[nmrs]?",
    },
}
SIDES: Mapping[int, str] = {-2: "before_last", -1: "last", 0: "this", 1: "next", 2: "after_next"}
"""The groups of `CalendarWords.weekday` that stand before it, or after `week_before_` and `week_after_`."""
_NEVER = r"[^\w\W]"
_WEEKS: Mapping[str, str] = {"en": "week", "de": "woche"}

_ALSO: Mapping[str, Mapping[str, int]] = {"de": {"sonnabend": 5}}

# "Guten Morgen" and "heute Morgen" aren't tomorrow.
_NOT_BEFORE: Mapping[str, str] = {
    "de": "(?:(?!morgen)|" + "".join(rf"(?<!{w}\s)" for w in ("guten", "heute", "gestern", "jeden", "am")) + ")"
}

# Behind two figures after a day: they are no year but a time, a price or a number of something.
_NO_YEAR = (
    r"[:.,/-]?[0-9]|\s?(?:[%€$£x]|[ap]\.?m\b|uhr|o['’]?\s?clock|h\b|hrs|hours|stunden|minut|days|tage|weeks|wochen|mal\b|times"
    r"|euro?s?\b|dollar|usd|gbp|chf|pounds|franken|cent|stück|stueck|stk|pieces|pcs|items|of\b|von\b|bis\b|to\b)"
)

_WORD_OF_MONTH = 3
_WORD_OF_WEEKDAY = 4
"""The fewest letters of a month's and a weekday's name: shorter ones are other words as well (“so”, “mit”, “we”)."""


@dataclass(frozen=True, slots=True)
class CalendarWords:
    """A language's names and patterns; keys are in small letters."""

    language: str
    months: Mapping[str, int]
    """Month, from 1, by its names."""
    weekdays: Mapping[str, int]
    """Day of the week, from 0 for Monday, by its names."""
    named: re.Pattern[str]
    """A day with a month's name: groups `d1`, `m1`, `y1`, or the same with 2."""
    weekday: re.Pattern[str]
    """A weekday: groups `wd`, or `wd2` behind its week, and the names in `SIDES`."""
    from_today: re.Pattern[str]
    """What counts from today, for dateparser to read: “yesterday”, “two weeks ago”."""


@lru_cache(maxsize=64)
def words_of(language: str) -> CalendarWords | None:
    """The words of a language; None for one that dateparser doesn't know."""
    if language not in language_order:
        return None
    info = LocaleDataLoader().get_locale(language).info
    months = _names(info, _MONTHS, _WORD_OF_MONTH, 1)
    weekdays = _names(info, _WEEKDAYS, _WORD_OF_WEEKDAY, 0) | dict(_ALSO.get(language, {}))
    return CalendarWords(
        language,
        months,
        weekdays,
        _pattern(_named(months)),
        _pattern(_weekday(weekdays, language)),
        _pattern(_from_today(info, language)),
    )


def _names(info: Mapping[str, Any], keys: Iterable[str], fewest: int, first: int) -> dict[str, int]:
    names: dict[str, int] = {}
    for number, key in enumerate(keys, first):
        for word in info.get(key, ()):
            word = word.casefold().strip(". ")
            if len(word) >= fewest:
                names.setdefault(word, number)
                names.setdefault(word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue"), number)
    return names


def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE)


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or _NEVER


def _named(months: Iterable[str]) -> str:
    month, day = _any(months), r"[0-9]{1,2}"
    year = (
        r"(?:(?:[\s,.]{{1,3}}(?:(?:of|de|del)\s)?|\s?['’](?=[0-9]{{2}}\b))"
        r"(?P<y{0}>[12][0-9]{{3}}|(?<=['’])[0-9]{{2}}"
        rf"|(?:(?<=[\w.]\s)|(?<=[^\W\d_]\.))[0-9]{{{{2}}}}(?!{_NO_YEAR})|(?<=,\s)[0-9]{{{{2}}}}(?=[,;)?!]|\.?$))(?!\w))?"
    )
    return (
        rf"(?<![\w.,/:+-])(?P<d1>{day})(?:\.|º|st|nd|rd|th|er)?[\s-]{{0,2}}(?:(?:of|de|di)\s)?(?P<m1>{month})(?!\w)"
        + year.format(1)
        + rf"|(?<!\w)(?P<m2>{month})\.?\s{{1,2}}(?:the\s)?(?P<d2>{day})(?:st|nd|rd|th)?(?!\w|[.:,][0-9]|\s?[%€$£])"
        + year.format(2)
    )


def _weekday(weekdays: Iterable[str], language: str) -> str:
    sides, name = _SIDES.get(language, {}), _any(weekdays)
    before = "|".join(f"(?P<{group}>{sides.get(side, _NEVER)})" for side, group in SIDES.items())
    week = _WEEKS.get(language, _NEVER)
    weeks = "|".join(f"(?P<week_{{0}}{group}>{sides.get(side, _NEVER)})" for side, group in SIDES.items())
    behind = rf"(?:{weeks.format('after_')})\s{week}"
    ahead = rf"(?:{weeks.format('before_')})\s{week}"
    return (
        rf"(?<!\w)(?:{ahead}(?:'s)?,?\s(?:on\s|am\s)?(?P<wd2>{name})"
        rf"|(?:(?:{before})\s)?(?P<wd>{name})(?:,?\s(?:of\s|in\sder\s|der\s)?{behind})?)(?!\w)"
    )


def _from_today(info: Mapping[str, Any], language: str) -> str:
    numbers = {
        word
        for rule in info.get("simplifications", ())
        for word, number in rule.items()
        if word.isalpha() and str(number).isdigit()
    }
    number = rf"(?:[0-9]{{1,3}}|{_any(numbers)})"
    phrases = {
        phrase
        for when, said in info.get("relative-type", {}).items()
        if when.removesuffix(" ago").removeprefix("in ") in ("0 day", "1 day", "2 day")
        for phrase in said
        if len(phrase) >= 4 and phrase != "till date"
    }
    counted = {
        re.sub(r"\(\\d[^)]*\)", lambda _: number, rule)
        for when, rules in info.get("relative-type-regex", {}).items()
        if when.removesuffix(" ago").removeprefix("in ").removeprefix("\\1 ") in ("day", "week", "month", "year")
        for rule in rules
    }
    either = "|".join([*sorted(counted, key=len, reverse=True), _any(phrases)])
    return rf"(?<![\w.,])(?<!half\s){_NOT_BEFORE.get(language, '')}(?:{either})(?!\w)"
