"""The words that search compares, and the snippets it shows."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.words import BEFORE, LONGEST, MOST_TERMS, WIDTH, begins, query_terms, snippet, terms_of


def finds(query: str, text: str) -> bool:
    words = terms_of(text)
    terms = query_terms(query)
    return bool(terms) and all(any(begins(word, term) for word in words) for term in terms)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("48213", "where is order #48213?"),
        ("482", "where is order 48213"),
        ("WARRANTY", "how long is the warranty"),
        ("warr phone", "Warranty for my phone"),
        ("muller", "Frau Müller aus Köln"),
        ("Müller", "frau muller"),
        ("hauptstrasse", "Hauptstraße 12"),
        ("lodz", "Wysyłka do: Łódź"),
        ("anna.meyer@shop.example", "write to Anna.Meyer@shop.example please"),
        ("мос", "доставка в Москву"),
        ("ёлка", "елка"),
        ("توصيل", "متى تَوْصيل الطلب"),
        ("दिल्ली", "मैं दिल्ली में हूँ"),
        ("退货", "我想退货，谢谢"),
        ("返品", "この商品を返品したいです"),
        ("สินค้า", "ฉันต้องการคืนสินค้า"),
        ("환불", "환불해 주세요"),
        ("don't", "I don’t know"),
        ("file", "the ﬁle"),
    ],
)
def test_words_are_found_in_any_script(query: str, text: str) -> None:
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [("8213", "order 48213"), ("退款", "我想退货"), ("a", "another order"), ("phones", "phone"), ("", "x")],
)
def test_what_is_not_there_is_not_found(query: str, text: str) -> None:
    assert not finds(query, text)


@given(st.text(max_size=300), st.text(max_size=50))
def test_every_text_finds_itself_and_no_query_breaks(text: str, query: str) -> None:
    if query_terms(text):
        assert finds(text, text)
    shown = snippet(text, query_terms(query))
    assert len(shown.text) <= WIDTH + 2
    ends = [0]
    for start, end in shown.marks:
        assert ends[-1] <= start < end <= len(shown.text.encode("utf-16-le", "surrogatepass")) // 2
        ends.append(end)


def test_a_query_of_any_size_takes_no_time() -> None:
    begun = time.perf_counter()
    assert len(query_terms(" ".join(f"w{n}" for n in range(5000)))) == MOST_TERMS
    assert query_terms('"NEAR(" * NOT \0 ) OR -- \'') == ["near", "not", "or"]
    assert query_terms("x" * 10_000) == ["x" * LONGEST]
    assert query_terms("界" * 10_000) == ["界界"]
    assert time.perf_counter() - begun < 0.5


def marked(text: str, query: str) -> list[str]:
    shown = snippet(text, query_terms(query))
    units = shown.text.encode("utf-16-le")
    return [units[2 * start : 2 * end].decode("utf-16-le") for start, end in shown.marks]


def test_marks_are_where_the_words_stand() -> None:
    assert marked("Grüße von Frau MÜLLER", "mull") == ["MÜLL"]
    assert marked("🎉🎉 my order 48213, order 48214", "order 4821") == ["order", "4821", "order", "4821"]
    assert marked("我想退货，再退货", "退货") == ["退货", "退货"]
    assert marked("a\nb  <b>bold</b>", "bold") == ["bold"]
    assert marked("nothing here", "other") == []


def test_a_snippet_is_the_piece_around_the_first_word() -> None:
    text = f"{'before ' * 100}needle{' after' * 100}"
    shown = snippet(text, ["needle"])
    assert shown.text.startswith("…before")
    assert shown.text.endswith("…")
    assert len(shown.text) <= WIDTH + 2
    [(start, end)] = shown.marks
    assert shown.text[start:end] == "needle"
    assert start <= BEFORE + 1
    whole = snippet("short\ntext", ["gone"])
    assert (whole.text, whole.marks) == ("short text", ())
