-- A conversation that came to belong to a customer who was known already: its own customer_ref is another one.

CREATE TABLE linked (
    conversation_id TEXT PRIMARY KEY,
    known_ref       TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX linked_to_customer ON linked (known_ref);

INSERT INTO linked
SELECT conversation_id, known_ref FROM (
    SELECT c.conversation_id, c.customer_ref, (
        SELECT json_extract(t.facts, '$.known_ref') FROM touchpoint t JOIN stream s ON s.id = t.stream
        WHERE s.name = 'conversation/' || c.conversation_id AND t.type IN ('identity.linked', 'identity.unlinked')
        ORDER BY t.seq DESC LIMIT 1
    ) AS known_ref FROM conversation c
)
WHERE known_ref IS NOT NULL AND known_ref <> customer_ref;
