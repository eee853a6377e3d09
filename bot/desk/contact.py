"""What customers ask to have by mail: the answer, where nobody is there, and a copy of the conversation."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.conversations.conversation import USED_BEFORE, Conversations, Outcome, fingerprint
from bot.conversations.serving import Serving
from bot.conversations.views import for_customer
from bot.desk.letters import CONTACT
from bot.dialogue.state import State, check_writer
from bot.errors import Refused, TooMany
from bot.mail import letters
from bot.mail.letter import address
from bot.mail.letters import Line
from bot.mail.mail import NOT_SET_UP, Mail
from bot.records import Draft
from bot.touchpoints.log import conversation_stream

Key = TypeVar("Key")
Kept = TypeVar("Kept")

COPIES_AN_EPISODE = 3
LETTERS_AN_HOUR = 5
"""So many copies go to one address within an hour, whoever asks for them."""

HOUR = 3600 * 1000
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class _Wish:
    """That a copy is sent: which of the client's, and a digest of where to."""

    client_id: str | None
    fingerprint: str


class Contact:
    """Takes addresses from customers. `zone` is where times of day are told, unless the content has one."""

    def __init__(self, conversations: Conversations, serving: Serving, mail: Mail, zone: ZoneInfo) -> None:
        self._conversations = conversations
        self._serving = serving
        self._mail = mail
        self._zone = zone
        self._clock: Callable[[], int] = conversations.clock
        # In memory: after a restart somebody gets three more copies, and nothing worse happens.
        self._copies: OrderedDict[tuple[str, int], list[_Wish]] = OrderedDict()
        self._sent: OrderedDict[str, list[int]] = OrderedDict()

    async def leave(self, conversation_id: str, client_id: str | None, email: str) -> Outcome:
        """Keep the address to which the answer shall go as well; raises Refused for what is none, and without mail."""
        to = self._checked(email)

        async def fill(state: State) -> Sequence[Draft]:
            check_writer(state)
            facts = {"actor_kind": "customer", "variant": CONTACT, "slot": "email"}
            return (Draft("slot.filled", facts, {"value": to}),)

        return await self._conversations.act(conversation_id, fill, client_id, fingerprint("contact", to))

    async def copy(self, conversation_id: str, client_id: str | None, email: str, admit: Callable[[], None]) -> bool:
        """Send what was said so far to an address; false for a `client_id` seen before, which sends nothing again.

        `admit` is called where a letter would go, and raises TooMany where its caller has had enough of them. Raises
        Refused for what isn't an address, where no mail is set up and where the `client_id` was for another address
        before, TooMany.
        """
        to = self._checked(email)
        state = (await self._conversations.get(conversation_id)).state
        check_writer(state)
        asked = self._copies.get((conversation_id, state.episode), [])
        wish = _Wish(client_id, fingerprint("transcript", to))
        for earlier in asked:
            if client_id is not None and earlier.client_id == client_id:
                if earlier.fingerprint != wish.fingerprint:
                    raise Refused(USED_BEFORE)
                return False
        if len(asked) >= COPIES_AN_EPISODE:
            raise Refused(f"a conversation is sent {COPIES_AN_EPISODE} times at most; look for the earlier letters")
        sent = self._within_the_hour(to.lower())
        if len(sent) >= LETTERS_AN_HOUR:
            raise TooMany("this address has had enough letters for now; try again later", HOUR // 1000)
        admit()
        # Before anything is waited for: those that come at the same time count it already.
        now = self._clock()
        _remember(self._copies, (conversation_id, state.episode), [*asked, wish])
        _remember(self._sent, to.lower(), [*sent, now])
        try:
            await self._send(conversation_id, to, state.locale)
        except BaseException:
            _take_back(self._copies, (conversation_id, state.episode), wish)
            _take_back(self._sent, to.lower(), now)
            raise
        return True

    async def _send(self, conversation_id: str, to: str, locale: str | None) -> None:
        touchpoints = await self._conversations.log.read(conversation_stream(conversation_id))
        bot = self._serving.content.bot
        zone = bot.hours.zone if bot.hours else self._zone
        views = [view for touchpoint in touchpoints if (view := for_customer(touchpoint, bot.name))]
        times = {touchpoint.seq: touchpoint.time for touchpoint in touchpoints}
        lines = [
            Line(_moment(times[view["seq"]], zone), _who(view["actor"], bot.name), view["text"])
            for view in views
            if view.get("text")
        ]
        await self._mail.send(letters.transcript(to, locale, self._mail.name or bot.name, str(zone), lines))

    def _checked(self, email: str) -> str:
        if not self._mail.is_set_up:
            raise Refused(NOT_SET_UP)
        return address(email)

    def _within_the_hour(self, to: str) -> list[int]:
        return [time for time in self._sent.get(to, []) if self._clock() - time < HOUR]


def _remember(kept: OrderedDict[Key, Kept], key: Key, value: Kept) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > REMEMBERED:
        kept.popitem(last=False)


def _take_back(kept: OrderedDict[Key, list[Kept]], key: Key, value: Kept) -> None:
    if value in kept.get(key, ()):
        kept[key].remove(value)


def _moment(milliseconds: int, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(zone):%Y-%m-%d %H:%M}"


def _who(actor: dict[str, str], bot_name: str) -> str | None:
    if actor["kind"] == "customer":
        return None
    return actor.get("name") or bot_name
