"""Forms: asking for what is missing, taking what is given, correcting, confirming, stopping, and then acting."""

import re

from bot.content.parts import holds
from bot.content.slots import Slot
from bot.content.text import Text
from bot.dialogue import answers, people
from bot.dialogue.fold import CONFIRM, WHAT
from bot.dialogue.speech import CANCEL, CHANGE, NO, SLOT, YES, Reply, named, person, reply, said
from bot.dialogue.turn import Call, Turn
from bot.records import Draft

_SHORT = 30
_PLACE = "candidate."
_SAFE = re.compile(r"[a-z0-9_.-]{1,64}")


def begin(turn: Turn, name: str) -> None:
    """Begin the form of an intent with what the message holds already."""
    form = turn.intent(name).form
    assert form is not None
    if not any(task.intent == name for task in turn.state.tasks):
        for slot in answers.own_slots(turn, name):
            turn.slots.pop(slot, None)
    ambiguous: tuple[str, list[str]] | None = None
    for ask in form.asks:
        asked = turn.content.slots[ask.slot]
        if asked.free_text or turn.message.payload is not None:
            continue
        found = _untaken(turn, asked)
        if len(found) > 1 and asked.is_found:
            ambiguous = ambiguous or (None if ask.optional else (ask.slot, found))
        elif found:
            fill(turn, name, ask.slot, found[0])
    if ambiguous:
        question(turn, name, *ambiguous)
    else:
        go_on(turn, name)


def go_on(turn: Turn, name: str, confirmed: bool = False) -> None:
    """Ask for what is missing next; where nothing is, ask to confirm, and then act."""
    intent = turn.intent(name)
    form = intent.form
    if form is not None:
        known = turn.conditions()
        for ask in form.asks:
            if not ask.optional and ask.slot not in turn.slots and holds(ask.when, known):
                question(turn, name, ask.slot)
                return
        if form.confirm is not None and not confirmed:
            confirm(turn, name, form.confirm)
            return
    if intent.action is not None:
        asked = [ask.slot for ask in form.asks if ask.slot in turn.slots] if form else []
        turn.call = Call(
            intent.action.name,
            {slot: turn.slots[slot] for slot in asked},
            name,
            turn.locale,
            turn.state.customer.get("id"),
            dict(turn.slots),
            tuple(turn.tasks),
            turn.mood,
            turn.lead,
            turn.message.text,
        )
    elif intent.handoff is not None and not intent.handoff.when:
        people.policy(turn, name)
    else:
        answers.answer(turn, name)


def fill(turn: Turn, name: str, slot: str, value: str, others: tuple[str, ...] = ()) -> None:
    """Note what the customer has said."""
    turn.slots.pop(slot, None)
    turn.slots[slot] = value
    personal = {"value": value, "others": list(others)} if others else {"value": value}
    turn.add(Draft("slot.filled", {"actor_kind": "bot", "slot": slot, "intent": name}, personal))


def empty(turn: Turn, name: str, slot: str) -> None:
    """Note that what the customer has said isn't so."""
    turn.slots.pop(slot, None)
    turn.add(Draft("slot.filled", {"actor_kind": "bot", "slot": slot, "intent": name, "emptied": True}))


def question(
    turn: Turn, name: str, slot_name: str, candidates: list[str] | None = None, before: str = "", again: bool = False
) -> None:
    """Ask for a slot; `candidates` are the values that it could have."""
    slot, locale, texts = turn.content.slots[slot_name], turn.locale, turn.content.bot.texts
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


def ask_again(turn: Turn, name: str, before: str = "", again: bool = False) -> None:
    """Ask the form's open question once more: after an interruption, or where the answer wasn't in the message."""
    form, slot, current = turn.intent(name).form, turn.state.asked_slot or "", turn.state.tasks[-1:]
    if form is None or not current or current[0].intent != name:
        turn.lead = turn.lead or before  # it was interrupted by another form, whose question this was
        go_on(turn, name)
    elif slot == CONFIRM and form.confirm is not None:
        confirm(turn, name, form.confirm, before, again)
    elif slot == WHAT:
        what_to_change(turn, name, before, again)
    elif slot in turn.content.slots and slot not in turn.slots:
        question(turn, name, slot, None, before, again)
    else:
        turn.lead = turn.lead or before
        go_on(turn, name)


def takes(turn: Turn, name: str) -> bool:
    """Whether the message goes on with the form; then what follows has been drafted."""
    asked, payload = turn.state.asked_slot or "", turn.message.payload
    meaning = turn.content.bot.short_acts.book.meaning(turn.message.text) if payload is None else payload
    if meaning == CANCEL:
        stop(turn, name)
        return True
    if payload is not None:
        return _takes_payload(turn, name, payload)
    if asked == CONFIRM:
        return _takes_confirmation(turn, name, meaning)
    corrected = _corrects(turn, name, meaning)
    if asked == WHAT:
        corrected = corrected or _names_part(turn, name)
    elif asked in turn.content.slots and asked not in turn.slots:
        slot = turn.content.slots[asked]
        found = turn.found(slot)
        if len(found) > 1 and slot.is_found and meaning not in ("no", "other"):
            question(turn, name, asked, found)
            return True
        if found and not (corrected and slot.free_text):
            # "Not 48213 but 48257": what is corrected stands last.
            fill(turn, name, asked, found[-1], tuple(found[:-1]))
            if not slot.free_text:
                _take_along(turn, name)
            corrected = True
        if not corrected and meaning == "other":
            return _takes_back(turn, name)
    if corrected and not turn.waits:
        go_on(turn, name)
    return corrected


def _take_along(turn: Turn, name: str) -> None:
    """Take what is never asked for from an answer that holds it."""
    form = turn.intent(name).form
    for ask in form.asks if form else ():
        slot = turn.content.slots[ask.slot]
        if ask.optional and ask.slot not in turn.slots and not slot.free_text:
            found = _untaken(turn, slot)
            if len(found) == 1:
                fill(turn, name, ask.slot, found[0])


def _untaken(turn: Turn, slot: Slot) -> list[str]:
    """What a message holds of a slot; a day or an address that another slot has taken from it isn't this one's too."""
    taken = {draft.personal.get("value") for draft in turn.drafts if draft.type == "slot.filled"}
    return [value for value in turn.found(slot) if slot.kind is None or value not in taken]


def stop(turn: Turn, name: str) -> None:
    """The customer doesn't want to go on; nothing has been done."""
    turn.done(name)
    forgotten = answers.own_slots(turn, name)
    text = turn.text(turn.content.bot.texts.cancelled)
    turn.add(said("answer.given", {"text": text}, answer_id="cancelled", ends=name, forgotten=forgotten or None))


def _token(value: str, place: int) -> str:
    """What stands for a value in a payload, which has room for few characters: itself, or its place."""
    return value if _SAFE.fullmatch(value) else f"{_PLACE}{place}"


def _value(turn: Turn, slot: Slot, title: str, token: str) -> str:
    """What a token that was offered stands for: itself, or where it says a place, its title or what that shows."""
    if not token.startswith(_PLACE):
        return token
    return next(iter(turn.found(slot, title)), title) if slot.kind is not None else title


def _takes_payload(turn: Turn, name: str, payload: str) -> bool:
    asked, form = turn.state.asked_slot or "", turn.intent(name).form
    slot, value = turn.content.slots.get(asked), named(payload, SLOT)
    known = [(title, named(one, SLOT)) for title, one in turn.state.offered]
    offered = {token: _value(turn, slot, title, token) for title, token in known if slot and token is not None}
    value = offered.get(value or "", value)
    if value is not None and slot is not None and (value in offered.values() or value in slot.choices):
        others = () if slot.choices else tuple(one for one in offered.values() if one != value)
        fill(turn, name, asked, value, others)
        go_on(turn, name)
        return True
    part = named(payload, CHANGE)
    if part is not None and form is not None and part in [ask.slot for ask in form.asks]:
        empty(turn, name, part)
        question(turn, name, part)
        return True
    if asked == CONFIRM and payload in (YES, NO):
        return _takes_confirmation(turn, name, payload)
    return False


def _takes_confirmation(turn: Turn, name: str, meaning: str | None) -> bool:
    if meaning == YES:
        go_on(turn, name, confirmed=True)
        return True
    if _corrects(turn, name, meaning or "other"):
        go_on(turn, name)
        return True
    if meaning == "other":
        return _takes_back(turn, name)
    if meaning == NO:
        what_to_change(turn, name)
        return True
    return False


def _corrects(turn: Turn, name: str, meaning: str | None) -> bool:
    """Take new values of slots that have one already, where the message says that it corrects something."""
    form = turn.intent(name).form
    if form is None or meaning not in ("no", "other"):
        return False
    corrected = False
    for ask in form.asks:
        slot = turn.content.slots[ask.slot]
        if ask.slot not in turn.slots or slot.free_text:
            continue
        new = [value for value in turn.found(slot) if value != turn.slots[ask.slot]]
        if new:
            fill(turn, name, ask.slot, new[-1], (turn.slots[ask.slot],))
            corrected = True
    return corrected


def _takes_back(turn: Turn, name: str) -> bool:
    """“No, the other one”: the other value that was mentioned, else the last thing said is asked for again."""
    form = turn.intent(name).form
    asks = [ask.slot for ask in form.asks] if form else []
    filled = [slot for slot in turn.slots if slot in asks]
    if not filled:
        return False
    others = dict(turn.state.others)
    for slot_name in reversed(filled):
        slot, value = turn.content.slots[slot_name], turn.slots[slot_name]
        known = [one for one in (others.get(slot_name) or tuple(slot.choices)) if one != value]
        if len(known) == 1:
            fill(turn, name, slot_name, known[0], (value,))
            go_on(turn, name)
            return True
    empty(turn, name, filled[-1])
    question(turn, name, filled[-1])
    return True


def _names_part(turn: Turn, name: str) -> bool:
    """Asked what isn't right, the customer writes the name of a slot, or a new value of one."""
    form, text = turn.intent(name).form, turn.message.text.casefold()
    for ask in form.asks if form else ():
        slot = turn.content.slots[ask.slot]
        new = [] if slot.free_text else [value for value in turn.found(slot) if value != turn.slots.get(ask.slot)]
        if new:
            fill(turn, name, ask.slot, new[-1])
            return True
        if slot.title and len(text) <= _SHORT and turn.text(slot.title).casefold() in text:
            empty(turn, name, ask.slot)
            question(turn, name, ask.slot)
            return True
    return False


def _ask(turn: Turn, name: str, slot: str, text: str, replies: list[Reply], before: str, again: bool) -> None:
    words = {"text": f"{before} {text}" if before else text}
    people.ask(turn, said("slot.asked", words, replies, slot=slot, intent=name, again=again or None), name)


def missing(slot: Slot, turn: Turn) -> str:
    """What is said before a question whose answer wasn't in the message."""
    return turn.text(slot.ask_again or turn.content.bot.texts.ask_again)
