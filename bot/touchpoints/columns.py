"""A touchpoint as one flat row, the same in every format that has columns: CSV, Parquet, and whatever reads them."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import orjson

Kind = Literal["text", "integer", "number", "flag", "time"]

_DATA: Mapping[Kind, str] = {
    "integer": "seq episode rated_episode answer_variant corrected_seq quantity",
    "text": (
        "conversation_id customer_ref cause actor_kind actor_id actor_version channel locale language stage "
        "stage_method initiative variant intent runner_up model_version answer_id slot guide step action payload skill "
        "reason agent_id outcome known_ref method purpose what survey_kind experiment arm currency was title metric "
        "phase text"
    ),
    "number": (
        "confidence scope_score mood latency_ms wait_s priority score offer_probability amount before after promised_at"
    ),
    "flag": "in_scope distressed confirmed again failed found bad passed simulated",
}

COLUMNS: Mapping[str, Kind] = {
    "position": "integer",
    "id": "text",
    "source": "text",
    "type": "text",
    "time": "time",
    "recordedtime": "time",
    "subject": "text",
    **{name: kind for kind, names in _DATA.items() for name in names.split()},
    "more": "text",
}
"""Every column with its kind, in order. `more` holds, as JSON, whatever of the data has no column of its own."""

_FITS: Mapping[Kind, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "flag": lambda value: isinstance(value, bool),
}

_ATTRIBUTES = ("id", "source", "type", "time", "recordedtime", "subject")


def row(event: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that a touchpoint has something in, from its CloudEvent; times are RFC 3339 in UTC."""
    flat: dict[str, Any] = {name: event[name] for name in _ATTRIBUTES}
    flat["position"] = int(event["position"])
    more: dict[str, Any] = {}
    for name, value in event["data"].items():
        kind = COLUMNS.get(name)
        if kind is not None and name not in flat and name != "more" and _FITS[kind](value):
            flat[name] = value
        elif value is not None:
            more[name] = value
    if more:
        flat["more"] = orjson.dumps(more, option=orjson.OPT_SORT_KEYS).decode()
    return flat
