"""The parts of a message that names several concerns, cut at sentences and conjunctions, and what follows thanks."""

import re

SHORTEST = 25
"""Of so many characters at least is a message that names several."""

FEWEST_WORDS = 3
MOST_PARTS = 3

_BETWEEN = re.compile(
    r"[.?!;]+\s+|\n+|,?\s+(?:and also|and|also|plus|but|und außerdem|und|außerdem|ausserdem|aber)\s+", re.IGNORECASE
)

_POLITE = re.compile(
    r"(?:(?:thanks|thank you|thankyou|thx|cheers|many thanks|ok|okay|alright|great|perfect|super|cool|hi|hello|hey|"
    r"good (?:morning|afternoon|evening)|danke|danke ?schön|danke ?schoen|vielen dank|besten dank|alles klar|gut|"
    r"hallo|moin|guten (?:tag|morgen|abend))\b(?: (?:so much|very much|a lot|there|sehr|dir|ihnen|euch))?"
    r"[\s,.!;:–-]*)+(?:(?:and|but|und|aber)\b[\s,]*)?",
    re.IGNORECASE,
)


def after_courtesy(text: str) -> str | None:
    """What follows the thanks or the greeting with which a message begins, three words at least; None for nothing."""
    match = _POLITE.match(text.lstrip())
    rest = text.lstrip()[match.end() :] if match is not None else ""
    return rest if len(rest.split()) >= FEWEST_WORDS else None


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
