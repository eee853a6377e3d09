"""Which of an intent's answers is said, how it is said to somebody who is upset, and that nobody hears it for ever."""

from collections.abc import Mapping
from typing import Any

from bot.dialogue import people
from bot.dialogue.fold import answer_key
from bot.dialogue.speech import MORE, person, reply, said, stage, topic
from bot.dialogue.turn import Turn

MOST_TIMES = 2
"""How often the same is answered in one episode before a person takes over."""


def answer(
    turn: Turn,
    name: str,
    returned: Mapping[str, str] | None = None,
    whole: bool = False,
    variant: str | None = None,
) -> None:
    """Say an intent's answer; `whole` also to somebody who is upset, `variant` as the state knows it."""
    intent, texts, locale = turn.intent(name), turn.content.bot.texts, turn.locale
    values = {**turn.shown(), **(returned or {})}
    index = turn.chosen(intent.answer, returned)
    say = intent.answer[index]
    about = "/".join([*turn.slots.values(), *((returned or {}).values())]) if intent.action else ""
    personal: dict[str, Any] = {"about": about} if about else {}
    facts: dict[str, Any] = {"answer_id": name, "actor_version": turn.content.version, **stage(intent)}
    if len(intent.answer) > 1:
        facts["answer_variant"] = index
    if forgotten := own_slots(turn, name):
        facts["forgotten"] = forgotten
    given = turn.state.given.count(answer_key(name, about))
    if given >= MOST_TIMES and not intent.is_chat and not whole:
        people.hand_off(turn, people.LOOP, name)
        return
    replies = [topic(turn.content, offered, locale) for offered in intent.offers]
    text = turn.text(say.say, values)
    if turn.upset and not whole and not intent.is_chat:
        short = turn.text(say.briefly, values) or text.partition("\n\n")[0]
        # What was looked up can't be said again as a whole, so it is said as a whole now.
        if short != text and intent.can_be_said_again:
            replies.insert(0, reply(turn.text(texts.more), MORE + name))
            text = short
        replies.append(person(turn.content, locale))
    if given and not intent.is_chat and not whole:
        text = f"{turn.text(texts.repeated)}\n\n{text}"
        replies.append(person(turn.content, locale))
    turn.done(name)
    if intent.is_chat:
        turn.lead = ""  # "I'm sorry" isn't how "you're welcome" begins
    turn.add(said("answer.given", {"text": text, **personal}, quick_replies=replies, variant=variant, **facts))


def wait(turn: Turn) -> None:
    """Give the customer time; what was asked stays asked."""
    replies = [reply(title, payload) for title, payload in turn.state.offered]
    text = turn.text(turn.content.bot.texts.take_your_time)
    turn.add(said("answer.given", {"text": text}, quick_replies=replies, answer_id="waits"))


def own_slots(turn: Turn, name: str) -> list[str]:
    """The slots of an intent's form that mean nothing to the next one."""
    form, slots = turn.intent(name).form, turn.content.slots
    return [ask.slot for ask in form.asks if not slots[ask.slot].keep] if form else []
