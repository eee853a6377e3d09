"""Texts in several languages and their placeholders, and the patterns of slots."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.content.pattern import compile_pattern
from bot.content.text import Text, fill, placeholders

names = st.sampled_from(["a", "b", "ab", "a0", "a_b"])
braced = st.text("{}ab.!:[]()_0 >", max_size=30)
values = st.dictionaries(names, st.none() | st.text(max_size=5) | st.integers() | st.lists(st.integers(), max_size=2))


def text(value: object, default: str = "en") -> Text:
    return TypeAdapter(Text).validate_python(value, context={"default_locale": default})


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("de-AT", "Servus"),
        ("de_at", "Servus"),
        ("de-CH", "Hallo"),
        ("de", "Hallo"),
        ("DE", "Hallo"),
        ("pt", "Oi"),
        ("pt-PT", "Oi"),
        ("fr", "Hello"),
        ("", "Hello"),
        (None, "Hello"),
        ("den", "Hello"),
        ("not a locale", "Hello"),
    ],
)
def test_a_text_falls_back(locale: str | None, expected: str) -> None:
    hello = text({"de": "Hallo", "de-AT": "Servus", "en": "Hello", "pt-BR": "Oi"})
    assert hello.in_(locale) == expected


def test_a_plain_text_is_in_the_default_locale() -> None:
    assert text(" Hallo ", default="de").versions == {"de": "Hallo"}
    assert text("Hallo", default="de").in_("en") == "Hallo"


def test_without_the_default_locale_any_version_is_better_than_none() -> None:
    assert text({"fr": "Bonjour"}).in_("de") == "Bonjour"


def test_fill() -> None:
    assert fill("Order {a} is {b}.", {"a": "{b}", "b": 7}) == "Order {b} is 7."
    assert fill("Order {a} is {b}.", {"b": "here"}) == "Order is here."
    assert fill("It is {a}, {b}.", {}) == "It is."
    assert fill("  as it is ", {}) == "  as it is "
    assert fill("{a.__class__} {0} {a!r} {a:>9} {{a}}", {"a": "x"}) == "x"


@given(braced, values)
def test_fill_never_raises_and_never_leaks_a_brace_expression(template: str, given_values: dict[str, object]) -> None:
    shown = {name: "" if value is None else str(value) for name, value in given_values.items()}
    filled = fill(template, given_values)
    without_values = fill(template, dict.fromkeys(shown, "x"))
    assert "{" not in without_values
    assert "}" not in without_values
    assert filled.count("{") <= sum(value.count("{") for value in shown.values()) * template.count("{")


@given(st.lists(names, min_size=1, max_size=4, unique=True), st.text("<>;&{}%", max_size=9))
def test_a_value_is_said_as_it_is(wanted: list[str], value: str) -> None:
    template = " and ".join(f"{{{name}}}" for name in wanted)
    assert fill(template, dict.fromkeys(wanted, value)) == " and ".join([value] * len(wanted))
    assert list(placeholders(template)) == wanted


@given(braced)
def test_a_template_that_passes_the_check_leaves_no_braces_and_loses_no_words(template: str) -> None:
    try:
        wanted = list(placeholders(template))
    except ValueError:
        return
    assert fill(template, dict.fromkeys(wanted, "x")) == re.sub(r"\{\w+\}", "x", template)


@pytest.mark.parametrize(
    "pattern",
    [
        r"\b\d{5}\b",
        r"(?<!\d)\d{5}(?!\d)",
        r"[A-Z]{2}\d{2}(?: ?\d{4}){3,7}",
        r"[\w.+-]{1,40}@[\w.-]{1,40}\.[a-z]{2,6}",
        r"(?i)(?:order|no\.?) ?(\d{4,6})",
        r"[^]x]{2}|\(\d\)",
        r"x{2}y{,3}z{1,9}?",
    ],
)
def test_patterns_people_need_compile(pattern: str) -> None:
    assert compile_pattern(pattern).pattern == pattern


@pytest.mark.parametrize(
    "pattern",
    [
        r"(\d+)+x",
        r"\w*x",
        r"\d{3,}",
        r"(a{1,50}){1,50}x",
        r"(?:a|a?){20}x",
        r"(?:a|b|ab){30}x",
        r"(?x) \d{5} # five",
        r"(?#five)\d{5}",
        r"(\d)?(?(1)a|b)",
        r"a{1,9}a{1,99}a{1,99}x",
        "(" * 5,
        r"x{99999999999999999999}",
        r"\d{0,3}",
    ],
)
def test_patterns_that_could_keep_a_message_busy_are_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"; \w"):
        compile_pattern(pattern)


@pytest.mark.filterwarnings("ignore::FutureWarning")
@given(st.text(r"ad\[]^-(){}?*+|,.13:", max_size=14))
def test_any_pattern_is_refused_or_quick(pattern: str) -> None:
    try:
        compiled = compile_pattern(pattern)
    except ValueError:
        return
    started = time.perf_counter()
    compiled.search("a" * 500 + "d" * 500 + "1" * 500)
    assert time.perf_counter() - started < 2
