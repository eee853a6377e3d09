"""The models folder: which versions there are, which one serves, and the way back."""

import json
import os
import re
from pathlib import Path

from bot.errors import ModelError
from bot.nlu.artefact import Manifest, read_manifest, read_version, workplace, write_durably
from bot.nlu.classifier import Classifier
from bot.nlu.weights import Weights

PROMOTED_FILE = "promoted.json"
_VERSION = re.compile(r"[0-9a-f]{12}")
_REMEDY = "promote a version anew with `bot models promote VERSION`"


class Registry:
    """Versions under one folder, and the small file that names the serving one and those before it.

    Every method reads the disk, so that a server sees what a training run beside it has done.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def versions(self) -> list[Manifest]:
        """The manifests of all versions whose manifest can be read, oldest first."""
        return self.survey()[0]

    def survey(self) -> tuple[list[Manifest], list[ModelError]]:
        """The readable manifests, oldest first, and what is wrong with the others."""
        manifests, problems = [], []
        for folder in sorted(self.folder.glob("*")):
            if _VERSION.fullmatch(folder.name) and folder.is_dir():
                try:
                    manifests.append(read_manifest(folder))
                except ModelError as problem:
                    problems.append(problem)
        return sorted(manifests, key=lambda manifest: manifest.created), problems

    def promoted(self) -> str | None:
        """The serving version, or None before the first promotion."""
        history = self._history()
        return history[-1] if history else None

    def load(self, version: str) -> Classifier:
        """The classifier of a version; raises ModelError where its files can't be used."""
        return Classifier(self._read(version)[1], version)

    def manifest(self, version: str) -> Manifest:
        """The manifest of a version; raises ModelError where there is none or it can't be used."""
        return read_manifest(self._path(version))

    def promote(self, version: str) -> None:
        """Make a version the serving one, once all its files have been read; the one before it is remembered."""
        self._read(version)
        history = self._history()
        if not history or history[-1] != version:
            self._write([*history, version])

    def rollback(self) -> str:
        """Make the last version before the serving one whose files can still be read the serving one; returns it."""
        history = self._history()
        for last in range(len(history) - 1, 0, -1):
            try:
                self._read(history[last - 1])
            except ModelError:
                continue
            self._write(history[:last])
            return history[last - 1]
        raise ModelError(f"no earlier version in {self.folder} can be gone back to; `bot models list` shows them all")

    def _path(self, version: str) -> Path:
        # A version comes from people: only what looks like one may become part of a path.
        folder = self.folder / version
        if not _VERSION.fullmatch(version) or not folder.is_dir():
            raise ModelError(f"there is no version {version!r} in {self.folder}; `bot models list` shows them all")
        return folder

    def _read(self, version: str) -> tuple[Manifest, Weights]:
        return read_version(self._path(version))

    def _history(self) -> list[str]:
        path = self.folder / PROMOTED_FILE
        try:
            history = json.loads(path.read_bytes())["history"]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise ModelError(f"{path} can't be read ({error.strerror or error}); check who may read it") from None
        except (ValueError, TypeError, KeyError, RecursionError):
            raise ModelError(f"{path} is damaged; remove it and {_REMEDY}") from None
        if not isinstance(history, list) or not all(isinstance(v, str) and _VERSION.fullmatch(v) for v in history):
            raise ModelError(f"{path} names what can't be versions; remove it and {_REMEDY}")
        return history

    def _write(self, history: list[str]) -> None:
        # Readers see the old file or the new one, never half of one, also after a loss of power.
        with workplace(self.folder) as temporary:
            write_durably(temporary / PROMOTED_FILE, json.dumps({"history": history}, indent=2).encode() + b"\n")
            os.replace(temporary / PROMOTED_FILE, self.folder / PROMOTED_FILE)
