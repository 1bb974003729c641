-- +goose Up

-- Folding reads beside those who write, and takes the one writer's place only to put
-- down what it has counted: see docs/adr/0039-summaries.md. So a turn is closed before
-- it is read. The triggers go by what is closed (SQLite renames it in them): a row of
-- a closed turn that changes is taken back as it was and gets a new turn, folded or not.
ALTER TABLE summary_state RENAME COLUMN turn TO closed_turn;
ALTER TABLE summary_state RENAME COLUMN id TO closed_id;

-- All rows up to this turn and id are in the summaries, and what was taken back of them
-- counts.
ALTER TABLE summary_state ADD COLUMN turn integer NOT NULL DEFAULT -1;
ALTER TABLE summary_state ADD COLUMN id text NOT NULL DEFAULT 'ffffffff-ffff-ffff-ffff-ffffffffffff';
UPDATE summary_state SET turn = closed_turn, id = closed_id, closed_turn = closed_turn + 1, closed_id = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

-- Whoever adds an assessment says the open turn: a trigger that mends a missing one is
-- compiled with each insert, and was most of what a submit paid.
DROP TRIGGER summaries_insert;

-- What reports count of an assessment, in one row that is read once: a column for each
-- view, with the key, or NULL where it is not counted. "step:printed" is the key printed of
-- the view step. Seconds become whole minutes, 120 for all from there on.
CREATE VIEW report_rows AS
SELECT a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics,
    a.created_by AS author, a.register, a.language, a.mode,
    CAST(CAST(floor(CASE WHEN a.resources >= 100 THEN 9 ELSE a.resources / 10 END) AS integer) AS text) || '-' ||
        CAST(CAST(floor(CASE WHEN a.challenge >= 100 THEN 9 ELSE a.challenge / 10 END) AS integer) AS text) AS place,
    CASE WHEN a.status = 'confirmed' THEN coalesce(a.agreed_segment, a.segment) ELSE 'none' END AS agreed,
    coalesce(a.expected_segment, 'none') AS expected,
    CASE WHEN coalesce(json_array_length(a.result, '$.borderline'), 0) = 0 THEN 'no' ELSE 'yes' END AS borderline,
    CASE WHEN a.status = 'confirmed' THEN 'confirmed' END AS "step:confirmed",
    CASE WHEN a.feedback_given THEN 'feedback' END AS "step:feedback",
    (SELECT 'printed' FROM assessment_events e WHERE e.assessment_id = a.id AND e.kind = 'printed' LIMIT 1) AS "step:printed",
    (SELECT 'recorded' FROM assessment_events e WHERE e.assessment_id = a.id AND e.kind = 'recorded' LIMIT 1) AS "step:recorded",
    (SELECT 'discussed' FROM assessment_events e WHERE e.assessment_id = a.id AND e.kind = 'discussed' LIMIT 1) AS "step:discussed",
    (SELECT CAST(min(120, (sum(p.seconds) + 30) / 60) AS text) FROM assessment_phases p WHERE p.assessment_id = a.id) AS minutes,
    (SELECT CAST(min(120, (p.seconds + 30) / 60) AS text) FROM assessment_phases p WHERE p.assessment_id = a.id AND p.phase = 'begin') AS "minutes-begin",
    (SELECT CAST(min(120, (p.seconds + 30) / 60) AS text) FROM assessment_phases p WHERE p.assessment_id = a.id AND p.phase = 'consent') AS "minutes-consent",
    (SELECT CAST(min(120, (p.seconds + 30) / 60) AS text) FROM assessment_phases p WHERE p.assessment_id = a.id AND p.phase = 'client') AS "minutes-client",
    (SELECT CAST(min(120, (p.seconds + 30) / 60) AS text) FROM assessment_phases p WHERE p.assessment_id = a.id AND p.phase = 'professional') AS "minutes-professional",
    (SELECT CAST(min(120, (p.seconds + 30) / 60) AS text) FROM assessment_phases p WHERE p.assessment_id = a.id AND p.phase = 'result') AS "minutes-result",
    (SELECT CAST(min(120, (p.seconds + 30) / 60) AS text) FROM assessment_phases p WHERE p.assessment_id = a.id AND p.phase = 'feedback') AS "minutes-feedback"
FROM assessments a WHERE a.status IN ('completed', 'confirmed');

DROP VIEW report_facts;
-- The same, once under each key of a view, and each time that somebody did not take part
-- ('kind'). 'all', 'day' and 'author' count who is in no statistics too; the month of 'day'
-- is the day.
CREATE VIEW report_facts AS
SELECT 'all' AS view, '' AS key, turn, id, day, month, unit, battery, segment, statistics FROM report_rows
UNION ALL SELECT 'day', '', turn, id, day, day, unit, battery, segment, statistics FROM report_rows
UNION ALL SELECT 'author', author, turn, id, day, month, unit, battery, segment, statistics FROM report_rows
UNION ALL SELECT 'register', register, turn, id, day, month, unit, battery, segment, statistics FROM report_rows
UNION ALL SELECT 'language', language, turn, id, day, month, unit, battery, segment, statistics FROM report_rows
UNION ALL SELECT 'mode', mode, turn, id, day, month, unit, battery, segment, statistics FROM report_rows
UNION ALL SELECT 'place', place, turn, id, day, month, unit, battery, segment, statistics FROM report_rows
UNION ALL SELECT 'agreed', agreed, turn, id, day, month, unit, battery, segment, statistics FROM report_rows
UNION ALL SELECT 'expected', expected, turn, id, day, month, unit, battery, segment, statistics FROM report_rows
UNION ALL SELECT 'borderline', borderline, turn, id, day, month, unit, battery, segment, statistics FROM report_rows
UNION ALL SELECT 'step', "step:confirmed", turn, id, day, month, unit, battery, segment, statistics FROM report_rows WHERE "step:confirmed" IS NOT NULL
UNION ALL SELECT 'step', "step:feedback", turn, id, day, month, unit, battery, segment, statistics FROM report_rows WHERE "step:feedback" IS NOT NULL
UNION ALL SELECT 'step', "step:printed", turn, id, day, month, unit, battery, segment, statistics FROM report_rows WHERE "step:printed" IS NOT NULL
UNION ALL SELECT 'step', "step:recorded", turn, id, day, month, unit, battery, segment, statistics FROM report_rows WHERE "step:recorded" IS NOT NULL
UNION ALL SELECT 'step', "step:discussed", turn, id, day, month, unit, battery, segment, statistics FROM report_rows WHERE "step:discussed" IS NOT NULL
UNION ALL SELECT 'minutes', minutes, turn, id, day, month, unit, battery, segment, statistics FROM report_rows WHERE minutes IS NOT NULL
UNION ALL SELECT 'minutes-begin', "minutes-begin", turn, id, day, month, unit, battery, segment, statistics FROM report_rows WHERE "minutes-begin" IS NOT NULL
UNION ALL SELECT 'minutes-consent', "minutes-consent", turn, id, day, month, unit, battery, segment, statistics FROM report_rows WHERE "minutes-consent" IS NOT NULL
UNION ALL SELECT 'minutes-client', "minutes-client", turn, id, day, month, unit, battery, segment, statistics FROM report_rows WHERE "minutes-client" IS NOT NULL
UNION ALL SELECT 'minutes-professional', "minutes-professional", turn, id, day, month, unit, battery, segment, statistics FROM report_rows WHERE "minutes-professional" IS NOT NULL
UNION ALL SELECT 'minutes-result', "minutes-result", turn, id, day, month, unit, battery, segment, statistics FROM report_rows WHERE "minutes-result" IS NOT NULL
UNION ALL SELECT 'minutes-feedback', "minutes-feedback", turn, id, day, month, unit, battery, segment, statistics FROM report_rows WHERE "minutes-feedback" IS NOT NULL
UNION ALL SELECT 'kind', n.kind, n.turn, n.id, n.happened_on, substr(n.happened_on, 1, 7), n.unit, coalesce(n.battery, ''), NULL, 0 FROM non_participations n;

-- +goose Down
-- +goose StatementBegin
CREATE TRIGGER summaries_insert AFTER INSERT ON assessments
WHEN NEW.status IN ('completed', 'confirmed') AND NEW.turn <= (SELECT closed_turn FROM summary_state) BEGIN
    UPDATE assessments SET turn = (SELECT closed_turn + 1 FROM summary_state)
    WHERE id = NEW.id AND status IN ('completed', 'confirmed') AND turn <= (SELECT closed_turn FROM summary_state);
END;
-- +goose StatementEnd
DROP VIEW report_facts;
DROP VIEW report_rows;
CREATE VIEW report_facts AS
SELECT 'all' AS view, '' AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'author' AS view, a.created_by AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'day', '', a.turn, a.id, a.assessed_on AS day, a.assessed_on AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'register' AS view, a.register AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'language' AS view, a.language AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'mode' AS view, a.mode AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'place' AS view, CAST(CAST(floor(CASE WHEN a.resources >= 100 THEN 9 ELSE a.resources / 10 END) AS integer) AS text) || '-' || CAST(CAST(floor(CASE WHEN a.challenge >= 100 THEN 9 ELSE a.challenge / 10 END) AS integer) AS text) AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'agreed' AS view, CASE WHEN a.status = 'confirmed' THEN coalesce(a.agreed_segment, a.segment) ELSE 'none' END AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'expected' AS view, coalesce(a.expected_segment, 'none') AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'borderline' AS view, CASE WHEN coalesce(json_array_length(a.result, '$.borderline'), 0) = 0 THEN 'no' ELSE 'yes' END AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'step' AS view, 'confirmed' AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed') AND a.status = 'confirmed'
UNION ALL SELECT 'step' AS view, 'feedback' AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed') AND a.feedback_given
UNION ALL SELECT 'step' AS view, 'printed' AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed') AND EXISTS (SELECT 1 FROM assessment_events e WHERE e.assessment_id = a.id AND e.kind = 'printed')
UNION ALL SELECT 'step' AS view, 'recorded' AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed') AND EXISTS (SELECT 1 FROM assessment_events e WHERE e.assessment_id = a.id AND e.kind = 'recorded')
UNION ALL SELECT 'step' AS view, 'discussed' AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed') AND EXISTS (SELECT 1 FROM assessment_events e WHERE e.assessment_id = a.id AND e.kind = 'discussed')
UNION ALL SELECT 'minutes' AS view, CAST(min(120, ((SELECT sum(p.seconds) FROM assessment_phases p WHERE p.assessment_id = a.id) + 30) / 60) AS text) AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed') AND EXISTS (SELECT 1 FROM assessment_phases p WHERE p.assessment_id = a.id)
UNION ALL SELECT 'minutes-begin', CAST(min(120, (p.seconds + 30) / 60) AS text), a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics
    FROM assessment_phases p JOIN assessments a ON a.id = p.assessment_id WHERE p.phase = 'begin' AND a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'minutes-consent', CAST(min(120, (p.seconds + 30) / 60) AS text), a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics
    FROM assessment_phases p JOIN assessments a ON a.id = p.assessment_id WHERE p.phase = 'consent' AND a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'minutes-client', CAST(min(120, (p.seconds + 30) / 60) AS text), a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics
    FROM assessment_phases p JOIN assessments a ON a.id = p.assessment_id WHERE p.phase = 'client' AND a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'minutes-professional', CAST(min(120, (p.seconds + 30) / 60) AS text), a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics
    FROM assessment_phases p JOIN assessments a ON a.id = p.assessment_id WHERE p.phase = 'professional' AND a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'minutes-result', CAST(min(120, (p.seconds + 30) / 60) AS text), a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics
    FROM assessment_phases p JOIN assessments a ON a.id = p.assessment_id WHERE p.phase = 'result' AND a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'minutes-feedback', CAST(min(120, (p.seconds + 30) / 60) AS text), a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics
    FROM assessment_phases p JOIN assessments a ON a.id = p.assessment_id WHERE p.phase = 'feedback' AND a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'kind', n.kind, n.turn, n.id, n.happened_on, substr(n.happened_on, 1, 7), n.unit, coalesce(n.battery, ''), NULL, 0 FROM non_participations n;
DELETE FROM summary_corrections WHERE (turn, id) > (SELECT turn, id FROM summary_state);
UPDATE summary_state SET closed_turn = turn, closed_id = id;
ALTER TABLE summary_state DROP COLUMN turn;
ALTER TABLE summary_state DROP COLUMN id;
ALTER TABLE summary_state RENAME COLUMN closed_turn TO turn;
ALTER TABLE summary_state RENAME COLUMN closed_id TO id;
