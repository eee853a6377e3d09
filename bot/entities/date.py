"""Days: in figures, by a month's name, as a weekday, or counted from today; in the form `2026-03-03`.

The words are dateparser's, which knows them in two hundred languages, and it reads what counts from today. What it
can't read for certain is read here: “03.03.” is a time to it, and “letzten Dienstag” nothing.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice

from dateparser.date import DateDataParser

from bot.entities.calendar_words import SIDES, CalendarWords, words_of
from bot.entities.kinds import MOST_VALUES, Reading

_MOST_TRIES = 16
"""How many candidates of each sort in one message are looked at: what bounds the time."""

_MONTH_FIRST = frozenset({"US", "PH", "PW", "FM", "MH", "GU", "PR"})
_EITHER = frozenset({"CA", "KE"})
"""Countries where 3/4 is the fourth of March, and where nobody knows."""

_FIGURES = re.compile(
    r"(?<![\w.,/+-])(?:(?P<year>[12]\d{3})(?P<iso>[/-])(?P<month>\d{1,2})(?P=iso)(?P<day>\d{1,2})(?:T\d\d:\d\d(?::\d\d)?)?"
    r"|(?P<one>\d{1,2})(?:\. ?(?P<two>\d{1,2})\.(?: ?(?P<of>[12]\d{3}|\d{2})(?!\d))?"
    r"|(?P<by>[/-])(?P<other>\d{1,2})(?P=by)(?P<in>[12]\d{3}|\d{2})))(?!\w|[/:-]\d|[.,]\d)",
    re.ASCII,
)
_SHORT = re.compile(r"\W{0,9}(?P<one>\d{1,2})(?P<by>[./-])(?P<other>\d{1,2})\W{0,9}", re.ASCII)
_BETWEEN = re.compile(r"[\s,.(]{1,3}(?:(?:the|on|den|dem|der|am|le|el)\s)?")

# What is counted from a day or by it, "a week on Friday" and "Friday after next", isn't read: the day alone is wrong.
_COUNTED_FROM = re.compile(
    r"(?:weeks?|fortnight|days?|months?|wochen?|tagen?|tage|monate?n?)\s(?:on|from|after|before|ab|vor|nach)\s$", re.I
)
_COUNTED_BY = re.compile(
    r"\s(?:after\snext|before\slast|weeks?\b|fortnight|(?:in|vor)\s\w+\s(?:weeks?|wochen?)\b)", re.I
)

_Found = tuple[int, int, str, list[date]]
"""From where to where in the message, its sort, and the days that it can be."""
_DATE, _WEEKDAY, _RELATIVE = "date", "weekday", "relative"


def find_all(text: str, reading: Reading) -> list[str]:
    """Every day in a message that is on the side of today where it must be; of two ways to read one, both."""
    today = reading.today.date()
    text = " ".join(text.split())
    for language in dict.fromkeys(tag.partition("-")[0] for tag in reading.locales):
        words = words_of(language)
        days = (day for found in _found(text, words, reading, today) for day in found[3])
        values = dict.fromkeys(day.isoformat() for day in days if _fits(day, today, reading))
        if values:
            return list(values)[:MOST_VALUES]
    return []


def shown(value: str) -> str:
    """The day as ISO 8601 writes it; the content may know better."""
    return value


def _fits(day: date, today: date, reading: Reading) -> bool:
    if abs(day.year - today.year) > 150:
        return False
    return reading.side is None or (day <= today if reading.side == "past" else day >= today)


def _found(text: str, words: CalendarWords | None, reading: Reading, today: date) -> list[_Found]:
    """What stands in a message, in order; of two that overlap the one that begins first, or is longer."""
    every: list[_Found] = []

    def look(pattern: re.Pattern[str], read: Callable[[re.Match[str]], Iterator[date]], sort: str) -> None:
        for match in islice(pattern.finditer(text), _MOST_TRIES):
            every.append((match.start(), match.end(), sort, list(read(match))))

    if reading.asked and (short := _SHORT.fullmatch(text)):
        return [(0, len(text), _DATE, list(_figures(short, reading, today)))]
    look(_FIGURES, lambda match: _figures(match, reading, today), _DATE)
    if words is not None:
        look(words.named, lambda match: _named(match, words, reading, today), _DATE)
        look(words.weekday, lambda match: _weekday(match, words, reading, today), _WEEKDAY)
        look(words.from_today, lambda match: _from_today(match.group(), words.language, reading), _RELATIVE)
    kept: list[_Found] = []
    for one in sorted(every, key=lambda found: (found[0], -found[1])):
        last = kept[-1] if kept else None
        if last is not None and one[0] < last[1]:
            continue
        if _is_counted(text, one):
            one = (one[0], one[1], one[2], [])
        if last is not None and _counts_from(last, one, text, today):
            # "Today in two weeks" is that; "Friday in a week" can't be told from here.
            kept.pop()
            one = (last[0], one[1], _RELATIVE, one[3] if last[3] == [today] else [])
        # "Tuesday, 3 March" and "3 March (Tuesday)" are one day: the weekday adds nothing.
        elif (
            last is not None
            and (last[2] == _WEEKDAY) != (one[2] == _WEEKDAY)
            and last[3]
            and _BETWEEN.fullmatch(text, last[1], one[0])
        ):
            if one[2] == _WEEKDAY:
                continue
            kept.pop()
        kept.append(one)
    return kept


def _is_counted(text: str, found: _Found) -> bool:
    if found[2] == _DATE:
        return False
    after = found[2] == _WEEKDAY and _COUNTED_BY.match(text, found[1]) is not None
    return after or _COUNTED_FROM.search(text, max(0, found[0] - 20), found[0]) is not None


def _counts_from(last: _Found, one: _Found, text: str, today: date) -> bool:
    """Whether a span of time stands directly behind the day that it counts from."""
    if last[2] == _DATE or one[2] != _RELATIVE or text[last[1] : one[0]] != " ":
        return False
    # "Yesterday" behind a weekday is that weekday, no span.
    return last[2] == _RELATIVE or any(abs((day - today).days) > 2 for day in one[3])


def _day(year: int, month: int, day: int) -> Iterator[date]:
    try:
        yield date(year, month, day)
    except ValueError:
        return


def _of_year(year: str | None, month: int, day: int, reading: Reading, today: date) -> Iterator[date]:
    """The day of a year, of two figures or four; without one the last, the next, or the nearest there is."""
    if year is not None:
        yield from _day(int(year) if len(year) == 4 else _century(int(year), today), month, day)
        return
    near = [one for ahead in range(-8, 9) for one in _day(today.year + ahead, month, day)]
    side = [one for one in near if reading.side is None or (one <= today if reading.side == "past" else one >= today)]
    if side:
        yield min(side, key=lambda one: abs((one - today).days))


def _century(year: int, today: date) -> int:
    """A year of two figures: at most twenty ahead."""
    full = today.year - today.year % 100 + year
    return full - 100 if full > today.year + 20 else full


def _figures(match: re.Match[str], reading: Reading, today: date) -> Iterator[date]:
    part = match.groupdict()
    if part.get("year"):
        yield from _day(int(part["year"]), int(part["month"]), int(part["day"]))
        return
    one, two = int(part["one"]), int(part.get("two") or part["other"])
    year = part.get("of") or part.get("in")
    region = reading.region
    unknown = region in _EITHER or (region is None and reading.locales[0].partition("-")[0] == "en")
    if part.get("by") != "/" or not (unknown or region in _MONTH_FIRST):
        orders = [(one, two)]
    elif unknown:
        orders = [(one, two), (two, one)]
    else:
        orders = [(two, one)]
    days = [day for d, m in orders for day in _of_year(year, m, d, reading, today)]
    # 3/25 is no day but for those who write the month first.
    yield from days or (_of_year(year, one, two, reading, today) if part.get("by") == "/" else ())


def _named(match: re.Match[str], words: CalendarWords, reading: Reading, today: date) -> Iterator[date]:
    which = "1" if match["m1"] else "2"
    month = words.months.get(match[f"m{which}"].casefold())
    if month is not None:
        yield from _of_year(match[f"y{which}"], month, int(match[f"d{which}"]), reading, today)


def _weekday(match: re.Match[str], words: CalendarWords, reading: Reading, today: date) -> Iterator[date]:
    number = words.weekdays.get((match["wd"] or match["wd2"]).casefold())
    if number is None:
        return
    part = match.groupdict()
    for weeks, name in SIDES.items():
        if part[f"week_after_{name}"] or part[f"week_before_{name}"]:
            yield today + timedelta(days=number - today.weekday() + 7 * weeks)
            return
    # On a Tuesday, "Tuesday" is another one: of today people say so.
    behind, ahead = (today.weekday() - number) % 7 or 7, (number - today.weekday()) % 7 or 7
    if part["before_last"] or part["after_next"]:
        yield today + timedelta(days=ahead + 7 if part["after_next"] else -behind - 7)
    elif part["last"] or (not part["next"] and reading.side == "past"):
        yield today - timedelta(days=behind)
    elif part["next"] or reading.side == "future":
        yield today + timedelta(days=ahead)
    else:
        yield today - timedelta(days=behind) if behind < ahead else today + timedelta(days=ahead)


def _from_today(said: str, language: str, reading: Reading) -> Iterator[date]:
    settings = {"RELATIVE_BASE": reading.today, "TIMEZONE": "UTC", "PARSERS": ["relative-time"]}
    try:
        read = DateDataParser(languages=[language], settings=settings).get_date_data(said.casefold()).date_obj
    except (ValueError, OverflowError):
        return
    if isinstance(read, datetime):
        yield read.date()


# The first one takes a sixth of a second: not on the way of somebody's message.
list(_from_today("yesterday", "en", Reading()))
