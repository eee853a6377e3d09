"""Slot patterns: checked when the content is read, so that no message can keep one busy."""

import re

MAX_LENGTH = 200
MAX_WAYS = 10_000
"""In how many ways a pattern may be tried at one character of a message: what bounds the time it takes."""

_TOKEN = re.compile(
    r"(?P<flags>\(\?[a-zA-Z]+\))"
    r"|(?P<open>\((?:\?(?:P<\w+>|<[=!]|[:=!>]|[a-zA-Z-]+:))?)"
    r"|(?P<close>\))"
    r"|(?P<either>\|)"
    r"|(?P<repeat>(?:[*+?]|\{(?:\d+,?\d*|,\d+)\})[?+]?)"
    r"|(?P<atom>\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.)",
    re.DOTALL,
)


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compiles it, blind to upper and lower case; raises ValueError `what; remedy` for one that isn't safe to use."""
    if len(pattern) > MAX_LENGTH:
        raise ValueError(f"a pattern of {len(pattern)} characters; shorten it to {MAX_LENGTH}")
    try:
        compiled = re.compile(pattern, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"the pattern `{pattern}` is not a regular expression ({error}); correct it") from None
    if re.search(r"\(\?(?:[#(]|[a-zA-Z]*x)", pattern):
        raise ValueError(f"the pattern `{pattern}` has a comment or a condition; leave it out")
    if compiled.search("") is not None:
        raise ValueError(f"the pattern `{pattern}` matches an empty text; ask for at least one character")
    if _ways(pattern) > MAX_WAYS:
        remedy = "repeat fewer things, and less often"
        raise ValueError(f"the pattern `{pattern}` can take too long, repeats multiply; {remedy}")
    return compiled


def _ways(pattern: str) -> int:
    """An upper bound of the paths that a backtracking search can try from one character on."""
    groups = [[0, 1]]  # of each open group: the ways of its finished alternatives, and those of the one being read
    last = 1  # the ways of what a repeat would repeat; already a factor of the group's
    for token in _TOKEN.finditer(pattern):
        kind, text = token.lastgroup, token.group()
        if kind == "open":
            groups.append([0, 1])
            last = 1
        elif kind == "close":
            last = sum(groups.pop())
            groups[-1][1] *= last
        elif kind == "either":
            groups[-1] = [sum(groups[-1]), 1]
            last = 1
        elif kind == "repeat":
            low, high = _bounds(text)
            groups[-1][1] = groups[-1][1] // last * min((high - low + 1) * last**high, MAX_WAYS + 1)
            last = 1
        elif kind == "atom":
            last = 1
    return sum(groups[0])


def _bounds(repeat: str) -> tuple[int, int]:
    if repeat[0] == "?":
        return 0, 1
    if repeat[0] in "*+" or repeat.rstrip("?+").endswith(",}"):
        raise ValueError(f"`{repeat}` repeats without an end; say how often at most, such as {{1,20}}")
    low, comma, high = repeat.rstrip("?+")[1:-1].partition(",")
    return int(low or 0), min(int(high if comma else low), MAX_WAYS)
