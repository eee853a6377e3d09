-- Who had a conversation from when to when, for the streams in `touched`. A wait is a spell in the queue: after a hand-off,
-- after an agent who was absent or late, and after being passed to a skill.
SELECT stream, episode, seq, type, variant, reason, skill,
    type IN ('handoff.requested', 'assignment.expired')
        OR (type = 'conversation.transferred' AND variant IS NOT DISTINCT FROM 'skill') AS is_wait,
    time AS began, lead(time) OVER w AS ended, lead(type) OVER w AS ended_by, lead(reason) OVER w AS ended_reason
FROM touchpoint SEMI JOIN touched USING (stream)
WHERE type IN ('handoff.requested', 'handoff.cancelled', 'conversation.assigned', 'conversation.transferred',
    'conversation.taken_over', 'conversation.returned', 'assignment.expired', 'episode.closed')
WINDOW w AS (PARTITION BY stream, episode ORDER BY seq)
