"""Every mistake a maintainer can make in the intents and the bot is named with file, line and what to do."""

import pytest

from tests.content.small_shop import BOT, INTENTS, Load, expect


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
        ("answer: Always.", "answer:", 9, "`intents.hours.answer` is empty", "what the bot says"),
        ("answer: Always.", "answer: [a, b]", 9, "`intents.hours.answer.0` is “a”", "`key: value` lines"),
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
            "one example of 1001 characters",
            "cut it to 1000",
        ),
        (
            "examples: |\n      a person please",
            "examples:\n      - a\n      - b: c",
            17,
            "isn't plain text",
            "one example a line",
        ),
        ("asks_for_person: true", "asks_for_person: maybe", 14, "is “maybe”", "write true or false"),
        ("    stage: use\n", "    stage: use\n    skill: the shop\n", 21, "`the shop` is no name", "small letters"),
        (
            "    stage: use\n",
            "    stage: use\n    asks_for_person: true\n",
            17,
            "needs no form, action or guide",
            "remove it",
        ),
        ("    stage: use\n", "    stage: use\n    handoff: true\n", 17, "is never called", "remove it"),
        (
            "    stage: use\n",
            "    stage: use\n    guide: power\n",
            17,
            "a `guide` beside a `form`",
            "an intent of its own",
        ),
        ("    stage: use\n", "    stage: use\n    handoff: maybe\n", 21, "neither true nor false", "write true"),
        (
            "    stage: use\n",
            "    stage: use\n    guide: powr\n",
            17,
            "a `guide` beside a `form`",
            "an intent of its own",
        ),
        (
            "    stage: use\n",
            "    stage: use\n    offers: [hour]\n",
            21,
            "`hour`, which is offered here, is no intent",
            "`hours`",
        ),
        ("    stage: use\n", "    stage: use\n    offers: [order]\n", 21, "is offered here already", "remove it"),
        ("asks: [number]", "asks: [numbr]", 23, "`numbr` is no slot", "did you mean `number`?"),
        ("asks: [number]", "asks: [number, number]", 23, "`number` is asked for twice", "remove one"),
        (
            "asks: [number]",
            "asks: [{slot: number, when: {open: true}}]",
            23,
            "the first slot of a form has a condition",
            "always",
        ),
        ("asks: [number]", "asks: [{slot: number, when: {opn: true}}]", 23, "`opn` is no condition here", "`open`"),
        ("asks: [number]", "asks: [{slot: number, when: {open: maybe}}]", 23, "`open` is maybe", "true or false"),
        ("asks: [number]", "asks: []", 23, "`intents.order.form.asks` is empty", "the slots, in the order"),
        ('confirm: "{number}?"', 'confirm: "{state}?"', 23, "`confirm` has {state}", "use one of: name, number"),
        (
            "    answer: Order {number} is {state}.\n",
            "",
            17,
            "this form has no end: `answer` is missing",
            "`handoff: true`",
        ),
        (
            "answer: Always.",
            "answer:\n      - when: {open: true}\n        say: Yes.",
            9,
            "answer 1 of 1 has a `when`",
            "one always fits",
        ),
        (
            "answer: Always.",
            "answer:\n      - say: Yes.\n      - say: No.",
            9,
            "answer 1 of 2 lacks a `when`",
            "one always fits",
        ),
        (
            "answer: Always.",
            "answer:\n      - when: {}\n        say: A\n      - say: B",
            10,
            "no conditions",
            "`open: false`",
        ),
        (
            "answer: Always.",
            "answer:\n      - when: {Open!: 1}\n        say: A\n      - say: B",
            10,
            "is no condition",
            "`signed_in`",
        ),
        (
            "answer: Always.",
            "answer:\n      - when: {open: []}\n        say: A\n      - say: B",
            10,
            "has no value",
            "write one",
        ),
        ("answer: Always.", "answer: {say: A, brief: B}", 9, "`brief` is no locale", "`de-AT`"),
        ("examples: |\n      a person please", "examples: {english: a}", 15, "`english` is no locale", "`de-AT`"),
        (
            "    answer: Always.",
            "    answer: Always.\n    asks_for_person: yes",
            15,
            "as `hours` has",
            "leave it at one",
        ),
        ("{state}", "{sate}", 29, "{sate}, which is neither a slot of the intent's form nor", "did you mean `state`?"),
        ("Always.", "Always, {number}.", 9, "{number}, which is neither", "`name`"),
        ("{state}", "{state.name}", 29, "`{state.name}` is no placeholder", "write {name}, or no braces"),
        ("{state}", "{state!r}", 29, "`{state!r}` is no placeholder", "write {name}, or no braces"),
        ("{state}", "{{state}}", 29, "a brace without its partner", "write {name}, or no braces"),
        ("for {number}", "for {state}", 28, "`failed` has {state}", "use one of: name, number"),
        ("      returns: [state]", "      returns: state", 26, "is “state”", "write a list"),
        (
            "    action:\n",
            "    action: none\n    axtion:\n",
            24,
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
        (
            "- hours",
            "- out_of_scope",
            5,
            "starter `out_of_scope` is no intent",
            "use one of: dead, hours, person, order",
        ),
        ("- hours", "- hours\n    - hours", 6, "starter `hours` stands here twice", "remove one"),
        ("- hours", "- a\n    - b\n    - c\n    - d\n    - e\n    - f", 4, "`bot.starters` has 6", "leave 5"),
        ("    - hours\n", "", 4, "`bot.starters` is empty", "three to five of them"),
        ("  name: Ada\n", "", 1, "`bot.name` is missing", "what customers see as the bot's name"),
        ("  name: Ada", "  name: Ada\n  default_locale: en_GB!", 3, "`en_GB!` is no locale", "use a tag"),
        ("  name: Ada", "  name: Ada\n  privacy_url: javascript:alert(1)", 3, "is no link", "https://"),
        ("  name: Ada", "  name: Ada\n  privacy_url: //evil", 3, "is no link", "https://"),
        ("Hello, I'm a bot.", "Hello {nam}.", 3, "`greeting` has {nam}", "did you mean `name`?"),
        ("    queued: Noted.\n", "", 6, "`bot.texts.queued` is missing", "acknowledges a message"),
        ("    queued: Noted.", "    queue: Noted.", 15, "unknown key `bot.texts.queue`", "did you mean `queued`?"),
        ("queued: Noted.", "queued: Noted, {agent}.", 15, "`queued` can't hold {agent}", "use one of: name"),
        ("{agent} is", "{agnt} is", 17, "`assigned` can't hold {agnt}", "did you mean `agent`?"),
        ("weekdays: Mon,", "weekdays: ", 21, "not seven days", "from Monday to Sunday"),
        ("    helped: that helped", "    helped:", 63, "no phrases", "one phrase a line"),
        ("    helped: that helped", "    helped: " + "x" * 81, 63, "one phrase of 81 characters", "cut it to 80"),
        (
            "  name: Ada",
            "  name: Ada\n  hours: {timezone: Paris, open: {mon: 9-5}}",
            3,
            "`Paris` is no time zone",
            "Europe/Berlin",
        ),
        ("  name: Ada", "  name: Ada\n  country: Germany", 3, "`Germany` is no country", "such as DE, AT or US"),
        ("  name: Ada", "  name: Ada\n  currency: €", 3, "`€` is no currency", "such as EUR or USD"),
        ("    weekdays:", "    months: Jan, Feb\n    weekdays:", 21, "not twelve months", "from January to December"),
        ("    weekdays:", "    date: '{dy}'\n    weekdays:", 21, "`date` can't hold {dy}", "did you mean `day`?"),
        ("  name: Ada", "  name: Ada\n  feedback: {kinds: [stars]}", 3, "is “stars”", "'csat'"),
        ("  name: Ada", "  name: Ada\n  service: {capacity: none}", 3, "is “none”", "write how many conversations"),
        ("  name: Ada", "  name: Ada\n  service: {first_reply: 0}", 3, "`bot.service.first_reply` is “0”", "minutes"),
        ("  name: Ada", "  name: Ada\n  service: {warn_at: 80}", 3, "`bot.service.warn_at` is “80”", "from 0 to 1"),
        (
            "  name: Ada",
            "  name: Ada\n  service: {figures_of_agent: no}",
            3,
            "unknown key",
            "did you mean `figures_of_agents`?",
        ),
        ("place: handoff place", "place: number {plce}", 43, "`handoff_place` can't hold {plce}", "mean `place`?"),
        ("  name: Ada", "  name: Ada\n  feedback: {share: 2}", 3, "`bot.feedback.share` is “2”", "from 0"),
        ("person: Speak to a person", "person: " + "x" * 41, 9, "is longer than 40 characters", "shorten it"),
    ],
)
def test_mistakes_in_the_bot(load: Load, old: str, new: str, line: int, what: str, remedy: str) -> None:
    assert BOT.count(old) == 1
    expect(load, {"bot": BOT.replace(old, new)}, "shop/bot.yaml", line, what, remedy)
