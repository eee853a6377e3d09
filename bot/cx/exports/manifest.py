"""What an export in a folder says of itself: `_export.json`, with how far it is and which parts belong to it."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bot.errors import Refused

MANIFEST = "_export.json"


@dataclass(slots=True)
class Manifest:
    """Up to which position of the log a folder holds what, in which files under it."""

    format: str
    texts: bool
    position: int
    count: int = 0
    parts: list[str] = field(default_factory=list)


def read_manifest(folder: Path) -> Manifest | None:
    """What a folder says of itself, None where it is no export; raises Refused where that is damaged."""
    try:
        return _checked(Manifest(**json.loads((folder / MANIFEST).read_text())))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, TypeError) as error:
        raise Refused(f"{folder / MANIFEST} is damaged: {error}; remove the folder and export anew") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Say it, whole or not at all."""
    unfinished = folder / (MANIFEST + ".unfinished")
    with unfinished.open("w") as file:
        json.dump(asdict(manifest), file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder / MANIFEST)


def _checked(manifest: Manifest) -> Manifest:
    """The same; raises ValueError where a value can't be meant, as somebody may have written into the file by hand."""
    for name, kind in {"format": str, "texts": bool, "position": int, "count": int, "parts": list}.items():
        if type(getattr(manifest, name)) is not kind:
            raise ValueError(f"{name} is {getattr(manifest, name)!r}")
    parts: list[object] = [*manifest.parts]
    for part in parts:
        if not isinstance(part, str) or Path(part).is_absolute() or ".." in Path(part).parts:
            raise ValueError(f"{part!r} is no part")
    return manifest
