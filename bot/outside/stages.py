"""The journey stage of what other systems report, and how it was found: declared by them, by its intent, or by rule."""

import re
from collections.abc import Callable, Mapping
from typing import Any, get_args

from bot.content.schema import Stage

STAGES: tuple[str, ...] = get_args(Stage)

StageOf = Callable[[str], str | None]
"""The stage of an intent of the content, None for an unknown one."""

RULES: Mapping[str, frozenset[str]] = {
    stage: frozenset(words.split())
    for stage, words in {
        "advocacy": "review reviewed referral referred recommendation recommended shared testimonial",
        "cultivation": "survey loyalty points renewal renewed reorder reordered birthday anniversary winback",
        "use": (
            "delivery delivered shipment shipped parcel return returned refund refunded repair repaired warranty "
            "activated activation installed usage"
        ),
        "purchase": "order ordered purchase purchased checkout payment paid invoice bought sale",
        "attraction": "wishlist favourite favorite compared cart basket signup registered subscribed trial quote",
        "interaction": "chat call called phone email mail message letter ticket contact appointment store",
        "discovery": "visit visited page pageview view viewed search searched browse browsed landing",
        "awareness": "ad advert advertisement campaign impression newsletter banner",
    }.items()
}
"""Stage → words of a type that stand for it. The first stage with one counts: a delivery of an order is use."""

_WORDS = re.compile(r"[a-z]+")


def stage_of_event(type_: str, declared: Any, intent: str | None, stage_of: StageOf) -> dict[str, str]:
    """The facts `stage` and `stage_method` (declared, intent or rule), or none where nothing says a stage.

    Raises ValueError for a declared stage that is none of the eight.
    """
    if declared is not None:
        if declared not in STAGES:
            raise ValueError(f"stage is {str(declared)[:40]!r}; it must be one of {', '.join(STAGES)}, or absent")
        return {"stage": declared, "stage_method": "declared"}
    if intent is not None and (stage := stage_of(intent)) is not None:
        return {"stage": stage, "stage_method": "intent"}
    # The last parts say what happened; what stands before them is the sender's name in reverse.
    words = set(_WORDS.findall(" ".join(re.split(r"[./:]", type_)[-2:]).lower()))
    for stage, telling in RULES.items():
        if words & telling:
            return {"stage": stage, "stage_method": "rule"}
    return {}
