"""Every mistake a maintainer can make in the content is named with file, line and what to do."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.content.content import Content, load_content
from bot.errors import ContentError

BOT = """\
bot:
  name: Ada
  greeting: Hello, I'm a bot.
  starters:
    - hours
  texts:
    clarify: Which of these?
    none_of_these: None of these
    person: Speak to a person
    rephrase: Say it again?
    ask_again: I don't see it.
    handoff_requested: Passing you on.
    handoff_policy: Passing you on.
    handoff_misunderstood: Passing you on.
    queued: Noted.
    left_queue: Here is the bot again.
    assigned: "{agent} is here."
    returned: Here is the bot again.
    resolved: Closed.
    closed_silent: Closed.
"""
INTENTS = """\
intents:
  hours:
    title: Opening hours
    definition: When the shop is open.
    stage: interaction
    examples: |
      when are you open
      - opening hours
    answer: Always.
  person:
    title: A person
    definition: Wants a person.
    stage: interaction
    asks_for_person: true
    examples: |
      a person please
  order:
    title: My order
    definition: Where an order is.
    stage: use
    examples: |
      where is my order
    action:
      name: order_status
      needs: number
      returns: [state]
      unknown: No order {number}.
      failed: No answer for {number}.
    answer: Order {number} is {state}.
"""
SLOTS = """\
slots:
  number:
    pattern: '\\d{5}'
    ask: Which order?
"""

Load = Callable[..., Content]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Loads the small content above, with files replaced or added by keyword."""
    monkeypatch.chdir(tmp_path)

    def load(**changed: str | bytes) -> Content:
        folder = Path("shop")
        folder.mkdir()
        for name, text in {"bot": BOT, "intents": INTENTS, "slots": SLOTS, **changed}.items():
            (folder / f"{name}.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_content(folder)

    return load


def test_the_small_content_is_sound(load: Load) -> None:
    content = load()
    assert content.intents["hours"].examples == ("when are you open", "opening hours")
    assert content.person_intent == "person"


@pytest.mark.parametrize(
    ("old", "new", "line", "what", "remedy"),
    [
        ("    stage: use\n", "    stag: use\n", 20, "unknown key `intents.order.stag`", "did you mean `stage`?"),
        ("    definition: Where an order is.\n", "", 17, "`intents.order.definition` is missing", "add `definition:`"),
        (
            "    definition: Where an order is.",
            "    definition:",
            19,
            "`intents.order.definition` is empty",
            "one sentence",
        ),
        (": Where an order is.", ": " + "x" * 301, 19, "`intents.order.definition` is too long", "300 characters"),
        ("    answer: Always.\n", "", 2, "`intents.hours.answer`: `answer` is missing", "add what the bot says"),
        ("answer: Always.", "answer:", 9, "`answer` is missing", "or `handoff: true`"),
        ("answer: Always.", "answer: [a, b]", 9, "`intents.hours.answer`: no text", "write a text"),
        ("answer: Always.", "answer: " + "x" * 2001, 9, "2001 characters long", "shorten it to 2000"),
        ("answer: Always.", "answer:\n      en: A\n      english: B", 11, "`english` is no locale", "`de-AT`"),
        ("answer: Always.", "answer:\n      en: A\n      de:", 11, "no text", "remove the key"),
        ("stage: use", "stage: useful", 20, "`intents.order.stage` is “useful”", "'awareness', 'discovery'"),
        ("title: My order", "title: " + "x" * 41, 18, "is longer than 40 characters", "shorten it"),
        (
            "title: My order",
            "title: OPENING hours",
            18,
            "has the title “OPENING hours” of `hours`",
            "give each its own",
        ),
        ("  order:", "  Order:", 17, "`Order` is no name", "small letters"),
        ("  order:", "  hours:", 17, "`hours` stands here a second time (first on line 2)", "rename or remove"),
        ("      where is my order\n", "", 21, "no examples", "one example a line"),
        ("      where is my order", "      - ", 21, "no examples", "one example a line"),
        (
            "      a person please",
            "      a\n      " + "x" * 1001,
            17,
            "an example of 1001 characters",
            "cut it to 1000",
        ),
        (
            "examples: |\n      a person please",
            "examples:\n      - a\n      - b: c",
            17,
            "isn't plain text",
            "`examples: |`",
        ),
        ("asks_for_person: true", "asks_for_person: maybe", 14, "is “maybe”", "write true or false"),
        ("    stage: use\n", "    stage: use\n    skill: the shop\n", 21, "`the shop` is no name", "small letters"),
        ("    stage: use\n", "    stage: use\n    asks_for_person: true\n", 24, "never called", "remove it"),
        (
            "    answer: Always.",
            "    answer: Always.\n    asks_for_person: yes",
            15,
            "as `hours` has",
            "leave it at one",
        ),
        ("{state}", "{sate}", 29, "{sate}, which is neither the intent's slot nor", "did you mean `state`?"),
        ("Always.", "Always, {number}.", 9, "{number}, which is neither", "write the text without it"),
        ("{state}", "{state.name}", 29, "`{state.name}` is no placeholder", "write {name}, or no braces"),
        ("{state}", "{state!r}", 29, "`{state!r}` is no placeholder", "write {name}, or no braces"),
        ("{state}", "{{state}}", 29, "a brace without its partner", "write {name}, or no braces"),
        ("for {number}", "for {state}", 28, "`failed` has {state}", "use one of: number"),
        ("needs: number", "needs: numbr", 25, "`numbr` is no slot", "did you mean `number`?"),
        ("      returns: [state]", "      returns: state", 26, "is “state”", "write a list"),
        (
            "    action:\n",
            "    action: none\n    axtion:\n",
            23,
            "`intents.order.action` is “none”",
            "`key: value` lines",
        ),
    ],
)
def test_mistakes_in_intents(load: Load, old: str, new: str, line: int, what: str, remedy: str) -> None:
    assert INTENTS.count(old) == 1
    expect(load, {"intents": INTENTS.replace(old, new)}, "shop/intents.yaml", line, what, remedy)


@pytest.mark.parametrize(
    ("old", "new", "line", "what", "remedy"),
    [
        ("- hours", "- hour", 5, "starter `hour` is no intent", "did you mean `hours`?"),
        ("- hours", "- out_of_scope", 5, "starter `out_of_scope` is no intent", "use one of: hours, person, order"),
        ("- hours", "- hours\n    - hours", 6, "starter `hours` stands here twice", "remove one"),
        ("- hours", "- a\n    - b\n    - c\n    - d\n    - e\n    - f", 4, "`bot.starters` has 6", "leave 5"),
        ("    - hours\n", "", 4, "`bot.starters` is empty", "write a list"),
        ("  name: Ada\n", "", 1, "`bot.name` is missing", "what customers see as the bot's name"),
        ("  name: Ada", "  name: Ada\n  default_locale: en_GB!", 3, "`en_GB!` is no locale", "use a tag"),
        ("  name: Ada", "  name: Ada\n  privacy_url: javascript:alert(1)", 3, "is no link", "https://"),
        ("  name: Ada", "  name: Ada\n  privacy_url: //evil", 3, "is no link", "https://"),
        ("Hello, I'm a bot.", "Hello {name}.", 3, "`greeting` has {name}", "write the text without it"),
        ("    queued: Noted.\n", "", 6, "`bot.texts.queued` is missing", "acknowledges a message"),
        ("    queued: Noted.", "    queue: Noted.", 15, "unknown key `bot.texts.queue`", "did you mean `queued`?"),
        ("queued: Noted.", "queued: Noted, {agent}.", 15, "`queued` can't hold {agent}", "write the text without it"),
        ("{agent} is", "{agnt} is", 17, "`assigned` can't hold {agnt}", "did you mean `agent`?"),
        ("person: Speak to a person", "person: " + "x" * 41, 9, "is longer than 40 characters", "shorten it"),
    ],
)
def test_mistakes_in_the_bot(load: Load, old: str, new: str, line: int, what: str, remedy: str) -> None:
    assert BOT.count(old) == 1
    expect(load, {"bot": BOT.replace(old, new)}, "shop/bot.yaml", line, what, remedy)


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
        ("slots:\n  more:\n    pattern: x\n    ask: What {of}?\n", 4, "`ask` has {of}", "without it"),
        ("just a text\n", 1, "no `intents:`, `slots:` or `bot:` here", "docs/content.md"),
        ("intents:\n\tmore: x\n", 2, "a tab at the start of the line", "indent with spaces"),
        ("a: 1\n\n", 1, "unknown key `a`", "use one of: bot, intents, slots"),
    ],
)
def test_mistakes_across_files(load: Load, extra: str, line: int, what: str, remedy: str) -> None:
    expect(load, {"more": extra}, "shop/more.yaml", line, what, remedy)


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


def expect(load: Load, files: dict[str, str], file: str, line: int, what: str, remedy: str) -> None:
    with pytest.raises(ContentError) as raised:
        load(**files)
    found = [problem.partition("; ") for problem in raised.value.problems if problem.startswith(f"{file}:{line}: ")]
    assert any(what in said and remedy in advised for said, _, advised in found), raised.value.problems
