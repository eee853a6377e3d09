from hypothesis import given
from hypothesis import strategies as st

from bot.content.phrases import NameList, PhraseBook, plain

BOOK = PhraseBook(
    {
        "yes": ["yes", "ja", "that did"],
        "no": ["no", "that did not", "the battery’s still empty"],
        "stop": ["never mind", "C'est fini!"],
    }
)


def test_one_word_counts_at_the_beginning_alone() -> None:
    assert BOOK.meaning("Yes, please") == "yes"
    assert BOOK.meaning("NO!!") == "no"
    assert BOOK.meaning("say yes") is None
    assert BOOK.meaning("nowhere") is None
    assert BOOK.meaning("yesterday it did") is None


def test_several_words_count_anywhere_and_the_longest_wins() -> None:
    assert BOOK.meaning("oh, never mind then") == "stop"
    assert BOOK.meaning("yes but that did not") == "no"
    assert BOOK.meaning("that did it") == "yes"
    assert BOOK.meaning("The battery's still empty.") == "no"
    assert BOOK.meaning("c’est fini") == "stop"


def test_a_word_counts_anywhere_where_that_is_asked_for() -> None:
    book = PhraseBook({"broken": ["broken", "kaputt"], "new": ["not broken"]}, anywhere=True)
    assert book.meaning("it came KAPUTT") == "broken"
    assert book.meaning("it is not broken") == "new"
    assert book.meaning("unbroken") is None


def test_nothing_means_nothing() -> None:
    assert BOOK.meaning("") is None
    assert BOOK.meaning("…") is None
    assert PhraseBook({}).meaning("yes") is None
    assert PhraseBook({"dots": ["…", "  "]}).meaning("yes") is None


@given(st.text())
def test_any_text_has_a_meaning_that_exists_or_none(text: str) -> None:
    assert BOOK.meaning(text) in ("yes", "no", "stop", None)
    assert plain(plain(text)) == plain(text)


def test_names_are_found_whole_and_the_longest_first() -> None:
    names = NameList({"Lumo 3": ["lumo lamp"], "Lumo 3 Max": [], "Finch Buds": ["buds"], "...": ["!"]})
    assert names.find_all("A lumo 3 max, a LUMO-LAMP; buds and buds?") == ["Lumo 3 Max", "Lumo 3", "Finch Buds"]
    assert names.find_all("lumo 30, finchy, ... !") == []
    assert NameList({}).find_all("anything") == []


def test_a_name_is_found_with_one_slip_in_it() -> None:
    names = NameList({"Lumo 3": [], "Lumo 4": [], "Finch Buds": ["earbuds"], "Wren": []})
    for slip in ("my Finch Bds", "finch budds!", "the fimch buds", "Fnich Buds", "finchbuds", "earbusd"):
        assert names.find_all(f"where is {slip}?") == ["Finch Buds"], slip
    assert names.find_all("lummo 3") == ["Lumo 3"]
    # Another product, another beginning, two slips, and a name too short to tell.
    assert names.find_all("lumo 5, binch buds, finh bds, warbuds, wern") == []
    # What is written right counts alone.
    assert names.find_all("lumo 4, no finch bds") == ["Lumo 4"]
    assert NameList({"Martin": [], "Marlin": []}).find_all("marvin") == ["Marlin", "Martin"]


@given(st.lists(st.text(alphabet="ab ", min_size=1).filter(str.strip), min_size=1, max_size=20, unique_by=plain))
def test_every_name_is_found_in_itself(names: list[str]) -> None:
    book = NameList({name: [] for name in names})
    for name in names:
        assert book.find_all(f"!{name}.") == [name]
