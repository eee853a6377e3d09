"""What a form asks, and what it offers beneath: a slot, whether all is right, and which part isn't."""

import re

from bot.content.phrases import plain
from bot.content.slots import Slot
from bot.content.text import Text
from bot.dialogue import people
from bot.dialogue.fold import CONFIRM, WHAT
from bot.dialogue.speech import CANCEL, CHANGE, NO, SLOT, YES, Reply, named, person, reply, said
from bot.dialogue.turn import Turn

_PLACE = "candidate."
_SAFE = re.compile(r"[a-z0-9_.-]{1,64}")
_MOST_WORDS = 5
_PLACES = {
    0: "first 1st former erste erster erstes ersten ersteres",
    1: "second 2nd zweite zweiter zweites zweiten",
    2: "third 3rd dritte dritter drittes dritten",
    -1: "last latter later letzte letzter letztes letzten letzteres",
}
_PLACE_OF = {word: place for place, words in _PLACES.items() for word in words.split()}


def question(
    turn: Turn, name: str, slot_name: str, candidates: list[str] | None = None, before: str = "", again: bool = False
) -> None:
    """Ask for a slot; `candidates` are the values that it could have, asked again those that were offered before."""
    slot, locale, texts = turn.content.slots[slot_name], turn.locale, turn.content.bot.texts
    if candidates is None and turn.state.asked_slot == slot_name:
        candidates = offered(turn, slot)
    values = enumerate(candidates or slot.choices, 1)
    replies = [reply(slot.shown(value, locale, texts), SLOT + _token(value, place)) for place, value in values]
    if again:
        replies.append(reply(turn.text(texts.cancel), CANCEL))
        replies.append(person(turn.content, locale))
    _ask(turn, name, slot_name, turn.text(slot.ask), replies, before, again)


def confirm(turn: Turn, name: str, text: Text, before: str = "", again: bool = False) -> None:
    """Ask whether everything is right."""
    texts = turn.content.bot.texts
    replies = [reply(turn.text(texts.yes), YES), reply(turn.text(texts.no), NO)]
    if again:
        replies.append(person(turn.content, turn.locale))
    _ask(turn, name, CONFIRM, turn.text(text, turn.shown()), replies, before, again)


def what_to_change(turn: Turn, name: str, before: str = "", again: bool = False) -> None:
    """Ask which part isn't right."""
    form, texts = turn.intent(name).form, turn.content.bot.texts
    replies = []
    for ask in form.asks if form else ():
        slot = turn.content.slots[ask.slot]
        if ask.slot in turn.slots and slot.title:
            replies.append(reply(turn.text(slot.title), CHANGE + ask.slot))
    replies.append(reply(turn.text(texts.cancel), CANCEL))
    replies.append(person(turn.content, turn.locale))
    _ask(turn, name, WHAT, turn.text(texts.change_what), replies, before, again)


def offered(turn: Turn, slot: Slot) -> list[str]:
    """The values of a slot that are offered as quick replies, in order."""
    tokens = [(title, named(payload, SLOT)) for title, payload in turn.state.offered]
    return [value_of(turn, slot, title, token) for title, token in tokens if token is not None]


def pointed_at(turn: Turn, slot: Slot) -> str | None:
    """“The second one”: the value among those offered that a short message points at by its place."""
    values, words = offered(turn, slot), plain(turn.message.text).split()
    places = {_PLACE_OF[word] for word in words if word in _PLACE_OF}
    if len(values) < 2 or len(places) != 1 or len(words) > _MOST_WORDS:
        return None
    place = places.pop()
    return values[place] if place < len(values) else None


def _token(value: str, place: int) -> str:
    """What stands for a value in a payload, which has room for few characters: itself, or its place."""
    return value if _SAFE.fullmatch(value) else f"{_PLACE}{place}"


def value_of(turn: Turn, slot: Slot, title: str, token: str) -> str:
    """What a token that was offered stands for: itself, or where it says a place, its title or what that shows."""
    if not token.startswith(_PLACE):
        return token
    return next(iter(turn.found(slot, title)), title) if slot.kind is not None else title


def _ask(turn: Turn, name: str, slot: str, text: str, replies: list[Reply], before: str, again: bool) -> None:
    gap = "" if not before or before.endswith("\n") else " "
    words = {"text": f"{before}{gap}{text}"}
    people.ask(turn, said("slot.asked", words, replies, slot=slot, intent=name, again=again or None), name)


def missing(slot: Slot, turn: Turn) -> str:
    """What is said before a question whose answer wasn't in the message."""
    return turn.text(slot.ask_again or turn.content.bot.texts.ask_again)
