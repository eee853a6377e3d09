"""Where a message may name several concerns: at the end of a sentence, and at a conjunction before a clause."""

import re

SHORTEST = 25
"""Of so many characters at least is a message that names several."""

FEWEST_WORDS = 3
MOST_PARTS = 3

_BETWEEN = re.compile(
    r"[.?!;]+\s+|\n+|,?\s+(?:and also|and|also|plus|but|und außerdem|und|außerdem|ausserdem|aber)\s+", re.IGNORECASE
)


def split(text: str) -> list[str]:
    """The parts of a message, each of three words at least; the message alone where it has but one."""
    if len(text) < SHORTEST:
        return [text]
    parts: list[str] = []
    for piece in _BETWEEN.split(text):
        short = len(piece.split()) < FEWEST_WORDS
        if parts and (short or len(parts[-1].split()) < FEWEST_WORDS or len(parts) == MOST_PARTS):
            parts[-1] = f"{parts[-1]} {piece}"
        else:
            parts.append(piece)
    if len(parts) > 1 and len(parts[-1].split()) < FEWEST_WORDS:
        last = parts.pop()
        parts[-1] = f"{parts[-1]} {last}"
    return parts if len(parts) > 1 else [text]
