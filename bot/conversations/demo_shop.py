"""The demonstration shop's order system: a few invented orders, so that the bot has something real to look up."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from bot.dialogue.decide import Result

DAY = timedelta(days=1)

_ORDERS: Mapping[str, tuple[int, str, str]] = {
    "48213": (2, "shipped", "a Kite 5 phone and a clear case"),
    "48257": (0, "packed", "a pair of Wren headphones"),
    "47990": (6, "delivered", "a 65 W charger"),
    "48102": (4, "cancelled", "a Kite 5 Mini phone"),
}
"""Number → days since it was placed, how far it is, and what is in it."""


class DemoShop:
    """An order system that knows a handful of invented orders, dated relative to today."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock

    async def call(self, action: str, arguments: Mapping[str, str]) -> Result:
        """See `Actions.call`; it knows `order_status`, which takes an `order_number`."""
        if action != "order_status":
            return Result(failed=True)
        summary = self.summary(arguments.get("order_number", ""))
        return Result(found=True, values={"summary": summary}) if summary else Result()

    def orders(self) -> list[dict[str, str]]:
        """Every order in a few words, for the demo page to offer."""
        return [
            {"number": number, "summary": f"{items[0].upper()}{items[1:]}, {status}"}
            for number, (_, status, items) in _ORDERS.items()
        ]

    def summary(self, number: str) -> str | None:
        """How an order is doing, in whole sentences; None for an order that doesn't exist."""
        if number not in _ORDERS:
            return None
        days, status, items = _ORDERS[number]
        today = datetime.fromtimestamp(self._clock() / 1000, UTC)
        placed = _day(today - days * DAY)
        arrives = {
            "packed": f"It is being packed and leaves our warehouse tomorrow, {_day(today + DAY)}.",
            "shipped": f"It was shipped yesterday and should arrive by {_day(today + DAY)}.",
            "delivered": f"It was delivered on {_day(today - 3 * DAY)}.",
            "cancelled": "It was cancelled; the money goes back the way it was paid within five working days.",
        }[status]
        return f"{arrives} You ordered {items} on {placed}."


def _day(date: datetime) -> str:
    return f"{date:%A} {date.day} {date:%B}"
