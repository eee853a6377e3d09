"""A letter as a value, and the message that it becomes."""

import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from bot.errors import Invalid
from bot.records import new_id

LONGEST_SUBJECT = 150

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=.{{3,254}}\Z)(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one person.

    `text` is plain, its paragraphs apart by an empty line, in the language of `locale`. `id` makes the Message-ID: the
    same letter sent again has the same one, so that a repeat can be recognised. With `links`, addresses of pages in it
    can be followed: never where anybody could have written them.
    """

    to: str
    subject: str
    text: str
    id: str = ""
    locale: str = "en"
    links: bool = True


def address(text: str) -> str:
    """An e-mail address that can be written to; raises Invalid for what isn't one."""
    written = text.strip()
    if not _ADDRESS.fullmatch(written):
        shown = written if len(written) <= 80 else written[:80] + "…"
        raise Invalid(f"{shown!r} is not an e-mail address; write it as name@example.com")
    return written


def message(letter: Letter, sender: str, now: int) -> EmailMessage:
    """The message of a letter, from `sender` (`Shop <help@shop.example>`), dated `now` in milliseconds.

    Nothing in a letter can add a header: addresses are checked, and what else stands in one is a single line. Raises
    Refused for an address that can't be written to.
    """
    made = EmailMessage(policy=SMTP)
    made["From"] = sender
    made["To"] = Address(addr_spec=address(letter.to))
    made["Subject"] = " ".join(letter.subject.split())[:LONGEST_SUBJECT]
    made["Date"] = format_datetime(datetime.fromtimestamp(now / 1000, UTC))
    made["Message-ID"] = f"<{letter.id or new_id()}@{made['From'].addresses[0].domain}>"
    # So that no absence note answers a letter that a program wrote (RFC 3834).
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made.set_content(letter.text.strip() + "\n")
    made.add_alternative(_html(letter), subtype="html")
    made["Content-Language"] = letter.locale  # last, or it would go to the first part
    return made


def _html(letter: Letter) -> str:
    shown = _linked if letter.links else html.escape
    paragraphs = (
        f"<p>{'<br>'.join(shown(line) for line in paragraph.splitlines())}</p>"
        for paragraph in re.split(r"\n\s*\n", letter.text.strip())
    )
    head = f'<!doctype html><html lang="{html.escape(letter.locale)}"><meta charset="utf-8">'
    return f"{head}<body>\n" + "\n".join(paragraphs) + "\n</body></html>\n"


def _linked(line: str) -> str:
    pieces, end = [], 0
    for link in _LINK.finditer(line):
        shown = html.escape(link[0])
        pieces += [html.escape(line[end : link.start()]), f'<a href="{shown}">{shown}</a>']
        end = link.end()
    return "".join([*pieces, html.escape(line[end:])])
