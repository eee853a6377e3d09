"""A small shop whose files each test of mistakes changes in one place."""

from collections.abc import Callable

import pytest

from bot.content.content import Content
from bot.content.voice import Texts
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
    weekdays: Mon, Tue, Wed, Thu, Fri, Sat, Sun
"""
SHORT_ACTS = """\
  short_acts:
    yes: "yes"
    no: "no"
    cancel: stop
    other: the other one
    helped: that helped
    not_helped: still broken
"""
NEEDED = [name for name, text in Texts.model_fields.items() if text.is_required()]
BOT += "".join(f"    {name}: {name.replace('_', ' ')}\n" for name in NEEDED if f"    {name}:" not in BOT)
BOT += SHORT_ACTS
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
    form: {asks: [number], confirm: "{number}?"}
    action:
      name: order_status
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
    title: Number
"""
GUIDES = """\
guides:
  power:
    steps:
      charge:
        say: Charge it.
        next: kind
      kind:
        say: What does it show?
        replies:
          - {reply: A logo, then: restart}
          - {reply: Nothing, then: person}
      restart:
        say: Restart it.
        next: order
"""
DEAD = """\
intents:
  dead:
    title: Dead
    definition: A dead device.
    stage: use
    examples: it is dead
    guide: power
"""

Load = Callable[..., Content]


def expect(load: Load, files: dict[str, str], file: str, line: int, what: str, remedy: str) -> None:
    with pytest.raises(ContentError) as raised:
        load(**files)
    found = [problem.partition("; ") for problem in raised.value.problems if problem.startswith(f"{file}:{line}: ")]
    assert any(what in said and remedy in advised for said, _, advised in found), raised.value.problems
