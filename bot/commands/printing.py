"""What commands say beside their result, on standard error."""

import sys


def progress(done: int, total: int, what: str = "training") -> None:
    """Draw a bar on a terminal, and nothing elsewhere."""
    if sys.stderr.isatty():
        bar = "█" * (20 * done // total)
        sys.stderr.write(f"\r{what} {bar:░<20} {done}/{total}" if done < total else "\r\033[K")
        sys.stderr.flush()


def tell(line: str) -> None:
    """Say something beside the result, on standard error."""
    sys.stderr.write(f"bot: {line}\n")
