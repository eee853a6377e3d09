-- The mirror: the facts of the log in columns, and what they fold to. No text, no name, nothing sealed.

-- `mark` is the id of the touchpoint at `position`: another one there is another log.
CREATE TABLE mirror (
    version INTEGER, position BIGINT, mark VARCHAR, folded BIGINT, stream BIGINT, chat VARCHAR[], confirming VARCHAR[]
);

CREATE TABLE stream (id BIGINT, kind VARCHAR, name VARCHAR, customer_ref VARCHAR);

CREATE TABLE touchpoint (
    position BIGINT, stream BIGINT, seq INTEGER, type VARCHAR, time BIGINT, episode INTEGER,
    -- who, where, about what
    actor_kind VARCHAR, actor_id VARCHAR, actor_version VARCHAR, channel VARCHAR, locale VARCHAR, stage VARCHAR,
    stage_method VARCHAR, initiative VARCHAR, intent VARCHAR, confidence DOUBLE, runner_up VARCHAR,
    model_version VARCHAR, in_scope BOOLEAN, mood DOUBLE, distressed BOOLEAN, payload VARCHAR,
    -- what was said and done
    answer_id VARCHAR, answer_variant INTEGER, variant VARCHAR, confirmed BOOLEAN, slot VARCHAR, guide VARCHAR,
    step VARCHAR, again BOOLEAN, action VARCHAR, failed BOOLEAN, latency_ms DOUBLE,
    -- people
    skill VARCHAR, reason VARCHAR, wait_s DOUBLE, agent_id VARCHAR, outcome VARCHAR, corrected_seq INTEGER, was VARCHAR,
    known_ref VARCHAR,
    -- surveys
    survey_kind VARCHAR, score DOUBLE, offer_probability DOUBLE,
    -- assessments and improvements
    conversation_id VARCHAR, passed BOOLEAN, title VARCHAR, before DOUBLE, after DOUBLE, metric VARCHAR, phase VARCHAR,
    simulated BOOLEAN
);

-- What one stretch of ownership was: who waited (`is_wait`) or was helped, from when to when, and what ended it.
CREATE TABLE spell (
    stream BIGINT, episode INTEGER, seq INTEGER, type VARCHAR, variant VARCHAR, reason VARCHAR, skill VARCHAR,
    is_wait BOOLEAN, began BIGINT, ended BIGINT, ended_by VARCHAR, ended_reason VARCHAR
);

-- Where a customer was on the journey, touchpoints at the same stage in a row taken together.
CREATE TABLE visit (
    person VARCHAR, stage VARCHAR, channel VARCHAR, began BIGINT, ended BIGINT, next_stage VARCHAR, next_at BIGINT,
    touchpoints INTEGER
);

CREATE TABLE person (person VARCHAR, first_at BIGINT, last_at BIGINT);
