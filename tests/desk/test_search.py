"""Search on a real log: who finds what, what is never found again, and what never reaches the disk."""

import asyncio
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bot.agents.accounts import Account, Role
from bot.desk import search
from bot.desk.search import Search
from bot.dialogue.work import Agent
from bot.errors import Unavailable
from bot.records import Touchpoint, new_id
from bot.touchpoints.sealing import Vault
from bot.web.services import Services
from tests.conftest import Clock

BOSS = Account("boss-id", "boss@shop.example", "Boss", Role.SUPERVISOR)
ADMIN = Account("admin-id", "admin@shop.example", "Admin", Role.ADMIN)
ANALYST = Account("analyst-id", "analyst@shop.example", "Analyst", Role.ANALYST)
ANNA = Account("anna-id", "anna@shop.example", "Anna", Role.AGENT)
REPAIRS = Account("rita-id", "rita@shop.example", "Rita", Role.AGENT, ("repairs",))
GENERAL = Account("gus-id", "gus@shop.example", "Gus", Role.AGENT, ("general",))


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "PAUSE", 0)
    monkeypatch.setattr(search, "WAITS", 30)


async def begin(services: Services, *texts: str) -> str:
    conversation_id = (await services.start.begin(None, "en", None, None)).conversation_id
    for text in texts:
        await say(services, conversation_id, text)
    return conversation_id


async def say(services: Services, conversation_id: str, text: str) -> None:
    await services.receive.message(conversation_id, str(uuid.uuid4()), text)


async def hand_off(services: Services, conversation_id: str) -> None:
    await services.receive.quick_reply(conversation_id, str(uuid.uuid4()), "person")


async def found(services: Services, query: str, account: Account = BOSS, limit: int = 20) -> list[str]:
    return [one.conversation_id for one in (await services.search.find(account, query, limit)).found]


def acts(account: Account) -> Agent:
    return Agent(account.id, account.name)


async def test_what_was_written_is_found_and_what_is_new_as_well(services: Services, clock: Clock) -> None:
    first = await begin(services, "where is order 48213", "please hurry")
    clock.pass_(minutes=1)
    second = await begin(services, "order 48213 never came")
    assert await found(services, "48213") == [second, first]
    assert await found(services, "48213 hurry") == [first]
    assert await found(services, "48213", limit=1) == [second]
    answer = await services.search.find(BOSS, "HURR", 5)
    [hit] = answer.found
    owner = (await services.conversations.get(first)).state.owner.value
    assert (hit.snippet.text, hit.snippet.marks, hit.owner) == ("please hurry", ((7, 11),), owner)
    assert (hit.customer_name, answer.since, answer.reading) == (None, None, False)
    assert hit.time == clock.now - 60_000
    await say(services, first, "and order 48213 once more")
    third = await begin(services, "zebra")
    assert await found(services, "48213") == [first, second]
    assert await found(services, "zebra") == [third]


async def test_agents_words_and_notes_are_found_and_the_bots_are_not(services: Services) -> None:
    conversation_id = await begin(services, "how long is the warranty")
    answers = [one for one in await services.log.tail() if one.type == "answer.given"]
    said = answers[0].personal["text"].split()
    assert "years" in said or len(said) > 3
    await hand_off(services, conversation_id)
    await services.hand_off.claim(conversation_id, acts(ANNA))
    await services.hand_off.reply(conversation_id, acts(ANNA), str(uuid.uuid4()), "I'll send a courier")
    assert await found(services, "courier") == [conversation_id]
    only_the_bots = [word for word in said if len(word) > 6 and word.isalpha() and word.lower() != "warranty"]
    assert await found(services, only_the_bots[0]) == []


async def test_each_sees_what_they_may_see_of_what_is_over(services: Services) -> None:
    """Handed off for repairs and closed, handed off for general, never handed off, and one that waits."""
    past: dict[str, str] = {}
    for name, text in (("repairs", "how long is the warranty"), ("general", "hello there")):
        past[name] = await begin(services, text, f"needle {name}")
        await services.receive.quick_reply(past[name], str(uuid.uuid4()), "person")
    skills = {str(row["conversation_id"]): row["skill"] for row in await services.log.rows("queue")}
    assert (skills[past["repairs"]], skills[past["general"]]) == ("repairs", "general")
    for name in ("repairs", "general"):
        await services.hand_off.claim(past[name], acts(ANNA))
        await services.hand_off.resolve(past[name], acts(ANNA))
    past["bot"] = await begin(services, "how long is the warranty, needle")
    past["waiting"] = await begin(services, "hello there", "needle waits")
    await hand_off(services, past["waiting"])

    async def sees(account: Account) -> set[str]:
        ids = await found(services, "needle", account)
        by_search = {name for name, conversation_id in past.items() if conversation_id in ids}
        by_rule = {name for name, one in past.items() if await services.visibility.may_see(account, one)}
        assert by_search == by_rule
        return by_search

    everything = {"repairs", "general", "bot", "waiting"}
    assert await sees(BOSS) == await sees(ADMIN) == everything
    assert await sees(ANNA) == everything
    assert await sees(REPAIRS) == {"repairs"}
    assert await sees(GENERAL) == {"general", "waiting"}
    assert await sees(ANALYST) == set()
    took_part = Account(ANNA.id, ANNA.email, "Anna", Role.AGENT, ("refunds",))
    assert await sees(took_part) == {"repairs", "general"}
    assert await sees(Account("new-id", "new@shop.example", "New", Role.AGENT, ("refunds",))) == set()


async def test_what_reaches_further_back_than_the_index_is_judged_by_its_whole_past(
    services: Services, clock: Clock
) -> None:
    conversation_id = await begin(services, "how long is the warranty")
    await hand_off(services, conversation_id)
    await services.hand_off.claim(conversation_id, acts(ANNA))
    await services.hand_off.resolve(conversation_id, acts(ANNA))
    clock.pass_(days=200)
    await say(services, conversation_id, "needle")
    assert await found(services, "needle", REPAIRS) == [conversation_id]
    assert await found(services, "needle", GENERAL) == []


async def test_what_is_left_out_is_said(services: Services, clock: Clock) -> None:
    await begin(services, "old needle")
    old = clock.now
    clock.pass_(days=91)
    new = await begin(services, "new needle")
    answer = await services.search.find(BOSS, "needle", 50)
    assert [one.conversation_id for one in answer.found] == [new]
    assert answer.since == clock.now - search.REACHES_BACK > old


async def test_no_more_is_kept_than_the_most(services: Services, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST_TEXTS", 50)
    monkeypatch.setattr(search, "PAGE", 10)
    for n in range(60):
        await begin(services, f"needle n{n}")
    assert (await services.search.find(BOSS, "needle", 5)).since is not None
    assert await found(services, "n0") == []
    for n in range(60, 100):
        await begin(services, f"needle n{n}")
    assert len(await found(services, "n99")) == 1
    assert len(await found(services, "n70")) == 1
    assert services.search._index.texts <= 60


async def test_an_erased_customer_is_found_no_more(services: Services, settings: Any) -> None:
    gone, stays = await begin(services, "secret needle"), await begin(services, "needle")
    assert await found(services, "needle") == [stays, gone]
    ref = (await services.conversations.get(gone)).customer_ref
    vault: Vault = services.log._vault  # type: ignore[attr-defined]
    vault.destroy(ref)
    # The key alone is enough for nothing to be shown; the touchpoint lets go of the words as well.
    assert await found(services, "needle") == [stays]
    assert await found(services, "secret") == []
    erased = Touchpoint(new_id(), f"customer/{ref}", 1, "customer.erased", 0, {"actor_kind": "system"}, {}, ref)
    await services.log.append(erased.stream, 0, [erased])
    assert await found(services, "needle") == [stays]
    assert "secret" not in str(services.search._index._places)
    fresh = Search(services.log, services.visibility, services.conversations.clock)
    assert [one.conversation_id for one in (await fresh.find(BOSS, "needle", 5)).found] == [stays]


async def test_nothing_of_the_index_reaches_the_disk(services: Services, tmp_path: Path) -> None:
    await begin(services, "my word is xylophonequartz")
    before = {path: path.stat().st_size for path in tmp_path.rglob("*")}
    assert len(await found(services, "xylophone")) == 1
    assert set(tmp_path.rglob("*")) == set(before)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert b"xylophonequartz" not in path.read_bytes(), path


@pytest.mark.parametrize(
    "query",
    ['"', "' OR 1=1 --", "NEAR(a b)", "word*", "*", "\0", "a\0word", "(((", "w" * 10_000, "word " * 2_000, "^:-+"],
)
async def test_no_query_breaks_it(services: Services, query: str) -> None:
    conversation_id = await begin(services, "a word")
    assert set(await found(services, query)) <= {conversation_id}
    assert await found(services, "word") == [conversation_id]


@pytest.mark.parametrize("called", ["{}", "Customer {}", "customer  {}", "{} warranty"])
async def test_who_has_no_name_is_found_by_what_the_console_calls_them(services: Services, called: str) -> None:
    conversation_id = await begin(services, "how long is the warranty")
    await begin(services, "how long is the warranty")
    await say(services, conversation_id, "and for the case")
    assert await found(services, called.format(conversation_id[-6:])) == [conversation_id]
    assert await found(services, called.format(conversation_id[-6:].upper())) == [conversation_id]


async def test_many_searches_at_once_read_the_log_once(services: Services) -> None:
    for n in range(30):
        await begin(services, f"needle n{n}")
    answers = await asyncio.gather(*(found(services, f"needle n{n}") for n in range(30)))
    assert all(len(answer) >= 1 for answer in answers)
    assert services.search._index.texts == 30


async def test_while_the_past_is_still_being_read_it_answers_with_the_newest(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(30):
        await begin(services, f"needle n{n}")
    monkeypatch.setattr(search, "PAGE", 5)
    monkeypatch.setattr(search, "PAUSE", 0.2)
    monkeypatch.setattr(search, "WAITS", 0.3)
    answer = await services.search.find(BOSS, "needle", 50)
    assert answer.reading
    assert 0 < len(answer.found) < 30
    monkeypatch.setattr(search, "PAUSE", 0)
    monkeypatch.setattr(search, "WAITS", 30)
    answer = await services.search.find(BOSS, "needle", 50)
    assert (answer.reading, len(answer.found)) == (False, 30)


async def test_a_log_that_cannot_be_read_is_said_and_tried_again(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation_id = await begin(services, "needle")
    log = services.log
    with monkeypatch.context() as patch:

        async def fails(self: object) -> int:
            raise Unavailable("the database can't be read")

        patch.setattr(type(log), "last_position", fails)
        with pytest.raises(Unavailable):
            await found(services, "needle")
    assert await found(services, "needle") == [conversation_id]


async def test_what_was_read_before_a_failure_is_not_read_again(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "PAGE", 5)
    log, backwards = type(services.log), type(services.log).backwards
    calls = 0

    async def every_third_fails(*asked: Any, **more: Any) -> Any:
        nonlocal calls
        calls += search.TYPES in asked  # a page for the index, not what a hit says now
        if search.TYPES in asked and calls % 3 == 0:
            raise Unavailable("the database can't be read")
        return await backwards(*asked, **more)

    async def until_it_is_read() -> int:
        for _ in range(10):
            with suppress(Unavailable):
                await found(services, "needle")
                break
        return services.search._index.texts

    for texts in (20, 40):
        for _ in range(20):
            await begin(services, "needle")
        with monkeypatch.context() as patch:
            patch.setattr(log, "backwards", every_third_fails)
            assert await until_it_is_read() == texts


async def test_it_stops_reading_when_the_server_goes_down(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(10):
        await begin(services, f"needle n{n}")
    monkeypatch.setattr(search, "PAGE", 1)
    monkeypatch.setattr(search, "PAUSE", 5)
    monkeypatch.setattr(search, "WAITS", 0.05)
    assert (await services.search.find(BOSS, "needle", 5)).reading
    await services.search.close()
    assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
