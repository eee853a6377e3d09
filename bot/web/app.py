"""The application: routes, errors and the edge, put together."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from bot import __version__
from bot.web import (
    accounts,
    agent,
    audit,
    contact,
    customer,
    cx,
    desk,
    handling,
    operations,
    own_account,
    pages,
    problems,
    search,
    session,
    touchpoints,
    webhooks,
)
from bot.web.edge import Edge
from bot.web.fast_lane import FastLane
from bot.web.services import Services

LARGEST_BODY = 64 * 1024

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(services: Services, lifespan: Lifespan) -> ASGIApp:
    """The whole bot as one ASGI application; `lifespan` starts and stops what runs beside the requests."""
    app = FastAPI(
        title="Support bot",
        version=__version__,
        docs_url=None,  # the interactive pages load scripts from another host
        redoc_url=None,
        max_body_size=LARGEST_BODY,
        # Spans and logs of a tracing library would carry what customers write; `/metrics` and our own logs do not.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        lifespan=lifespan,
    )
    app.state.services = services
    problems.install(app)
    app.include_router(customer.router)
    app.include_router(contact.router)
    app.include_router(session.router)
    app.include_router(own_account.router)
    app.include_router(accounts.router)
    app.include_router(audit.router)
    app.include_router(agent.router)
    app.include_router(search.router)
    app.include_router(handling.router)
    app.include_router(desk.router)
    desk.measure(services)
    app.include_router(webhooks.router)
    app.include_router(touchpoints.router)
    app.include_router(operations.router)
    app.include_router(cx.router)
    pages.install(app, services.path_prefix, services.demo)
    _describe(app)
    inner: ASGIApp = FastLane(app, services, LARGEST_BODY)
    if services.allowed_origins:
        inner = CORSMiddleware(
            inner,
            allow_origins=services.allowed_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
            expose_headers=["Retry-After"],
            max_age=3600,
        )
    larger = {touchpoints.PATH: touchpoints.LARGEST_BATCH}
    return Edge(inner, services.path_prefix, services.secure_cookies, LARGEST_BODY, larger, services.metrics)


def _describe(app: FastAPI) -> None:
    """Add to the OpenAPI document what the routes can't say themselves."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = plain()
            components = schema.setdefault("components", {})
            components.setdefault("schemas", {})["Problem"] = problems.Problem.model_json_schema()
            bearer = {"type": "http", "scheme": "bearer", "description": "The token of one conversation."}
            key = {"type": "http", "scheme": "bearer", "description": "An API key; `bot key add` makes one."}
            components.setdefault("securitySchemes", {}).update(conversation=bearer, key=key)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
