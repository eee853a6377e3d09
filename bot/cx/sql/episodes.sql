-- The episodes of the people in `concerned`, each with what the same customer did before and after. One that opens within
-- a week of the last close in its conversation `reopens` what that was about: with the first they are one matter, which is
-- over with the last close of all of them.
WITH own AS (
    SELECT f.*, coalesce(opened_at - lag(last_close_at) OVER w <= 7 * 86400000, false) AS reopens
    FROM fold f SEMI JOIN concerned USING (person) WINDOW w AS (PARTITION BY stream ORDER BY episode)
),
-- When the customer was heard of again from the day after the close on: what comes within a day may still be of it.
heard AS (
    SELECT own.stream, own.episode, t.time AS heard_at
    FROM own ASOF JOIN (
        SELECT o.person, t.time
        FROM touchpoint t JOIN owner o ON o.stream = t.stream SEMI JOIN concerned c ON c.person = o.person
        WHERE t.actor_kind IS NULL OR t.actor_kind = 'customer'
    ) t ON own.person = t.person AND own.last_close_at + 86400000 <= t.time
),
matters AS (SELECT *, sum((NOT reopens)::INTEGER) OVER (PARTITION BY stream ORDER BY episode) AS matter FROM own)
SELECT f.* EXCLUDE (matter),
    last_value(last_close_at) OVER of_matter AS matter_close_at,
    last_value(close_reason) OVER of_matter AS matter_close_reason,
    lead(opened_at) OVER (PARTITION BY person ORDER BY opened_at, stream, episode) AS next_at,
    lag(opened_at) OVER (PARTITION BY person ORDER BY opened_at, stream, episode) AS previous_at,
    lag(channel) OVER (PARTITION BY person ORDER BY opened_at, stream, episode) AS previous_channel,
    lead(opened_at) OVER (PARTITION BY stream ORDER BY episode) AS reopened_at,
    CASE WHEN intent IS NOT NULL THEN
        lead(opened_at) OVER (PARTITION BY person, intent ORDER BY opened_at, stream, episode) END AS next_same_intent_at,
    CASE WHEN intent IS NOT NULL THEN
        lag(opened_at) OVER (PARTITION BY person, intent ORDER BY opened_at, stream, episode) END AS previous_same_intent_at,
    CASE WHEN stage IS NOT NULL THEN
        lag(opened_at) OVER (PARTITION BY person, stage ORDER BY opened_at, stream, episode) END AS previous_same_stage_at,
    p.first_at AS person_first_at, h.heard_at
FROM matters f LEFT JOIN person p USING (person) LEFT JOIN heard h USING (stream, episode)
WINDOW of_matter AS (
    PARTITION BY stream, matter ORDER BY episode ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
)
