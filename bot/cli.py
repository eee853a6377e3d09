"""The command line: one command a function, no logic.

A command imports what it needs when it runs, and only here: so that serving and classifying never load scikit-learn.
"""

import argparse
import getpass
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NoReturn

from bot import __version__
from bot.errors import BotError, ContentError
from bot.settings import Settings


def train(args: argparse.Namespace, settings: Settings) -> int:
    """Train on the examples, store the version, and promote it if it isn't worse."""
    from bot.content.content import load_content
    from bot.learning.corpus import read_corpus
    from bot.nlu.registry import Registry

    if not args.data:
        load_content(settings.training_data)
    corpus = read_corpus(args.data or [settings.training_data])
    try:
        from bot.learning.promotion import conclude, store
        from bot.learning.summary import as_object, as_page
        from bot.learning.training import train as fit
    except ModuleNotFoundError as missing:
        raise BotError(f"training needs {missing.name}, which isn't installed; use `make train`") from None

    started = time.perf_counter()
    trained = fit(corpus, seed=args.seed, progress=_progress)
    registry = Registry(args.models or settings.models)
    version = store(corpus, trained, args.seed, registry)
    outcome = conclude(corpus, trained, version, registry, args.promote)
    told = (corpus, trained, outcome, time.perf_counter() - started)
    print(json.dumps(as_object(*told)) if args.json else as_page(*told))
    return 0


def classify(args: argparse.Namespace, settings: Settings) -> int:
    """Answer each line of the standard input with one object."""
    classifier = _classifier(args, settings)
    for line in sys.stdin.buffer:
        text = line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", "replace")
        answer = asdict(classifier.classify(text))
        answer["alternatives"] = [{"intent": intent, "confidence": share} for intent, share in answer["alternatives"]]
        sys.stdout.buffer.write(json.dumps({"text": text, **answer}, ensure_ascii=False).encode() + b"\n")
        sys.stdout.buffer.flush()
    return 0


def evaluate(args: argparse.Namespace, settings: Settings) -> int:
    """Measure a version on examples it hasn't learnt."""
    from bot.learning.corpus import read_examples
    from bot.learning.evaluation import evaluate as measure

    classifier = _classifier(args, settings)
    examples = read_examples([args.data])
    answers = classifier.classify_many(example.text for example in examples)
    figures = measure([example.intent for example in examples], answers)
    rounded = {name: round(value, 4) for name, value in figures.items()}
    if args.json:
        print(json.dumps({**rounded, "model": classifier.version}))
    else:
        print("\n".join(f"{name:<17}  {value:>7}" for name, value in rounded.items()))
    return 0


def data_check(args: argparse.Namespace, settings: Settings) -> int:
    """Name everything in training data that is wrong or teaches the wrong thing."""
    from bot.learning.findings import check

    corpus, problems = check(args.path)
    if problems or corpus is None:
        print("\n".join(problems))
        return 1
    print(f"{len(corpus.examples)} examples of {len(set(corpus.intents))} intents, nothing wrong with them")
    return 0


def models_list(args: argparse.Namespace, settings: Settings) -> int:
    """One version a line, oldest first, with a star at the serving one."""
    from bot.nlu.registry import Registry

    registry = Registry(args.models or settings.models)
    serving = registry.promoted()
    manifests, problems = registry.survey()
    for manifest in manifests:
        star = "*" if manifest.version == serving else " "
        size = f"{len(manifest.intents)} intents, {manifest.examples} examples"
        print(
            f"{star} {manifest.version}  {manifest.created[:16]}  {size}, accuracy {manifest.metrics.get('accuracy')}"
        )
    for problem in problems:
        _tell(str(problem))
    return 0


def models_promote(args: argparse.Namespace, settings: Settings) -> int:
    """Make a version the serving one."""
    from bot.nlu.registry import Registry

    Registry(args.models or settings.models).promote(args.version)
    print(f"{args.version} is promoted; a running server takes it up by itself")
    return 0


def models_rollback(args: argparse.Namespace, settings: Settings) -> int:
    """Make the version that served before the serving one again."""
    from bot.nlu.registry import Registry

    version = Registry(args.models or settings.models).rollback()
    print(f"{version} is promoted again; a running server takes it up by itself")
    return 0


def serve(args: argparse.Namespace, settings: Settings) -> int:
    """Serve the bot until told to stop."""
    from bot.assembly import serve as run

    chosen: dict[str, Any] = {name: getattr(args, name) for name in ("host", "port") if getattr(args, name) is not None}
    run(replace(settings, **chosen))
    return 0


def user_add(args: argparse.Namespace, settings: Settings) -> int:
    """Make an account for an agent, supervisor, admin or analyst."""
    from bot import operations

    account = operations.add_user(settings, args.email, args.role, args.name, args.skill, _password(args))
    print(f"{account.email} can sign in as {account.role}")
    return 0


def user_list(args: argparse.Namespace, settings: Settings) -> int:
    """One account a line: address, role, name, skills."""
    from bot import operations

    for account in operations.users(settings):
        skills = ", ".join(account.skills) or "all skills"
        print(f"{account.email}  {account.role}  {account.name}  {skills}{'  disabled' if account.disabled else ''}")
    return 0


def user_disable(args: argparse.Namespace, settings: Settings) -> int:
    """End an account's sessions and let nobody sign in to it."""
    from bot import operations

    operations.disable_user(settings, args.email)
    print(f"{args.email} is disabled")
    return 0


def user_password(args: argparse.Namespace, settings: Settings) -> int:
    """Give an account a new password and end its sessions."""
    from bot import operations

    operations.set_password(settings, args.email, _password(args))
    print(f"{args.email} has a new password; its sessions have ended")
    return 0


def export(args: argparse.Namespace, settings: Settings) -> int:
    """Write the log, without personal content, to a file."""
    from bot import operations

    count = operations.export(settings, args.out, args.since, args.until)
    print(f"{count} touchpoints are in {args.out}")
    return 0


def simulate(args: argparse.Namespace, settings: Settings) -> int:
    """Fill the log with simulated customers, marked as such."""
    from bot import operations

    operations.simulate(settings, args.customers, args.days, args.seed, _simulated)
    print(f"{args.customers} simulated customers are in {settings.database}")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 is done, 1 refused or failed, 2 wrong usage."""
    args = _parser().parse_args(arguments)
    try:
        code: int = args.command(args, Settings.from_environment(os.environ))
        sys.stdout.flush()
    except ContentError as error:
        for problem in error.problems:
            _tell(problem)
        return 1
    except BotError as error:
        _tell(str(error))
        return 1
    except OSError as error:
        if not isinstance(error, BrokenPipeError):
            _tell(f"{error.filename or 'the system'}: {error.strerror or error}")
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

    command = _command(commands, "train", train)
    command.add_argument("--data", metavar="PATH", type=Path, action="append", help="a file or folder with examples")
    command.add_argument("--seed", metavar="N", type=_seed, default=0, help="the same one gives the same model")
    command.add_argument("--promote", choices=("auto", "always", "never"), default="auto", help="auto: if not worse")
    _add(command, "--models", "--json")

    command = _command(commands, "classify", classify)
    _add(command, "--models", "--model")

    command = _command(commands, "evaluate", evaluate)
    command.add_argument("--data", metavar="FILE", type=Path, required=True, help="examples with their right intents")
    _add(command, "--models", "--model", "--json")

    data = _group(commands, "data", "look at training data")
    command = _command(data, "check", data_check)
    command.add_argument("path", metavar="PATH", type=Path, help="a file or folder with examples")

    models = _group(commands, "models", "look at versions and choose the serving one")
    _add(_command(models, "list", models_list), "--models")
    command = _command(models, "promote", models_promote)
    command.add_argument("version", metavar="VERSION", help="as `bot models list` shows it")
    _add(command, "--models")
    _add(_command(models, "rollback", models_rollback), "--models")
    _installation(commands)
    return parser


def _installation(commands: Any) -> None:
    command = _command(commands, "serve", serve)
    command.add_argument("--host", metavar="H", help="the address to listen on (BOT_HOST)")
    command.add_argument("--port", metavar="P", type=_port, help="the port to listen on (BOT_PORT)")

    user = _group(commands, "user", "accounts of staff")
    command = _command(user, "add", user_add)
    command.add_argument("email", metavar="EMAIL")
    command.add_argument("--role", required=True, choices=("agent", "supervisor", "admin", "analyst"))
    command.add_argument("--name", metavar="NAME", help="what customers see; without it, what stands before the @")
    command.add_argument("--skill", metavar="SKILL", action="append", default=[], help="without any: everything")
    _add(command, "--password-stdin")
    _command(user, "list", user_list)
    _command(user, "disable", user_disable).add_argument("email", metavar="EMAIL")
    command = _command(user, "password", user_password)
    command.add_argument("email", metavar="EMAIL")
    _add(command, "--password-stdin")

    command = _command(commands, "export", export)
    command.add_argument("--format", choices=("jsonl",), required=True, help="jsonl: CloudEvents, one a line")
    command.add_argument("--out", metavar="PATH", type=Path, required=True)
    command.add_argument("--since", metavar="TIME", help="ISO 8601: what happened from then on")
    command.add_argument("--until", metavar="TIME", help="ISO 8601: what happened before")

    command = _command(commands, "simulate", simulate)
    command.add_argument("--customers", metavar="N", type=int, default=200)
    command.add_argument("--days", metavar="N", type=float, default=14.0, help="over how many days up to now")
    command.add_argument("--seed", metavar="N", type=_seed, default=0, help="the same one gives the same customers")


_SHARED: dict[str, dict[str, Any]] = {
    "--models": {"metavar": "DIR", "type": Path, "help": "where versions are kept (BOT_MODELS)"},
    "--model": {"metavar": "VERSION", "help": "which one, in place of the promoted one"},
    "--password-stdin": {"action": "store_true", "help": "read the password from the first line of standard input"},
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


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) >= 2**31:
        raise argparse.ArgumentTypeError(f"{text!r} is no seed; it must be from 0 to {2**31 - 1}")
    return int(text)


def _classifier(args: argparse.Namespace, settings: Settings) -> Any:
    from bot.nlu.registry import Registry

    registry = Registry(args.models or settings.models)
    version = args.model or registry.promoted()
    if version is None:
        raise BotError(f"no version is promoted in {registry.folder}; train one with `make train`")
    return registry.load(version)


def _password(args: argparse.Namespace) -> str:
    if args.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise BotError("a password is needed and nobody is there to type it; use --password-stdin")
    password = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != password:
        raise BotError("the two passwords are not the same; nothing was changed")
    return password


def _simulated(done: int, total: int) -> None:
    _progress(done, total, "simulating")


def _progress(done: int, total: int, what: str = "training") -> None:
    if sys.stderr.isatty():
        bar = "█" * (20 * done // total)
        sys.stderr.write(f"\r{what} {bar:░<20} {done}/{total}" if done < total else "\r\033[K")
        sys.stderr.flush()


def _tell(line: str) -> None:
    sys.stderr.write(f"bot: {line}\n")
