"""Answers that go out by mail: to whom, when, in which words, and never twice."""

import asyncio
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import open_services
from bot.desk.letters import READER, AnswerLetters
from bot.errors import Unavailable
from bot.operations.privacy import erase
from bot.settings import Settings
from bot.touchpoints.log import Put, TouchpointLog
from bot.touchpoints.reader import at
from bot.web.services import Services
from tests.conftest import Client, Clock
from tests.mail.conftest import Postbox
from tests.mail.people import ADDRESS, Desk, sent, words


class Faulty:
    """The log, of which some calls fail for a while."""

    def __init__(self, log: TouchpointLog) -> None:
        self._log = log
        self.away = {"rows"}

    def __getattr__(self, name: str) -> Any:
        if name in self.away:
            raise Unavailable("the database is locked")
        return getattr(self._log, name)


async def test_the_answer_to_who_wrote_out_of_hours_goes_to_the_address_they_left(desk: Desk, postbox: Postbox) -> None:
    await desk.ask(locale="de")
    assert (await desk.leave_address()).status_code == 201
    await desk.claim()
    await desk.reply("Your parcel leaves today.")
    await desk.letters_go()
    [letter] = postbox.letters
    assert postbox.recipients == [ADDRESS]
    sent = [one for one in await desk.services.log.tail() if one.type == "message.sent"]
    assert letter["Message-ID"] == f"<{sent[0].id}@shop.example>"
    text = words(letter)
    assert "Your parcel leaves today." in text
    assert "Anna" in text
    await desk.letters_go()
    assert len(postbox.letters) == 1


async def test_what_an_agent_writes_in_one_go_is_one_letter(desk: Desk, postbox: Postbox) -> None:
    await desk.ask()
    await desk.leave_address()
    await desk.claim()
    for text in ("First.", "Second.", "Third."):
        await desk.reply(text)
        desk.clock.pass_(minutes=0.5)
    await desk.letters_go()
    await desk.reply("Much later.")
    await desk.letters_go()
    first, second = (words(letter) for letter in postbox.letters)
    assert first.index("First.") < first.index("Second.") < first.index("Third.")
    assert "Much later." in second
    assert "Third." not in second


async def test_who_is_there_gets_no_letter(desk: Desk, postbox: Postbox) -> None:
    await desk.ask()
    await desk.leave_address()
    await desk.claim()
    with desk.services.hints.listen(desk.id):
        await desk.reply("You see this.")
        await desk.letters_go()
    await desk.reply("This too, as you answer.")
    await desk.client.say(desk.path, desk.opens, "Thank you")
    await desk.letters_go()
    assert postbox.letters == []


async def test_nobody_else_gets_one(desk: Desk, postbox: Postbox, clock: Clock) -> None:
    # No address.
    await desk.ask()
    await desk.claim()
    await desk.reply("Hello?")
    await desk.letters_go()
    # In hours.
    clock.pass_(days=1, hours=3)
    await desk.ask()
    await desk.leave_address()
    await desk.claim()
    await desk.reply("Hello?")
    await desk.letters_go()
    assert postbox.letters == []


async def test_the_letter_waits_a_minute_and_that_also_after_a_restart(
    desk: Desk, services: Services, postbox: Postbox, clock: Clock
) -> None:
    await desk.ask()
    await desk.leave_address()
    await desk.claim()
    await desk.reply("Your parcel leaves today.")
    clock.pass_(minutes=0.9)
    page = await services.log.tail()
    assert await services.answers.work(page) < page[-1].position
    clock.pass_(hours=1)
    restarted = AnswerLetters(services.log, services.hints, services.mail, services.serving, clock)
    assert await restarted.work(page) == page[0].position - 1
    clock.pass_(minutes=2)
    assert await restarted.work(page) == page[-1].position
    assert len(postbox.letters) == 1


async def test_an_answer_outlives_a_mail_server_that_puts_it_off(
    desk: Desk, services: Services, postbox: Postbox, clock: Clock
) -> None:
    await desk.ask()
    await desk.leave_address()
    await desk.claim()
    await desk.reply("Your parcel leaves today.")
    postbox.answers = ["451 later", "421 later still"]
    patient = AnswerLetters(services.log, services.hints, services.mail, services.serving, clock, delays=(0.02,))
    clock.pass_(minutes=2)
    page = await services.log.tail()
    assert await patient.work(page) == page[-1].position
    await asyncio.gather(*patient._put_off)
    assert (postbox.asked, len(postbox.letters)) == (3, 1)
    assert await services.log.rows("reader") == []


async def test_a_letter_that_is_put_off_holds_up_nobody_and_outlives_a_restart(
    desk: Desk, services: Services, postbox: Postbox, clock: Clock
) -> None:
    for text in ("To the first.", "To the second."):
        await desk.ask()
        await desk.leave_address()
        await desk.claim()
        await desk.reply(text)
    postbox.answers = ["451 later"]
    patient = AnswerLetters(services.log, services.hints, services.mail, services.serving, clock, delays=(600.0,))
    clock.pass_(minutes=2)
    done = 0
    while page := await services.log.tail(done, 200):
        done = await patient.work(page)
    assert ["To the second." in words(one) for one in postbox.letters] == [True]
    for task in patient._put_off:
        task.cancel()
    restarted = AnswerLetters(services.log, services.hints, services.mail, services.serving, clock, delays=(0.01,))
    await restarted._look_back()
    await asyncio.gather(*restarted._put_off)
    assert ["To the first." in words(one) for one in postbox.letters] == [False, True]
    assert await services.log.rows("reader") == []


async def test_letters_outlive_a_database_that_is_away_at_the_start(
    desk: Desk, services: Services, postbox: Postbox, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What had been put off goes once, and what is written later goes as well."""
    monkeypatch.setattr("bot.desk.letters.POLL", 0.02)
    await desk.ask()
    await desk.leave_address()
    await desk.claim()
    await desk.reply("Put off.")
    [answer] = [one for one in await services.log.tail() if one.type == "message.sent"]
    await services.log.write([Put("reader", {"name": "letters/" + answer.id, "position": answer.position - 1})])
    await services.log.write([at(READER, await services.log.last_position())])
    log = Faulty(services.log)
    restarted = AnswerLetters(log, services.hints, services.mail, services.serving, clock, delays=(0.02,))  # type: ignore[arg-type]
    clock.pass_(minutes=2)
    running = asyncio.create_task(restarted.run())
    try:
        await asyncio.sleep(0.1)
        assert (postbox.asked, running.done()) == (0, False)
        log.away = {"tail"}
        await asyncio.sleep(0.1)
        assert (postbox.asked, running.done()) == (0, False)
        log.away = set()
        await desk.ask()
        await desk.leave_address("other@example.com")
        await desk.claim()
        await desk.reply("Written later.")
        clock.pass_(minutes=2)
        for _ in range(200):
            if len(postbox.letters) > 1 and "letters/" not in str(await services.log.rows("reader")):
                break
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.1)
    finally:
        running.cancel()
    assert sorted(postbox.recipients) == [ADDRESS, "other@example.com"]


async def test_a_letter_that_waits_goes_with_its_customer(
    desk: Desk, services: Services, postbox: Postbox, clock: Clock, settings: Settings
) -> None:
    await services.noticing.look()
    await desk.ask()
    await desk.leave_address()
    await desk.claim()
    await desk.reply("Your parcel leaves today.")
    postbox.answers = ["451 later"]
    patient = AnswerLetters(services.log, services.hints, services.mail, services.serving, clock, delays=(2.0,))
    clock.pass_(minutes=2)
    page = await services.log.tail()
    assert await patient.work(page) == page[-1].position
    customer_ref = (await services.conversations.get(desk.id)).customer_ref
    await asyncio.to_thread(erase, settings, customer_ref)
    await services.noticing.look()
    await asyncio.gather(*patient._put_off)
    assert (postbox.asked, postbox.letters) == (1, [])


async def test_a_letter_that_is_refused_holds_up_nobody(
    desk: Desk, postbox: Postbox, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        await desk.ask()
        await desk.leave_address()
        await desk.claim()
        await desk.reply("Your parcel leaves today.")
    postbox.answers = ["554 no"]
    await desk.letters_go()
    assert len(postbox.letters) == 1
    assert "given up" in caplog.text


async def test_an_address_is_checked_and_kept_where_it_is_personal(desk: Desk, services: Services) -> None:
    await desk.ask()
    wrong = await desk.leave_address("mila@example.com\nBcc: all@shop.example")
    assert (wrong.status_code, wrong.json()["type"]) == (422, "invalid")
    once = str(uuid.uuid4())
    assert (await desk.leave_address(client_id=once)).status_code == 201
    assert (await desk.leave_address(client_id=once)).status_code == 200
    assert (await desk.leave_address("other@example.com", client_id=once)).status_code == 409
    [left] = [one for one in await services.log.tail() if one.type == "slot.filled"]
    assert left.personal["value"] == ADDRESS
    assert ADDRESS not in str(left.facts)
    stranger = await desk.client.post(f"{desk.path}/contact", json={"email": ADDRESS})
    assert stranger.status_code == 401
    _, others = await desk.client.begin()
    assert (await desk.client.post(f"{desk.path}/contact", json={"email": ADDRESS}, headers=others)).status_code == 403


async def test_staff_get_their_links_by_mail(client: Client, services: Services, postbox: Postbox) -> None:
    csrf = await client.sign_in(services, "boss@shop.example", role="admin", name="Bo")
    body = {"email": "new@shop.example", "role": "agent", "name": "Noa"}
    answer = await client.post("/api/agent/invitations", json=body, headers=csrf)
    assert (answer.status_code, answer.json()) == (201, {})
    assert (await client.post("/api/agent/password/forgot", json={"email": "boss@shop.example"})).status_code == 202
    await sent(services)
    invitation, reset = (words(letter) for letter in postbox.letters)
    assert postbox.recipients == ["new@shop.example", "boss@shop.example"]
    assert "Bo invites you" in invitation
    assert "http://bot.example/agent/#" in invitation
    assert "http://bot.example/agent/#" in reset


async def test_the_widget_is_told_whether_there_is_mail(client: Client) -> None:
    assert (await client.get("/api/widget")).json()["mail"] is True


async def test_without_mail_nothing_is_taken(models: Path, tmp_path: Path, settings: Settings, clock: Clock) -> None:
    bare = open_services(replace(settings, smtp=None, database=tmp_path / "other.db"), clock)
    try:
        async with Client(bare) as client:
            assert (await client.get("/api/widget")).json()["mail"] is False
            path, opens = await client.begin()
            for call in ("contact", "transcript"):
                answer = await client.post(f"{path}/{call}", json={"email": ADDRESS}, headers=opens)
                assert answer.status_code == 409
                assert "no mail" in answer.json()["detail"]
    finally:
        await bare.log.close()
