"""The model and the content that answer now, and how a running server takes new ones without a stop."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

from bot.content.content import Content, content_fingerprint, load_content
from bot.errors import ContentError, ModelError
from bot.nlu.classifier import Classifier
from bot.nlu.registry import Registry
from bot.records import Touchpoint, new_id
from bot.touchpoints.log import SYSTEM, TouchpointLog
from bot.touchpoints.race import decided_again

LOOKED_AT_EVERY = 1.0

logger = logging.getLogger(__name__)


class Serving:
    """What answers now. Read `classifier` and `content` once for each message, so that it meets one of each."""

    def __init__(self, registry: Registry, training_data: Path, mail: bool = False, zone: tzinfo = UTC) -> None:
        """Load what is promoted and written; raises ModelError or ContentError.

        `mail` says whether outgoing mail is set up, so that the content may promise something by it; `zone` is the
        shop's time zone, for content whose hours name none.
        """
        self._registry = registry
        self._mail, self._zone = mail, zone
        self._training_data = training_data
        version = registry.promoted()
        if version is None:
            raise ModelError(f"no model is promoted in {registry.folder}; run `make train`")
        self._fingerprint = content_fingerprint(training_data)
        self.content: Content = self._load_content()
        self.classifier: Classifier = registry.load(version)
        self._refused: str | None = None

    async def watch(self, log: TouchpointLog, clock: Callable[[], int]) -> None:
        """Take up new content and a newly promoted model, for ever; what can't be used leaves the old one serving.

        Each model that begins to serve is a touchpoint of the system's stream.
        """
        recorded = None
        while True:
            try:
                if recorded != self.classifier.version:
                    recorded = await record_promotion(log, self.classifier.version, clock())
                await asyncio.sleep(LOOKED_AT_EVERY)
                await asyncio.to_thread(self.look)
            except Exception:
                logger.exception("a look at the models and the content failed and is repeated")
                await asyncio.sleep(LOOKED_AT_EVERY)

    def look(self) -> None:
        """Take up what is new, if anything is."""
        found = content_fingerprint(self._training_data)
        if found != self._fingerprint:
            self._fingerprint = found
            try:
                self.content = self._load_content()
                logger.info("new content is serving", extra={"content_version": self.content.version})
            except ContentError as error:
                logger.error("the new content can't be used, the old one goes on serving: %s", error)
        try:
            version = self._registry.promoted()
            if version is not None and version not in (self.classifier.version, self._refused):
                self._refused = version  # tried once: a damaged one isn't read again every second
                self.classifier = self._registry.load(version)
                self._refused = None
                logger.info("a new model is serving", extra={"model_version": version})
        except ModelError as error:
            logger.error("the promoted model can't be used, the old one goes on serving: %s", error)

    def _load_content(self) -> Content:
        return replace(load_content(self._training_data), mail=self._mail, zone=self._zone)


async def record_promotion(log: TouchpointLog, version: str, now: int) -> str:
    """Note in the system's stream that this model serves, unless its last promotion says so; returns the version."""

    async def attempt() -> str:
        past = await log.read(SYSTEM)
        promotions = [one.facts.get("model_version") for one in past if one.type == "model.promoted"]
        if promotions[-1:] == [version]:
            return version
        facts: dict[str, Any] = {"actor_kind": "system", "model_version": version}
        if promotions:
            facts["previous"] = promotions[-1]
        promoted = Touchpoint(new_id(), SYSTEM, len(past) + 1, "model.promoted", now, facts, {})
        await log.append(SYSTEM, len(past), [promoted])
        return version

    return await decided_again(attempt, "the system's stream is too busy; start again in a moment")
