"""After an erasure nothing of the customer is in any file or answer, and every count is what it was."""

import asyncio
import json
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.agents.accounts import Role
from bot.dialogue.work import Agent
from bot.errors import BotError, NotAuthenticated, NotFound, Refused
from bot.operations.privacy import back_up, customer_data, erase, restore
from bot.settings import Settings
from bot.storage import open_log
from bot.touchpoints.sealing import Vault, open_file
from bot.web.services import Services
from tests.conftest import Client, Clock
from tests.conversations.test_customers import Shop
from tests.outside.test_events import event

LENA, MAX = "lena-4711", "max-4712"
SAID = {
    "text": "my Zanzibar parcel never came",
    "address": "Quittengasse 17",
    "email": "lena.sommerfeld@mail.example",
    "name": "Lena Sommerfeld",
    "comment": "Katastrophal wegen Quentin",
    "note": "she sounded like Ramona",
    "visit": "a look at Xylofon X9",
    "event id": "order-99887766",
    "callback": "+49 151 2345678",
}
AGENT = Agent("anna-id", "Anna")


@pytest.fixture
def shop(settings: Settings, clock: Clock) -> Shop:
    return Shop(settings, clock)


async def live(services: Services, shop: Shop, customer: str = LENA) -> dict[str, str]:
    """A customer's whole life here: an anonymous conversation linked later, one of their own, events, a visitor."""
    await services.noticing.look()  # as a server does from its beginning on
    identity = shop.identity(customer)
    identity = type(identity)(
        identity.id, identity.hash, identity.expires, {"name": SAID["name"], "email": SAID["email"]}
    )
    own = (await services.start.begin(None, "en", None, identity)).conversation_id
    anonymous = (await services.start.begin(None, "en", f"https://shop.example/{customer}", None)).conversation_id
    await say(services, anonymous, SAID["text"])
    await services.start.identify(anonymous, None, identity)
    await services.receive.quick_reply(anonymous, str(uuid.uuid4()), "person")
    await services.hand_off.claim(anonymous, AGENT)
    await services.hand_off.reply(anonymous, AGENT, str(uuid.uuid4()), f"Dear {SAID['name']}")
    await services.remarks.note(anonymous, AGENT, SAID["note"], None)
    await services.hand_off.resolve(anonymous, AGENT)
    await services.feedback.give(anonymous, str(uuid.uuid4()), 1, "csat", 1, SAID["comment"])
    await say(services, own, f"I live at {SAID['address']}, call {SAID['callback']}")
    await services.receive.quick_reply(own, str(uuid.uuid4()), "person")
    taken = await services.ingest.take(
        [
            event(id=SAID["event id"] + customer, data={"customer_id": customer, "item": SAID["visit"], "amount": 3}),
            event(id="v" + customer, type="shop.visit", data={"anonymous_id": "c-" + customer, "page": SAID["visit"]}),
            event(id="w" + customer, data={"anonymous_id": "c-" + customer, "customer_id": customer}),
        ]
    )
    assert (taken.accepted, taken.rejected) == (3, [])
    return {"anonymous": anonymous, "own": own}


async def say(services: Services, conversation_id: str, text: str) -> None:
    await services.receive.message(conversation_id, str(uuid.uuid4()), text)


def files(folder: Path) -> Iterator[Path]:
    yield from (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".json")


def found_in_files(folder: Path, *more: str) -> list[tuple[str, str]]:
    """Where any of the customer's strings is, as it stands or in JSON."""
    strings = [*SAID.values(), LENA, *more]
    forms = {text: {text.encode(), json.dumps(text)[1:-1].encode(), text.encode("utf-16-le")} for text in strings}
    return [
        (path.name, text)
        for path in files(folder)
        for text, bytes_ in forms.items()
        if any(one in path.read_bytes() for one in bytes_)
    ]


async def counts(services: Services) -> Counter[str]:
    return Counter(one.type for one in await services.log.tail(0, 10_000) if one.type != "customer.erased")


async def readable(services: Services) -> str:
    return json.dumps([dict(one.personal) for one in await services.log.tail(0, 10_000)])


async def test_nothing_of_them_is_left_and_counts_and_journeys_stay(
    services: Services, settings: Settings, shop: Shop, client: Client
) -> None:
    theirs = await live(services, shop)
    others = await live(services, shop, MAX)
    account = await services.accounts.add("anna@shop.example", "Anna", Role.SUPERVISOR)
    assert len((await services.search.find(account, "zanzibar", 10)).found) == 2
    token, said = services.access.give(theirs["anonymous"]), await readable(services)
    before, journey = await counts(services), [one.facts.get("stage") for one in await services.log.tail(0, 10_000)]
    keys = back_up(settings, settings.database.parent / "safe", keys=True)
    back_up(settings, settings.database.parent / "copies", keys=False)
    erased, copies, _ = await in_thread(erase, settings, LENA)
    assert (erased.conversations, copies.gone, copies.unreachable) == (2, [], [])
    assert erased.touchpoints > 10

    # In a server that runs beside it, from the next look on.
    await services.noticing.look()
    with pytest.raises(NotAuthenticated):
        await services.access.check(f"Bearer {token}", theirs["anonymous"])
    state = (await services.conversations.get(theirs["own"])).state
    assert (state.owner, state.customer, state.opened_text, state.name) == ("closed", {}, "", None)
    assert [one.conversation_id for one in (await services.search.find(account, "zanzibar", 10)).found] == [
        others["anonymous"]
    ]
    assert theirs["own"] not in [row["conversation_id"] for row in await services.log.rows("queue")]
    left = await readable(services)
    assert left.count("Zanzibar") * 2 == said.count("Zanzibar")  # Max wrote the same
    assert LENA not in left

    # In every file, also of the copies and once they are opened.
    opened = settings.database.parent / "opened"
    open_file(keys, opened, services_key(settings))
    assert found_in_files(settings.database.parent) == []
    vault = Vault(opened, services_key(settings))
    assert not any(vault.open(ref, "", b"x" * 40) for ref in vault.erased())
    refs = {row["customer_ref"] for row in await services.log.rows("erased")}
    assert len(refs) == 3
    assert all(vault._key(str(ref)) is None for ref in refs)
    vault.close()

    # What happened stays, and two more touchpoints say that the open episode ended.
    assert (await counts(services)) - before == Counter({"episode.closed": 1})
    assert before - (await counts(services)) == Counter()
    assert [one.facts.get("stage") for one in await services.log.tail(0, 10_000)][: len(journey)] == journey
    with pytest.raises(NotFound):
        await in_thread(erase, settings, LENA)
    again, _, _ = await in_thread(erase, settings, erased.customer_ref)
    assert again.customer_ref == erased.customer_ref


async def test_they_may_come_back_as_somebody_new(services: Services, settings: Settings, shop: Shop) -> None:
    await live(services, shop)
    first = {row["customer_ref"] for row in await services.log.rows("identity")}
    await in_thread(erase, settings, LENA)
    await services.noticing.look()
    repeated = event(id=SAID["event id"] + LENA, data={"customer_id": LENA, "item": "again"})
    assert (await services.ingest.take([repeated])).duplicates == 1
    client_id = str(uuid.uuid4())
    begun = await services.start.begin(client_id, "en", None, shop.identity(LENA))
    assert begun.new
    await say(services, begun.conversation_id, "where is order 48213")
    assert {row["customer_ref"] for row in await services.log.rows("identity")} & first == set()
    await in_thread(erase, settings, LENA)
    with pytest.raises(Refused, match="erased"):
        await services.start.begin(client_id, "en", None, shop.identity(LENA))
    gone = next(iter(first))
    [named] = (await services.ingest.take([event(id="new", data={"customer_ref": gone})])).rejected
    assert "customer_ref" in named[1]


async def test_who_was_taken_for_somebody_loses_nothing_but_that(
    services: Services, settings: Settings, shop: Shop
) -> None:
    """A conversation that was linked by mistake and unlinked is somebody else's, but for who it said it was."""
    mine = (await services.start.begin(None, "en", None, None)).conversation_id
    await say(services, mine, "where is order 48213")
    identity = shop.identity(LENA)
    own = (await services.start.begin(None, "en", None, identity)).conversation_id
    await services.start.identify(mine, None, identity)
    await services.start.release(mine)
    assert not (await services.start.release(mine)).touchpoints
    with pytest.raises(Refused, match="nobody else's"):
        await services.start.release(own)
    await in_thread(erase, settings, LENA)
    await services.noticing.look()
    said = [one.personal for one in await services.log.read(f"conversation/{mine}")]
    assert "48213" in str(said)
    assert LENA not in str(said)


@pytest.mark.parametrize("keys_too", [False, True])
async def test_a_copy_that_is_put_back_brings_nobody_back(
    services: Services, settings: Settings, shop: Shop, keys_too: bool
) -> None:
    await live(services, shop)
    other = (await live(services, shop, MAX))["own"]
    folder = settings.database.parent
    database, keys = back_up(settings, folder / "copies", False), back_up(settings, folder / "safe", True)
    hidden = keys.rename(folder / "elsewhere.keys-backup")  # the copy that nobody could reach
    with pytest.raises(Refused, match="stop it first"):
        await in_thread(restore, settings, database)
    erased, left, _ = await in_thread(erase, settings, LENA)
    assert (left.gone, left.unreachable) == ([keys], [])
    _, left, _ = await in_thread(erase, settings, erased.customer_ref)
    assert (left.gone, left.unreachable) == ([], [])  # told of once
    await services.log.close()
    [told] = await in_thread(restore, settings, database)
    assert "3 customers are erased" in told
    if keys_too:
        settings.database.with_suffix(".keys").unlink()  # the log alone remembers who was erased
        [told] = await in_thread(restore, settings, hidden)
        assert told.endswith("3 of erased customers were left out")
    assert found_in_files(folder) == []
    with pytest.raises(NotFound):
        await in_thread(erase, settings, LENA)
    data = await in_thread(customer_data, settings, erased.customer_ref)
    assert not set(SAID.values()) & set(json.dumps(data).split('"'))
    assert other in json.dumps(await in_thread(customer_data, settings, MAX))
    assert SAID["text"] in json.dumps(await in_thread(customer_data, settings, MAX))


async def test_a_copy_of_the_keys_on_a_disk_that_is_away_is_named_until_it_is_back(
    services: Services, settings: Settings, shop: Shop
) -> None:
    await live(services, shop)
    folder = settings.database.parent
    keys = back_up(settings, folder / "safe", keys=True)
    away = (folder / "safe").rename(folder / "away")
    for _ in range(2):
        ref = next(str(row["customer_ref"]) for row in await services.log.rows("conversation"))
        erased, left, _ = await in_thread(erase, settings, ref)
        assert (left.gone, left.unreachable) == ([], [keys])
    away.rename(folder / "safe")
    _, left, _ = await in_thread(erase, settings, erased.customer_ref)
    assert (left.gone, left.unreachable) == ([], [])
    open_file(keys, folder / "opened", services_key(settings))
    vault = Vault(folder / "opened", services_key(settings))
    assert vault._key(ref) is None
    vault.close()


@pytest.mark.parametrize("damaged_at", [0, 8192])
async def test_a_copy_is_put_back_in_the_place_of_a_damaged_database(
    services: Services, settings: Settings, damaged_at: int
) -> None:
    begun = await services.start.begin(None, "en", None, None)
    await say(services, begun.conversation_id, "hello")
    copy = back_up(settings, settings.database.parent / "copies", False)
    await services.log.close()
    good = settings.database.read_bytes()
    settings.database.write_bytes(good[:damaged_at] + b"\xaa" * 60_000 + good[damaged_at + 60_000 :])
    about_the_damaged, _ = await in_thread(restore, settings, copy)
    kept = Path(about_the_damaged.removesuffix(" now").rpartition(" ")[2])
    assert b"\xaa" * 60_000 in kept.read_bytes()
    log, vault = open_log(settings)
    assert len(await log.read(f"conversation/{begun.conversation_id}")) > 1
    await log.close()
    vault.close()


async def test_what_is_no_copy_is_refused_and_changes_nothing(services: Services, settings: Settings) -> None:
    folder = settings.database.parent
    copy = back_up(settings, folder / "copies", False)
    copy.write_bytes(copy.read_bytes()[:-1])
    await services.log.close()
    before = settings.database.read_bytes()
    for path, reason in ((copy, "damaged"), (folder / "none", "no file"), (settings.database, "no copy")):
        with pytest.raises(BotError, match=reason):
            await in_thread(restore, settings, path)
    assert settings.database.read_bytes() == before


async def test_an_erasure_that_was_cut_off_is_ended_by_doing_it_again(
    services: Services, settings: Settings, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await live(services, shop)

    def die(vault: Vault, *refs: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Vault, "destroy", die)
        with pytest.raises(KeyboardInterrupt):
            await in_thread(erase, settings, LENA)
    await services.log.close()
    erased, _, _ = await in_thread(erase, settings, LENA)
    assert erased.touchpoints > 10
    data = await in_thread(customer_data, settings, erased.customer_ref)
    assert SAID["text"] not in json.dumps(data)


async def test_a_customer_gets_everything_about_them(services: Services, settings: Settings, shop: Shop) -> None:
    await live(services, shop)
    await live(services, shop, MAX)
    data = json.dumps(await in_thread(customer_data, settings, LENA), ensure_ascii=False)
    assert [text for text in SAID.values() if text not in data] == []
    assert MAX not in data
    assert "fingerprint" not in data


def services_key(settings: Settings) -> bytes:
    return settings.database.with_suffix(".secret").read_text().strip().encode()


async def in_thread(act: Any, *arguments: Any) -> Any:
    """A command beside the server: in a thread with a loop of its own, and the files alone between them."""
    return await asyncio.to_thread(act, *arguments)
