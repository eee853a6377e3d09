"""What each command about API keys does: one function a command, no logic."""

import argparse

from bot.settings import Settings


def add(args: argparse.Namespace, settings: Settings) -> int:
    """Make an API key for another system and print it, alone and this once."""
    from bot.operations import systems

    print(systems.with_keys(settings, lambda keys: keys.add(args.name, args.scope, args.source)))
    return 0


def show(args: argparse.Namespace, settings: Settings) -> int:
    """One key a line: its name, what it is for, since when."""
    from bot.operations import systems
    from bot.records import timestamp

    for key in systems.with_keys(settings, lambda keys: keys.all()):
        about = [key.name, ", ".join(key.scopes), f"since {timestamp(key.created_at)[:10]}"]
        print("  ".join([*about, f"for {key.source} alone"] if key.source else about))
    return 0


def revoke(args: argparse.Namespace, settings: Settings) -> int:
    """Let a key open nothing any more, from the next request on."""
    from bot.operations import systems

    systems.with_keys(settings, lambda keys: keys.revoke(args.name))
    print(f"{args.name} is revoked")
    return 0
