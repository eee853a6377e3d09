"""The project's own rules: what a reader relies on beyond what the code does."""

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import bot
from bot.settings import Settings

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
FOLDERS = (".ci", "bench", "bot", "docs", "requirements", "tests", "training_data")
SOURCES = (".py", ".js", ".css", ".html", ".sql")
MOST_LINES = 350
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])

# Used by name or for their data, never imported.
NOT_IMPORTED = {
    "httptools": "uvicorn's parser",
    "tzdata": "zoneinfo's data",
}
PART_OF = {"pydantic-core": "pydantic"}  # the one pins the other
HEAVY = {"duckdb", "matplotlib", "pandas", "plotly", "polars", "pyarrow", "scipy", "sklearn"}
TARGETS = {"run", "demo", "train", "test", "soak", "check", "bench", "report", "lock", "clean", "help"}


def project_files(*suffixes: str) -> Iterator[Path]:
    """The project's own files; generated ones and what somebody left lying beside them are left out."""
    for path in ROOT.iterdir():
        if path.is_file() and path.suffix in ("", ".md", ".toml") and path.suffix in (suffixes or {path.suffix}):
            yield path
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix in (suffixes or {path.suffix}):
                yield path


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_files_are_short() -> None:
    lengths = {shown(path): len(path.read_text().splitlines()) for path in project_files(*SOURCES)}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_no_file_names_a_place_on_the_machine_it_was_written_on() -> None:
    places = {str(place) for place in (ROOT, ROOT.parent, Path.home(), Path(tempfile.gettempdir())) if place.name}
    named = re.compile(r"(?<![\w.:/$}-])(" + "|".join(re.escape(place) for place in sorted(places)) + r")(?![\w-])")
    found = []
    for path in project_files():
        try:
            lines = path.read_text().splitlines()
        except UnicodeDecodeError:
            continue
        found += [
            f"{shown(path)}:{number}: {line.strip()}" for number, line in enumerate(lines, 1) if named.search(line)
        ]
    assert found == []


def test_the_package_calls_no_host_but_the_shops() -> None:
    allowed = re.compile(
        r"127\.0\.0\.1|localhost|\[::1\]|([\w-]+\.)*example|www\.w3\.org|www\.xes-standard\.org|[{<$].*|HOST|…"
    )
    found = []
    for path in project_files(*SOURCES):
        if not path.is_relative_to(ROOT / "bot"):
            continue
        for host in re.findall(r"\bhttps?://([^/\s\"'`),:]*)", path.read_text()):
            if not allowed.fullmatch(host):
                found.append(f"{shown(path)}: {host!r}")
    assert found == []


def test_serving_loads_no_training_or_analysis_library() -> None:
    program = (
        "import importlib, pkgutil, sys\n"
        "import bot.server, bot.cli\n"
        "for name in ('agents', 'conversations', 'demo', 'dialogue', 'nlu', 'shop_systems', 'touchpoints', 'web'):\n"
        "    package = importlib.import_module('bot.' + name)\n"
        "    for module in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "        importlib.import_module(module.name)\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    loaded = set(ran.stdout.split())
    assert "numpy" in loaded
    assert loaded & HEAVY == set()
    # A slot of a kind loads these, and only where there is one.
    assert loaded & {"dateparser", "phonenumbers", "price_parser"} == set()


# --- dependencies and locks


def requirements(*extras: str) -> dict[str, Requirement]:
    """What pyproject.toml asks for, by normalised name."""
    lines = list(PROJECT["dependencies"])
    for extra in extras:
        lines += PROJECT["optional-dependencies"][extra]
    return {canonicalize_name(parsed.name): parsed for parsed in map(Requirement, lines)}


def locked(name: str) -> dict[str, str]:
    """Package → version in one lock file."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==([^\s;]+)", text, re.MULTILINE))


@pytest.mark.parametrize(
    ("name", "extras"), [("chat", []), ("train", ["train"]), ("cx", ["cx"]), ("dev", ["train", "cx", "dev"])]
)
def test_a_lock_fits_the_project_file(name: str, extras: list[str]) -> None:
    versions = locked(name)
    unfit = {
        package: versions.get(package)
        for package, requirement in requirements(*extras).items()
        if package not in versions or not requirement.specifier.contains(versions[package])
    }
    assert unfit == {}, "run `make lock`"


def test_locks_agree_with_each_other() -> None:
    assert locked("chat").items() <= locked("train").items() <= locked("dev").items()


def test_the_chat_needs_no_training_library() -> None:
    assert locked("chat").keys() & {"scikit-learn", "scipy", "pandas"} == set()


@pytest.mark.parametrize("name", ["chat", "train", "dev"])
def test_a_lock_has_a_hash_for_every_package_and_names_no_place(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(entries) == len(locked(name))
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert re.findall(r".*(?:://|file:|--(?:extra-)?index-url|--find-links|@ ).*", text) == []


def imported(folder: str) -> set[str]:
    """Names of the distributions that the modules of a folder import, the standard library and ourselves left out."""
    modules: set[str] = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                modules.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module.partition(".")[0])
    owners = importlib.metadata.packages_distributions()
    ours = sys.stdlib_module_names | {"bot", "bench", "tests"}
    names = {canonicalize_name(owners.get(module, [module])[0]) for module in modules - ours}
    return {PART_OF.get(name, name) for name in names}


def test_every_import_is_a_declared_dependency_and_every_dependency_is_imported() -> None:
    used = imported("bot")
    assert used - requirements("train", "cx").keys() == set(), (
        "declare it in pyproject.toml, with its reason in docs/decisions"
    )
    assert requirements("train", "cx").keys() - used == NOT_IMPORTED.keys()


def test_every_dependency_has_its_reason_written_down() -> None:
    text = (ROOT / "docs/decisions/0001-dependencies.md").read_text()
    reasons = {canonicalize_name(name) for name in re.findall(r"^\| ([\w.-]+) \|", text, re.MULTILINE)}
    assert requirements("train", "cx", "dev").keys() - reasons == set()


# --- documents


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_make_has_the_promised_targets() -> None:
    assert targets() == TARGETS
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^  make (\w+)", listed, re.MULTILINE)) == TARGETS


def test_documents_name_only_targets_that_exist() -> None:
    for path in DOCUMENTS:
        named = set(re.findall(r"`make ([a-z]+)", path.read_text()))
        assert named <= TARGETS, shown(path)


def test_the_version_is_the_same_everywhere() -> None:
    assert PROJECT["version"] == bot.__version__
    changes = (ROOT / "CHANGELOG.md").read_text()
    assert re.search(rf"^## \[?({re.escape(bot.__version__)}|Unreleased)\b", changes, re.MULTILINE)


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    settings = {field.metadata["name"] for field in Settings.__dataclass_fields__.values()}
    documented = set(re.findall(r"^\|? *`(BOT_[A-Z_]+)`", (ROOT / "docs/settings.md").read_text(), re.MULTILINE))
    assert documented == settings


def prose(path: Path) -> str:
    """A document without its code blocks."""
    return re.sub(r"^```.*?^```", "", path.read_text(), flags=re.MULTILINE | re.DOTALL)


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)", prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCUMENTS, ids=shown)
def test_relative_links_lead_somewhere(path: Path) -> None:
    dead = []
    targets = re.findall(r"\]\(<?([^)\s>]+)>?[^)]*\)|<img[^>]* src=\"([^\"]+)\"", prose(path))
    for link in (first or second for first, second in targets):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = path if not name else Path(os.path.normpath(path.parent / name))
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


def defined(source: str) -> set[str]:
    """The names a module defines, methods and fields as `Class.name`."""
    names: set[str] = set()

    def collect(body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                names.add(prefix + node.name)
                if isinstance(node, ast.ClassDef):
                    collect(node.body, f"{prefix}{node.name}.")
            elif isinstance(node, ast.Assign):
                names.update(prefix + target.id for target in node.targets if isinstance(target, ast.Name))
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                names.add(prefix + node.target.id)

    collect(ast.parse(source).body, "")
    return names


def code_names(path: Path) -> list[tuple[str, str]]:
    """The `folder/file` and `folder/file.py:name` that a document's prose has in backticks."""
    folders = "|".join(re.escape(folder) for folder in FOLDERS)
    found = re.findall(rf"`((?:{folders})/[\w./-]*)(?::([A-Za-z_][\w.]*))?(?:\(\))?`", prose(path))
    return [(name, member) for name, member in found]


@pytest.mark.parametrize("path", DOCUMENTS, ids=shown)
def test_files_and_functions_that_a_document_names_exist(path: Path) -> None:
    gone = []
    for name, member in code_names(path):
        target = ROOT / name
        if not target.exists() or (member and member not in defined(target.read_text())):
            gone.append(f"{name}:{member}" if member else name)
    assert gone == []


def test_the_architecture_walks_through_real_functions() -> None:
    assert len({member for _, member in code_names(ROOT / "docs/architecture.md") if member}) >= 8
