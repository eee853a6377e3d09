"""What the bot does about a message: state + message + understanding + content + time → drafts. Pure.

The first draft is always the message itself; it is the cause of the others. The rules stand in the order in which they
are tried; each does its work in a module of its own.
"""

from dataclasses import replace
from typing import Any

from bot.content.content import Content
from bot.dialogue import answers, forms, guides, ladder, people, questions, reactions, speech, surveys
from bot.dialogue.fold import CONFIRM
from bot.dialogue.hearing import (
    INTERRUPTS,
    asks_for_person,
    denies,
    is_bitter,
    is_distressed,
    is_urgent,
    waits,
    wants_nobody,
)
from bot.dialogue.speech import stage
from bot.dialogue.state import Owner, State, Task
from bot.dialogue.topics import begin, resume
from bot.dialogue.turn import Call, Decision, Message, Result, Turn, language_of
from bot.records import Draft, Understanding

CLOSE = 0.25
"""Two intents are close when the second is at most this far behind in confidence: then the bot asks back."""

PLAIN = 0.9
"""From this confidence on, a message that corrects something is about what it names all the same."""

COURTESY_LASTS = 3600 * 1000
"""How long after the end of an episode, in milliseconds, thanks do not open a new one."""


def decide(state: State, message: Message, understanding: Understanding, content: Content, now: int) -> Decision:
    """What the bot does about a message. Total: every state and message has a decision, and none raises."""
    turn = Turn(state, content, now, message, understanding)
    received = _received(turn, understanding)
    if state.owner is Owner.ASSIGNED:
        return Decision((received,))
    if state.owner is Owner.QUEUED:
        turn.add(received)
        if not state.acknowledged:
            people.acknowledgement(turn)
    elif _is_courtesy(turn, understanding):
        turn.add(Draft(received.type, {**received.facts, "variant": "courtesy"}, received.personal))
        if understanding.in_scope:
            answers.answer(turn, understanding.intent, variant="courtesy")
        else:
            reactions.all_right(turn, variant="courtesy")
    else:
        turn.add(received)
        _answer(turn, understanding)
    return turn.decision()


def conclude(call: Call, result: Result, state: State, content: Content, now: int) -> Decision:
    """What the bot says when a call has come back, and the next call where the message had several concerns.

    Every call that leads to another ends a task, so there are never more calls than concerns.
    """
    turn = Turn(state, content, now, Message(call.message))
    turn.locale, turn.mood, turn.lead = call.locale, call.mood, call.lead
    turn.slots, turn.tasks = dict(call.slots), list(call.tasks)
    action = content.intents[call.intent].action if call.intent in content.intents else None
    facts: dict[str, Any] = {
        "actor_kind": "bot",
        "action": call.action,
        "intent": call.intent,
        "found": result.found,
        "failed": result.failed,
    }
    if action is None:
        people.hand_off(turn, people.ACTION_FAILED, call.intent)
    elif result.found:
        turn.add(Draft("action.called", facts))
        answers.answer(turn, call.intent, result.values)
        resume(turn)
    elif result.failed:
        turn.add(Draft("action.called", facts))
        people.hand_off(turn, people.ACTION_FAILED, call.intent, turn.text(action.failed, turn.shown()))
    else:
        _unknown(turn, call, turn.text(action.unknown, turn.shown()), facts)
    return turn.decision()


def _unknown(turn: Turn, call: Call, said: str, facts: dict[str, Any]) -> None:
    """The shop doesn't know what it was asked about: of one value another is asked for, of several which is wrong."""
    slots = turn.content.slots
    given = [slot for slot in call.arguments if slots[slot].is_found]
    several = len(given) > 1 and all(slots[slot].title is not None for slot in given)
    forgotten = [] if several else given
    turn.add(Draft("action.called", {**facts, "forgotten": forgotten} if forgotten else facts))
    for slot in forgotten:
        turn.slots.pop(slot, None)
    if turn.state.fallbacks or not given:
        people.hand_off(turn, people.NOT_UNDERSTOOD, call.intent, said)
    elif several:
        shown = turn.shown()
        values = "\n".join(f"{turn.text(slots[slot].title)}: {shown[slot]}" for slot in given)
        questions.what_to_change(turn, call.intent, f"{said}\n\n{values}\n\n", again=True)
    else:
        questions.question(turn, call.intent, forgotten[0], None, said, again=True)


def _answer(turn: Turn, understood: Understanding) -> None:
    """A message to a conversation that the bot owns."""
    payload, content = turn.message.payload, turn.content
    chosen, wanted = speech.named(payload), speech.named(payload, speech.MORE)
    known = understood.in_scope and understood.intent in content.intents and payload is None
    if payload == speech.PERSON or (payload is None and asks_for_person(turn, understood)):
        named = known and understood.intent != content.person_intent and not content.intents[understood.intent].is_chat
        people.hand_off(turn, people.REQUESTED, understood.intent if named else turn.subject())
        return
    known = known and understood.intent != content.person_intent and not is_bitter(turn, understood)
    if payload is None and is_urgent(turn, understood):
        begin(turn, understood.intent)  # danger waits for no form or guide
    elif payload is None and is_distressed(turn, understood, known):
        people.hand_off(turn, people.DISTRESS, understood.intent if known else turn.subject())
    else:
        plain = known and understood.confidence >= INTERRUPTS and not content.intents[understood.intent].is_chat
        if not plain and waits(turn):
            answers.wait(turn)
            return
        if wanted is not None and wanted in content.intents and content.intents[wanted].can_be_said_again:
            answers.answer(turn, wanted, whole=True)
        elif chosen is not None and chosen in content.intents:
            begin(turn, chosen)
        elif not _goes_on(turn, understood, known):
            _new_subject(turn, understood, known)
    resume(turn)
    if turn.solved and not turn.waits and not turn.handed_over:
        surveys.offer(turn)


def _goes_on(turn: Turn, understood: Understanding, known: bool) -> bool:
    """Whether the message belongs to the form or guide that is open; then what follows has been drafted."""
    task = turn.current()
    if task is None:
        return False
    if task.step is not None:
        following = guides.takes(turn, task)
        if following is not None:
            if following in turn.content.intents:
                begin(turn, following)
            return True
    elif _asks_of_another(turn, understood, known, task):
        return False
    elif forms.takes(turn, task.intent):
        return True
    asked = turn.state.asked_slot or ""
    free = _is_free(turn) and turn.content.slots[asked].needed is None
    if known and not free and understood.confidence >= INTERRUPTS and understood.intent != task.intent:
        return False
    if not turn.state.offered and not asked and task.step is None:
        return False  # nothing is being asked: the form lies where it was interrupted too often
    _once_more(turn, task)
    return True


def _is_free(turn: Turn) -> bool:
    slot = turn.content.slots.get(turn.state.asked_slot or "")
    return slot is not None and slot.free_text


def _asks_of_another(turn: Turn, understood: Understanding, known: bool, task: Task) -> bool:
    """Whether a text or a confirmation was asked for, and the message is a question plainly about something else.

    Anything else that names another value corrects the form, and any text is the one that was asked for.
    """
    takes_all = _is_free(turn) or turn.state.asked_slot == CONFIRM
    if not (known and takes_all and turn.message.text.rstrip().endswith("?")):
        return False
    other = understood.intent != task.intent and not turn.intent(understood.intent).is_chat
    return other and understood.confidence >= PLAIN


def _once_more(turn: Turn, task: Task) -> None:
    """Ask again what wasn't answered; the second time a person takes over."""
    asks = task.step is not None and guides.is_question(turn)  # the step may be unclear: that is no failure
    if turn.state.fallbacks and not asks:
        people.hand_off(turn, people.NOT_UNDERSTOOD, task.intent)
        return
    slot = turn.content.slots.get(turn.state.asked_slot or "")
    before = questions.missing(slot, turn) if slot else turn.text(turn.content.bot.texts.ask_again)
    if task.step is not None:
        guides.give(turn, task.intent, task.step, before, again=not asks)
    else:
        forms.ask_again(turn, task.intent, before, again=True)


def _new_subject(turn: Turn, understood: Understanding, known: bool) -> None:
    """A message that stands for itself, or says what the customer thinks of the answer before it."""
    if reactions.reacts(turn, understood, known):
        return
    if turn.message.payload is None and not known and wants_nobody(turn.message.text) and reactions.all_right(turn):
        return
    if turn.upset:
        texts = turn.content.bot.texts
        turn.lead = turn.text(texts.upset_again if turn.state.upset else texts.upset)
    if (not known or _corrects(turn, understood)) and turn.message.payload is None and _says_it_of_another(turn):
        begin(turn, turn.state.intent or "")
        return
    if not known and _is_bare_value(turn, understood):
        return
    if not known or (turn.state.clarified and denies(turn, understood.intent)):
        ladder.not_understood(turn)
        return
    parts = [name for name in understood.parts if name in turn.content.intents]
    if len(parts) > 1:
        begin(turn, _several(turn, parts))
        return
    if denies(turn, understood.intent):
        near = [understood.intent, *(name for name, _ in understood.alternatives if name in turn.content.intents)]
        ladder.ask_back(turn, [name for name in near if not turn.intent(name).is_chat][:2])
        return
    close = _close(turn, understood)
    if close == [understood.intent]:
        begin(turn, understood.intent)
    elif turn.state.clarified:
        ladder.not_understood(turn)
    else:
        ladder.ask_back(turn, close)


def _is_bare_value(turn: Turn, understood: Understanding) -> bool:
    """“48213”: nothing but a value that is kept; then it is noted, and the bot asks what about it."""
    text, content = turn.message.text.strip(" .!,#"), turn.content
    kept = [name for name, slot in content.slots.items() if slot.keep and slot.is_found and turn.found(slot) == [text]]
    if len(kept) != 1 or turn.slots.get(kept[0]) == text or turn.message.payload is not None:
        return False
    likely = [understood.intent, *(name for name, _ in understood.alternatives), *content.bot.starters]
    takes = {
        name
        for name, intent in content.intents.items()
        if intent.form and kept[0] in [ask.slot for ask in intent.form.asks]
    }
    topics = [name for name in dict.fromkeys([*likely, *content.intents]) if name in takes][: ladder.MOST_TOPICS]
    if topics:
        forms.fill(turn, topics[0], kept[0], text)
        ladder.ask_back(turn, topics)
    return bool(topics)


def _corrects(turn: Turn, understood: Understanding) -> bool:
    """“Sorry, I meant …”, with nothing in it that is plainly about something else."""
    if understood.confidence >= PLAIN:
        return False
    return turn.content.bot.short_acts.book.meaning(turn.message.text) == "other"


def _says_it_of_another(turn: Turn) -> bool:
    """“And 48257?”: what was just answered is asked about something else, which is all that the message says."""
    intent, given = turn.content.intents.get(turn.state.intent or ""), turn.state.given[-1:]
    if not given or not given[0].startswith(f"{turn.state.intent}/"):
        return False
    known = set(turn.slots.values())
    slots = [turn.content.slots[ask.slot] for ask in intent.form.asks] if intent is not None and intent.form else []
    return any(value not in known for slot in slots if slot.is_found for value in turn.found(slot))


def _several(turn: Turn, parts: list[str]) -> str:
    """Of several concerns in one message the first to see to; the others are noted, and come up one by one.

    What can be answered at once comes first, then what is looked up, and what goes to people last.
    """

    def rank(name: str) -> int:
        intent = turn.intent(name)
        if intent.handoff:
            return 3
        if intent.guide or (intent.form and (intent.action is None or intent.form.confirm)):
            return 2
        return 1 if intent.action else 0

    ordered = sorted(parts, key=rank)
    waiting = ordered[::-1]  # the last of the tasks is the next
    received = turn.drafts[0]
    turn.drafts[0] = replace(received, facts={**received.facts, "also": waiting})
    turn.tasks = [*(task for task in turn.tasks if task.intent not in parts), *map(Task, waiting)]
    return ordered[0]


def _close(turn: Turn, best: Understanding) -> list[str]:
    """The best intent and those nearly as likely, no politeness among them."""
    intent = turn.intent(best.intent)
    known = turn.content.intents
    near = [name for name, confidence in best.alternatives if best.confidence - confidence <= CLOSE and name in known]
    near = [name for name in near if not known[name].is_chat]
    # Of two that look up the same it makes no difference which was meant.
    changes = intent.form is not None and intent.form.confirm is not None
    looked_up = None if intent.action is None or changes else intent.action.name
    action = {name: one.action.name for name, one in known.items() if one.action is not None}
    near = [name for name in near if looked_up is None or action.get(name) != looked_up]
    return (near if near and intent.is_chat else [best.intent, *near])[:3]


def _is_courtesy(turn: Turn, understood: Understanding) -> bool:
    """Whether this is thanks or “ok” after an episode that ended a short while ago, which opens no new one."""
    if turn.state.owner is not Owner.CLOSED or turn.message.payload is not None or is_bitter(turn, understood):
        return False
    if turn.now - (turn.state.closed_at or 0) >= COURTESY_LASTS:
        return False
    if not understood.in_scope:
        return reactions.agrees(turn)
    intent = turn.content.intents.get(understood.intent)
    return intent is not None and intent.courtesy


def _received(turn: Turn, understood: Understanding) -> Draft:
    """The message as a touchpoint, with what it was understood as."""
    message, content = turn.message, turn.content
    facts: dict[str, Any] = {"actor_kind": "customer"}
    if message.payload is not None:
        if message.payload in _PAYLOADS:
            facts["payload"] = message.payload
        chosen = speech.named(message.payload)
        if chosen in content.intents:
            facts |= {"payload": message.payload, "intent": chosen, "in_scope": True}
    else:
        facts |= {
            "intent": understood.intent,
            "confidence": round(understood.confidence, 4),
            "in_scope": understood.in_scope,
            "mood": round(understood.mood, 2),
            "model_version": understood.model,
        }
        if understood.alternatives:
            facts["runner_up"] = understood.alternatives[0][0]
        if understood.distressed:
            facts["distressed"] = True
        language = language_of(turn.state, understood)
        if language != turn.state.locale:
            facts["language"] = language
    intent = content.intents.get(facts.get("intent", ""))
    if intent is not None and facts["in_scope"]:
        facts |= stage(intent)
    return Draft("message.received", facts, {"text": message.text})


_PAYLOADS = frozenset({speech.PERSON, speech.NONE_OF_THESE, speech.YES, speech.NO, speech.CANCEL})
"""Quick replies that say nothing about anybody and may be counted."""
