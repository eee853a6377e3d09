"""A password is checked for nobody as for somebody."""

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError

from bot.agents.passwords import Passwords


@pytest.mark.parametrize("hasher", [PasswordHasher(), PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)])
def test_nobodys_hash_is_checked_as_anybodys(hasher: PasswordHasher) -> None:
    nobody = Passwords(hasher)._nobody
    assert extract_parameters(nobody) == extract_parameters(hasher.hash("three calm herons"))
    with pytest.raises(VerifyMismatchError):  # it has been computed, not refused for its form
        hasher.verify(nobody, "three calm herons")
    assert Passwords(hasher)._nobody != nobody


async def test_nobody_has_no_password() -> None:
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    assert not await passwords.check("", "")
    assert await passwords.check(await passwords.hash("three calm herons"), "three calm herons")
    assert not await passwords.check(await passwords.hash("three calm herons"), "three calm heron")
