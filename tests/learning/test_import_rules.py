"""What holds for any text and any name that is imported."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.learning.corpus import read_examples
from bot.learning.imports.imported import Imported
from bot.learning.imports.located_json import parse_json
from bot.learning.imports.writer import quoted, slug, valid_names, write_content
from bot.learning.rows import Example
from tests.learning.test_imports import Pairs


@given(
    st.lists(
        st.tuples(
            st.text(max_size=40).filter(str.strip),
            st.sampled_from(["a", "b c", "ü/x", "null", '"', "no"]),
            st.sampled_from([None, "de", "pt-br"]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_the_text_it_reads_back(tmp_path_factory: pytest.TempPathFactory, rows: Pairs) -> None:
    texts = [(text, f"{intent}{'' if locale is None else ' l'}", locale) for text, intent, locale in rows]
    found = Imported([Example(text, intent, "x", 1, locale) for text, intent, locale in texts])
    out = tmp_path_factory.mktemp("out")
    write_content(found, out)
    read = [(row.text, row.intent, row.locale) for row in read_examples([out])]
    assert sorted(read, key=str) == sorted(((text.strip(), intent, locale) for text, intent, locale in texts), key=str)


@given(st.text(max_size=50))
def test_a_name_is_always_found(name: str) -> None:
    assert slug(name)[0].isalpha()
    assert quoted(name).startswith('"')
    names = valid_names([name, name + "!", slug(name)])
    assert len({*names.values(), slug(name)}) == len({name, name + "!", slug(name)})


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_json_with_lines_is_json(value: object) -> None:
    assert parse_json(json.dumps(value, indent=1).encode(), "x") == value
