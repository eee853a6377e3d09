-- The people who answer: who is there, in which order customers wait and since when nobody answers them, who may not
-- write any more; how staff sign in; and who reads the log to tell others.

ALTER TABLE queue ADD COLUMN language TEXT;                               -- the customer's, such as de
ALTER TABLE queue ADD COLUMN requested_at INTEGER NOT NULL DEFAULT 0;     -- when this customer first asked; stays
ALTER TABLE queue ADD COLUMN place_at INTEGER NOT NULL DEFAULT 0;         -- requested_at, earlier for the urgent: the order
ALTER TABLE queue ADD COLUMN replied_at INTEGER;                          -- when an agent first wrote since then
ALTER TABLE queue ADD COLUMN unanswered_since INTEGER;                    -- since when the agent owes a word
UPDATE queue SET requested_at = waiting_since, place_at = waiting_since - priority * 600000;

CREATE TABLE presence (
    agent_id  TEXT PRIMARY KEY,
    status    TEXT NOT NULL,            -- online, away or offline
    automatic INTEGER NOT NULL,         -- whether conversations are assigned without a claim
    capacity  INTEGER NOT NULL,         -- how many at once
    since     INTEGER NOT NULL,         -- when the status began
    seen_at   INTEGER NOT NULL          -- the last sign of life, written now and then
) STRICT, WITHOUT ROWID;

CREATE TABLE blocked (
    customer_ref TEXT PRIMARY KEY,
    blocked_at   INTEGER NOT NULL,
    agent_id     TEXT NOT NULL          -- who did it
) STRICT, WITHOUT ROWID;

ALTER TABLE account ADD COLUMN languages TEXT NOT NULL DEFAULT '[]';      -- JSON array; none means any
ALTER TABLE account ADD COLUMN capacity INTEGER;                          -- NULL: what the content says
ALTER TABLE account ADD COLUMN second_factor BLOB;                        -- sealed with the installation's secret
ALTER TABLE account ADD COLUMN last_code INTEGER NOT NULL DEFAULT 0;      -- the time step of the last code used: none twice

ALTER TABLE session ADD COLUMN session_id TEXT NOT NULL DEFAULT '';       -- names it to its owner; opens nothing
ALTER TABLE session ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN browser TEXT NOT NULL DEFAULT '';

-- Invitations and resets: links that work once.
ALTER TABLE invitation ADD COLUMN purpose TEXT NOT NULL DEFAULT 'first';  -- first, join or reset
ALTER TABLE invitation ADD COLUMN account_id TEXT;                        -- of a reset
ALTER TABLE invitation ADD COLUMN email TEXT;
ALTER TABLE invitation ADD COLUMN name TEXT;
ALTER TABLE invitation ADD COLUMN skills TEXT NOT NULL DEFAULT '[]';
ALTER TABLE invitation ADD COLUMN languages TEXT NOT NULL DEFAULT '[]';
ALTER TABLE invitation ADD COLUMN invited_by TEXT;

-- Readers of the log remember how far they are.
CREATE TABLE reader (
    name     TEXT PRIMARY KEY,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook (
    webhook_id TEXT PRIMARY KEY,
    url        TEXT NOT NULL,
    types      TEXT NOT NULL,           -- JSON array of touchpoint types; empty: all of conversations
    secrets    BLOB NOT NULL,           -- sealed JSON array, the newest first
    texts      INTEGER NOT NULL,        -- whether what customers write goes along
    active     INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What a webhook's receiver would not take after every try.
CREATE TABLE dead_letter (
    webhook_id TEXT NOT NULL,
    position   INTEGER NOT NULL,
    attempts   INTEGER NOT NULL,
    error      TEXT NOT NULL,
    gave_up_at INTEGER NOT NULL,
    PRIMARY KEY (webhook_id, position)
) STRICT, WITHOUT ROWID;
