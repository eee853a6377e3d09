"""Forms: asking for what is missing, taking what is given, correcting, confirming, stopping, and then acting."""

from collections.abc import Iterator

from bot.content.parts import holds
from bot.content.phrases import plain
from bot.content.slots import Slot
from bot.dialogue import answers, people
from bot.dialogue.fold import CONFIRM, WHAT
from bot.dialogue.questions import confirm, offered, pointed_at, question, value_of, what_to_change
from bot.dialogue.speech import CANCEL, CHANGE, NO, SLOT, YES, named, said
from bot.dialogue.turn import Call, Turn
from bot.records import Draft

_SHORT = 30
_MOST_WORDS_OF_YES = 10
_WEIGHT = 4
_ASKING = frozenset({"what", "which", "welche"})


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


def fill(turn: Turn, name: str, slot: str, value: str, others: tuple[str, ...] = (), kept: bool = False) -> None:
    """Note what the customer has said; `kept` where they had said it before."""
    turn.slots.pop(slot, None)
    turn.slots[slot] = value
    personal = {"value": value, "others": list(others)} if others else {"value": value}
    facts = {"actor_kind": "bot", "slot": slot, "intent": name} | ({"kept": True} if kept else {})
    turn.add(Draft("slot.filled", facts, personal))


def keep(turn: Turn, name: str) -> None:
    """Put back what an interruption has said of something else: the form goes on about what it was about."""
    form, before = turn.intent(name).form, dict(turn.state.slots)
    for slot in [ask.slot for ask in form.asks] if form else []:
        value, now = before.get(slot), turn.slots.get(slot)
        if value is not None and now is not None and now != value:
            fill(turn, name, slot, value, (now,), kept=True)


def empty(turn: Turn, name: str, slot: str) -> None:
    """Note that what the customer has said isn't so."""
    turn.slots.pop(slot, None)
    turn.add(Draft("slot.filled", {"actor_kind": "bot", "slot": slot, "intent": name, "emptied": True}))


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
        return _takes_answer(turn, name, asked, meaning, corrected)
    if corrected and not turn.waits:
        go_on(turn, name)
    return corrected


def _takes_answer(turn: Turn, name: str, asked: str, meaning: str | None, corrected: bool) -> bool:
    """Whether the message answers the question for a slot, or something else was `corrected` by it."""
    slot = turn.content.slots[asked]
    found = [] if slot.free_text and meaning in (YES, NO) and _is_phrase(turn) else turn.found(slot)
    pointed = pointed_at(turn, slot) if not found else None
    if len(found) > 1 and slot.is_found and meaning not in ("no", "other"):
        question(turn, name, asked, found)
        return True
    if pointed is not None:
        fill(turn, name, asked, pointed, tuple(one for one in offered(turn, slot) if one != pointed))
        corrected = True
    elif found and not (corrected and slot.free_text):
        # "Not 48213 but 48257": what is corrected stands last.
        fill(turn, name, asked, found[-1], tuple(found[:-1]))
        if not slot.free_text:
            _take_along(turn, name)
        corrected = True
    if not corrected and meaning == "other":
        return _takes_back(turn, name)
    if corrected or (not slot.free_text and _is_value_of_another(turn, name)):
        go_on(turn, name)
        return True
    return False


def _is_phrase(turn: Turn) -> bool:
    return turn.content.bot.short_acts.book.is_phrase(turn.message.text)


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


def _takes_payload(turn: Turn, name: str, payload: str) -> bool:
    asked, form = turn.state.asked_slot or "", turn.intent(name).form
    slot, value = turn.content.slots.get(asked), named(payload, SLOT)
    known = [(title, named(one, SLOT)) for title, one in turn.state.offered]
    meant = {token: value_of(turn, slot, title, token) for title, token in known if slot and token is not None}
    value = meant.get(value or "", value)
    if value is not None and slot is not None and (value in meant.values() or value in slot.choices):
        others = () if slot.choices else tuple(one for one in meant.values() if one != value)
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
    if meaning == YES and turn.message.payload is None:
        # What is done now can't be undone: "yes, 48257" may be a correction, "sure?" a question.
        meaning = "other" if _has_new_values(turn, name) else meaning if _is_plain_yes(turn) else None
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


def _is_plain_yes(turn: Turn) -> bool:
    """Whether a message that begins with a yes is one: no question, and nothing in it that takes it back."""
    text, acts = turn.message.text, turn.content.bot.short_acts
    if "?" in text or len(text.split()) > _MOST_WORDS_OF_YES:
        return False
    return acts.book.is_phrase(text) or acts.doubtful.meaning(text) is None


def _new_values(turn: Turn, name: str) -> Iterator[tuple[str, str]]:
    """Slots of the form that are filled, and what the message says they are instead."""
    form = turn.intent(name).form
    for ask in form.asks if form else ():
        slot = turn.content.slots[ask.slot]
        if ask.slot in turn.slots and not slot.free_text:
            new = [value for value in turn.found(slot) if value != turn.slots[ask.slot]]
            if new:
                yield ask.slot, new[-1]


def _has_new_values(turn: Turn, name: str) -> bool:
    return any(turn.content.slots[slot].is_found for slot, _ in _new_values(turn, name))


def _corrects(turn: Turn, name: str, meaning: str | None) -> bool:
    """Take new values of slots that have one already, where the message says that it corrects something."""
    new = list(_new_values(turn, name)) if meaning in ("no", "other") else []
    for slot, value in new:
        fill(turn, name, slot, value, (turn.slots[slot],))
    return bool(new)


def _takes_back(turn: Turn, name: str) -> bool:
    """“No, the other one”: the other value that was mentioned, else the last thing said is asked for again."""
    form = turn.intent(name).form
    asks = [ask.slot for ask in form.asks] if form else []
    filled = [slot for slot in turn.slots if slot in asks]
    if not filled:
        return False
    if len(filled) > 1 and _names_part(turn, name):
        if not turn.waits:
            go_on(turn, name)
        return True
    others = dict(turn.state.others)
    for slot_name in reversed(filled):
        slot, value = turn.content.slots[slot_name], turn.slots[slot_name]
        known = [one for one in (others.get(slot_name) or tuple(slot.choices)) if one != value]
        if len(known) == 1:
            fill(turn, name, slot_name, known[0], (value,))
            go_on(turn, name)
            return True
    if len(filled) > 1:
        what_to_change(turn, name)
        return True
    empty(turn, name, filled[-1])
    question(turn, name, filled[-1])
    return True


def _is_value_of_another(turn: Turn, name: str) -> bool:
    """Asked for one slot, the customer writes nothing but a new value of another: that one is corrected."""
    form, text = turn.intent(name).form, turn.message.text.strip(" .!,")
    for ask in form.asks if form else ():
        slot = turn.content.slots[ask.slot]
        if slot.is_found and turn.slots.get(ask.slot, text) != text and turn.found(slot) == [text]:
            fill(turn, name, ask.slot, text, (turn.slots[ask.slot],))
            return True
    return False


def _names_part(turn: Turn, name: str) -> bool:
    """Asked what isn't right, the customer names a slot, or writes a new value of one, or which value is right."""
    form, text = turn.intent(name).form, turn.message.text.casefold()
    right: list[str] = []
    for ask in form.asks if form else ():
        slot, value = turn.content.slots[ask.slot], turn.slots.get(ask.slot)
        found = [] if slot.free_text else turn.found(slot)
        new = [one for one in found if one != value]
        if new:
            fill(turn, name, ask.slot, new[-1])
            return True
        if slot.title and value is not None and len(text) <= _SHORT and _is_named(turn.text(slot.title), text):
            empty(turn, name, ask.slot)
            question(turn, name, ask.slot)
            return True
        right += [ask.slot] if found else []
    filled = [ask.slot for ask in form.asks if ask.slot in turn.slots] if form else []
    wrong = [slot for slot in filled if slot not in right and turn.content.slots[slot].is_found]
    if right and len(wrong) == 1:
        empty(turn, name, wrong[0])
        question(turn, name, wrong[0])
        return True
    return False


def _is_named(title: str, text: str) -> bool:
    """Whether a short text names what has this title: as it is, or by its first word of weight (“the other e-mail”)."""
    words = (word for word in plain(title).split() if len(word) >= _WEIGHT and word not in _ASKING)
    said = plain(text).replace("email", "e mail").split()
    return title.casefold() in text or next(words, None) in said
