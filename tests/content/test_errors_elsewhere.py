"""Every mistake a maintainer can make in slots, guides and across files is named with file, line and what to do."""

import sys
from pathlib import Path

import pytest

from bot.content.content import load_content
from bot.errors import ContentError
from tests.content.small_shop import BOT, DEAD, GUIDES, INTENTS, SLOTS, Load, expect


def test_a_kind_whose_library_is_missing_says_so(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "bot.entities.phone", raising=False)
    monkeypatch.setitem(sys.modules, "phonenumbers", None)
    more = "slots:\n  more: {ask: Which?, kind: phone}\n"
    expect(load, {"more": more}, "shop/more.yaml", 2, "`phone` isn't installed (`phonenumbers`)", "as `make run` does")


@pytest.mark.parametrize(
    ("pattern", "what", "remedy"),
    [
        ("'[0-9'", "is not a regular expression", "correct it"),
        (r"'\d+'", "`+` repeats without an end", "such as {1,20}"),
        (r"'(\d{1,9} ?){1,9}'", "can take too long", "repeat fewer things"),
        (r"'\d{0,5}'", "matches an empty text", "at least one character"),
        ("'" + "1" * 201 + "'", "a pattern of 201 characters", "shorten it to 200"),
    ],
)
def test_mistakes_in_patterns(load: Load, pattern: str, what: str, remedy: str) -> None:
    slots = SLOTS.replace(r"'\d{5}'", pattern)
    expect(load, {"slots": slots}, "shop/slots.yaml", 3, what, remedy)


@pytest.mark.parametrize(
    ("extra", "line", "what", "remedy"),
    [
        ("intent:\n  a: b\n", 1, "unknown key `intent`", "did you mean `intents`?"),
        ("intents:\n  - hours\n", 1, "`intents` holds no names", "`name:` lines"),
        ("intents:\n  hours:\n", 2, "the first is at shop/intents.yaml:2", "rename or remove"),
        (BOT, 1, "a second `bot:` part (the first is at shop/bot.yaml:1)", "leave one"),
        ("intents:\n  out_of_scope:\n    definition: x\n", 2, "`intents.out_of_scope.examples` is missing", "add"),
        (
            "intents:\n  oos:\n    definition: x\n    examples: a\n    answer: b\n",
            5,
            "unknown key",
            "definition, examples",
        ),
        ("intents:\n  more: text\n", 2, "`intents.more` is “text”", "`key: value` lines"),
        ("slots:\n  more:\n    pattern: x\n    ask: What {of}?\n", 4, "`ask` has {of}", "use one of: name"),
        ("slots:\n  more:\n    ask: What?\n", 2, "says what its value is", "give it a `kind`, `pattern`"),
        (
            "slots:\n  more: {ask: What?, free_text: true, pattern: x}\n",
            2,
            "or too much",
            "give it a `kind`, `pattern`",
        ),
        (
            "slots:\n  more:\n    ask: What?\n    kind: e-mail\n",
            4,
            "is “e-mail”",
            "use one of: 'email', 'phone', 'money'",
        ),
        (
            "slots:\n  more: {ask: What?, kind: phone, must_be: past}\n",
            2,
            "`must_be` is for days",
            "write `kind: date`",
        ),
        ("slots:\n  more: {ask: When?, kind: date, must_be: soon}\n", 2, "is “soon”", "use one of: 'past' or 'future'"),
        ("slots:\n  more: {ask: When?, kind: date, pattern: x}\n", 2, "or too much", "give it a `kind`"),
        (
            "slots:\n  more: {ask: What?, choices: {a: {title: A}, b: {title: a}}}\n",
            2,
            "“a” stands here twice",
            "each its own",
        ),
        ("moods:\n  angry: a\n", 2, "`angry` is no mood", "pleased, calm, upset, distressed"),
        (
            "replies:\n  hello: {title: Hello, text: 'Hello, {agent}.'}\n",
            2,
            "`text` can't hold {agent}",
            "use one of: name",
        ),
        ("replies:\n  hello: {text: Hello.}\n", 2, "`replies.hello.title` is missing", "what agents find it by"),
        (
            "replies:\n  a: {title: Hello, text: Hi.}\n  b: {title: hello, text: Hi.}\n",
            3,
            "the reply `b` has the title “hello” of `a`",
            "agents find it by that",
        ),
        ("moods:\n  upset:\n", 2, "no examples", "one example a line"),
        (
            "just a text\n",
            1,
            "no `intents:`, `slots:`, `guides:`, `replies:`, `moods:` or `bot:` here",
            "docs/content.md",
        ),
        ("intents:\n\tmore: x\n", 2, "a tab at the start of the line", "indent with spaces"),
        ("a: 1\n\n", 1, "unknown key `a`", "use one of: bot, intents, slots, guides, replies, moods"),
    ],
)
def test_mistakes_across_files(load: Load, extra: str, line: int, what: str, remedy: str) -> None:
    expect(load, {"more": extra}, "shop/more.yaml", line, what, remedy)


@pytest.mark.parametrize(
    ("old", "new", "line", "what", "remedy"),
    [
        (
            "next: kind",
            "next: knd",
            4,
            "`charge` leads to `knd`, which is neither a step nor an end",
            "did you mean `kind`?",
        ),
        ("then: restart}", "then: charge}", 12, "no step leads to `restart`", "lead one to it"),
        ("next: order", "next: kind", None, "", ""),
        ("{reply: Nothing, then: person}", "{reply: Nothing, then: charge}", None, "", ""),
        (
            "        next: order",
            "        next: order\n        replies: [{reply: A, then: person}]",
            12,
            "goes on in one way",
            "either",
        ),
        ("        next: order\n", "", 12, "goes on in one way", "either `next` or `replies`"),
        ("{reply: Nothing, ", "{reply: a LOGO, ", 11, "“a LOGO” stands here twice", "each its own"),
        ("      restart:", "      solved:", 12, "a step can't be called `solved`", "rename it"),
        ("  power:", "  pwr:", 2, "no intent has `guide: pwr`", "add it to the intent it is for"),
        ("Charge it.", "Charge {it}.", 5, "`say` has {it}", "use one of: name"),
        ("        say: Charge it.\n", "", 4, "`guides.power.steps.charge.say` is missing", "in a few sentences"),
        (
            "        say: Charge it.",
            "        sya: Charge it.",
            5,
            "unknown key `guides.power.steps.charge.sya`",
            "did you mean `say`?",
        ),
    ],
)
def test_mistakes_in_guides(load: Load, old: str, new: str, line: int | None, what: str, remedy: str) -> None:
    assert GUIDES.count(old) == 1
    if line is None:
        load(guides=GUIDES.replace(old, new))
    else:
        expect(load, {"guides": GUIDES.replace(old, new)}, "shop/guides.yaml", line, what, remedy)


def test_a_guide_that_only_goes_round_has_no_end(load: Load) -> None:
    guides = GUIDES.replace("then: person}", "then: charge}").replace("next: order", "next: charge")
    expect(load, {"guides": guides}, "shop/guides.yaml", 4, "this guide has no end: from step `charge`", "`solved`")


def test_a_guide_that_is_none(load: Load) -> None:
    files = {"dead": DEAD.replace("guide: power", "guide: powr")}
    expect(load, files, "shop/dead.yaml", 7, "`powr` is no guide", "did you mean `power`?")


def test_a_form_that_confirms_needs_titles(load: Load) -> None:
    files = {"slots": SLOTS.replace("    title: Number\n", "")}
    expect(load, files, "shop/intents.yaml", 23, "its slot `number` has no `title`", "choose by it what to correct")


def test_a_slot_defined_twice(load: Load) -> None:
    files = {"more": "# more\n" + SLOTS}
    expect(load, files, "shop/slots.yaml", 2, "the first is at shop/more.yaml:3", "rename or remove")


def test_nobody_asks_for_a_person(load: Load) -> None:
    intents = INTENTS.replace("    asks_for_person: true\n", "    answer: Here.\n")
    expect(load, {"intents": intents}, "shop", 1, "no intent has `asks_for_person: true`", "add it")


def test_no_bot(load: Load) -> None:
    expect(load, {"bot": ""}, "shop", 1, "no file here has a `bot:` part", "see docs/content.md")


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="no such folder"):
        load_content(tmp_path / "nowhere")


def test_all_problems_of_all_files_come_at_once(load: Load) -> None:
    intents = INTENTS.replace("stage: use", "stage: x").replace("    answer: Always.\n", "").replace("{state}", "{x}")
    with pytest.raises(ContentError) as raised:
        load(intents=intents, bot=BOT.replace("- hours", "- hour"), slots="slots: {", more=b"\xff")
    places = [problem.partition(": ")[0] for problem in raised.value.problems]
    assert places == [
        "shop/more.yaml:1",
        "shop/slots.yaml:1",
        "shop/intents.yaml:2",
        "shop/intents.yaml:19",
        "shop/bot.yaml:5",
    ]
