"""Servers under test as child processes, and what the kernel knows of them (Linux only)."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 15.0
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")

BARE = ["-m", "uvicorn", "bench.bare:app", "--loop", "uvloop", "--http", "httptools", "--no-access-log"]
BOT = ["-m", "bot", "serve"]


@dataclass(frozen=True)
class Server:
    """One running server; `ready_s` is the time from the process's start to the first 200 of `/readyz`."""

    process: subprocess.Popen[bytes]
    port: int
    ready_s: float

    def cpu_s(self) -> float:
        """Processor time that the process has used so far, all threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND

    def resident_mib(self) -> float:
        """Resident memory of the process now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        kib = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(kib) / 1024


def load_core() -> int:
    """The one core that the load generator may use; the servers may use them all."""
    return max(os.sched_getaffinity(0))


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_ready(port: int) -> bool:
    """Whether `/readyz` says 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@contextlib.contextmanager
def running(arguments: list[str], environment: dict[str, str], log: Path) -> Iterator[Server]:
    """Start Python with these arguments and a free port, wait until it is ready, stop it at the end.

    What it prints goes to the file `log`; a server that isn't ready in time ends the benchmark with the log's end.
    """
    port = free_port()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    with log.open("ab") as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments, "--port", str(port)],
            cwd=ROOT,
            env=inherited | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            while not is_ready(port):
                if process.poll() is not None or time.perf_counter() - started > START_TIMEOUT_S:
                    sys.exit(f"bench: {' '.join(arguments)} did not get ready; it said:\n{log.read_text()[-2000:]}")
                time.sleep(0.002)
            yield Server(process, port, time.perf_counter() - started)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
