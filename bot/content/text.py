"""What the bot says: texts in one or several languages, and the placeholders in them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

MAX_TEXT = 2000

_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_BRACES = re.compile(r"(\{[^{}]*\})")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_GAP = re.compile(r" +(?=[ .,;:?)])|(?<=\() +")
_MISSING = "\0"
# A name that is missing takes the comma before or after it along: "Hello, {name}." and "{name}, hello." stay sentences.
_NOBODY = re.compile(r",? ?\0(?=[ .,;:?!)\n]|$)|(?:(?<=\n)|^)\0,? ?|\0")


@dataclass(frozen=True, slots=True)
class Text:
    """One thing to say, by locale.

    In a content file it is a text in the default locale or a map of locale tag to text; validate with the context
    `{"default_locale": tag}`.
    """

    versions: Mapping[str, str]
    default: str = "en"

    def in_(self, locale: str | None) -> str:
        """The version for a locale tag such as `de-AT`.

        Falls back to the tag's language, to another region of that language, to the default locale, to any version.
        """
        if locale:
            tag = normal_locale(locale)
            while tag:
                if tag in self.versions:
                    return self.versions[tag]
                found = next((text for key, text in self.versions.items() if key.startswith(f"{tag}-")), None)
                if found is not None:
                    return found
                tag = tag.rpartition("-")[0]
        return self.versions.get(self.default) or next(iter(self.versions.values()))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(cls._read)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        text = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
        by_locale = {"type": "object", "minProperties": 1, "additionalProperties": text}
        return {"anyOf": [text, by_locale]}

    @classmethod
    def _read(cls, value: Any, info: ValidationInfo) -> "Text":
        default = normal_locale((info.context or {}).get("default_locale", "en"))
        if isinstance(value, Text):
            return value
        if isinstance(value, str):
            return cls({default: _checked(value)}, default)
        if not isinstance(value, dict) or not value:
            raise problem_in_text("no text", "write a text, or a map of locale to text")
        versions = {}
        for locale, text in value.items():
            if not isinstance(locale, str) or not _LOCALE.fullmatch(locale):
                raise problem_in_text(f"`{locale}` is no locale", "use a tag such as `en` or `de-AT`", locale)
            versions[normal_locale(locale)] = _checked(text, locale)
        return cls(versions, default)


def problem_in_text(what: str, remedy: str, *at: str | int) -> PydanticCustomError:
    """The error of a text's validator; `at` leads to the locale's version, or to the line, from 0, that it is in."""
    return PydanticCustomError("text", "{what}; {remedy}", {"what": what, "remedy": remedy, "at": at})


@lru_cache(maxsize=256)
def normal_locale(tag: str) -> str:
    """A locale tag in the form that `Text` compares: `de_AT` and `DE-at` are the same."""
    return tag.replace("_", "-").lower()


def is_locale(tag: str) -> bool:
    """Whether it looks like a BCP 47 language tag."""
    return _LOCALE.fullmatch(tag) is not None


def fill(text: str, values: Mapping[str, object]) -> str:
    """The text with each `{name}` replaced by its value, once and as plain text.

    A name without a value is left out together with the comma and the space before it. Nothing inside braces is
    evaluated, and braces in a value stay what they are.
    """
    if "{" not in text and "}" not in text:
        return text
    pieces = _BRACES.split(text)
    missing = False
    for index, piece in enumerate(pieces):
        if index % 2 == 0:
            pieces[index] = piece.replace("{", "").replace("}", "")
            continue
        value = values.get(piece[1:-1])
        missing = missing or value is None
        pieces[index] = _MISSING if value is None else str(value).replace(_MISSING, "")
    filled = "".join(pieces)
    return _GAP.sub("", _NOBODY.sub("", filled)).strip() if missing else filled


def placeholders(text: str) -> Iterator[str]:
    """The names in braces; raises ValueError for braces that aren't around a plain name."""
    for index, piece in enumerate(_BRACES.split(text)):
        if index % 2 == 0:
            if "{" in piece or "}" in piece:
                raise ValueError("a brace without its partner")
        elif _NAME.fullmatch(piece[1:-1]):
            yield piece[1:-1]
        else:
            raise ValueError(f"`{piece}` is no placeholder")


def _checked(value: Any, *at: str) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not text:
        raise problem_in_text("no text", "write one, or remove the key", *at)
    if len(text) > MAX_TEXT:
        raise problem_in_text(f"{len(text)} characters long", f"shorten it to {MAX_TEXT}", *at)
    return text
