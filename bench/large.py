"""Training on far more than a shop has: how long it takes and how much memory all its processes hold at their peak.

`python -m bench.large FILE…`, each a file with examples. Those are made into `--examples` messages under `--intents`
intents: an intent's messages are sorted and cut into parts, each of them an intent, and written again with words left
out, letters swapped and a greeting or a number put beside until there are enough. Linux only: it reads /proc.
"""

import argparse
import json
import os
import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.content.schema import OUT_OF_SCOPE
from bot.learning.corpus import Corpus, read_corpus
from bot.learning.rows import Example
from bot.learning.training import train
from bot.learning.word_vectors import read_word_vectors

EXAMPLES, INTENTS = 100_000, 500
MOST_SECONDS, MOST_GIB = 20 * 60, 4.0
EVERY_S = 2.0
BESIDE = ("hi", "hello there", "please", "thanks", "asap", "sorry", "quick question", "ok so", "um", "again")


def enlarged(texts: dict[str, list[str]], examples: int, intents: int, seed: int = 0) -> list[tuple[str, str]]:
    """`examples` distinct texts, spread evenly over `intents` intents, made from the texts of fewer."""
    draw = random.Random(seed)
    parts: list[tuple[str, list[str]]] = []
    for number, (intent, members) in enumerate(sorted(texts.items())):
        count = intents * (number + 1) // len(texts) - intents * number // len(texts)
        ordered = sorted(set(members))
        size = -(-len(ordered) // count)
        parts += [(f"{intent} {part}", ordered[part * size : (part + 1) * size]) for part in range(count)]
    found: list[tuple[str, str]] = []
    seen: set[str] = set()
    for number, (intent, members) in enumerate(parts):
        wanted = examples * (number + 1) // len(parts) - examples * number // len(parts)
        for text in _written_again(members, draw):
            if wanted and text not in seen:
                seen.add(text)
                found.append((text, intent))
                wanted -= 1
            if not wanted:
                break
    return found


def _written_again(members: list[str], draw: random.Random) -> Iterator[str]:
    """The texts as they are, then without end with one to three changes each."""
    yield from members
    while True:
        text = draw.choice(members)
        for _ in range(draw.randint(1, 3)):
            text = _changed(text, draw)
        yield text


def _changed(text: str, draw: random.Random) -> str:
    words, kind = text.split(), draw.randrange(4)
    if kind == 0 and len(words) > 3:
        del words[draw.randrange(len(words))]
        return " ".join(words)
    if kind == 1 and len(text) > 4:
        at = draw.randrange(len(text) - 1)
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind == 2:
        return f"{text} {draw.randrange(10_000)}"
    return f"{draw.choice(BESIDE)} {text}" if draw.random() < 0.5 else f"{text} {draw.choice(BESIDE)}"


class Watch:
    """What this process and all below it hold and use, looked at every two seconds: for a look itself takes time.

    `peak_gib` is the greatest memory they held at once, what they share counted once (proportional set size);
    `processor_s` the processor time of all of them, which unlike time on the clock doesn't grow on a busy machine.
    """

    def __init__(self) -> None:
        self.peak_gib = 0.0
        self._used: dict[int, float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    @property
    def processor_s(self) -> float:
        return sum(self._used.values())

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        over = False
        while not over:
            over = self._over.wait(EVERY_S)
            held = 0.0
            for process in _tree():
                try:
                    held += _held_gib(process)
                    self._used[process] = _used_s(process)
                except OSError:  # it has ended
                    continue
            self.peak_gib = max(self.peak_gib, held)


def _tree() -> list[int]:
    found = [os.getpid()]
    for process in found:  # it grows meanwhile
        try:
            for thread in Path(f"/proc/{process}/task").iterdir():
                found += map(int, (thread / "children").read_text().split())
        except OSError:
            continue
    return found


def _held_gib(process: int) -> float:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024**2


def _used_s(process: int) -> float:
    # The name stands in brackets and may hold anything; user and system time are the 12th and 13th field behind it.
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def corpus_of(rows: Iterable[tuple[str, str]]) -> Corpus:
    """A corpus as it would be read from a file."""
    examples = [Example(text, intent, "large", line) for line, (text, intent) in enumerate(rows, 1)]
    return Corpus(tuple(sorted(examples, key=lambda row: (row.intent, row.text))), (), 0, 1)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.large", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--examples", type=int, default=EXAMPLES)
    parser.add_argument("--intents", type=int, default=INTENTS)
    parser.add_argument("--no-word-vectors", action="store_true")
    options = parser.parse_args()
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for example in read_corpus(options.files).examples:
        if example.intent not in OUT_OF_SCOPE:
            texts[example.intent].append(example.text)
    corpus = corpus_of(enlarged(texts, options.examples, options.intents))
    begun = time.perf_counter()
    with Watch() as watch:
        trained = train(corpus, vectors=None if options.no_word_vectors else read_word_vectors())
    figures = {
        "examples": len(corpus.examples),
        "intents": len(trained.weights.intents),
        "terms": len(trained.weights.idf),
        "train_s": time.perf_counter() - begun,
        "processor_s": watch.processor_s,
        "peak_gib": watch.peak_gib,
        "in_scope_accuracy": trained.metrics["in_scope_accuracy"],
    }
    print(json.dumps({name: round(value, 3) for name, value in figures.items()}, indent=2))
    missed = [name for name, most in (("train_s", MOST_SECONDS), ("peak_gib", MOST_GIB)) if figures[name] > most]
    if missed:
        raise SystemExit(f"bench: more than it may be: {', '.join(missed)}")


if __name__ == "__main__":
    main()
