"""Commands that write or read the log as a whole."""

import argparse
import json
from dataclasses import asdict
from functools import partial
from types import ModuleType

from bot.commands.printing import progress
from bot.cx.installation import Installation, again
from bot.errors import BotError
from bot.settings import Settings


def export(args: argparse.Namespace, settings: Settings) -> int:
    """Write the log, without what identifies anybody, to files that other programs read."""
    from bot.operations.export import Wanted
    from bot.operations.export import export as write

    wanted = Wanted(args.format, args.out, args.since, args.until, args.after, args.incremental, args.texts)
    written = write(settings, wanted)
    print(f"{written.count} touchpoints are in {args.out}, up to position {written.position}")
    return 0


def report(args: argparse.Namespace, settings: Settings) -> int:
    """Write the report on customer experience to a file."""
    reporting, installation = _reporting(settings)
    again(partial(reporting.write, installation, args.out, args.days, partial(progress, what="reading the log")))
    print(f"the report is in {args.out}")
    return 0


def alerts(args: argparse.Namespace, settings: Settings) -> int:
    """Print what stood out on the last whole day, a line each, and nothing on a quiet one."""
    reporting, installation = _reporting(settings)
    for one in again(partial(reporting.alerts_of, installation, partial(progress, what="reading the log"))):
        print(json.dumps(asdict(one)) if args.json else f"{one.kind}: {one.about}: {one.text}")
    return 0


def _reporting(settings: Settings) -> tuple[ModuleType, Installation]:
    """The module that reads the log, and what it reads; raises BotError where what it needs is not installed."""
    try:
        from bot.cx import reporting
    except ModuleNotFoundError as missing:
        raise BotError(f"the report needs {missing.name}, which isn't installed; use `make report`") from None
    from bot.assembly import installation_of
    from bot.content.content import load_content

    return reporting, installation_of(settings, load_content(settings.training_data))


def simulate(args: argparse.Namespace, settings: Settings) -> int:
    """Fill the log with simulated customers, marked as such."""
    from bot.operations.playing import simulate as fill

    fill(settings, args.customers, args.days, args.seed, partial(progress, what="simulating"))
    print(f"{args.customers} simulated customers are in {settings.database}")
    return 0
