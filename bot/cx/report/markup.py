"""HTML from values: everything that isn't markup already is escaped."""

from collections.abc import Iterable
from html import escape


class Markup(str):
    """Text that is HTML already."""


Child = object
"""Markup as it stands, None as nothing, a list or other iterable as each of its parts, anything else escaped."""

_VOID = frozenset({"meta", "link", "br", "input"})


def h(tag: str, attributes: dict[str, object] | None = None, *children: Child) -> Markup:
    """An element. Attributes that are None or False are left out, True stands without a value."""
    shown = "".join(
        f" {name}" if value is True else f' {name}="{escape(str(value))}"'
        for name, value in (attributes or {}).items()
        if value is not None and value is not False
    )
    if tag in _VOID:
        return Markup(f"<{tag}{shown}>")
    return Markup(f"<{tag}{shown}>{joined(children)}</{tag}>")


def joined(children: Iterable[Child]) -> Markup:
    """The children one after the other."""
    return Markup("".join(_one(child) for child in children))


def _one(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child
    if isinstance(child, str) or not isinstance(child, Iterable):
        return escape(str(child))
    return joined(child)
