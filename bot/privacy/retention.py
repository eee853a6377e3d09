"""How long personal content is kept, by what it is. What happened stays; what was said goes."""

from collections import Counter
from collections.abc import Callable, Mapping

from bot.dialogue.fold import NAME_SLOT
from bot.records import Touchpoint
from bot.touchpoints.log import Drop, TouchpointLog

CLASSES: Mapping[str, int] = {"messages": 730, "notes": 730, "feedback": 730, "identities": 1095, "events": 730}
"""Class → after how many days its content goes, where the settings say nothing else."""

DAY = 24 * 3600 * 1000
PAGE = 5000
TOGETHER = 500


def class_of(touchpoint: Touchpoint) -> str:
    """The class of a touchpoint's personal content."""
    if touchpoint.stream.startswith(("customer/", "source/")):
        return "events"
    if touchpoint.type == "note.added":
        return "notes"
    if touchpoint.type == "feedback.given":
        return "feedback"
    facts = touchpoint.facts
    names = touchpoint.type == "slot.filled" and (facts.get("slot") == NAME_SLOT or facts.get("variant") == "contact")
    return "identities" if touchpoint.type == "identity.linked" or names else "messages"


class Retention:
    """Lets go of what has been kept long enough. `days` says for each class how long, None for ever."""

    def __init__(self, log: TouchpointLog, days: Mapping[str, int | None], clock: Callable[[], int]) -> None:
        self._log = log
        self._days = {**CLASSES, **days}
        self._clock = clock

    async def run(self, only_count: bool = False) -> Counter[str]:
        """Drop the content that is too old, or only count it; how much of each class."""
        now = self._clock()
        before = {name: now - days * DAY for name, days in self._days.items() if days is not None}
        dropped: Counter[str] = Counter()
        after = 0
        while before and (page := await self._log.with_personal(max(before.values()), after, PAGE)):
            after = page[-1].position
            old = [(one.position, name) for one in page if one.time < before.get(name := class_of(one), 0)]
            dropped.update(name for _, name in old)
            for start in range(0, 0 if only_count else len(old), TOGETHER):
                several = old[start : start + TOGETHER]
                await self._log.write([Drop("personal", {"position": position}) for position, _ in several])
        if dropped and not only_count:
            await self._log.settle()
        return dropped
