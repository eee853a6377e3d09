"""Errors as RFC 9457 problems: the one place where an error meets a status code."""

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from bot.errors import (
    Blocked,
    BotError,
    CodeRequired,
    Conflict,
    Continued,
    Expired,
    Forbidden,
    Invalid,
    NotAuthenticated,
    NotFound,
    Refused,
    TooMany,
    Unavailable,
)

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

STATUS: Sequence[tuple[type[BotError], int, str]] = (
    (Expired, 401, "expired"),
    (CodeRequired, 401, "code-required"),
    (NotAuthenticated, 401, "not-authenticated"),
    (Blocked, 403, "blocked"),
    (Forbidden, 403, "forbidden"),
    (NotFound, 404, "not-found"),
    (Invalid, 422, "invalid"),
    (Continued, 409, "continued"),
    (Refused, 409, "refused"),
    (Conflict, 409, "refused"),
    (TooMany, 429, "too-many"),
    (Unavailable, 503, "unavailable"),
)
"""Error → status and problem type; the first that matches counts."""


class Problem(BaseModel):
    """An error as RFC 9457 describes it; `errors` lists what is wrong with each field of the request."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, Any]] | None = None


def problem(status: int, type_: str, detail: str, headers: dict[str, str] | None = None, **more: Any) -> Response:
    """The response for one problem."""
    body = {"type": type_, "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    return Response(orjson.dumps(body), status, headers, MEDIA_TYPE)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route can answer beside success, for the OpenAPI document."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def install(app: FastAPI) -> None:
    """Answer every error of the application with a problem."""
    app.exception_handler(BotError)(_bot_error)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_http_error)
    app.exception_handler(Exception)(_unexpected)


def of_error(error: BotError) -> Response:
    """The problem that one of our own errors is."""
    for kind, status, type_ in STATUS:
        if isinstance(error, kind):
            headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
            if isinstance(error, TooMany):
                headers["Retry-After"] = str(error.seconds)
            if status == 503:
                headers["Retry-After"] = "5"
                logger.error("unavailable: %s", error)
                return problem(503, type_, "the server can't store anything right now; try again in a moment", headers)
            # What the database says of a rule is for the log alone.
            text = "somebody else was faster; try again" if isinstance(error, Conflict) else str(error)
            return problem(status, type_, text, headers)
    return of_accident(error, "")


def of_accident(error: Exception, path: str) -> Response:
    """The problem for what nobody planned for: it is logged here and told to nobody else."""
    logger.error("an unexpected error at %s", path, exc_info=error)
    return problem(500, "unexpected", "something went wrong here; nothing that was acknowledged is lost")


async def _bot_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, BotError):
        raise error
    return of_error(error)


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    errors = [
        {"field": ".".join(str(part) for part in one["loc"][1:]) or str(one["loc"][0]), "problem": one["msg"]}
        for one in error.errors()
    ]
    summary = "; ".join(f"{one['field']}: {one['problem']}" for one in errors[:5])
    return problem(422, "invalid", summary or "the request is not valid", errors=errors)


async def _http_error(request: Request, error: HTTPException) -> Response:
    headers = dict(error.headers or {})
    type_ = "too-large" if error.status_code == 413 else HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
    return problem(error.status_code, type_, str(error.detail), headers)


async def _unexpected(request: Request, error: Exception) -> Response:
    return of_accident(error, request.url.path)
