-- Who had a conversation from when to when, for the streams in `touched`.
SELECT stream, episode, seq, type, variant, reason, skill, time AS began,
    lead(time) OVER w AS ended, lead(type) OVER w AS ended_by, lead(reason) OVER w AS ended_reason
FROM touchpoint SEMI JOIN touched USING (stream)
WHERE type IN ('handoff.requested', 'handoff.cancelled', 'conversation.assigned', 'conversation.transferred',
    'conversation.taken_over', 'conversation.returned', 'assignment.expired', 'episode.closed')
WINDOW w AS (PARTITION BY stream, episode ORDER BY seq)
