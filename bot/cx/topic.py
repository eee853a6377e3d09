"""What a topic is; finding them needs scikit-learn, this does not."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """One cluster: the words that tell it, how many messages and customers there are, and how many were recent."""

    words: tuple[str, ...]
    messages: int
    customers: int
    recent: int
