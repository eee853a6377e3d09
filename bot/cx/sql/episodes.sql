-- The episodes of the people in `concerned`, each with what the same customer did before and after.
SELECT f.*,
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
    p.first_at AS person_first_at, p.last_at AS person_last_at
FROM fold f SEMI JOIN concerned USING (person) LEFT JOIN person p USING (person)
