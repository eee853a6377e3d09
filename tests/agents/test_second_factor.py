"""One-time codes: the published test vectors, a clock that is off, and no code twice."""

import pytest

from bot.agents.second_factor import accepted_step, enrol

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
