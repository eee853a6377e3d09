"""Which events are taken, what is wrong with the others, and what of them counts as personal."""

from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.state import TRANSITIONS
from bot.outside.events import AHEAD, FACTS, LARGEST, Event, Rejected, read_event
from bot.outside.stages import STAGES, stage_of_event
from bot.records import HIDDEN_FROM_CUSTOMERS
from bot.touchpoints.identities import Id, Kind
from bot.touchpoints.types import OWN_TYPES

NOW = 1_800_000_000_000


def event(**attributes: Any) -> dict[str, Any]:
    made = {"specversion": "1.0", "id": "e1", "source": "https://shop.example/orders", "type": "com.shop.order.placed"}
    return {name: value for name, value in {**made, **attributes}.items() if value is not None}


def read(value: Any, source: str | None = None) -> Event:
    return read_event(0, value, NOW, source, {"track_order": "use"}.get)


def test_what_can_identify_a_person_is_apart_from_what_cannot() -> None:
    data = {
        "customer_id": 42,
        "amount": 19.9,
        "currency": "EUR",
        "channel": "web",
        "reason": "Lena wants it",
        "item": "a kettle",
        "address": {"street": "Elm Street 1"},
    }
    one = read(event(subject="order 48213", data=data, traceparent="00-ab", time="2026-01-31T12:00:00+01:00"))
    assert one.facts == {
        "amount": 19.9,
        "currency": "EUR",
        "channel": "web",
        "source": "https://shop.example/orders",
        "stage": "purchase",
        "stage_method": "rule",
    }
    assert one.personal == {
        "id": "e1",
        "reason": "Lena wants it",
        "item": "a kettle",
        "address": {"street": "Elm Street 1"},
        "attributes": {"subject": "order 48213", "traceparent": "00-ab"},
    }
    assert (one.customer, one.visitor, one.time) == (Id(Kind.CUSTOMER, "42"), None, 1_769_857_200_000)


@pytest.mark.parametrize(
    ("value", "customer", "visitor"),
    [
        (event(data={"customer": {"id": "7", "name": "Lena"}}), "7", None),
        (event(subject="customer/7"), "7", None),
        (event(subject="visitor/abc"), None, "abc"),
        (event(data={"customer_id": "7", "anonymous_id": "abc"}), "7", "abc"),
        (event(subject="customer/8", data={"customer_id": "7"}), "7", None),
        (event(subject="7"), None, None),
        (event(data="plain text", datacontenttype="text/plain"), None, None),
        (event(data_base64="aGVsbG8="), None, None),
        (event(), None, None),
    ],
)
def test_whose_an_event_is(value: Any, customer: str | None, visitor: str | None) -> None:
    one = read(value)
    assert (one.customer and one.customer.value, one.visitor and one.visitor.value) == (customer, visitor)
    assert "Lena" not in str(one.facts)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ([], "a JSON object, not list"),
        (event(specversion="0.3"), "specversion is '0.3'"),
        (event(id=None), "id is absent"),
        (event(id=""), "id is ''"),
        (event(source=7), "source is 7"),
        (event(type=None), "type is absent"),
        (event(type="two words"), "write it like com.shop.order.placed"),
        (event(time="yesterday"), "write it as 2026-01-31T12:00:00Z"),
        (event(time="2026-01-31T12:00:00"), "with Z or an offset"),
        (event(time="2026-02-31T12:00:00Z"), "write it as"),
        (event(time=7), "time is 7"),
        (event(time="2027-01-15T08:05:01Z"), "301 s ahead"),
        (event(time="1970-01-01T00:00:00Z"), "before the year 2000"),
        (event(data={"stage": "checkout"}), "awareness, discovery"),
        (event(data={"survey_kind": "csat", "score": 9}), "for csat it must be from 1 to 5"),
        (event(data={"customer_id": ""}), "customer_id is ''"),
        (event(data={"customer_id": "1", "customer_ref": "x"}), "send one of them"),
        (event(data={"a": 1}, data_base64="aGk="), "send one of them"),
        (event(data_base64="no base64"), "isn't base64"),
        (event(Upper="x"), "move it to data"),
        (event(nested={"a": 1}), "move it to data"),
        (event(data=orjson.loads("[" * 900 + "]" * 900)), "nested too deep"),
        (event(data={"text": "x" * LARGEST}), f"at most {LARGEST} are taken"),
        (event(type="message.received"), "this bot writes itself"),
    ],
)
def test_what_is_wrong_is_named(value: Any, reason: str) -> None:
    with pytest.raises(Rejected, match=reason.replace("(", r"\(")):
        read(value)


def test_a_clock_may_be_a_little_ahead_and_far_behind() -> None:
    assert read(event(time="2027-01-15T08:05:00Z")).time == NOW + AHEAD
    assert read(event(time="2001-01-01T00:00:00Z")).time < NOW
    assert read(event()).time == NOW


def test_a_key_that_is_bound_reports_for_its_source_alone() -> None:
    read(event(), "https://shop.example/orders")
    with pytest.raises(Rejected, match="alone"):
        read(event(), "https://shop.example/order")


@pytest.mark.parametrize(
    ("type_", "data", "stage"),
    [
        ("com.shop.order.placed", {"stage": "advocacy"}, ("advocacy", "declared")),
        ("com.shop.email.received", {"intent": "track_order"}, ("use", "intent")),
        ("com.shop.email.received", {"intent": "unheard_of"}, ("interaction", "rule")),
        ("com.shop.order.delivered", {}, ("use", "rule")),
        ("shop_visit", {}, ("discovery", "rule")),
        ("review.posted", {}, ("advocacy", "rule")),
        ("com.mailshop.thing", {}, (None, None)),
    ],
)
def test_the_stage_and_how_it_was_found(type_: str, data: Any, stage: tuple[str | None, str | None]) -> None:
    facts = read(event(type=type_, data=data)).facts
    assert (facts.get("stage"), facts.get("stage_method")) == stage


def test_no_word_stands_for_a_stage_that_is_none() -> None:
    assert len(STAGES) == 8
    assert all(stage_of_event(f"com.shop.{stage}", stage, None, {}.get)["stage"] == stage for stage in STAGES)


def test_every_type_that_the_bot_writes_is_its_own() -> None:
    assert {name.partition(":")[0] for name in TRANSITIONS} | HIDDEN_FROM_CUSTOMERS <= set(OWN_TYPES)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 63), 1 << 63) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=10,
)
FIELDS = st.sampled_from([*FACTS, "customer_id", "customer", "customer_ref", "anonymous_id", "stage", "intent"])


@settings(max_examples=50)
@given(
    JSON
    | st.builds(
        lambda more, data: event(**more, data=data),
        st.dictionaries(
            st.sampled_from(
                ["id", "source", "type", "time", "subject", "data_base64", "specversion", "stage", "other"]
            ),
            JSON,
        ),
        st.dictionaries(FIELDS, JSON),
    )
)
def test_anything_is_either_taken_or_named(value: Any) -> None:
    with suppress(Rejected):
        one = read(value)
        assert one.facts["source"]
        assert set(one.facts) & {"customer", "customer_id", "customer_ref", "anonymous_id"} == set()
