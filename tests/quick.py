"""The bot's command line as it is, but for what makes a guess at a password expensive, which no test needs."""

import sys

from argon2 import PasswordHasher

from bot.agents import passwords
from bot.cli import main

HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""As secure as a test needs."""

if __name__ == "__main__":
    passwords.PasswordHasher = lambda: HASHER  # type: ignore[misc, assignment]
    sys.exit(main())
