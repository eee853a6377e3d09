-- When the people in `concerned` were first and last heard of themselves.
SELECT o.person, min(t.time) AS first_at, max(t.time) AS last_at
FROM touchpoint t JOIN owner o ON o.stream = t.stream SEMI JOIN concerned c ON c.person = o.person
WHERE t.actor_kind IS NULL OR t.actor_kind = 'customer'
GROUP BY o.person
