"""What each command of `bot record` does: one function a command, no logic."""

import argparse

from bot.settings import Settings


def review(args: argparse.Namespace, settings: Settings) -> int:
    """Record that a quality review passed an episode, or not."""
    from bot.operations import records

    records.review(settings, args.conversation, args.episode, args.verdict == "passed")
    print(f"episode {args.episode} of {args.conversation} has {args.verdict}")
    return 0


def improvement(args: argparse.Namespace, settings: Settings) -> int:
    """Record what was improved, so that the report shows its metric before and after."""
    from bot.operations import records

    records.improvement(settings, args.title, args.metric, args.phase, args.since)
    print(f"recorded; `bot report` shows {args.metric} before and after")
    return 0
