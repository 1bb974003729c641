-- +goose Up

ALTER TABLE assessments ADD COLUMN turn integer NOT NULL DEFAULT 0;
ALTER TABLE non_participations ADD COLUMN turn integer NOT NULL DEFAULT 0;

-- What reports count of each assessment, and of each time that somebody did not take
-- part ('kind'), once under each key of a view. Seconds become whole minutes, 120 for
-- all from there on.
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

-- +goose Down
DROP VIEW report_reassessments;
DROP VIEW report_facts;
ALTER TABLE non_participations DROP COLUMN turn;
ALTER TABLE assessments DROP COLUMN turn;
