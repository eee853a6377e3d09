"""The content the bot speaks: read from `training_data/`, checked as a whole, and immutable from then on."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.content.checks import (
    Names,
    Place,
    check_bot,
    check_guides,
    check_intents,
    check_person,
    check_replies,
    check_slots,
    check_titles,
)
from bot.content.parts import is_name
from bot.content.problems import hint, problems_of
from bot.content.schema import OUT_OF_SCOPE, ContentFile, Guide, Intent, Mood, OutOfScope
from bot.content.slots import Slot
from bot.content.text import is_locale, normal_locale
from bot.content.voice import Bot, CannedReply
from bot.content.yaml_lines import YamlFile, parse_yaml, problem, read_bytes
from bot.entities.kinds import Reading
from bot.errors import ContentError
from bot.records import MOODS

Fingerprint = tuple[tuple[str, int, int], ...]
"""Of each file its path, when it was last changed (ns) and its size: equal while nobody has saved one."""

# What Rasa's files have at the top level and ours never: they are for training, not for speaking.
_FOREIGN = re.compile(rb"^(?:\xef\xbb\xbf)?(?:nlu|stories|rules|responses)[ \t]*:", re.MULTILINE)
_Part = TypeVar("_Part", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Content:
    """Everything the bot can say and ask, by name."""

    bot: Bot
    intents: Mapping[str, Intent]
    slots: Mapping[str, Slot]
    guides: Mapping[str, Guide]
    person_intent: str
    """The intent that is an explicit wish for a person."""
    version: str
    """Changes with any byte of the files."""
    replies: Mapping[str, CannedReply] = field(default_factory=dict)
    """Replies that agents may choose, in the order of the files."""
    mail: bool = False
    """Whether outgoing mail is set up, so that something may be promised by it; no file says so."""
    zone: tzinfo = UTC
    """The time zone of a shop whose hours name none; no file says so."""

    def reading(self, now: int, locale: str | None, asked: bool = False) -> Reading:
        """What a message is read with that was written `now`, in milliseconds; `asked` as in `Reading`."""
        zone, own = self.bot.hours.zone if self.bot.hours else self.zone, self.bot.default_locale
        locales = (normal_locale(locale), own) if locale else (own,)
        return Reading(now, zone, locales, self.bot.country, self.bot.currency, asked=asked)

    def title(self, intent: str, locale: str | None) -> str:
        """What a quick reply calls an intent; its bare name where the content doesn't know it."""
        known = self.intents.get(intent)
        return known.title.in_(locale) if known else intent.replace("_", " ").capitalize()

    def skill(self, intent: str | None) -> str:
        """Which agents an intent is for."""
        known = self.intents.get(intent) if intent else None
        return (known.skill if known else None) or self.bot.default_skill

    def skills(self) -> list[str]:
        """Every skill that something may be handed over to, the default one first."""
        named = (intent.skill for intent in self.intents.values() if intent.skill)
        return list(dict.fromkeys([self.bot.default_skill, *named]))


def load_content(folder: Path) -> Content:
    """Reads every content file under `folder`; raises ContentError with all problems of all files.

    Files of other training formats (JSON Lines, CSV, Rasa) are left to training.
    """
    return _Loader(folder).content()


def content_fingerprint(folder: Path) -> Fingerprint:
    """A cheap look at the content files, to notice that they should be loaded again; empty without a folder."""
    found = []
    for path in _paths(folder):
        try:
            status = path.stat()
        except OSError:
            continue
        found.append((str(path), status.st_mtime_ns, status.st_size))
    return tuple(found)


class _Loader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[str] = []
        self.hash = hashlib.sha256()
        self.locale = "en"
        self.named: dict[tuple[str, str], Place] = {}
        self.bots: list[tuple[Place, Bot]] = []
        self.intents: dict[str, tuple[Place, Intent]] = {}
        self.slots: dict[str, tuple[Place, Slot]] = {}
        self.guides: dict[str, tuple[Place, Guide]] = {}
        self.replies: dict[str, tuple[Place, CannedReply]] = {}

    def content(self) -> Content:
        """Reads, checks and hands over, or raises with everything that is wrong."""
        if not self.folder.is_dir():
            raise ContentError([problem(str(self.folder), 1, "no such folder", "name the one with the content files")])
        files = [file for path in _paths(self.folder) if (file := self._read(path)) is not None]
        bots = [file for file in files if "bot" in file.value]
        self.locale = _default_locale(bots)
        for file in files:
            self._take(file)
        if not bots and not self.problems:
            what = "no file here has a `bot:` part"
            self.problems.append(problem(str(self.folder), 1, what, "add one, see docs/content.md"))
        for file in bots[1:]:
            what = f"a second `bot:` part (the first is at {bots[0].name}:{bots[0].line('bot')})"
            self.problems.append(file.problem(what, "leave one of them", "bot"))
        self._check()
        if self.problems:
            raise ContentError(self.problems)
        return Content(
            bot=self.bots[0][1],
            intents=MappingProxyType({name: intent for name, (_, intent) in self.intents.items()}),
            slots=MappingProxyType({name: slot for name, (_, slot) in self.slots.items()}),
            guides=MappingProxyType({name: guide for name, (_, guide) in self.guides.items()}),
            person_intent=next(name for name, (_, intent) in self.intents.items() if intent.asks_for_person),
            version=self.hash.hexdigest()[:12],
            replies=MappingProxyType({name: reply for name, (_, reply) in self.replies.items()}),
        )

    def _read(self, path: Path) -> YamlFile | None:
        try:
            data = read_bytes(path)
            if _FOREIGN.search(data):
                return None
            file = parse_yaml(data, str(path))
        except ContentError as error:
            self.problems += error.problems
            return None
        name = path.relative_to(self.folder).as_posix()
        self.hash.update(name.encode() + b"\0" + hashlib.sha256(data).digest())
        if isinstance(file.value, dict):
            return file
        if file.value is not None:
            self.problems.append(
                file.problem(
                    "no `intents:`, `slots:`, `guides:`, `replies:`, `moods:` or `bot:` here", "see docs/content.md"
                )
            )
        return None

    def _take(self, file: YamlFile) -> None:
        known = list(ContentFile.model_fields)
        for part, value in file.value.items():
            if part not in known:
                self.problems.append(file.problem(f"unknown key `{part}`", hint(part, known), part))
            elif part == "bot":
                bot = self._validated(Bot, value, (file, (part,)))
                if bot:
                    self.bots.append(((file, (part,)), bot))
            elif isinstance(value, dict):
                for name, entry in value.items():
                    self._take_entry(part, name, entry, (file, (part, name)))
            else:
                what = f"`{part}` holds no names"
                self.problems.append(file.problem(what, "write `name:` lines below it, indented", part))

    def _take_entry(self, part: str, name: str, entry: Any, place: Place) -> None:
        file, keys = place
        if not is_name(name):
            remedy = "use small letters, digits and _, starting with a letter"
            self.problems.append(file.problem(f"`{name}` is no name", remedy, *keys))
        first = self.named.setdefault((part, name), place)
        if first is not place:
            what = f"`{name}` is defined a second time (the first is at {first[0].name}:{first[0].line(*first[1])})"
            self.problems.append(file.problem(what, "rename or remove one of them", *keys))
        elif part == "slots":
            self._keep(self.slots, name, Slot, entry, place)
        elif part == "guides":
            self._keep(self.guides, name, Guide, entry, place)
        elif part == "replies":
            self._keep(self.replies, name, CannedReply, entry, place)
        elif part == "moods":
            self._take_mood(name, entry, place)
        elif name in OUT_OF_SCOPE:
            self._validated(OutOfScope, entry, place)
        else:
            self._keep(self.intents, name, Intent, entry, place)

    def _keep(
        self, into: dict[str, tuple[Place, _Part]], name: str, model: type[_Part], entry: Any, place: Place
    ) -> None:
        valid = self._validated(model, entry, place)
        if valid:
            into[name] = (place, valid)

    def _take_mood(self, name: str, entry: Any, place: Place) -> None:
        """Moods are for training; here it only matters that they are what training can read."""
        file, keys = place
        if name not in MOODS:
            self.problems.append(file.problem(f"`{name}` is no mood", hint(name, MOODS), *keys))
        self._validated(Mood, {"examples": entry}, place)

    def _validated(self, model: type[_Part], value: Any, place: Place) -> _Part | None:
        try:
            return model.model_validate(value, context={"default_locale": self.locale})
        except ValidationError as error:
            self.problems += problems_of(error, model, place[0], *place[1])
            return None

    def _check(self) -> None:
        slots = {name: self.slots[name][1] if name in self.slots else None for name in self._names("slots")}
        intents = [name for name in self._names("intents") if name not in OUT_OF_SCOPE]
        names = Names(intents, slots, self._names("guides"))
        for place, bot in self.bots:
            self.problems += check_bot(place, bot, intents)
        self.problems += check_intents(self.intents, names)
        self.problems += check_slots(self.slots)
        self.problems += check_guides(self.guides, self.intents, names)
        self.problems += check_replies(self.replies)
        self.problems += check_titles(self.intents)
        # An intent that isn't valid yet may be the one.
        if len(self.intents) == len(intents):
            self.problems += check_person(self.intents, str(self.folder))

    def _names(self, part: str) -> list[str]:
        return [name for of, name in self.named if of == part]


def _paths(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*") if path.suffix.lower() in (".yaml", ".yml") and path.is_file())
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts))


def _default_locale(bots: list[YamlFile]) -> str:
    for file in bots:
        bot = file.value["bot"]
        locale = bot.get("default_locale") if isinstance(bot, dict) else None
        if isinstance(locale, str) and is_locale(locale):
            return locale
    return "en"
