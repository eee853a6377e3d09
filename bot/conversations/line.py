"""The seam to what is known of the queue: what to tell somebody who joins it."""

from typing import Protocol

from bot.dialogue.waiting import Expectation


class Line(Protocol):
    """The queue, as a flow that hands somebody over asks about it. It is asked for hand-offs alone."""

    async def expects(self, skill: str, priority: int, language: str | None, now: int) -> Expectation | None:
        """What to tell a customer who joins the queue now, None where nothing honest can be said.

        `language` is that of the customer, such as `de`; `now` is in milliseconds since the Unix epoch.
        """
        ...
