-- The log. Facts and personal content are apart, so that analysis copies can leave the second out and erasing a
-- customer (destroying the key that opens `sealed`) leaves every count as it was.

CREATE TABLE stream (
    id           INTEGER PRIMARY KEY,
    name         TEXT NOT NULL UNIQUE,
    head         INTEGER NOT NULL,      -- the highest seq in it
    customer_ref TEXT                   -- whose key seals its personal content
) STRICT;

CREATE TABLE touchpoint (
    position INTEGER PRIMARY KEY,       -- in the whole log; its order is the order of commits
    stream   INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    id       TEXT NOT NULL,
    type     TEXT NOT NULL,
    time     INTEGER NOT NULL,          -- milliseconds since 1970: when it happened
    recorded INTEGER NOT NULL,          -- … and when it was committed
    facts    TEXT NOT NULL,
    UNIQUE (stream, seq)
) STRICT;

CREATE TRIGGER touchpoint_is_never_changed BEFORE UPDATE ON touchpoint
BEGIN SELECT raise(ABORT, 'a touchpoint is never changed'); END;

CREATE TRIGGER touchpoint_is_never_deleted BEFORE DELETE ON touchpoint
BEGIN SELECT raise(ABORT, 'a touchpoint is never deleted'); END;

CREATE TABLE personal (
    position INTEGER PRIMARY KEY,
    sealed   BLOB NOT NULL
) STRICT;

-- Projections of the log, written in the transaction of the append that changes them.

CREATE TABLE conversation (
    conversation_id TEXT PRIMARY KEY,
    customer_ref    TEXT NOT NULL,
    started_by      TEXT UNIQUE,        -- digest of the client_id that started it
    started_at      INTEGER NOT NULL,
    owner           TEXT NOT NULL,
    opened_at       INTEGER             -- when the open episode began; NULL where none is open
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX one_open_conversation_a_customer ON conversation (customer_ref) WHERE owner <> 'closed';
CREATE INDEX conversation_of_customer ON conversation (customer_ref);
CREATE INDEX conversation_open ON conversation (owner, opened_at) WHERE opened_at IS NOT NULL;

CREATE TABLE queue (
    conversation_id TEXT PRIMARY KEY,
    skill           TEXT NOT NULL,
    priority        INTEGER NOT NULL,
    reason          TEXT NOT NULL,
    intent          TEXT,
    waiting_since   INTEGER NOT NULL,
    agent_id        TEXT,
    assigned_at     INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE identity (
    digest       TEXT PRIMARY KEY,      -- keyed digest of the shop's own id of the customer
    customer_ref TEXT NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;

-- Rows that the log does not hold.

CREATE TABLE token_use (
    conversation_id TEXT PRIMARY KEY,
    used_at         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
    account_id   TEXT PRIMARY KEY,
    email        TEXT NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    role         TEXT NOT NULL,
    skills       TEXT NOT NULL,         -- JSON array
    password     TEXT NOT NULL,         -- Argon2id
    disabled     INTEGER NOT NULL,
    failures     INTEGER NOT NULL,      -- wrong passwords in a row
    locked_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    digest     TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    csrf       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE invitation (
    digest     TEXT PRIMARY KEY,
    role       TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
