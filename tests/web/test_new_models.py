"""Models are promoted while customers write: no message fails, and each is understood by one model alone."""

import asyncio
import json
import shutil
import uuid
from pathlib import Path

import httpx
import pytest

from bot.learning.corpus import read_corpus
from bot.nlu.registry import Registry
from bot.touchpoints.log import conversation_stream
from bot.touchpoints.sealing import Vault
from bot.touchpoints.sqlite import SqliteLog
from tests.server import ROOT, Server

TEXTS = (
    "how long is the warranty",
    "what are your opening hours",
    "which ways can I pay",
    "do you ship abroad",
    "thanks!",
)


@pytest.fixture
def folder(models: Path, tmp_path: Path) -> Path:
    """A folder with models of its own and two small files of training data that differ."""
    shutil.copytree(models, tmp_path / "models")
    corpus = read_corpus([ROOT / "training_data"])
    for part in (0, 1):
        rows = [json.dumps({"text": row.text, "intent": row.intent}) for row in corpus.examples[part::12]]
        (tmp_path / f"part-{part}.jsonl").write_text("\n".join(rows))
    return tmp_path


class Writer:
    """A customer who begins conversation after conversation, and what was answered."""

    def __init__(self) -> None:
        self.conversations: list[str] = []
        self.failed: list[str] = []

    async def write(self, client: httpx.AsyncClient, trained: asyncio.Event, least: int) -> None:
        """Until the models are trained, and at least so many messages."""
        while not trained.is_set() or len(TEXTS) * len(self.conversations) < least:
            begun = (await client.post("api/conversations", json={"locale": "en"})).json()
            opens = {"Authorization": f"Bearer {begun['token']}"}
            for text in TEXTS:
                body = {"client_id": str(uuid.uuid4()), "text": text}
                path = f"api/conversations/{begun['conversation_id']}/messages"
                answer = await client.post(path, json=body, headers=opens)
                if answer.status_code != 201 or len(answer.json()["touchpoints"]) < 2:
                    self.failed.append(f"{answer.status_code}: {answer.text}")
            self.conversations.append(begun["conversation_id"])


async def written(server: Server, folder: Path, least: int) -> list[Writer]:
    """Customers who write at least so many messages, while two models are trained and promoted one after the other."""
    writers = [Writer() for _ in range(8)]
    trained = asyncio.Event()
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as client:
        writing = [asyncio.create_task(one.write(client, trained, least // len(writers))) for one in writers]
        for part in (0, 1):
            data = str(folder / f"part-{part}.jsonl")
            command = ("train", "--data", data, "--promote", "always", "--no-report", "--json")
            await asyncio.to_thread(server.run, *command)
            await asyncio.sleep(3)  # a server looks once a second for what is promoted
        trained.set()
        await asyncio.gather(*writing)
    return writers


@pytest.mark.soak
async def test_no_message_fails_or_meets_two_models_while_models_are_promoted(folder: Path) -> None:
    registry = Registry(folder / "models")
    server = Server(folder, folder / "models")
    server.start()
    try:
        writers = await written(server, folder, least=10_000)
    finally:
        server.stop()
    assert [failure for one in writers for failure in one.failed] == []
    classifiers = {manifest.version: registry.load(manifest.version) for manifest in registry.versions()}
    said = {version: {text: one.classify(text) for text in TEXTS} for version, one in classifiers.items()}
    met: dict[str, int] = dict.fromkeys(classifiers, 0)
    within: set[str] = set()
    secret = (folder / "bot.secret").read_text().encode()
    vault = Vault(folder / "bot.keys", secret)
    log = SqliteLog(folder / "bot.db", vault, secret)
    for conversation_id in [place for one in writers for place in one.conversations]:
        touchpoints = await log.read(conversation_stream(conversation_id))
        assert [one.seq for one in touchpoints] == list(range(1, len(touchpoints) + 1))
        received = [one for one in touchpoints if one.type == "message.received"]
        assert [one.personal["text"] for one in received] == list(TEXTS)
        for one in received:
            version = one.facts["model_version"]
            expected = said[version][one.personal["text"]]
            assert (one.facts["intent"], one.facts["in_scope"]) == (expected.intent, expected.in_scope)
            assert one.facts["confidence"] == pytest.approx(expected.confidence, abs=1e-3)
            met[version] += 1
        if len({one.facts["model_version"] for one in received}) > 1:
            within.add(conversation_id)
    await log.close()
    vault.close()
    assert len(met) == 3
    assert all(count > 50 for count in met.values())
    assert sum(met.values()) >= 10_000
    assert within  # a conversation went on with the next model
    confidences = {tuple(one.confidence for one in answers.values()) for answers in said.values()}
    assert len(confidences) == 3  # else nothing would have told them apart
