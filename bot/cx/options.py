"""What an analyst may set in `cx.yaml`: targets, what things are worth, and the figures of others."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from bot.cx.quality import Goals
from bot.errors import BotError

NAME = "cx.yaml"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A figure of somebody else, with its source; `beside` names the metric of ours that it stands beside."""

    figure: str
    about: str
    source: str
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """One version of the file."""

    goals: Goals
    contact: tuple[float, float]
    customer: tuple[float, float]
    benchmarks: tuple[Benchmark, ...]


def read_options(folder: Path) -> Options:
    """The options of an installation: `cx.yaml` in the database's folder, else the one that ships.

    Raises BotError that names what is wrong in the file.
    """
    own = folder / NAME
    text = own.read_text() if own.exists() else files("bot.cx").joinpath(NAME).read_text()
    try:
        told: Mapping[str, Any] = yaml.safe_load(text)
        goals = Goals(**{name: float(value) for name, value in told["goals"].items()})
        value = told["value"]
        marks = tuple(Benchmark(**{k: str(v) for k, v in one.items()}) for one in told["benchmarks"])
        return Options(goals, _range(value["contact_with_a_person"]), _range(value["customer"]), marks)
    except (yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError) as error:
        # YAML's own words go over several lines.
        line = " ".join(str(error).split())
        raise BotError(f"{own} can't be used: {line}; compare it with bot/cx/{NAME}, the one that ships") from error


def _range(ends: Any) -> tuple[float, float]:
    low, high = map(float, ends)
    if not 0 <= low <= high:
        raise ValueError(f"{low:g} to {high:g} is no range; write [from, to]")
    return low, high
