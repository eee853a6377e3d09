"""Search over conversations, past ones too.

What customers write is sealed on the disk, so the index lives in memory alone: it is read from the log at the first
search, the newest first, and kept up from where it was at every later one. It reaches back 90 days and holds at most
300,000 texts; an answer says since when where that leaves something out, and whether it is still being read.

`bench/search.py`, on one core: 210,000 texts among 470,000 touchpoints take 15 s of work in pieces of a few
milliseconds, and 42 MiB; a search then takes 1 to 50 ms of it, whatever is asked.
"""

import asyncio
import re
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.agents.accounts import Account, Role
from bot.agents.queue import sees
from bot.desk.index import SHOWN, TYPES, Hit, Thread, WordIndex, text_of
from bot.desk.visibility import Visibility, is_bound_to_skills, sees_past
from bot.desk.words import Snippet, query_terms, snippet
from bot.records import Touchpoint
from bot.touchpoints.log import Row, TouchpointLog

REACHES_BACK = 90 * 24 * 3600 * 1000
"""Milliseconds."""

MOST_TEXTS = 300_000
"""How many texts are read back at most. With a fifth more, the index is made anew."""

PAGE = 100
PAUSE = 0.005
"""Between two pages of touchpoints the thread rests for so many seconds, so that messages are answered meanwhile."""

WAITS = 1.0
"""How many seconds a search waits for what is still being read; then it answers with what there is."""

UNSURE = 50
"""How many conversations that reach further back than the index are looked up for one search."""

# As the console calls who has no name: the number alone finds them.
_CALLED = re.compile(rf"\bcustomer\s+(?=[0-9a-f]{{{SHOWN}}}\b)", re.IGNORECASE)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Found:
    """A conversation that was found: `time` is when what the snippet shows was written, in milliseconds."""

    conversation_id: str
    customer_name: str | None
    snippet: Snippet
    seq: int
    time: int
    owner: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found; `since` is where the index begins, None where nothing was left out."""

    found: Sequence[Found]
    since: int | None
    reading: bool


class Search:
    """Finds conversations by the words in them and by who their customers are."""

    def __init__(self, log: TouchpointLog, visibility: Visibility, clock: Callable[[], int]) -> None:
        self._log = log
        self._visibility = visibility
        self._clock = clock
        self._using = asyncio.Lock()
        self._begin_anew()

    async def find(self, account: Account, query: str, limit: int) -> Answer:
        """The conversations that the account may see in which all words of the query stand, the newest first.

        Raises Unavailable where the log can't be read.
        """
        terms = query_terms(_CALLED.sub("", query))
        if not terms or account.role is Role.ANALYST:
            return Answer((), None, False)
        reading = await self._ready()
        queue = {str(row["conversation_id"]): row for row in await self._log.rows("queue")}
        may_see = _rule(account, queue)
        hits = await self._use(lambda index: index.find(terms, lambda one: may_see(one) is not False, limit + UNSURE))
        found: list[Found] = []
        unsure = 0
        for hit in hits:
            if may_see(hit.thread) is None:
                unsure += 1
                if unsure > UNSURE or not await self._visibility.may_see(account, hit.thread.conversation_id):
                    continue
            shown = await self._shown(hit, terms)
            if shown is not None:
                found.append(shown)
            if len(found) == limit:
                break
        return Answer(found, self._since, reading)

    async def forget(self, customer_refs: Iterable[str]) -> None:
        """Let go of every word of customers who were erased."""
        for ref in customer_refs:
            await self._use(lambda index, ref=ref: index.drop(ref))  # type: ignore[misc]

    async def close(self) -> None:
        """Stop reading."""
        for task in (self._forwards, self._backwards):
            if task is not None:
                task.cancel()
                await asyncio.wait({task})

    async def _shown(self, hit: Hit, terms: Sequence[str]) -> Found | None:
        """What the log says of a hit now; None where its text is no more."""
        touchpoint = await self._at(hit.position)
        text = text_of(touchpoint) if touchpoint else ""
        thread = hit.thread
        rows = await self._log.rows("conversation", {"conversation_id": thread.conversation_id})
        if touchpoint is None or not text or not rows:
            return None
        name = await self._name(thread)
        owner = str(rows[0]["owner"])
        return Found(thread.conversation_id, name, snippet(text, terms), touchpoint.seq, touchpoint.time, owner)

    async def _name(self, thread: Thread) -> str | None:
        """What the customer wants to be called, else what the shop calls them."""
        for position, field in ((thread.name, "value"), (thread.identity, "name")):
            touchpoint = await self._at(position) if position else None
            if touchpoint is not None and touchpoint.personal.get(field):
                return str(touchpoint.personal[field])
        return None

    async def _at(self, position: int) -> Touchpoint | None:
        page = await self._log.backwards(position + 1, 1, after=position - 1)
        return page[0] if page else None

    # What follows reads the log into the index. Both ways stand for themselves: the past, and what is new since.

    def _begin_anew(self) -> None:
        self._index = WordIndex()
        self._head: int | None = None
        """The position up to which everything new has been read."""
        self._past_before: int | None = None
        self._news: tuple[int, int] | None = None
        """Where reading goes on after it has failed half-way: before which position, and up to which head for news."""
        self._read_back = False
        self._since: int | None = None
        self._forwards: asyncio.Task[None] | None = None
        self._backwards: asyncio.Task[None] | None = None

    async def _ready(self) -> bool:
        """Wait a moment until everything is in the index; whether something is still being read."""
        if self._read_back and self._index.texts > MOST_TEXTS * 1.2:
            self._begin_anew()
        if not self._read_back:
            self._backwards = _running(self._backwards, self._read_past)
        if self._head is not None:
            self._forwards = _running(self._forwards, self._read_news)
        done, waiting = await asyncio.wait({one for one in (self._forwards, self._backwards) if one}, timeout=WAITS)
        for task in done:
            task.result()
        return bool(waiting)

    async def _read_past(self) -> None:
        if self._past_before is None:
            self._head = await self._log.last_position()
            self._past_before = self._head + 1
        floor = self._clock() - REACHES_BACK
        while page := await self._log.backwards(self._past_before, PAGE, TYPES):
            await self._take([one for one in page if one.time >= floor])
            self._past_before = page[-1].position
            self._since = max(floor, page[-1].time)
            if page[-1].time < floor or self._index.texts >= MOST_TEXTS:
                break
        else:
            self._since = None
        self._read_back = True

    async def _read_news(self) -> None:
        if self._news is None:
            head = await self._log.last_position()
            self._news = head + 1, head
        before, head = self._news
        while page := await self._log.backwards(before, PAGE, TYPES, self._head or 0):
            await self._take(page)
            before = page[-1].position
            self._news = before, head
        self._head, self._news = head, None

    async def _take(self, page: Sequence[Touchpoint]) -> None:
        await asyncio.sleep(PAUSE)
        await self._use(lambda index: index.take(page))

    async def _use(self, use: Callable[[WordIndex], Result]) -> Result:
        """Do something with the index in a thread, alone."""
        async with self._using:
            index = self._index
            return await asyncio.to_thread(use, index)


def _rule(account: Account, queue: Mapping[str, Row]) -> Callable[[Thread], bool | None]:
    """Whether the account sees a conversation; None where the index doesn't reach back far enough to say."""

    def rule(thread: Thread) -> bool | None:
        if not is_bound_to_skills(account):
            return True
        row = queue.get(thread.conversation_id)
        if row is not None:
            return sees(account, str(row["skill"]), row["agent_id"])
        if sees_past(account, thread.standing):
            return True
        return False if thread.whole else None

    return rule


def _running(task: asyncio.Task[None] | None, read: Callable[[], Coroutine[None, None, None]]) -> asyncio.Task[None]:
    """The task, or a new one where it has come to its end; what it failed with is tried again."""
    if task is not None and not task.done():
        return task
    if task is not None and not task.cancelled():
        task.exception()
    return asyncio.create_task(read())
