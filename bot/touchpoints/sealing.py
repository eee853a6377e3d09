"""Personal content sealed with a key a customer, so that destroying the key erases the person everywhere.

The keys live in a file of their own that no copy of the database holds, each wrapped with the installation's secret.
"""

import os
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import BotError, Refused, Unavailable
from bot.records import Personal, random_bytes

NONCE = 12
CHUNK = 1 << 20
KEYS_KEPT_OPEN = 1000
"""Each takes 2.8 kB; one that is not there is read and unwrapped anew."""


def derive_key(secret: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose from the installation's secret (HKDF-SHA256, RFC 5869)."""
    return HKDF(hashes.SHA256(), 32, salt=None, info=purpose.encode()).derive(secret)


class Vault:
    """The customers' keys: makes them, seals and opens with them, and destroys them."""

    def __init__(self, path: Path, secret: bytes) -> None:
        self._wrapping = AESGCM(derive_key(secret, "customer keys"))
        self._lock = threading.Lock()
        self._open: OrderedDict[str, AESGCM] = OrderedDict()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        self._keys = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        self._keys.executescript(
            """
            PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
            CREATE TABLE IF NOT EXISTS key (
                customer_ref TEXT PRIMARY KEY, wrapped BLOB NOT NULL, made_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS erased (
                customer_ref TEXT PRIMARY KEY, erased_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS copy (path TEXT PRIMARY KEY, made_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            """
        )
        # Another secret is found out at the start, and not by the first customer who comes back.
        for (customer_ref,) in self._keys.execute("SELECT customer_ref FROM key LIMIT 1").fetchall():
            self._key(customer_ref)

    def create(self, *customer_refs: str) -> None:
        """Make the customers' keys, durable before this returns; existing ones stay. Blocks on the disk."""
        now, made = int(time.time() * 1000), []
        for customer_ref in customer_refs:
            nonce, plain = os.urandom(NONCE), AESGCM.generate_key(256)
            wrapped = nonce + self._wrapping.encrypt(nonce, plain, customer_ref.encode())
            made.append((customer_ref, wrapped, now))
        self._write(("INSERT OR IGNORE INTO key VALUES (?, ?, ?)", made))

    def seal(self, customer_ref: str, touchpoint_id: str, personal: Personal) -> bytes:
        """Encrypt what is personal in one touchpoint; only the same touchpoint's id opens it again."""
        key = self._key(customer_ref)
        if key is None:
            raise Refused("this customer has no key, as after an erasure: nothing personal can be stored; begin anew")
        nonce = random_bytes(NONCE)
        return nonce + key.encrypt(nonce, orjson.dumps(personal), touchpoint_id.encode())

    def open(self, customer_ref: str | None, touchpoint_id: str, sealed: bytes | None) -> Personal:
        """What `seal` was given, or nothing where the key has been destroyed or isn't the one it was sealed with."""
        key = self._key(customer_ref) if sealed is not None and customer_ref is not None else None
        if key is None or sealed is None:
            return {}
        try:
            personal: Personal = orjson.loads(key.decrypt(sealed[:NONCE], sealed[NONCE:], touchpoint_id.encode()))
        except InvalidTag:
            return {}
        return personal

    def destroy(self, *customer_refs: str) -> None:
        """Destroy the customers' keys: nothing sealed with them can ever be opened again. Blocks on the disk.

        That they were destroyed is remembered here, apart from the database: no copy that is put back brings them back.
        """
        now = int(time.time() * 1000)
        self._write(
            ("INSERT OR IGNORE INTO erased VALUES (?, ?)", [(ref, now) for ref in customer_refs]),
            ("DELETE FROM key WHERE customer_ref = ?", [(ref,) for ref in customer_refs]),
        )
        self.forget(*customer_refs)

    def forget(self, *customer_refs: str) -> None:
        """Keep these keys open no longer: another process may have destroyed them."""
        for customer_ref in customer_refs:
            self._open.pop(customer_ref, None)

    def erased(self) -> frozenset[str]:
        """Whose keys were destroyed."""
        with self._lock:
            return frozenset(ref for (ref,) in self._keys.execute("SELECT customer_ref FROM erased").fetchall())

    def copies(self) -> list[Path]:
        """Where copies of the keys were put."""
        with self._lock:
            return [Path(path) for (path,) in self._keys.execute("SELECT path FROM copy").fetchall()]

    def copy_to(self, target: Path) -> None:
        """Write all keys to a new database; `remember_copy` says where it is put in the end."""
        with self._lock:
            self._keys.execute("VACUUM INTO ?", (str(target),))

    def remember_copy(self, path: Path) -> None:
        """Remember where a copy of the keys is, so that erasing a customer takes theirs out of it."""
        self._write(("INSERT OR REPLACE INTO copy VALUES (?, ?)", [(str(path), int(time.time() * 1000))]))

    def forget_copy(self, path: Path) -> None:
        """Expect a copy of the keys there no longer."""
        self._write(("DELETE FROM copy WHERE path = ?", [(str(path),)]))

    def take_back(self, source: Path) -> tuple[int, int]:
        """Take in the keys of a copy but for those of the erased; how many are new, and how many were left out.

        Those that the copy knows as erased count too. Raises BotError where it isn't a copy of keys of this secret.
        """
        try:
            with closing(sqlite3.connect(source)) as copy:
                keys = copy.execute("SELECT customer_ref, wrapped, made_at FROM key").fetchall()
                erased = copy.execute("SELECT customer_ref, erased_at FROM erased").fetchall()
        except sqlite3.Error as error:
            raise BotError(f"{source.name} is no copy of the keys: {error}") from error
        for customer_ref, wrapped, _ in keys[:1]:
            self._unwrap(customer_ref, wrapped)
        gone = self.erased().union(ref for ref, _ in erased)
        wanted = [row for row in keys if row[0] not in gone]
        before = self._count()
        self._write(
            ("INSERT OR IGNORE INTO erased VALUES (?, ?)", erased),
            ("DELETE FROM key WHERE customer_ref = ?", [(ref,) for ref, _ in erased]),
            ("INSERT OR IGNORE INTO key VALUES (?, ?, ?)", wanted),
        )
        self.forget(*(ref for ref, _ in erased))
        return self._count() - before, len(keys) - len(wanted)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._keys.close()

    def _key(self, customer_ref: str) -> AESGCM | None:
        # Without the lock: whoever makes a key holds it until the disk has it, and messages must not wait for that.
        key = self._open.get(customer_ref)
        if key is not None:
            # The ones that are used stay open; another thread may have let go of it meanwhile.
            with suppress(KeyError):
                self._open.move_to_end(customer_ref)
            return key
        with self._lock:
            try:
                row = self._keys.execute("SELECT wrapped FROM key WHERE customer_ref = ?", (customer_ref,)).fetchone()
            except sqlite3.Error as error:
                raise Unavailable(f"the key file can't be read: {error}") from error
            if row is None:
                return None
            return self._keep(customer_ref, self._unwrap(customer_ref, row[0]))

    def _unwrap(self, customer_ref: str, wrapped: bytes) -> bytes:
        try:
            return self._wrapping.decrypt(wrapped[:NONCE], wrapped[NONCE:], customer_ref.encode())
        except InvalidTag:
            raise BotError(
                "the customers' keys were wrapped with another secret; set BOT_SECRET_KEY to the one they were "
                "made with, or put its file back beside the database"
            ) from None

    def _count(self) -> int:
        with self._lock:
            return int(self._keys.execute("SELECT count(*) FROM key").fetchone()[0])

    def _write(self, *statements: tuple[str, Sequence[tuple[object, ...]]]) -> None:
        """Run statements, each for many rows, in one transaction."""
        try:
            with self._lock:
                self._keys.execute("BEGIN IMMEDIATE")
                try:
                    for statement, rows in statements:
                        self._keys.executemany(statement, rows)
                    self._keys.execute("COMMIT")
                except BaseException:
                    if self._keys.in_transaction:
                        self._keys.execute("ROLLBACK")
                    raise
        except sqlite3.Error as error:
            raise Unavailable(f"the key file can't be written: {error}") from error

    def _keep(self, customer_ref: str, plain: bytes) -> AESGCM:
        key = self._open[customer_ref] = AESGCM(plain)
        if len(self._open) > KEYS_KEPT_OPEN:
            self._open.popitem(last=False)
        return key


def seal_file(source: Path, target: Path, secret: bytes) -> None:
    """Write an encrypted copy of a file, whole or not at all: chunks of 1 MiB, the last one marked as the last."""
    key = AESGCM(derive_key(secret, "sealed copies"))
    salt = os.urandom(NONCE - 4)
    unfinished = target.with_suffix(".unfinished")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with source.open("rb") as plain, os.fdopen(descriptor, "wb") as sealed:
        sealed.write(salt)
        chunk: bytes | None = plain.read(CHUNK)
        number = 0
        while chunk is not None:
            following = plain.read(CHUNK) or None
            sealed.write(key.encrypt(salt + number.to_bytes(4), chunk, b"more" if following else b"last"))
            chunk, number = following, number + 1
        sealed.flush()
        os.fsync(sealed.fileno())
    unfinished.replace(target)


def open_file(source: Path, target: Path, secret: bytes) -> None:
    """Decrypt what `seal_file` wrote; raises BotError where it is damaged, cut off or sealed with another secret."""
    key = AESGCM(derive_key(secret, "sealed copies"))
    with source.open("rb") as sealed, target.open("wb") as plain:
        salt = sealed.read(NONCE - 4)
        chunk: bytes | None = sealed.read(CHUNK + 16)
        number = 0
        while chunk is not None:
            following = sealed.read(CHUNK + 16) or None
            try:
                plain.write(key.decrypt(salt + number.to_bytes(4), chunk, b"more" if following else b"last"))
            except InvalidTag:
                raise BotError(f"{source} is damaged, cut off or sealed with another secret") from None
            chunk, number = following, number + 1
