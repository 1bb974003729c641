-- +goose Up

-- What reports count beside the assessments by themselves comes from summaries too: the
-- assessment before, and the clients' feedback. See docs/adr/0039-summaries.md.

-- The next and the one before under a consent are found without looking at the others.
DROP INDEX assessments_consent;
CREATE INDEX assessments_consent ON assessments (consent_id, assessed_on, created_at, id);

-- Each assessment that has one before it, with that one's segment, as it is in the
-- summaries.
CREATE TABLE reassessments (
    id       text PRIMARY KEY,
    day      text NOT NULL,
    unit     text NOT NULL,
    battery  text NOT NULL,
    segment  text NOT NULL,
    previous text NOT NULL
) STRICT;
CREATE INDEX reassessments_day ON reassessments (day);

CREATE TABLE reassessment_summaries (
    month     text NOT NULL,
    unit      text NOT NULL,
    battery   text NOT NULL,
    previous  text NOT NULL,
    omatoimi  integer NOT NULL,
    yhteiso   integer NOT NULL,
    yhteistyo integer NOT NULL,
    verkosto  integer NOT NULL,
    PRIMARY KEY (month, unit, battery, previous)
) STRICT, WITHOUT ROWID;

-- Where an assessment stood among those of its client before it went or was put
-- elsewhere, and where it was put: the one behind it has another one before it.
CREATE TABLE reassessment_moves (
    assessment_id text NOT NULL,
    consent_id    text NOT NULL,
    client_index  blob,
    unit          text NOT NULL,
    register      text NOT NULL,
    day           text NOT NULL,
    created_at    text NOT NULL
) STRICT;

-- All assessments up to this turn and id are in them. It is never further than
-- summary_state, behind which no turn is given any more.
CREATE TABLE reassessment_state (
    one    integer PRIMARY KEY NOT NULL CHECK (one = 1),
    turn   integer NOT NULL,
    id     text NOT NULL,
    server text NOT NULL,
    folds  integer NOT NULL DEFAULT 0 -- how often they were brought on
) STRICT;
INSERT INTO reassessment_state (one, turn, id, server) VALUES (1, -1, 'ffffffff-ffff-ffff-ffff-ffffffffffff', '');

-- The feedback of a month, and what has come or gone since that was added up. A change
-- has an identifier of its own, and tells the month: it leads to no visit.
CREATE TABLE feedback_summaries (
    month      text NOT NULL,
    unit       text NOT NULL,
    usefulness integer NOT NULL,
    agreement  text NOT NULL,
    n          integer NOT NULL,
    comments   integer NOT NULL,
    PRIMARY KEY (month, unit, usefulness, agreement)
) STRICT, WITHOUT ROWID;
CREATE TABLE feedback_changes (
    id         text PRIMARY KEY DEFAULT (lower(hex(randomblob(16)))),
    month      text NOT NULL,
    unit       text NOT NULL,
    usefulness integer NOT NULL,
    agreement  text NOT NULL,
    n          integer NOT NULL,
    comments   integer NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO feedback_summaries (month, unit, usefulness, agreement, n, comments)
SELECT substr(given_on, 1, 7), unit, usefulness, agreement, count(*), count(sealed) FROM feedback GROUP BY 1, 2, 3, 4;

-- Each assessment that counts, with the segment of the client's one before, if there is
-- one: by the consent or by the reference. A unit with a plus is looked up in no index:
-- all of a unit's day would be gone through for each.
DROP VIEW report_reassessments;
CREATE VIEW report_reassessments AS
SELECT a.id, a.assessed_on AS day, a.unit, a.battery, a.segment, (SELECT p.segment FROM (
        SELECT * FROM (SELECT b.segment, b.assessed_on, b.created_at, b.id FROM assessments b
            WHERE b.consent_id = a.consent_id AND (b.assessed_on, b.created_at, b.id) < (a.assessed_on, a.created_at, a.id)
                AND b.register = a.register AND b.status IN ('completed', 'confirmed') AND b.statistics
            ORDER BY b.assessed_on DESC, b.created_at DESC, b.id DESC LIMIT 1)
        UNION ALL
        SELECT * FROM (SELECT b.segment, b.assessed_on, b.created_at, b.id FROM assessments b
            WHERE b.client_index = a.client_index AND +b.unit = a.unit AND (b.assessed_on, b.created_at, b.id) < (a.assessed_on, a.created_at, a.id)
                AND b.register = a.register AND b.status IN ('completed', 'confirmed') AND b.statistics
            ORDER BY b.assessed_on DESC, b.created_at DESC, b.id DESC LIMIT 1)
    ) p ORDER BY p.assessed_on DESC, p.created_at DESC, p.id DESC LIMIT 1) AS previous
FROM assessments a WHERE a.status IN ('completed', 'confirmed') AND a.statistics;

-- +goose StatementBegin
CREATE TRIGGER reassessment_gone AFTER DELETE ON assessments WHEN OLD.status IN ('completed', 'confirmed') BEGIN
    INSERT INTO reassessment_moves (assessment_id, consent_id, client_index, unit, register, day, created_at)
    VALUES (OLD.id, OLD.consent_id, OLD.client_index, OLD.unit, OLD.register, OLD.assessed_on, OLD.created_at);
END;
-- +goose StatementEnd
-- What changes and stays has a turn anew.
-- +goose StatementBegin
CREATE TRIGGER reassessment_moved AFTER UPDATE OF status, consent_id, client_index, unit, register, assessed_on, created_at ON assessments
WHEN OLD.status IN ('completed', 'confirmed') AND (NEW.status NOT IN ('completed', 'confirmed') OR OLD.consent_id IS NOT NEW.consent_id
    OR OLD.client_index IS NOT NEW.client_index OR OLD.unit IS NOT NEW.unit OR OLD.register IS NOT NEW.register OR OLD.assessed_on IS NOT NEW.assessed_on
    OR OLD.created_at IS NOT NEW.created_at) BEGIN
    INSERT INTO reassessment_moves (assessment_id, consent_id, client_index, unit, register, day, created_at)
    VALUES (OLD.id, OLD.consent_id, OLD.client_index, OLD.unit, OLD.register, OLD.assessed_on, OLD.created_at);
    INSERT INTO reassessment_moves (assessment_id, consent_id, client_index, unit, register, day, created_at)
    SELECT NEW.id, NEW.consent_id, NEW.client_index, NEW.unit, NEW.register, NEW.assessed_on, NEW.created_at WHERE NEW.status IN ('completed', 'confirmed');
END;
-- +goose StatementEnd

-- Feedback: a line for what comes, and one for what goes.
-- +goose StatementBegin
CREATE TRIGGER feedback_came AFTER INSERT ON feedback BEGIN
    INSERT INTO feedback_changes (month, unit, usefulness, agreement, n, comments)
    VALUES (substr(NEW.given_on, 1, 7), NEW.unit, NEW.usefulness, NEW.agreement, 1, NEW.sealed IS NOT NULL);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER feedback_gone AFTER DELETE ON feedback BEGIN
    INSERT INTO feedback_changes (month, unit, usefulness, agreement, n, comments)
    VALUES (substr(OLD.given_on, 1, 7), OLD.unit, OLD.usefulness, OLD.agreement, -1, -(OLD.sealed IS NOT NULL));
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER feedback_other AFTER UPDATE OF unit, given_on, usefulness, agreement, sealed ON feedback
WHEN OLD.unit IS NOT NEW.unit OR OLD.given_on IS NOT NEW.given_on OR OLD.usefulness IS NOT NEW.usefulness OR OLD.agreement IS NOT NEW.agreement
    OR (OLD.sealed IS NULL) <> (NEW.sealed IS NULL) BEGIN
    INSERT INTO feedback_changes (month, unit, usefulness, agreement, n, comments)
    VALUES (substr(OLD.given_on, 1, 7), OLD.unit, OLD.usefulness, OLD.agreement, -1, -(OLD.sealed IS NOT NULL)),
        (substr(NEW.given_on, 1, 7), NEW.unit, NEW.usefulness, NEW.agreement, 1, NEW.sealed IS NOT NULL);
END;
-- +goose StatementEnd

-- How many have left the statistics in the units of kept figures, when it was last
-- looked whether everybody they were made of is still counted; and when that was.
ALTER TABLE quality_results ADD COLUMN removals integer NOT NULL DEFAULT 0;
ALTER TABLE quality_results ADD COLUMN checked_at text;

-- +goose Down
ALTER TABLE quality_results DROP COLUMN checked_at;
ALTER TABLE quality_results DROP COLUMN removals;
DROP TRIGGER feedback_other;
DROP TRIGGER feedback_gone;
DROP TRIGGER feedback_came;
DROP TRIGGER reassessment_moved;
DROP TRIGGER reassessment_gone;
DROP VIEW report_reassessments;
DROP TABLE feedback_changes;
DROP TABLE feedback_summaries;
DROP TABLE reassessment_state;
DROP TABLE reassessment_moves;
DROP TABLE reassessment_summaries;
DROP TABLE reassessments;
DROP INDEX assessments_consent;
CREATE INDEX assessments_consent ON assessments (consent_id);
CREATE VIEW report_reassessments AS
SELECT a.assessed_on AS day, a.unit, a.battery, a.segment, a.assessed_month AS month, (SELECT b.segment FROM assessments b
    WHERE (b.consent_id = a.consent_id OR b.client_index = a.client_index AND b.unit = a.unit) AND b.register = a.register
        AND (b.assessed_on, b.created_at, b.id) < (a.assessed_on, a.created_at, a.id) AND b.status IN ('completed', 'confirmed') AND b.statistics
    ORDER BY b.assessed_on DESC, b.created_at DESC, b.id DESC LIMIT 1) AS previous
FROM assessments a WHERE a.status IN ('completed', 'confirmed') AND a.statistics;
