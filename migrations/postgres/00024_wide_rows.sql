-- +goose Up

-- Whoever folds reads each assessment once, and not once for each view: see
-- docs/adr/0039-summaries.md.

-- Seconds become whole minutes, 120 for all from there on.
CREATE FUNCTION report_minutes(seconds bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
SELECT CAST(CASE WHEN seconds >= 7170 THEN 120 ELSE (seconds + 30) / 60 END AS text)
$$;

-- Points from 0 to 100 become their tenth, from 0 to 9.
CREATE FUNCTION report_tenth(points double precision) RETURNS text LANGUAGE sql IMMUTABLE AS $$
SELECT CAST(CAST(floor(CASE WHEN points >= 100 THEN 9 ELSE points / 10 END) AS integer) AS text)
$$;

-- What reports count of an assessment, in one row that is read once: a column for each
-- view, with the key, or NULL where it is not counted. "step:printed" is the key printed of
-- the view step. A column that is not asked for costs nothing.
CREATE FUNCTION report_rows() RETURNS TABLE (turn bigint, id uuid, day date, month text, unit text, battery text, segment text, statistics boolean,
    author text, register text, language text, mode text, place text, agreed text, expected text, borderline text,
    "step:confirmed" text, "step:feedback" text, "step:printed" text, "step:recorded" text, "step:discussed" text,
    minutes text, "minutes-begin" text, "minutes-consent" text, "minutes-client" text, "minutes-professional" text, "minutes-result" text, "minutes-feedback" text)
LANGUAGE sql STABLE AS $$
SELECT a.turn, a.id, a.assessed_on, a.assessed_month, a.unit, a.battery, a.segment, a.statistics,
    a.created_by::text, a.register, a.language, a.mode, report_tenth(a.resources) || '-' || report_tenth(a.challenge),
    CASE WHEN a.status = 'confirmed' THEN coalesce(a.agreed_segment, a.segment) ELSE 'none' END,
    coalesce(a.expected_segment, 'none'),
    CASE WHEN coalesce(a.result -> 'borderline', 'null') IN ('null', '[]') THEN 'no' ELSE 'yes' END,
    CASE WHEN a.status = 'confirmed' THEN 'confirmed' END,
    CASE WHEN a.feedback_given THEN 'feedback' END,
    e.printed, e.recorded, e.discussed,
    report_minutes(p.whole), report_minutes(p.begin), report_minutes(p.consent), report_minutes(p.client),
    report_minutes(p.professional), report_minutes(p.result), report_minutes(p.feedback)
FROM assessments a
LEFT JOIN LATERAL (SELECT max(e.kind) FILTER (WHERE e.kind = 'printed') AS printed, max(e.kind) FILTER (WHERE e.kind = 'recorded') AS recorded,
        max(e.kind) FILTER (WHERE e.kind = 'discussed') AS discussed FROM assessment_events e WHERE e.assessment_id = a.id) e ON true
LEFT JOIN LATERAL (SELECT sum(p.seconds) AS whole, sum(p.seconds) FILTER (WHERE p.phase = 'begin') AS begin, sum(p.seconds) FILTER (WHERE p.phase = 'consent') AS consent,
        sum(p.seconds) FILTER (WHERE p.phase = 'client') AS client, sum(p.seconds) FILTER (WHERE p.phase = 'professional') AS professional,
        sum(p.seconds) FILTER (WHERE p.phase = 'result') AS result, sum(p.seconds) FILTER (WHERE p.phase = 'feedback') AS feedback
        FROM assessment_phases p WHERE p.assessment_id = a.id) p ON true
WHERE a.status IN ('completed', 'confirmed')
$$;

-- The same, once under each key of a view, and each time that somebody did not take part
-- ('kind'). 'all', 'day' and 'author' count who is in no statistics too; the month of 'day'
-- is the day.
CREATE OR REPLACE FUNCTION report_facts() RETURNS TABLE (view text, key text, turn bigint, id uuid, day date, month text, unit text, battery text, segment text, statistics boolean)
LANGUAGE sql STABLE AS $$
SELECT view, key, turn, id, day, CASE view WHEN 'day' THEN to_char(day, 'YYYY-MM-DD') ELSE month END, unit, battery, segment, statistics FROM (
    SELECT unnest(ARRAY['all', 'day', 'author', 'register', 'language', 'mode', 'place', 'agreed', 'expected', 'borderline', 'step', 'step', 'step', 'step', 'step',
            'minutes', 'minutes-begin', 'minutes-consent', 'minutes-client', 'minutes-professional', 'minutes-result', 'minutes-feedback']) AS view,
        unnest(ARRAY['', '', author, register, language, mode, place, agreed, expected, borderline, "step:confirmed", "step:feedback", "step:printed", "step:recorded", "step:discussed",
            minutes, "minutes-begin", "minutes-consent", "minutes-client", "minutes-professional", "minutes-result", "minutes-feedback"]) AS key,
        turn, id, day, month, unit, battery, segment, statistics FROM report_rows()) lines WHERE key IS NOT NULL
UNION ALL SELECT 'kind', n.kind, n.turn, n.id, n.happened_on, to_char(n.happened_on, 'YYYY-MM'), n.unit, coalesce(n.battery, ''), NULL, false FROM non_participations n
$$;

-- summed is as it was, but reads the one view that is asked for.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION summed(wanted text, first date, last date, of_units text[], of_battery text)
    RETURNS TABLE (key text, battery text, unit text, month text, omatoimi bigint, yhteiso bigint, yhteistyo bigint, verkosto bigint, others bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    sight text := current_setting('omasuunta.units', true);
    done summary_state;
    whole record;
    folded text := '';
    facts text;
    lines text := '';
    narrow text := '';
    who text := '';
    since text;
    until text;
    part record;
BEGIN
    PERFORM set_config('omasuunta.units', '{*}', true);
    SELECT * INTO done FROM summary_state;
    SELECT * INTO whole FROM whole_months(first, last);
    IF of_units IS NOT NULL THEN
        narrow := narrow || format(' AND unit = ANY (%L::text[])', of_units);
    END IF;
    IF of_battery <> '' THEN
        narrow := narrow || format(' AND battery = %L', of_battery);
    END IF;
    IF wanted NOT IN ('author', 'register', 'language', 'mode', 'place', 'agreed', 'expected', 'borderline', 'step', 'minutes', 'minutes-begin',
        'minutes-consent', 'minutes-client', 'minutes-professional', 'minutes-result', 'minutes-feedback') THEN
        RAISE EXCEPTION 'no view of report_rows';
    END IF;
    -- The view alone, so that no other is read.
    facts := CASE wanted
        WHEN 'step' THEN $f$(SELECT 'step' AS view, k.key, turn, id, day, month, unit, battery, segment, statistics FROM report_rows() CROSS JOIN LATERAL
            (VALUES ("step:confirmed"), ("step:feedback"), ("step:printed"), ("step:recorded"), ("step:discussed")) k (key) WHERE k.key IS NOT NULL)$f$
        ELSE format('(SELECT %L AS view, %I AS key, turn, id, day, month, unit, battery, segment, statistics FROM report_rows() WHERE %I IS NOT NULL)', wanted, wanted, wanted) END;
    IF wanted <> 'author' THEN
        who := ' AND statistics';
    END IF;

    IF done.server <> (SELECT system_identifier::text FROM pg_control_system()) THEN
        lines := format('SELECT *, 1 AS n FROM %s f WHERE day BETWEEN %L AND %L', facts, first, last) || who || narrow;
    ELSE
        -- The rows that are not folded, found by their turn: "day + 0" is in no index.
        lines := format('SELECT *, 1 AS n FROM %s f WHERE (turn, id) > (%L::bigint, %L::uuid) AND day + 0 BETWEEN %L AND %L',
            facts, done.turn, done.id, whole.since, whole.until) || who || narrow;
        -- The summaries of whole months.
        IF whole.since <= whole.until THEN
            since := to_char(whole.since, 'YYYY-MM');
            until := to_char(whole.until, 'YYYY-MM');
            folded := format(' UNION ALL SELECT key, battery, unit, month, omatoimi, yhteiso, yhteistyo, verkosto, others
                FROM summaries WHERE view = %L AND month BETWEEN %L AND %L', wanted, since, until) || narrow;
            lines := lines || format(' UNION ALL SELECT view, key, turn, id, NULL::date, month, unit, battery, segment, statistics, -1
                FROM summary_corrections WHERE view = %L AND month BETWEEN %L AND %L AND (turn, id) <= (%L::bigint, %L::uuid)',
                wanted, since, until, done.turn, done.id) || narrow;
        END IF;
        -- Days of which there is no summary.
        FOR part IN
            SELECT first AS since, whole.since - 1 AS until WHERE first < whole.since UNION ALL SELECT whole.until + 1, last WHERE whole.until < last
        LOOP
            lines := lines || format(' UNION ALL SELECT *, 1 FROM %s f WHERE day BETWEEN %L AND %L', facts, part.since, part.until) || who || narrow;
        END LOOP;
    END IF;
    RETURN QUERY EXECUTE $q$SELECT key, battery, unit, month, sum(omatoimi), sum(yhteiso), sum(yhteistyo), sum(verkosto), sum(others) FROM (
        SELECT key, battery, unit, month, coalesce(sum(n) FILTER (WHERE statistics AND segment = 'omatoimi'), 0)::integer AS omatoimi,
            coalesce(sum(n) FILTER (WHERE statistics AND segment = 'yhteiso'), 0)::integer AS yhteiso,
            coalesce(sum(n) FILTER (WHERE statistics AND segment = 'yhteistyo'), 0)::integer AS yhteistyo,
            coalesce(sum(n) FILTER (WHERE statistics AND segment = 'verkosto'), 0)::integer AS verkosto,
            coalesce(sum(n) FILTER (WHERE NOT statistics), 0)::integer AS others
        FROM ($q$ || lines || $q$) r GROUP BY key, battery, unit, month$q$ || folded || $q$) t GROUP BY key, battery, unit, month
        HAVING (sum(omatoimi), sum(yhteiso), sum(yhteistyo), sum(verkosto), sum(others)) <> (0, 0, 0, 0, 0)$q$;
    PERFORM set_config('omasuunta.units', sight, true);
END $$;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION summed(text, date, date, text[], text) SET search_path = %I, pg_temp', current_schema());
END $$;
REVOKE ALL ON FUNCTION report_rows(), report_minutes(bigint), report_tenth(double precision) FROM PUBLIC;
-- +goose StatementEnd

-- +goose StatementBegin
DROP FUNCTION reassessments_touched(bigint, uuid, bigint, uuid);
-- The assessments that may have another one before them than is in the summaries: those
-- that have come or changed, those that were moved, and what stands behind each of these.
-- Most clients are there once: nothing stands before or behind one that is alone. They
-- are counted: whether there is another one, LIMIT 1, the planner would look for in the
-- whole table while it does not know how few there are. Nor may it read the whole index of
-- turns for each one that it looks up, which it takes for small as long as the table is
-- young: hence no bitmaps in the functions that use this.
CREATE FUNCTION reassessments_touched(since_turn bigint, since_id uuid, upto_turn bigint, upto_id uuid) RETURNS TABLE (id uuid, alone boolean)
LANGUAGE sql STABLE AS $$
WITH places AS MATERIALIZED (
    SELECT a.id, a.consent_id, a.client_index, a.unit, a.register, a.assessed_on AS day, a.created_at,
        (SELECT count(*) FROM assessments b WHERE b.consent_id = a.consent_id) = 1
            AND (SELECT count(*) FROM assessments b WHERE b.client_index = a.client_index AND b.unit = a.unit) <= 1 AS alone FROM assessments a
        WHERE a.status IN ('completed', 'confirmed') AND (a.turn, a.id) > (since_turn, since_id) AND (a.turn, a.id) <= (upto_turn, upto_id)
    UNION ALL SELECT m.assessment_id, m.consent_id, m.client_index, m.unit, m.register, m.day, m.created_at, false FROM reassessment_moves m
)
SELECT t.id, bool_and(t.alone) FROM (
    SELECT p.id, p.alone FROM places p
    UNION ALL SELECT f.id, false FROM places p CROSS JOIN LATERAL (SELECT b.id FROM assessments b
        WHERE b.consent_id = p.consent_id AND (b.assessed_on, b.created_at, b.id) > (p.day, p.created_at, p.id)
            AND b.register = p.register AND b.status IN ('completed', 'confirmed') AND b.statistics
        ORDER BY b.assessed_on, b.created_at, b.id LIMIT 1) f WHERE NOT p.alone
    UNION ALL SELECT f.id, false FROM places p CROSS JOIN LATERAL (SELECT b.id FROM assessments b
        WHERE b.client_index = p.client_index AND b.unit = p.unit AND (b.assessed_on, b.created_at, b.id) > (p.day, p.created_at, p.id)
            AND b.register = p.register AND b.status IN ('completed', 'confirmed') AND b.statistics
        ORDER BY b.assessed_on, b.created_at, b.id LIMIT 1) f WHERE NOT p.alone
) t GROUP BY t.id
$$;

-- fold_reassessments and report_previous are as they were, but leave out who is alone.
CREATE OR REPLACE FUNCTION fold_reassessments(most integer) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET plan_cache_mode = force_custom_plan SET enable_bitmapscan = off AS $$
DECLARE
    sight text := current_setting('omasuunta.units', true);
    was reassessment_state;
    done summary_state;
    upto reassessment_state;
    ours text;
    more boolean;
BEGIN
    IF NOT pg_try_advisory_xact_lock(x'6f6d617372656173'::bigint) THEN -- "omasreas"
        RETURN false;
    END IF;
    SELECT * INTO was FROM reassessment_state;
    SELECT * INTO done FROM summary_state;
    SELECT system_identifier::text INTO ours FROM pg_control_system();
    IF done.server <> ours THEN -- it begins anew there first
        RETURN false;
    END IF;
    PERFORM set_config('omasuunta.units', '{*}', true);
    IF was.server <> ours OR (was.turn, was.id) > (done.turn, done.id) THEN
        DELETE FROM reassessments;
        DELETE FROM reassessment_summaries;
        UPDATE reassessment_state SET turn = -1, id = 'ffffffff-ffff-ffff-ffff-ffffffffffff', server = ours;
        PERFORM set_config('omasuunta.units', sight, true);
        RETURN true;
    END IF;

    SELECT a.turn, a.id INTO upto.turn, upto.id FROM assessments a
        WHERE a.status IN ('completed', 'confirmed') AND (a.turn, a.id) > (was.turn, was.id) AND (a.turn, a.id) <= (done.turn, done.id)
        ORDER BY a.turn, a.id OFFSET most - 1 LIMIT 1;
    more := FOUND;
    IF NOT more THEN
        IF NOT EXISTS (SELECT 1 FROM reassessment_moves)
            AND NOT EXISTS (SELECT 1 FROM assessments a WHERE a.status IN ('completed', 'confirmed') AND (a.turn, a.id) > (was.turn, was.id) AND (a.turn, a.id) <= (done.turn, done.id)) THEN
            PERFORM set_config('omasuunta.units', sight, true);
            RETURN false;
        END IF;
        upto.turn := done.turn;
        upto.id := done.id;
    END IF;

    -- Each one that is touched in one row, as it was and as it is: joined to each other,
    -- they would be compared each with each, for the planner can't know how many come.
    WITH looked AS MATERIALIZED (
        SELECT t.id, n.day, n.unit, n.battery, n.segment, n.previous,
            b.day AS old_day, b.unit AS old_unit, b.battery AS old_battery, b.segment AS old_segment, b.previous AS old_previous
        FROM reassessments_touched(was.turn, was.id, upto.turn, upto.id) t 
            LEFT JOIN LATERAL (SELECT * FROM report_reassessments() r WHERE r.id = t.id AND NOT t.alone OFFSET 0) n ON true LEFT JOIN reassessments b ON b.id = t.id
    ), looked_at AS (
        DELETE FROM reassessment_moves
    ), changed AS MATERIALIZED (
        SELECT * FROM looked WHERE (previous IS NOT NULL OR old_previous IS NOT NULL)
            AND (previous IS NULL OR (day, unit, battery, segment, previous) IS DISTINCT FROM (old_day, old_unit, old_battery, old_segment, old_previous))
    ), gone AS (
        DELETE FROM reassessments r USING changed c WHERE r.id = c.id AND c.previous IS NULL
    ), kept AS (
        INSERT INTO reassessments AS r (id, day, unit, battery, segment, previous) SELECT c.id, c.day, c.unit, c.battery, c.segment, c.previous FROM changed c WHERE c.previous IS NOT NULL
        ON CONFLICT (id) DO UPDATE SET day = excluded.day, unit = excluded.unit, battery = excluded.battery, segment = excluded.segment, previous = excluded.previous
    ), counted AS (
        SELECT to_char(c.day, 'YYYY-MM') AS month, c.unit, c.battery, c.previous,
            sum(n * (c.segment = 'omatoimi')::integer)::integer AS omatoimi, sum(n * (c.segment = 'yhteiso')::integer)::integer AS yhteiso,
            sum(n * (c.segment = 'yhteistyo')::integer)::integer AS yhteistyo, sum(n * (c.segment = 'verkosto')::integer)::integer AS verkosto
        FROM (SELECT day, unit, battery, segment, previous, 1 AS n FROM changed WHERE previous IS NOT NULL
            UNION ALL SELECT old_day, old_unit, old_battery, old_segment, old_previous, -1 FROM changed WHERE old_previous IS NOT NULL) c GROUP BY 1, 2, 3, 4
    )
    INSERT INTO reassessment_summaries AS s (month, unit, battery, previous, omatoimi, yhteiso, yhteistyo, verkosto)
    SELECT * FROM counted WHERE (omatoimi, yhteiso, yhteistyo, verkosto) <> (0, 0, 0, 0)
    ON CONFLICT (month, unit, battery, previous) DO UPDATE SET omatoimi = s.omatoimi + excluded.omatoimi, yhteiso = s.yhteiso + excluded.yhteiso,
        yhteistyo = s.yhteistyo + excluded.yhteistyo, verkosto = s.verkosto + excluded.verkosto;
    IF FOUND THEN -- an empty row would tell that there was somebody
        DELETE FROM reassessment_summaries WHERE (omatoimi, yhteiso, yhteistyo, verkosto) = (0, 0, 0, 0);
    END IF;
    UPDATE reassessment_state SET turn = upto.turn, id = upto.id, folds = folds + 1;
    PERFORM set_config('omasuunta.units', sight, true);
    RETURN more;
END $$;

CREATE OR REPLACE FUNCTION report_previous(first date, last date, of_units text[], of_battery text)
    RETURNS TABLE (key text, battery text, unit text, month text, omatoimi bigint, yhteiso bigint, yhteistyo bigint, verkosto bigint, others bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET plan_cache_mode = force_custom_plan SET enable_bitmapscan = off AS $$
#variable_conflict use_column
DECLARE
    sight text := current_setting('omasuunta.units', true);
    within text[] := report_units(of_units);
    whole_from date := (date_trunc('month', first - 1) + interval '1 month')::date;
    whole_to date := date_trunc('month', last + 1)::date - 1;
    done reassessment_state;
    upto summary_state;
BEGIN
    PERFORM set_config('omasuunta.units', '{*}', true);
    SELECT * INTO done FROM reassessment_state;
    SELECT * INTO upto FROM summary_state;
    IF EXISTS (SELECT 1 FROM pg_control_system() WHERE system_identifier::text <> ALL (ARRAY[done.server, upto.server]))
        OR (done.turn, done.id) > (upto.turn, upto.id)
        OR EXISTS (SELECT 1 FROM assessments a WHERE a.status IN ('completed', 'confirmed') AND (a.turn, a.id) > (done.turn, done.id) OFFSET 20000 LIMIT 1) THEN
        RETURN QUERY SELECT r.previous, r.battery, r.unit, to_char(r.day, 'YYYY-MM'), count(*) FILTER (WHERE r.segment = 'omatoimi'), count(*) FILTER (WHERE r.segment = 'yhteiso'),
                count(*) FILTER (WHERE r.segment = 'yhteistyo'), count(*) FILTER (WHERE r.segment = 'verkosto'), 0::bigint
            FROM (SELECT * FROM report_reassessments() f WHERE f.day BETWEEN first AND last AND (within IS NULL OR f.unit = ANY (within)) AND (of_battery = '' OR f.battery = of_battery) OFFSET 0) r
            WHERE r.previous IS NOT NULL GROUP BY 1, 2, 3, 4;
        PERFORM set_config('omasuunta.units', sight, true);
        RETURN;
    END IF;
    IF whole_from > whole_to THEN -- no month is whole: all days come before them
        whole_from := last + 1;
        whole_to := last;
    END IF;
    RETURN QUERY WITH touched AS MATERIALIZED (
        SELECT t.id, t.alone FROM reassessments_touched(done.turn, done.id, 9223372036854775807, 'ffffffff-ffff-ffff-ffff-ffffffffffff') t
    ), found AS MATERIALIZED (
        SELECT r.* FROM touched t JOIN report_reassessments() r ON r.id = t.id WHERE NOT t.alone
    ), parts AS (
        SELECT s.previous, s.battery, s.unit, s.month, s.omatoimi, s.yhteiso, s.yhteistyo, s.verkosto FROM reassessment_summaries s
            WHERE s.month BETWEEN to_char(whole_from, 'YYYY-MM') AND to_char(whole_to, 'YYYY-MM') AND whole_from <= whole_to
        UNION ALL SELECT c.previous, c.battery, c.unit, to_char(c.day, 'YYYY-MM'), n * (c.segment = 'omatoimi')::integer, n * (c.segment = 'yhteiso')::integer,
            n * (c.segment = 'yhteistyo')::integer, n * (c.segment = 'verkosto')::integer
        FROM (SELECT r.*, -1 AS n FROM touched t JOIN reassessments r ON r.id = t.id WHERE r.day BETWEEN first AND last
            UNION ALL SELECT f.*, 1 FROM found f WHERE f.previous IS NOT NULL AND f.day BETWEEN first AND last
            UNION ALL SELECT r.*, 1 FROM reassessments r WHERE r.day BETWEEN first AND whole_from - 1
            UNION ALL SELECT r.*, 1 FROM reassessments r WHERE r.day BETWEEN whole_to + 1 AND last) c
    )
    SELECT p.previous, p.battery, p.unit, p.month, sum(p.omatoimi), sum(p.yhteiso), sum(p.yhteistyo), sum(p.verkosto), 0::bigint FROM parts p
        WHERE (within IS NULL OR p.unit = ANY (within)) AND (of_battery = '' OR p.battery = of_battery) GROUP BY 1, 2, 3, 4
        HAVING (sum(p.omatoimi), sum(p.yhteiso), sum(p.yhteistyo), sum(p.verkosto)) <> (0, 0, 0, 0);
    PERFORM set_config('omasuunta.units', sight, true);
END $$;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION fold_reassessments(integer) SET search_path = %I, pg_temp', current_schema());
    EXECUTE format('ALTER FUNCTION report_previous(date, date, text[], text) SET search_path = %I, pg_temp', current_schema());
END $$;
REVOKE ALL ON FUNCTION reassessments_touched(bigint, uuid, bigint, uuid) FROM PUBLIC;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DROP FUNCTION reassessments_touched(bigint, uuid, bigint, uuid);
CREATE FUNCTION reassessments_touched(since_turn bigint, since_id uuid, upto_turn bigint, upto_id uuid) RETURNS TABLE (id uuid)
LANGUAGE sql STABLE AS $$
WITH places AS MATERIALIZED (
    SELECT a.id, a.consent_id, a.client_index, a.unit, a.register, a.assessed_on AS day, a.created_at FROM assessments a
        WHERE a.status IN ('completed', 'confirmed') AND (a.turn, a.id) > (since_turn, since_id) AND (a.turn, a.id) <= (upto_turn, upto_id)
    UNION ALL SELECT m.assessment_id, m.consent_id, m.client_index, m.unit, m.register, m.day, m.created_at FROM reassessment_moves m
)
SELECT p.id FROM places p
UNION SELECT f.id FROM places p CROSS JOIN LATERAL (SELECT b.id FROM assessments b
    WHERE b.consent_id = p.consent_id AND (b.assessed_on, b.created_at, b.id) > (p.day, p.created_at, p.id)
        AND b.register = p.register AND b.status IN ('completed', 'confirmed') AND b.statistics
    ORDER BY b.assessed_on, b.created_at, b.id LIMIT 1) f
UNION SELECT f.id FROM places p CROSS JOIN LATERAL (SELECT b.id FROM assessments b
    WHERE b.client_index = p.client_index AND b.unit = p.unit AND (b.assessed_on, b.created_at, b.id) > (p.day, p.created_at, p.id)
        AND b.register = p.register AND b.status IN ('completed', 'confirmed') AND b.statistics
    ORDER BY b.assessed_on, b.created_at, b.id LIMIT 1) f
$$;
CREATE OR REPLACE FUNCTION fold_reassessments(most integer) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    sight text := current_setting('omasuunta.units', true);
    was reassessment_state;
    done summary_state;
    upto reassessment_state;
    ours text;
    more boolean;
BEGIN
    IF NOT pg_try_advisory_xact_lock(x'6f6d617372656173'::bigint) THEN -- "omasreas"
        RETURN false;
    END IF;
    SELECT * INTO was FROM reassessment_state;
    SELECT * INTO done FROM summary_state;
    SELECT system_identifier::text INTO ours FROM pg_control_system();
    IF done.server <> ours THEN -- it begins anew there first
        RETURN false;
    END IF;
    PERFORM set_config('omasuunta.units', '{*}', true);
    IF was.server <> ours OR (was.turn, was.id) > (done.turn, done.id) THEN
        DELETE FROM reassessments;
        DELETE FROM reassessment_summaries;
        UPDATE reassessment_state SET turn = -1, id = 'ffffffff-ffff-ffff-ffff-ffffffffffff', server = ours;
        PERFORM set_config('omasuunta.units', sight, true);
        RETURN true;
    END IF;

    SELECT a.turn, a.id INTO upto.turn, upto.id FROM assessments a
        WHERE a.status IN ('completed', 'confirmed') AND (a.turn, a.id) > (was.turn, was.id) AND (a.turn, a.id) <= (done.turn, done.id)
        ORDER BY a.turn, a.id OFFSET most - 1 LIMIT 1;
    more := FOUND;
    IF NOT more THEN
        IF NOT EXISTS (SELECT 1 FROM reassessment_moves)
            AND NOT EXISTS (SELECT 1 FROM assessments a WHERE a.status IN ('completed', 'confirmed') AND (a.turn, a.id) > (was.turn, was.id) AND (a.turn, a.id) <= (done.turn, done.id)) THEN
            PERFORM set_config('omasuunta.units', sight, true);
            RETURN false;
        END IF;
        upto.turn := done.turn;
        upto.id := done.id;
    END IF;

    WITH touched AS MATERIALIZED (
        SELECT t.id FROM reassessments_touched(was.turn, was.id, upto.turn, upto.id) t
    ), looked_at AS (
        DELETE FROM reassessment_moves
    ), found AS MATERIALIZED (
        SELECT r.* FROM touched t JOIN report_reassessments() r ON r.id = t.id
    ), now AS MATERIALIZED (
        SELECT f.* FROM found f WHERE f.previous IS NOT NULL
    ), before AS MATERIALIZED (
        SELECT r.* FROM touched t JOIN reassessments r ON r.id = t.id
    ), gone AS (
        DELETE FROM reassessments r USING before b WHERE r.id = b.id AND NOT EXISTS (SELECT 1 FROM now n WHERE n.id = b.id)
    ), kept AS (
        INSERT INTO reassessments AS r (id, day, unit, battery, segment, previous) SELECT n.* FROM now n WHERE NOT EXISTS (SELECT 1 FROM before b WHERE b = n)
        ON CONFLICT (id) DO UPDATE SET day = excluded.day, unit = excluded.unit, battery = excluded.battery, segment = excluded.segment, previous = excluded.previous
    ), counted AS (
        SELECT to_char(c.day, 'YYYY-MM') AS month, c.unit, c.battery, c.previous,
            sum(n * (c.segment = 'omatoimi')::integer)::integer AS omatoimi, sum(n * (c.segment = 'yhteiso')::integer)::integer AS yhteiso,
            sum(n * (c.segment = 'yhteistyo')::integer)::integer AS yhteistyo, sum(n * (c.segment = 'verkosto')::integer)::integer AS verkosto
        FROM (SELECT *, 1 AS n FROM now UNION ALL SELECT *, -1 FROM before) c GROUP BY 1, 2, 3, 4
    )
    INSERT INTO reassessment_summaries AS s (month, unit, battery, previous, omatoimi, yhteiso, yhteistyo, verkosto)
    SELECT * FROM counted WHERE (omatoimi, yhteiso, yhteistyo, verkosto) <> (0, 0, 0, 0)
    ON CONFLICT (month, unit, battery, previous) DO UPDATE SET omatoimi = s.omatoimi + excluded.omatoimi, yhteiso = s.yhteiso + excluded.yhteiso,
        yhteistyo = s.yhteistyo + excluded.yhteistyo, verkosto = s.verkosto + excluded.verkosto;
    IF FOUND THEN -- an empty row would tell that there was somebody
        DELETE FROM reassessment_summaries WHERE (omatoimi, yhteiso, yhteistyo, verkosto) = (0, 0, 0, 0);
    END IF;
    UPDATE reassessment_state SET turn = upto.turn, id = upto.id, folds = folds + 1;
    PERFORM set_config('omasuunta.units', sight, true);
    RETURN more;
END $$;
CREATE OR REPLACE FUNCTION report_previous(first date, last date, of_units text[], of_battery text)
    RETURNS TABLE (key text, battery text, unit text, month text, omatoimi bigint, yhteiso bigint, yhteistyo bigint, verkosto bigint, others bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    sight text := current_setting('omasuunta.units', true);
    within text[] := report_units(of_units);
    whole_from date := (date_trunc('month', first - 1) + interval '1 month')::date;
    whole_to date := date_trunc('month', last + 1)::date - 1;
    done reassessment_state;
    upto summary_state;
BEGIN
    PERFORM set_config('omasuunta.units', '{*}', true);
    SELECT * INTO done FROM reassessment_state;
    SELECT * INTO upto FROM summary_state;
    IF EXISTS (SELECT 1 FROM pg_control_system() WHERE system_identifier::text <> ALL (ARRAY[done.server, upto.server]))
        OR (done.turn, done.id) > (upto.turn, upto.id)
        OR EXISTS (SELECT 1 FROM assessments a WHERE a.status IN ('completed', 'confirmed') AND (a.turn, a.id) > (done.turn, done.id) OFFSET 20000 LIMIT 1) THEN
        RETURN QUERY SELECT r.previous, r.battery, r.unit, to_char(r.day, 'YYYY-MM'), count(*) FILTER (WHERE r.segment = 'omatoimi'), count(*) FILTER (WHERE r.segment = 'yhteiso'),
                count(*) FILTER (WHERE r.segment = 'yhteistyo'), count(*) FILTER (WHERE r.segment = 'verkosto'), 0::bigint
            FROM (SELECT * FROM report_reassessments() f WHERE f.day BETWEEN first AND last AND (within IS NULL OR f.unit = ANY (within)) AND (of_battery = '' OR f.battery = of_battery) OFFSET 0) r
            WHERE r.previous IS NOT NULL GROUP BY 1, 2, 3, 4;
        PERFORM set_config('omasuunta.units', sight, true);
        RETURN;
    END IF;
    IF whole_from > whole_to THEN -- no month is whole: all days come before them
        whole_from := last + 1;
        whole_to := last;
    END IF;
    RETURN QUERY WITH touched AS MATERIALIZED (
        SELECT t.id FROM reassessments_touched(done.turn, done.id, 9223372036854775807, 'ffffffff-ffff-ffff-ffff-ffffffffffff') t
    ), found AS MATERIALIZED (
        SELECT r.* FROM touched t JOIN report_reassessments() r ON r.id = t.id
    ), parts AS (
        SELECT s.previous, s.battery, s.unit, s.month, s.omatoimi, s.yhteiso, s.yhteistyo, s.verkosto FROM reassessment_summaries s
            WHERE s.month BETWEEN to_char(whole_from, 'YYYY-MM') AND to_char(whole_to, 'YYYY-MM') AND whole_from <= whole_to
        UNION ALL SELECT c.previous, c.battery, c.unit, to_char(c.day, 'YYYY-MM'), n * (c.segment = 'omatoimi')::integer, n * (c.segment = 'yhteiso')::integer,
            n * (c.segment = 'yhteistyo')::integer, n * (c.segment = 'verkosto')::integer
        FROM (SELECT r.*, -1 AS n FROM touched t JOIN reassessments r ON r.id = t.id WHERE r.day BETWEEN first AND last
            UNION ALL SELECT f.*, 1 FROM found f WHERE f.previous IS NOT NULL AND f.day BETWEEN first AND last
            UNION ALL SELECT r.*, 1 FROM reassessments r WHERE r.day BETWEEN first AND whole_from - 1
            UNION ALL SELECT r.*, 1 FROM reassessments r WHERE r.day BETWEEN whole_to + 1 AND last) c
    )
    SELECT p.previous, p.battery, p.unit, p.month, sum(p.omatoimi), sum(p.yhteiso), sum(p.yhteistyo), sum(p.verkosto), 0::bigint FROM parts p
        WHERE (within IS NULL OR p.unit = ANY (within)) AND (of_battery = '' OR p.battery = of_battery) GROUP BY 1, 2, 3, 4
        HAVING (sum(p.omatoimi), sum(p.yhteiso), sum(p.yhteistyo), sum(p.verkosto)) <> (0, 0, 0, 0);
    PERFORM set_config('omasuunta.units', sight, true);
END $$;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION fold_reassessments(integer) SET search_path = %I, pg_temp', current_schema());
    EXECUTE format('ALTER FUNCTION report_previous(date, date, text[], text) SET search_path = %I, pg_temp', current_schema());
END $$;
REVOKE ALL ON FUNCTION reassessments_touched(bigint, uuid, bigint, uuid) FROM PUBLIC;
-- +goose StatementEnd
CREATE OR REPLACE FUNCTION report_facts() RETURNS TABLE (view text, key text, turn bigint, id uuid, day date, month text, unit text, battery text, segment text, statistics boolean)
LANGUAGE sql STABLE AS $$
SELECT 'all'::text AS view, ''::text AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'author'::text AS view, a.created_by::text AS key, a.turn, a.id, a.assessed_on AS day, a.assessed_month AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed')
UNION ALL SELECT 'day'::text, ''::text, a.turn, a.id, a.assessed_on AS day, to_char(a.assessed_on, 'YYYY-MM-DD') AS month, a.unit, a.battery, a.segment, a.statistics FROM assessments a WHERE a.status IN ('completed', 'confirmed')
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
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION summed(wanted text, first date, last date, of_units text[], of_battery text)
    RETURNS TABLE (key text, battery text, unit text, month text, omatoimi bigint, yhteiso bigint, yhteistyo bigint, verkosto bigint, others bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    sight text := current_setting('omasuunta.units', true);
    done summary_state;
    whole record;
    folded text := '';
    lines text := '';
    narrow text := '';
    who text := '';
    since text;
    until text;
    part record;
BEGIN
    PERFORM set_config('omasuunta.units', '{*}', true);
    SELECT * INTO done FROM summary_state;
    SELECT * INTO whole FROM whole_months(first, last);
    IF of_units IS NOT NULL THEN
        narrow := narrow || format(' AND unit = ANY (%L::text[])', of_units);
    END IF;
    IF of_battery <> '' THEN
        narrow := narrow || format(' AND battery = %L', of_battery);
    END IF;
    IF wanted <> 'author' THEN
        who := ' AND statistics';
    END IF;

    IF done.server <> (SELECT system_identifier::text FROM pg_control_system()) THEN
        lines := format('SELECT *, 1 AS n FROM report_facts() f WHERE view = %L AND day BETWEEN %L AND %L', wanted, first, last) || who || narrow;
    ELSE
        -- The rows that are not folded, found by their turn: "day + 0" is in no index.
        lines := format('SELECT *, 1 AS n FROM report_facts() f WHERE view = %L AND (turn, id) > (%L::bigint, %L::uuid) AND day + 0 BETWEEN %L AND %L',
            wanted, done.turn, done.id, whole.since, whole.until) || who || narrow;
        -- The summaries of whole months.
        IF whole.since <= whole.until THEN
            since := to_char(whole.since, 'YYYY-MM');
            until := to_char(whole.until, 'YYYY-MM');
            folded := format(' UNION ALL SELECT key, battery, unit, month, omatoimi, yhteiso, yhteistyo, verkosto, others
                FROM summaries WHERE view = %L AND month BETWEEN %L AND %L', wanted, since, until) || narrow;
            lines := lines || format(' UNION ALL SELECT view, key, turn, id, NULL::date, month, unit, battery, segment, statistics, -1
                FROM summary_corrections WHERE view = %L AND month BETWEEN %L AND %L AND (turn, id) <= (%L::bigint, %L::uuid)',
                wanted, since, until, done.turn, done.id) || narrow;
        END IF;
        -- Days of which there is no summary.
        FOR part IN
            SELECT first AS since, whole.since - 1 AS until WHERE first < whole.since UNION ALL SELECT whole.until + 1, last WHERE whole.until < last
        LOOP
            lines := lines || format(' UNION ALL SELECT *, 1 FROM report_facts() f WHERE view = %L AND day BETWEEN %L AND %L', wanted, part.since, part.until) || who || narrow;
        END LOOP;
    END IF;
    RETURN QUERY EXECUTE $q$SELECT key, battery, unit, month, sum(omatoimi), sum(yhteiso), sum(yhteistyo), sum(verkosto), sum(others) FROM (
        SELECT key, battery, unit, month, coalesce(sum(n) FILTER (WHERE statistics AND segment = 'omatoimi'), 0)::integer AS omatoimi,
            coalesce(sum(n) FILTER (WHERE statistics AND segment = 'yhteiso'), 0)::integer AS yhteiso,
            coalesce(sum(n) FILTER (WHERE statistics AND segment = 'yhteistyo'), 0)::integer AS yhteistyo,
            coalesce(sum(n) FILTER (WHERE statistics AND segment = 'verkosto'), 0)::integer AS verkosto,
            coalesce(sum(n) FILTER (WHERE NOT statistics), 0)::integer AS others
        FROM ($q$ || lines || $q$) r GROUP BY key, battery, unit, month$q$ || folded || $q$) t GROUP BY key, battery, unit, month
        HAVING (sum(omatoimi), sum(yhteiso), sum(yhteistyo), sum(verkosto), sum(others)) <> (0, 0, 0, 0, 0)$q$;
    PERFORM set_config('omasuunta.units', sight, true);
END $$;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION summed(text, date, date, text[], text) SET search_path = %I, pg_temp', current_schema());
END $$;
-- +goose StatementEnd
DROP FUNCTION report_rows(), report_minutes(bigint), report_tenth(double precision);
