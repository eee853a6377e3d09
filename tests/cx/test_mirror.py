"""The mirror: what it holds, that pieces give the same as the whole, and that it needs no more than the log."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from bot.content.schema import OUT_OF_SCOPE
from bot.cx import reporting
from bot.cx.installation import Installation, MirrorDamaged, again
from bot.cx.mirror import Mirror
from bot.cx.population import Happening, Truth, population
from bot.cx.report import maintainer
from bot.errors import Unavailable
from bot.touchpoints.facts import Facts
from tests.cx.conftest import CHAT, CONFIRMING, Measured
from tests.cx.logs import DAY, HOUR, START, Talk, talks, write, write_many

TABLES = ("stream", "touchpoint", "owner", "spell", "fold", "person", "visit", "episode")


def content(mirror: Mirror) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in the mirror, in an order that does not depend on how it came in."""
    return {table: mirror.database.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall() for table in TABLES}


def test_an_episode_is_one_row(measured: Measured) -> None:
    talk = Talk("a", channel="mail").opens(1, "greeting").says(2, "return_item", mood=-0.5)
    talk.hands_off(3, "policy").assigned(8).agent_says(9).says(10, "return_item", mood=0.5, in_scope=False)
    talk.closes(20, "resolved", outcome="refunded").offered(20).rates(21, 2).rates(22, 5)
    scope = measured(talk)
    names = (
        "opened_at, handoff_at, claimed_at, human_at, last_close_at, intent, stage, handoff_reason, channel, outcome"
    )
    ((*times, intent, stage, reason, channel, outcome),) = scope.rows(f"SELECT {names} FROM {{episodes}}")
    assert [(time - START) / 60_000 for time in times] == [1, 3, 8, 9, 20]
    assert (intent, stage, reason, channel, outcome) == ("return_item", "purchase", "policy", "mail", "refunded")
    assert scope.rows("SELECT csat, turns, handle_s, mood_start, mood_end FROM {episodes}") == [(5, 3, 720, -0.5, 0.5)]


def test_a_correction_says_what_it_was_about(measured: Measured) -> None:
    talk = Talk("a").opens(1, "track_order").add("intent.corrected", 2, corrected_seq=2, intent="invoice")
    assert measured(talk).rows("SELECT intent FROM {episodes}") == [("invoice",)]


def test_a_correction_brings_the_stage_of_what_it_was_about(measured: Measured) -> None:
    early = Talk("early").opens(0).add("intent.corrected", 1, corrected_seq=2, intent="choose_phone")
    known = Talk("known").opens(2, "choose_phone", stage="discovery")
    wrong = Talk("wrong").opens(3).says(4).add("intent.corrected", 5, corrected_seq=3, intent="choose_phone")
    out = Talk("out").opens(6, "", in_scope=False, stage=None)
    out.add("intent.corrected", 7, corrected_seq=2, intent="choose_phone")
    same = Talk("same").opens(8).add("intent.corrected", 9, corrected_seq=2, intent="invoice")
    same.add("intent.corrected", 10, corrected_seq=2, intent="track_order")
    moved = Talk("moved").opens(11, "choose_phone", stage="attraction")
    found = dict(measured(early, known, wrong, out, same, moved).rows("SELECT conversation_id, stage FROM {episodes}"))
    # Nobody had been understood so before the first one.
    assert found == {
        "early": None,
        "known": "discovery",
        "wrong": "discovery",
        "out": "discovery",
        "same": "purchase",
        "moved": "attraction",
    }


@pytest.mark.parametrize("none", sorted(OUT_OF_SCOPE))
def test_a_correction_to_none_of_these_is_no_intent(measured: Measured, none: str) -> None:
    only = Talk("a").opens(1).add("intent.corrected", 2, corrected_seq=2, intent=none)
    other = Talk("b").opens(3, "invoice").says(4).add("intent.corrected", 5, corrected_seq=3, intent=none)
    first = Talk("c").opens(6).add("intent.corrected", 7, corrected_seq=2, intent=none)
    first.add("intent.corrected", 8, corrected_seq=2, intent="invoice")
    scope = measured(only, other, first)
    found = scope.rows("SELECT conversation_id, intent, stage FROM {episodes} ORDER BY 1")
    assert found == [("a", None, None), ("b", "invoice", "purchase"), ("c", "invoice", "purchase")]
    told = str(maintainer.confusions(scope))
    assert "none of these" in told
    assert "out of scope" not in told


def test_only_the_last_correction_of_a_message_counts(measured: Measured) -> None:
    back = Talk("back").opens(1, "invoice").hands_off(2).assigned(3).agent_says(4)
    for at, intent in ((5, "return_item"), (6, "track_order"), (7, "invoice")):
        back.add("intent.corrected", at, corrected_seq=2, intent=intent)
    on = Talk("on").opens(1, "invoice").hands_off(2).assigned(3).agent_says(4)
    for at, intent in ((5, "return_item"), (6, "choose_phone")):
        on.add("intent.corrected", at, corrected_seq=2, intent=intent)
    scope = measured(back, on)
    confused = str(maintainer.confusions(scope))
    assert "choose phone" in confused
    assert "return item" not in confused
    assert "track order" not in confused
    # One of two right at a confidence of .9
    assert "differ by 0.40 on average" in str(maintainer.calibration(scope))


def test_thanks_after_the_answer_are_a_confirmation_and_before_it_are_none(measured: Measured) -> None:
    thanks = Talk("a").opens(1).answers(2).says(3, "thanks")
    politeness = Talk("b").opens(1, "thanks").answers(2, "thanks").says(3).answers(4)
    after_the_close = Talk("c").opens(1).answers(2).closes(5).says(6, "thanks", variant="courtesy")
    scope = measured(thanks, politeness, after_the_close)
    found = dict(scope.rows("SELECT conversation_id, confirmed FROM {episodes}"))
    assert found == {"a": True, "b": False, "c": True}


def test_a_word_on_an_answer_is_no_answer_itself(measured: Measured) -> None:
    ok = Talk("ok").opens(1).answers(2).says(3, in_scope=False).answers(3.1, "all_right")
    helped = Talk("helped").opens(1).answers(2).says(3, "thanks").answers(3.1, "all_right", confirmed=True)
    first = Talk("first").opens(1).answers(2).says(3, "thanks").says(4, in_scope=False).answers(4.1, "all_right")
    scope = measured(ok, helped, first)
    found = {
        name: (answer, confirmed)
        for name, answer, confirmed in scope.rows("SELECT conversation_id, answer_id, confirmed FROM {episodes}")
    }
    assert found == {"ok": ("track_order", False), "helped": ("track_order", True), "first": ("track_order", True)}


def test_a_goodbye_or_thanks_before_something_failed_are_no_confirmation(measured: Measured) -> None:
    def failed(talk: Talk, at: float) -> Talk:
        return talk.says(at, in_scope=False).add("fallback.given", at, actor_kind="bot")

    gave_up = failed(Talk("gave-up").opens(1).answers(2), 3).says(4, "complaint", mood=-0.9)
    failed(gave_up, 5).says(6, "goodbye")
    left = Talk("left").opens(1).answers(2).says(3, "goodbye")
    in_vain = failed(Talk("in-vain").opens(1).answers(2), 3).says(4, "thanks")
    bitter = Talk("bitter").opens(1).answers(2).says(3, "thanks", mood=-0.6)
    distressed = Talk("distressed").opens(1).answers(2, confirmed=True).says(3, "complaint", distressed=True)
    in_the_end = failed(Talk("in-the-end").opens(1, mood=-0.8), 2).says(3).answers(4).says(5, "thanks")
    of_the_first = Talk("of-the-first").opens(1).answers(2).says(3, "thanks").says(4, "invoice").answers(5, "invoice")
    corrected = Talk("corrected").opens(1).answers(2).says(3, "thanks")
    corrected.add("intent.corrected", 4, corrected_seq=4, intent="complaint")
    scope = measured(gave_up, left, in_vain, bitter, distressed, in_the_end, of_the_first, corrected)
    assert scope.rows("SELECT conversation_id FROM {episodes} WHERE confirmed") == [("in-the-end",)]


def test_a_linked_customer_is_one_person_and_an_undone_link_makes_two_again(measured: Measured) -> None:
    one, other = Talk("a", "known").opens(1), Talk("b", "unknown").opens(2)
    other.add("identity.linked", 3, known_ref="known")
    third = Talk("c", "stranger").opens(4).add("identity.linked", 5, known_ref="known")
    third.add("identity.unlinked", 6)
    scope = measured(one, other, third)
    people = dict(scope.rows("SELECT conversation_id, person FROM {episodes}"))
    assert people == {"a": "known", "b": "known", "c": "stranger"}
    assert scope.rows("SELECT previous_at IS NOT NULL FROM {episodes} ORDER BY opened_at") == [
        (False,),
        (True,),
        (False,),
    ]


def lived(seed: int, customers: int = 12) -> list[Happening]:
    """What some customers did, with links between them."""
    dice = random.Random(seed)
    happenings = population(Truth(), customers, START, START + 20 * DAY, seed)
    refs = sorted({one.customer_ref for one in happenings if one.customer_ref})
    for one in dice.sample(happenings, 6):
        if one.stream.startswith("conversation/"):
            facts = {"actor_kind": "system", "known_ref": dice.choice(refs)}
            kind = dice.choice(("identity.linked", "identity.unlinked"))
            happenings.append(Happening(one.stream, one.customer_ref, kind, one.time + HOUR, facts))
    return sorted(happenings, key=lambda one: one.time)


@pytest.mark.soak
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.integers(0, 10_000), some.lists(some.floats(0, 1), min_size=1, max_size=4))
def test_any_pieces_give_the_same_as_the_whole(
    tmp_path_factory: pytest.TempPathFactory, seed: int, cuts: list[float]
) -> None:
    check_pieces(tmp_path_factory.mktemp("pieces"), seed, cuts)


def test_pieces_give_the_same_as_the_whole(tmp_path: Path) -> None:
    check_pieces(tmp_path, 7, [0.3, 0.8])


def check_pieces(folder: Path, seed: int, cuts: list[float]) -> None:
    happenings = lived(seed)
    ends = [*sorted(int(cut * len(happenings)) for cut in cuts), len(happenings)]
    begin = 0
    for end in ends:
        write_many(folder / "bot.db", happenings[begin:end])
        begin = end
        with Mirror(folder / "pieces.duckdb", CHAT, CONFIRMING) as mirror:
            mirror.catch_up(folder / "bot.db")
            pieces = content(mirror)
    with Mirror(folder / "whole.duckdb", CHAT, CONFIRMING) as mirror:
        assert mirror.catch_up(folder / "bot.db") == len(happenings)
        assert content(mirror) == pieces
        assert mirror.catch_up(folder / "bot.db") == 0


def test_folding_in_parts_gives_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_many(tmp_path / "bot.db", lived(3))
    with Mirror(tmp_path / "whole.duckdb") as mirror:
        mirror.catch_up(tmp_path / "bot.db")
        whole = content(mirror)
    monkeypatch.setattr("bot.cx.mirror.FOLDED_AT_ONCE", 3)
    monkeypatch.setattr("bot.cx.mirror.CHUNK", 17)
    with Mirror(tmp_path / "parts.duckdb") as mirror:
        mirror.catch_up(tmp_path / "bot.db")
        assert content(mirror) == whole


def test_other_small_talk_folds_everything_again(tmp_path: Path) -> None:
    write(tmp_path / "bot.db", talks(Talk("a").opens(1, "track_order").says(2, "hello")))
    for chat, intent in (((), "hello"), (("hello",), "track_order")):
        with Mirror(tmp_path / "mirror.duckdb", chat) as mirror, Facts(tmp_path / "bot.db") as facts:
            # What takes as long as building it anew is announced as such.
            assert mirror.behind(facts) == facts.last_position()
            mirror.catch_up(tmp_path / "bot.db")
            assert mirror.behind(facts) == 0
            assert mirror.database.execute("SELECT intent FROM episode").fetchall() == [(intent,)]


def test_an_older_copy_of_the_log_is_read_from_its_beginning(tmp_path: Path) -> None:
    write(tmp_path / "new.db", talks(Talk("a").opens(1).answers(2)))
    write(tmp_path / "old.db", talks(Talk("b").opens(1)))
    with Mirror(tmp_path / "mirror.duckdb") as mirror:
        mirror.catch_up(tmp_path / "new.db")
        mirror.catch_up(tmp_path / "old.db")
        assert mirror.database.execute("SELECT conversation_id FROM episode").fetchall() == [("b",)]


def test_a_copy_that_was_put_back_and_went_on_is_another_history(tmp_path: Path) -> None:
    log, mirror_file = tmp_path / "bot.db", tmp_path / "mirror.duckdb"
    shared = talks(Talk("a").opens(1).answers(2))
    write(log, [*shared, *talks(Talk("lost", at=3).opens(4).answers(5))])
    with Mirror(mirror_file) as mirror:
        mirror.catch_up(log)
    for path in tmp_path.glob("bot.*"):
        path.unlink()
    write(log, [*shared, *talks(Talk("b", at=3).opens(4).answers(5).answers(6), Talk("c", at=7).opens(8))])
    with Mirror(mirror_file) as mirror:
        with Facts(log) as facts:
            assert mirror.behind(facts) == facts.last_position()
        mirror.catch_up(log)
        after = content(mirror)
        with Facts(log) as facts:
            assert mirror.behind(facts) == 0
    with Mirror(tmp_path / "anew.duckdb") as mirror:
        mirror.catch_up(log)
        assert content(mirror) == after


def test_it_holds_no_word_of_anybody(tmp_path: Path) -> None:
    write(tmp_path / "bot.db", talks(Talk("a").opens(1, unknown_fact="Eleonore Vandervelde")))
    with Mirror(tmp_path / "mirror.duckdb") as mirror:
        mirror.catch_up(tmp_path / "bot.db")
    assert b"Vandervelde" in (tmp_path / "bot.db").read_bytes() + (tmp_path / "bot.db-wal").read_bytes()
    assert b"Vandervelde" not in (tmp_path / "mirror.duckdb").read_bytes()


def test_a_missing_log_says_what_to_do(tmp_path: Path) -> None:
    with Mirror(tmp_path / "mirror.duckdb") as mirror, pytest.raises(Unavailable, match="bot serve"):
        mirror.catch_up(tmp_path / "none.db")


def cut(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


def overwritten(whole: bytes) -> bytes:
    return b"x" * 10_000


def flipped(whole: bytes) -> bytes:
    """Twenty thousand of every sixty thousand bytes are others, but for the headers."""
    return bytes(byte ^ 255 if place > 12_288 and place % 60_000 < 20_000 else byte for place, byte in enumerate(whole))


@pytest.mark.parametrize("damage", [cut, overwritten, flipped])
def test_a_damaged_mirror_is_made_anew(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    log, path = tmp_path / "bot.db", tmp_path / "bot.cx.duckdb"
    happenings = lived(4, 60)
    write_many(log, happenings[:-50])
    with Mirror(path, CHAT, CONFIRMING) as mirror:
        mirror.catch_up(log)
    path.write_bytes(damage(path.read_bytes()))
    write_many(log, happenings[-50:])
    installation = Installation(log, CHAT, CONFIRMING)
    page = again(lambda: (reporting.catch_up(installation), reporting.page_of(installation, "lead", "all", True))[1])
    assert "Hand-offs and why" in page
    with Mirror(path, CHAT, CONFIRMING) as mirror, Mirror(tmp_path / "whole.duckdb", CHAT, CONFIRMING) as whole:
        assert mirror.catch_up(log) == 0
        whole.catch_up(log)
        assert content(mirror) == content(whole)


def test_damage_that_a_question_comes_upon_throws_the_mirror_away(tmp_path: Path) -> None:
    path = tmp_path / "mirror.duckdb"
    with pytest.raises(MirrorDamaged, match="ask again, and it is made anew"), Mirror(path):
        raise duckdb.Error("Corrupt database file: computed checksum 1 does not match stored checksum 2")
    assert not path.exists()
    with pytest.raises(duckdb.BinderException), Mirror(path) as mirror:
        mirror.database.execute("SELECT nothing")
    assert path.exists()


def test_a_mirror_that_can_not_be_written_is_not_made_over_and_over(tmp_path: Path) -> None:
    (tmp_path / "mirror.duckdb").mkdir()
    with pytest.raises(Unavailable, match="mirror"), Mirror(tmp_path / "mirror.duckdb"):
        pass
