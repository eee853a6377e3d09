"""From an export of another service to content files, and what is told about it."""

from collections.abc import Callable, Mapping
from pathlib import Path

from bot.errors import BotError, ContentError
from bot.learning.imports.dialogflow import import_dialogflow
from bot.learning.imports.imported import Imported
from bot.learning.imports.luis import import_luis
from bot.learning.imports.rasa import import_rasa
from bot.learning.imports.tables import import_csv, import_json_lines, import_watson
from bot.learning.imports.writer import valid_names, write_content

IMPORTERS: Mapping[str, Callable[[Path], Imported]] = {
    "rasa": import_rasa,
    "dialogflow": import_dialogflow,
    "luis": import_luis,
    "watson": import_watson,
    "csv": import_csv,
    "jsonl": import_json_lines,
}
"""How an export is read, by where it comes from."""


def bring_in(source: str, path: Path, out: Path, rename: bool) -> list[str]:
    """Write what an export holds as content files into a new folder; returns lines that say what came and what didn't.

    With `rename` intents whose names content can't have get others. Raises ContentError with every problem of the
    export, or BotError, and writes nothing then.
    """
    found = IMPORTERS[source](path)
    if found.problems:
        raise ContentError(found.problems)
    if not any(row.text.strip() for row in found.examples):
        raise BotError(f"{path} holds no examples; name what {source} exports, intents and all")
    names = valid_names([row.intent for row in found.examples])
    if rename:
        found.rename(names)
        found.notes += [f"`{old}` is called `{new}` now" for old, new in names.items()]
    elif names:
        shown = ", ".join(f"`{name}`" for name in list(names)[:3]) + (", …" if len(names) > 3 else "")
        what = f"{len(names)} intents have names that answers can't be written for ({shown})"
        found.notes.append(f"{what}; import with --rename to have them changed")
    if found.unknown_kinds:
        shown = ", ".join(f"`{name}`" for name in sorted(found.unknown_kinds))
        found.notes.append(f"no kind of slot finds {shown}; where you need one, write its pattern or choices")
    files = write_content(found, out)
    written = [row for row in found.examples if row.text.strip()]
    intents = {row.intent for row in written}
    if blank := len(found.examples) - len(written):
        found.notes.append(f"{blank} blank examples were left out")
    answered = len(intents & found.answers.keys())
    return [
        f"examples: {len(written)}, intents: {len(intents)} (with an answer: {answered}), slots: {len(found.entities)}",
        *(f"written: {file}" for file in files),
        *found.notes,
        f"next: bot data check {out}",
    ]
