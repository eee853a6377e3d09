"""Where the server listens, and what runs beside the web application."""

import asyncio
import logging
import os
import re
import socket
import subprocess
import sys
from collections.abc import MutableMapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import server
from bot.errors import SettingsError
from bot.privacy.noticing import Noticing
from bot.server import application
from bot.web.services import Services
from tests.server import ROOT


class Broken(Noticing):
    """Work that fails in a way that nobody has thought of."""

    def __init__(self) -> None:
        pass

    async def watch(self) -> None:
        raise ValueError("out of the blue")


def test_a_port_of_0_is_one_that_is_free() -> None:
    port = server._port("127.0.0.1", 0)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        assert server._port("127.0.0.1", 0) != port
        with pytest.raises(SettingsError, match=f"can't listen on 127.0.0.1 port {port}"):
            server._port("127.0.0.1", port)
    assert server._port("127.0.0.1", port) == port


def test_the_port_that_is_told_is_the_one_that_is_listened_on(models: Path, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    environment |= {"BOT_DATABASE_URL": f"sqlite:///{tmp_path / 'bot.db'}", "BOT_MODELS": str(models)}
    command = [sys.executable, "-m", "tests.quick", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = re.search(r"http://127\.0\.0\.1:[1-9]\d*/", process.stdout.readline())
            assert told
            transport = httpx.HTTPTransport(retries=8)  # it is told just before
            with httpx.Client(transport=transport) as client:
                assert client.get(f"{told[0]}healthz").status_code == 200
        finally:
            process.terminate()


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
