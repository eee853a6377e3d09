"""Who gets whom: what must hold for any queue and any staff."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.agents.routing import Candidate, Request, route

SKILLS = ("general", "orders", "repairs")
LANGUAGES = ("de", "en", "fr")
AGENTS = tuple("abcdef")


@st.composite
def requests(draw: st.DrawFn) -> list[Request]:
    one = st.tuples(
        st.sampled_from(SKILLS), st.sampled_from([None, *LANGUAGES]), st.sampled_from([None, None, None, *AGENTS])
    )
    return [Request(f"c{number}", *each) for number, each in enumerate(draw(st.lists(one, max_size=20)))]


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    some = st.lists(st.sampled_from(SKILLS), unique=True, max_size=3).map(tuple)
    spoken = st.lists(st.sampled_from(LANGUAGES), unique=True, max_size=2).map(tuple)
    numbers = st.integers(0, 4)
    names = draw(st.lists(st.sampled_from(AGENTS), unique=True))
    return [
        Candidate(name, draw(some), draw(spoken), draw(numbers), draw(numbers), draw(st.integers(0, 9)))
        for name in names
    ]


@given(requests(), candidates())
def test_nobody_gets_too_much_or_what_they_cannot_and_nobody_waits_for_who_is_free(
    waiting: list[Request], staff: list[Candidate]
) -> None:
    pairs = route(waiting, staff)
    agents, asked = {one.agent_id: one for one in staff}, {one.conversation_id: one for one in waiting}
    assert len({conversation_id for conversation_id, _ in pairs}) == len(pairs)
    given_to = Counter(agent_id for _, agent_id in pairs)
    for conversation_id, agent_id in pairs:
        request, agent = asked[conversation_id], agents[agent_id]
        assert agent.can(request.skill)
        assert request.not_to != agent_id
        assert agent.load + given_to[agent_id] <= agent.capacity
    for request in waiting:
        if request.conversation_id not in dict(pairs):
            for agent in staff:
                has_room = agent.load + given_to[agent.agent_id] < agent.capacity
                assert not (has_room and agent.can(request.skill) and request.not_to != agent.agent_id)


@given(requests(), candidates())
def test_nobody_is_passed_by_who_came_later_for_the_same_skill(waiting: list[Request], staff: list[Candidate]) -> None:
    served = dict(route(waiting, staff))
    for number, request in enumerate(waiting):
        if request.conversation_id in served or request.not_to is not None:
            continue
        later = [one for one in waiting[number + 1 :] if one.skill == request.skill]
        assert not any(one.conversation_id in served for one in later)


@given(requests(), candidates())
def test_the_same_is_decided_whatever_order_agents_are_listed_in(
    waiting: list[Request], staff: list[Candidate]
) -> None:
    assert route(waiting, staff) == route(waiting, staff[::-1])


def agent(name: str, load: int = 0, idle_since: int = 0, languages: tuple[str, ...] = ()) -> Candidate:
    return Candidate(name, (), languages, 3, load, idle_since)


def test_the_language_is_preferred_and_never_required() -> None:
    german = Request("c", "general", "de")
    assert route([german], [agent("en", languages=("en",)), agent("de", 2, 9, ("de",))]) == [("c", "de")]
    assert route([german], [agent("en", languages=("en",))]) == [("c", "en")]


def test_the_least_busy_comes_first_and_of_those_the_longest_idle() -> None:
    anybody = [Request(f"c{number}", "general") for number in range(4)]
    staff = [agent("busy", load=1, idle_since=1), agent("late", idle_since=5), agent("early", idle_since=2)]
    assert route(anybody, staff) == [("c0", "early"), ("c1", "late"), ("c2", "busy"), ("c3", "early")]
