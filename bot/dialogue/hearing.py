"""What the rules hear in a message: danger, a wish for a person, distress, thanks that aren't, a moment to think."""

import re

from bot.content.phrases import plain
from bot.dialogue.turn import Turn
from bot.records import Understanding

INTERRUPTS = 0.5
"""From this confidence on, a message changes the subject of a form or guide that it doesn't go on with."""

SURE_OF_PERSON = 0.9
"""From this confidence on, a wish for a person is heard also where the gate would turn the message away."""

SURE_OF_DANGER = 0.8
"""The same for what is urgent, where a wrong word costs less than a missed one."""

PLAINLY_PERSON = 0.8
"""From this confidence on, a message is a wish for a person where the bot has asked for something else."""

PERSON_AS_WELL = 0.3
"""From this confidence on, a wish for a person is heard beside a concern: being asked which was meant would annoy.

Of the messages in `tests/held_out`, in scope or not, it makes none a wish that is none.
"""

MOST_WORDS_OF_WAITING = 8
"""Of so many words at most is a message that only asks for a moment."""

MOST_WORDS_OF_NOBODY = 12
"""Of so many words at most is a message that says that no person is wanted: longer ones want something beside."""

MOST_UPSET = 3
"""At this many upset messages in a row a person takes over."""


_PERSON = (
    r"(?:person|people|human|agent|advis[eo]r|colleague|employee|mensch(?:en)?|mitarbeiter\w*|berater\w*|kolleg\w+)s?\b"
)
_ON = r"(?:(?!\b(?:bot|robot|machine|want|need|will|brauche|möchte)\b)[^,.;:!?]){0,30}"
"""What may stand between: no other wish, and no end of a sentence."""
_NOBODY = re.compile(
    r"^(?!.*\b(?:why|warum|wieso|weshalb|sondern)\b).*\b(?:"
    r"(?:don't|dont|do not|didn't|did not|never|no need to) (?:ever )?"
    rf"(?:want|need|wish|ask(?:ed)?|connect|transfer|pass|forward|put|hand|speak|talk)\b{_ON}\b{_PERSON}"
    rf"|(?:will|möchte|brauche|wollte) (?:\w+ )?(?:kein(?:e|en)?|nicht mit (?:einem|einer|dem)) (?:\w+ )?{_PERSON}"
    rf"|nicht (?:mit|an) (?:einem|einer|einen|eine) {_PERSON} (?:verbinden|verbunden|weiter\w*|geben)\b"
    r")"
    rf"|^(?:please |bitte )?(?:no|kein(?:e|en)?) {_PERSON}(?: please| bitte| needed)?\W*$"
)


def waits(turn: Turn) -> bool:
    """“Let me think”: the message asks for a moment, answers nothing and says nothing else."""
    bot, text = turn.content.bot, turn.message.text
    book = bot.short_acts.book
    if bot.texts.take_your_time is None or turn.message.payload is not None or book.meaning(text) != "wait":
        return False
    asked = turn.content.slots.get(turn.state.asked_slot or "")
    answers_it = asked is not None and (asked.free_text or turn.found(asked))
    return book.is_phrase(text) or (not answers_it and len(text.split()) <= MOST_WORDS_OF_WAITING)


def asks_for_person(turn: Turn, understood: Understanding) -> bool:
    """Whether the message is a wish for a person, also where the gate turns it away."""
    person = turn.content.person_intent
    if wants_nobody(turn.message.text):
        return False
    answers_us = bool(turn.state.tasks and (turn.state.asked_slot or turn.state.tasks[-1].step))
    if understood.intent != person:
        as_well = dict(understood.alternatives).get(person or "", 0.0)
        beside = understood.in_scope and not answers_us and as_well >= PERSON_AS_WELL
        return person in understood.parts or beside
    if waits(turn):
        return False
    if answers_us:
        # Answers to the bot's own questions ("let me think", "I'd rather not say") look like such a wish.
        return understood.in_scope and understood.confidence >= PLAINLY_PERSON
    if understood.in_scope:
        return True
    # "Yes please" looks much like a wish for a person to a model that has no words for it.
    return understood.confidence >= SURE_OF_PERSON and not turn.content.bot.short_acts.book.is_phrase(turn.message.text)


def wants_nobody(text: str) -> bool:
    """“Please don't connect me to a human”: a person is named, and none is wanted."""
    return len(text.split()) <= MOST_WORDS_OF_NOBODY and _NOBODY.search(text.casefold().replace("’", "'")) is not None


def is_urgent(turn: Turn, understood: Understanding) -> bool:
    """Whether the message tells of what waits for nothing, such as danger."""
    intent = turn.content.intents.get(understood.intent)
    urgent = intent is not None and intent.handoff is not None and intent.handoff.urgent
    return urgent and understood.confidence >= (INTERRUPTS if understood.in_scope else SURE_OF_DANGER)


def is_distressed(turn: Turn, understood: Understanding, known: bool) -> bool:
    """Whether the mood needs a person: despair at once, anger when it stays. Not for what goes to people anyway."""
    if known and turn.intent(understood.intent).handoff is not None and turn.intent(understood.intent).form is None:
        return False
    # Answers to the bot's own questions are short and often sound grim ("nothing at all", "it stays black").
    angry = turn.upset and not turn.tasks and turn.state.upset + 1 >= MOST_UPSET
    return understood.distressed or angry


def is_bitter(turn: Turn, understood: Understanding) -> bool:
    """“Thanks for nothing”: thanks from somebody upset aren't meant."""
    intent = turn.content.intents.get(understood.intent)
    return turn.upset and intent is not None and intent.courtesy


_NOT = r"(?:don't|dont|do not|didn't|didnt|did not|never|nicht)"
_WHY = re.compile(r"(?:why|warum|wieso|weshalb) (?:did|was|were|has|have|wurde|wurden|haben|habt|hast|ist)\b")
_WEIGHT = 4


def denies(turn: Turn, name: str) -> bool:
    """“Don't cancel my order”, “why did you cancel it”: the message names a change that a form makes, and wants none.

    What is changed is known by the words of the intent's title.
    """
    intent = turn.intent(name)
    if intent.form is None or intent.form.confirm is None or turn.message.payload is not None:
        return False
    text = plain(turn.message.text)
    words = {word for title in intent.title.versions.values() for word in plain(title).split() if len(word) >= _WEIGHT}
    named = "|".join(map(re.escape, words))
    return bool(words) and (re.search(rf"\b{_NOT} (?:{named})\b", text) or _WHY.match(text)) is not None
