"""The demonstration shop: invented orders, repairs, vouchers and goods, and everything that can be done with them.

It is pure but for its own memory: no I/O, and the time comes from a clock. A restart begins it anew.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.demo.orders import ORDER_ACTIONS, Answer, Order, example_orders
from bot.demo.sentences import Speaker


@dataclass(frozen=True, slots=True)
class Action:
    """What an action needs, how it can end, and which values it gives back (those that its end has)."""

    arguments: tuple[str, ...]
    statuses: tuple[str, ...]
    returns: tuple[str, ...] = ("status", "summary")


ACTIONS: Mapping[str, Action] = {
    "order_status": Action(("order_number",), ("packed", "shipped", "late", "delivered", "lost", "cancelled")),
    "cancel_order": Action(("order_number", "email"), ("cancelled", "shipped", "delivered", "was_cancelled")),
    "change_address": Action(
        ("order_number", "email", "new_address"), ("changed", "shipped", "delivered", "cancelled")
    ),
    "change_items": Action(("order_number", "email", "change_wish"), ("noted", "shipped", "delivered", "cancelled")),
    "register_return": Action(
        ("order_number", "email", "return_reason"),
        ("registered", "not_delivered", "too_late", "was_registered", "cancelled"),
        ("status", "return_number", "summary"),
    ),
    "register_exchange": Action(
        ("order_number", "email", "exchange_wish"),
        ("registered", "not_delivered", "too_late", "was_registered", "cancelled"),
        ("status", "return_number", "summary"),
    ),
    "report_parcel": Action(
        ("order_number", "email", "parcel_problem"),
        ("reported", "not_due", "cancelled"),
        ("status", "case_number", "summary"),
    ),
    "refund_status": Action(("order_number",), ("none", "waiting", "paid")),
    "send_invoice": Action(("order_number", "email"), ("sent", "not_yet"), ("status", "invoice_number", "summary")),
    "book_repair": Action(("device", "fault", "email"), ("booked",), ("status", "repair_number", "summary")),
    "repair_status": Action(("repair_number",), ("received", "waiting_for_you", "in_repair", "sent_back")),
    "voucher_balance": Action(("voucher_code",), ("valid", "used", "expired")),
    "stock": Action(("product",), ("in_stock", "soon", "out")),
}
"""Everything that the shop's systems can be asked for; `docs/actions.md` lists the same."""

_REPAIR_DAYS: Mapping[str, Mapping[str, int]] = {
    "received": {},
    "waiting_for_you": {"asked": -2},
    "in_repair": {"ready": 3},
    "sent_back": {"sent": -1, "due": 1},
}
_VOUCHERS: Mapping[str, tuple[str, Mapping[str, str | int]]] = {
    "FINCH-7K2M": ("valid", {"amount": "25", "until": 180}),
    "FINCH-3PQ9": ("used", {}),
    "FINCH-8T4D": ("expired", {"until": -14}),
}
_GOODS: Mapping[str, tuple[str, Mapping[str, int]]] = {
    "kite_5": ("in_stock", {"leaves": 1}),
    "kite_5_mini": ("soon", {"due": 6}),
    "wren": ("in_stock", {"leaves": 1}),
    "swift": ("out", {}),
    "heron": ("in_stock", {"leaves": 1}),
    "robin": ("soon", {"due": 10}),
}


class MissingArguments(Exception):
    """An action was asked for without what it needs; the text lists what is missing."""


class DemoShop:
    """Begins with the example orders, or with those that are given; `clock` is milliseconds since the Unix epoch."""

    def __init__(self, clock: Callable[[], int], orders: Iterable[Order] | None = None) -> None:
        self._clock = clock
        self._orders = {order.number: order for order in (example_orders() if orders is None else orders)}
        self._repairs = {"R-100201": "in_repair", "R-100187": "sent_back", "R-100230": "waiting_for_you"}

    def act(
        self, action: str, arguments: Mapping[str, str], locale: str | None = None, customer_id: str | None = None
    ) -> dict[str, str] | None:
        """Do one of `ACTIONS` and return what it gives back, None for what the shop doesn't know.

        Somebody who gives the wrong e-mail address for an order is told no more than that. Raises MissingArguments.
        """
        needed = ACTIONS[action]
        missing = [
            name
            for name in needed.arguments
            # Whoever is signed in isn't asked for an address.
            if not arguments.get(name, "").strip() and not (name == "email" and customer_id is not None)
        ]
        if missing:
            raise MissingArguments(f"{action} needs {', '.join(missing)}")
        if action in ORDER_ACTIONS:
            order = self._orders.get(arguments["order_number"].strip())
            private = "email" in needed.arguments
            if order is None or (private and not order.belongs_to(arguments.get("email", ""), customer_id)):
                return None
            answer: Answer | None = ORDER_ACTIONS[action](order)
        else:
            answer = self._other(action, arguments)
        if answer is None:
            return None
        today = datetime.fromtimestamp(self._clock() / 1000, UTC).date()
        summary = Speaker(locale, today).say(answer.sentence, answer.values)
        known = {**answer.values, "status": answer.status, "summary": summary}
        return {name: str(known[name]) for name in needed.returns if name in known}

    def orders(self) -> list[dict[str, str]]:
        """Every order for the demo page: its number, its state, the e-mail address to use, and it in a few words."""
        return [
            {"number": order.number, "state": order.state, "email": order.email, "summary": _in_a_few_words(order)}
            for order in self._orders.values()
        ]

    def _other(self, action: str, arguments: Mapping[str, str]) -> Answer | None:
        """What isn't about an order."""
        if action == "book_repair":
            number = f"R-{max(int(known[2:]) for known in self._repairs) + 1}"
            self._repairs[number] = "received"
            return Answer("booked", "book_repair.booked", {"repair_number": number})
        if action == "repair_status":
            status = self._repairs.get(arguments["repair_number"].strip().upper())
            return Answer(status, f"repair_status.{status}", _REPAIR_DAYS[status]) if status else None
        table = _VOUCHERS if action == "voucher_balance" else _GOODS
        name = arguments["voucher_code"].strip().upper() if action == "voucher_balance" else arguments["product"]
        if name not in table:
            return None
        status, values = table[name]
        return Answer(status, f"{action}.{status}", values)


def _in_a_few_words(order: Order) -> str:
    words = [f"{order.state.capitalize()} {-order.delivered} days ago" if order.delivered else order.state.capitalize()]
    words += order.notes
    if order.reported:
        words.append("reported")
    if order.sent_back:
        words.append("refund paid" if order.refunded is not None else f"{order.sent_back} on its way")
    return ", ".join(words)
