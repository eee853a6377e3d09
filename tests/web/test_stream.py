"""Server-sent events over a real connection: resumed, ended politely, and for agents."""

import asyncio
import json
import random
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

import httpx

from bot.touchpoints.hints import STREAMS_A_CONVERSATION
from bot.web.desk import CHECKED_EVERY
from bot.web.wire import COME_BACK_LATER_MS
from tests.server import Server

MESSAGES = 520
"""Each causes at least two touchpoints: more than a thousand in all."""

Event = dict[str, Any]


async def begin(client: httpx.AsyncClient) -> tuple[str, dict[str, str]]:
    begun = (await client.post("api/conversations", json={})).json()
    return f"api/conversations/{begun['conversation_id']}", {"Authorization": f"Bearer {begun['token']}"}


async def events(answer: httpx.Response) -> AsyncIterator[Event]:
    """The events of a stream as a browser would read them: blocks of `field: value` lines."""
    fields: Event = {}
    async for line in answer.aiter_lines():
        if not line:
            if "data" in fields:
                yield fields
            fields = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value


async def test_whoever_is_cut_off_at_random_sees_every_touchpoint_once_and_in_order(server: Server) -> None:
    dice = random.Random(7)
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as client:
        path, opens = await begin(client)

        async def write() -> int:
            for _ in range(MESSAGES):
                body = {
                    "client_id": str(uuid.uuid4()),
                    "text": dice.choice(["hello", "hello there"]),
                }
                answer = await client.post(f"{path}/messages", json=body, headers=opens)
                assert answer.status_code == 201
            return int(answer.json()["touchpoints"][-1]["seq"])

        seen: list[Event] = []
        cut_off = 0
        writing = asyncio.create_task(write())
        while not writing.done() or seen[-1]["seq"] < writing.result():
            headers = {**opens, "Last-Event-ID": str(seen[-1]["seq"])} if seen else opens
            enough = len(seen) + dice.randrange(1, 80)
            with suppress(TimeoutError):
                async with asyncio.timeout(1), client.stream("GET", f"{path}/stream", headers=headers) as answer:
                    async for event in events(answer):
                        seen.append(json.loads(event["data"]))
                        assert event["id"] == str(seen[-1]["seq"])
                        if len(seen) >= enough:
                            break
            cut_off += 1
        stored, after = [], 0
        while page := (await client.get(f"{path}/touchpoints?after={after}", headers=opens)).json()["touchpoints"]:
            stored += page
            after = page[-1]["seq"]
        assert cut_off > 10
        assert len(stored) > 1000
        assert seen == stored
        assert [one["prev"] for one in seen] == [0, *(one["seq"] for one in seen[:-1])]


async def test_a_stream_starts_after_what_the_client_names(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.url, timeout=10) as client:
        path, opens = await begin(client)
        body = {"client_id": str(uuid.uuid4()), "text": "how long is the warranty"}
        await client.post(f"{path}/messages", json=body, headers=opens)
        async with client.stream("GET", f"{path}/stream?after=2", headers=opens) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert (await anext(events(answer)))["id"] == "3"


async def test_open_streams_are_told_to_come_back_when_the_server_stops(models: Path, tmp_path: Path) -> None:
    server = Server(tmp_path, models)
    server.start()
    async with httpx.AsyncClient(base_url=server.url, timeout=20) as client:
        path, opens = await begin(client)
        async with client.stream("GET", f"{path}/stream?after=1", headers=opens) as answer:
            stopping = asyncio.get_running_loop().run_in_executor(None, server.stop)
            received = [event async for event in events(answer)]
        await stopping
    assert [event["event"] for event in received] == ["goodbye"]


async def test_a_conversation_has_few_streams_and_the_oldest_makes_room(server: Server) -> None:
    """Told to come back later, so that many don't chase each other; nobody else's stream ends."""
    async with httpx.AsyncClient(base_url=server.url, timeout=10) as client, AsyncExitStack() as stack:
        path, opens = await begin(client)
        others, opens_others = await begin(client)

        async def opened(path: str, opens: dict[str, str]) -> httpx.Response:
            answer = await stack.enter_async_context(client.stream("GET", f"{path}/stream?after=0", headers=opens))
            assert answer.status_code == 200
            return answer

        stranger = events(await opened(others, opens_others))
        assert (await anext(stranger))["id"] == "1"
        answers = [await opened(path, opens) for _ in range(STREAMS_A_CONVERSATION + 2)]
        for answer in answers[:2]:
            told = [event async for event in events(answer)]
            assert (told[-1]["event"], told[-1]["retry"]) == ("goodbye", str(COME_BACK_LATER_MS))
        last_ones = [events(answer) for answer in answers[2:]]
        for one in last_ones:
            assert (await anext(one))["id"] == "1"
        body = {"client_id": str(uuid.uuid4()), "text": "hello"}
        for to, with_token in ((path, opens), (others, opens_others)):
            await client.post(f"{to}/messages", json=body, headers=with_token)
        for one in (*last_ones, stranger):
            assert (await anext(one))["id"] == "2"


async def test_typing_is_told_and_not_kept(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.url, timeout=10) as client:
        path, opens = await begin(client)
        before = (await client.get(f"{path}/touchpoints", headers=opens)).json()
        assert (await client.post(f"{path}/typing", headers=opens)).status_code == 204
        assert (await client.post(f"{path}/read", json={"seq": 1}, headers=opens)).status_code == 204
        assert (await client.get(f"{path}/touchpoints", headers=opens)).json() == before


async def test_agents_are_told_what_changes_as_long_as_they_are_signed_in(models: Path, tmp_path: Path) -> None:
    server = Server(tmp_path, models)
    server.start()
    account = {"email": "boss@shop.example", "name": "Boss", "password": "correct horse battery"}
    async with httpx.AsyncClient(base_url=server.url, timeout=20) as client, httpx.AsyncClient() as customer:
        token = server.set_up_link.partition("#setup=")[2]
        csrf = (await client.post("api/agent/setup", json={**account, "token": token})).json()["csrf"]
        async with client.stream("GET", "api/agent/stream") as answer:
            received = events(answer)
            begun = (await customer.post(f"{server.url}api/conversations", json={})).json()
            changed = await anext(received)
            assert changed["event"] == "changed"
            assert json.loads(changed["data"]) == {"conversation_id": begun["conversation_id"], "seq": 1}
            out = await client.delete("api/agent/session", headers={"X-CSRF-Token": csrf})
            assert out.status_code == 204
            # At once, and not only when something else comes or the stream looks again by itself.
            async with asyncio.timeout(CHECKED_EVERY / 2):
                assert [event["event"] async for event in received] == ["goodbye"]
    server.stop()
