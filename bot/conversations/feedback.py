"""A customer's rating of an episode."""

from collections.abc import Mapping, Sequence

from bot.conversations.conversation import Conversations, Outcome, fingerprint
from bot.dialogue.state import State
from bot.errors import Refused
from bot.records import Draft

SCALES: Mapping[str, tuple[int, int]] = {"csat": (1, 5), "ces": (1, 7), "nps": (0, 10)}
"""Survey kind → lowest and highest score."""


class Feedback:
    """Takes ratings."""

    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations

    async def give(
        self, conversation_id: str, client_id: str, episode: int, kind: str, score: int, comment: str | None
    ) -> Outcome:
        """Record a rating; raises Refused for an episode that doesn't exist or a score off the scale."""
        lowest, highest = SCALES[kind]
        if not lowest <= score <= highest:
            raise Refused(f"a {kind} score goes from {lowest} to {highest}, not {score}")

        async def rate(state: State) -> Sequence[Draft]:
            if not 1 <= episode <= state.episode:
                raise Refused(f"this conversation has {state.episode} episodes, not one with number {episode}")
            facts = {"actor_kind": "customer", "rated_episode": episode, "survey_kind": kind, "score": score}
            return (Draft("feedback.given", facts, {"comment": comment} if comment else {}),)

        asked = fingerprint(kind, str(episode), str(score), comment)
        return await self._conversations.act(conversation_id, rate, client_id, asked)
