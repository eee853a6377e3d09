"""Commands about examples and models."""

import argparse
import json
import sys
import time
from dataclasses import asdict
from functools import partial
from typing import Any

from bot.commands.printing import progress, tell
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
        curve = (
            learning_curve(corpus, args.seed, partial(progress, what="measuring"), vectors)
            if args.learning_curve
            else None
        )
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


def _classifier(args: argparse.Namespace, settings: Settings) -> Any:
    from bot.nlu.registry import Registry

    registry = Registry(args.models or settings.models)
    version = args.model or registry.promoted()
    if version is None:
        raise BotError(f"no version is promoted in {registry.folder}; train one with `make train`")
    return registry.load(version)
