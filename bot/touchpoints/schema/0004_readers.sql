-- Readers of the log: which process works under a name, and which conversations a webhook's receiver fails at.

CREATE TABLE lease (
    name   TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until  INTEGER NOT NULL             -- unless the holder renews it
) STRICT, WITHOUT ROWID;

ALTER TABLE webhook ADD COLUMN problem TEXT NOT NULL DEFAULT '';          -- why it was switched off by itself

-- A conversation of which a receiver doesn't take the next touchpoint: it waits, and the others go on.
CREATE TABLE held_back (
    webhook_id TEXT NOT NULL,
    stream     TEXT NOT NULL,
    seq        INTEGER NOT NULL,        -- the next one to send
    attempts   INTEGER NOT NULL,        -- at that one
    since      INTEGER NOT NULL,        -- when the first of them failed
    due_at     INTEGER NOT NULL,
    PRIMARY KEY (webhook_id, stream)
) STRICT, WITHOUT ROWID;
