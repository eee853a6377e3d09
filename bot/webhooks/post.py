"""One message to a receiver: signed, sent to an address that may be reached, and what the answer means."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson

from bot import __version__
from bot.errors import Refused
from bot.records import Touchpoint
from bot.signature import signed
from bot.touchpoints.export import cloud_event
from bot.transport import open_transport
from bot.webhooks.address import Addresses, Unreachable
from bot.webhooks.webhook import Webhook

LARGEST_ANSWER = 4096
"""So many bytes of an answer are read, to keep the connection; none of them counts."""

LONGEST_WAIT = 3600
TEXTS = ("text", "comment", "value", "actor_name")
"""What of the personal content goes along where a webhook has texts."""

GONE = 410
_LATER = frozenset({408, 425, 429})
"""Statuses from 400 on that speak of the moment and not of the message."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt: taken where there is no `error`.

    `unreached`: the receiver said nothing at all. `refused`: it doesn't want this message, and hardly will. `gone`: it
    wants none at all. `wait`: the seconds for which it asked to be left in peace.
    """

    error: str = ""
    unreached: bool = False
    refused: bool = False
    gone: bool = False
    wait: int = 0

    @property
    def taken(self) -> bool:
        """Whether the receiver has the message."""
        return not self.error


def payload(touchpoint: Touchpoint, source: str, texts: bool) -> bytes:
    """The body of a message: the touchpoint as a CloudEvent, with what people wrote only where `texts` says so."""
    event: dict[str, Any] = cloud_event(touchpoint, source)
    if texts:
        event["data"] |= {name: touchpoint.personal[name] for name in TEXTS if name in touchpoint.personal}
    return orjson.dumps(event)


class Post:
    """Sends messages to one receiver. `clock` gives milliseconds since the Unix epoch and dates the signatures."""

    def __init__(self, addresses: Addresses, source: str, clock: Callable[[], int], one_try: float) -> None:
        self._addresses = addresses
        self._source = source
        self._clock = clock
        self._one_try = one_try
        # One a receiver, as connections are kept by address and two receivers may share one.
        self._transport = open_transport(kept=8)

    async def send(self, webhook: Webhook, touchpoint: Touchpoint) -> Outcome:
        """Make one attempt. Never raises; what failed is an Outcome that says so."""
        body = payload(touchpoint, self._source, webhook.texts)
        try:
            async with asyncio.timeout(self._one_try):
                return await self._send(webhook, touchpoint.id, body)
        except TimeoutError:
            return Outcome("no answer in time", unreached=True)
        except (Refused, Unreachable) as error:
            return Outcome(str(error), unreached=True)
        except httpx.TransportError as error:
            return Outcome(f"can't be reached: {type(error).__name__}", unreached=True)
        except Exception as error:
            logger.exception("a message to webhook %s could not be sent", webhook.id)
            return Outcome(type(error).__name__)

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.aclose()

    async def _send(self, webhook: Webhook, message_id: str, body: bytes) -> Outcome:
        url = httpx.URL(webhook.url)
        now = self._clock()
        first, *others = webhook.keys(now)
        headers = {
            "host": urlsplit(webhook.url).netloc,
            "content-type": "application/cloudevents+json",
            "accept-encoding": "identity",
            "user-agent": f"bot/{__version__}",
            **signed(first, message_id, now // 1000, body, *others),
        }
        port = url.port or {"http": 80, "https": 443}[url.scheme]
        *before, last = await self._addresses.find(url.host, port)
        for address in before:
            try:
                return await self._ask(url, address, headers, body)
            except httpx.ConnectError:
                continue
        return await self._ask(url, last, headers, body)

    async def _ask(self, url: httpx.URL, address: str, headers: dict[str, str], body: bytes) -> Outcome:
        # To the address that was looked at; the certificate must still be that of the name.
        there, named = url.copy_with(host=address), {"sni_hostname": url.host}
        request = httpx.Request("POST", there, headers=headers, content=body, extensions=named)
        response = await self._transport.handle_async_request(request)
        async with aclosing(response):
            await _skim(response)
        return _meaning(response)


async def _skim(response: httpx.Response) -> None:
    """Read an answer to its end where that is near: then the connection is kept, else it is closed."""
    read = 0
    async for piece in response.aiter_raw():
        read += len(piece)
        if read > LARGEST_ANSWER:
            return


def _meaning(response: httpx.Response) -> Outcome:
    status = response.status_code
    if 200 <= status < 300:
        return Outcome()
    error = f"status {status}"
    if status == GONE:
        return Outcome(error, gone=True)
    refused = 300 <= status < 500 and status not in _LATER
    after = response.headers.get("retry-after", "")
    wait = min(int(after), LONGEST_WAIT) if after.isascii() and after.isdigit() and len(after) < 9 else 0
    return Outcome(error, refused=refused, wait=0 if refused else wait)
