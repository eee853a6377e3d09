"""Figures as people read them: three digits at most, units in words, both ends of every interval."""

import math
from datetime import UTC, datetime

from bot.cx.figures import Figure, Unit
from bot.cx.intervals import Interval

NOTHING = "–"

RANGES = frozenset({"csat_bounds", "cost_saved", "cost_of_bad_service"})
"""Figures that are from a worst to a best case: no interval at a level of confidence, so no noise to compare with."""


def shown(value: float | None, unit: Unit) -> str:
    """One value with its unit."""
    if value is None or math.isnan(value):
        return NOTHING
    if math.isinf(value):
        return "longer than was seen" if unit == "seconds" else "unlimited"
    if unit == "share":
        return f"{_digits(100 * value)} %"
    if unit == "seconds":
        return duration(value)
    if unit == "money":
        return f"{value:,.0f}"
    return f"{value:z.2f}" if unit == "number" else _digits(value)


def value(figure: Figure) -> str:
    """What a figure shows above all: a range as such, anything else by its value."""
    return interval(figure) if figure.name in RANGES else shown(figure.value, figure.unit)


def interval(figure: Figure) -> str:
    """From … to …, with the unit once."""
    return between(figure.interval, figure.unit)


def between(ends: Interval | None, unit: Unit) -> str:
    """Both ends of an interval."""
    if ends is None:
        return NOTHING
    low, high = shown(ends.low, unit), shown(ends.high, unit)
    if unit == "share" and low.endswith(" %") and high.endswith(" %"):
        low = low.removesuffix(" %")
    return f"{low} to {high}"


def duration(seconds: float) -> str:
    """A length of time in its two largest units."""
    if seconds < 0:
        return f"−{duration(-seconds)}"
    if seconds < 60:
        return f"{seconds:.0f} s" if seconds >= 10 or seconds == round(seconds) else f"{seconds:.1f} s"
    whole = round(seconds)
    for size, name, smaller, small in ((86_400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            rest = whole % size // smaller
            return f"{whole // size} {name} {rest} {small}" if rest else f"{whole // size} {name}"
    return f"{whole} s"


def change(value: float, within: Interval, unit: Unit) -> str:
    """A difference with its interval, signed, and whether it is more than noise."""
    if unit == "share":
        told = f"{_signed(100 * value)} points ({_signed(100 * within.low)} to {_signed(100 * within.high)})"
    elif unit == "seconds":
        told = f"{_signed_duration(value)} ({_signed_duration(within.low)} to {_signed_duration(within.high)})"
    else:
        told = f"{_signed(value)} ({_signed(within.low)} to {_signed(within.high)})"
    return told


def mood(value: float) -> str:
    """A mood from −1 to 1, signed; what rounds to nothing has no sign."""
    text = f"{abs(value):.1f}"
    return "±0" if text == "0.0" else f"{'−' if value < 0 else '+'}{text}"


def day(milliseconds: float) -> str:
    """A day in UTC, such as 3 Mar 2026."""
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%-d %b %Y}"


def short_day(milliseconds: float) -> str:
    """A day in UTC without its year, for axes."""
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%-d %b}"


def moment(milliseconds: float) -> str:
    """A day and minute in UTC."""
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%-d %b %Y, %H:%M}"


def counted(n: int, one: str, many: str | None = None) -> str:
    """A number with the noun it needs."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def plain(name: object) -> str:
    """A label as words: `not_understood` is not understood."""
    return NOTHING if name is None else str(name).replace("_", " ")


def _digits(value: float) -> str:
    size = abs(value)
    return f"{value:.0f}" if size >= 10 or value == round(value) else f"{value:.1f}"


def _signed(value: float) -> str:
    if math.isinf(value):
        return "−∞" if value < 0 else "+∞"
    text = _digits(abs(value))
    return "±0" if text in ("0", "0.0") else f"{'−' if value < 0 else '+'}{text}"


def _signed_duration(seconds: float) -> str:
    if math.isinf(seconds):
        return "−∞" if seconds < 0 else "+∞"
    return "±0 s" if abs(seconds) < 0.05 else f"{'−' if seconds < 0 else '+'}{duration(abs(seconds))}"
