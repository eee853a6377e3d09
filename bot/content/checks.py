"""Checks that need more than one part of the content: names that must exist, titles that must differ, placeholders."""

from collections.abc import Iterator, Mapping

from bot.content.problems import hint
from bot.content.schema import Bot, Intent, Slot, Texts
from bot.content.text import Text, placeholders
from bot.content.yaml_lines import Key, YamlFile

TEXT_PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    "assigned": frozenset({"agent"}),
    "returned": frozenset({"agent"}),
}
"""What the bot's own texts may hold as `{name}`; the others nothing."""

Place = tuple[YamlFile, tuple[Key, ...]]
"""Where a part of the content stands."""

Intents = Mapping[str, tuple[Place, Intent]]
Slots = Mapping[str, tuple[Place, Slot]]


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
        yield from _check_text((file, (*keys, "texts")), name, getattr(bot.texts, name), TEXT_PLACEHOLDERS.get(name))


def check_intents(intents: Intents, slot_names: list[str]) -> Iterator[str]:
    """Each action's slot exists, and each text holds only that slot and what the action returns."""
    for place, intent in intents.values():
        file, keys = place
        slot: frozenset[str] = frozenset()
        returned: frozenset[str] = frozenset()
        action = intent.action
        if action is not None:
            at = (file, (*keys, "action"))
            if action.needs not in slot_names:
                what = f"`{action.needs}` is no slot"
                yield file.problem(
                    what, f"{hint(action.needs, slot_names)}, or define it under `slots:`", *at[1], "needs"
                )
            slot, returned = frozenset({action.needs}), frozenset(action.returns)
            yield from _check_text(at, "unknown", action.unknown, slot)
            yield from _check_text(at, "failed", action.failed, slot)
        yield from _check_text(place, "title", intent.title, frozenset())
        if intent.answer is not None:
            yield from _check_text(place, "answer", intent.answer, slot | returned)


def check_slots(slots: Slots) -> Iterator[str]:
    """A slot's questions hold no placeholders."""
    for place, slot in slots.values():
        yield from _check_text(place, "ask", slot.ask, frozenset())
        if slot.ask_again is not None:
            yield from _check_text(place, "ask_again", slot.ask_again, frozenset())


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
    known = sorted(allowed or ())
    for locale, version in text.versions.items():
        where = (*keys, key, locale)
        try:
            unknown = [name for name in placeholders(version) if name not in known]
        except ValueError as error:
            yield file.problem(f"`{key}` has {error}", "write {name}, or no braces", *where)
            continue
        for name in unknown:
            remedy = hint(name, known) if known else "write the text without it"
            what = f"`{key}` has {{{name}}}, which is neither the intent's slot nor returned by its action"
            yield file.problem(what if "texts" not in keys else f"`{key}` can't hold {{{name}}}", remedy, *where)
