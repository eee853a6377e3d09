"""Letters as mail programs read them, and as nobody can misuse them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refused
from bot.mail import letters
from bot.mail.letter import Letter, address, message
from bot.mail.letters import Line

SENDER = "Shop <help@shop.example>"
NOW = 1_800_000_000_000


def test_a_letter_has_what_mail_programs_want() -> None:
    made = message(Letter("mila@example.com", "Grüße", "Hello\n\nhttps://shop.example/x?a=1&b=2", "id-1"), SENDER, NOW)
    assert (made["From"], made["To"], made["Subject"]) == (SENDER, "mila@example.com", "Grüße")
    assert made["Message-ID"] == "<id-1@shop.example>"
    assert made["Date"] == "Fri, 15 Jan 2027 08:00:00 +0000"
    assert made["Auto-Submitted"] == "auto-generated"
    plain, rich = made.iter_parts()
    assert plain.get_content() == "Hello\n\nhttps://shop.example/x?a=1&b=2\n"
    assert '<a href="https://shop.example/x?a=1&amp;b=2">' in rich.get_content()


def test_the_same_letter_has_the_same_id_and_one_without_has_its_own() -> None:
    same = [message(Letter("a@b.example", "s", "t", "touchpoint"), SENDER, NOW)["Message-ID"] for _ in range(2)]
    own = [message(Letter("a@b.example", "s", "t"), SENDER, NOW)["Message-ID"] for _ in range(2)]
    assert same[0] == same[1]
    assert own[0] != own[1]


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "mila",
        "@example.com",
        "mila@",
        "mila@exa mple.com",
        "mila@example.com\nBcc: all@shop.example",
        "mila@example.com, other@example.com",
        "Mila <mila@example.com>",
        "mila@example..com",
        ".mila@example.com",
        '"a b"@example.com',
        f"{'a' * 65}@example.com",
        f"a@{'b' * 250}.com",
        "mïla@example.com",
    ],
)
def test_what_is_no_address_is_refused(wrong: str) -> None:
    with pytest.raises(Refused, match="not an e-mail address"):
        address(wrong)


@pytest.mark.parametrize("right", ["mila@example.com", " a.b+c@x-y.example ", "o'neil@localhost"])
def test_what_is_one_is_taken(right: str) -> None:
    assert address(right) == right.strip()


@given(st.text(max_size=300), st.text(max_size=300))
def test_nothing_in_a_letter_adds_a_header_or_markup(subject: str, text: str) -> None:
    made = message(Letter("mila@example.com", subject, text, "id"), SENDER, NOW)
    expected = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"}
    assert set(made.keys()) == expected | {"Content-Language", "MIME-Version", "Content-Type"}
    assert made["To"].addresses[0].addr_spec == "mila@example.com"
    assert b"\r\nBcc:" not in made.as_bytes().partition(b"\r\n\r\n")[0]
    _, rich = made.iter_parts()
    assert "<script" not in rich.get_content().lower()


def test_letters_speak_the_readers_language() -> None:
    link = "https://bot.example/agent/#join=abc"
    english = letters.invitation("a@b.example", "en-GB", "Volt", link, 168, "Mila", "Anna")
    german = letters.invitation("a@b.example", "de_AT", "Volt", link, 168)
    other = letters.reset("a@b.example", "fr", "Volt", link, 1)
    assert "Hello Mila," in english.text
    assert "Anna invites you" in english.text
    assert "for 7 days" in english.text
    assert link in english.text
    assert "7 Tage lang" in german.text
    assert (english.locale, german.locale, other.locale) == ("en", "de", "en")
    assert "for an hour" in other.text


def test_braces_in_what_people_write_stay_as_they_are() -> None:
    letter = letters.answer("a@b.example", "en", "{shop}", "Anna {0}", ["see {link}"], "id")
    assert "Anna {0} has answered" in letter.text
    assert "see {link}" in letter.text


def test_of_a_long_conversation_the_end_is_sent() -> None:
    lines = [Line("2027-01-13 10:00", None if n % 2 else "Volt", f"{n} " + "x" * 5000) for n in range(100)]
    text = letters.transcript("a@b.example", "en", "Volt", "UTC", lines).text
    assert len(text) < letters.LONGEST_TRANSCRIPT + 1000
    assert "99 xxx" in text
    assert "\n1 xxx" not in text
    assert "The beginning is left out" in text
