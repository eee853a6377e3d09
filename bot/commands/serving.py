"""Commands that let the bot talk: to customers, and as its stories are written."""

import argparse
from dataclasses import replace
from functools import partial
from typing import Any

from bot.commands.printing import progress
from bot.settings import Settings


def serve(args: argparse.Namespace, settings: Settings) -> int:
    """Serve the bot until told to stop."""
    from bot.server import serve as run

    chosen: dict[str, Any] = {name: getattr(args, name) for name in ("host", "port") if getattr(args, name) is not None}
    run(replace(settings, **chosen))
    return 0


def test(args: argparse.Namespace, settings: Settings) -> int:
    """Play the stories: conversations that must go as they are written."""
    from bot.operations.playing import play_stories

    count, problems = play_stories(settings, args.path or settings.training_data, partial(progress, what="playing"))
    if problems:
        print("\n".join(problems))
        print(f"{len(problems)} of {count} stories go otherwise than they are written")
        return 1
    print(f"{count} stories, all as they are written")
    return 0
