"""A touchpoint as the customer sees it, and as staff do."""

from typing import Any

from bot.records import HIDDEN_FROM_CUSTOMERS, Personal, Touchpoint, timestamp

SHOWN_TO_CUSTOMERS = (
    "episode",
    "quick_replies",
    "client_id",
    "rated_episode",
    "survey_kind",
    "scale",
    "score",
    "place",
    "wait_low_s",
    "wait_high_s",
)


def for_customer(touchpoint: Touchpoint, bot_name: str) -> dict[str, Any] | None:
    """What the customer sees of a touchpoint, None where its type is one customers never see."""
    if touchpoint.type in HIDDEN_FROM_CUSTOMERS:
        return None
    facts, personal = touchpoint.facts, touchpoint.personal
    actor = {"kind": facts["actor_kind"]}
    if actor["kind"] == "bot":
        actor["name"] = bot_name
    elif touchpoint.type == "conversation.assigned" or _is_given_away(touchpoint):
        # Who gave it to the agent, a supervisor or the bot, is nothing to the customer.
        actor = _agent(personal)
    elif "actor_name" in personal:
        actor["name"] = personal["actor_name"]
    view = {
        "seq": touchpoint.seq,
        "prev": facts["prev"],
        "id": touchpoint.id,
        "type": touchpoint.type,
        "time": timestamp(touchpoint.time),
        "actor": actor,
    }
    if "text" in personal:
        view["text"] = personal["text"]
    if "agent_name" in personal:
        view["agent"] = {"name": personal["agent_name"]}
    if touchpoint.type == "conversation.transferred":
        view["to"] = facts.get("variant", "agent")
    for name in SHOWN_TO_CUSTOMERS:
        if name in facts:
            view[name] = facts[name]
    if "comment" in personal:
        view["comment"] = personal["comment"]
    if facts.get("promised_at") is not None:
        view["promised_by"] = timestamp(facts["promised_at"])
    return view


def _is_given_away(touchpoint: Touchpoint) -> bool:
    """Whether somebody else gave to an agent what another one had; who has it may pass it on, and is known already."""
    facts = touchpoint.facts
    given = touchpoint.type == "conversation.transferred" and facts.get("variant") == "agent"
    return given and facts.get("from") != facts.get("actor_id")


def _agent(personal: Personal) -> dict[str, Any]:
    name = personal.get("agent_name") or personal.get("actor_name")
    return {"kind": "agent", "name": name} if name else {"kind": "agent"}


def for_staff(touchpoint: Touchpoint) -> dict[str, Any]:
    """What agents see of a touchpoint: all of it, in one flat object."""
    facts = {k: v for k, v in touchpoint.facts.items() if k not in ("actor_kind", "actor_id", "actor_name", "prev")}
    actor = {"kind": touchpoint.facts.get("actor_kind", "system")}
    if "actor_id" in touchpoint.facts:
        actor["id"] = touchpoint.facts["actor_id"]
    if "actor_name" in touchpoint.personal:
        actor["name"] = touchpoint.personal["actor_name"]
    personal = {k: v for k, v in touchpoint.personal.items() if k not in ("actor_name", "fingerprint")}
    return {
        **personal,
        **facts,
        "seq": touchpoint.seq,
        "id": touchpoint.id,
        "type": touchpoint.type,
        "time": timestamp(touchpoint.time),
        "actor": actor,
    }
