-- What other systems report: with which key, what was taken already, and who is who; what customers have consented to,
-- and who has been erased.

CREATE TABLE api_key (
    key_id     TEXT PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    digest     TEXT NOT NULL UNIQUE,    -- of the key, which is nowhere
    scopes     TEXT NOT NULL,           -- JSON array
    source     TEXT,                    -- of whom alone it may report; NULL: of anybody
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- So that an event that is sent again is not a second touchpoint. Kept when a customer is erased: what a sender repeats
-- then must not bring them back.
CREATE TABLE outside_event (
    digest BLOB PRIMARY KEY             -- keyed digest of its source and id
) STRICT, WITHOUT ROWID;

-- A visitor whom the shop came to know: what was reported of them before stays under a customer_ref of its own.
CREATE TABLE linked_visitor (
    customer_ref TEXT PRIMARY KEY,
    known_ref    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX visitor_of_customer ON linked_visitor (known_ref);

CREATE TABLE consent (
    customer_ref TEXT NOT NULL,
    purpose      TEXT NOT NULL,
    given        INTEGER NOT NULL,      -- 0: refused or withdrawn
    changed_at   INTEGER NOT NULL,
    PRIMARY KEY (customer_ref, purpose)
) STRICT, WITHOUT ROWID;

CREATE TABLE erased (
    customer_ref TEXT PRIMARY KEY,
    erased_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Copies of the log that `bot export` wrote with texts in them, so that erasing a customer finds them.
CREATE TABLE managed_export (
    path   TEXT PRIMARY KEY,
    format TEXT NOT NULL
) STRICT, WITHOUT ROWID;
