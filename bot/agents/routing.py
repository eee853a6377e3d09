"""Who gets whom: pure, from those who wait and those who have room to pairs of both."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """A conversation that waits. `not_to` is the agent who has just lost it and shouldn't get it straight back."""

    conversation_id: str
    skill: str
    language: str | None = None
    not_to: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent who takes conversations automatically.

    Without skills an agent takes everything, without languages any language. `load` of `capacity` conversations are the
    agent's already; `idle_since`, in milliseconds, is when the agent last got or finished one.
    """

    agent_id: str
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    capacity: int
    load: int
    idle_since: int

    def can(self, skill: str) -> bool:
        """Whether the agent has the skill."""
        return not self.skills or skill in self.skills

    def speaks(self, language: str | None) -> bool:
        """Whether the agent is at home in the language; one that isn't known is nobody's."""
        return language is None or not self.languages or language in self.languages


def route(requests: Sequence[Request], candidates: Sequence[Candidate]) -> list[tuple[str, str]]:
    """Pairs of conversation and agent, for requests in the order in which they are to be taken.

    Each goes to somebody with the skill and room: preferably one who speaks the language, then who has the fewest, then
    who has been idle longest. Nobody waits for a language while somebody with the skill is free.
    """
    room = {one.agent_id: one.capacity - one.load for one in candidates}
    load = {one.agent_id: one.load for one in candidates}
    free = [one for one in candidates if room[one.agent_id] > 0]
    pairs = []
    for request in requests:
        if not free:
            break
        able = [one for one in free if one.can(request.skill) and one.agent_id != request.not_to]
        if not able:
            continue
        chosen = min(able, key=lambda one: _rank(one, request, load[one.agent_id]))
        pairs.append((request.conversation_id, chosen.agent_id))
        room[chosen.agent_id] -= 1
        load[chosen.agent_id] += 1
        if room[chosen.agent_id] == 0:
            free.remove(chosen)
    return pairs


def _rank(candidate: Candidate, request: Request, load: int) -> tuple[bool, int, int, str]:
    return not candidate.speaks(request.language), load, candidate.idle_since, candidate.agent_id
