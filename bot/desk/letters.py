"""Sends an agent's answer by mail to who wrote out of hours, left an address, and has gone meanwhile.

A reader of the log that looks at what is a minute old: by then it is known whether the customer sees it in the widget,
and whether the agent went on writing. Nothing is lost by a restart: how far it is stands beside the log, and for each
letter that the mail server puts off as well.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.conversations.serving import Serving
from bot.errors import Refused, Unavailable
from bot.mail import letters
from bot.mail.letter import Letter
from bot.mail.mail import Mail, Undelivered
from bot.records import Touchpoint
from bot.touchpoints.hints import Hints
from bot.touchpoints.log import Drop, Put, Row, TouchpointLog
from bot.touchpoints.reader import Reader

READER = "letters"
POLL = 5.0

WAITS = 60_000
"""So many milliseconds a customer has to see an answer in the widget before it goes out by mail."""

DELAYS = (5.0, 30.0, 120.0, 600.0)
"""Seconds after which a letter is tried again, the last of them again and again."""

GIVES_UP_AFTER = 10
"""So often a letter is tried that the mail server puts off; while the server is down, the letters wait."""

MOST_PUT_OFF = 100
"""So many letters that were put off wait each for itself; with more of them, all others wait as well."""

_OWN_POSITION = "letters/"
"""What the name of a letter's own position in the log begins with: it has one while it is put off."""

CONTACT = "contact"
"""The variant of `slot.filled` by which customers leave an address for an answer."""

_HANDED_OVER = frozenset({"handoff.requested", "conversation.transferred", "assignment.expired"})

Done = TypeVar("Done")

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Trial:
    """A letter on its way, how often it was tried, and how often the server put it off for its own sake."""

    letter: Letter
    answer: Touchpoint
    tries: int = 0
    put_off: int = 0


class AnswerLetters:
    """What the reader of the log named `READER` does. `clock` gives milliseconds since the Unix epoch."""

    def __init__(
        self,
        log: TouchpointLog,
        hints: Hints,
        mail: Mail,
        serving: Serving,
        clock: Callable[[], int],
        delays: Sequence[float] = DELAYS,
    ) -> None:
        self._log = log
        self._hints = hints
        self._mail = mail
        self._serving = serving
        self._clock = clock
        self._delays = delays
        self._put_off: set[asyncio.Task[None]] = set()
        # Pages that were open before a restart need a moment to come back.
        self._began = clock()

    async def run(self) -> None:
        """Read for ever, where mail is set up."""
        if not self._mail.is_set_up:
            return
        try:
            # Before the reader begins: what that one puts off is tried already, and would be found here again.
            await _until_done("looking for letters that were put off", self._look_back)
            await Reader(self._log, self._hints, READER, POLL).run(self.work)
        finally:
            for task in self._put_off:
                task.cancel()

    async def _look_back(self) -> None:
        """Go on with the letters that had been put off when the server went down."""
        for row in await self._log.rows("reader"):
            if str(row["name"]).startswith(_OWN_POSITION):
                self._begin(self._resume(int(row["position"] or 0)))

    async def _resume(self, position: int) -> None:
        async def read() -> _Trial | None:
            for answer in await self._log.tail(position, 1):
                if letter := await self._letter(answer):
                    return _Trial(letter, answer, 1, 1)
            return None

        trial = await _until_done("reading a letter that was put off", read)
        if trial is not None:
            await self._go_on(trial)

    async def work(self, page: Sequence[Touchpoint]) -> int:
        """See `bot.touchpoints.reader.Work`: done after each letter, so that few come twice after a crash."""
        done = page[0].position - 1
        for touchpoint in page:
            if self._clock() - max(touchpoint.time, self._began) < WAITS:
                return done
            done = touchpoint.position
            if touchpoint.type == "message.sent" and not touchpoint.facts.get("simulated"):
                letter = await self._letter(touchpoint)
                if letter is not None:
                    await self._deliver(letter, touchpoint)
                    return done
        return done

    async def _letter(self, answer: Touchpoint) -> Letter | None:
        """The letter that an agent's message needs, if it needs one."""
        _, _, conversation_id = answer.stream.partition("/")
        if self._hints.was_followed(conversation_id, WAITS / 1000):
            return None
        touchpoints = await self._log.read(answer.stream)
        before, after = touchpoints[: answer.seq], touchpoints[answer.seq :]
        # Who goes on writing within the minute puts it all into one letter; who answers within it has seen it.
        if any(one.type in ("message.sent", "message.received") and one.time - answer.time <= WAITS for one in after):
            return None
        to, texts = _address(before), _together(before)
        if to is None or not texts or not _left_out_of_hours(before):
            return None
        shop = self._mail.name or self._serving.content.bot.name
        agent = str(answer.personal.get("actor_name") or shop)
        return letters.answer(to, _locale(before), shop, agent, texts, answer.id)

    async def _deliver(self, letter: Letter, answer: Touchpoint) -> None:
        """Hand a letter over; one that is put off for its own sake waits beside the others, and not before them."""
        trial = _Trial(letter, answer)
        while await self._fails(trial):
            if trial.put_off and len(self._put_off) < MOST_PUT_OFF:
                row: Row = {"name": _OWN_POSITION + answer.id, "position": answer.position - 1}
                await self._log.write([Put("reader", row)])
                self._begin(self._go_on(trial))
                return
            await self._pause(trial)

    def _begin(self, trying: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(trying)
        self._put_off.add(task)
        task.add_done_callback(self._put_off.discard)

    async def _go_on(self, trial: _Trial) -> None:
        async def fails() -> bool:
            return await self._fails(trial)

        async def forget() -> None:
            await self._log.write([Drop("reader", {"name": _OWN_POSITION + trial.answer.id})])

        await self._pause(trial)
        while await _until_done("sending a letter that was put off", fails):
            await self._pause(trial)
        await _until_done("noting that a letter is no longer put off", forget)

    async def _pause(self, trial: _Trial) -> None:
        await asyncio.sleep(self._delays[min(trial.tries, len(self._delays)) - 1])

    async def _fails(self, trial: _Trial) -> bool:
        """Try to hand a letter over; true where it is to be tried again."""
        if trial.tries and await self._is_erased(trial.answer):
            return False
        trial.tries += 1
        try:
            await self._mail.deliver(trial.letter)
        except Refused as error:
            logger.error("an answer was not sent by mail: %s", error)
        except Undelivered as error:
            trial.put_off += not error.down
            if not error.for_good and trial.put_off < GIVES_UP_AFTER:
                logger.warning("an answer was not sent by mail and is tried again: %s", error)
                return True
            logger.error("an answer was given up and not sent by mail: %s", error)
        return False

    async def _is_erased(self, answer: Touchpoint) -> bool:
        """Whether what an agent wrote is no more: its customer was erased while the letter waited."""
        return not any(one.personal for one in await self._log.read(answer.stream, answer.seq - 1, 1))


async def _until_done(what: str, act: Callable[[], Awaitable[Done]]) -> Done:
    """What `act` gives, as soon as it does: a database that was locked for a moment must not end all letters."""
    while True:
        try:
            return await act()
        except Unavailable as error:
            logger.warning("%s is tried again: %s", what, error)
        except Exception:
            logger.exception("%s failed and is tried again", what)
        await asyncio.sleep(POLL)


def _left_out_of_hours(before: Sequence[Touchpoint]) -> bool:
    """Whether the customer was promised an answer because nobody was there when they asked."""
    for touchpoint in reversed(before):
        if touchpoint.type in _HANDED_OVER and touchpoint.facts.get("promised_at") is not None:
            return True
        if touchpoint.type == "handoff.requested":
            return False
    return False


def _address(before: Sequence[Touchpoint]) -> str | None:
    """The address that the customer left last, else the one that the shop knows."""
    known = None
    for touchpoint in reversed(before):
        if touchpoint.type == "slot.filled" and touchpoint.facts.get("variant") == CONTACT:
            return str(touchpoint.personal["value"]) if "value" in touchpoint.personal else None
        if touchpoint.type == "identity.unlinked":
            known = known or ""
        if touchpoint.type == "identity.linked" and known is None:
            known = str(touchpoint.personal.get("email") or "")
    return known or None


def _together(before: Sequence[Touchpoint]) -> list[str]:
    """What the agent wrote in one go, the last message of which is the last touchpoint."""
    texts: list[str] = []
    time = before[-1].time
    for touchpoint in reversed(before):
        if touchpoint.type == "message.received":
            break
        if touchpoint.type == "message.sent":
            if time - touchpoint.time > WAITS:
                break
            time = touchpoint.time
            texts.append(str(touchpoint.personal.get("text", "")))
    return [text for text in reversed(texts) if text]


def _locale(before: Sequence[Touchpoint]) -> str | None:
    """The language that the customer wrote in last, else that of the page."""
    for touchpoint in reversed(before):
        if touchpoint.type == "message.received" and "language" in touchpoint.facts:
            return str(touchpoint.facts["language"])
    return before[0].facts.get("locale") if before else None
