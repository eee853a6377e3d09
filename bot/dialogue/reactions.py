"""What customers say to an answer and of nothing else: that it helped, that it didn't, or “ok”."""

from dataclasses import replace

from bot.content.phrases import plain
from bot.dialogue.speech import NO, YES, person, reply, said
from bot.dialogue.turn import Turn
from bot.records import Understanding

HELPED, NOT_HELPED = "helped", "not_helped"

MOST_WORDS = 8
"""Of so many words at most is a message that says nothing but that an answer was no use."""


def reacts(turn: Turn, understood: Understanding, known: bool) -> bool:
    """Whether the message only says what the customer thinks of the answer before it; then what follows is drafted."""
    if turn.message.payload is not None or not _was_answered(turn):
        return False
    # "That didn't help" looks like thanks to a model that counts words, so what is polite is heard by its words.
    polite = known and turn.intent(understood.intent).is_chat
    if known and not polite:
        return False
    meaning = _meaning(turn)
    if polite and meaning not in (HELPED, NOT_HELPED):
        return False
    texts = turn.content.bot.texts
    if meaning in (YES, NO, HELPED, NOT_HELPED):
        _note(turn, meaning)
    if (meaning == NOT_HELPED or (meaning == NO and not _was_polite(turn))) and texts.not_it is not None:
        turn.lead = ""  # the text is sorry itself
        replies = [person(turn.content, turn.locale)]
        turn.add(said("fallback.given", {"text": turn.text(texts.not_it)}, quick_replies=replies))
        return True
    if meaning in (YES, NO, HELPED):
        turn.solved = meaning == HELPED and texts.all_right is not None
        return all_right(turn)
    return False


def agrees(turn: Turn) -> bool:
    """Whether the message is “ok” or “that helped” and nothing else."""
    return turn.content.bot.texts.all_right is not None and _meaning(turn) in (YES, HELPED)


def all_right(turn: Turn, variant: str | None = None) -> bool:
    """Say that it is well, where the content has words for it; what the answer before offered is offered still."""
    words = turn.content.bot.texts.all_right
    if words is None:
        return False
    turn.lead = ""
    replies = [] if turn.solved else [reply(title, payload) for title, payload in turn.state.offered]
    confirmed = turn.solved or None
    turn.add(
        said(
            "answer.given",
            {"text": turn.text(words)},
            replies,
            variant=variant,
            answer_id="all_right",
            confirmed=confirmed,
        )
    )
    return True


def _note(turn: Turn, meaning: str) -> None:
    """Say in the log what the message was heard as: it is no step on the customer's journey, whatever it looks like."""
    received = turn.drafts[0]
    facts = {name: value for name, value in received.facts.items() if name not in ("stage", "stage_method")}
    turn.drafts[0] = replace(received, facts={**facts, "reaction": meaning})


def _meaning(turn: Turn) -> str | None:
    text, book = turn.message.text, turn.content.bot.short_acts.book
    meaning = book.meaning(text)
    short = meaning == NOT_HELPED and len(plain(text).split()) <= MOST_WORDS
    return meaning if short or book.is_phrase(text) else None


def _was_answered(turn: Turn) -> bool:
    """Whether the bot's last word was an answer: nothing is open, and nothing has been asked since."""
    state = turn.state
    return bool(state.given) and not (turn.tasks or state.asked_slot or state.clarified or state.fallbacks)


def _was_polite(turn: Turn) -> bool:
    """Whether it was small talk, to which “no” says that there is nothing else."""
    intent = turn.content.intents.get(turn.state.given[-1].partition("/")[0])
    return intent is None or intent.is_chat
