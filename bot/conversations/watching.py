"""Which agents have a conversation open in front of them now: in memory alone, as typing and read marks are."""

from collections.abc import Callable

from bot.dialogue.work import Agent

LASTS = 45 * 1000
"""For how long, in milliseconds, a look counts; whoever goes on looking says so again before that."""


class Watching:
    """Remembers who looks at what."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._looking: dict[str, dict[str, tuple[Agent, int]]] = {}

    def look(self, conversation_id: str, agent: Agent) -> bool:
        """Note that an agent looks at a conversation; whether that is news."""
        now = self._clock()
        fresh = self._fresh(conversation_id, now)
        news = agent.id not in fresh
        self._looking.pop(conversation_id, None)
        self._looking[conversation_id] = {**fresh, agent.id: (agent, now)}
        # The one looked at last stands last, so what is over stands first.
        while not self._fresh(oldest := next(iter(self._looking)), now):
            del self._looking[oldest]
        return news

    def leave(self, conversation_id: str, agent: Agent) -> bool:
        """Note that an agent looks no more; whether that is news."""
        fresh = self._fresh(conversation_id, self._clock())
        news = fresh.pop(agent.id, None) is not None
        self._keep(conversation_id, fresh)
        return news

    def others(self, conversation_id: str, agent_id: str) -> list[Agent]:
        """Who looks at a conversation beside one agent, the one who came first at the top."""
        fresh = self._fresh(conversation_id, self._clock())
        self._keep(conversation_id, fresh)
        return [agent for agent, _ in fresh.values() if agent.id != agent_id]

    def _fresh(self, conversation_id: str, now: int) -> dict[str, tuple[Agent, int]]:
        looks = self._looking.get(conversation_id, {})
        return {id_: look for id_, look in looks.items() if now - look[1] < LASTS}

    def _keep(self, conversation_id: str, looks: dict[str, tuple[Agent, int]]) -> None:
        if looks:
            self._looking[conversation_id] = looks
        else:
            self._looking.pop(conversation_id, None)
