"""Limits on what one conversation or one address may ask for, as token buckets in memory."""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence

from starlette.requests import HTTPConnection

from bot.errors import TooMany

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

CONVERSATIONS_AN_HOUR = 60
SIGNALS_A_MINUTE = 120
"""Of what is told and not kept: that somebody types, and how far they have read."""

COPIES_AN_HOUR = 5
"""So many copies of conversations are mailed for one address of a caller, wherever they go."""

COPIES_A_DAY = 200
"""So many are mailed for everybody together: what an invented address costs is the good name of the shop's mail server.

Counted in memory, anew after a restart, and given back evenly over the day.
"""

SIGN_INS_A_MINUTE = 20
SIGN_INS_TO_ONE_ACCOUNT_A_MINUTE = 10
BUCKETS_KEPT = 50_000


class Bucket:
    """A token bucket a key: `burst` at once, refilled evenly over `seconds`."""

    def __init__(self, burst: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = burst
        self._a_second = burst / seconds
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Take one token: 0 where there was one, else the seconds until there is."""
        now = self._clock()
        left, then = self._left.get(key, (float(self._burst), now))
        left = min(float(self._burst), left + (now - then) * self._a_second)
        taken = left >= 1
        self._left[key] = (left - 1 if taken else left, now)
        self._left.move_to_end(key)
        if len(self._left) > BUCKETS_KEPT:
            self._left.popitem(last=False)
        return 0.0 if taken else (1 - left) / self._a_second


class Limits:
    """The limits of a public site. With `messages_a_minute` None there are none."""

    def __init__(
        self,
        messages_a_minute: int | None,
        trusted_proxies: Sequence[Network],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._off = messages_a_minute is None
        self._messages = Bucket(messages_a_minute or 1, 60, clock)
        self._signals = Bucket(SIGNALS_A_MINUTE, 60, clock)
        self._conversations = Bucket(CONVERSATIONS_AN_HOUR, 3600, clock)
        self._copies = Bucket(COPIES_AN_HOUR, 3600, clock)
        self._all_copies = Bucket(COPIES_A_DAY, 24 * 3600, clock)
        self._sign_ins = Bucket(SIGN_INS_A_MINUTE, 60, clock)
        self._sign_ins_to = Bucket(SIGN_INS_TO_ONE_ACCOUNT_A_MINUTE, 60, clock)
        self._trusted = tuple(trusted_proxies)

    def message(self, conversation_id: str) -> None:
        """One more thing sent to a conversation; raises TooMany."""
        if not self._off:
            _check(self._messages.take(conversation_id), "too many messages at once; wait a moment and send it again")

    def signal(self, conversation_id: str) -> None:
        """One more signal from a conversation; raises TooMany."""
        if not self._off:
            _check(self._signals.take(conversation_id), "too many signals at once; wait a moment")

    def conversation(self, connection: HTTPConnection) -> None:
        """One more conversation from an address; raises TooMany."""
        if not self._off:
            seconds = self._conversations.take(self.address(connection))
            _check(seconds, "too many conversations were begun from this address; try again later")

    def copy(self, connection: HTTPConnection) -> None:
        """One more copy of a conversation that somebody at an address has mailed; raises TooMany."""
        if self._off:
            return
        # Their own first: who has had enough takes nothing from the others.
        seconds = self._copies.take(self.address(connection))
        _check(seconds, "you have had enough conversations mailed for now; try again later")
        seconds = self._all_copies.take("")
        _check(seconds, "as many conversations were mailed as may be in a day; try again later")

    def sign_in(self, connection: HTTPConnection, email: str | None = None) -> None:
        """One more sign-in or use of a link from an address, to one account where it names one; raises TooMany."""
        if self._off:
            return
        _check(self._sign_ins.take(self.address(connection)), "too many tries to sign in from this address")
        if email is not None:
            # Whether there is such an account or not: the limit must not tell.
            _check(self._sign_ins_to.take(email.strip().lower()), "too many tries to sign in to this account")

    def address(self, connection: HTTPConnection) -> str:
        """Who calls, by IPv4 address or IPv6 /64: through trusted proxies, the last address that isn't one of them."""
        client = connection.client.host if connection.client else ""
        # A proxy may add to the header or send one of its own behind the client's: all of them count, in order.
        lines = ",".join(connection.headers.getlist("x-forwarded-for"))
        chain = [part.strip() for part in lines.split(",") if part.strip()]
        address = _parsed(client)
        while chain and address is not None and any(address in network for network in self._trusted):
            before = _parsed(chain.pop())
            if before is None:
                break  # nonsense is nobody: what counts is the proxy that passed it on
            address = before
        if address is None:
            return client
        if isinstance(address, ipaddress.IPv6Address):
            return str(ipaddress.ip_network((address, 64), strict=False))
        return str(address)


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address without the port some proxies add; an IPv4 address in IPv6's clothes is one of IPv4."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _check(seconds: float, text: str) -> None:
    if seconds > 0:
        raise TooMany(text, int(seconds) + 1)
