"""One-time codes: the published test vectors, a clock that is off, and no code twice."""

from dataclasses import replace

import pyotp
import pytest

from bot.agents.accounts import Role
from bot.agents.second_factor import Seal, accepted_step, enrol, is_on
from bot.agents.staff import Staff
from bot.errors import BotError, CodeRequired, NotAuthenticated, Refused
from bot.touchpoints.log import TouchpointLog
from tests.agents.conftest import PASSWORD, happened
from tests.conftest import Clock

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # the key of RFC 6238's vectors, in Base32


@pytest.mark.parametrize(
    ("second", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_vectors_of_rfc_6238_are_accepted(second: int, code: str) -> None:
    assert accepted_step(SECRET, code, second * 1000, 0) == second // 30


def test_a_code_counts_one_step_early_or_late_and_only_once() -> None:
    now = 1111111109 * 1000
    step = accepted_step(SECRET, "081 804", now, 0)
    assert step == 1111111109 // 30
    assert accepted_step(SECRET, "081804", now + 30_000, 0) == step
    assert accepted_step(SECRET, "081804", now - 30_000, 0) == step
    assert accepted_step(SECRET, "081804", now + 90_000, 0) is None
    assert accepted_step(SECRET, "081804", now, step) is None


@pytest.mark.parametrize("code", ["", "123", "081805", "x" * 1000])
def test_anything_else_is_refused(code: str) -> None:
    assert accepted_step(SECRET, code, 1111111109 * 1000, 0) is None


def test_an_app_gets_a_new_secret_as_text_and_as_a_picture() -> None:
    one, other = enrol("anna@shop.example", "Copperfinch"), enrol("anna@shop.example", "Copperfinch")
    assert one.secret != other.secret
    assert one.uri.startswith(f"otpauth://totp/Copperfinch:anna%40shop.example?secret={one.secret}")
    assert one.svg.startswith("<svg")
    assert "http" not in one.svg.replace("http://www.w3.org/2000/svg", "")


async def test_it_counts_from_the_confirmation_on_and_is_kept_sealed(
    staff: Staff, log: TouchpointLog, clock: Clock
) -> None:
    anna = await staff.accounts.add("anna@shop.example", "Anna", Role.AGENT, (), PASSWORD)
    kept, session = await staff.sign_in.sign_in("anna@shop.example", PASSWORD)
    other, _ = await staff.sign_in.sign_in("anna@shop.example", PASSWORD)
    with pytest.raises(Refused, match="begin anew"):
        await staff.second_factors.confirm(anna.id, "123456", session.id)
    dropped = await staff.second_factors.offer(anna.id, "Shop")
    offered = await staff.second_factors.offer(anna.id, "Shop")
    assert offered.secret not in str(await log.rows("account"))
    await staff.sessions.find(other)
    for wrong in (pyotp.TOTP(dropped.secret).at(clock.now // 1000), "", "12345"):
        with pytest.raises(Refused, match="code is wrong"):
            await staff.second_factors.confirm(anna.id, wrong, session.id)
    code = pyotp.TOTP(offered.secret).at(clock.now // 1000)
    await staff.second_factors.confirm(anna.id, code, session.id)
    assert is_on(await staff.accounts.get(anna.id))
    await staff.sessions.find(kept)
    with pytest.raises(NotAuthenticated):
        await staff.sessions.find(other)
    with pytest.raises(CodeRequired):
        await staff.sign_in.sign_in("anna@shop.example", PASSWORD, code)
    with pytest.raises(Refused, match="on already"):
        await staff.second_factors.offer(anna.id, "Shop")
    assert (await happened(log))[-1][0] == "sign_in_failed"


async def test_it_can_be_turned_off_by_oneself_or_by_who_helps(staff: Staff, log: TouchpointLog, clock: Clock) -> None:
    anna = await staff.accounts.add("anna@shop.example", "Anna", Role.AGENT, (), PASSWORD)
    assert not await staff.second_factors.turn_off(anna.id, None)
    offered = await staff.second_factors.offer(anna.id, "Shop")
    assert not await staff.second_factors.turn_off(anna.id, anna.id)
    assert (await staff.accounts.get(anna.id)).second_factor is None
    offered = await staff.second_factors.offer(anna.id, "Shop")
    await staff.second_factors.confirm(anna.id, pyotp.TOTP(offered.secret).at(clock.now // 1000), "")
    assert await staff.second_factors.turn_off(anna.id, None)
    await staff.sign_in.sign_in("anna@shop.example", PASSWORD)
    told = [one for one in await happened(log) if one[0].startswith("second")]
    assert told == [("second_factor_on", anna.id, anna.id), ("second_factor_off", anna.id, None)]


async def test_a_secret_opens_for_its_account_in_its_state_with_its_installation(staff: Staff) -> None:
    anna = await staff.accounts.add("anna@shop.example", "Anna", Role.AGENT, (), PASSWORD)
    seal = Seal(b"a secret of the tests")
    on = replace(anna, second_factor=seal.seal(anna.id, Seal.ON, SECRET))
    assert seal.secret(on) == SECRET
    assert seal.secret(on, Seal.OFFERED) is None
    assert seal.secret(anna) is None
    offered = seal.seal(anna.id, Seal.OFFERED, SECRET)
    for forged in (
        replace(on, id="somebody else"),
        replace(on, second_factor=Seal.ON + offered[1:]),
    ):
        with pytest.raises(BotError, match="another secret"):
            seal.secret(forged)
    with pytest.raises(BotError, match="another secret"):
        Seal(b"another installation's").secret(on)
