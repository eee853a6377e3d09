"""Rasa's NLU data, of 2.x and 3.x: intents with their examples, the entities taken out of them."""

import re
from collections.abc import Mapping
from typing import Any

from bot.content.yaml_lines import Key, YamlFile
from bot.learning.rows import Rows, lines_of

# A value can be an object itself, and so can what is in that.
_OBJECT = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*+\})*+\})*+\}"
# [text](entity), [text](entity:value), [text]{"entity": …} and [text][{"entity": …}, …]
ANNOTATED = re.compile(rf"\[([^\[\]]+)\](?:\(([^()]*)\)|({_OBJECT})|(\[\s*\{{[^\[\]]*\}}\s*\]))")


_KEYS = ("intent", "examples", "metadata", "synonym", "regex", "lookup")


def without_entities(text: str) -> str:
    """A Rasa example as the customer would have typed it."""
    return ANNOTATED.sub(r"\1", text)


class RasaFile:
    """The intents of a Rasa NLU file; synonyms, patterns and look-up tables have no messages and are passed over."""

    def __init__(self, file: YamlFile, rows: Rows) -> None:
        self.file = file
        self.rows = rows

    def examples(self) -> None:
        """Hand every example over."""
        entries = self.file.value["nlu"]
        if not isinstance(entries, list):
            if entries is not None:
                self._refuse("`nlu` isn't a list", "write `- intent: name` below it", "nlu")
            return
        for index, entry in enumerate(entries):
            if not isinstance(entry, dict):
                self._refuse("not an entry", "write `- intent: name` with `examples: |` below it", "nlu", index)
            elif "intent" in entry:
                self._intent(index, entry)
            else:
                self.other(index, entry)
            for key in entry if isinstance(entry, dict) else ():
                if key not in _KEYS:
                    self.rows.note_key(key, self.file.line("nlu", index, key), _KEYS, f"nlu.{index}.")

    def written(self, text: str) -> str:
        """The example of a line."""
        return without_entities(text)

    def other(self, index: int, entry: Mapping[str, Any]) -> None:
        """What is done about an entry that is no intent."""

    def _intent(self, index: int, entry: Mapping[str, Any]) -> None:
        intent = entry["intent"]
        if entry.get("examples") is None:
            self._refuse(f"`{intent}` has no examples", "write `examples: |` and one a line below it", "nlu", index)
            return
        for line, text in lines_of(self.file, self.rows, ("nlu", index, "examples")):
            self.rows.add(line, self.written(text), intent)

    def _refuse(self, what: str, remedy: str, *keys: Key) -> None:
        self.rows.refuse(self.file.line(*keys), what, remedy)
