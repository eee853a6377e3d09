"""An application exported from LUIS (`luis_schema_version`), or a project from its successor CLU, as JSON."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.content.text import is_locale, normal_locale
from bot.content.yaml_lines import problem
from bot.errors import ContentError
from bot.learning.imports.archive import files_of
from bot.learning.imports.imported import OUTSIDE, Imported
from bot.learning.imports.located_json import line_of, parse_json
from bot.learning.rows import Rows

_NONE = "none"
"""Both have an intent of this name, for what belongs to no other."""

_UTF_16 = "utf16codeunit"
"""How CLU says that it counts characters beyond U+FFFF, such as emoji, as two."""

_REMEDY = "name the JSON that LUIS or CLU exports"


def import_luis(path: Path) -> Imported:
    """Utterances, lists and regular expressions; the intent `None` becomes that of messages out of scope."""
    found = Imported()
    for name, data in files_of(path, ".json").items():
        try:
            value = parse_json(data, name)
            if not isinstance(value, dict):
                raise ContentError([problem(name, 1, "not an object", _REMEDY)])
            if isinstance(value.get("assets"), dict):
                _read_clu(value, name, found)
            elif "utterances" in value or "luis_schema_version" in value:
                _read_luis(value, name, found)
            else:
                what = "neither `utterances`, as LUIS has them, nor `assets`, as CLU has them"
                raise ContentError([problem(name, 1, what, _REMEDY)])
        except ContentError as error:
            found.problems += error.problems
    return found


def _read_luis(value: Mapping[str, Any], name: str, found: Imported) -> None:
    locale = _language(value.get("culture"))
    _utterances(value, name, found, lambda one: locale)
    for entity in _objects(value.get("closedLists")):
        for entry in _objects(entity.get("subLists")):
            found.entity(_text(entity, "name")).add(_text(entry, "canonicalForm"), *_texts(entry.get("list")))
    for entity in (*_objects(value.get("regex_entities")), *_objects(value.get("regexEntities"))):
        found.entity(_text(entity, "name")).patterns.append(_text(entity, "regexPattern"))
    for features in ("model_features", "phraselists"):
        for entity in _objects(value.get(features)):
            for word in _text(entity, "words").split(","):
                found.entity(_text(entity, "name")).add(word)
    for entity in _objects(value.get("prebuiltEntities")):
        found.of_kind(_text(entity, "name"), _text(entity, "name"))
    patterns = _objects(value.get("patterns"))
    if count := len(list(patterns)):
        found.notes.append(f"{count} patterns were left out: they are no messages; write a few examples for each")


def _read_clu(value: Mapping[str, Any], name: str, found: Imported) -> None:
    about, assets = value.get("metadata"), value["assets"]
    main = _language(about.get("language")) if isinstance(about, dict) else None
    counted = value.get("stringIndexType", about.get("stringIndexType") if isinstance(about, dict) else None)
    in_utf_16 = isinstance(counted, str) and counted.lower() == _UTF_16
    _utterances(assets, name, found, lambda one: _language(one.get("language")) or main, in_utf_16)
    for entity in _objects(assets.get("entities")):
        listed, regex = entity.get("list"), entity.get("regex")
        for entry in _objects(listed.get("sublists") if isinstance(listed, dict) else None):
            words = [word for one in _objects(entry.get("synonyms")) for word in _texts(one.get("values"))]
            found.entity(_text(entity, "category")).add(_text(entry, "listKey"), *words)
        for one in _objects(regex.get("expressions") if isinstance(regex, dict) else None):
            found.entity(_text(entity, "category")).patterns.append(_text(one, "regexPattern"))
        for one in _objects(entity.get("prebuilts")):
            found.of_kind(_text(entity, "category"), _text(one, "category"))
    tests = sum(one.get("dataset") == "Test" for one in _objects(assets.get("utterances")))
    if tests:
        found.notes.append(
            f"{tests} utterances of the test set are examples like the others: training holds out its own"
        )


def _utterances(value: Mapping[str, Any], name: str, found: Imported, locale: Any, in_utf_16: bool = False) -> None:
    rows = Rows(name)
    utterances = value.get("utterances", [])
    if not isinstance(utterances, list):
        rows.refuse(line_of(value), "`utterances` isn't a list", _REMEDY)
        utterances = []
    lost = 0
    for one in utterances:
        if not isinstance(one, dict):
            rows.refuse(1, "an utterance that isn't an object", _REMEDY)
            continue
        intent, text = one.get("intent"), one.get("text")
        if isinstance(intent, str) and intent.strip().lower() == _NONE:
            intent = OUTSIDE
        rows.add(line_of(one), text, intent, locale(one))
        if isinstance(text, str):
            for entity, words in _marked(one, text, in_utf_16):
                if words:
                    found.entity(entity).add(words)
                else:
                    lost += 1
    found.take(rows)
    if lost:
        found.notes.append(f"{lost} entities in utterances were left out: where they stand is outside of the text")
    used = {one.get("intent") for one in utterances if isinstance(one, dict)}
    declared = {_text(one, "name") or _text(one, "category") for one in _objects(value.get("intents"))}
    if empty := sorted(name for name in declared - used if name and name.lower() != _NONE):
        shown = ", ".join(empty[:5]) + (", …" if len(empty) > 5 else "")
        found.notes.append(f"{len(empty)} intents have no utterance and were left out: {shown}")


def _marked(utterance: Mapping[str, Any], text: str, in_utf_16: bool) -> Iterator[tuple[str, str]]:
    """Each entity that is marked in an utterance, with "" where its place is outside of the text.

    LUIS says where it ends, that letter included, CLU how long it is.
    """
    width = 2 if in_utf_16 else 4
    encoding = "utf-16-le" if in_utf_16 else "utf-32-le"
    data = text.encode(encoding, "surrogatepass")
    for entity in _objects(utterance.get("entities")):
        start = entity.get("startPos", entity.get("offset"))
        end, length = entity.get("endPos"), entity.get("length")
        if not isinstance(start, int):
            continue
        stop = end + 1 if isinstance(end, int) else start + length if isinstance(length, int) else start
        name = str(entity.get("entity") or entity.get("category") or "").split("::")[-1]
        if name:
            inside = 0 <= start < stop <= len(data) // width
            yield name, data[start * width : stop * width].decode(encoding, "ignore") if inside else ""


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    yield from (one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _text(value: Mapping[str, Any], key: str) -> str:
    found = value.get(key)
    return found if isinstance(found, str) else ""


def _language(tag: Any) -> str | None:
    """The language of a culture such as `en-us`."""
    return normal_locale(tag).partition("-")[0] if isinstance(tag, str) and is_locale(tag) else None
