"""What the bot does about an intent: pass on, ask, call, guide or answer; and how it comes back to what was left."""

from bot.content.parts import holds
from bot.dialogue import answers, forms, guides, people
from bot.dialogue.turn import Turn


def begin(turn: Turn, name: str, led: bool = False) -> None:
    """Whatever the content says about this intent; `led` where a guide has led to it, which no other guide undoes."""
    intent = turn.intent(name)
    if intent.asks_for_person:
        people.hand_off(turn, people.REQUESTED, turn.subject())
    elif intent.handoff is not None and _is_for_people(turn, name):
        people.policy(turn, name)
    elif intent.form is not None or intent.action is not None:
        (forms.begin if intent.form is not None else forms.go_on)(turn, name)
    elif intent.guide is not None:
        instead = guides.begin(turn, name, led)
        if instead is not None:
            begin(turn, instead, led=True)
    else:
        answers.answer(turn, name)
        if intent.courtesy and any(not _is_chat(turn, given) for given in turn.state.given):
            turn.solved = True


def resume(turn: Turn) -> None:
    """Go back to what was interrupted, unless something else is being asked or a question would come a third time."""
    while not turn.waits and not turn.handed_over and (task := turn.current()) is not None:
        intent = turn.intent(task.intent)
        before = turn.text(turn.content.bot.texts.back_to, {"topic": turn.text(intent.title)})
        key = f"{task.intent}/{task.step or turn.state.asked_slot}"
        if turn.asked(key) >= people.MOST_ASKED:
            return
        if task.step is not None:
            guides.give(turn, task.intent, task.step, before)
        elif turn.state.asked and any(one.startswith(f"{task.intent}/") for one, _ in turn.state.asked):
            forms.keep(turn, task.intent)
            forms.ask_again(turn, task.intent, before)
        else:
            begin(turn, task.intent)  # one of several concerns of a message, whose turn it is now


def _is_for_people(turn: Turn, name: str) -> bool:
    """Whether a person takes this over at once; a hand-off without a condition waits for its form."""
    intent = turn.intent(name)
    assert intent.handoff is not None
    if not intent.handoff.when:
        return intent.form is None
    return holds(intent.handoff.when, turn.conditions())


def _is_chat(turn: Turn, given: str) -> bool:
    intent = turn.content.intents.get(given.partition("/")[0])
    return intent is not None and intent.is_chat
