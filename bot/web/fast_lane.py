"""A fast lane for the one call that every message makes: past FastAPI's layers, to the same function.

FastAPI's way to a function costs about as much as all that the bot does with a message. Only what is plainly right
takes the lane; everything else (another type, no length, a body that isn't valid) goes the ordinary way.
`docs/decisions/0005-fast-lane.md` has the figures.
"""

from types import SimpleNamespace

from fastapi import FastAPI
from pydantic import ValidationError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.errors import BotError
from bot.web import problems
from bot.web.customer import take_message
from bot.web.schemas import MessageIn
from bot.web.services import Services

BEFORE, BEHIND = "/api/conversations/", "/messages"
ID_LENGTH = 36


class FastLane:
    """Wraps the application."""

    def __init__(self, app: FastAPI, services: Services, largest_body: int) -> None:
        self._app: ASGIApp = app
        self._services = services
        self._largest_body = largest_body
        # What the metrics call it: the route it stands in for.
        self._route = SimpleNamespace(path=f"{BEFORE}{{conversation_id}}{BEHIND}")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        path = scope.get("path", "")
        if (
            scope["type"] != "http"
            or scope["method"] != "POST"
            or len(path) != len(BEFORE) + ID_LENGTH + len(BEHIND)
            or not path.startswith(BEFORE)
            or not path.endswith(BEHIND)
        ):
            await self._app(scope, receive, send)
            return
        authorization, length = None, -1
        for name, value in scope["headers"]:
            if name == b"authorization":
                authorization = value.decode("latin-1")
            elif name == b"content-length" and value.isdigit():
                length = int(value)
            elif name == b"content-type" and value != b"application/json":
                length = -1
                break
        if not 0 <= length <= self._largest_body:
            await self._app(scope, receive, send)
            return
        first = await receive()
        if first["type"] != "http.request" or first.get("more_body"):
            await self._app(scope, _again(first, receive), send)
            return
        try:
            message = MessageIn.model_validate_json(first["body"])
        except ValidationError:
            await self._app(scope, _again(first, receive), send)
            return
        scope["route"] = self._route
        conversation_id = path[len(BEFORE) : -len(BEHIND)]
        try:
            response = await take_message(self._services, authorization, conversation_id, message)
        except BotError as error:
            response = problems.of_error(error)
        except Exception as error:
            response = problems.of_accident(error, path)
        await response(scope, receive, send)


def _again(first: Message, receive: Receive) -> Receive:
    """Receives what was received already, and then the rest."""
    left = [first]

    async def receive_again() -> Message:
        return left.pop() if left else await receive()

    return receive_again
