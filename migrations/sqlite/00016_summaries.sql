-- +goose Up

-- Summaries of what reports count: see docs/adr/0039-summaries.md.

-- A place in the order in which rows became what reports count of them. Whoever writes
-- is alone, so a number for all since the last batch was begun is enough.
ALTER TABLE assessments ADD COLUMN turn integer NOT NULL DEFAULT 0;
ALTER TABLE non_participations ADD COLUMN turn integer NOT NULL DEFAULT 0;
CREATE INDEX assessments_turn ON assessments (turn, id) WHERE status IN ('completed', 'confirmed');
CREATE INDEX non_participations_turn ON non_participations (turn, id);
CREATE INDEX feedback_day ON feedback (given_on);

-- How many there are under each key of a view: the four segments of those whose
-- consent covers statistics, and all others.
CREATE TABLE summaries (
    view      text NOT NULL,
    month     text NOT NULL,
    unit      text NOT NULL,
    battery   text NOT NULL,
    key       text NOT NULL,
    omatoimi  integer NOT NULL,
    yhteiso   integer NOT NULL,
    yhteistyo integer NOT NULL,
    verkosto  integer NOT NULL,
    others    integer NOT NULL,
    PRIMARY KEY (view, month, unit, battery, key)
) STRICT, WITHOUT ROWID;

-- What is in the summaries and no longer so. The turn is that of the row as it was.
CREATE TABLE summary_corrections (
    turn       integer NOT NULL,
    id         text NOT NULL,
    view       text NOT NULL,
    key        text NOT NULL,
    month      text NOT NULL,
    unit       text NOT NULL,
    battery    text NOT NULL,
    segment    text,
    statistics integer NOT NULL
) STRICT;
CREATE INDEX summary_corrections_view ON summary_corrections (view, month);

-- All rows up to this turn and id are in the summaries.
CREATE TABLE summary_state (
    one    integer PRIMARY KEY NOT NULL CHECK (one = 1),
    turn   integer NOT NULL,
    id     text NOT NULL,
    server text NOT NULL
) STRICT;
INSERT INTO summary_state (one, turn, id, server) VALUES (1, -1, 'ffffffff-ffff-ffff-ffff-ffffffffffff', '');

-- What reports count of each assessment, and of each time that somebody did not take
-- part ('kind'), once under each key of a view. Seconds become whole minutes, 120 for
-- all from there on. 'all' and 'author' count who is in no statistics too.
CREATE VIEW report_facts AS
SELECT 'all' AS view, '' AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'author' AS view, a.created_by AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed')
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

CREATE VIEW report_reassessments AS
SELECT a.assessed_on AS day, a.unit, a.battery, a.segment, a.assessed_month AS month, (SELECT b.segment FROM assessments b
    WHERE (b.consent_id = a.consent_id OR b.client_index = a.client_index AND b.unit = a.unit) AND b.register = a.register
        AND (b.assessed_on, b.created_at, b.id) < (a.assessed_on, a.created_at, a.id) AND b.status IN ('completed', 'confirmed') AND b.statistics
    ORDER BY b.assessed_on DESC, b.created_at DESC, b.id DESC LIMIT 1) AS previous
FROM assessments a WHERE a.status IN ('completed', 'confirmed') AND a.statistics;


-- Changes. A row that is counted and becomes another one, or none, is taken back as it
-- was if it is in the summaries, and gets a turn anew. So does a new row that comes
-- without one.

-- +goose StatementBegin
CREATE TRIGGER summaries_insert AFTER INSERT ON assessments
WHEN NEW.status IN ('completed', 'confirmed') AND NEW.turn <= (SELECT turn FROM summary_state) BEGIN
    UPDATE assessments SET turn = (SELECT turn + 1 FROM summary_state)
    WHERE id = NEW.id AND status IN ('completed', 'confirmed') AND turn <= (SELECT turn FROM summary_state);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER summaries_change BEFORE UPDATE OF status, statistics, unit, register, language, mode, assessed_on, assessed_month, expected_segment, battery, segment, resources, challenge, result, agreed_segment, feedback_given, created_by ON assessments
WHEN OLD.status IN ('completed', 'confirmed') AND (OLD.status IS NOT NEW.status OR OLD.statistics IS NOT NEW.statistics OR OLD.unit IS NOT NEW.unit OR OLD.register IS NOT NEW.register OR OLD.language IS NOT NEW.language OR OLD.mode IS NOT NEW.mode OR OLD.assessed_on IS NOT NEW.assessed_on OR OLD.assessed_month IS NOT NEW.assessed_month OR OLD.expected_segment IS NOT NEW.expected_segment OR OLD.battery IS NOT NEW.battery OR OLD.segment IS NOT NEW.segment OR OLD.resources IS NOT NEW.resources OR OLD.challenge IS NOT NEW.challenge OR OLD.result IS NOT NEW.result OR OLD.agreed_segment IS NOT NEW.agreed_segment OR OLD.feedback_given IS NOT NEW.feedback_given OR OLD.created_by IS NOT NEW.created_by) BEGIN
    INSERT INTO summary_corrections (turn, id, view, key, month, unit, battery, segment, statistics)
    SELECT turn, id, view, key, month, unit, battery, segment, statistics FROM report_facts
    WHERE id = OLD.id AND (turn, id) <= (SELECT turn, id FROM summary_state) AND (statistics OR view IN ('all', 'author', 'kind'));
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER summaries_changed AFTER UPDATE OF status, statistics, unit, register, language, mode, assessed_on, assessed_month, expected_segment, battery, segment, resources, challenge, result, agreed_segment, feedback_given, created_by ON assessments
WHEN NEW.status IN ('completed', 'confirmed') AND (OLD.status IS NOT NEW.status OR OLD.statistics IS NOT NEW.statistics OR OLD.unit IS NOT NEW.unit OR OLD.register IS NOT NEW.register OR OLD.language IS NOT NEW.language OR OLD.mode IS NOT NEW.mode OR OLD.assessed_on IS NOT NEW.assessed_on OR OLD.assessed_month IS NOT NEW.assessed_month OR OLD.expected_segment IS NOT NEW.expected_segment OR OLD.battery IS NOT NEW.battery OR OLD.segment IS NOT NEW.segment OR OLD.resources IS NOT NEW.resources OR OLD.challenge IS NOT NEW.challenge OR OLD.result IS NOT NEW.result OR OLD.agreed_segment IS NOT NEW.agreed_segment OR OLD.feedback_given IS NOT NEW.feedback_given OR OLD.created_by IS NOT NEW.created_by) BEGIN
    UPDATE assessments SET turn = (SELECT turn + 1 FROM summary_state)
    WHERE id = NEW.id AND status IN ('completed', 'confirmed') AND turn <= (SELECT turn FROM summary_state);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER summaries_delete BEFORE DELETE ON assessments WHEN OLD.status IN ('completed', 'confirmed') BEGIN
    INSERT INTO summary_corrections (turn, id, view, key, month, unit, battery, segment, statistics)
    SELECT turn, id, view, key, month, unit, battery, segment, statistics FROM report_facts
    WHERE id = OLD.id AND (turn, id) <= (SELECT turn, id FROM summary_state) AND (statistics OR view IN ('all', 'author', 'kind'));
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER summaries_event_insert BEFORE INSERT ON assessment_events BEGIN
    INSERT INTO summary_corrections (turn, id, view, key, month, unit, battery, segment, statistics)
    SELECT turn, id, view, key, month, unit, battery, segment, statistics FROM report_facts
    WHERE id = NEW.assessment_id AND (turn, id) <= (SELECT turn, id FROM summary_state) AND (statistics OR view IN ('all', 'author', 'kind'));
    UPDATE assessments SET turn = (SELECT turn + 1 FROM summary_state)
    WHERE id = NEW.assessment_id AND status IN ('completed', 'confirmed') AND turn <= (SELECT turn FROM summary_state);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER summaries_event_update BEFORE UPDATE ON assessment_events BEGIN
    INSERT INTO summary_corrections (turn, id, view, key, month, unit, battery, segment, statistics)
    SELECT turn, id, view, key, month, unit, battery, segment, statistics FROM report_facts
    WHERE id = NEW.assessment_id AND (turn, id) <= (SELECT turn, id FROM summary_state) AND (statistics OR view IN ('all', 'author', 'kind'));
    UPDATE assessments SET turn = (SELECT turn + 1 FROM summary_state)
    WHERE id = NEW.assessment_id AND status IN ('completed', 'confirmed') AND turn <= (SELECT turn FROM summary_state);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER summaries_event_delete BEFORE DELETE ON assessment_events BEGIN
    INSERT INTO summary_corrections (turn, id, view, key, month, unit, battery, segment, statistics)
    SELECT turn, id, view, key, month, unit, battery, segment, statistics FROM report_facts
    WHERE id = OLD.assessment_id AND (turn, id) <= (SELECT turn, id FROM summary_state) AND (statistics OR view IN ('all', 'author', 'kind'));
    UPDATE assessments SET turn = (SELECT turn + 1 FROM summary_state)
    WHERE id = OLD.assessment_id AND status IN ('completed', 'confirmed') AND turn <= (SELECT turn FROM summary_state);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER summaries_phase_insert BEFORE INSERT ON assessment_phases BEGIN
    INSERT INTO summary_corrections (turn, id, view, key, month, unit, battery, segment, statistics)
    SELECT turn, id, view, key, month, unit, battery, segment, statistics FROM report_facts
    WHERE id = NEW.assessment_id AND (turn, id) <= (SELECT turn, id FROM summary_state) AND (statistics OR view IN ('all', 'author', 'kind'));
    UPDATE assessments SET turn = (SELECT turn + 1 FROM summary_state)
    WHERE id = NEW.assessment_id AND status IN ('completed', 'confirmed') AND turn <= (SELECT turn FROM summary_state);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER summaries_phase_update BEFORE UPDATE ON assessment_phases BEGIN
    INSERT INTO summary_corrections (turn, id, view, key, month, unit, battery, segment, statistics)
    SELECT turn, id, view, key, month, unit, battery, segment, statistics FROM report_facts
    WHERE id = NEW.assessment_id AND (turn, id) <= (SELECT turn, id FROM summary_state) AND (statistics OR view IN ('all', 'author', 'kind'));
    UPDATE assessments SET turn = (SELECT turn + 1 FROM summary_state)
    WHERE id = NEW.assessment_id AND status IN ('completed', 'confirmed') AND turn <= (SELECT turn FROM summary_state);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER summaries_phase_delete BEFORE DELETE ON assessment_phases BEGIN
    INSERT INTO summary_corrections (turn, id, view, key, month, unit, battery, segment, statistics)
    SELECT turn, id, view, key, month, unit, battery, segment, statistics FROM report_facts
    WHERE id = OLD.assessment_id AND (turn, id) <= (SELECT turn, id FROM summary_state) AND (statistics OR view IN ('all', 'author', 'kind'));
    UPDATE assessments SET turn = (SELECT turn + 1 FROM summary_state)
    WHERE id = OLD.assessment_id AND status IN ('completed', 'confirmed') AND turn <= (SELECT turn FROM summary_state);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER summaries_non_participation AFTER INSERT ON non_participations WHEN NEW.turn <= (SELECT turn FROM summary_state) BEGIN
    UPDATE non_participations SET turn = (SELECT turn + 1 FROM summary_state) WHERE id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER summaries_non_participation_delete BEFORE DELETE ON non_participations BEGIN
    INSERT INTO summary_corrections (turn, id, view, key, month, unit, battery, segment, statistics)
    SELECT turn, id, view, key, month, unit, battery, segment, statistics FROM report_facts
    WHERE id = OLD.id AND (turn, id) <= (SELECT turn, id FROM summary_state) AND (statistics OR view IN ('all', 'author', 'kind'));
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER summaries_non_participation_delete;
DROP TRIGGER summaries_non_participation;
DROP TRIGGER summaries_phase_delete;
DROP TRIGGER summaries_phase_update;
DROP TRIGGER summaries_phase_insert;
DROP TRIGGER summaries_event_delete;
DROP TRIGGER summaries_event_update;
DROP TRIGGER summaries_event_insert;
DROP TRIGGER summaries_delete;
DROP TRIGGER summaries_changed;
DROP TRIGGER summaries_change;
DROP TRIGGER summaries_insert;
DROP VIEW report_reassessments;
DROP VIEW report_facts;
DROP TABLE summary_state;
DROP TABLE summary_corrections;
DROP TABLE summaries;
DROP INDEX feedback_day;
DROP INDEX non_participations_turn;
DROP INDEX assessments_turn;
ALTER TABLE non_participations DROP COLUMN turn;
ALTER TABLE assessments DROP COLUMN turn;
