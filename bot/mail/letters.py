"""What letters say, in English and German."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.mail.letter import Letter

LONGEST_TRANSCRIPT = 200_000
"""Characters; of a longer conversation the end is sent."""

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "invitation": "Your account at {shop}",
        "invitation.text": (
            "Hello{name},\n\n{by} invites you to answer customers of {shop}. Choose a password here:\n\n{link}\n\n"
            "The link works once and for {lasts}. If you don't know what this is about, ignore this letter."
        ),
        "invitation.by_nobody": "The shop",
        "reset": "A new password for {shop}",
        "reset.text": (
            "Hello{name},\n\nsomebody, probably you, asked for a new password for your account at {shop}. Choose one "
            "here:\n\n{link}\n\nThe link works once and for {lasts}. If it wasn't you, ignore this letter: your "
            "password stays as it is."
        ),
        "transcript": "Your conversation with {shop}",
        "transcript.text": (
            "Hello,\n\nhere is your conversation with {shop}, as you asked. Times are in {zone}.\n\n{lines}\n\n"
            "Replies to this letter are not read."
        ),
        "transcript.cut": "(The beginning is left out, because the conversation is very long.)",
        "answer": "An answer from {shop}",
        "answer.text": (
            "Hello,\n\nyou wrote to us while nobody was here. {agent} has answered:\n\n{texts}\n\n"
            "To reply, open the chat on our site: your conversation is there. Replies to this letter are not read."
        ),
        "you": "You",
        "hour": "an hour",
        "hours": "{count} hours",
        "days": "{count} days",
    },
    "de": {
        "invitation": "Ihr Konto bei {shop}",
        "invitation.text": (
            "Guten Tag{name},\n\n{by} lädt Sie ein, den Kundinnen und Kunden von {shop} zu antworten. Wählen Sie hier "
            "ein Passwort:\n\n{link}\n\nDer Link gilt einmal und {lasts} lang. Wenn Sie nicht wissen, worum es "
            "geht, können Sie diesen Brief ignorieren."
        ),
        "invitation.by_nobody": "Der Shop",
        "reset": "Ein neues Passwort für {shop}",
        "reset.text": (
            "Guten Tag{name},\n\njemand, vermutlich Sie, hat ein neues Passwort für Ihr Konto bei {shop} angefordert. "
            "Wählen Sie es hier:\n\n{link}\n\nDer Link gilt einmal und {lasts} lang. Wenn Sie es nicht waren, "
            "ignorieren Sie diesen Brief: Ihr Passwort bleibt, wie es ist."
        ),
        "transcript": "Ihr Gespräch mit {shop}",
        "transcript.text": (
            "Guten Tag,\n\nhier ist Ihr Gespräch mit {shop}, wie gewünscht. Zeiten in {zone}.\n\n{lines}\n\n"
            "Antworten auf diesen Brief werden nicht gelesen."
        ),
        "transcript.cut": "(Der Anfang fehlt, weil das Gespräch sehr lang ist.)",
        "answer": "Eine Antwort von {shop}",
        "answer.text": (
            "Guten Tag,\n\nSie haben uns geschrieben, als niemand da war. {agent} hat geantwortet:\n\n{texts}\n\n"
            "Um zu antworten, öffnen Sie den Chat auf unserer Seite: Ihr Gespräch ist noch da. Antworten auf diesen "
            "Brief werden nicht gelesen."
        ),
        "you": "Sie",
        "hour": "eine Stunde",
        "hours": "{count} Stunden",
        "days": "{count} Tage",
    },
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said in a conversation: when (as it is shown), by whom (None: by the customer), and what."""

    time: str
    who: str | None
    text: str


def invitation(to: str, locale: str | None, shop: str, link: str, hours: int, name: str = "", by: str = "") -> Letter:
    """The letter with the link by which somebody joins the staff; `by` is who invites."""
    language = _language(locale)
    by = by or _WORDS[language]["invitation.by_nobody"]
    lasts = _lasts(hours, language)
    return _letter("invitation", to, locale, "", shop=shop, link=link, lasts=lasts, name=_called(name), by=by)


def reset(to: str, locale: str | None, shop: str, link: str, hours: int, name: str = "") -> Letter:
    """The letter with the link by which a member of the staff chooses a new password."""
    lasts = _lasts(hours, _language(locale))
    return _letter("reset", to, locale, "", shop=shop, link=link, lasts=lasts, name=_called(name))


def transcript(to: str, locale: str | None, shop: str, zone: str, lines: Sequence[Line]) -> Letter:
    """The letter with what was said in a conversation, links as plain text; of what is too long, the end."""
    words = _WORDS[_language(locale)]
    shown: list[str] = []
    left = LONGEST_TRANSCRIPT
    for line in reversed(lines):
        said = f"{line.time}  {line.who or words['you']}:\n{line.text}"
        left -= len(said)
        if left < 0:
            shown.append(words["transcript.cut"])
            break
        shown.append(said)
    made = _letter("transcript", to, locale, "", shop=shop, zone=zone, lines="\n\n".join(reversed(shown)))
    return replace(made, links=False)  # anybody can say anything to the bot, and have it mailed to anybody


def answer(to: str, locale: str | None, shop: str, agent: str, texts: Sequence[str], id_: str) -> Letter:
    """The letter with an agent's answer to a message that was left out of hours; `id_` is that of the touchpoint."""
    return _letter("answer", to, locale, id_, shop=shop, agent=agent, texts="\n\n".join(texts))


def _letter(kind: str, to: str, locale: str | None, id_: str, **values: object) -> Letter:
    language = _language(locale)
    words = _WORDS[language]
    subject, text = words[kind].format(**values), words[f"{kind}.text"].format(**values)
    return Letter(to, subject, text, id_, language)


def _language(locale: str | None) -> str:
    language = (locale or "").lower().replace("_", "-").partition("-")[0]
    return language if language in _WORDS else "en"


def _lasts(hours: int, language: str) -> str:
    count, unit = (hours // 24, "days") if hours >= 48 else (hours, "hours" if hours > 1 else "hour")
    return _WORDS[language][unit].format(count=count)


def _called(name: str) -> str:
    return f" {name.strip()}" if name.strip() else ""
