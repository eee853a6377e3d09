import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.fold import fold
from bot.dialogue.state import ASSIGNED, BOT, CLOSED, QUEUED, TRANSITIONS, Owner, State, advance, check
from bot.errors import Refused
from bot.records import HIDDEN_FROM_CUSTOMERS, Draft, Touchpoint

HOUR = 3600 * 1000


def folded(*happenings: tuple[str, dict[str, object]]) -> State:
    state = State()
    for number, (type_, facts) in enumerate(happenings, 1):
        state = fold(state, Touchpoint(f"t{number}", "conversation/c", number, type_, number * 1000, facts, {}))
    return state


STARTED = ("conversation.started", {"locale": "de", "channel": "widget"})
HELLO = ("message.received", {"intent": "warranty", "in_scope": True})
HAND_OFF = ("handoff.requested", {"reason": "requested", "skill": "repairs", "priority": 1})
CLAIMED = ("conversation.assigned", {"agent_id": "anna"})
RESOLVED = ("episode.closed", {"reason": "resolved"})


def test_an_episode_begins_with_a_message_and_not_with_the_conversation() -> None:
    assert folded(STARTED).episode == 0
    begun = folded(STARTED, HELLO)
    assert (begun.episode, begun.episode_open, begun.opened_at, begun.intent) == (1, True, 2000, "warranty")


def test_the_way_to_a_person_and_back() -> None:
    queued = folded(STARTED, HELLO, HAND_OFF)
    assert (queued.owner, queued.skill, queued.reason, queued.waiting_since) == (QUEUED, "repairs", "requested", 3000)
    assert queued.intent is None
    assigned = folded(STARTED, HELLO, HAND_OFF, CLAIMED)
    assert (assigned.owner, assigned.agent_id, assigned.assigned_at) == (ASSIGNED, "anna", 4000)
    expired = folded(STARTED, HELLO, HAND_OFF, CLAIMED, ("assignment.expired", {}))
    assert (expired.owner, expired.agent_id, expired.skill, expired.waiting_since) == (QUEUED, None, "repairs", 5000)
    moved = folded(
        STARTED, HELLO, HAND_OFF, CLAIMED, ("conversation.transferred", {"variant": "agent", "agent_id": "ben"})
    )
    assert (moved.owner, moved.agent_id) == (ASSIGNED, "ben")
    requeued = folded(
        STARTED, HELLO, HAND_OFF, CLAIMED, ("conversation.transferred", {"variant": "skill", "skill": "orders"})
    )
    assert (requeued.owner, requeued.agent_id, requeued.skill) == (QUEUED, None, "orders")
    returned = folded(STARTED, HELLO, HAND_OFF, CLAIMED, ("conversation.returned", {}))
    assert (returned.owner, returned.agent_id, returned.skill, returned.episode_open) == (BOT, None, None, True)
    left = folded(STARTED, HELLO, HAND_OFF, ("handoff.cancelled", {}))
    assert (left.owner, left.reason, left.waiting_since) == (BOT, None, None)


def test_a_message_after_the_end_opens_a_new_episode_and_thanks_do_not() -> None:
    closed = folded(STARTED, HELLO, HAND_OFF, CLAIMED, RESOLVED)
    assert (closed.owner, closed.episode_open, closed.closed_at, closed.agent_id) == (CLOSED, False, 5000, None)
    again = folded(STARTED, HELLO, HAND_OFF, CLAIMED, RESOLVED, ("message.received", {}))
    assert (again.owner, again.episode, again.opened_at, again.intent) == (BOT, 2, 6000, None)
    thanked = folded(STARTED, HELLO, RESOLVED, ("message.received", {"variant": "courtesy"}))
    assert (thanked.owner, thanked.episode, thanked.episode_open) == (CLOSED, 1, False)


def test_ratings_notes_and_corrections_reopen_nothing() -> None:
    for type_ in ("feedback.given", "note.added", "intent.corrected"):
        state = folded(STARTED, HELLO, RESOLVED, (type_, {"rated_episode": 1}))
        assert (state.owner, state.episode, state.episode_open) == (CLOSED, 1, False)


def test_what_was_not_understood_is_counted_until_the_bot_answers() -> None:
    missed = folded(STARTED, HELLO, ("fallback.given", {}), HELLO, ("clarification.asked", {}))
    assert (missed.fallbacks, missed.clarified) == (1, True)
    answered = folded(STARTED, HELLO, ("fallback.given", {}), HELLO, ("answer.given", {}))
    assert (answered.fallbacks, answered.clarified) == (0, False)
    asked = folded(STARTED, HELLO, ("slot.asked", {"slot": "order_number", "intent": "track_order"}))
    assert (asked.asked_slot, asked.tasks[0].intent, asked.fallbacks) == ("order_number", "track_order", 0)
    asked_again = folded(STARTED, HELLO, ("slot.asked", {"slot": "order_number", "intent": "x", "again": True}))
    assert asked_again.fallbacks == 1


def test_quick_replies_are_those_under_the_last_thing_said() -> None:
    replies = [{"title": "Warranty", "payload": "intent:warranty"}]
    assert folded(("conversation.started", {"quick_replies": replies})).offered == (("Warranty", "intent:warranty"),)
    assert folded(STARTED, HELLO, ("answer.given", {})).offered == ()


def test_an_acknowledgement_is_remembered_until_the_next_wait() -> None:
    told = ("answer.given", {"variant": "acknowledgement"})
    assert folded(STARTED, HELLO, HAND_OFF, told).acknowledged
    assert not folded(STARTED, HELLO, HAND_OFF, told, CLAIMED, ("assignment.expired", {})).acknowledged


def test_visible_seq_counts_only_what_customers_see() -> None:
    state = folded(STARTED, HELLO, ("slot.filled", {}), ("action.called", {}), ("identity.linked", {"known_ref": "k"}))
    assert (state.seq, state.visible_seq, state.known_ref) == (5, 2, "k")


def test_the_bot_cannot_speak_where_it_is_not_the_owner() -> None:
    spoken = ["answer.given", "clarification.asked", "slot.asked", "fallback.given", "step.given", "handoff.requested"]
    for type_ in spoken:
        assert [owner for owner in Owner if advance(owner, Draft(type_)) is not None] == [BOT]


def test_what_is_not_in_the_table_is_refused_before_it_is_stored() -> None:
    check(folded(STARTED, HELLO), [Draft("handoff.requested"), Draft("conversation.assigned"), Draft("message.sent")])
    with pytest.raises(Refused, match=r"answer\.given can't happen while the conversation's owner is 'assigned'"):
        check(folded(STARTED, HELLO, HAND_OFF), [Draft("conversation.assigned"), Draft("answer.given")])
    with pytest.raises(Refused):
        check(State(), [Draft("no.such.type")])


TYPES = sorted({name.partition(":")[0] for name in TRANSITIONS} | HIDDEN_FROM_CUSTOMERS | {"unknown.type"})
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "variant": st.sampled_from(["courtesy", "acknowledgement", "skill", "agent", "nonsense"]),
        "agent_id": st.sampled_from(["anna", "ben"]),
        "in_scope": st.booleans(),
        "intent": st.just("warranty"),
        "skill": st.just("orders"),
    },
)


@given(st.lists(st.tuples(st.sampled_from(TYPES), FACTS), max_size=40))
def test_the_fold_is_total_and_its_fields_agree(happenings: list[tuple[str, dict[str, object]]]) -> None:
    state = folded(*happenings)
    assert state.seq == len(happenings)
    assert 0 <= state.visible_seq <= state.seq
    assert state.episode >= int(state.episode_open)


@given(st.lists(st.tuples(st.sampled_from(TYPES), FACTS), max_size=40))
def test_along_allowed_ways_the_owner_and_the_other_fields_agree(
    happenings: list[tuple[str, dict[str, object]]],
) -> None:
    state = State()
    for type_, facts in happenings:
        facts = {**facts, "agent_id": facts.get("agent_id", "anna")}
        if advance(state.owner, Draft(type_, facts)) is None:
            continue
        state = fold(state, Touchpoint("t", "conversation/c", state.seq + 1, type_, 1000, facts, {}))
        assert (state.agent_id is not None) == (state.owner is ASSIGNED)
        assert (state.owner is CLOSED) <= (not state.episode_open)
        if state.owner in (QUEUED, ASSIGNED):
            assert state.waiting_since is not None
        if state.owner is QUEUED:
            assert state.assigned_at is None
