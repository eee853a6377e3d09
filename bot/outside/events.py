"""A CloudEvent from another system, checked, with what can identify a person apart from what can't. Pure.

What isn't known by name to identify nobody counts as personal: it is sealed with the customer's key.
"""

import binascii
import math
import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from bot.dialogue.surveys import SCALES
from bot.outside.stages import StageOf, stage_of_event
from bot.records import Facts, Personal
from bot.touchpoints.identities import Id, Kind
from bot.touchpoints.types import OWN_TYPES

LARGEST = 64 * 1024
"""Bytes of one event; CloudEvents asks every receiver to take as much."""

AHEAD = 5 * 60 * 1000
"""Milliseconds by which a sender's clock may be ahead of ours: as much as a signature may be old."""

EARLIEST = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp() * 1000)
"""A time before this comes from a clock that was never set."""

_ATTRIBUTE = re.compile(r"[a-z0-9]+")
_TYPE = re.compile(r"\w[\w.:/+-]{0,127}")
_SLUG = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8}){0,4}")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


class Rejected(Exception):
    """An event that can't be taken; the text says what is wrong with it and what to do."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event that can be taken. `time` is in milliseconds since the Unix epoch.

    It is of `customer`, an id of the shop's or our `customer_ref`; where it names a `visitor` too, both are the same
    person. An event that names nobody is of the source alone.
    """

    index: int
    source: str
    id: str
    type: str
    time: int
    facts: Facts
    personal: Personal
    customer: Id | None = None
    customer_ref: str | None = None
    visitor: Id | None = None


def _is_slug(value: Any) -> bool:
    return isinstance(value, str) and _SLUG.fullmatch(value) is not None


def _is_number(low: float, high: float = math.inf) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


FACTS: Mapping[str, Callable[[Any], bool]] = {
    "amount": _is_number(-1e12, 1e12),
    "arm": _is_slug,
    "channel": _is_slug,
    "currency": lambda value: isinstance(value, str) and re.fullmatch("[A-Z]{3}", value) is not None,
    "experiment": _is_slug,
    "initiative": lambda value: value in ("reactive", "proactive"),
    "latency_ms": _is_number(0),
    "locale": lambda value: isinstance(value, str) and _LOCALE.fullmatch(value) is not None,
    "offer_probability": _is_number(0, 1),
    "quantity": _is_number(0, 1e9),
    "reason": _is_slug,
    "score": _is_number(0, 100),
    "simulated": lambda value: value is True,
    "survey_kind": lambda value: isinstance(value, str) and value in SCALES,
    "wait_s": _is_number(0),
}
"""Fields of `data` that can identify nobody, each with what it must be; anything else is personal."""

_WHO = ("customer_ref", "customer_id", "anonymous_id")


def read_event(index: int, value: Any, now: int, source: str | None, stage_of: StageOf) -> Event:
    """The event that a JSON value is; raises Rejected.

    With a `source`, those of any other are rejected, and none links a visitor: that concerns what all sources report.
    """
    attributes = _attributes(value)
    type_ = attributes["type"]
    if type_ in OWN_TYPES:
        raise Rejected(f"type {type_} is one that this bot writes itself; give yours another name")
    if source is not None and attributes["source"] != source:
        raise Rejected(f"this key may report for the source {source} alone, not for {_shown(attributes['source'])}")
    data = _data(value)
    who = _who(data, attributes.get("subject"))
    if source is not None and (who["customer_ref"] is not None or "customer" in who):
        who.pop("visitor", None)
    facts, personal = _parted(data)
    known = ("specversion", "id", "source", "type", "time", "data", "data_base64", "datacontenttype", "dataschema")
    further = {name: one for name, one in value.items() if name not in known and one is not None}
    if further:
        personal["attributes"] = further
    intent = data.get("intent") if isinstance(data.get("intent"), str) else None
    if intent is not None and stage_of(intent) is not None:
        facts["intent"] = personal.pop("intent")
    try:
        facts |= stage_of_event(type_, data.get("stage", value.get("stage")), intent, stage_of)
    except ValueError as error:
        raise Rejected(str(error)) from None
    personal.pop("stage", None)
    facts["source"] = attributes["source"]
    personal["id"] = attributes["id"]
    return Event(
        index, attributes["source"], attributes["id"], type_, _time(attributes.get("time"), now), facts, personal, **who
    )


def _attributes(value: Any) -> Mapping[str, str]:
    """The attributes that every event has, and the optional ones, each checked."""
    if not isinstance(value, dict):
        raise Rejected(f"an event is a JSON object, not {type(value).__name__}")
    try:
        size = len(orjson.dumps(value))
    except TypeError:  # its own limit, far beyond what any event needs
        raise Rejected("the event is nested too deep; at most some 200 levels are taken") from None
    if size > LARGEST:
        raise Rejected(f"the event has {size} bytes; at most {LARGEST} are taken")
    if value.get("specversion") != "1.0":
        raise Rejected(f"specversion is {_shown(value.get('specversion'))}; it must be '1.0'")
    found: dict[str, str] = {}
    for name in ("id", "source", "type"):
        if not isinstance(value.get(name), str) or not 0 < len(value[name]) <= 1024:
            raise Rejected(f"{name} is {_shown(value.get(name))}; it must be a text of 1 to 1,024 characters")
        found[name] = value[name]
    for name in ("time", "subject", "datacontenttype", "dataschema"):
        if value.get(name) is not None:
            if not isinstance(value[name], str) or not 0 < len(value[name]) <= 1024:
                raise Rejected(
                    f"{name} is {_shown(value[name])}; it must be a text of 1 to 1,024 characters, or absent"
                )
            found[name] = value[name]
    _check_names(value)
    if not _TYPE.fullmatch(found["type"]):
        raise Rejected(f"type is {_shown(found['type'])}; write it like com.shop.order.placed, up to 128 characters")
    return found


def _check_names(value: Mapping[str, Any]) -> None:
    """Raise Rejected for an attribute that CloudEvents doesn't allow, by its name or by what it holds."""
    for name, one in value.items():
        if name not in ("data", "data_base64") and not _ATTRIBUTE.fullmatch(name):
            raise Rejected(f"{_shown(name)} is no name of an attribute: lower-case letters and digits; move it to data")
        if name != "data" and isinstance(one, dict | list | float):
            raise Rejected(f"the attribute {_shown(name)} must be a text, a whole number or a boolean; move it to data")


def _data(value: Mapping[str, Any]) -> dict[str, Any]:
    data, binary = value.get("data"), value.get("data_base64")
    if data is not None and binary is not None:
        raise Rejected("the event has data and data_base64; send one of them")
    if binary is not None:
        try:
            b64decode(binary, validate=True)
        except (binascii.Error, ValueError, TypeError):
            raise Rejected("data_base64 isn't base64") from None
        return {"data_base64": binary}
    if data is None:
        return {}
    return dict(data) if isinstance(data, dict) else {"data": data}


def _who(data: dict[str, Any], subject: str | None) -> dict[str, Any]:
    """Whose event it is; takes what says so out of the data."""
    customer = data.get("customer")
    named = {name: data.pop(name) for name in _WHO if data.get(name) is not None}
    if isinstance(customer, dict) and customer.get("id") is not None:
        rest = {name: one for name, one in customer.items() if name != "id"}
        named.setdefault("customer_id", customer["id"])
        data["customer"] = rest
    for prefix, name in (("customer/", "customer_id"), ("visitor/", "anonymous_id")):
        if not named and subject is not None and subject.startswith(prefix):
            named[name] = subject.removeprefix(prefix)
    for name, one in named.items():
        if isinstance(one, int) and not isinstance(one, bool):
            named[name] = one = str(one)
        if not isinstance(one, str) or not 0 < len(one) <= 200:
            raise Rejected(f"{name} is {_shown(one)}; it must be a text of 1 to 200 characters")
    if "customer_ref" in named and "customer_id" in named:
        raise Rejected("the event has a customer_ref and a customer_id; send one of them")
    who: dict[str, Any] = {"customer_ref": named.get("customer_ref")}
    if "customer_id" in named:
        who["customer"] = Id(Kind.CUSTOMER, named["customer_id"])
    if "anonymous_id" in named:
        who["visitor"] = Id(Kind.VISITOR, named["anonymous_id"])
    return who


def _parted(data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What can identify nobody, and the rest."""
    kind, score = data.get("survey_kind"), data.get("score")
    if isinstance(kind, str) and kind in SCALES and score is not None:
        low, high = SCALES[kind]
        if not _is_number(low, high)(score):
            raise Rejected(f"score is {_shown(score)}; for {kind} it must be from {low} to {high}")
    facts = {name: one for name, one in data.items() if name in FACTS and FACTS[name](one)}
    return facts, {name: one for name, one in data.items() if name not in facts}


def _time(text: str | None, now: int) -> int:
    """When it happened; without a time, now."""
    if text is None:
        return now
    try:
        if not _TIME.fullmatch(text):
            raise ValueError
        at = int(datetime.fromisoformat(text.upper()).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise Rejected(f"time is {_shown(text)}; write it as 2026-01-31T12:00:00Z, with Z or an offset") from None
    if at > now + AHEAD:
        raise Rejected(f"time is {(at - now) // 1000} s ahead of this server's clock; set the sender's clock or zone")
    if at < EARLIEST:
        raise Rejected(f"time is {text}, before the year 2000; set the sender's clock")
    return at


def _shown(value: Any) -> str:
    return "absent" if value is None else repr(value)[:60]
