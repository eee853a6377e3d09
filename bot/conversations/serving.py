"""The model and the content that answer now, and how a running server takes new ones without a stop."""

import asyncio
import logging
from pathlib import Path

from bot.dialogue.content import Content, content_fingerprint, load_content
from bot.errors import ContentError, ModelError
from bot.nlu.classifier import Classifier
from bot.nlu.registry import Registry

LOOKED_AT_EVERY = 1.0

logger = logging.getLogger(__name__)


class Serving:
    """What answers now. Read `classifier` and `content` once for each message, so that it meets one of each."""

    def __init__(self, registry: Registry, training_data: Path) -> None:
        """Load what is promoted and written; raises ModelError or ContentError."""
        self._registry = registry
        self._training_data = training_data
        version = registry.promoted()
        if version is None:
            raise ModelError("no model is promoted yet; run `make train`")
        self._fingerprint = content_fingerprint(training_data)
        self.content: Content = load_content(training_data)
        self.classifier: Classifier = registry.load(version)
        self._refused: str | None = None

    async def watch(self) -> None:
        """Take up new content and a newly promoted model, for ever; what can't be used leaves the old one serving."""
        while True:
            await asyncio.sleep(LOOKED_AT_EVERY)
            await asyncio.to_thread(self._look)

    def _look(self) -> None:
        found = content_fingerprint(self._training_data)
        if found != self._fingerprint:
            self._fingerprint = found
            try:
                self.content = load_content(self._training_data)
                logger.info("new content is serving", extra={"content_version": self.content.version})
            except ContentError as error:
                logger.error("the new content can't be used, the old one goes on serving: %s", error)
        try:
            version = self._registry.promoted()
            if version not in (None, self.classifier.version, self._refused):
                self._refused = version
                self.classifier = self._registry.load(version)
                self._refused = None
                logger.info("a new model is serving", extra={"model_version": version})
        except ModelError as error:
            logger.error("the promoted model can't be used, the old one goes on serving: %s", error)
