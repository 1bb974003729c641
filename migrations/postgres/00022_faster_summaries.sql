-- +goose Up

-- The distribution, which is asked for most, in one statement of its own: see
-- docs/adr/0039-summaries.md.

-- Turns are closed on SQLite alone; both have the same columns.
ALTER TABLE summary_state ADD COLUMN closed_turn bigint NOT NULL DEFAULT -1, ADD COLUMN closed_id uuid NOT NULL DEFAULT 'ffffffff-ffff-ffff-ffff-ffffffffffff';

-- whole_months are the months that a period has whole. Without any they are none, and all
-- days of the period come before them.
-- +goose StatementBegin
CREATE FUNCTION whole_months(first date, last date, OUT since date, OUT until date) LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    since := date_trunc('month', first - 1) + interval '1 month';
    until := date_trunc('month', last + 1)::date - 1;
    IF since > until THEN
        since := last + 1;
        until := last;
    END IF;
END $$;

-- report_offered are those who took part in a period, under the key '', and those who
-- did not, under the kind. It is one snapshot of both.
CREATE FUNCTION report_offered(first date, last date, of_units text[], of_battery text)
    RETURNS TABLE (key text, battery text, unit text, month text, omatoimi bigint, yhteiso bigint, yhteistyo bigint, verkosto bigint, others bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    sight text := current_setting('omasuunta.units', true);
    within text[] := report_units(of_units);
    done summary_state;
    folded boolean;
    whole record;
BEGIN
    PERFORM set_config('omasuunta.units', '{*}', true);
    SELECT * INTO whole FROM whole_months(first, last);
    SELECT * INTO done FROM summary_state;
    folded := done.server = (SELECT system_identifier::text FROM pg_control_system());
    IF NOT folded THEN
        done.turn := -1;
    END IF;
    RETURN QUERY
    SELECT key, battery, unit, month, sum(omatoimi), sum(yhteiso), sum(yhteistyo), sum(verkosto), sum(others) FROM (
        -- Who took part: what is folded, ...
        SELECT '' AS key, battery, unit, left(month, 7) AS month, omatoimi, yhteiso, yhteistyo, verkosto, others FROM summaries
            WHERE folded AND whole.since <= whole.until AND view = 'all' AND month BETWEEN to_char(whole.since, 'YYYY-MM') AND to_char(whole.until, 'YYYY-MM')
        UNION ALL SELECT '', battery, unit, left(month, 7), omatoimi, yhteiso, yhteistyo, verkosto, others FROM summaries
            WHERE folded AND view = 'day' AND month BETWEEN to_char(first, 'YYYY-MM-DD') AND to_char(whole.since - 1, 'YYYY-MM-DD')
        UNION ALL SELECT '', battery, unit, left(month, 7), omatoimi, yhteiso, yhteistyo, verkosto, others FROM summaries
            WHERE folded AND view = 'day' AND month BETWEEN to_char(whole.until + 1, 'YYYY-MM-DD') AND to_char(last, 'YYYY-MM-DD')
        -- ... what has to be taken back of it, of each day once, ...
        UNION ALL SELECT '', battery, unit, left(month, 7), -(statistics AND segment = 'omatoimi')::integer, -(statistics AND segment = 'yhteiso')::integer,
                -(statistics AND segment = 'yhteistyo')::integer, -(statistics AND segment = 'verkosto')::integer, -(NOT statistics)::integer FROM summary_corrections
            WHERE folded AND view = 'day' AND month BETWEEN to_char(first, 'YYYY-MM-DD') AND to_char(last, 'YYYY-MM-DD') AND (turn, id) <= (done.turn, done.id)
        -- ... and what is not folded, found by its turn: "assessed_on + 0" is in no index.
        UNION ALL SELECT '', battery, unit, assessed_month, (statistics AND segment = 'omatoimi')::integer, (statistics AND segment = 'yhteiso')::integer,
                (statistics AND segment = 'yhteistyo')::integer, (statistics AND segment = 'verkosto')::integer, (NOT statistics)::integer FROM assessments
            WHERE status IN ('completed', 'confirmed') AND (turn, id) > (done.turn, done.id) AND assessed_on + 0 BETWEEN first AND last
        -- Who did not: the same for whole months; the days around them have no summaries.
        UNION ALL SELECT key, battery, unit, month, 0, 0, 0, 0, others FROM summaries
            WHERE folded AND whole.since <= whole.until AND view = 'kind' AND month BETWEEN to_char(whole.since, 'YYYY-MM') AND to_char(whole.until, 'YYYY-MM')
        UNION ALL SELECT key, battery, unit, month, 0, 0, 0, 0, -1 FROM summary_corrections
            WHERE folded AND whole.since <= whole.until AND view = 'kind' AND month BETWEEN to_char(whole.since, 'YYYY-MM') AND to_char(whole.until, 'YYYY-MM') AND (turn, id) <= (done.turn, done.id)
        UNION ALL SELECT kind, coalesce(battery, ''), unit, to_char(happened_on, 'YYYY-MM'), 0, 0, 0, 0, 1 FROM non_participations
            WHERE (turn, id) > (done.turn, done.id) AND happened_on + 0 BETWEEN whole.since AND whole.until
        UNION ALL SELECT kind, coalesce(battery, ''), unit, to_char(happened_on, 'YYYY-MM'), 0, 0, 0, 0, 1 FROM non_participations
            WHERE happened_on BETWEEN first AND whole.since - 1 OR happened_on BETWEEN whole.until + 1 AND last
        ) t WHERE (within IS NULL OR unit = ANY (within)) AND (of_battery = '' OR battery = of_battery)
        GROUP BY key, battery, unit, month
        HAVING (sum(omatoimi), sum(yhteiso), sum(yhteistyo), sum(verkosto), sum(others)) <> (0, 0, 0, 0, 0);
    PERFORM set_config('omasuunta.units', sight, true);
END $$;

-- summed is any other view: whole months from the summaries, with what was not folded and
-- what has to be taken back; the days around them from the rows. It is stable, so that all
-- of it is read in the snapshot of whoever asks. The statement is put together each time,
-- so that it has no part that a question does not need.
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

CREATE OR REPLACE FUNCTION report_cells(wanted text, first date, last date, of_units text[], of_battery text)
    RETURNS TABLE (key text, battery text, unit text, month text, omatoimi bigint, yhteiso bigint, yhteistyo bigint, verkosto bigint, others bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    IF wanted IN ('all', 'author', 'day', 'kind') THEN
        RAISE EXCEPTION 'no view that is shown';
    END IF;
    RETURN QUERY SELECT * FROM summed(wanted, first, last, report_units(of_units), of_battery);
END $$;

DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION report_offered(date, date, text[], text) SET search_path = %I, pg_temp', current_schema());
    EXECUTE format('ALTER FUNCTION summed(text, date, date, text[], text) SET search_path = %I, pg_temp', current_schema());
    EXECUTE format('ALTER FUNCTION report_cells(text, date, date, text[], text) SET search_path = %I, pg_temp', current_schema());
END $$;
REVOKE ALL ON FUNCTION report_offered(date, date, text[], text), whole_months(date, date) FROM PUBLIC;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION summed(wanted text, first date, last date, of_units text[], of_battery text)
    RETURNS TABLE (key text, battery text, unit text, month text, omatoimi bigint, yhteiso bigint, yhteistyo bigint, verkosto bigint, others bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    sight text := current_setting('omasuunta.units', true);
    done summary_state;
    whole_from date := first;
    whole_to date := last;
    facts text := 'report_facts()';
    folded text := '';
    lines text := '';
    narrow text := '';
    who text := '';
    part record;
BEGIN
    PERFORM set_config('omasuunta.units', '{*}', true);
    SELECT * INTO done FROM summary_state;
    IF extract(day FROM first) > 1 THEN
        whole_from := (date_trunc('month', first) + interval '1 month')::date;
    END IF;
    IF extract(day FROM last + 1) > 1 THEN
        whole_to := date_trunc('month', last)::date - 1;
    END IF;
    IF whole_from > whole_to THEN -- no month is whole: all days come before them
        whole_from := last + 1;
        whole_to := last;
    END IF;
    IF of_units IS NOT NULL THEN
        narrow := narrow || format(' AND unit = ANY (%L::text[])', of_units);
    END IF;
    IF of_battery <> '' THEN
        narrow := narrow || format(' AND battery = %L', of_battery);
    END IF;
    IF wanted = 'all' THEN
        facts := $f$(SELECT 'all' AS view, '' AS key, turn, id, assessed_on AS day, assessed_month AS month, unit, battery, segment, statistics
            FROM assessments WHERE status IN ('completed', 'confirmed'))$f$;
    ELSIF wanted = 'kind' THEN
        facts := $f$(SELECT 'kind' AS view, kind AS key, turn, id, happened_on AS day, to_char(happened_on, 'YYYY-MM') AS month, unit,
            coalesce(battery, '') AS battery, '' AS segment, false AS statistics FROM non_participations)$f$;
    ELSIF wanted <> 'author' THEN
        who := ' AND statistics';
    END IF;

    IF done.server <> (SELECT system_identifier::text FROM pg_control_system()) THEN
        lines := format('SELECT *, 1 AS n FROM %s f WHERE view = %L AND day BETWEEN %L AND %L', facts, wanted, first, last) || who || narrow;
    ELSE
        -- The rows that are not folded, found by their turn: "day + 0" is in no index.
        lines := format('SELECT *, 1 AS n FROM %s f WHERE view = %L AND (turn, id) > (%L::bigint, %L::uuid) AND day + 0 BETWEEN %L AND %L',
            facts, wanted, done.turn, done.id, CASE wanted WHEN 'all' THEN first ELSE whole_from END, CASE wanted WHEN 'all' THEN last ELSE whole_to END) || who || narrow;
        -- The summaries of whole months, and of days where there are such.
        FOR part IN
            SELECT wanted AS view, to_char(whole_from, 'YYYY-MM') AS since, to_char(whole_to, 'YYYY-MM') AS until WHERE whole_from <= whole_to
            UNION ALL SELECT 'day', to_char(first, 'YYYY-MM-DD'), to_char(whole_from - 1, 'YYYY-MM-DD') WHERE wanted = 'all' AND first < whole_from
            UNION ALL SELECT 'day', to_char(whole_to + 1, 'YYYY-MM-DD'), to_char(last, 'YYYY-MM-DD') WHERE wanted = 'all' AND whole_to < last
        LOOP
            folded := folded || format(' UNION ALL SELECT key, battery, unit, left(month, 7), omatoimi, yhteiso, yhteistyo, verkosto, others
                FROM summaries WHERE view = %L AND month BETWEEN %L AND %L', part.view, part.since, part.until) || narrow;
            lines := lines || format(' UNION ALL SELECT view, key, turn, id, NULL::date, left(month, 7), unit, battery, segment, statistics, -1
                FROM summary_corrections WHERE view = %L AND month BETWEEN %L AND %L AND (turn, id) <= (%L::bigint, %L::uuid)',
                part.view, part.since, part.until, done.turn, done.id) || narrow;
        END LOOP;
        -- Days of which there is no summary.
        FOR part IN
            SELECT first AS since, whole_from - 1 AS until WHERE wanted <> 'all' AND first < whole_from
            UNION ALL SELECT whole_to + 1, last WHERE wanted <> 'all' AND whole_to < last
        LOOP
            lines := lines || format(' UNION ALL SELECT *, 1 FROM %s f WHERE view = %L AND day BETWEEN %L AND %L', facts, wanted, part.since, part.until) || who || narrow;
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

CREATE OR REPLACE FUNCTION report_cells(wanted text, first date, last date, of_units text[], of_battery text)
    RETURNS TABLE (key text, battery text, unit text, month text, omatoimi bigint, yhteiso bigint, yhteistyo bigint, verkosto bigint, others bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    IF wanted IN ('author', 'day') THEN
        RAISE EXCEPTION 'nobody is listed';
    END IF;
    RETURN QUERY SELECT * FROM summed(wanted, first, last, report_units(of_units), of_battery);
END $$;

DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION summed(text, date, date, text[], text) SET search_path = %I, pg_temp', current_schema());
    EXECUTE format('ALTER FUNCTION report_cells(text, date, date, text[], text) SET search_path = %I, pg_temp', current_schema());
END $$;
DROP FUNCTION report_offered(date, date, text[], text), whole_months(date, date);
ALTER TABLE summary_state DROP COLUMN closed_turn, DROP COLUMN closed_id;
-- +goose StatementEnd
