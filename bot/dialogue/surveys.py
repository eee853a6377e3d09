"""Feedback: asked for once after an episode, in a way that can be skipped, and answered when it is bad."""

from collections.abc import Mapping
from hashlib import blake2b

from bot.content.content import Content
from bot.dialogue.speech import person, plain, said
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from bot.records import Draft

SCALES: Mapping[str, tuple[int, int]] = {"csat": (1, 5), "ces": (1, 7), "nps": (0, 10)}
"""Survey kind → lowest and highest score."""

BAD: Mapping[str, int] = {"csat": 2, "ces": 3, "nps": 6}
"""Survey kind → the highest score that is a bad one."""


def offer(turn: Turn) -> None:
    """Ask what the customer thought, unless this episode has been asked about or chance says no."""
    asked = offered(turn.state, turn.content, turn.locale, turn.state.episode or 1)
    if asked is not None:
        turn.add(asked)


def offered(state: State, content: Content, locale: str | None, episode: int) -> Draft | None:
    """The question after an episode; None where it has been asked, or chance says no."""
    feedback, texts = content.bot.feedback, content.bot.texts
    if state.surveyed >= episode:
        return None
    # By chance, but always the same for one episode: a decision has no randomness of its own.
    digest = blake2b(f"{state.started_at}/{state.opened_at}/{episode}".encode(), digest_size=8).digest()
    share, kind = int.from_bytes(digest[:4]) / 2**32, feedback.kinds[int.from_bytes(digest[4:]) % len(feedback.kinds)]
    if share >= feedback.share:
        return None
    question = {"csat": texts.feedback_csat, "ces": texts.feedback_ces, "nps": texts.feedback_nps}[kind]
    lowest, highest = SCALES[kind]
    return said(
        "feedback.offered",
        {"text": plain(question, locale, _name(state))},
        rated_episode=episode,
        survey_kind=kind,
        scale=[lowest, highest],
        offer_probability=feedback.share,
    )


def is_bad(kind: str, score: int) -> bool:
    """Whether somebody should follow this rating up."""
    return score <= BAD[kind]


def thanks(state: State, content: Content, kind: str, score: int) -> Draft:
    """What the bot says to a rating; to a bad one it offers a person, where the customer isn't with one already."""
    texts, locale = content.bot.texts, state.locale
    bad = is_bad(kind, score) and state.owner.value in ("bot", "closed")
    text = plain(texts.feedback_sorry if bad else texts.feedback_thanks, locale, _name(state))
    replies = [person(content, locale)] if bad else None
    return said("answer.given", {"text": text}, quick_replies=replies, variant="feedback", answer_id="feedback")


def _name(state: State) -> dict[str, str]:
    return {"name": state.name} if state.name else {}
