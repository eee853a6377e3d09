"""What the bot does when it isn't sure: asks which was meant, to rephrase, offers what is near, and then a person."""

from collections.abc import Sequence

from bot.dialogue import people
from bot.dialogue.speech import NONE_OF_THESE, person, reply, said, topic
from bot.dialogue.turn import Turn

NEAR = 0.4
"""From this confidence on, what wasn't understood is near enough to some topics to offer them."""

LIKELY = 0.9
"""From this confidence on, they are offered before anything else: of the starter bot's examples, each put to a model of
the others, two in three that the gate turns away are about what that sure a model says."""

MOST_TOPICS = 3


def ask_back(turn: Turn, intents: Sequence[str]) -> None:
    """Ask which of a few intents was meant."""
    _choose(turn, turn.text(turn.content.bot.texts.clarify), intents)


def not_understood(turn: Turn) -> None:
    """First ask to rephrase; then offer the nearest topics if there are any; then a person takes over.

    Where one topic is likely all the same, ask whether it is the one before the rest of this.
    """
    near = _near(turn)
    if near and not turn.state.clarified and not turn.state.fallbacks and _is_likely(turn, near[0]):
        ask_back(turn, near)
    elif turn.state.fallbacks == 0:
        turn.lead = ""  # the text is sorry itself
        text = turn.text(turn.content.bot.texts.rephrase)
        turn.add(said("fallback.given", {"text": text}, quick_replies=[person(turn.content, turn.locale)]))
    elif turn.state.fallbacks == 1 and near:
        _choose(turn, turn.text(turn.content.bot.texts.nearest), near, nearest=True)
    else:
        people.hand_off(turn, people.NOT_UNDERSTOOD, turn.subject())


def _is_likely(turn: Turn, nearest: str) -> bool:
    understood = turn.understanding
    return understood is not None and understood.intent == nearest and understood.confidence >= LIKELY


def _near(turn: Turn) -> list[str]:
    understood = turn.understanding
    if understood is None or turn.message.payload is not None or understood.confidence < NEAR:
        return []
    names = [understood.intent, *(name for name, _ in understood.alternatives)]
    known = turn.content.intents
    return [name for name in names if name in known and not known[name].is_chat][:MOST_TOPICS]


def _choose(turn: Turn, text: str, intents: Sequence[str], nearest: bool | None = None) -> None:
    turn.lead = ""
    replies = [topic(turn.content, name, turn.locale) for name in intents]
    replies.append(reply(turn.text(turn.content.bot.texts.none_of_these), NONE_OF_THESE))
    replies.append(person(turn.content, turn.locale))
    turn.add(said("clarification.asked", {"text": text}, quick_replies=replies, intents=list(intents), nearest=nearest))
