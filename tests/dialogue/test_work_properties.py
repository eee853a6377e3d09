"""What holds for any sequence of what customers, agents and the clock do to one conversation."""

from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content.content import Content
from bot.conversations.projection import PRIORITY_IS_WORTH, projected
from bot.dialogue import work
from bot.dialogue.state import ASSIGNED, BOT, CLOSED, QUEUED, State, check
from bot.dialogue.work import Agent, Lease
from bot.errors import Refused
from bot.records import Draft, Touchpoint
from bot.touchpoints.log import Drop, Put
from tests.dialogue.talk import Talk, understood

AGENTS = [Agent("anna-id", "Anna"), Agent("ben-id", "Ben"), Agent("sue-id", "Sue", supervises=True)]
RECEIVED = Touchpoint("t2", "conversation/c", 2, "message.received", 0, {"intent": "hours"}, {})

ACTS = [
    "say", "say", "ask", "leave", "claim", "automatic", "give", "take over", "to skill", "to agent", "give back",
    "expire", "late", "write", "resolve", "note", "correct", "block", "unblock",
]  # fmt: skip
steps = st.lists(
    st.tuples(st.sampled_from(ACTS), st.sampled_from(AGENTS), st.sampled_from(AGENTS), st.integers(0, 30)),
    min_size=1,
    max_size=40,
)


class Desk:
    """A conversation with its rows, its agents and a clock; `leases` are those that were ever looked at."""

    def __init__(self, content: Content) -> None:
        self.talk = Talk(content)
        self.rows: dict[str, dict[str, Any]] = {}
        self.leases: list[Lease] = []
        self.act("ask", AGENTS[0], AGENTS[0], 0)

    @property
    def state(self) -> State:
        return self.talk.state

    def act(self, act: str, agent: Agent, other: Agent, minutes: int) -> Sequence[Draft]:
        """Do one thing; what is refused does nothing."""
        self.talk.now += minutes * 60_000
        before = self.state
        if before.owner is ASSIGNED and before.assigned_at is not None:
            owner = next(one for one in AGENTS if one.id == before.agent_id)
            self.leases.append(Lease(owner, before.assigned_at, before.unanswered_since))
        if act in ("say", "ask"):
            self.talk.say("a person" if act == "ask" else "hours", understood("person" if act == "ask" else "hours"))
            drafts: Sequence[Draft] = self.talk.drafts
        else:
            try:
                drafts = self._rule(act, agent, other)
                check(before, drafts)
            except Refused:
                drafts = ()
            self.talk.happen(*drafts)
        for change in projected("c", "ref", None, before, self.state):
            if isinstance(change, Put):
                self.rows[change.table] = dict(change.row)
            elif isinstance(change, Drop):
                self.rows.pop(change.table, None)
        return drafts

    def _rule(self, act: str, agent: Agent, other: Agent) -> list[Draft]:
        state, content, now = self.state, self.talk.content, self.talk.now
        lease = self.leases[now // 60_000 % len(self.leases)] if self.leases else Lease(agent, 0)
        rules = {
            "leave": lambda: work.leave(state, content, now),
            "claim": lambda: work.assign(state, agent, content, now, "claimed", agent),
            "automatic": lambda: work.assign(state, agent, content, now, "automatic", None),
            "give": lambda: work.assign(state, agent, content, now, "given", AGENTS[2]),
            "take over": lambda: work.take_over(state, agent, content),
            "to skill": lambda: work.pass_to_skill(state, agent, content, now, "billing", "a note"),
            "to agent": lambda: work.pass_to_agent(state, agent, content, other, None),
            "give back": lambda: work.give_back(state, agent, content, "a note"),
            "expire": lambda: work.expire(state, lease, content, now, "absent"),
            "late": lambda: work.expire(state, lease, content, now, "late"),
            "write": lambda: work.write(state, agent, "hello"),
            "resolve": lambda: work.resolve(state, agent, content, None),
            "note": lambda: work.note(state, agent, "a note"),
            "correct": lambda: work.correct(state, agent, content, RECEIVED, "stores"),
            "block": lambda: work.block(state, agent, True),
            "unblock": lambda: work.block(state, agent, False),
        }
        return rules[act]()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=steps)
def test_no_conversation_is_lost_and_none_has_two_owners(shop: Content, steps: list[Any]) -> None:
    desk = Desk(shop)
    for step in steps:
        desk.act(*step)
        state, row = desk.state, desk.rows.get("queue")
        # Who waits or has somebody is in the queue's rows, with the same owner; who doesn't, isn't.
        assert (row is not None) == (state.owner in (QUEUED, ASSIGNED))
        assert (state.agent_id is not None) == (state.owner is ASSIGNED)
        if row is not None:
            assert row["agent_id"] == state.agent_id
            assert row["place_at"] == row["requested_at"] - row["priority"] * PRIORITY_IS_WORTH
            assert row["requested_at"] == state.requested_at
            assert row["unanswered_since"] is None or state.owner is ASSIGNED
        if "conversation" in desk.rows:
            assert desk.rows["conversation"]["owner"] == state.owner.value


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=steps)
def test_the_bot_is_silent_while_somebody_owns_the_conversation(shop: Content, steps: list[Any]) -> None:
    desk = Desk(shop)
    for step in steps:
        owner = desk.state.owner
        drafts = desk.act(*step)
        said = [draft.type for draft in drafts if draft.facts.get("actor_kind") == "bot"]
        if owner is ASSIGNED:
            assert said in ([], ["feedback.offered"])
        elif owner is QUEUED:
            assert said in ([], ["answer.given"])


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=steps)
def test_whoever_waits_keeps_the_place_until_they_are_helped_or_go(shop: Content, steps: list[Any]) -> None:
    desk = Desk(shop)
    for step in steps:
        before, was = desk.state, desk.rows.get("queue")
        drafts = desk.act(*step)
        after, row = desk.state, desk.rows.get("queue")
        if was is not None and row is not None:
            assert row["place_at"] == was["place_at"]
            assert (row["replied_at"] or was["replied_at"]) == row["replied_at"]
        types = [draft.type for draft in drafts]
        if before.owner is ASSIGNED and after.owner is QUEUED:
            assert after.waiting_since == desk.talk.now
            assert types[-1] in ("assignment.expired", "conversation.transferred")
        if before.owner in (QUEUED, ASSIGNED) and after.owner in (BOT, CLOSED):
            assert set(types) & {"handoff.cancelled", "conversation.returned", "episode.closed"}


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=steps)
def test_an_old_lease_ends_no_later_assignment(shop: Content, steps: list[Any]) -> None:
    desk = Desk(shop)
    for step in steps:
        desk.act(*step)
        state = desk.state
        for lease in desk.leases:
            ends = bool(work.expire(state, lease, shop, desk.talk.now, "absent"))
            same = (state.agent_id, state.assigned_at) == (lease.agent.id, lease.assigned_at)
            assert ends == (state.owner is ASSIGNED and same)
