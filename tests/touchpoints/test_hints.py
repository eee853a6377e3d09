from contextlib import ExitStack

from bot.touchpoints.hints import STREAMS_A_CONVERSATION, Hint, Hints


async def test_a_hint_reaches_who_listens_to_the_conversation_or_to_all() -> None:
    hints = Hints()
    with hints.listen("a") as to_a, hints.listen("b") as to_b, hints.listen() as to_all:
        hints.publish(Hint("a", 1))
        hints.publish(Hint("a", 2))
        assert await to_a.wait(1) == [Hint("a", 1), Hint("a", 2)]
        assert await to_all.wait(1) == [Hint("a", 1), Hint("a", 2)]
        assert await to_b.wait(0.01) == []


async def test_who_has_left_is_told_nothing_and_kept_nowhere() -> None:
    hints = Hints()
    with hints.listen("a") as listener:
        pass
    hints.publish(Hint("a", 1))
    assert await listener.wait(0.01) == []
    assert not hints._of_conversation


async def test_closing_wakes_everybody_at_once_and_whoever_comes_later() -> None:
    hints = Hints()
    with hints.listen("a") as one, hints.listen() as other:
        hints.close()
        assert await one.wait(60) == await other.wait(60) == []
        assert one.closing
        assert other.closing
    with hints.listen("a") as late:
        assert late.closing


async def test_of_too_many_listeners_the_oldest_is_told_to_go_and_takes_nobody_along() -> None:
    hints = Hints()
    with ExitStack() as first:
        oldest = first.enter_context(hints.listen("a"))
        with ExitStack() as others:
            stranger = others.enter_context(hints.listen("b"))
            later = [others.enter_context(hints.listen("a")) for _ in range(STREAMS_A_CONVERSATION)]
            assert (oldest.closing, oldest.displaced) == (True, True)
            assert not any(one.closing for one in (*later, stranger))
            hints.publish(Hint("a", 1))
            assert await oldest.wait(60) == []
            assert await later[0].wait(60) == [Hint("a", 1)]
        with hints.listen("a"):
            first.close()
            assert hints.is_followed("a")
    assert not hints._of_conversation


async def test_too_many_hints_lose_the_oldest() -> None:
    hints = Hints()
    with hints.listen("a") as listener:
        for seq in range(5000):
            hints.publish(Hint("a", seq))
        told = await listener.wait(1)
    assert told[-1].seq == 4999
    assert len(told) == 1000


async def test_a_customers_place_is_told_to_that_customer_alone_and_followers_hear_of_all_at_once() -> None:
    hints = Hints()
    heard: list[Hint] = []
    hints.at_once(heard.append)
    with hints.listen("a") as to_a, hints.listen() as to_all:
        hints.publish(Hint("a", 0, "place"))
        assert await to_a.wait(1) == [Hint("a", 0, "place")]
        assert await to_all.wait(0.01) == []
    assert heard == [Hint("a", 0, "place")]
