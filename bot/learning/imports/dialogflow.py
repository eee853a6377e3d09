"""An agent exported from Dialogflow ES, as a zip archive, a folder or one intent's file."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from bot.content.text import is_locale, normal_locale
from bot.errors import ContentError
from bot.learning.imports.archive import files_of
from bot.learning.imports.imported import OUTSIDE, Imported
from bot.learning.imports.located_json import line_of, parse_json
from bot.learning.rows import Rows

# intents/NAME_usersays_en.json and entities/NAME_entries_en.json
_PART = re.compile(r"(.+)_(usersays|entries)_([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)")
# In a template `@sys.date:when` or `@colour` stands for any value of that entity.
_IN_TEMPLATE = re.compile(r"@[\w.-]+(?::([\w-]+))?")
_SYSTEM = "@sys."
"""What entities that Dialogflow finds by itself begin with."""

_LEFT_OUT = (
    ("variant", "other wordings of a response", "an intent has one answer a language, the first"),
    ("message", "further messages of a response", "an intent has one answer a language; add them to it by hand"),
    ("payload", "messages that are no text (cards, pictures, payloads)", "an answer is a text"),
)

_EXPORT = "export the agent from Dialogflow anew"


def import_dialogflow(path: Path) -> Imported:
    """Training phrases, first responses and entities; the fallback intent's phrases become those out of scope."""
    return _Agent(files_of(path, ".json"), one=path.is_file() and path.suffix.lower() == ".json").read()


class _Agent:
    def __init__(self, files: Mapping[str, bytes], one: bool) -> None:
        self.found = Imported()
        self.values: dict[str, Any] = {}
        self.one = one
        for name, data in files.items():
            try:
                self.values[name] = parse_json(data, name)
            except ContentError as error:
                self.found.problems += error.problems
        self.locale: str | None = None
        self.intents: dict[str, str] = {}
        self.counts = Counter[str]()

    def read(self) -> Imported:
        for name, value in self.values.items():
            if PurePosixPath(name).name == "agent.json" and isinstance(value, dict):
                self.locale = _locale(value.get("language"))
        whole = {name: value for name, value in self.values.items() if not _PART.fullmatch(PurePosixPath(name).stem)}
        for name, value in whole.items():
            if self._kind(name) == "intents":
                self._intent(name, value)
        for name, value in whole.items():
            if self._kind(name) == "entities" and isinstance(value, dict):
                self._entries(str(value.get("name")), value.get("entries"), bool(value.get("isRegexp")))
        for name, value in self.values.items():
            self._part(name, value, whole)
        self._note()
        return self.found

    def _kind(self, name: str) -> str:
        return "intents" if self.one else PurePosixPath(name).parent.name

    def _intent(self, name: str, value: Any) -> None:
        rows = Rows(name)
        if not isinstance(value, dict) or not isinstance(value.get("name"), str):
            rows.refuse(line_of(value), "not an intent of Dialogflow (it has no `name`)", _EXPORT)
            self.found.take(rows)
            return
        intent = OUTSIDE if value.get("fallbackIntent") is True else value["name"]
        self.intents[_key(name)] = intent
        self.counts["follow-up"] += "parentId" in value
        if "userSays" in value:
            self._phrases(rows, value["userSays"], intent, self.locale)
        self.found.take(rows)
        for parameter in _parameters(value.get("responses")):
            self._system(parameter.get("name"), parameter.get("dataType"))
        if intent != OUTSIDE:
            self._answers(intent, value.get("responses"))

    def _answers(self, intent: str, responses: Any) -> None:
        """The first text of a language is the answer; what else would have been said is counted."""
        answered = set[str | None]()
        for language, texts in _messages(responses):
            locale = _locale(language) or self.locale
            if not texts:
                self.counts["payload"] += 1
            elif locale in answered:
                self.counts["message"] += 1
            else:
                answered.add(locale)
                self.found.answer(intent, texts[0], locale)
                self.counts["variant"] += len(texts) - 1

    def _part(self, name: str, value: Any, whole: Mapping[str, Any]) -> None:
        part = _PART.fullmatch(PurePosixPath(name).stem)
        if part is None:
            return
        if part[2] == "entries":
            owner = whole.get(str(PurePosixPath(name).with_name(f"{part[1]}.json")))
            is_pattern = isinstance(owner, dict) and bool(owner.get("isRegexp"))
            self._entries(part[1], value, is_pattern)
            return
        rows = Rows(name)
        intent = self.intents.get(_key(str(PurePosixPath(name).with_name(part[1]))), part[1])
        self._phrases(rows, value, intent, _locale(part[3]))
        self.found.take(rows)

    def _phrases(self, rows: Rows, phrases: Any, intent: str, locale: str | None) -> None:
        if not isinstance(phrases, list):
            rows.refuse(1, "the training phrases aren't a list", _EXPORT)
            return
        for phrase in phrases:
            said = phrase.get("data") if isinstance(phrase, dict) else None
            pieces = [piece for piece in said if isinstance(piece, dict)] if isinstance(said, list) else []
            if not pieces or not all(isinstance(piece.get("text"), str) for piece in pieces):
                rows.refuse(line_of(phrase), "a training phrase without text", f"remove it, or {_EXPORT}")
                continue
            text = "".join(piece["text"] for piece in pieces)
            if phrase.get("isTemplate") is True:
                self.counts["template"] += 1
                text = _IN_TEMPLATE.sub(lambda found: found[1] or "", text)
            for piece in pieces:
                self._annotated(piece)
            rows.add(line_of(phrase), " ".join(text.split()), intent, locale)

    def _annotated(self, piece: Mapping[str, Any]) -> None:
        entity = piece.get("meta")
        if isinstance(entity, str) and entity.startswith("@") and not entity.startswith(_SYSTEM):
            self.found.entity(entity[1:]).add(str(piece["text"]))
        self._system(piece.get("alias"), entity)

    def _system(self, name: Any, entity: Any) -> None:
        if isinstance(entity, str) and entity.startswith(_SYSTEM):
            called = name if isinstance(name, str) and name.strip() else entity.removeprefix(_SYSTEM)
            self.found.of_kind(called, entity)

    def _entries(self, name: str, entries: Any, is_pattern: bool) -> None:
        entity = self.found.entity(name)
        for entry in entries if isinstance(entries, list) else ():
            value, synonyms = (entry.get("value"), entry.get("synonyms")) if isinstance(entry, dict) else (None, None)
            words = [word for word in synonyms if isinstance(word, str)] if isinstance(synonyms, list) else []
            if is_pattern:
                entity.patterns += words or ([value] if isinstance(value, str) else [])
            elif isinstance(value, str):
                entity.add(value, *words)

    def _note(self) -> None:
        for key, what, why in _LEFT_OUT:
            if self.counts[key]:
                self.found.notes.append(f"{self.counts[key]} {what} were left out: {why}")
        if self.counts["template"]:
            what = f"{self.counts['template']} phrases are templates; their placeholders became words"
            self.found.notes.append(f"{what}, look them through")
        if self.counts["follow-up"]:
            what = f"{self.counts['follow-up']} follow-up intents are intents like any other now"
            self.found.notes.append(f"{what}: what depended on their context is for a form or a guide")


def _messages(responses: Any) -> Iterator[tuple[Any, list[str]]]:
    """Each message with its language and its texts, of which one is said; none where it is something else."""
    for response in responses if isinstance(responses, list) else ():
        messages = response.get("messages") if isinstance(response, dict) else None
        for message in messages if isinstance(messages, list) else ():
            said = message.get("speech") if isinstance(message, dict) else None
            texts = [
                one for one in (said if isinstance(said, list) else [said]) if isinstance(one, str) and one.strip()
            ]
            # An intent without an answer has an empty one.
            if isinstance(message, dict) and (texts or said is None):
                yield message.get("lang"), texts


def _parameters(responses: Any) -> Iterator[Mapping[str, Any]]:
    for response in responses if isinstance(responses, list) else ():
        parameters = response.get("parameters") if isinstance(response, dict) else None
        yield from (one for one in parameters if isinstance(one, dict)) if isinstance(parameters, list) else ()


def _key(name: str) -> str:
    path = PurePosixPath(name)
    return str(path.with_suffix("")) if path.suffix == ".json" else name


def _locale(tag: Any) -> str | None:
    return normal_locale(tag) if isinstance(tag, str) and is_locale(tag) else None
