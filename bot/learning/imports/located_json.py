"""JSON whose objects remember the line they begin on, so that a problem in them can be found."""

import json
from bisect import bisect_right
from collections.abc import Callable
from json.decoder import JSONObject  # type: ignore[attr-defined]
from json.scanner import py_make_scanner  # type: ignore[attr-defined]
from typing import Any

from bot.content.yaml_lines import problem
from bot.errors import ContentError
from bot.learning.rows import Rows, decoded


class Located(dict[str, Any]):
    """An object with its line, from 1."""

    line = 1


def line_of(value: Any) -> int:
    """The line of an object, 1 for anything else."""
    return value.line if isinstance(value, Located) else 1


def parse_json(data: bytes, name: str) -> Any:
    """The value; raises ContentError with the line of what isn't JSON or isn't UTF-8."""
    rows = Rows(name)
    text = decoded(data, rows)
    rows.done()
    try:
        return _Decoder(text).decode(text)
    except json.JSONDecodeError as error:
        what, remedy = f"not JSON ({error.msg})", "export it anew, or correct the line"
        raise ContentError([problem(name, error.lineno, what, remedy)]) from None
    except (RecursionError, ValueError) as error:
        what = "nested too deep" if isinstance(error, RecursionError) else "too long a number"
        raise ContentError([problem(name, 1, f"not usable JSON ({what})", "export it anew")]) from None


class _Decoder(json.JSONDecoder):
    # The scanner that is written in Python calls `parse_object` with the place of each object; the one in C doesn't.
    def __init__(self, text: str) -> None:
        super().__init__()
        self._ends = [place for place, character in enumerate(text) if character == "\n"]
        self.parse_object: Callable[..., Any] = self._located
        self.scan_once = py_make_scanner(self)

    def _located(self, text_and_end: tuple[str, int], *rest: Any) -> tuple[Located, int]:
        pairs, end = JSONObject(text_and_end, *rest)
        found = Located(pairs)
        found.line = bisect_right(self._ends, text_and_end[1] - 1) + 1
        return found, end
