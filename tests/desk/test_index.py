"""The index of words, fed with touchpoints as the log has them."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from bot.desk.index import TYPES, WordIndex
from bot.desk.visibility import Standing
from bot.desk.words import begins, query_terms, terms_of
from bot.records import Touchpoint, new_id
from bot.touchpoints.log import conversation_stream


def one(conversation: str, position: int, text: str, type_: str = "message.received", **facts: object) -> Touchpoint:
    personal = {"text": text} if text else {}
    return Touchpoint(
        new_id(),
        conversation_stream(conversation),
        position,
        type_,
        position * 1000,
        facts,
        personal,
        f"ref-{conversation}",
        position,
    )


def found(index: WordIndex, query: str) -> list[tuple[str, int]]:
    hits = index.find(query_terms(query), lambda thread: True, 100)
    return [(hit.thread.conversation_id, hit.position) for hit in hits]


def index_of(touchpoints: Sequence[Touchpoint]) -> WordIndex:
    index = WordIndex()
    index.take(touchpoints)
    return index


def test_the_newest_conversation_comes_first_with_its_best_text() -> None:
    past = [
        one("a", 1, "my order 48213 is late"),
        one("b", 2, "late delivery"),
        one("a", 3, "the order"),
        one("b", 4, "order 48214"),
        one("c", 5, "nothing of the kind"),
    ]
    for touchpoints in (past, past[::-1]):
        index = index_of(touchpoints)
        assert found(index, "order") == [("b", 4), ("a", 3)]
        assert found(index, "order 4821") == [("b", 4), ("a", 1)]
        assert found(index, "order 48213") == [("a", 1)]
        assert found(index, "late order") == [("b", 4), ("a", 1)]
        assert found(index, "order elephant") == []
        assert found(index, "") == []


def test_only_what_is_wanted_counts_towards_the_most() -> None:
    index = index_of([one(f"c{n}", n, "word") for n in range(1, 50)])
    hits = index.find(["word"], lambda thread: thread.conversation_id.endswith("7"), 3)
    assert [hit.position for hit in hits] == [47, 37, 27]


def test_what_the_bot_says_is_not_found() -> None:
    index = index_of(
        [
            one("a", 1, "greeting", "conversation.started"),
            one("a", 2, "summary", "handoff.requested", skill="general"),
            one("a", 3, "by an agent", "message.sent", actor_kind="agent", actor_id="anna"),
            one("a", 4, "for colleagues", "note.added", actor_kind="agent", actor_id="ben"),
        ]
    )
    assert [found(index, query) for query in ("greeting", "summary", "agent", "colleagues")] == [
        [],
        [],
        [("a", 3)],
        [("a", 4)],
    ]


def test_customers_are_found_by_who_the_shop_says_they_are() -> None:
    linked = one("a", 2, "", "identity.linked", known_ref="x")
    who = {"id": "c-77", "name": "Zoë Meyer", "email": "zoe@mail.example", "tier": "gold", "vip": True, "note": ""}
    linked = Touchpoint(linked.id, linked.stream, 2, linked.type, 2, {}, who, "ref-a", 2)
    index = index_of([one("a", 1, "", "conversation.started"), linked])
    for query in ("zoe", "meyer zoë", "zoe@mail.example", "c-77", "gold"):
        assert found(index, query) == [("a", 2)], query


def test_an_erased_customer_is_forgotten_and_nobody_else() -> None:
    index = index_of(
        [
            one("a", 1, "secret word"),
            one("a", 2, "word again"),
            one("b", 3, "word"),
            Touchpoint(new_id(), "customer/ref-a", 1, "customer.erased", 4, {}, {}, "ref-a", 4),
        ]
    )
    assert (found(index, "secret"), found(index, "word"), index.texts) == ([], [("b", 3)], 1)
    assert "secret" not in str(vars(index))
    index.take([Touchpoint(new_id(), "customer/ref-a", 1, "customer.erased", 5, {}, {}, "ref-a", 5)])
    index.take([one("b", 6, "word and secret")])
    assert (found(index, "secret"), index.texts) == ([("b", 6)], 2)


def test_who_had_to_do_with_a_conversation_is_known_in_whatever_order_it_is_read() -> None:
    past = [
        one("a", 1, "", "conversation.started"),
        one("a", 2, "", "handoff.requested", skill="general", actor_kind="bot"),
        one("a", 3, "", "conversation.assigned", agent_id="anna", actor_kind="agent", actor_id="anna"),
        one("a", 4, "", "conversation.transferred", variant="skill", skill="repairs", actor_kind="agent"),
        one("a", 5, "", "conversation.assigned", agent_id="ben", actor_kind="system"),
        one("a", 6, "word", "message.sent", actor_kind="agent", actor_id="ben"),
    ]
    assert {touchpoint.type for touchpoint in past} <= TYPES
    for touchpoints in (past, past[::-1]):
        [hit] = index_of(touchpoints).find(["word"], lambda thread: True, 5)
        assert hit.thread.standing == Standing("repairs", frozenset({"anna", "ben"}))
        assert hit.thread.whole
    assert not index_of(past[1:]).find(["word"], lambda thread: True, 5)[0].thread.whole


WORDS = st.sampled_from(["ab", "abc", "a", "b", "bcd", "48213", "退货", "Grüße"])
TEXTS = st.lists(st.tuples(st.sampled_from("pqr"), st.lists(WORDS, min_size=1, max_size=4)), max_size=12)


@given(TEXTS, st.lists(WORDS, min_size=1, max_size=3), st.randoms())
def test_it_finds_what_looking_at_every_text_finds(texts: list[tuple[str, list[str]]], query: list[str], dice) -> None:  # type: ignore[no-untyped-def]
    touchpoints = [one(name, at, " ".join(words)) for at, (name, words) in enumerate(texts, 1)]
    terms = query_terms(" ".join(query))
    by_place = {
        one.position: {term for term in terms if any(begins(word, term) for word in terms_of(one.personal["text"]))}
        for one in touchpoints
    }
    expected = []
    for name in "pqr":
        theirs = [at for at, (of, _) in enumerate(texts, 1) if of == name and by_place[at]]
        if set().union(*(by_place[at] for at in theirs)) == set(terms):
            expected.append((name, max(theirs, key=lambda at: (len(by_place[at]), at))))
    dice.shuffle(touchpoints)
    assert found(index_of(touchpoints), " ".join(query)) == sorted(expected, key=lambda one: -one[1])
