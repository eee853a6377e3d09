"""A server of its own with an account and a long queue, by way of the calls that the pages use."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from tests.browser.people import EMAIL, NAME, PASSWORD
from tests.server import Server


def set_up(server: Server) -> None:
    """The first account of a server that one test has for itself."""
    token = server.set_up_link.partition("#setup=")[2]
    body = {"token": token, "email": EMAIL, "password": PASSWORD, "name": NAME}
    httpx.post(f"{server.url}api/agent/setup", json=body).raise_for_status()


def queue_up(server: Server, count: int) -> list[dict[str, Any]]:
    """So many customers who each ask for a person, by way of the customers' own calls."""

    def ask(number: int) -> dict[str, Any]:
        begun = client.post("conversations", json={"client_id": str(uuid.uuid4()), "locale": "en"})
        begun.raise_for_status()
        one: dict[str, Any] = begun.json()
        text = f"I want to speak to a person about order {40000 + number}"
        said = client.post(
            f"conversations/{one['conversation_id']}/messages",
            json={"client_id": str(uuid.uuid4()), "text": text},
            headers={"Authorization": f"Bearer {one['token']}"},
        )
        said.raise_for_status()
        return one

    with httpx.Client(base_url=f"{server.url}api/", timeout=30) as client, ThreadPoolExecutor(8) as pool:
        return list(pool.map(ask, range(count)))
