"""What is SQLite's own: the disk, the schema and its migrations."""

import json
import os
import resource
import sqlite3
import stat
from pathlib import Path

import pytest

from bot.errors import BotError, SchemaError, Unavailable
from bot.touchpoints import sealing
from bot.touchpoints.schema import prepare, shipped
from bot.touchpoints.sealing import Vault, open_file, seal_file
from bot.touchpoints.sqlite import SqliteLog
from tests.touchpoints.conftest import CUSTOMER, SECRET, touchpoint

A = "conversation/a"


def opened(folder: Path) -> SqliteLog:
    vault = Vault(folder / "bot.keys", SECRET)
    vault.create(CUSTOMER)
    return SqliteLog(folder / "bot.db", vault, SECRET)


async def test_a_full_disk_is_an_error_and_loses_nothing(tmp_path: Path) -> None:
    log = opened(tmp_path)
    await log.append(A, 0, [touchpoint(A, 1)])
    pages = log._writer._database.execute("PRAGMA page_count").fetchone()[0]
    log._writer._database.execute(f"PRAGMA max_page_count = {pages}")

    async def fill() -> None:
        for seq in range(1, 100):
            await log.append(A, seq, [touchpoint(A, seq + 1, "x" * 3000)])

    with pytest.raises(Unavailable, match="full"):
        await fill()
    stored = len(await log.read(A))
    log._writer._database.execute("PRAGMA max_page_count = 1000000")
    await log.append(A, stored, [touchpoint(A, stored + 1)])
    assert [t.seq for t in await log.read(A)] == list(range(1, stored + 2))
    await log.close()


async def test_a_check_finds_out_that_nothing_more_can_be_written(tmp_path: Path) -> None:
    log = opened(tmp_path)
    await log.append(A, 0, [touchpoint(A, 1)])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, ((tmp_path / "bot.db-wal").stat().st_size, before[1]))
    try:
        with pytest.raises(Unavailable):
            await log.check()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    await log.check()
    await log.close()


async def test_a_file_that_is_gone_takes_no_write(tmp_path: Path) -> None:
    log = opened(tmp_path)
    await log.append(A, 0, [touchpoint(A, 1)])
    (tmp_path / "bot.db").rename(tmp_path / "elsewhere.db")
    with pytest.raises(Unavailable, match="gone"):
        await log.append(A, 1, [touchpoint(A, 2)])
    with pytest.raises(Unavailable):
        await log.check()
    await log.close()


async def test_a_file_that_is_damaged_under_it_is_said_to_be_unavailable(tmp_path: Path) -> None:
    log = opened(tmp_path)
    await log.append(A, 0, [touchpoint(A, 1)])
    await log.close()
    log = opened(tmp_path)
    path = tmp_path / "bot.db"
    path.write_bytes(b"\xaa" * path.stat().st_size)
    with pytest.raises(Unavailable, match="can't be read"):
        await log.read(A)
    await log.close()


async def test_touchpoints_can_be_neither_changed_nor_deleted(tmp_path: Path) -> None:
    log = opened(tmp_path)
    await log.append(A, 0, [touchpoint(A, 1)])
    await log.close()
    database = sqlite3.connect(tmp_path / "bot.db")
    for statement in ("UPDATE touchpoint SET seq = 2", "DELETE FROM touchpoint"):
        with pytest.raises(sqlite3.IntegrityError, match="never"):
            database.execute(statement)
    database.close()


async def test_personal_content_is_nowhere_in_the_files(tmp_path: Path) -> None:
    log = opened(tmp_path)
    await log.append(A, 0, [touchpoint(A, 1, "my-secret-address")])
    found = [path.name for path in tmp_path.rglob("*") if b"my-secret-address" in path.read_bytes()]
    await log.close()
    found += [path.name for path in tmp_path.rglob("*") if b"my-secret-address" in path.read_bytes()]
    assert found == []


async def test_a_destroyed_key_erases_the_person_and_keeps_the_log(tmp_path: Path) -> None:
    log = opened(tmp_path)
    await log.append(A, 0, [touchpoint(A, 1, intent="warranty")])
    log._vault.destroy(CUSTOMER)
    [left] = await log.read(A)
    assert (left.personal, left.facts) == ({}, {"intent": "warranty"})
    with pytest.raises(BotError, match="has no key"):
        await log.append(A, 1, [touchpoint(A, 2)])
    await log.append(A, 1, [touchpoint(A, 2, None)])
    await log.close()


async def test_the_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    log = opened(tmp_path)
    modes = {path.name: stat.S_IMODE(os.stat(path).st_mode) for path in tmp_path.glob("bot.*")}
    assert modes["bot.db"] == modes["bot.keys"] == 0o600
    await log.close()


def test_keys_wrapped_with_another_secret_are_refused(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "bot.keys", SECRET)
    vault.create(CUSTOMER)
    sealed = vault.seal(CUSTOMER, "id", {"text": "x"})
    assert vault.open(CUSTOMER, "id", sealed) == {"text": "x"}
    assert vault.open(CUSTOMER, "another id", sealed) == {}
    vault.close()
    with pytest.raises(BotError, match="BOT_SECRET_KEY"):
        Vault(tmp_path / "bot.keys", b"another secret")


def test_a_key_in_use_stays_open_however_many_others_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening one anew waits for the disk, and with it everybody else."""
    monkeypatch.setattr(sealing, "KEYS_KEPT_OPEN", 10)
    vault = Vault(tmp_path / "bot.keys", SECRET)
    others = [f"c{number}" for number in range(30)]
    vault.create("busy", *others)
    vault.seal("busy", "t", {"a": 1})
    open_at_first = vault._open["busy"]
    for customer_ref in others:
        vault.seal(customer_ref, "t", {"a": 1})
        vault.seal("busy", "t", {"a": 1})
    assert vault._open["busy"] is open_at_first
    assert list(vault._open) == [*others[-9:], "busy"]
    vault.close()


def columns(path: Path) -> list[tuple[str, ...]]:
    database = sqlite3.connect(path)
    found = database.execute("SELECT name FROM pragma_table_info('stream')").fetchall()
    database.close()
    return found


async def test_an_older_database_is_migrated_and_an_encrypted_copy_kept(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    log = opened(tmp_path)
    await log.append(A, 0, [touchpoint(A, 1, None, note="only in the log")])
    await log.close()
    newer = [*shipped()]
    for number in range(5):
        newer.append(f"ALTER TABLE stream ADD COLUMN extra{number} TEXT; -- a; comment\n")
        prepare(path, SECRET, newer)
    assert ("extra4",) in columns(path)
    copies = sorted((tmp_path / "backups").iterdir())
    assert len(copies) == 3
    assert all(b"only in the log" not in copy.read_bytes() for copy in copies)
    open_file(copies[-1], tmp_path / "copy.db", SECRET)
    assert ("extra3",) in columns(tmp_path / "copy.db")
    assert ("extra4",) not in columns(tmp_path / "copy.db")


def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    prepare(path, SECRET, shipped())
    with pytest.raises(SchemaError):
        prepare(path, SECRET, [*shipped(), "ALTER TABLE stream ADD COLUMN extra TEXT;\nSELECT nonsense;\n"])
    assert ("extra",) not in columns(path)
    prepare(path, SECRET, shipped())


def test_a_newer_or_foreign_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    prepare(path, SECRET, [*shipped(), "CREATE TABLE later (x TEXT) STRICT;\n"])
    before = path.read_bytes()
    newer, known = len(shipped()) + 1, len(shipped())
    with pytest.raises(SchemaError, match=rf"schema {newer} and this version of the bot knows {known}"):
        prepare(path, SECRET, shipped())
    assert path.read_bytes() == before
    foreign = tmp_path / "other.db"
    database = sqlite3.connect(foreign)
    database.execute("CREATE TABLE theirs (x TEXT)")
    database.close()
    with pytest.raises(SchemaError, match="some other program"):
        prepare(foreign, SECRET, shipped())
    (tmp_path / "text.db").write_text("not a database at all, but long enough to be looked at" * 100)
    with pytest.raises(SchemaError, match="can't be opened"):
        prepare(tmp_path / "text.db", SECRET, shipped())


def test_who_waits_keeps_their_place_over_the_upgrade_to_the_second_schema(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    prepare(path, SECRET, shipped()[:1])
    database = sqlite3.connect(path)
    rows = [("a", "orders", 0, 5_000_000), ("b", "orders", 1, 5_000_100)]
    for row in rows:
        database.execute("INSERT INTO queue VALUES (?, ?, ?, 'requested', NULL, ?, NULL, NULL)", row)
    database.execute("INSERT INTO account VALUES ('id', 'a@shop.example', 'A', 'agent', '[]', 'hash', 0, 0, 0)")
    database.commit()
    database.close()
    prepare(path, SECRET, shipped())
    database = sqlite3.connect(path)
    order = "SELECT conversation_id, requested_at, place_at FROM queue ORDER BY place_at"
    assert database.execute(order).fetchall() == [("b", 5_000_100, 4_400_100), ("a", 5_000_000, 5_000_000)]
    assert database.execute("SELECT languages, second_factor, last_code FROM account").fetchone() == ("[]", None, 0)
    database.close()


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20])
def test_a_sealed_file_opens_whole_or_not_at_all(tmp_path: Path, size: int) -> None:
    plain, sealed, back = tmp_path / "plain", tmp_path / "file.sealed", tmp_path / "back"
    plain.write_bytes(os.urandom(size))
    seal_file(plain, sealed, SECRET)
    open_file(sealed, back, SECRET)
    assert back.read_bytes() == plain.read_bytes()
    whole = sealed.read_bytes()
    for damaged in (whole[:-1], whole[: 8 + (1 << 20) + 16] if size > 1 << 20 else whole[:-17], whole + b"x"):
        sealed.write_bytes(damaged)
        with pytest.raises(BotError, match="damaged"):
            open_file(sealed, back, SECRET)


def test_what_was_linked_before_is_found_after_the_upgrade_to_the_third_schema(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    prepare(path, SECRET, shipped()[:2])
    database = sqlite3.connect(path)
    facts = {"a": "ref-a", "b": "ref-x", "c": None}
    for number, (name, known) in enumerate(facts.items(), 1):
        database.execute("INSERT INTO stream VALUES (?, ?, 2, ?)", (number, f"conversation/{name}", f"ref-{name}"))
        database.execute("INSERT INTO conversation VALUES (?, ?, NULL, 0, 'closed', NULL)", (name, f"ref-{name}"))
        for seq, (type_, ref) in enumerate((("conversation.started", "no"), ("identity.linked", known)), 1):
            row = (number * 10 + seq, number, seq, f"{name}{seq}", type_, json.dumps({"known_ref": ref} if ref else {}))
            database.execute("INSERT INTO touchpoint VALUES (?, ?, ?, ?, ?, 0, 0, ?)", row)
    database.commit()
    database.close()
    prepare(path, SECRET, shipped())
    database = sqlite3.connect(path)
    assert database.execute("SELECT * FROM linked").fetchall() == [("b", "ref-x")]
    database.close()
