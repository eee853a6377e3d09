"""Commands about the accounts of staff."""

import argparse
import getpass
import sys

from bot.errors import BotError
from bot.settings import Settings


def add(args: argparse.Namespace, settings: Settings) -> int:
    """Make an account for an agent, supervisor, admin or analyst."""
    from bot.operations import staff

    about = (args.email, args.role, args.name, args.skill, args.language, args.capacity)
    account = staff.add_user(settings, *about, _password(args))
    print(f"{account.email} can sign in as {account.role}")
    return 0


def show(args: argparse.Namespace, settings: Settings) -> int:
    """One account a line: address, role, name, skills."""
    from bot.operations import staff

    for account in staff.users(settings):
        about = [account.email, account.role, account.name, ", ".join(account.skills) or "all skills"]
        about += [", ".join(account.languages)] if account.languages else []
        about += [f"{account.capacity} at once"] if account.capacity else []
        about += ["second factor"] if staff.has_second_factor(account) else []
        print("  ".join([*about, "disabled"] if account.disabled else about))
    return 0


def disable(args: argparse.Namespace, settings: Settings) -> int:
    """End an account's sessions and let nobody sign in to it."""
    from bot.operations import staff

    staff.disable_user(settings, args.email)
    print(f"{args.email} is disabled")
    return 0


def enable(args: argparse.Namespace, settings: Settings) -> int:
    """Let somebody sign in to a disabled account again."""
    from bot.operations import staff

    staff.enable_user(settings, args.email)
    print(f"{args.email} can sign in again")
    return 0


def password(args: argparse.Namespace, settings: Settings) -> int:
    """Give an account a new password and end its sessions."""
    from bot.operations import staff

    staff.set_password(settings, args.email, _password(args))
    print(f"{args.email} has a new password; its sessions have ended")
    return 0


def second_factor(args: argparse.Namespace, settings: Settings) -> int:
    """Turn off the second factor of somebody who has lost it."""
    from bot.operations import staff

    was_on = staff.drop_second_factor(settings, args.email)
    print(f"{args.email} signs in without a second factor{'' if was_on else ', as before'}")
    return 0


def _password(args: argparse.Namespace) -> str:
    if args.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise BotError("a password is needed and nobody is there to type it; use --password-stdin")
    password = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != password:
        raise BotError("the two passwords are not the same; nothing was changed")
    return password
