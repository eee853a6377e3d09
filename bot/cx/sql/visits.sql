-- Where the people in `concerned` were on the journey: one row for each run of touchpoints at the same stage.
WITH staged AS (
    SELECT o.person, t.stage, coalesce(t.channel, o.channel, 'other') AS channel, t.time, t.position,
        lag(t.stage) OVER (PARTITION BY o.person ORDER BY t.time, t.position) IS DISTINCT FROM t.stage AS enters
    FROM touchpoint t JOIN owner o ON o.stream = t.stream SEMI JOIN concerned c ON c.person = o.person
    WHERE t.stage IS NOT NULL AND t.actor_kind IS DISTINCT FROM 'bot' AND t.actor_kind IS DISTINCT FROM 'agent'
),
runs AS (
    SELECT person, any_value(stage) AS stage, arg_min(channel, position) AS channel, min(time) AS began,
        max(time) AS ended, count(*) AS touchpoints
    FROM (SELECT *, sum(enters::INTEGER) OVER (PARTITION BY person ORDER BY time, position) AS run FROM staged)
    GROUP BY person, run
)
SELECT person, stage, channel, began, ended, lead(stage) OVER w AS next_stage, lead(began) OVER w AS next_at, touchpoints
FROM runs WINDOW w AS (PARTITION BY person ORDER BY began)
