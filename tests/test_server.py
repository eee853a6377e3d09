"""What runs beside the web application."""

import asyncio
import logging
from collections.abc import MutableMapping
from dataclasses import replace
from typing import Any

import pytest

from bot.privacy.noticing import Noticing
from bot.server import application
from bot.web.services import Services


class Broken(Noticing):
    """Work that fails in a way that nobody has thought of."""

    def __init__(self) -> None:
        pass

    async def watch(self) -> None:
        raise ValueError("out of the blue")


async def test_that_something_ended_is_in_the_log(services: Services, caplog: pytest.LogCaptureFixture) -> None:
    sent: list[str] = []
    came = iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive() -> MutableMapping[str, Any]:
        if (type_ := next(came)) == "lifespan.shutdown":
            await asyncio.sleep(0.1)
        return {"type": type_}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message["type"])

    with caplog.at_level(logging.ERROR):
        await application(replace(services, noticing=Broken()))({"type": "lifespan"}, receive, send)
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    # One line of what failed, and none of what was told to end, or had nothing to do.
    [record] = caplog.records
    assert record.levelno == logging.CRITICAL
    assert "the look for who was erased ended" in record.getMessage()
    assert record.exc_info is not None
    assert "out of the blue" in str(record.exc_info[1])
