"""What the shop itself records of its service: reviews of episodes, and improvements that the report follows up."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.content.problems import hint
from bot.cx.followed import FOLLOWED
from bot.errors import NotFound, Refused
from bot.records import Touchpoint, new_id, timestamp
from bot.touchpoints.log import SYSTEM, TouchpointLog, conversation_stream
from bot.touchpoints.race import decided_again


async def review(
    log: TouchpointLog, clock: Callable[[], int], conversation_id: str, episode: int, passed: bool
) -> None:
    """Record that a quality review passed an episode or not; the last one counts. Raises NotFound."""
    episodes = {one.facts.get("episode") for one in await log.read(conversation_stream(conversation_id))}
    if episode not in episodes:
        raise NotFound(f"there is no episode {episode} in a conversation {conversation_id}")
    facts = {"conversation_id": conversation_id, "episode": episode, "passed": passed}
    await _append(log, clock, "assessment.recorded", clock(), facts)


async def improvement(
    log: TouchpointLog, clock: Callable[[], int], title: str, metric: str, phase: str, since: int | None = None
) -> None:
    """Record what was improved, by which metric that should show, and since when (milliseconds; now).

    Raises Refused for a metric that doesn't exist and for a time to come, as what is recorded can't be put right.
    """
    begun = clock() if since is None else since
    if begun > clock():
        raise Refused(f"{timestamp(begun)} is still to come; record an improvement once it is made")
    if metric not in FOLLOWED:
        raise Refused(f"there is no metric {metric!r}: {hint(metric, FOLLOWED)}; docs/cx.md says what each is")
    facts = {"title": title, "metric": metric, "phase": phase}
    await _append(log, clock, "improvement.recorded", begun, facts)


async def _append(
    log: TouchpointLog, clock: Callable[[], int], type_: str, time: int, facts: Mapping[str, Any]
) -> None:
    async def attempt() -> None:
        head = await log.head(SYSTEM)
        await log.append(SYSTEM, head, [Touchpoint(new_id(), SYSTEM, head + 1, type_, time, facts, {})])

    await decided_again(attempt, "too much is recorded at once; try again in a moment")
