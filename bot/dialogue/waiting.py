"""What somebody who waits for people is told: their place, how long it takes, and out of hours by when."""

from dataclasses import dataclass, replace
from typing import Any

from bot.content.content import Content
from bot.content.hours import Hours
from bot.dialogue.speech import plain, told
from bot.dialogue.state import State
from bot.records import Draft

LAST_DAY = 6
"""How many days ahead a weekday alone says which day is meant."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What can honestly be said to somebody who joins the queue now.

    `place` counts from 1 among those who wait for the same skill. The range, in seconds, is None where too little is
    known to give one.
    """

    place: int
    low_s: int | None = None
    high_s: int | None = None


def placed(draft: Draft, expected: Expectation, content: Content, state: State, locale: str | None) -> Draft:
    """A hand-off that also says the place in the queue and, where it is known, how long it takes."""
    facts: dict[str, Any] = {"place": expected.place}
    if expected.low_s is not None and expected.high_s is not None:
        facts |= {"wait_low_s": expected.low_s, "wait_high_s": expected.high_s}
    text = f"{draft.personal['text']}\n\n{_expecting(expected, content, state, locale)}"
    return replace(draft, facts={**draft.facts, **facts}, personal={**draft.personal, "text": text})


def closed(content: Content, state: State, now: int, locale: str | None) -> tuple[dict[str, Any], str]:
    """While nobody is there: what a hand-off records, and what it says of when somebody is; else nothing.

    By mail it promises something only where mail is set up and the shop has said what the customer's address is.
    """
    hours = content.bot.hours
    if hours is None or hours.is_open(now):
        return {}, ""
    promise = hours.promise(now)
    when = {
        "opens": moment(content, hours, hours.opens(now), now, locale),
        "promise": moment(content, hours, promise, now, locale),
    }
    texts = content.bot.texts
    text = texts.handoff_closed_mail if content.mail and state.customer.get("email") else texts.handoff_closed
    facts = {"out_of_hours": True, "promised_at": promise}
    said = told(text, state, locale, {name: at for name, at in when.items() if at})
    return {name: value for name, value in facts.items() if value is not None}, said


def again(content: Content, state: State, now: int) -> tuple[dict[str, Any], str]:
    """As `closed`, for somebody who comes back to the queue: an earlier promise that nobody has kept yet stands."""
    facts, text = closed(content, state, now, state.locale)
    owed = state.promised_at if state.replied_at is None else None
    if owed is not None and (owed > now or not facts):
        return {"promised_at": owed}, ""
    return facts, text


def moment(content: Content, hours: Hours, at: int | None, now: int, locale: str | None) -> str:
    """A moment as customers read it, such as “Monday at 09:00”, a week ahead with its date; empty for none."""
    if at is None:
        return ""
    texts = content.bot.texts
    local, today = hours.local(at), hours.local(now)
    day = plain(texts.weekdays, locale).split(",")[local.weekday()].strip()
    if (local.date() - today.date()).days > LAST_DAY:
        day = f"{day}, {local:%Y-%m-%d},"
    return plain(texts.moment, locale, {"day": day, "time": f"{local:%H:%M}"})


def _expecting(expected: Expectation, content: Content, state: State, locale: str | None) -> str:
    texts = content.bot.texts
    where = texts.handoff_next if expected.place == 1 else texts.handoff_place
    place = told(where, state, locale, {"place": str(expected.place)})
    if expected.low_s is None or expected.high_s is None:
        return place
    low = expected.low_s // 60
    high = max(-(-expected.high_s // 60), low + 1, 2)  # “1 to 1 minutes” and “less than 1 minutes” are no ranges
    wait = texts.handoff_soon if low < 1 else texts.handoff_wait
    return f"{place} {told(wait, state, locale, {'low': str(low), 'high': str(high)})}"
