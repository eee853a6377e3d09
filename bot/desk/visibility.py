"""Which conversations an account may see, those that have left the queue included. The one place that says so."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.agents.accounts import Account, Role
from bot.agents.queue import sees
from bot.records import Touchpoint
from bot.touchpoints.log import TouchpointLog, conversation_stream


@dataclass(frozen=True, slots=True)
class Standing:
    """What a conversation that nobody waits in or has is remembered for: its last skill, and the agents in it."""

    skill: str | None = None
    agents: frozenset[str] = frozenset()


NOTHING = Standing()


def skill_of(touchpoint: Touchpoint) -> str | None:
    """The skill that a touchpoint hands the conversation off for, None where it doesn't."""
    by_skill = touchpoint.type == "handoff.requested" or (
        touchpoint.type == "conversation.transferred" and touchpoint.facts.get("variant") == "skill"
    )
    return touchpoint.facts.get("skill") if by_skill else None


def agents_of(touchpoint: Touchpoint) -> tuple[str, ...]:
    """The agents who take part by a touchpoint: who acts, and who gets the conversation."""
    facts = touchpoint.facts
    acts = facts.get("actor_id") if facts.get("actor_kind") == "agent" else None
    gets = facts.get("agent_id") if touchpoint.type.startswith("conversation.") else None
    return tuple(one for one in (acts, gets) if one)


def standing(touchpoints: Iterable[Touchpoint], before: Standing = NOTHING) -> Standing:
    """What a conversation's touchpoints come to, in their order, after what came `before` them."""
    skill, agents = before.skill, before.agents
    for touchpoint in touchpoints:
        skill = skill_of(touchpoint) or skill
        if not agents.issuperset(taking := agents_of(touchpoint)):
            agents = agents.union(taking)
    return Standing(skill, agents)


def is_bound_to_skills(account: Account) -> bool:
    """Whether what the account may see depends on skills; otherwise it sees all, or as an analyst nothing."""
    return account.role is Role.AGENT and bool(account.skills)


def sees_past(account: Account, past: Standing) -> bool:
    """Whether the account sees a conversation that is with the bot or closed.

    An agent with skills sees what was handed off last for one of them, and what the agent took part in.
    """
    if not is_bound_to_skills(account):
        return account.role is not Role.ANALYST
    return past.skill in account.skills or account.id in past.agents


class Visibility:
    """Says who may see a conversation, wherever it is in its life."""

    def __init__(self, log: TouchpointLog) -> None:
        self._log = log

    async def may_see(self, account: Account, conversation_id: str, past: Standing | None = None) -> bool:
        """Whether the account may read a conversation; where there is none, whoever sees everything may look.

        `past` is what its touchpoints come to, where the caller knows that already.
        """
        if not is_bound_to_skills(account):
            return account.role is not Role.ANALYST
        rows = await self._log.rows("queue", {"conversation_id": conversation_id})
        if rows:
            return sees(account, str(rows[0]["skill"]), rows[0]["agent_id"])
        if past is None:
            past = standing(await self._log.read(conversation_stream(conversation_id)))
        return sees_past(account, past)
