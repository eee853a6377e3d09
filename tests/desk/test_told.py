"""A customer who waits is told over an open stream, as soon as it changes, where they stand."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx

from tests.server import Server
from tests.web.test_stream import begin, events


async def test_the_place_comes_by_the_stream_and_again_when_the_line_moves(models: Path, tmp_path: Path) -> None:
    server = Server(tmp_path, models)
    server.start()
    try:
        async with httpx.AsyncClient(base_url=server.url, timeout=20) as client:
            ahead, theirs = await begin(client)
            await client.post(f"{ahead}/handoff", headers=theirs)
            path, opens = await begin(client)
            await client.post(f"{path}/handoff", headers=opens)
            async with client.stream("GET", f"{path}/stream", headers=opens) as answer:
                received = events(answer)
                assert await place(received) == {"place": 2, "wait": None}
                await client.post(f"{ahead}/leave", headers=theirs)
                async with asyncio.timeout(3):
                    assert await place(received) == {"place": 1, "wait": None}
    finally:
        server.stop()


async def place(received: Any) -> dict[str, Any]:
    """The next event about the queue; it has no id, as it isn't in the log."""
    async for event in received:
        if event.get("event") == "queue":
            assert "id" not in event
            found: dict[str, Any] = json.loads(event["data"])
            return found
    raise AssertionError("the stream has ended")
