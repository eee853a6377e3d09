"""What must hold of any day at the desk, checked from the log alone, presence and conversations in one order."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.records import Touchpoint
from bot.touchpoints.log import TouchpointLog

GAINS = ("conversation.assigned", "conversation.taken_over")
ENDS = ("conversation.returned", "episode.closed", "assignment.expired", "handoff.cancelled")
NOT_BACK_FOR = 120_000


@dataclass
class Case:
    """One conversation as the log tells it."""

    skill: str = "general"
    waits: bool = False
    owner: str | None = None
    lost_by: str | None = None
    since: int = 0
    idle_since: int | None = None
    """Since when it has been waiting although somebody could have it."""
    shown: tuple[int, int] | None = None
    asked_at: int = 0


@dataclass
class Day:
    """Everything wrong that was found, and the waits that were measured."""

    skills: Mapping[str, tuple[str, ...]]
    usual_capacity: int
    grace: int
    cases: dict[str, Case] = field(default_factory=dict)
    present: dict[str, Mapping[str, object]] = field(default_factory=dict)
    load: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    covered: list[bool] = field(default_factory=list)
    ranges: Counter[tuple[int, int]] = field(default_factory=Counter)
    methods: Counter[str] = field(default_factory=Counter)
    expired: Counter[str] = field(default_factory=Counter)
    lost_at: dict[str, int] = field(default_factory=dict)
    """When the last conversation of an agent was taken from them as they were absent."""

    def take(self, one: Touchpoint) -> None:
        """Take in the next touchpoint of the log."""
        if one.type == "agent.presence_changed":
            self.present[one.stream.partition("/")[2]] = one.facts
        elif one.stream.startswith("conversation/"):
            case = self.cases.setdefault(one.stream.partition("/")[2], Case())
            self._happens(case, one)
        self._find_idle(one.time)

    def _happens(self, case: Case, one: Touchpoint) -> None:
        facts = one.facts
        if one.type == "handoff.requested":
            self._waits(case, one, None)
            case.asked_at = one.time
            case.shown = (facts["wait_low_s"], facts["wait_high_s"]) if "wait_low_s" in facts else None
        elif one.type in GAINS:
            if not case.waits or case.owner is not None:
                self.wrong.append(f"{one.stream}/{one.seq}: {facts['agent_id']} gets what {case.owner} has")
            if case.shown is not None:
                self.ranges[case.shown] += 1
                self.covered.append(case.shown[0] <= (one.time - case.asked_at) / 1000 <= case.shown[1])
                case.shown = None
            case.waits, case.owner = False, facts["agent_id"]
            self.load[case.owner] += 1
            self.methods[facts["method"]] += 1
            if facts["method"] == "automatic":
                self._check_given(one, case.owner, case)
        elif one.type == "message.sent":
            if facts["actor_id"] != case.owner:
                self.wrong.append(f"{one.stream}/{one.seq}: {facts['actor_id']} answers what {case.owner} has")
        elif one.type in ENDS:
            owner = case.owner
            if owner is not None:
                self.load[owner] -= 1
            case.waits, case.owner = False, None
            if one.type == "assignment.expired":
                if facts["agent_id"] != owner:
                    self.wrong.append(f"{one.stream}/{one.seq}: {facts['agent_id']} loses what {owner} has")
                self.expired[facts["reason"]] += 1
                self.lost_at[facts["agent_id"]] = one.time
                self._waits(case, one, owner)

    def _waits(self, case: Case, one: Touchpoint, lost_by: str | None) -> None:
        case.skill = one.facts.get("skill", case.skill)
        case.waits, case.lost_by, case.since = True, lost_by, one.time

    def _check_given(self, one: Touchpoint, agent_id: str, case: Case) -> None:
        present, skills = self.present.get(agent_id, {}), self.skills[agent_id]
        if present.get("status") != "online" or not present.get("automatic"):
            self.wrong.append(f"{one.stream}/{one.seq}: given to {agent_id}, who takes nothing automatically")
        if skills and case.skill not in skills:
            self.wrong.append(f"{one.stream}/{one.seq}: given to {agent_id}, who can't")
        if self.load[agent_id] > (present.get("capacity") or self.usual_capacity):  # type: ignore[operator]
            self.wrong.append(f"{one.stream}/{one.seq}: given to {agent_id}, who has no room")

    def _find_idle(self, now: int) -> None:
        idle = [
            agent_id
            for agent_id, present in self.present.items()
            if present["status"] == "online"
            and present["automatic"]
            and self.load[agent_id] < (present["capacity"] or self.usual_capacity)  # type: ignore[operator]
        ]
        for name, case in self.cases.items():
            free = case.waits and any(self._could(agent_id, case, now) for agent_id in idle)
            if not free:
                case.idle_since = None
            elif case.idle_since is None:
                case.idle_since = now
            elif now - case.idle_since > self.grace:
                self.wrong.append(f"{name} waits since {case.idle_since} though somebody could have it")
                case.idle_since = now

    def _could(self, agent_id: str, case: Case, now: int) -> bool:
        just_lost = case.lost_by == agent_id and now - case.since < NOT_BACK_FOR + self.grace
        return (not self.skills[agent_id] or case.skill in self.skills[agent_id]) and not just_lost


async def day(log: TouchpointLog, skills: Mapping[str, tuple[str, ...]], usual_capacity: int, grace: int) -> Day:
    """The whole log; `grace` is how many milliseconds the desk may take to notice something."""
    found = Day(skills, usual_capacity, grace)
    position = 0
    while page := await log.tail(position):
        for one in page:
            found.take(one)
        position = page[-1].position
    return found


def check_killed(found: Day, killed: Mapping[str, int], lease: int) -> list[str]:
    """What killed agents still have, or lost too late; `killed` is when each gave the last sign of life."""
    wrong = [f"{name} is still with {case.owner}" for name, case in found.cases.items() if case.owner in killed]
    for agent_id, last_seen in killed.items():
        late = found.lost_at.get(agent_id, last_seen) - last_seen - lease
        if late > found.grace:
            wrong.append(f"{agent_id} lost a conversation {late} ms too late")
    return wrong
