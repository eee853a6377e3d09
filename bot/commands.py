"""What each command of the command line does: one function a command, no logic.

A command imports what it needs when it runs, and only here: so that serving and classifying never load scikit-learn.
"""

import argparse
import getpass
import json
import sys
import time
from dataclasses import asdict, replace
from typing import Any

from bot.errors import BotError
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
        from bot.learning.report.learning_curve import learning_curve
        from bot.learning.report.write import report_on_training
        from bot.learning.summary import as_object, as_page
        from bot.learning.training import PRICE
        from bot.learning.training import train as fit
        from bot.learning.word_vectors import read_word_vectors
    except ModuleNotFoundError as missing:
        raise BotError(f"training needs {missing.name}, which isn't installed; use `make train`") from None

    started = time.perf_counter()
    price = PRICE if args.price is None else args.price
    vectors = None if args.no_word_vectors else read_word_vectors()
    trained = fit(corpus, seed=args.seed, price=price, progress=progress, vectors=vectors)
    registry = Registry(args.models or settings.models)
    version = store(corpus, trained, args.seed, registry)
    outcome = conclude(corpus, trained, version, registry, args.promote)
    report = None
    if not args.no_report:
        curve = learning_curve(corpus, args.seed, _measuring, vectors) if args.learning_curve else None
        try:
            report = report_on_training(corpus, trained, version, registry, curve)
        except OSError as error:  # the model is stored all the same
            tell(f"no report was written: {error.strerror or error}")
    told = (corpus, trained, outcome, report, time.perf_counter() - started)
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


def explain(args: argparse.Namespace, settings: Settings) -> int:
    """Say what speaks for and against each of the best intents of a message."""
    from bot.nlu.explanation import as_page, as_values
    from bot.nlu.explanation import explain as explained

    found = explained(_classifier(args, settings), args.text)
    print(json.dumps(as_values(found), ensure_ascii=False) if args.json else as_page(found))
    return 0


def evaluate(args: argparse.Namespace, settings: Settings) -> int:
    """Measure a version on examples it hasn't learnt."""
    from bot.learning.corpus import read_examples
    from bot.learning.evaluation import evaluate as measure
    from bot.nlu.registry import Registry

    classifier = _classifier(args, settings)
    examples = read_examples([args.data])
    answers = classifier.classify_many(example.text for example in examples)
    figures = measure([example.intent for example in examples], answers)
    rounded = {name: round(value, 4) for name, value in figures.items()}
    if args.json:
        print(json.dumps({**rounded, "model": classifier.version}))
    else:
        print("\n".join(f"{name:<17}  {value:>7}" for name, value in rounded.items()))
    if not args.no_report:
        try:
            from bot.learning.report.write import report_on_messages
        except ModuleNotFoundError as missing:
            tell(f"no report was written: {missing.name} isn't installed, `make train` installs it")
        else:
            registry = Registry(args.models or settings.models)
            report = report_on_messages(examples, answers, figures, classifier, registry)
            if not args.json:
                print(f"report: {report}")
    return 0


def data_check(args: argparse.Namespace, settings: Settings) -> int:
    """Name everything in training data that is wrong or teaches the wrong thing."""
    from bot.learning.findings import check

    corpus, problems = check(args.path)
    if problems:
        print("\n".join(problems))
        return 1
    print(f"{len(corpus.examples)} examples of {len(set(corpus.intents))} intents, nothing wrong with them")
    return 0


def data_import(args: argparse.Namespace, settings: Settings) -> int:
    """Bring training data of another service into content files."""
    from bot.learning.imports.bring_in import bring_in

    print("\n".join(bring_in(args.source, args.path, args.out, args.rename)))
    return 0


def data_schema(args: argparse.Namespace, settings: Settings) -> int:
    """Print the schema by which editors complete and check content files."""
    from bot.content.editor import editor_schema

    sys.stdout.write(editor_schema())
    return 0


def test(args: argparse.Namespace, settings: Settings) -> int:
    """Play the stories: conversations that must go as they are written."""
    from bot import operations

    count, problems = operations.play_stories(settings, args.path or settings.training_data, _playing)
    if problems:
        print("\n".join(problems))
        print(f"{len(problems)} of {count} stories go otherwise than they are written")
        return 1
    print(f"{count} stories, all as they are written")
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
        tell(str(problem))
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

    about = (args.email, args.role, args.name, args.skill, args.language, args.capacity)
    account = operations.add_user(settings, *about, _password(args))
    print(f"{account.email} can sign in as {account.role}")
    return 0


def user_list(args: argparse.Namespace, settings: Settings) -> int:
    """One account a line: address, role, name, skills."""
    from bot import operations

    for account in operations.users(settings):
        about = [account.email, account.role, account.name, ", ".join(account.skills) or "all skills"]
        about += [", ".join(account.languages)] if account.languages else []
        about += [f"{account.capacity} at once"] if account.capacity else []
        about += ["second factor"] if operations.has_second_factor(account) else []
        print("  ".join([*about, "disabled"] if account.disabled else about))
    return 0


def user_disable(args: argparse.Namespace, settings: Settings) -> int:
    """End an account's sessions and let nobody sign in to it."""
    from bot import operations

    operations.disable_user(settings, args.email)
    print(f"{args.email} is disabled")
    return 0


def user_enable(args: argparse.Namespace, settings: Settings) -> int:
    """Let somebody sign in to a disabled account again."""
    from bot import operations

    operations.enable_user(settings, args.email)
    print(f"{args.email} can sign in again")
    return 0


def user_password(args: argparse.Namespace, settings: Settings) -> int:
    """Give an account a new password and end its sessions."""
    from bot import operations

    operations.set_password(settings, args.email, _password(args))
    print(f"{args.email} has a new password; its sessions have ended")
    return 0


def user_second_factor(args: argparse.Namespace, settings: Settings) -> int:
    """Turn off the second factor of somebody who has lost it."""
    from bot import operations

    was_on = operations.drop_second_factor(settings, args.email)
    print(f"{args.email} signs in without a second factor{'' if was_on else ', as before'}")
    return 0


def export(args: argparse.Namespace, settings: Settings) -> int:
    """Write the log, without what identifies anybody, to files that other programs read."""
    from bot.export_operations import Wanted
    from bot.export_operations import export as write

    wanted = Wanted(args.format, args.out, args.since, args.until, args.after, args.incremental, args.texts)
    written = write(settings, wanted)
    print(f"{written.count} touchpoints are in {args.out}, up to position {written.position}")
    return 0


def report(args: argparse.Namespace, settings: Settings) -> int:
    """Write the report on customer experience to a file."""
    try:
        from bot.cx import reporting
    except ModuleNotFoundError as missing:
        raise BotError(f"the report needs {missing.name}, which isn't installed; use `make report`") from None
    from bot import operations

    reporting.write(operations.installation(settings), args.out, args.days, _reading)
    print(f"the report is in {args.out}")
    return 0


def simulate(args: argparse.Namespace, settings: Settings) -> int:
    """Fill the log with simulated customers, marked as such."""
    from bot import operations

    operations.simulate(settings, args.customers, args.days, args.seed, _simulated)
    print(f"{args.customers} simulated customers are in {settings.database}")
    return 0


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


def _playing(done: int, total: int) -> None:
    progress(done, total, "playing")


def _reading(done: int, total: int) -> None:
    progress(done, total, "reading the log")


def _measuring(done: int, total: int) -> None:
    progress(done, total, "measuring")


def _simulated(done: int, total: int) -> None:
    progress(done, total, "simulating")


def progress(done: int, total: int, what: str = "training") -> None:
    """Draw a bar on a terminal, and nothing elsewhere."""
    if sys.stderr.isatty():
        bar = "█" * (20 * done // total)
        sys.stderr.write(f"\r{what} {bar:░<20} {done}/{total}" if done < total else "\r\033[K")
        sys.stderr.flush()


def tell(line: str) -> None:
    """Say something beside the result, on standard error."""
    sys.stderr.write(f"bot: {line}\n")
