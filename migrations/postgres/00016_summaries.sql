-- +goose Up

ALTER TABLE assessments ADD COLUMN turn bigint NOT NULL DEFAULT 0;
ALTER TABLE non_participations ADD COLUMN turn bigint NOT NULL DEFAULT 0;

-- What reports count of each assessment, and of each time that somebody did not take
-- part ('kind'), once under each key of a view. Seconds become whole minutes, 120 for
-- all from there on.
CREATE FUNCTION report_facts() RETURNS TABLE (view text, key text, turn bigint, id uuid, day date, month text, unit text, battery text, segment text, statistics boolean)
LANGUAGE sql STABLE AS $$
SELECT 'all'::text AS view, ''::text AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'author'::text AS view, a.created_by::text AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'register'::text AS view, a.register AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'language'::text AS view, a.language AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'mode'::text AS view, a.mode AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'place'::text AS view, CAST(CAST(floor(CASE WHEN a.resources >= 100 THEN 9 ELSE a.resources / 10 END) AS integer) AS text) || '-' || CAST(CAST(floor(CASE WHEN a.challenge >= 100 THEN 9 ELSE a.challenge / 10 END) AS integer) AS text) AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'agreed'::text AS view, CASE WHEN a.status = 'confirmed' THEN coalesce(a.agreed_segment, a.segment) ELSE 'none' END AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'expected'::text AS view, coalesce(a.expected_segment, 'none') AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'borderline'::text AS view, CASE WHEN coalesce(a.result -> 'borderline', 'null') IN ('null', '[]') THEN 'no' ELSE 'yes' END AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'step'::text AS view, 'confirmed'::text AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed') AND a.status = 'confirmed'
UNION ALL SELECT 'step'::text AS view, 'feedback'::text AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed') AND a.feedback_given
UNION ALL SELECT 'step'::text AS view, 'printed'::text AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed') AND EXISTS (SELECT 1 FROM assessment_events e WHERE e.assessment_id = a.id AND e.kind = 'printed')
UNION ALL SELECT 'step'::text AS view, 'recorded'::text AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed') AND EXISTS (SELECT 1 FROM assessment_events e WHERE e.assessment_id = a.id AND e.kind = 'recorded')
UNION ALL SELECT 'step'::text AS view, 'discussed'::text AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed') AND EXISTS (SELECT 1 FROM assessment_events e WHERE e.assessment_id = a.id AND e.kind = 'discussed')
UNION ALL SELECT 'minutes'::text AS view, CAST(least(120, ((SELECT sum(p.seconds) FROM assessment_phases p WHERE p.assessment_id = a.id) + 30) / 60) AS text) AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed') AND EXISTS (SELECT 1 FROM assessment_phases p WHERE p.assessment_id = a.id)
UNION ALL SELECT 'minutes-begin'::text, CAST(least(120, (p.seconds + 30) / 60) AS text), a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics
    FROM assessment_phases p JOIN assessments a ON a.id = p.assessment_id WHERE p.phase = 'begin' AND a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'minutes-consent'::text, CAST(least(120, (p.seconds + 30) / 60) AS text), a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics
    FROM assessment_phases p JOIN assessments a ON a.id = p.assessment_id WHERE p.phase = 'consent' AND a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'minutes-client'::text, CAST(least(120, (p.seconds + 30) / 60) AS text), a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics
    FROM assessment_phases p JOIN assessments a ON a.id = p.assessment_id WHERE p.phase = 'client' AND a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'minutes-professional'::text, CAST(least(120, (p.seconds + 30) / 60) AS text), a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics
    FROM assessment_phases p JOIN assessments a ON a.id = p.assessment_id WHERE p.phase = 'professional' AND a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'minutes-result'::text, CAST(least(120, (p.seconds + 30) / 60) AS text), a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics
    FROM assessment_phases p JOIN assessments a ON a.id = p.assessment_id WHERE p.phase = 'result' AND a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'minutes-feedback'::text, CAST(least(120, (p.seconds + 30) / 60) AS text), a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics
    FROM assessment_phases p JOIN assessments a ON a.id = p.assessment_id WHERE p.phase = 'feedback' AND a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'kind'::text, n.kind, n.turn, n.id, n.happened_on, to_char(n.happened_on, 'YYYY-MM'), n.unit, coalesce(n.battery, ''), NULL::text, false FROM non_participations n
$$;

CREATE FUNCTION report_reassessments() RETURNS TABLE (day date, unit text, battery text, segment text, month text, previous text)
LANGUAGE sql STABLE AS $$
SELECT a.assessed_on AS day, a.unit, a.battery, a.segment, a.assessed_month AS month, (SELECT b.segment FROM assessments b
    WHERE (b.consent_id = a.consent_id OR b.client_index = a.client_index AND b.unit = a.unit) AND b.register = a.register
        AND (b.assessed_on, b.created_at, b.id) < (a.assessed_on, a.created_at, a.id) AND b.status IN ('completed', 'confirmed') AND b.statistics
    ORDER BY b.assessed_on DESC, b.created_at DESC, b.id DESC LIMIT 1) AS previous
FROM assessments a WHERE a.status IN ('completed', 'confirmed') AND a.statistics
$$;

-- +goose Down
DROP FUNCTION report_reassessments;
DROP FUNCTION report_facts;
ALTER TABLE non_participations DROP COLUMN turn;
ALTER TABLE assessments DROP COLUMN turn;
