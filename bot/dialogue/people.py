"""Passing a customer on to people: why, to whom, what the agent is told, and by when an answer is promised."""

from bot.content.text import Text
from bot.content.voice import Texts
from bot.dialogue.fold import called, question_key
from bot.dialogue.speech import said
from bot.dialogue.turn import Turn
from bot.dialogue.waiting import closed, moment
from bot.records import Draft

REQUESTED = "requested"
NOT_UNDERSTOOD = "not_understood"
LOOP = "loop"
POLICY = "policy"
DISTRESS = "distress"
ACTION_FAILED = "action_failed"
NOT_SOLVED = "not_solved"
BAD_RATING = "bad_rating"
"""Why a conversation goes to people."""

MOST_ASKED = 2
"""How often a question is asked, or a step given, that isn't answered; instead of a third time, a person takes over."""

URGENT = 2
SOON = 1
_PRIORITIES = {DISTRESS: URGENT, POLICY: SOON, ACTION_FAILED: SOON, BAD_RATING: SOON}
"""Who waits in front of whom: higher first, 0 for the others."""


def hand_off(turn: Turn, reason: str, intent: str | None, first: str = "", urgent: bool = False) -> None:
    """Give the conversation to people, to a queue that always exists; `first` is said before."""
    state, content = turn.state, turn.content
    if reason == REQUESTED and state.unhappy:
        reason = BAD_RATING
    facts, by_when = closed(content, state, turn.now, turn.locale)
    texts = [first, turn.text(_passing_on(content.bot.texts, reason)), by_when]
    summary = {
        "asked": state.opened_text or turn.message.text,
        "last": turn.message.text,
        "slots": turn.shown(),
    }
    turn.add(
        said(
            "handoff.requested",
            {"text": "\n\n".join(filter(None, texts)), "summary": summary},
            reason=reason,
            skill=content.skill(intent),
            priority=URGENT if urgent else _PRIORITIES.get(reason, 0),
            intent=intent,
            mood=round(turn.mood if turn.message.payload is None else state.mood, 2),
            tried=[*state.tried, *(called(draft.facts) for draft in turn.drafts if draft.type == "action.called")]
            or None,
            answers=_answered(turn) or None,
            unfinished=_unfinished(turn, reason, intent) or None,
            **facts,
        )
    )
    turn.tasks = []


def ask(turn: Turn, draft: Draft, name: str) -> None:
    """Ask a question of a form or guide; a person takes over where it has been asked twice and never answered."""
    if turn.asked(question_key(draft)) >= MOST_ASKED:
        hand_off(turn, LOOP, name)
    else:
        turn.add(draft)


def policy(turn: Turn, name: str) -> None:
    """Give an intent to people because the shop wants it so; its answer is said first."""
    intent = turn.intent(name)
    first = turn.opening(name)
    if first and intent.handoff and not intent.handoff.when:
        turn.lead = ""  # an answer that is written for this speaks to the mood itself
    else:
        first = ""  # what the bot would have said itself is not what a person will do
    hand_off(turn, POLICY, name, first, urgent=bool(intent.handoff and intent.handoff.urgent))


def acknowledgement(turn: Turn) -> None:
    """Tell somebody who waits, once, that what they add is passed on, and by when they were promised an answer."""
    texts, hours, promised = turn.content.bot.texts, turn.content.bot.hours, turn.state.promised_at
    if hours is not None and promised is not None and promised > turn.now:
        text = turn.text(texts.queued_closed, {"promise": moment(turn.content, hours, promised, turn.now, turn.locale)})
    else:
        text = turn.text(texts.queued)
    turn.add(said("answer.given", {"text": text}, variant="acknowledgement", answer_id="queued"))


def _answered(turn: Turn) -> list[str]:
    """The intents that the bot has answered, politeness apart."""
    names = (given.partition("/")[0] for given in turn.state.given)
    return [name for name in names if name in turn.content.intents and not turn.intent(name).is_chat]


def _unfinished(turn: Turn, reason: str, intent: str | None) -> list[str]:
    """The forms and guides that the customer was in the middle of; one that a shop ends with a person is at its end."""
    names = dict.fromkeys(task.intent for task in turn.tasks)
    return [name for name in names if not (reason == POLICY and name == intent)]


def _passing_on(texts: Texts, reason: str) -> Text:
    return {
        REQUESTED: texts.handoff_requested,
        BAD_RATING: texts.handoff_requested,
        NOT_UNDERSTOOD: texts.handoff_misunderstood,
        LOOP: texts.handoff_misunderstood,
        DISTRESS: texts.handoff_distress,
        ACTION_FAILED: texts.handoff_failed,
        NOT_SOLVED: texts.handoff_guide,
    }.get(reason, texts.handoff_policy)
