"""The demonstration shop's backend: the calls of `docs/actions.md`, answered as any shop's server answers them."""

from collections import OrderedDict
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.demo.shop import ACTIONS, DemoShop, MissingArguments
from bot.signature import ID, is_genuine

REMEMBERED = 1000
"""How many answers are kept for calls that come again."""

Answer = tuple[int, str, bytes]
"""Status, media type and body: a response that is kept would keep what its request held."""


def create_backend(shop: DemoShop, secret: bytes, clock: Callable[[], int]) -> Starlette:
    """The backend as an ASGI application; `clock` is milliseconds since the Unix epoch."""
    remembered: OrderedDict[str, Answer] = OrderedDict()

    async def act(request: Request) -> Response:
        body = await request.body()
        if not is_genuine(secret, request.headers, body, clock() // 1000):
            return _response(_problem(401, "the signature is wrong, or older than five minutes"))
        message_id = request.headers[ID]
        if message_id not in remembered:
            # Nothing waits between here and the answer: of two calls with one id, the second finds what the first did.
            remembered[message_id] = _answer(shop, request.path_params["action"], body)
            if len(remembered) > REMEMBERED:
                remembered.popitem(last=False)
        return _response(remembered[message_id])

    return Starlette(routes=[Route("/{action}", act, methods=["POST"])])


def _response(answer: Answer) -> Response:
    status, media_type, body = answer
    return Response(body, status, media_type=media_type)


def _answer(shop: DemoShop, action: str, body: bytes) -> Answer:
    if action not in ACTIONS:
        return _problem(501, "there is no such action")
    try:
        asked = orjson.loads(body)
    except orjson.JSONDecodeError:
        return _problem(400, "the body isn't JSON")
    if not _is_call(asked) or asked["action"] != action:
        return _problem(422, "the body isn't a call of this action")
    try:
        values = shop.act(action, asked["arguments"], asked.get("locale"), asked.get("customer_id"))
    except MissingArguments as missing:
        return _problem(422, str(missing))
    return _json(200, {"found": False} if values is None else {"found": True, "values": values})


def _is_call(asked: Any) -> bool:
    if not isinstance(asked, dict) or not isinstance(asked.get("arguments"), dict):
        return False
    texts = [asked.get("action"), *asked["arguments"].values()]
    texts += [asked[name] for name in ("locale", "customer_id") if asked.get(name) is not None]
    return all(isinstance(text, str) for text in texts)


def _problem(status: int, detail: str) -> Answer:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return _json(status, body, "application/problem+json")


def _json(status: int, body: dict[str, Any], media_type: str = "application/json") -> Answer:
    return status, media_type, orjson.dumps(body)
