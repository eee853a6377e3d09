"""The command line: which commands there are, what they take, and how they end."""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from bot import __version__
from bot.commands import keys, log, models, printing, privacy, records, serving, staff, webhooks
from bot.errors import BotError, ContentError
from bot.settings import Settings

SOURCES = ("rasa", "dialogflow", "luis", "watson", "csv", "jsonl")
SCOPES = ("touchpoints:write", "touchpoints:read")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 is done, 1 refused or failed, 2 wrong usage."""
    args = _parser().parse_args(arguments)
    try:
        code: int = args.command(args, Settings.from_environment(os.environ))
        sys.stdout.flush()
    except ContentError as error:
        for problem in error.problems:
            printing.tell(problem)
        return 1
    except BotError as error:
        printing.tell(str(error))
        return 1
    except OSError as error:
        if not isinstance(error, BrokenPipeError):
            printing.tell(f"{error.filename or 'the system'}: {error.strerror or error}")
            return 1
        # Whoever read the output has gone; without this, Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="bot", description="A support chatbot that a shop runs itself.")
    parser.add_argument("--version", action="version", version=f"bot {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    command = _command(commands, "train", models.train)
    command.add_argument("--data", metavar="PATH", type=Path, action="append", help="a file or folder with examples")
    command.add_argument("--seed", metavar="N", type=_seed, default=0, help="the same one gives the same model")
    command.add_argument("--promote", choices=("auto", "always", "never"), default="auto", help="auto: if not worse")
    command.add_argument(
        "--price", metavar="SHARE", type=_share, help="of the messages in scope, what the gate may turn away (0.05)"
    )
    command.add_argument("--no-word-vectors", action="store_true", help="learn nothing from what words mean")
    command.add_argument("--learning-curve", action="store_true", help="train on parts, too, for the report")
    _add(command, "--models", "--json", "--no-report")

    command = _command(commands, "classify", models.classify)
    _add(command, "--models", "--model")

    command = _command(commands, "explain", models.explain)
    command.add_argument("text", metavar="TEXT", help="the message; behind -- where it begins with a dash")
    _add(command, "--models", "--model", "--json")

    command = _command(commands, "evaluate", models.evaluate)
    command.add_argument("--data", metavar="FILE", type=Path, required=True, help="examples with their right intents")
    _add(command, "--models", "--model", "--json", "--no-report")

    data = _group(commands, "data", "look at training data")
    command = _command(data, "check", models.data_check)
    command.add_argument("path", metavar="PATH", type=Path, help="a file or folder with examples")
    command = _command(data, "import", models.data_import)
    command.add_argument("--from", dest="source", choices=SOURCES, required=True, help="luis: of CLU, too")
    command.add_argument("path", metavar="PATH", type=Path, help="the file, folder or zip archive that it exports")
    command.add_argument("--out", metavar="DIR", type=Path, required=True, help="a new folder for the content files")
    command.add_argument("--rename", action="store_true", help="change names of intents that content can't have")
    _command(data, "schema", models.data_schema)

    command = _command(commands, "test", serving.test)
    command.add_argument("path", metavar="PATH", type=Path, nargs="?", help="a file or folder with stories")

    versions = _group(commands, "models", "look at versions and choose the serving one")
    _add(_command(versions, "list", models.models_list), "--models")
    command = _command(versions, "promote", models.models_promote)
    command.add_argument("version", metavar="VERSION", help="as `bot models list` shows it")
    _add(command, "--models")
    _add(_command(versions, "rollback", models.models_rollback), "--models")
    command = _command(commands, "serve", serving.serve)
    command.add_argument("--host", metavar="H", help="the address to listen on (BOT_HOST)")
    command.add_argument("--port", metavar="P", type=_port, help="the port to listen on (BOT_PORT)")

    _staff(_group(commands, "user", "accounts of staff"))
    _webhooks(_group(commands, "webhook", "telling other systems what happens"))
    _keys(_group(commands, "key", "API keys of other systems"))
    _privacy(commands)
    _log(commands)
    return parser


def _staff(user: Any) -> None:
    command = _command(user, "add", staff.add)
    command.add_argument("email", metavar="EMAIL")
    command.add_argument("--role", required=True, choices=("agent", "supervisor", "admin", "analyst"))
    command.add_argument("--name", metavar="NAME", help="what customers see; without it, what stands before the @")
    command.add_argument("--skill", metavar="SKILL", action="append", default=[], help="without any: everything")
    command.add_argument("--language", metavar="TAG", action="append", default=[], help="such as de; none: any")
    command.add_argument("--capacity", metavar="N", type=int, help="conversations at once; none: what the content says")
    _add(command, "--password-stdin")
    _command(user, "list", staff.show)
    _command(user, "disable", staff.disable).add_argument("email", metavar="EMAIL")
    _command(user, "enable", staff.enable).add_argument("email", metavar="EMAIL")
    command = _command(user, "password", staff.password)
    command.add_argument("email", metavar="EMAIL")
    _add(command, "--password-stdin")
    command = _command(user, "second-factor", staff.second_factor)
    command.add_argument("email", metavar="EMAIL")
    command.add_argument("--off", action="store_true", required=True, help="it can be turned on in the browser alone")


def _keys(key: Any) -> None:
    command = _command(key, "add", keys.add)
    command.add_argument("name", metavar="NAME", help="whose it is, such as orders")
    command.add_argument("--scope", choices=SCOPES, action="append", required=True, help="what for; may be repeated")
    command.add_argument("--source", metavar="URI", help="the only source it may report for; without one: any")
    _command(key, "list", keys.show)
    _command(key, "revoke", keys.revoke).add_argument("name", metavar="NAME", help="as `bot key list` shows it")


def _log(commands: Any) -> None:
    command = _command(commands, "export", log.export)
    command.add_argument("--format", choices=("jsonl", "csv", "parquet", "xes"), required=True)
    command.add_argument("--out", metavar="PATH", type=Path, required=True)
    command.add_argument("--since", metavar="TIME", type=_time, help="ISO 8601: what happened from then on")
    command.add_argument("--until", metavar="TIME", type=_time, help="ISO 8601: what happened before")
    command.add_argument("--after", metavar="POSITION", type=_position, default=0, help="what came after it")
    command.add_argument("--incremental", action="store_true", help="PATH is a folder: go on where it ended")
    command.add_argument("--texts", action="store_true", help="with what customers wrote, redacted, of who allows it")

    command = _command(commands, "report", log.report)
    command.add_argument(
        "--out", metavar="FILE.html", type=Path, required=True, help="one file that needs nothing else"
    )
    command.add_argument(
        "--days", metavar="N", type=_period, default="30", help="how many days up to the log's last, or `all`"
    )

    command = _command(commands, "alerts", log.alerts)
    _add(command, "--json")

    record = _group(commands, "record", "what the shop itself records of its service")
    command = _command(record, "review", records.review)
    command.add_argument("conversation", metavar="CONVERSATION")
    command.add_argument("episode", metavar="EPISODE", type=int)
    command.add_argument("verdict", choices=("passed", "failed"))
    command = _command(record, "improvement", records.improvement)
    command.add_argument("title", metavar="TITLE", help="what was changed; name no person")
    command.add_argument("--metric", required=True, help="by which it should show, such as csat or queue_wait")
    command.add_argument("--phase", choices=("assess", "map", "improve", "optimise", "manage"), default="improve")
    command.add_argument("--since", metavar="TIME", type=_time, help="ISO 8601: since when; now without it")

    command = _command(commands, "simulate", log.simulate)
    command.add_argument("--customers", metavar="N", type=_positive, default=200)
    command.add_argument("--days", metavar="N", type=_positive, default=14, help="over how many days up to now")
    command.add_argument("--seed", metavar="N", type=_seed, default=0, help="the same one gives the same customers")


def _privacy(commands: Any) -> None:
    who: dict[str, Any] = {"metavar": "CUSTOMER", "help": "the shop's own id of the customer, or our customer_ref"}
    _command(commands, "erase", privacy.erase).add_argument("customer", **who)
    command = _command(
        _group(commands, "customer", "what is stored about one customer"), "export", privacy.customer_export
    )
    command.add_argument("customer", **who)
    command.add_argument("--out", metavar="FILE", type=Path, help="in place of standard output")
    command = _command(commands, "retain", privacy.retain)
    command.add_argument("--dry-run", action="store_true", help="only say how much that would be")
    command = _command(commands, "backup", privacy.backup)
    command.add_argument("folder", metavar="FOLDER", type=Path)
    command.add_argument("--keys", action="store_true", help="the customers' keys, to be kept apart from the database")
    command = _command(commands, "restore", privacy.restore)
    command.add_argument("file", metavar="FILE", type=Path, help="a copy that `bot backup` made")


def _webhooks(webhook: Any) -> None:
    command = _command(webhook, "add", webhooks.add)
    command.add_argument("url", metavar="URL")
    command.add_argument(
        "--type", metavar="TYPE", action="append", default=[], help="without any: all of conversations"
    )
    command.add_argument("--texts", action="store_true", help="what people write goes along")
    _command(webhook, "list", webhooks.show)
    for name, function in (
        ("remove", webhooks.remove),
        ("rotate", webhooks.rotate),
        ("dead", webhooks.dead),
    ):
        _command(webhook, name, function).add_argument("id", metavar="ID", help="as `bot webhook list` shows it")
    command = _command(webhook, "switch", webhooks.switch)
    command.add_argument("id", metavar="ID")
    command.add_argument("state", choices=("on", "off"))
    command = _command(webhook, "replay", webhooks.replay)
    command.add_argument("id", metavar="ID")
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument("--from", dest="start", metavar="POSITION", type=_position, help="everything after it")
    what.add_argument("--dead", action="store_true", help="the dead letters")


_SHARED: dict[str, dict[str, Any]] = {
    "--models": {"metavar": "DIR", "type": Path, "help": "where versions are kept (BOT_MODELS)"},
    "--model": {"metavar": "VERSION", "help": "which one, in place of the promoted one"},
    "--password-stdin": {"action": "store_true", "help": "read the password from the first line of standard input"},
    "--no-report": {"action": "store_true", "help": "write no report.html beside the version"},
    "--json": {"action": "store_true", "help": "print one JSON object"},
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"bot: {message}; `{self.prog} --help` shows what is possible\n")


def _command(commands: Any, name: str, function: Any) -> argparse.ArgumentParser:
    line = str(function.__doc__).splitlines()[0]
    parser: argparse.ArgumentParser = commands.add_parser(name, help=line, description=line)
    parser.set_defaults(command=function)
    return parser


def _group(commands: Any, name: str, line: str) -> Any:
    return commands.add_parser(name, help=line, description=line).add_subparsers(metavar="COMMAND", required=True)


def _add(parser: argparse.ArgumentParser, *names: str) -> None:
    for name in names:
        parser.add_argument(name, **_SHARED[name])


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; it must be from 0 to 65535")
    return int(text)


def _position(text: str) -> int:
    if not text.isdecimal() or int(text) >= 2**53:
        raise argparse.ArgumentTypeError(f"{text!r} is no position; it must be a whole number from 0 on")
    return int(text)


def _positive(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 2**31:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of them; it must be a whole number from 1 on")
    return int(text)


def _period(text: str) -> str:
    if text != "all" and not (text.isdecimal() and 1 <= int(text) <= 3650):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days; write 1 to 3650, or all")
    return text


def _time(text: str) -> str:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        told = f"{text!r} is no date or time; write 2026-01-31 or 2026-01-31T12:00:00Z"
        raise argparse.ArgumentTypeError(told) from None
    return text


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 0.5:
        raise argparse.ArgumentTypeError(f"{text!r} is no share; it must be from 0 to 0.5, as 0.05 for one in twenty")
    return share


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) >= 2**31:
        raise argparse.ArgumentTypeError(f"{text!r} is no seed; it must be from 0 to {2**31 - 1}")
    return int(text)
