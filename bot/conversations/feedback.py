"""A customer's rating of an episode, and what became of the question for it."""

from collections.abc import Sequence
from typing import Literal

from bot.conversations.conversation import Conversations, Outcome, fingerprint
from bot.conversations.serving import Serving
from bot.dialogue import surveys
from bot.dialogue.state import State, check_writer
from bot.errors import Invalid, Refused
from bot.records import Draft


class Feedback:
    """Takes ratings."""

    def __init__(self, conversations: Conversations, serving: Serving) -> None:
        self._conversations = conversations
        self._serving = serving

    async def give(
        self, conversation_id: str, client_id: str, episode: int, kind: str, score: int, comment: str | None
    ) -> Outcome:
        """Record a rating and answer it; raises Refused for an episode that doesn't exist or a score off the scale."""
        lowest, highest = surveys.SCALES[kind]
        if not lowest <= score <= highest:
            raise Invalid(f"a {kind} score goes from {lowest} to {highest}, not {score}")

        async def rate(state: State) -> Sequence[Draft]:
            _check(state, episode)
            facts = {
                "actor_kind": "customer",
                "rated_episode": episode,
                "survey_kind": kind,
                "score": score,
                "bad": surveys.is_bad(kind, score) or None,
            }
            known = {name: value for name, value in facts.items() if value is not None}
            given = Draft("feedback.given", known, {"comment": comment} if comment else {})
            if state.rated == episode:
                return (given,)  # the same rating with a comment, or another one: thanks have been said
            return given, surveys.thanks(state, self._serving.content, kind, score)

        asked = fingerprint(kind, str(episode), str(score), comment)
        return await self._conversations.act(conversation_id, rate, client_id, asked)

    async def note(
        self, conversation_id: str, client_id: str, episode: int, kind: str, what: Literal["shown", "dismissed"]
    ) -> Outcome:
        """Record that the question for a rating was seen, or skipped; it raises as `give` does."""

        async def write(state: State) -> Sequence[Draft]:
            _check(state, episode)
            facts = {"actor_kind": "customer", "rated_episode": episode, "survey_kind": kind}
            return (Draft(f"feedback.{what}", facts),)

        return await self._conversations.act(conversation_id, write, client_id, fingerprint(what, kind, str(episode)))


def _check(state: State, episode: int) -> None:
    check_writer(state)
    if not 1 <= episode <= state.episode:
        raise Refused(f"this conversation has {state.episode} episodes, not one with number {episode}")
