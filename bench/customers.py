"""What the benchmark's customers write, and the conversations they write it in."""

import http.client
import json
import random
from pathlib import Path

from bench.load import Plan
from bench.servers import Server
from bot.content.content import load_content

OPENINGS = ("", "", "", "hi, ", "hello, ", "good morning. ", "sorry to bother you, ", "quick question: ")
ENDINGS = ("", "", "", "?", " please", " thanks", " asap", " - order placed last week", " (second time I ask)")
VARIATIONS = 4

AT_ONCE = 1024
"""So many conversations are begun before each round; the server keeps a few more than that in memory."""


def answerable_texts(training_data: Path, seed: int) -> list[str]:
    """The examples of every intent that the bot answers by itself, each in some variations nobody trained on."""
    chance = random.Random(seed)
    texts = []
    for intent in load_content(training_data).intents.values():
        if intent.handoff or intent.asks_for_person or intent.form or intent.action or intent.guide:
            continue
        for example in intent.examples:
            texts += [chance.choice(OPENINGS) + example + chance.choice(ENDINGS) for _ in range(VARIATIONS)]
    return texts


def conversations(server: Server, count: int) -> tuple[list[str], list[str]]:
    """Start this many conversations; the paths their messages go to, and their tokens."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    paths, tokens = [], []
    for _ in range(count):
        connection.request("POST", "/api/conversations", "{}", {"Content-Type": "application/json"})
        response = connection.getresponse()
        body = response.read()
        if response.status != 201:
            raise SystemExit(f"bench: POST /api/conversations said {response.status}: {body.decode()[:500]}")
        started = json.loads(body)
        paths.append(f"/api/conversations/{started['conversation_id']}/messages")
        tokens.append(started["token"])
    connection.close()
    return paths, tokens


def bot_plan(server: Server, connections: int, texts: list[str], seed: int) -> Plan:
    """Each connection its own new conversations, of which as many as it can need are begun beforehand."""
    paths, tokens = conversations(server, max(connections, AT_ONCE // connections * connections))
    return Plan(server.port, paths, list(tokens), texts, connections, seed=seed)


def bare_plan(server: Server, connections: int, texts: list[str], seed: int) -> Plan:
    """The same bodies and the same headers, to the yardstick."""
    return Plan(server.port, ["/messages"] * connections, ["x" * 43] * connections, texts, connections, seed=seed)
