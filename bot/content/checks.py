"""Checks that need more than one part of the content: names that must exist, titles that must differ, placeholders."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.content.problems import hint
from bot.content.schema import ENDS, Form, Guide, Intent, Step
from bot.content.slots import Slot
from bot.content.text import Text, placeholders
from bot.content.voice import Bot, CannedReply, Texts
from bot.content.yaml_lines import Key, YamlFile

NAME = "name"
"""The placeholder that every text may hold: the name of a customer who gave it."""

YES_OR_NO = ("open", "signed_in", "upset", "mail")
TAGS = ("language", "locale")
"""Conditions beside a form's slots and what an action returns."""

TEXT_PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    "assigned": frozenset({"agent"}),
    "taken_over": frozenset({"agent"}),
    "transferred": frozenset({"agent"}),
    "transferred_agent": frozenset({"agent", "colleague"}),
    "expired": frozenset({"agent"}),
    "expired_late": frozenset({"agent"}),
    "returned": frozenset({"agent"}),
    "back_to": frozenset({"topic"}),
    "handoff_closed": frozenset({"opens", "promise"}),
    "handoff_closed_mail": frozenset({"opens", "promise"}),
    "handoff_place": frozenset({"place"}),
    "handoff_wait": frozenset({"low", "high"}),
    "handoff_soon": frozenset({"high"}),
    "queued_closed": frozenset({"promise"}),
    "moment": frozenset({"day", "time"}),
    "date": frozenset({"day", "month", "year"}),
}
"""What the bot's own texts may hold as `{name}`; the others nothing."""

Place = tuple[YamlFile, tuple[Key, ...]]
"""Where a part of the content stands."""

Intents = Mapping[str, tuple[Place, Intent]]
Slots = Mapping[str, tuple[Place, Slot]]
Guides = Mapping[str, tuple[Place, Guide]]
Replies = Mapping[str, tuple[Place, CannedReply]]


@dataclass(frozen=True, slots=True)
class Names:
    """Everything that other parts may name, also what isn't valid yet; a slot that isn't is None."""

    intents: list[str]
    slots: Mapping[str, Slot | None]
    guides: list[str]


def check_bot(place: Place, bot: Bot, intent_names: list[str]) -> Iterator[str]:
    """The bot's starters exist and differ, and its texts hold only what they may."""
    file, keys = place
    for index, name in enumerate(bot.starters):
        where = (*keys, "starters", index)
        if name not in intent_names:
            yield file.problem(f"starter `{name}` is no intent", hint(name, intent_names), *where)
        elif name in bot.starters[:index]:
            yield file.problem(f"starter `{name}` stands here twice", "remove one of them", *where)
    yield from _check_text(place, "greeting", bot.greeting, frozenset())
    for name in Texts.model_fields:
        text = getattr(bot.texts, name)
        if text is not None:
            yield from _check_text((file, (*keys, "texts")), name, text, TEXT_PLACEHOLDERS.get(name))


def check_intents(intents: Intents, names: Names) -> Iterator[str]:
    """What an intent names exists, its conditions can hold, and each text holds only what it may."""
    for name, (place, intent) in intents.items():
        file, keys = place
        asked = [ask.slot for ask in intent.form.asks] if intent.form else []
        slots = frozenset(asked)
        returned = frozenset(intent.action.returns) if intent.action else frozenset()
        if intent.form:
            yield from _check_form((file, (*keys, "form")), intent.form, names)
        if intent.action:
            at = (file, (*keys, "action"))
            yield from _check_text(at, "unknown", intent.action.unknown, slots)
            yield from _check_text(at, "failed", intent.action.failed, slots)
        if intent.handoff:
            yield from _check_when((file, (*keys, "handoff")), intent.handoff.when, slots)
        if intent.guide and intent.guide not in names.guides:
            remedy = f"{hint(intent.guide, names.guides)}, or define it under `guides:`"
            yield file.problem(f"`{intent.guide}` is no guide", remedy, *keys, "guide")
        yield from _check_text(place, "title", intent.title, frozenset())
        for index, variant in enumerate(intent.answer):
            at = (file, (*keys, "answer", index))
            yield from _check_when(at, variant.when, slots | returned)
            yield from _check_text(at, "say", variant.say, slots | returned)
            if variant.briefly:
                yield from _check_text(at, "briefly", variant.briefly, slots | returned)
        for index, offered in enumerate(intent.offers):
            where = (*keys, "offers", index)
            if offered not in names.intents:
                yield file.problem(
                    f"`{offered}`, which is offered here, is no intent", hint(offered, names.intents), *where
                )
            elif offered == name or offered in intent.offers[:index]:
                yield file.problem(f"`{offered}` is offered here already", "remove it", *where)


def check_slots(slots: Slots) -> Iterator[str]:
    """A slot's questions hold no placeholders, and its choices differ."""
    for place, slot in slots.values():
        yield from _check_text(place, "ask", slot.ask, frozenset())
        if slot.ask_again is not None:
            yield from _check_text(place, "ask_again", slot.ask_again, frozenset())
        titles = [("choices", name, choice.title) for name, choice in slot.choices.items()]
        yield from _check_replies(place, titles)


def check_guides(guides: Guides, intents: Intents, names: Names) -> Iterator[str]:
    """Every step of a guide leads somewhere, is led to, and comes to an end."""
    used = {intent.guide for _, intent in intents.values()}
    for name, ((file, keys), guide) in guides.items():
        if name not in used:
            yield file.problem(
                f"no intent has `guide: {name}`", "add it to the intent it is for, or remove the guide", *keys
            )
        known = [*guide.steps, *ENDS, *names.intents]
        for step_name, step in guide.steps.items():
            at = (*keys, "steps", step_name)
            if step_name in ENDS or step_name in names.intents:
                yield file.problem(
                    f"a step can't be called `{step_name}`", "rename it, that is an end or an intent", *at
                )
            for target in step.targets():
                if target not in known:
                    yield file.problem(
                        f"`{step_name}` leads to `{target}`, which is neither a step nor an end",
                        hint(target, known),
                        *at,
                    )
            yield from _check_text((file, at), "say", step.say, frozenset())
            titles = [("replies", index, branch.reply) for index, branch in enumerate(step.replies)]
            yield from _check_replies((file, at), titles)
        for step_name in _endless(guide):
            what = f"this guide has no end: from step `{step_name}` it only goes round"
            yield file.problem(what, "lead it to `solved`, `person` or an intent", *keys, "steps", step_name)
        for step_name in sorted(set(guide.steps) - _reached(guide)):
            yield file.problem(
                f"no step leads to `{step_name}`", "lead one to it, or remove it", *keys, "steps", step_name
            )


def _endless(guide: Guide) -> list[str]:
    """The steps from which no end can be reached."""
    ending: set[str] = set()
    while True:
        more = {
            name
            for name, step in guide.steps.items()
            if name not in ending and any(target in ending or target not in guide.steps for target in _onward(step))
        }
        if not more:
            return [name for name in guide.steps if name not in ending]
        ending |= more


def _onward(step: Step) -> tuple[str, ...]:
    """Where a step leads when it didn't help: "it helped" is no way out of a circle of things that don't."""
    return (step.next,) if step.next else step.targets()


def _reached(guide: Guide) -> set[str]:
    reached: set[str] = set()
    ahead = [next(iter(guide.steps))]
    while ahead:
        name = ahead.pop()
        if name in guide.steps and name not in reached:
            reached.add(name)
            ahead += guide.steps[name].targets()
    return reached


def _check_form(place: Place, form: Form, names: Names) -> Iterator[str]:
    file, keys = place
    asked = [ask.slot for ask in form.asks]
    for index, ask in enumerate(form.asks):
        where = (*keys, "asks", index)
        if ask.slot not in names.slots:
            remedy = f"{hint(ask.slot, list(names.slots))}, or define it under `slots:`"
            yield file.problem(f"`{ask.slot}` is no slot", remedy, *where)
        elif ask.slot in asked[:index]:
            yield file.problem(f"`{ask.slot}` is asked for twice", "remove one of them", *where)
        elif form.confirm and (slot := names.slots[ask.slot]) and not slot.title:
            remedy = "give the slot one, customers choose by it what to correct"
            yield file.problem(f"the form asks to confirm, and its slot `{ask.slot}` has no `title`", remedy, *where)
        yield from _check_when((file, where), ask.when, frozenset(asked))
    if all(ask.when or ask.optional for ask in form.asks[:1]):
        what = f"the first slot of a form {'is optional' if form.asks[0].optional else 'has a condition'}"
        yield file.problem(what, "begin with one that is always asked for", *keys, "asks", 0)
    if form.confirm:
        yield from _check_text(place, "confirm", form.confirm, frozenset(asked))


def _check_when(place: Place, when: Mapping[str, tuple[str, ...]], named: frozenset[str]) -> Iterator[str]:
    file, keys = place
    for name, values in when.items():
        where = (*keys, "when", name)
        known = sorted({*YES_OR_NO, *TAGS, *named})
        if name in YES_OR_NO and not set(values) <= {"true", "false"}:
            yield file.problem(f"`{name}` is {', '.join(values)}", "write true or false", *where)
        elif name not in known and not name.startswith("customer."):
            what = f"`{name}` is no condition here"
            yield file.problem(
                what, f"{hint(name, known)}, or `customer.` and what the shop says of its customer", *where
            )


def _check_replies(place: Place, titles: Sequence[tuple[str, Key, Text]]) -> Iterator[str]:
    """No two quick replies below one question say the same."""
    file, keys = place
    seen: set[tuple[str, str]] = set()
    for part, key, title in titles:
        for locale, shown in title.versions.items():
            if (locale, shown.casefold()) in seen:
                yield file.problem(f"“{shown}” stands here twice", "give each its own", *keys, part, key)
            seen.add((locale, shown.casefold()))


def check_replies(replies: Replies) -> Iterator[str]:
    """Agents find a reply by its title, so no two have the same, and nothing stays in braces but a name."""
    seen: dict[tuple[str, str], str] = {}
    for name, (place, reply) in replies.items():
        file, keys = place
        yield from _check_text(place, "text", reply.text, frozenset())
        for locale, title in reply.title.versions.items():
            first = seen.setdefault((locale, title.casefold()), name)
            if first != name:
                what = f"the reply `{name}` has the title “{title}” of `{first}`"
                yield file.problem(what, "give each its own, agents find it by that", *keys, "title", locale)


def check_titles(intents: Intents) -> Iterator[str]:
    """No two intents have the same title in one locale: customers choose between them by it."""
    seen: dict[tuple[str, str], str] = {}
    for name, ((file, keys), intent) in intents.items():
        for locale, title in intent.title.versions.items():
            first = seen.setdefault((locale, title.casefold()), name)
            if first != name:
                what = f"`{name}` has the title “{title}” of `{first}`"
                yield file.problem(what, "give each its own, customers choose by it", *keys, "title", locale)


def check_person(intents: Intents, folder: str) -> Iterator[str]:
    """Exactly one intent is the wish for a person."""
    asking = [(name, place) for name, (place, intent) in intents.items() if intent.asks_for_person]
    if not asking:
        yield f"{folder}:1: no intent has `asks_for_person: true`; add it to the one where customers ask for a person"
    for name, (file, keys) in asking[1:]:
        what = f"`{name}` has `asks_for_person`, as `{asking[0][0]}` has"
        yield file.problem(what, "leave it at one of them", *keys, "asks_for_person")


def _check_text(place: Place, key: str, text: Text, allowed: frozenset[str] | None) -> Iterator[str]:
    file, keys = place
    known = sorted({*(allowed or ()), NAME})
    for locale, version in text.versions.items():
        where = (*keys, key, locale)
        try:
            unknown = [name for name in placeholders(version) if name not in known]
        except ValueError as error:
            yield file.problem(f"`{key}` has {error}", "write {name}, or no braces", *where)
            continue
        for name in unknown:
            remedy = hint(name, known)
            what = f"`{key}` has {{{name}}}, which is neither a slot of the intent's form nor returned by its action"
            own = "texts" in keys or "replies" in keys
            yield file.problem(what if not own else f"`{key}` can't hold {{{name}}}", remedy, *where)
