"""What each command about customers' data and copies does: one function a command, no logic."""

import argparse
import json
import sys

from bot.settings import Settings


def erase(args: argparse.Namespace, settings: Settings) -> int:
    """Erase a customer for good: their key, the links, and every copy of what they said; counts stay."""
    from bot.operations import privacy

    erased, left, exports = privacy.erase(settings, args.customer)
    print(
        f"customer {erased.customer_ref} is erased: {erased.conversations} conversations, {erased.touchpoints} contents"
    )
    for path in left.gone:
        sys.stderr.write(
            f"bot: the copy of the keys {path} isn't there any more; if it was moved and not deleted, destroy it\n"
        )
    for path in left.unreachable:
        sys.stderr.write(
            f"bot: the copy of the keys {path} can't be reached and may hold theirs; put it back and run "
            f"`bot erase {erased.customer_ref}` again, or destroy it\n"
        )
    for path in exports:
        sys.stderr.write(
            f"bot: the export {path} can't be read or changed and may hold what they wrote; put that right and run "
            f"`bot erase {erased.customer_ref}` again, or destroy it\n"
        )
    return 1 if left.unreachable or exports else 0


def customer_export(args: argparse.Namespace, settings: Settings) -> int:
    """Print everything stored about a customer, as one JSON object."""
    from bot.operations import privacy

    text = json.dumps(privacy.customer_data(settings, args.customer), ensure_ascii=False, indent=1)
    if args.out is None:
        sys.stdout.write(text + "\n")
    else:
        privacy.write_privately(args.out, text + "\n")
        print(f"what is stored about the customer is in {args.out}")
    return 0


def retain(args: argparse.Namespace, settings: Settings) -> int:
    """Let go of personal content that was kept long enough, by class (BOT_RETENTION)."""
    from bot.operations import privacy

    dropped = privacy.retain(settings, args.dry_run)
    for name, days in privacy.retention_days(settings).items():
        kept = "kept for ever" if days is None else f"kept for {days} days"
        print(f"{name:<11} {kept}: {dropped[name]} {'would be' if args.dry_run else 'were'} let go of")
    return 0


def backup(args: argparse.Namespace, settings: Settings) -> int:
    """Put a sealed copy of the database into a folder, or with --keys one of the customers' keys."""
    from bot.operations import privacy

    print(privacy.back_up(settings, args.folder, args.keys))
    return 0


def restore(args: argparse.Namespace, settings: Settings) -> int:
    """Put a copy made by `bot backup` back; who has been erased stays erased."""
    from bot.operations import privacy

    for line in privacy.restore(settings, args.file):
        print(line)
    return 0
