"""Guided troubleshooting: one step a turn, "did that help?", branches, and a person who knows what was tried."""

from bot.content.schema import PERSON, SOLVED, Guide, Step
from bot.dialogue import people
from bot.dialogue.speech import CANCEL, NO, STEP, YES, named, person, reply, said, stage
from bot.dialogue.state import Task
from bot.dialogue.turn import Turn


def begin(turn: Turn, name: str, led: bool = False) -> str | None:
    """Begin with the first step; the intent's answer, if there is one, comes before it.

    What the message says already isn't asked: it begins where that leads to, and where that is an intent, this is the
    intent to begin instead.
    """
    intent = turn.intent(name)
    assert intent.guide is not None
    guide = turn.content.guides[intent.guide]
    steps, first = guide.steps, next(iter(guide.steps))
    if turn.message.payload is None and not led:
        target = _danger(turn, guide) or _target(steps[first], None, turn.message.text, None)
        if target != PERSON and target in turn.content.intents:
            return target
        first = target if target in steps else first
    give(turn, name, first, turn.opening(name))
    return None


def give(turn: Turn, name: str, step_name: str, before: str = "", again: bool = False) -> None:
    """One step, with the answers to choose from."""
    guide_name = turn.intent(name).guide or ""
    step, texts = turn.content.guides[guide_name].steps[step_name], turn.content.bot.texts
    text = turn.text(step.say)
    if step.next is None:
        replies = [reply(turn.text(one.reply), f"{STEP}{index}") for index, one in enumerate(step.replies)]
    else:
        text = f"{text}\n\n{turn.text(texts.did_it_help)}"
        replies = [reply(turn.text(texts.helped), YES), reply(turn.text(texts.not_helped), NO)]
    replies.append(person(turn.content, turn.locale))
    draft = said(
        "step.given",
        {"text": f"{before}\n\n{text}" if before else text},
        quick_replies=replies,
        intent=name,
        guide=guide_name,
        step=step_name,
        again=again or None,
        **stage(turn.intent(name)),
    )
    people.ask(turn, draft, name)


def takes(turn: Turn, task: Task) -> str | None:
    """Go on with the guide if the message does; the intent to begin where it leads to one, else an empty text.

    None where the message is about something else.
    """
    guide = turn.content.guides[turn.intent(task.intent).guide or ""]
    step = guide.steps[task.step or ""]
    payload = turn.message.payload
    meaning = turn.content.bot.short_acts.book.meaning(turn.message.text) if payload is None else payload
    if meaning == CANCEL:
        turn.done(task.intent)
        text = turn.text(turn.content.bot.texts.cancelled)
        turn.add(said("answer.given", {"text": text}, answer_id="cancelled", ends=task.intent))
        return ""
    if step.next is not None and is_question(turn) and meaning in (YES, "helped"):
        meaning = None  # "should it have worked by now?"
    target = _target(step, meaning, turn.message.text, payload)
    if target is None and payload is None:
        target = _danger(turn, guide)
    if target is None:
        return None
    if target == SOLVED:
        turn.done(task.intent)
        text = turn.text(guide.solved or turn.content.bot.texts.solved)
        turn.add(said("answer.given", {"text": text}, answer_id="solved", ends=task.intent, confirmed=True))
        turn.solved = True
    elif target == PERSON:
        people.hand_off(turn, people.NOT_SOLVED, task.intent, turn.text(guide.person))
    elif target in guide.steps:
        give(turn, task.intent, target)
    else:
        turn.leave(task.intent)
        return target
    return ""


def is_question(turn: Turn) -> bool:
    """Whether the customer asks something back."""
    return turn.message.payload is None and turn.message.text.rstrip().endswith("?")


def _danger(turn: Turn, guide: Guide) -> str | None:
    """The urgent intent that the message asks for in words of the first question's, whatever else it says."""
    first = next(iter(guide.steps.values()))
    for branch, book in zip(first.replies, first.books, strict=True):
        intent = turn.content.intents.get(branch.then)
        urgent = intent is not None and intent.handoff is not None and intent.handoff.urgent
        if urgent and book.meaning(turn.message.text) is not None:
            return branch.then
    return None


def _target(step: Step, meaning: str | None, text: str, payload: str | None) -> str | None:
    """Where a reply leads."""
    if step.next is not None:
        if meaning in (YES, "helped"):
            return SOLVED
        return step.next if meaning in (NO, "not_helped") else None
    number = named(payload, STEP) if payload is not None else step.book.meaning(text)
    if number is None or number not in map(str, range(len(step.replies))):
        return None
    return step.replies[int(number)].then
