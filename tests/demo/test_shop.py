"""The demonstration shop's rules: every action, every way it can end, and what it changes."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from bot.demo.orders import ORDER_ACTIONS
from bot.demo.sentences import SENTENCES
from bot.demo.shop import ACTIONS, DemoShop, MissingArguments
from tests.conftest import Clock

MILA = "mila@example.com"
FILLING = {
    "email": MILA,
    "new_address": "Secret Lane 7",
    "change_wish": "one Wren instead of two",
    "return_reason": "too large",
    "exchange_wish": "a Heron",
    "parcel_problem": "ripped open",
    "device": "Kite 5",
    "fault": "the display is dark",
}
SHIPPED, PACKED, LATE, LOST, CANCELLED = "48213", "48257", "48001", "47850", "48102"
DELIVERED, LONG_AGO, COMING_BACK, PAID = "47990", "47500", "47777", "47611"

ENDS = [
    ("order_status", PACKED, "packed"),
    ("order_status", SHIPPED, "shipped"),
    ("order_status", LATE, "late"),
    ("order_status", DELIVERED, "delivered"),
    ("order_status", LONG_AGO, "delivered"),
    ("order_status", COMING_BACK, "delivered"),
    ("order_status", PAID, "delivered"),
    ("order_status", LOST, "lost"),
    ("order_status", CANCELLED, "cancelled"),
    ("cancel_order", PACKED, "cancelled"),
    ("cancel_order", SHIPPED, "shipped"),
    ("cancel_order", LATE, "shipped"),
    ("cancel_order", LOST, "shipped"),
    ("cancel_order", DELIVERED, "delivered"),
    ("cancel_order", LONG_AGO, "delivered"),
    ("cancel_order", COMING_BACK, "delivered"),
    ("cancel_order", CANCELLED, "was_cancelled"),
    ("change_address", PACKED, "changed"),
    ("change_address", SHIPPED, "shipped"),
    ("change_address", LOST, "shipped"),
    ("change_address", DELIVERED, "delivered"),
    ("change_address", CANCELLED, "cancelled"),
    ("change_items", PACKED, "noted"),
    ("change_items", LATE, "shipped"),
    ("change_items", DELIVERED, "delivered"),
    ("change_items", CANCELLED, "cancelled"),
    ("register_return", DELIVERED, "registered"),
    ("register_return", PACKED, "not_delivered"),
    ("register_return", SHIPPED, "not_delivered"),
    ("register_return", LOST, "not_delivered"),
    ("register_return", LONG_AGO, "too_late"),
    ("register_return", COMING_BACK, "was_registered"),
    ("register_return", PAID, "was_registered"),
    ("register_return", CANCELLED, "cancelled"),
    ("register_exchange", DELIVERED, "registered"),
    ("register_exchange", LATE, "not_delivered"),
    ("register_exchange", LONG_AGO, "too_late"),
    ("register_exchange", COMING_BACK, "was_registered"),
    ("register_exchange", CANCELLED, "cancelled"),
    ("report_parcel", LATE, "reported"),
    ("report_parcel", LOST, "reported"),
    ("report_parcel", DELIVERED, "reported"),
    ("report_parcel", SHIPPED, "not_due"),
    ("report_parcel", PACKED, "not_due"),
    ("report_parcel", CANCELLED, "cancelled"),
    ("refund_status", DELIVERED, "none"),
    ("refund_status", COMING_BACK, "waiting"),
    ("refund_status", CANCELLED, "waiting"),
    ("refund_status", PAID, "paid"),
    ("send_invoice", SHIPPED, "sent"),
    ("send_invoice", DELIVERED, "sent"),
    ("send_invoice", PACKED, "not_yet"),
    ("send_invoice", CANCELLED, "not_yet"),
    ("book_repair", "", "booked"),
    ("repair_status", "R-100201", "in_repair"),
    ("repair_status", "r-100187", "sent_back"),
    ("repair_status", "R-100230", "waiting_for_you"),
    ("voucher_balance", "FINCH-7K2M", "valid"),
    ("voucher_balance", "finch-3pq9", "used"),
    ("voucher_balance", "FINCH-8T4D", "expired"),
    ("stock", "kite_5", "in_stock"),
    ("stock", "kite_5_mini", "soon"),
    ("stock", "wren", "in_stock"),
    ("stock", "swift", "out"),
    ("stock", "heron", "in_stock"),
    ("stock", "robin", "soon"),
]
"""Action, what it is about, and how it ends in a shop as it is in the beginning."""


@pytest.fixture
def shop(clock: Clock) -> DemoShop:
    return DemoShop(clock)


def asks(action: str, about: str, **more: str) -> dict[str, str]:
    """The arguments of an action, all of them."""
    first, *others = ACTIONS[action].arguments
    return {first: about or FILLING[first], **{name: FILLING[name] for name in others}, **more}


def does(shop: DemoShop, action: str, about: str, **more: str) -> Mapping[str, str]:
    values = shop.act(action, asks(action, about, **more))
    assert values is not None
    return values


@pytest.mark.parametrize(("action", "about", "status"), ENDS)
def test_how_an_action_ends(clock: Clock, action: str, about: str, status: str) -> None:
    english = DemoShop(clock).act(action, asks(action, about), "en-GB")
    german = DemoShop(clock).act(action, asks(action, about), "de-AT")
    french = DemoShop(clock).act(action, asks(action, about), "fr")
    assert english is not None
    assert german is not None
    assert french == english == DemoShop(clock).act(action, asks(action, about))
    assert english["status"] == german["status"] == status
    assert english.keys() == german.keys() <= set(ACTIONS[action].returns)
    for language, values in (("en", english), ("de", german)):
        summary = values["summary"]
        assert re.fullmatch(r"[A-Z][^{}]*\.", summary)
        assert len(re.split(r"(?<=[^\d][.]) ", summary)) <= 3, summary
        assert bool(re.search(r"\b(Ihr|Ihre|Der|Die|Diese|Dieser|Für)\b", summary)) == (language == "de")
        for private in ("Mila", "mila", "Kite", "Wren", "Heron", "Secret", "ripped", "too large"):
            assert private not in summary, "a number alone must tell nobody what was bought"


def test_every_action_and_every_end_is_tried_above() -> None:
    # A repair is only received once somebody has booked it.
    ends = {(action, status) for action, _, status in ENDS} | {("repair_status", "received")}
    assert ends == {(name, status) for name, action in ACTIONS.items() for status in action.statuses}
    assert ORDER_ACTIONS.keys() == {name for name, action in ACTIONS.items() if "order_number" in action.arguments}


@pytest.mark.parametrize(
    ("action", "about", "name", "number"),
    [
        ("register_return", DELIVERED, "return_number", "RET-47990"),
        ("register_return", COMING_BACK, "return_number", "RET-47777"),
        ("register_exchange", DELIVERED, "return_number", "RET-47990"),
        ("report_parcel", LATE, "case_number", "CASE-48001"),
        ("send_invoice", SHIPPED, "invoice_number", "INV-48213"),
        ("book_repair", "", "repair_number", "R-100231"),
    ],
)
def test_what_is_registered_gets_a_number_that_the_summary_says(
    shop: DemoShop, action: str, about: str, name: str, number: str
) -> None:
    values = does(shop, action, about)
    assert values[name] == number
    assert number in values["summary"]


def test_where_nothing_is_registered_there_is_no_number(shop: DemoShop) -> None:
    assert does(shop, "register_return", PACKED).keys() == {"status", "summary"}
    assert does(shop, "report_parcel", SHIPPED).keys() == {"status", "summary"}
    assert does(shop, "send_invoice", PACKED).keys() == {"status", "summary"}


def test_dates_are_written_out_in_both_languages(clock: Clock) -> None:
    clock.now = int(datetime(2026, 2, 27, 23, 59, tzinfo=UTC).timestamp() * 1000)
    shop = DemoShop(clock)
    assert does(shop, "order_status", SHIPPED)["summary"] == (
        "Your order was shipped on Thursday 26 February and should arrive by Saturday 28 February."
    )
    german = shop.act("order_status", {"order_number": LATE}, "de")
    assert german is not None
    assert "bis Sonntag, 1. März ankommen." in german["summary"]
    clock.pass_(days=300)
    assert "3 days ago" in next(order["summary"] for order in shop.orders() if order["number"] == DELIVERED)
    assert "Monday 21 December" in does(shop, "order_status", DELIVERED)["summary"], "it never grows old"


# --- whose order it is

PRIVATE = sorted(name for name, action in ACTIONS.items() if {"order_number", "email"} <= set(action.arguments))


@pytest.mark.parametrize("action", PRIVATE)
def test_only_who_knows_the_address_or_is_signed_in_may(clock: Clock, action: str) -> None:
    wrong = asks(action, PACKED, email="stranger@example.com")
    without = {name: value for name, value in asks(action, PACKED).items() if name != "email"}
    assert DemoShop(clock).act(action, asks(action, PACKED, email=" MILA@Example.com ")) is not None
    assert DemoShop(clock).act(action, without, "en", "mila") is not None
    assert DemoShop(clock).act(action, wrong, "en", "mila") is not None
    assert DemoShop(clock).act(action, asks(action, PACKED), "en", "somebody else") is not None
    assert DemoShop(clock).act(action, wrong) is None
    assert DemoShop(clock).act(action, wrong, "en", "somebody else") is None
    assert DemoShop(clock).act(action, without, "en", "somebody else") is None
    with pytest.raises(MissingArguments, match=f"{action} needs email"):
        DemoShop(clock).act(action, without)


def test_a_stranger_changes_nothing(shop: DemoShop) -> None:
    assert shop.act("cancel_order", asks("cancel_order", PACKED, email="stranger@example.com")) is None
    assert does(shop, "order_status", PACKED)["status"] == "packed"


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_what_is_missing_or_empty_is_named(shop: DemoShop, action: str) -> None:
    for name in ACTIONS[action].arguments:
        for arguments in (asks(action, "x", **{name: " "}), {}):
            with pytest.raises(MissingArguments, match=name):
                shop.act(action, arguments)


@pytest.mark.parametrize("action", sorted(ACTIONS.keys() - {"book_repair"}))
def test_what_there_is_not_is_not_found(shop: DemoShop, action: str) -> None:
    assert shop.act(action, asks(action, "99999")) is None


# --- what customers do has effect


def test_a_cancelled_order_is_cancelled_everywhere(shop: DemoShop) -> None:
    assert does(shop, "cancel_order", PACKED)["status"] == "cancelled"
    assert does(shop, "cancel_order", PACKED)["status"] == "was_cancelled"
    assert does(shop, "order_status", PACKED)["status"] == "cancelled"
    assert does(shop, "change_address", PACKED)["status"] == "cancelled"
    assert does(shop, "refund_status", PACKED)["status"] == "waiting"
    assert does(shop, "register_return", PACKED)["status"] == "cancelled"


def test_nothing_is_sent_back_twice(shop: DemoShop) -> None:
    assert does(shop, "register_return", DELIVERED)["status"] == "registered"
    assert does(shop, "register_exchange", DELIVERED)["status"] == "was_registered"
    assert does(shop, "refund_status", DELIVERED)["status"] == "waiting"


def test_an_exchange_pays_no_money_back(shop: DemoShop) -> None:
    assert does(shop, "register_exchange", DELIVERED)["status"] == "registered"
    assert does(shop, "register_return", DELIVERED)["status"] == "was_registered"
    assert does(shop, "refund_status", DELIVERED)["status"] == "none"


def test_a_lost_parcel_that_was_reported_is_being_looked_for(shop: DemoShop) -> None:
    before = does(shop, "order_status", LOST)
    first = does(shop, "report_parcel", LOST)
    assert does(shop, "report_parcel", LOST) == first
    after = does(shop, "order_status", LOST)
    assert (before["status"], after["status"]) == ("lost", "lost")
    assert "You have reported it" in after["summary"]


def test_repairs_are_counted_on_and_known_at_once(shop: DemoShop) -> None:
    numbers = [does(shop, "book_repair", "")["repair_number"] for _ in range(2)]
    assert numbers == ["R-100231", "R-100232"]
    assert does(shop, "repair_status", numbers[0])["status"] == "received"
    assert shop.act("book_repair", {"device": "Kite 5", "fault": "dark"}, "en", "mila") is not None


def test_the_demo_page_lists_every_order_as_it_is_now(shop: DemoShop) -> None:
    does(shop, "change_address", PACKED)
    does(shop, "change_address", PACKED)
    does(shop, "report_parcel", LOST)
    listed = {order["number"]: order for order in shop.orders()}
    assert {order["email"] for order in listed.values()} == {MILA}
    assert listed[PACKED] == {
        "number": PACKED,
        "state": "packed",
        "email": MILA,
        "summary": "Packed, address changed",
    }
    assert [listed[number]["summary"] for number in (LOST, COMING_BACK, PAID)] == [
        "Lost, reported",
        "Delivered 9 days ago, return on its way",
        "Delivered 20 days ago, refund paid",
    ]


def test_there_is_no_sentence_that_nobody_says(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    said: set[str] = set()

    class Listening(dict[str, tuple[str, str]]):
        def __getitem__(self, name: str) -> tuple[str, str]:
            said.add(name)
            return super().__getitem__(name)

    monkeypatch.setattr("bot.demo.sentences.SENTENCES", Listening(SENTENCES))
    for action, about, _ in ENDS:
        does(DemoShop(clock), action, about)
    shop = DemoShop(clock)
    does(shop, "repair_status", does(shop, "book_repair", "")["repair_number"])
    does(shop, "report_parcel", LOST)
    does(shop, "order_status", LOST)
    assert said == SENTENCES.keys()
