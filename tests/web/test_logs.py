"""Logs are JSON lines, and what customers and agents write is never in them."""

import json
import logging
import sys
import uuid
from pathlib import Path

import httpx

from bot.logs import JsonLines
from tests.server import Server


def test_a_server_logs_json_and_no_word_of_a_conversation(models: Path, tmp_path: Path) -> None:
    server = Server(tmp_path, models)
    server.start()
    with httpx.Client(base_url=server.url) as client:
        begun = client.post("api/conversations", json={"page": "https://shop.example/xyzzy"}).json()
        path = f"api/conversations/{begun['conversation_id']}/messages"
        headers = {"Authorization": f"Bearer {begun['token']}"}
        for text in ("my secret word is xyzzy", "xyzzy xyzzy"):
            client.post(path, json={"client_id": str(uuid.uuid4()), "text": text}, headers=headers)
        client.post(path, json={"client_id": "xyzzy", "text": "xyzzy"}, headers=headers)
        client.post(path, content=b'{"xyzzy', headers=headers)
    server.stop()
    written = (tmp_path / "stderr.txt").read_text()
    assert "xyzzy" not in written
    assert begun["token"] not in written
    lines = [json.loads(line) for line in written.splitlines()]
    assert {"time", "level", "logger", "message"} <= set(lines[0])


def test_a_line_holds_what_was_given_beside_the_message() -> None:
    try:
        raise ValueError("why")
    except ValueError:
        record = logging.getLogger("bot").makeRecord(
            "bot", logging.ERROR, "file", 1, "it %s", ("failed",), sys.exc_info(), extra={"model_version": "abc"}
        )
    line = json.loads(JsonLines().format(record))
    assert (line["level"], line["message"], line["model_version"]) == ("error", "it failed", "abc")
    assert "ValueError: why" in line["exception"]
