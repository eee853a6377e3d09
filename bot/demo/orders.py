"""The demonstration shop's orders: what becomes of each, and what its customer may still do with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

RETURNED_WITHIN = 30
REFUNDED_WITHIN = 7
ANSWERED_WITHIN = 2


@dataclass(slots=True)
class Order:
    """An order; its days count from today, so that the demonstration never grows old."""

    number: str
    state: str
    """`packed`, `shipped`, `late`, `delivered`, `lost` or `cancelled`."""
    delivered: int = 0
    """The day it was delivered, where it has been."""
    sent_back: str | None = None
    """`return` or `exchange` once that is registered."""
    refunded: int | None = None
    """The day the money for a return was paid."""
    reported: bool = False
    notes: list[str] = field(default_factory=list)
    """What its customer has changed."""
    customer_id: str = "mila"
    email: str = "mila@example.com"

    def belongs_to(self, email: str, customer_id: str | None) -> bool:
        """Whether somebody who is signed in, or else knows the e-mail address, may change it."""
        return customer_id == self.customer_id or email.strip().casefold() == self.email.casefold()


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes of an action: a status, and a sentence of `bot.demo.sentences` with its values."""

    status: str
    sentence: str
    values: Mapping[str, str | int] = field(default_factory=dict)


def order_status(order: Order) -> Answer:
    """Where it is."""
    sentence = (
        "order_status.lost_reported" if order.state == "lost" and order.reported else f"order_status.{order.state}"
    )
    days = {
        "packed": {"leaves": 1},
        "shipped": {"shipped": -1, "due": 1},
        "late": {"due": -2, "now_due": 2},
        "delivered": {"delivered": order.delivered},
        "lost": {"seen": -9, "written": ANSWERED_WITHIN},
        "cancelled": {"paid": REFUNDED_WITHIN},
    }
    return Answer(order.state, sentence, days[order.state])


def cancel_order(order: Order) -> Answer:
    """Cancel it; only before it leaves the warehouse."""
    if order.state in ("packed", "cancelled"):
        status = "cancelled" if order.state == "packed" else "was_cancelled"
        order.state = "cancelled"
        return Answer(status, f"cancel_order.{status}", {"paid": REFUNDED_WITHIN})
    if order.sent_back is not None:
        return Answer("delivered", "send_back.was_registered", {"return_number": f"RET-{order.number}"})
    if order.state == "delivered":
        until = order.delivered + RETURNED_WITHIN
        sentence = "cancel_order.delivered" if until >= 0 else "cancel_order.delivered_long_ago"
        return Answer("delivered", sentence, {"delivered": order.delivered, "until": until})
    return _has_left(order, "cancel_order")


def change_address(order: Order) -> Answer:
    """Send it elsewhere; only before it leaves the warehouse."""
    return _change(order, "change_address", "changed", "address changed")


def change_items(order: Order) -> Answer:
    """Change what is in it; only before it leaves the warehouse."""
    return _change(order, "change_items", "noted", "change noted")


def register_return(order: Order) -> Answer:
    """Send it back for the money."""
    return _send_back(order, "return")


def register_exchange(order: Order) -> Answer:
    """Send it back for something else."""
    return _send_back(order, "exchange")


def report_parcel(order: Order) -> Answer:
    """Something is wrong with the parcel; reporting it again changes nothing."""
    if order.state == "cancelled":
        return Answer("cancelled", "report_parcel.cancelled")
    if order.state == "packed":
        return Answer("not_due", "report_parcel.not_due_packed", {"leaves": 1})
    if order.state == "shipped":
        return Answer("not_due", "report_parcel.not_due", {"due": 1})
    order.reported = True
    values: Mapping[str, str | int] = {"case_number": f"CASE-{order.number}", "written": ANSWERED_WITHIN}
    return Answer("reported", "report_parcel.reported", values)


def refund_status(order: Order) -> Answer:
    """Whether money goes back, and where it is."""
    if order.state == "cancelled":
        return Answer("waiting", "refund_status.waiting_cancelled", {"paid": REFUNDED_WITHIN})
    if order.refunded is not None:
        return Answer("paid", "refund_status.paid", {"paid": order.refunded})
    status = "waiting" if order.sent_back == "return" else "none"
    return Answer(status, f"refund_status.{status}")


def send_invoice(order: Order) -> Answer:
    """Send the invoice, which is made when the order leaves the warehouse."""
    if order.state == "cancelled":
        return Answer("not_yet", "send_invoice.not_yet_cancelled")
    if order.state == "packed":
        return Answer("not_yet", "send_invoice.not_yet", {"leaves": 1})
    return Answer("sent", "send_invoice.sent", {"invoice_number": f"INV-{order.number}"})


ORDER_ACTIONS: Mapping[str, Callable[[Order], Answer]] = {
    action.__name__: action
    for action in (
        order_status,
        cancel_order,
        change_address,
        change_items,
        register_return,
        register_exchange,
        report_parcel,
        refund_status,
        send_invoice,
    )
}


def example_orders() -> list[Order]:
    """The orders that there are in the beginning."""
    return [
        Order("48213", "shipped"),
        Order("48257", "packed"),
        Order("48001", "late"),
        Order("47850", "lost"),
        Order("48102", "cancelled"),
        Order("47990", "delivered", delivered=-3),
        Order("47777", "delivered", delivered=-9, sent_back="return"),
        Order("47611", "delivered", delivered=-20, sent_back="return", refunded=-2),
        Order("47500", "delivered", delivered=-40),
    ]


def _change(order: Order, action: str, done: str, note: str) -> Answer:
    if order.state == "packed":
        if note not in order.notes:
            order.notes.append(note)
        return Answer(done, f"{action}.{done}", {"leaves": 1})
    if order.state == "delivered":
        return Answer("delivered", f"{action}.delivered", {"delivered": order.delivered})
    if order.state == "cancelled":
        return Answer("cancelled", f"{action}.cancelled")
    return _has_left(order, action)


def _has_left(order: Order, action: str) -> Answer:
    """It is on its way, or was: whoever waits for a lost parcel is told that instead."""
    lost = order_status(order) if order.state == "lost" else None
    return Answer("shipped", lost.sentence, lost.values) if lost else Answer("shipped", f"{action}.shipped")


def _send_back(order: Order, what: str) -> Answer:
    return_number = f"RET-{order.number}"
    until = order.delivered + RETURNED_WITHIN
    if order.state == "cancelled":
        return Answer("cancelled", "send_back.cancelled")
    if order.state != "delivered":
        return Answer("not_delivered", "send_back.not_delivered")
    if order.sent_back is not None:
        return Answer("was_registered", "send_back.was_registered", {"return_number": return_number})
    if until < 0:
        return Answer("too_late", "send_back.too_late", {"delivered": order.delivered, "until": until})
    order.sent_back = what
    return Answer("registered", f"register_{what}.registered", {"return_number": return_number, "post": 14})
