-- Whose each stream in `touched` is: the customer it began with, or the one that customer was last found to be.
WITH own AS (SELECT s.* FROM stream s SEMI JOIN touched ON touched.stream = s.id),
link AS (
    SELECT o.customer_ref,
        nullif(arg_max(CASE WHEN t.type = 'identity.linked' THEN t.known_ref ELSE '' END, t.position), '') AS known
    FROM (
        SELECT stream, position, type, known_ref FROM touchpoint WHERE type IN ('identity.linked', 'identity.unlinked')
    ) t JOIN own o ON o.id = t.stream GROUP BY o.customer_ref
),
begun AS (
    SELECT stream, any_value(channel) AS channel, any_value(locale) AS locale
    FROM touchpoint SEMI JOIN touched USING (stream) WHERE type = 'conversation.started' GROUP BY stream
)
SELECT own.id AS stream, coalesce(link.known, own.customer_ref) AS person, begun.channel, begun.locale
FROM own LEFT JOIN link USING (customer_ref) LEFT JOIN begun ON begun.stream = own.id
-- What a system reports of nobody in particular has a stream of its source, which is no customer.
WHERE own.customer_ref IS NOT NULL AND own.kind IN ('conversation', 'customer')
