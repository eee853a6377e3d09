"""What each command about webhooks does: one function a command, no logic."""

import argparse

from bot.settings import Settings


def add(args: argparse.Namespace, settings: Settings) -> int:
    """Tell an address what happens in conversations; prints the secret that signs it, this once."""
    from bot.operations import systems

    webhook = systems.with_webhooks(settings, lambda webhooks: webhooks.add(args.url, args.type, args.texts))
    print(webhook.secrets[0].text)
    return 0


def show(args: argparse.Namespace, settings: Settings) -> int:
    """One webhook a line: id, address, how far it is, and what is wrong with it."""
    from bot.operations import systems

    for webhook, standing in systems.webhook_standings(settings):
        about = [webhook.id, webhook.url, ", ".join(webhook.types) or "all types"]
        about += ["with texts"] if webhook.texts else []
        about += [f"at {standing.position}", f"{standing.held} held", f"{standing.dead} dead"]
        about += [] if webhook.active else [f"off: {webhook.problem}" if webhook.problem else "off"]
        print("  ".join(about))
    return 0


def remove(args: argparse.Namespace, settings: Settings) -> int:
    """Forget a webhook, and what it could not send."""
    from bot.operations import systems

    systems.with_webhooks(settings, lambda webhooks: webhooks.remove(args.id))
    print(f"{args.id} is removed")
    return 0


def switch(args: argparse.Namespace, settings: Settings) -> int:
    """Switch a webhook on or off; switched on again, it goes on where it was."""
    from bot.operations import systems

    systems.with_webhooks(settings, lambda webhooks: webhooks.change(args.id, active=args.state == "on"))
    print(f"{args.id} is {args.state}")
    return 0


def rotate(args: argparse.Namespace, settings: Settings) -> int:
    """Make a new secret and print it, this once; the old one goes on signing beside it for a day."""
    from bot.operations import systems

    print(systems.with_webhooks(settings, lambda webhooks: webhooks.rotate(args.id)).secrets[0].text)
    return 0


def replay(args: argparse.Namespace, settings: Settings) -> int:
    """Send everything after a position of the log again, or the dead letters."""
    from bot.operations import systems

    if args.dead:
        count = systems.with_webhooks(settings, lambda webhooks: webhooks.revive(args.id))
        print(f"{count} dead letters are sent again by the running server")
    else:
        systems.with_webhooks(settings, lambda webhooks: webhooks.replay(args.id, args.start))
        print(f"everything after position {args.start} is sent again by the running server")
    return 0


def dead(args: argparse.Namespace, settings: Settings) -> int:
    """One dead letter a line: its position in the log, attempts, and why it was given up."""
    from bot.operations import systems

    for letter in systems.with_webhooks(settings, lambda webhooks: webhooks.dead(args.id)):
        print(f"{letter.position}  {letter.attempts} attempts  {letter.error}")
    return 0
