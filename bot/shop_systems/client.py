"""Calls to the shop's own systems: one signed POST each, tried twice at most, never trusted and never raising."""

import asyncio
import logging
import re
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from hashlib import sha256

import httpx
import orjson

from bot.dialogue.turn import Call, Result
from bot.shop_systems.circuit import Circuit
from bot.signature import signed
from bot.transport import open_transport

LARGEST_ANSWER = 64 * 1024
LONGEST_TEXT = 1000
MOST_AT_ONCE = 100
"""So many calls wait for the shop's systems at most; they are slow by then, and one more would make them slower."""

logger = logging.getLogger(__name__)

_NAME = re.compile(r"[a-z0-9_]{1,60}")
_HEADERS = {"accept": "application/json", "accept-encoding": "identity", "content-type": "application/json"}
_BUSY = frozenset({429, 502, 503, 504})
"""Statuses by which a system says that it can't answer just now."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a call may take, and when a system is left in peace; in seconds."""

    one_try: float = 3.0
    altogether: float = 5.0
    pause: float = 0.2
    """Between the first try and the second."""
    failures: int = 5
    """So many calls in a row that weren't answered open the circuit."""
    rest: float = 10.0
    """So long it stays open."""


class HttpActions:
    """The shop's systems behind one address; see `bot.conversations.actions.Actions`.

    `clock` gives milliseconds since the Unix epoch and dates the signatures. `transport` replaces the network, such as
    by an application in this process.
    """

    def __init__(
        self,
        url: str,
        secret: bytes,
        clock: Callable[[], int],
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._url = url.rstrip("/")
        self._secret = secret
        self._clock = clock
        self._patience = patience or Patience()
        self._circuit = Circuit(self._patience.failures, self._patience.rest)
        self._transport = transport or open_transport(kept=20)
        self._under_way = 0

    async def call(self, call: Call, key: str) -> Result:
        """See `Actions.call`; what failed is logged with the action, but never with what was asked or answered."""
        if self._under_way >= MOST_AT_ONCE:
            return _failed(call.action, f"{MOST_AT_ONCE} calls are under way")
        if not self._circuit.lets_through(_seconds()):
            return Result(failed=True)
        self._under_way += 1
        try:
            async with asyncio.timeout(self._patience.altogether):
                result = await self._ask(call, key)
        except asyncio.CancelledError:
            # This task's own end passes. One that nobody asked of it, such as of a name's resolution, is a failure.
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            return self._unanswered(call.action, "the connection was given up")
        except TimeoutError:
            return self._unanswered(call.action, "no answer in time")
        except _NoAnswer as error:
            return self._unanswered(call.action, str(error))
        except _Useless as error:
            self._circuit.answered()
            return _failed(call.action, str(error))
        except Exception as error:
            # The kind alone, as the text of an error may hold what it was about.
            return _failed(call.action, type(error).__name__)
        finally:
            self._under_way -= 1
        self._circuit.answered()
        return result

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.aclose()

    async def _ask(self, call: Call, key: str) -> Result:
        asked: dict[str, object] = {"action": call.action, "arguments": dict(call.arguments), "locale": call.locale}
        if call.customer_id is not None:
            asked["customer_id"] = call.customer_id
        body = orjson.dumps(asked)
        # A digest, so that the shop's logs don't say which conversation it was.
        message_id = f"msg_{sha256(key.encode()).hexdigest()[:32]}"
        try:
            return await self._try(call.action, message_id, body)
        except _NoAnswer:
            await asyncio.sleep(self._patience.pause)
            return await self._try(call.action, message_id, body)

    async def _try(self, action: str, message_id: str, body: bytes) -> Result:
        headers = {**_HEADERS, **signed(self._secret, message_id, self._clock() // 1000, body)}
        request = httpx.Request("POST", f"{self._url}/{action}", headers=headers, content=body)
        try:
            # Around the whole try: httpx would begin to count anew with every piece of an answer.
            async with asyncio.timeout(self._patience.one_try):
                response = await self._transport.handle_async_request(request)
                async with aclosing(response):
                    answer = await _read(response)
        except TimeoutError:
            raise _NoAnswer("no answer in time") from None
        except httpx.TransportError as error:
            raise _NoAnswer(type(error).__name__) from error
        return _result(response.status_code, answer)

    def _unanswered(self, action: str, why: str) -> Result:
        if self._circuit.failed(_seconds()):
            times, rest = self._patience.failures, self._patience.rest
            logger.error(
                "the shop's systems did not answer %d times in a row; they are left alone for %g s", times, rest
            )
        return _failed(action, why)


class _NoAnswer(Exception):
    """The system couldn't be reached or said that it is busy: another try may end better."""


class _Useless(Exception):
    """The system answered, but not with anything that can be used."""


def _failed(action: str, why: str) -> Result:
    logger.warning("the shop's systems failed at %s: %s", action, why)
    return Result(failed=True)


def _seconds() -> float:
    return asyncio.get_running_loop().time()


async def _read(response: httpx.Response) -> bytes:
    if response.status_code in _BUSY:
        raise _NoAnswer(f"status {response.status_code}")
    answer = bytearray()
    async for piece in response.aiter_raw():
        answer += piece
        if len(answer) > LARGEST_ANSWER:
            raise _Useless(f"status {response.status_code}, an answer larger than {LARGEST_ANSWER} bytes")
    return bytes(answer)


def _result(status: int, answer: bytes) -> Result:
    """What an answer means; raises _Useless for one that isn't as agreed."""
    if status == 404:
        return Result()
    if status != 200:
        raise _Useless(f"status {status}")
    try:
        said = orjson.loads(answer)
    except orjson.JSONDecodeError:
        raise _Useless("status 200, an answer that isn't JSON") from None
    found = said.get("found") if isinstance(said, dict) else None
    if found is False:
        return Result()
    values = said.get("values") if found is True else None
    if not isinstance(values, dict):
        raise _Useless("status 200, an answer without `found` or `values`")
    return Result(found=True, values={name: _text(name, value) for name, value in values.items() if value is not None})


def _text(name: str, value: object) -> str:
    """A value as text. One that can't be said is refused with the whole answer, as half of one would be wrong."""
    if not _NAME.fullmatch(name) or not isinstance(value, str | int | float):
        raise _Useless("status 200, a value that has another name or type than agreed")
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    if len(text) > LONGEST_TEXT:
        raise _Useless(f"status 200, a value longer than {LONGEST_TEXT} characters")
    return text
