"""A bot of its own for the tests: a process, a database that is thrown away, a model trained once."""

import fcntl
import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
READY_WITHIN = 30.0


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Server:
    """`bot serve` in a process of its own; `stop` and `start` again keep port and database."""

    def __init__(self, folder: Path, models: Path, prefix: str = "", **environment: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}{prefix}/"
        self.set_up_link = ""
        self._folder = folder
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")} | {
            "BOT_DATABASE_URL": f"sqlite:///{folder / 'bot.db'}",
            "BOT_MODELS": str(models),
            "BOT_RATE_LIMIT": "off",
            "PYTHONUNBUFFERED": "1",
            **({"BOT_PUBLIC_URL": self.url.rstrip("/")} if prefix else {}),
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, before: Sequence[str] = ()) -> None:
        """Start it, behind the command `before` where one is given, and wait until it is ready."""
        printed = self._folder / f"stdout-{time.monotonic_ns()}.txt"
        bot = [sys.executable, "-m", "tests.quick"]
        command = [*before, *bot, "serve", "--host", "127.0.0.1", "--port", str(self.port)]
        with printed.open("wb") as stdout, (self._folder / "stderr.txt").open("ab") as stderr:
            self._process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stdout=stdout, stderr=stderr)
        deadline = time.monotonic() + READY_WITHIN
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the server did not get ready:\n{(self._folder / 'stderr.txt').read_text()}")
            time.sleep(0.05)
        link = re.search(r"\S+/agent/#setup=\S+", printed.read_text())
        self.set_up_link = link[0] if link else ""

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=20)
            self._process = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def run(self, *arguments: str, stdin: str = "") -> str:
        """What one of the bot's commands says, run on this server's database."""
        command = [sys.executable, "-m", "tests.quick", *arguments]
        ran = subprocess.run(
            command, input=stdin, cwd=ROOT, env=self._environment, check=True, capture_output=True, text=True
        )
        return ran.stdout

    def kill(self) -> None:
        """End it at once, without a chance to tidy up."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._process = None

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False


def train(models: Path) -> None:
    """Copy a promoted model of the content that ships."""
    shutil.copytree(trained(), models, dirs_exist_ok=True)


def trained() -> Path:
    """A folder with a promoted model of the content that ships; trained once for all runs that would train the same."""
    kept = ROOT / "build" / "test-models" / _made_of()
    kept.parent.mkdir(parents=True, exist_ok=True)
    with (kept.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the other processes of a run wait for the one that trains
        if not kept.exists():
            with tempfile.TemporaryDirectory(dir=kept.parent) as name:
                fresh = Path(name) / "models"
                command = [sys.executable, "-m", "bot", "train", "--models", str(fresh), "--no-report"]
                environment = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
                subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
                fresh.rename(kept)
    return kept


def _made_of() -> str:
    """A digest of all that a model of the shipped content depends on."""
    digest = hashlib.sha256(sys.version.encode())
    sources = [ROOT / "requirements" / "train.txt", *(ROOT / "training_data").glob("*.yaml")]
    for folder in ("content", "learning", "nlu"):
        sources += [path for path in (ROOT / "bot" / folder).rglob("*") if path.suffix in (".py", ".npz", ".txt")]
    for path in sorted(sources):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
