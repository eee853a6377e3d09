"""The process that serves: what runs beside the web application, where it listens, and how it ends."""

import asyncio
import gc
import logging
import socket
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from types import FrameType
from typing import Any

import uvicorn
import uvloop
from fastapi import FastAPI
from starlette.types import ASGIApp

from bot import logs
from bot.assembly import open_services
from bot.conversations.sweep import Sweep
from bot.errors import SettingsError
from bot.settings import Settings
from bot.storage import now
from bot.touchpoints.hints import Hints
from bot.web.app import create_app
from bot.web.services import Services

STREAMS_CLOSE_WITHIN = 5
"""Seconds."""

logger = logging.getLogger(__name__)


def application(services: Services) -> ASGIApp:
    """The web application with what runs beside it: taking up new models and content, and the sweep."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        sweep = Sweep(services.conversations, services.serving)
        beside = [
            _beside("taking up models and content", services.serving.watch(services.log, now)),
            _beside("the sweep", sweep.watch()),
            _beside("the outbox of letters", services.mail.run()),
            _beside("the letters with answers", services.answers.run()),
            _beside("the webhooks", services.dispatcher.run()),
            _beside("the queue", services.desk.watch()),
            _beside("the look for who was erased", services.noticing.watch()),
        ]
        yield
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await services.search.close()
        await services.report.close()
        await services.actions.close()
        await services.log.close()

    return create_app(services, lifespan)


def _beside(name: str, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
    """Run something beside the requests until it is cancelled; that it failed is said, as nobody waits for it."""

    def ended(task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.critical("%s ended and stays so until the next start", name, exc_info=error)

    task = asyncio.create_task(work, name=name)
    task.add_done_callback(ended)
    return task


class _Server(uvicorn.Server):
    """A server that, told to stop, first tells open streams to come back: it would wait for them for ever."""

    def __init__(self, config: uvicorn.Config, hints: Hints) -> None:
        super().__init__(config)
        self._hints = hints

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._hints.close()
        super().handle_exit(sig, frame)


def serve(settings: Settings) -> None:
    """Serve until told to stop."""
    logs.configure(settings.log_level)
    settings = replace(settings, port=_port(settings.host, settings.port))
    services = open_services(settings)
    config = uvicorn.Config(
        application(services),
        host=settings.host,
        port=settings.port,
        http="httptools",
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=STREAMS_CLOSE_WITHIN,
    )

    async def run() -> None:
        _announce(settings, await services.staff.invitations.first())
        await _Server(config, services.hints).serve()

    # What there is now stays until the end, so the garbage collector need not look at it again and again; and a message
    # leaves next to nothing that reference counts don't free, so it may look less often. Together a tenth of the time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run())


def _port(host: str, port: int) -> int:
    """The port to listen on, for 0 one that is free; raises SettingsError where nobody could listen.

    Known before anything is opened or announced.
    """
    try:
        [(family, kind, protocol, _, address), *_] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            bound: int = probe.getsockname()[1]
    except OSError as error:
        raise SettingsError(
            f"can't listen on {host} port {port}: {error.strerror}; choose others with HOST= and PORT="
        ) from error
    return bound


def _announce(settings: Settings, link: str | None) -> None:
    """Tell whoever started the server where things are; on stdout, apart from the logs."""
    base = settings.address
    lines = [f"Demo shop   {base}/demo"] if settings.demo else []
    lines.append(f"Agents      {base}/agent/")
    lines.append(f"Report      {base}/cx/")
    if link:
        lines.append(f"Set up the first account (once, within a day):\n            {base}/agent/#setup={link}")
    sys.stdout.write("\n".join([*lines, ""]))
    sys.stdout.flush()
