"""Which installation a report is of; nothing here needs an analysis library."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Installation:
    """Where a log is, and which of its intents are small talk (`chat`) and courtesy, so no subjects of their own."""

    log: Path
    chat: Collection[str] = ()
    courtesy: Collection[str] = ()
