from bot.conversations.watching import LASTS, Watching
from bot.dialogue.work import Agent
from tests.conftest import Clock

ANNA, BEN = Agent("anna-id", "Anna"), Agent("ben-id", "Ben")


def test_others_are_shown_as_long_as_they_look(clock: Clock) -> None:
    watching = Watching(clock)
    assert watching.look("c", ANNA)
    assert watching.look("c", BEN)
    assert watching.others("c", "anna-id") == [BEN]
    assert watching.others("c", "somebody") == [ANNA, BEN]
    assert watching.others("d", "anna-id") == []
    clock.now += LASTS - 1
    assert not watching.look("c", BEN)  # no news: it is known already
    clock.now += 1
    assert watching.others("c", "somebody") == [BEN]
    assert watching.leave("c", BEN)
    assert not watching.leave("c", BEN)
    assert watching.others("c", "somebody") == []


def test_nothing_is_kept_of_conversations_that_nobody_looks_at(clock: Clock) -> None:
    watching = Watching(clock)
    for number in range(100):
        watching.look(f"c{number}", ANNA)
    clock.now += LASTS
    watching.look("c", BEN)
    assert len(watching._looking) == 1
