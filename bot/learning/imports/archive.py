"""The files of an export, from a folder, a zip archive or one file; an archive is read in memory and never unpacked."""

import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from bot.content.yaml_lines import problem
from bot.errors import ContentError

MOST_FILES = 10_000
MOST_BYTES = 128 * 1024 * 1024
"""Of all files of an export together, unpacked."""

_TRUSTED = "export it anew, and import only what you know the origin of"


def files_of(path: Path, *suffixes: str) -> dict[str, bytes]:
    """The content of each file with one of the suffixes, by what problems call it; raises ContentError.

    An archive is refused whole if a name in it leads out of it or stands twice, if it holds links or encrypted files,
    or if it unpacks to more than `MOST_BYTES` (a zip bomb; what its directory says of sizes is not believed).
    """
    try:
        if path.is_dir():
            found = _of_folder(path, suffixes)
        elif path.suffix.lower() == ".zip":
            found = _of_archive(path, suffixes)
        else:
            found = {str(path): path.read_bytes()}
    except OSError as error:
        what = f"can't be read ({error.strerror or error})"
        raise _refused(error.filename or path, what, "check that it is there and may be read") from None
    if not found:
        raise _refused(path, f"holds no file that ends in {' or '.join(suffixes)}", "name the export itself")
    return found


def _of_folder(folder: Path, suffixes: tuple[str, ...]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    left = MOST_BYTES
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if hidden or path.suffix.lower() not in suffixes or not path.is_file():
            continue
        with path.open("rb") as file:
            found[str(path)] = file.read(left + 1)
        left -= len(found[str(path)])
        if left < 0 or len(found) > MOST_FILES:
            raise _refused(folder, f"more than {MOST_BYTES >> 20} MiB or {MOST_FILES} files", "name the export alone")
    return found


def _of_archive(path: Path, suffixes: tuple[str, ...]) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            return dict(_members(path, archive, suffixes))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, ValueError) as error:
        raise _refused(path, f"not a usable zip archive ({error})", "export it anew") from None
    except Exception as error:  # damage can make decompressing raise an error of any codec
        if isinstance(error, (ContentError, OSError)):
            raise
        raise _refused(path, f"damaged ({error})", "export it anew") from None


def _members(path: Path, archive: zipfile.ZipFile, suffixes: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    members = archive.infolist()
    if len(members) > MOST_FILES:
        raise _refused(path, f"{len(members)} files; {MOST_FILES} at most are read", _TRUSTED)
    if len({member.filename for member in members}) < len(members):
        raise _refused(path, "a file's name stands in it twice", _TRUSTED)
    left = MOST_BYTES
    for member in sorted(members, key=lambda one: one.filename):
        _check_member(path, member)
        name = PurePosixPath(member.filename)
        if member.is_dir() or name.suffix.lower() not in suffixes:
            continue
        with archive.open(member) as file:
            data = file.read(left + 1)
        left -= len(data)
        if left < 0:
            raise _refused(path, f"unpacks to more than {MOST_BYTES >> 20} MiB", _TRUSTED)
        yield f"{path}/{name}", data


def _check_member(path: Path, member: zipfile.ZipInfo) -> None:
    name = member.filename
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if name.startswith(("/", "\\")) or ".." in parts or ":" in name.partition("/")[0] or "\0" in name:
        raise _refused(path, f"a name in it leads elsewhere ({name!r:.60})", _TRUSTED)
    if stat.S_ISLNK(member.external_attr >> 16):
        raise _refused(path, f"{name!r:.60} is a link", _TRUSTED)
    if member.flag_bits & 1:
        raise _refused(path, f"{name!r:.60} is encrypted", "export it without a password")


def _refused(path: Path | str, what: str, remedy: str) -> ContentError:
    return ContentError([problem(str(path), 1, what, remedy)])
