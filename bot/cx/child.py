"""The report as the serving process has it: a child that is started when somebody asks, and ends when nobody does."""

import asyncio
import importlib.util
import json
import logging
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.cx.installation import Installation
from bot.errors import Unavailable

IDLE = 300.0
"""Seconds without a question after which the child ends."""

ANSWERS_WITHIN = 120.0

NEEDS = ("duckdb", "plotly", "scipy")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """A page, or an error's words; `status` is as HTTP has it, 202 where the mirror is being built."""

    status: int
    text: str


def is_installed() -> bool:
    """Whether what the report needs is there; nothing is loaded to find out."""
    return all(importlib.util.find_spec(name) is not None for name in NEEDS)


class Child:
    """One child for one installation; questions are answered one after the other."""

    def __init__(self, installation: Callable[[], Installation]) -> None:
        self._installation = installation
        self._lock = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._idle: asyncio.TimerHandle | None = None

    async def ask(self, **question: str) -> Answer:
        """What the child answers; raises Unavailable where it can't."""
        async with self._lock:
            if self._idle is not None:
                self._idle.cancel()
            try:
                async with asyncio.timeout(ANSWERS_WITHIN):
                    answer = await self._answer(question)
            except (TimeoutError, OSError, ValueError, asyncio.IncompleteReadError) as error:
                logger.warning("the report's process failed: %r", error)
                self._end()
                raise Unavailable(f"the report's process failed ({error!r})") from error
            self._idle = asyncio.get_running_loop().call_later(IDLE, self._end)
            return answer

    async def close(self) -> None:
        """End the child."""
        if self._idle is not None:
            self._idle.cancel()
        process = self._process
        self._end()
        if process is not None:
            with suppress(ProcessLookupError):
                await process.wait()

    async def _answer(self, question: Mapping[str, str]) -> Answer:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot.cx.worker"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": _package_folder()},
            )
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        about = self._installation()
        whole: dict[str, Any] = {**question, "log": str(about.log.absolute()), "key": about.key.hex()}
        whole |= {"chat": [*about.chat], "confirming": [*about.confirming]}
        stdin.write(json.dumps(whole).encode() + b"\n")
        await stdin.drain()
        head = json.loads(await stdout.readline())
        return Answer(head["status"], (await stdout.readexactly(head["length"])).decode())

    def _end(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.terminate()
            self._process = None


def _package_folder() -> str:
    """Where this very package lies, before whatever the environment names."""
    own = str(Path(__file__).parents[2])
    return os.pathsep.join(filter(None, (own, os.environ.get("PYTHONPATH"))))
