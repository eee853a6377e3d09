-- A chunk of the log (position, stream, seq, type, time, facts as JSON) into columns.
INSERT INTO touchpoint
SELECT position, stream, seq, type, time,
    CASE WHEN type LIKE 'feedback.%' THEN coalesce(f.rated_episode, f.episode) ELSE f.episode END,
    f.actor_kind, f.actor_id, f.actor_version, f.channel, f.locale, f.stage,
    f.stage_method, f.initiative,
    -- A correction to none of the intents, by either of its names (bot.content.schema.OUT_OF_SCOPE).
    CASE WHEN type = 'intent.corrected' AND f.intent = 'oos' THEN 'out_of_scope' ELSE f.intent END,
    f.confidence, f.runner_up,
    f.model_version, f.in_scope, f.mood, f.distressed, f.payload,
    f.answer_id, f.answer_variant, f.variant, f.confirmed, f.slot, f.guide,
    f.step, f.again, f.action, f.failed, f.latency_ms,
    f.skill, f.reason, f.wait_s, f.agent_id, f.outcome, f.corrected_seq, f.was,
    f.known_ref,
    f.survey_kind, f.score, f.offer_probability,
    f.conversation_id, f.passed, f.title, f.before, f.after, f.metric, f.phase,
    f.simulated
FROM (
    SELECT position, stream, seq, type, time, json_transform(facts, '{
        "episode": "INTEGER", "rated_episode": "INTEGER",
        "actor_kind": "VARCHAR", "actor_id": "VARCHAR", "actor_version": "VARCHAR", "channel": "VARCHAR",
        "locale": "VARCHAR", "stage": "VARCHAR", "stage_method": "VARCHAR", "initiative": "VARCHAR",
        "intent": "VARCHAR", "confidence": "DOUBLE", "runner_up": "VARCHAR", "model_version": "VARCHAR",
        "in_scope": "BOOLEAN", "mood": "DOUBLE", "distressed": "BOOLEAN", "payload": "VARCHAR",
        "answer_id": "VARCHAR", "answer_variant": "INTEGER", "variant": "VARCHAR", "confirmed": "BOOLEAN",
        "slot": "VARCHAR", "guide": "VARCHAR", "step": "VARCHAR", "again": "BOOLEAN", "action": "VARCHAR",
        "failed": "BOOLEAN", "latency_ms": "DOUBLE", "skill": "VARCHAR", "reason": "VARCHAR", "wait_s": "DOUBLE",
        "agent_id": "VARCHAR", "outcome": "VARCHAR", "corrected_seq": "INTEGER", "was": "VARCHAR",
        "known_ref": "VARCHAR", "survey_kind": "VARCHAR", "score": "DOUBLE", "offer_probability": "DOUBLE",
        "conversation_id": "VARCHAR", "passed": "BOOLEAN", "title": "VARCHAR", "before": "DOUBLE", "after": "DOUBLE",
        "metric": "VARCHAR", "phase": "VARCHAR", "simulated": "BOOLEAN"}') AS f
    FROM chunk
);
