"""The files that browsers load: read once, held in memory, and sent compressed to whoever can read it.

A page or the widget's loader is asked for anew each time, so that an upgrade reaches everybody at once. What they load
they name below `static/VERSION/`, where VERSION is a digest of all files: a browser keeps it and does not ask again,
and after an upgrade the addresses are other ones.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

LATEST = "static/latest/"
"""How files name what they load; the version stands in its place when they are sent."""

TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

FRESH = "no-cache"
KEPT = "public, max-age=31536000, immutable"

# Another page of the same shop may ask with an Origin, and is then told whether it may read the answer.
VARY = "Accept-Encoding, Origin"


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is sent."""

    media_type: str
    tag: str
    plain: bytes
    compressed: bytes


class Files:
    """All files of a folder, by their paths in it; those of other types than `TYPES` are not served."""

    def __init__(self, folder: Path) -> None:
        contents = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.suffix in TYPES
        }
        digest = hashlib.sha256()
        for name, content in contents.items():
            digest.update(b"%s %d\0%s" % (name.encode(), len(content), content))
        self.version = digest.hexdigest()[:12]
        self._files = {name: self._file(name, content) for name, content in contents.items()}

    def answer(self, request: Request, name: str, version: str | None = None) -> Response:
        """The file, or that it is still the one the browser has; raises HTTPException where there is none.

        A version from before an upgrade gets today's file: better than none for a page that is still open.
        """
        file = self._files.get(name)
        if file is None:
            raise HTTPException(404)
        headers = {"Cache-Control": KEPT if version == self.version else FRESH, "ETag": file.tag, "Vary": VARY}
        if file.tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        content = file.plain
        if "gzip" in request.headers.get("accept-encoding", "") and len(file.compressed) < len(content):
            headers["Content-Encoding"] = "gzip"
            content = file.compressed
        return Response(content, headers=headers, media_type=file.media_type)

    def _file(self, name: str, content: bytes) -> File:
        content = content.replace(LATEST.encode(), f"static/{self.version}/".encode())
        tag = hashlib.sha256(content).hexdigest()[:16]
        # Weak, as the compressed one has the same.
        return File(TYPES[Path(name).suffix], f'W/"{tag}"', content, gzip.compress(content, mtime=0))
