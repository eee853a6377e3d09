"""What agents may do from which state, what it records, and what the customer is told."""

from dataclasses import replace

import pytest

from bot.content.content import Content
from bot.dialogue import work
from bot.dialogue.state import ASSIGNED, BOT, QUEUED, State
from bot.dialogue.work import Agent, Lease
from bot.errors import Refused
from bot.records import Draft, Touchpoint
from tests.dialogue.talk import NOW, Talk, understood
from tests.dialogue.test_people import SUNDAY, with_hours

ANNA, BEN = Agent("anna-id", "Anna"), Agent("ben-id", "Ben")
SUE = Agent("sue-id", "Sue", supervises=True)
MINUTE = 60_000


@pytest.fixture
def waits(shop: Content) -> Talk:
    """Somebody who has asked for a person."""
    talk = Talk(shop)
    talk.say("a person", understood("person"))
    return talk


@pytest.fixture
def annas(waits: Talk) -> Talk:
    """Somebody whom Anna has."""
    waits.happen(*work.assign(waits.state, ANNA, waits.content, waits.now, "claimed", ANNA))
    return waits


def lease_of(talk: Talk, agent: Agent = ANNA) -> Lease:
    assert talk.state.assigned_at is not None
    return Lease(agent, talk.state.assigned_at, talk.state.unanswered_since)


def test_an_assignment_says_how_it_came_about(waits: Talk) -> None:
    waits.now += 90_000
    for method, by, actor in (("claimed", ANNA, "anna-id"), ("automatic", None, None), ("given", SUE, "sue-id")):
        [assigned] = work.assign(waits.state, ANNA, waits.content, waits.now, method, by)  # type: ignore[arg-type]
        facts = assigned.facts
        assert (facts["agent_id"], facts["method"], facts["wait_s"]) == ("anna-id", method, 90.0)
        assert (facts["actor_kind"], facts.get("actor_id")) == ("agent" if actor else "system", actor)
        assert assigned.personal["text"] == "Anna is here."
        assert assigned.personal["agent_name"] == "Anna"


def test_what_one_has_is_assigned_once(annas: Talk) -> None:
    assert work.assign(annas.state, ANNA, annas.content, annas.now, "claimed", ANNA) == []
    with pytest.raises(Refused, match="another agent"):
        work.assign(annas.state, BEN, annas.content, annas.now, "automatic", None)
    with pytest.raises(Refused, match="another agent"):
        work.assign(annas.state, BEN, annas.content, annas.now, "given", None)
    with pytest.raises(Refused, match="isn't waiting"):
        work.assign(State(), BEN, annas.content, annas.now, "given", SUE)


def test_a_supervisor_gives_away_what_another_agent_has(annas: Talk) -> None:
    [given] = work.assign(annas.state, BEN, annas.content, annas.now, "given", SUE)
    assert given.type == "conversation.transferred"
    assert (given.facts["variant"], given.facts["agent_id"], given.facts["from"]) == ("agent", "ben-id", "anna-id")
    assert given.personal["text"] == "Ben goes on."
    annas.happen(given)
    assert (annas.state.owner, annas.state.agent_id) == (ASSIGNED, "ben-id")


def test_taking_over_is_for_what_another_agent_has(annas: Talk) -> None:
    with pytest.raises(Refused, match="yours already"):
        work.take_over(annas.state, ANNA, annas.content)
    for state in (State(), State(owner=QUEUED)):
        with pytest.raises(Refused, match="nobody has"):
            work.take_over(state, BEN, annas.content)
    [taken] = work.take_over(annas.state, BEN, annas.content)
    assert (taken.facts["agent_id"], taken.facts["from"]) == ("ben-id", "anna-id")
    annas.happen(taken)
    assert annas.state.agent_id == "ben-id"


def test_passed_to_a_skill_the_customer_keeps_the_place(annas: Talk) -> None:
    asked = annas.state.requested_at
    annas.now += 5 * MINUTE
    drafts = work.pass_to_skill(annas.state, ANNA, annas.content, annas.now, "billing", "check the invoice")
    assert [draft.type for draft in drafts] == ["note.added", "conversation.transferred"]
    assert drafts[0].personal["text"] == "check the invoice"
    assert drafts[1].personal["text"] == "Anna passes you on."
    annas.happen(*drafts)
    state = annas.state
    assert (state.owner, state.skill, state.requested_at, state.waiting_since) == (QUEUED, "billing", asked, annas.now)


def test_passed_to_a_colleague_without_a_note(annas: Talk) -> None:
    [passed] = work.pass_to_agent(annas.state, ANNA, annas.content, BEN, None)
    assert passed.personal["text"] == "Anna passes you on to Ben."
    assert passed.personal["agent_name"] == "Ben"
    annas.happen(passed)
    assert (annas.state.agent_id, annas.state.unanswered_since) == ("ben-id", annas.now)
    with pytest.raises(Refused, match="yours already"):
        work.pass_to_agent(annas.state, BEN, annas.content, BEN, None)


def test_given_back_the_bot_answers_again(annas: Talk) -> None:
    annas.happen(*work.give_back(annas.state, ANNA, annas.content, "wants the hours"))
    assert annas.state.owner is BOT
    assert annas.say("when are you open", understood("hours"))
    assert annas.types == ["answer.given"]


def test_only_who_has_it_passes_on_gives_back_writes_and_resolves(annas: Talk) -> None:
    content, now = annas.content, annas.now
    for state, what in ((annas.state, "another agent has"), (State(owner=QUEUED), "claim this")):
        for agent in (BEN, SUE):
            for act in (
                lambda s=state, a=agent: work.pass_to_skill(s, a, content, now, "billing", None),
                lambda s=state, a=agent: work.pass_to_agent(s, a, content, ANNA, None),
                lambda s=state, a=agent: work.give_back(s, a, content, None),
                lambda s=state, a=agent: work.write(s, a, "hello"),
                lambda s=state, a=agent: work.resolve(s, a, content, None),
            ):
                with pytest.raises(Refused, match=what):
                    act()


def test_an_expired_assignment_is_told_calmly_and_keeps_the_place(annas: Talk) -> None:
    asked, lease = annas.state.requested_at, lease_of(annas)
    annas.now += 10 * MINUTE
    [expired] = work.expire(annas.state, lease, annas.content, annas.now, "absent")
    assert (expired.facts["agent_id"], expired.facts["reason"]) == ("anna-id", "absent")
    assert (expired.facts["actor_kind"], expired.personal["text"]) == ("system", "Anna left, you wait again.")
    annas.happen(expired)
    assert (annas.state.owner, annas.state.requested_at, annas.state.agent_id) == (QUEUED, asked, None)
    assert work.expire(annas.state, lease, annas.content, annas.now, "absent") == []


def test_an_assignment_that_has_changed_meanwhile_does_not_expire(annas: Talk) -> None:
    lease = lease_of(annas)
    annas.now += MINUTE
    annas.happen(*work.take_over(annas.state, BEN, annas.content))
    assert work.expire(annas.state, lease, annas.content, annas.now, "absent") == []
    annas.now += MINUTE
    annas.happen(*work.take_over(annas.state, ANNA, annas.content))  # hers again, by another assignment
    assert work.expire(annas.state, lease, annas.content, annas.now, "absent") == []
    assert work.expire(annas.state, lease_of(annas), annas.content, annas.now, "disabled")


def test_who_has_written_meanwhile_is_not_late(annas: Talk) -> None:
    lease = lease_of(annas)
    annas.now += MINUTE
    annas.happen(*work.write(annas.state, ANNA, "hello"))
    assert work.expire(annas.state, lease, annas.content, annas.now, "late") == []
    annas.say("are you there?")
    assert work.expire(annas.state, lease, annas.content, annas.now, "late") == []
    assert work.expire(annas.state, lease_of(annas), annas.content, annas.now, "late")
    assert work.expire(annas.state, lease, annas.content, annas.now, "absent")


def test_back_in_the_queue_out_of_hours_a_time_is_promised(shop: Content) -> None:
    talk = Talk(with_hours(shop), now=SUNDAY - 42 * 3600 * 1000)  # Friday at 15:00
    talk.say("a person", understood("person"))
    talk.happen(*work.assign(talk.state, ANNA, talk.content, talk.now, "claimed", ANNA))
    lease = lease_of(talk)
    talk.now += 3 * 3600 * 1000
    [expired] = work.expire(talk.state, lease, talk.content, talk.now, "released")
    assert expired.personal["text"] == (
        "Anna left, you wait again.\n\nWe open Monday at 09:00, you hear from us by Monday at 11:00."
    )
    assert expired.facts["out_of_hours"] is True
    talk.happen(expired)
    promised = talk.state.promised_at
    assert promised == SUNDAY + 26 * 3600 * 1000
    # Given to somebody and lost again before anybody has written: the promise stands, and isn't made anew.
    talk.happen(*work.assign(talk.state, BEN, talk.content, talk.now, "claimed", BEN))
    [again] = work.expire(talk.state, lease_of(talk, BEN), talk.content, talk.now + MINUTE, "absent")
    assert again.personal["text"] == "Ben left, you wait again."
    assert again.facts["promised_at"] == promised
    # Kept by a word, it is no more.
    talk.happen(*work.write(talk.state, BEN, "hello"))
    talk.now += 40 * 3600 * 1000 + 4 * 3600 * 1000  # Monday, open
    [kept] = work.expire(talk.state, lease_of(talk, BEN), talk.content, SUNDAY + 25 * 3600 * 1000, "absent")
    assert "promised_at" not in kept.facts


def test_a_promise_that_was_broken_is_made_anew_while_closed_and_still_owed_while_open(shop: Content) -> None:
    talk = Talk(with_hours(shop), now=SUNDAY)
    talk.say("a person", understood("person"))
    talk.happen(*work.assign(talk.state, ANNA, talk.content, talk.now, "claimed", ANNA))
    lease, hour = lease_of(talk), 3600 * 1000
    [owed] = work.expire(talk.state, lease, talk.content, SUNDAY + 28 * hour, "absent")
    assert owed.facts["promised_at"] == SUNDAY + 26 * hour
    [anew] = work.expire(talk.state, lease, talk.content, SUNDAY + 40 * hour, "absent")
    assert anew.facts["promised_at"] == SUNDAY + 50 * hour


def test_notes_are_for_who_has_it_for_supervisors_and_where_nobody_has_it(annas: Talk) -> None:
    for state, agent in (
        (annas.state, ANNA),
        (annas.state, SUE),
        (State(), BEN),
        (State(owner=QUEUED), BEN),
    ):
        [noted] = work.note(state, agent, "rings on Monday")
        assert (noted.type, noted.personal["text"]) == ("note.added", "rings on Monday")
        assert "rings" not in str(noted.facts)
    with pytest.raises(Refused, match="another agent"):
        work.note(annas.state, BEN, "mine")


def message(type_: str = "message.received", **facts: object) -> Touchpoint:
    return Touchpoint("t2", "conversation/c", 2, type_, NOW, facts, {})


def test_a_correction_names_the_message_and_what_it_was_taken_for(annas: Talk) -> None:
    received = message(intent="hours")
    [corrected] = work.correct(annas.state, ANNA, annas.content, received, "stores")
    facts = corrected.facts
    assert (facts["corrected_seq"], facts["intent"], facts["was"]) == (2, "stores", "hours")
    [unknown] = work.correct(annas.state, ANNA, annas.content, message(), "out_of_scope")
    assert (unknown.facts["intent"], "was" in unknown.facts) == ("out_of_scope", False)


def test_a_correction_needs_a_message_and_an_intent_that_exist(annas: Talk) -> None:
    with pytest.raises(Refused, match="no message"):
        work.correct(annas.state, ANNA, annas.content, None, "hours")
    with pytest.raises(Refused, match="no message"):
        work.correct(annas.state, ANNA, annas.content, message("message.sent"), "hours")
    with pytest.raises(Refused, match="no intent `nonsense`"):
        work.correct(annas.state, ANNA, annas.content, message(), "nonsense")
    with pytest.raises(Refused, match="another agent"):
        work.correct(annas.state, BEN, annas.content, message(), "hours")


def test_blocking_is_told_once_and_lifted_once(annas: Talk) -> None:
    assert work.block(annas.state, SUE, False) == []
    annas.happen(*work.block(annas.state, SUE, True))
    assert (annas.state.blocked, annas.state.blocked_by) == (True, "sue-id")
    assert work.block(annas.state, SUE, True) == []
    annas.happen(*work.block(annas.state, SUE, False))
    assert not annas.state.blocked


def test_every_text_for_the_customer_is_in_their_language_and_names_them(annas: Talk, content: Content) -> None:
    """The content that ships: nothing is left in braces, and the two languages differ."""
    said: dict[str, list[str]] = {}
    for locale in ("en", "de"):
        state = annas.state._replace(locale=locale, name="Mila")
        drafts: list[Draft] = [
            *work.take_over(state, BEN, content),
            *work.pass_to_skill(state, ANNA, content, NOW, "orders", None),
            *work.pass_to_agent(state, ANNA, content, BEN, None),
            *work.give_back(state, ANNA, content, None),
            *work.expire(state, lease_of(annas), content, NOW, "absent"),
            *work.resolve(state, ANNA, content, "spam"),
            *work.leave(state._replace(owner=QUEUED), content, NOW),
        ]
        said[locale] = [draft.personal["text"] for draft in drafts]
    assert len(said["en"]) == len(said["de"]) == 7
    assert not set(said["en"]) & set(said["de"])
    assert not any("{" in text for text in (*said["en"], *said["de"]))
    named = replace(
        content,
        bot=content.bot.model_copy(
            update={"texts": content.bot.texts.model_copy(update={"resolved": content.bot.texts.feedback_thanks})}
        ),
    )
    [closed] = work.resolve(annas.state._replace(name="Mila"), ANNA, named, "spam")
    assert closed.personal["text"] == "Thank you for telling us, Mila."
