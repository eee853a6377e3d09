-- One row an episode from the touchpoints of the streams in `touched`. $chat are the intents that are small talk,
-- $confirming those by which a customer says that an answer helped, $upset the mood from which down one is upset. What an
-- agent corrected to `out_of_scope` has no intent.
WITH correction AS MATERIALIZED (
    SELECT stream, corrected_seq, arg_max(intent, seq) AS intent, arg_max(position, seq) AS position
    FROM touchpoint SEMI JOIN touched USING (stream)
    WHERE type = 'intent.corrected' GROUP BY ALL
),
-- The stage of what it was corrected to is that of the last message understood so before the correction: what comes later
-- must not change it, or a log taken in by pieces would give other episodes than the whole. Unknown where there was none.
staged AS (
    SELECT c.stream, c.corrected_seq, c.intent, m.stage
    FROM correction c ASOF LEFT JOIN (
        SELECT position, intent, stage FROM touchpoint
        WHERE type = 'message.received' AND in_scope AND stage IS NOT NULL
            AND coalesce(stage_method, 'intent') = 'intent' AND intent IN (SELECT intent FROM correction)
    ) m ON m.intent = c.intent AND m.position <= c.position
),
t AS MATERIALIZED (
    SELECT t.*, c.intent AS corrected, c.stage AS corrected_stage
    FROM touchpoint t SEMI JOIN touched ON touched.stream = t.stream
    LEFT JOIN staged c ON c.stream = t.stream AND c.corrected_seq = t.seq AND t.type = 'message.received'
),
helped AS (
    SELECT stream, episode, sum(ended - began) FILTER (is_wait) / 1000 AS queue_s, sum(ended - began) FILTER (
        type IN ('conversation.assigned', 'conversation.taken_over') OR variant = 'agent') / 1000 AS handle_s
    FROM spell SEMI JOIN touched USING (stream) WHERE ended IS NOT NULL GROUP BY ALL
),
reviewed AS (
    SELECT conversation_id, episode, arg_max(passed, position) AS passed
    FROM touchpoint WHERE type = 'assessment.recorded' AND conversation_id IS NOT NULL GROUP BY ALL
),
grouped AS (
    SELECT stream, episode,
        min(time) FILTER (type = 'message.received' AND variant IS DISTINCT FROM 'courtesy') AS opened_at,
        max(time) FILTER (type NOT LIKE 'feedback.%' AND type <> 'episode.closed') AS last_at,
        count(*) FILTER (type = 'message.received' AND variant IS DISTINCT FROM 'courtesy') AS turns,
        min(time) FILTER (actor_kind = 'bot' AND type IN ('answer.given', 'clarification.asked', 'slot.asked',
            'step.given', 'fallback.given', 'handoff.requested') AND variant IS DISTINCT FROM 'feedback') AS bot_at,
        min(time) FILTER (type = 'handoff.requested') AS handoff_at,
        count(*) FILTER (type = 'handoff.requested') AS hand_offs,
        arg_min(reason, seq) FILTER (type = 'handoff.requested') AS handoff_reason,
        arg_min(skill, seq) FILTER (type = 'handoff.requested') AS skill,
        min(time) FILTER (type = 'conversation.assigned') AS claimed_at,
        min(time) FILTER (type = 'message.sent') AS human_at,
        -- The hand-off that the first message of a person answers: who left the queue may have come back to it.
        max(time) FILTER (type = 'handoff.requested' AND seq < human_seq) AS asked_at,
        count(*) FILTER (type = 'handoff.cancelled') AS cancelled,
        count(*) FILTER (type IN ('conversation.transferred', 'conversation.taken_over', 'assignment.expired')) AS transfers,
        min(time) FILTER (type = 'episode.closed') AS first_close_at,
        max(time) FILTER (type = 'episode.closed') AS last_close_at,
        arg_max(reason, seq) FILTER (type = 'episode.closed') AS close_reason,
        arg_max(outcome, seq) FILTER (type = 'episode.closed') AS outcome,
        arg_max(coalesce(corrected, intent), seq) FILTER (
            type = 'message.received' AND coalesce(corrected <> 'out_of_scope', in_scope)
            AND NOT list_contains($chat, coalesce(corrected, intent))) AS intent,
        -- Empty where it isn't known, as arg_max would go on to a message before.
        nullif(arg_max(CASE WHEN coalesce(corrected = intent, corrected IS NULL) THEN stage
            ELSE coalesce(corrected_stage, '') END, seq) FILTER (
            type = 'message.received' AND coalesce(corrected <> 'out_of_scope', in_scope)
            AND NOT list_contains($chat, coalesce(corrected, intent))), '') AS stage,
        count(*) FILTER (type = 'message.received' AND coalesce(corrected = 'out_of_scope', NOT in_scope)) AS out_of_scope,
        min(confidence) FILTER (type = 'message.received' AND NOT list_contains($chat, intent)) AS confidence,
        count(*) FILTER (type = 'fallback.given') AS fallbacks,
        count(*) FILTER (type = 'clarification.asked') AS clarifications,
        count(*) FILTER (again) AS repeats,
        bool_or(distressed) AS distressed,
        list(mood ORDER BY seq) FILTER (type = 'message.received' AND mood IS NOT NULL) AS moods,
        arg_max(answer_id, seq) FILTER (is_answer) AS answer_id,
        arg_max(coalesce(actor_version, '') || '/' || coalesce(answer_variant, 0), seq) FILTER (is_answer) AS answer_version,
        arg_max(model_version, seq) AS model_version,
        -- Said of the last answer, or with it, and nothing spoke against it afterwards.
        max(seq) FILTER (is_answer) AS answered_seq,
        max(seq) FILTER (confirmed OR (type = 'message.received' AND coalesce(corrected <> 'out_of_scope', in_scope)
            AND list_contains($confirming, coalesce(corrected, intent)))) AS confirmed_seq,
        max(seq) FILTER (type = 'fallback.given' OR (type = 'message.received' AND (mood <= $upset OR distressed)))
            AS failed_seq,
        bool_or(type = 'feedback.offered') AS offered,
        bool_or(type IN ('feedback.shown', 'feedback.dismissed', 'feedback.given')) AS shown,
        bool_or(type = 'feedback.dismissed') AS dismissed,
        bool_or(type = 'feedback.given') AS rated,
        arg_max(survey_kind, seq) FILTER (type = 'feedback.offered') AS offered_kind,
        max(offer_probability) AS offer_probability,
        arg_max(score, seq) FILTER (type = 'feedback.given' AND survey_kind = 'csat') AS csat,
        arg_max(score, seq) FILTER (type = 'feedback.given' AND survey_kind = 'ces') AS ces,
        arg_max(score, seq) FILTER (type = 'feedback.given' AND survey_kind = 'nps') AS nps,
        coalesce(bool_or(simulated), false) AS simulated
    FROM (
        SELECT *, type = 'answer.given' AND variant IS DISTINCT FROM 'feedback' AND variant IS DISTINCT FROM 'courtesy'
            AND variant IS DISTINCT FROM 'acknowledgement' AND NOT list_contains($chat, answer_id)
            AND answer_id NOT IN ('all_right', 'waits') AS is_answer,  -- said of no subject
            min(seq) FILTER (type = 'message.sent') OVER (PARTITION BY stream, episode) AS human_seq
        FROM t WHERE episode IS NOT NULL
    )
    GROUP BY stream, episode
)
SELECT g.* EXCLUDE (moods, answered_seq, confirmed_seq, failed_seq),
    coalesce(confirmed_seq >= answered_seq AND coalesce(failed_seq < answered_seq, true), false) AS confirmed,
    s.name AS conversation_id,
    o.person, coalesce(o.channel, 'widget') AS channel, o.locale,
    h.handle_s, h.queue_s,
    -- Three messages at each end, fewer where one would count at both.
    list_avg(moods[1:greatest(least(3, len(moods) // 2), 1)]) AS mood_start,
    list_avg(moods[len(moods) - greatest(least(3, len(moods) // 2), 1) + 1:]) AS mood_end,
    len(moods) AS moods,
    r.passed AS review
FROM grouped g JOIN owner o ON o.stream = g.stream JOIN stream s ON s.id = g.stream
LEFT JOIN helped h ON h.stream = g.stream AND h.episode = g.episode
LEFT JOIN reviewed r ON r.conversation_id = s.name AND r.episode = g.episode
WHERE opened_at IS NOT NULL AND s.kind = 'conversation'
