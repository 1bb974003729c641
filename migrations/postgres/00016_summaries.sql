-- +goose Up

-- Summaries of what reports count: see docs/adr/0039-summaries.md.

-- The number of the transaction that made a row what reports count of it, and a
-- place in an order that ends behind every row that is still to come: a transaction
-- takes its number before it writes. 0 is of before.
ALTER TABLE assessments ADD COLUMN turn bigint NOT NULL DEFAULT 0;
ALTER TABLE assessments ALTER COLUMN turn SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE non_participations ADD COLUMN turn bigint NOT NULL DEFAULT 0;
ALTER TABLE non_participations ALTER COLUMN turn SET DEFAULT pg_current_xact_id()::text::bigint;
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
    omatoimi  bigint NOT NULL,
    yhteiso   bigint NOT NULL,
    yhteistyo bigint NOT NULL,
    verkosto  bigint NOT NULL,
    others    bigint NOT NULL,
    PRIMARY KEY (view, month, unit, battery, key)
) WITH (fillfactor = 70);

-- What is in the summaries, or is on its way there, and no longer so. The turn is
-- that of the row as it was.
CREATE TABLE summary_corrections (
    turn       bigint NOT NULL,
    id         uuid NOT NULL,
    view       text NOT NULL,
    key        text NOT NULL,
    month      text NOT NULL,
    unit       text NOT NULL,
    battery    text NOT NULL,
    segment    text,
    statistics boolean NOT NULL
);
CREATE INDEX summary_corrections_view ON summary_corrections (view, month);

-- All rows up to this turn and id are in the summaries. Turns are good on the server
-- that gave them: after a dump was put into another one, nothing is.
CREATE TABLE summary_state (
    one    integer PRIMARY KEY CHECK (one = 1),
    turn   bigint NOT NULL,
    id     uuid NOT NULL,
    server text NOT NULL
);
INSERT INTO summary_state (one, turn, id, server)
SELECT 1, -1, 'ffffffff-ffff-ffff-ffff-ffffffffffff', system_identifier::text FROM pg_control_system();

-- Behind the functions below, which alone use them, as for assessments.
ALTER TABLE summaries ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE summary_corrections ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON summaries USING ((SELECT whole_house_in_scope()) OR unit = ANY ((SELECT units_in_scope())::text[]));
CREATE POLICY in_scope ON summary_corrections USING ((SELECT whole_house_in_scope()) OR unit = ANY ((SELECT units_in_scope())::text[]));

-- What reports count of each assessment, and of each time that somebody did not take
-- part ('kind'), once under each key of a view. Seconds become whole minutes, 120 for
-- all from there on. 'all' and 'author' count who is in no statistics too.
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


-- Changes. A row that is counted and becomes another one, or none, is taken back as it
-- was, and gets a turn anew. Whether it was folded is not looked at here, where that
-- can't be known: see fold_summaries. These functions, and those further down, see the
-- rows of all units while they are at work. A function can't be made with such a
-- setting by somebody who is no superuser, so each puts back what was; an error ends it
-- with what it had set.

-- +goose StatementBegin
CREATE FUNCTION summaries_take_back(gone uuid) RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO summary_corrections (turn, id, view, key, month, unit, battery, segment, statistics)
    SELECT turn, id, view, key, month, unit, battery, segment, statistics
    FROM report_facts() WHERE id = gone AND (statistics OR view IN ('all', 'author', 'kind'));
END $$;

CREATE FUNCTION summaries_assessment_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    sight text := current_setting('omasuunta.units', true);
    mine bigint := pg_current_xact_id()::text::bigint;
BEGIN
    PERFORM set_config('omasuunta.units', '{*}', true);
    IF OLD.status IN ('completed', 'confirmed') AND OLD.turn <> mine THEN
        PERFORM summaries_take_back(OLD.id);
    END IF;
    PERFORM set_config('omasuunta.units', sight, true);
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    NEW.turn := mine;
    RETURN NEW;
END $$;

CREATE FUNCTION summaries_part_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    sight text := current_setting('omasuunta.units', true);
    mine bigint := pg_current_xact_id()::text::bigint;
    whole uuid;
    last bigint;
BEGIN
    PERFORM set_config('omasuunta.units', '{*}', true);
    IF TG_OP = 'DELETE' THEN
        whole := OLD.assessment_id;
    ELSE
        whole := NEW.assessment_id;
    END IF;
    -- Whoever changes another part at the same time is waited for, and then looked at.
    SELECT turn INTO last FROM assessments WHERE id = whole AND status IN ('completed', 'confirmed') FOR NO KEY UPDATE;
    IF last <> mine THEN
        PERFORM summaries_take_back(whole);
        UPDATE assessments SET turn = mine WHERE id = whole;
    END IF;
    PERFORM set_config('omasuunta.units', sight, true);
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION summaries_non_participation_gone() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    sight text := current_setting('omasuunta.units', true);
BEGIN
    PERFORM set_config('omasuunta.units', '{*}', true);
    IF OLD.turn <> pg_current_xact_id()::text::bigint THEN
        PERFORM summaries_take_back(OLD.id);
    END IF;
    PERFORM set_config('omasuunta.units', sight, true);
    RETURN OLD;
END $$;
-- +goose StatementEnd

CREATE TRIGGER summaries_change BEFORE UPDATE OF status, statistics, unit, register, language, mode, assessed_on, assessed_month, expected_segment, battery,
    segment, resources, challenge, result, agreed_segment, feedback_given, created_by ON assessments FOR EACH ROW
    WHEN ((OLD.status IN ('completed', 'confirmed') OR NEW.status IN ('completed', 'confirmed')) AND
        (OLD.status, OLD.statistics, OLD.unit, OLD.register, OLD.language, OLD.mode, OLD.assessed_on, OLD.assessed_month, OLD.expected_segment, OLD.battery,
            OLD.segment, OLD.resources, OLD.challenge, OLD.result, OLD.agreed_segment, OLD.feedback_given, OLD.created_by) IS DISTINCT FROM
        (NEW.status, NEW.statistics, NEW.unit, NEW.register, NEW.language, NEW.mode, NEW.assessed_on, NEW.assessed_month, NEW.expected_segment, NEW.battery,
            NEW.segment, NEW.resources, NEW.challenge, NEW.result, NEW.agreed_segment, NEW.feedback_given, NEW.created_by))
    EXECUTE FUNCTION summaries_assessment_changed();
CREATE TRIGGER summaries_delete BEFORE DELETE ON assessments FOR EACH ROW
    WHEN (OLD.status IN ('completed', 'confirmed')) EXECUTE FUNCTION summaries_assessment_changed();
CREATE TRIGGER summaries_event BEFORE INSERT OR UPDATE OR DELETE ON assessment_events FOR EACH ROW EXECUTE FUNCTION summaries_part_changed();
CREATE TRIGGER summaries_phase BEFORE INSERT OR UPDATE OR DELETE ON assessment_phases FOR EACH ROW EXECUTE FUNCTION summaries_part_changed();
CREATE TRIGGER summaries_delete BEFORE DELETE ON non_participations FOR EACH ROW EXECUTE FUNCTION summaries_non_participation_gone();

-- fold_summaries puts at most so many rows into the summaries, and tells whether there
-- is more to do. Nobody waits for it, and it for nobody.
--
-- It takes rows of transactions older than the oldest one that still runs: nothing can
-- come in before them any more. What it counts and what it takes back is read by one
-- statement, so in one snapshot. A correction of a row that lies in the batch means
-- that the row was replaced before it was counted: it is dropped. One of a row that
-- lies before the batch is taken off. One that this snapshot does not show yet is of a
-- row that is counted here, as it was: it will lie before a later batch.
-- +goose StatementBegin
CREATE FUNCTION fold_summaries(most integer) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    sight text := current_setting('omasuunta.units', true);
    was summary_state;
    upto summary_state;
    ours text;
    next bigint;
    oldest bigint;
    moved integer;
    more boolean := false;
    touched text[];
BEGIN
    IF NOT pg_try_advisory_xact_lock(x'6f6d617373756d6d'::bigint) THEN -- "omassumm"
        RETURN false;
    END IF;
    PERFORM set_config('omasuunta.units', '{*}', true);
    SELECT * INTO was FROM summary_state;
    SELECT system_identifier::text, pg_snapshot_xmin(pg_current_snapshot())::text::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint
        INTO ours, oldest, next FROM pg_control_system();
    IF was.server <> ours THEN
        -- Turns of the other server that this one has not reached become those of before.
        UPDATE assessments SET turn = 0 WHERE id IN (SELECT id FROM assessments WHERE turn >= next LIMIT most);
        GET DIAGNOSTICS moved = ROW_COUNT;
        UPDATE non_participations SET turn = 0 WHERE id IN (SELECT id FROM non_participations WHERE turn >= next LIMIT most);
        IF NOT FOUND AND moved = 0 THEN
            DELETE FROM summaries;
            DELETE FROM summary_corrections;
            UPDATE summary_state SET turn = -1, id = 'ffffffff-ffff-ffff-ffff-ffffffffffff', server = ours;
        END IF;
        PERFORM set_config('omasuunta.units', sight, true);
        RETURN true;
    END IF;

    SELECT turn, id INTO upto.turn, upto.id FROM (
        (SELECT turn, id FROM assessments WHERE status IN ('completed', 'confirmed') AND (turn, id) > (was.turn, was.id) AND turn < oldest ORDER BY turn, id LIMIT most)
        UNION ALL
        (SELECT turn, id FROM non_participations WHERE (turn, id) > (was.turn, was.id) AND turn < oldest ORDER BY turn, id LIMIT most)) waiting
        ORDER BY turn, id OFFSET most - 1 LIMIT 1;
    more := FOUND;
    IF NOT more THEN
        IF NOT EXISTS (SELECT 1 FROM summary_corrections WHERE turn < oldest)
            AND NOT EXISTS (SELECT 1 FROM assessments WHERE status IN ('completed', 'confirmed') AND (turn, id) > (was.turn, was.id) AND turn < oldest)
            AND NOT EXISTS (SELECT 1 FROM non_participations WHERE (turn, id) > (was.turn, was.id) AND turn < oldest) THEN
            PERFORM set_config('omasuunta.units', sight, true);
            RETURN false;
        END IF;
        upto.turn := oldest - 1;
        upto.id := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
    END IF;

    WITH gone AS (
        DELETE FROM summary_corrections c WHERE (c.turn, c.id) <= (upto.turn, upto.id) RETURNING c.*
    ), changes AS (
        SELECT f.view, f.month, f.unit, f.battery, f.key, f.segment, f.statistics, 1 AS n FROM report_facts() f
            WHERE (f.turn, f.id) > (was.turn, was.id) AND (f.turn, f.id) <= (upto.turn, upto.id) AND (f.statistics OR f.view IN ('all', 'author', 'kind'))
        UNION ALL
        SELECT g.view, g.month, g.unit, g.battery, g.key, g.segment, g.statistics, -1 FROM gone g WHERE (g.turn, g.id) <= (was.turn, was.id)
    ), counted AS (
        SELECT view, month, unit, battery, key,
            coalesce(sum(n) FILTER (WHERE statistics AND segment = 'omatoimi'), 0) AS omatoimi, coalesce(sum(n) FILTER (WHERE statistics AND segment = 'yhteiso'), 0) AS yhteiso,
            coalesce(sum(n) FILTER (WHERE statistics AND segment = 'yhteistyo'), 0) AS yhteistyo, coalesce(sum(n) FILTER (WHERE statistics AND segment = 'verkosto'), 0) AS verkosto,
            coalesce(sum(n) FILTER (WHERE NOT statistics), 0) AS others
        FROM changes GROUP BY view, month, unit, battery, key
    ), added AS (
        INSERT INTO summaries AS s (view, month, unit, battery, key, omatoimi, yhteiso, yhteistyo, verkosto, others)
        SELECT * FROM counted WHERE (omatoimi, yhteiso, yhteistyo, verkosto, others) <> (0, 0, 0, 0, 0)
        ON CONFLICT (view, month, unit, battery, key) DO UPDATE SET omatoimi = s.omatoimi + excluded.omatoimi, yhteiso = s.yhteiso + excluded.yhteiso,
            yhteistyo = s.yhteistyo + excluded.yhteistyo, verkosto = s.verkosto + excluded.verkosto, others = s.others + excluded.others
    )
    SELECT array_agg(DISTINCT month) INTO touched FROM gone;
    UPDATE summary_state SET turn = upto.turn, id = upto.id;
    IF touched IS NOT NULL THEN -- an empty row would tell that there was somebody
        DELETE FROM summaries WHERE month = ANY (touched) AND (omatoimi, yhteiso, yhteistyo, verkosto, others) = (0, 0, 0, 0, 0);
    END IF;
    PERFORM set_config('omasuunta.units', sight, true);
    RETURN more;
END $$;
-- +goose StatementEnd

-- Reading. An expert sees no row of a client, whatever is asked: these functions do,
-- and give counts. They count in the units of the reports of the transaction:
--
--   omasuunta.reports  codes of units as the literal of a text array; with the one
--                      element *, all of them
-- +goose StatementBegin
CREATE FUNCTION report_units(wanted text[]) RETURNS text[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    scope text[] := nullif(current_setting('omasuunta.reports', true), '')::text[];
BEGIN
    IF scope IS NULL THEN
        RETURN '{}';
    ELSIF scope = '{*}' THEN
        RETURN wanted;
    ELSIF wanted IS NULL THEN
        RETURN scope;
    END IF;
    RETURN ARRAY(SELECT unnest(wanted) INTERSECT SELECT unnest(scope));
END $$;
-- +goose StatementEnd

-- summed is one view of a period: whole months from the summaries, with what was not
-- folded and what has to be taken back; the days before and after them from the rows.
-- It is stable, so that all of it is read in the snapshot of whoever asks. One plan
-- serves all periods, and has to go by the turns where they end: "day + 0" is in no
-- index.
-- +goose StatementBegin
CREATE FUNCTION summed(wanted text, first date, last date, of_units text[], of_battery text)
    RETURNS TABLE (key text, battery text, unit text, month text, omatoimi bigint, yhteiso bigint, yhteistyo bigint, verkosto bigint, others bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    sight text := current_setting('omasuunta.units', true);
    done summary_state;
    whole_from date := first;
    whole_to date := last;
    from_month text;
    to_month text;
BEGIN
    PERFORM set_config('omasuunta.units', '{*}', true);
    SELECT * INTO done FROM summary_state;
    IF extract(day FROM first) > 1 THEN
        whole_from := (date_trunc('month', first) + interval '1 month')::date;
    END IF;
    IF extract(day FROM last + 1) > 1 THEN
        whole_to := date_trunc('month', last)::date - 1;
    END IF;
    IF whole_from > whole_to OR done.server <> (SELECT system_identifier::text FROM pg_control_system()) THEN
        whole_from := last + 1; -- no month is whole: all days come before it
        whole_to := last;
    ELSE
        from_month := to_char(whole_from, 'YYYY-MM');
        to_month := to_char(whole_to, 'YYYY-MM');
    END IF;
    RETURN QUERY
    SELECT t.key, t.battery, t.unit, t.month, sum(t.a)::bigint, sum(t.b)::bigint, sum(t.c)::bigint, sum(t.d)::bigint, sum(t.e)::bigint FROM (
        SELECT s.key, s.battery, s.unit, s.month, s.omatoimi AS a, s.yhteiso AS b, s.yhteistyo AS c, s.verkosto AS d, s.others AS e FROM summaries s
        WHERE s.view = wanted AND s.month BETWEEN from_month AND to_month
            AND (of_units IS NULL OR s.unit = ANY (of_units)) AND (of_battery = '' OR s.battery = of_battery)
        UNION ALL
        SELECT f.key, f.battery, f.unit, f.month, CASE WHEN f.statistics AND f.segment = 'omatoimi' THEN f.n ELSE 0 END, CASE WHEN f.statistics AND f.segment = 'yhteiso' THEN f.n ELSE 0 END,
            CASE WHEN f.statistics AND f.segment = 'yhteistyo' THEN f.n ELSE 0 END, CASE WHEN f.statistics AND f.segment = 'verkosto' THEN f.n ELSE 0 END,
            CASE WHEN f.statistics THEN 0 ELSE f.n END
        FROM (
            SELECT r.key, r.battery, r.unit, r.month, r.segment, r.statistics, 1 AS n FROM report_facts() r
                WHERE r.view = wanted AND (r.turn, r.id) > (done.turn, done.id) AND r.day + 0 BETWEEN whole_from AND whole_to
            UNION ALL
            SELECT r.key, r.battery, r.unit, r.month, r.segment, r.statistics, -1 FROM summary_corrections r
                WHERE r.view = wanted AND (r.turn, r.id) <= (done.turn, done.id) AND r.month BETWEEN from_month AND to_month
            UNION ALL
            SELECT r.key, r.battery, r.unit, r.month, r.segment, r.statistics, 1 FROM report_facts() r
                WHERE r.view = wanted AND r.day BETWEEN first AND whole_from - 1
            UNION ALL
            SELECT r.key, r.battery, r.unit, r.month, r.segment, r.statistics, 1 FROM report_facts() r
                WHERE r.view = wanted AND r.day BETWEEN whole_to + 1 AND last
        ) f WHERE (of_units IS NULL OR f.unit = ANY (of_units)) AND (of_battery = '' OR f.battery = of_battery) AND (f.statistics OR wanted IN ('all', 'author', 'kind'))
    ) t GROUP BY t.key, t.battery, t.unit, t.month
    HAVING (sum(t.a), sum(t.b), sum(t.c), sum(t.d), sum(t.e)) <> (0, 0, 0, 0, 0);
    PERFORM set_config('omasuunta.units', sight, true);
END $$;

CREATE FUNCTION report_cells(wanted text, first date, last date, of_units text[], of_battery text)
    RETURNS TABLE (key text, battery text, unit text, month text, omatoimi bigint, yhteiso bigint, yhteistyo bigint, verkosto bigint, others bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    IF wanted = 'author' THEN
        RAISE EXCEPTION 'nobody is listed';
    END IF;
    RETURN QUERY SELECT * FROM summed(wanted, first, last, report_units(of_units), of_battery);
END $$;

CREATE FUNCTION report_previous(first date, last date, of_units text[], of_battery text)
    RETURNS TABLE (key text, battery text, unit text, month text, segment text, n bigint) LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
#variable_conflict use_column
DECLARE
    sight text := current_setting('omasuunta.units', true);
    within text[] := report_units(of_units);
BEGIN
    PERFORM set_config('omasuunta.units', '{*}', true);
    RETURN QUERY SELECT r.previous, r.battery, r.unit, r.month, r.segment, count(*) FROM report_reassessments() r
        WHERE r.previous IS NOT NULL AND r.day BETWEEN first AND last AND (within IS NULL OR r.unit = ANY (within)) AND (of_battery = '' OR r.battery = of_battery)
        GROUP BY 1, 2, 3, 4, 5;
    PERFORM set_config('omasuunta.units', sight, true);
END $$;

CREATE FUNCTION report_feedback(first date, last date, of_units text[])
    RETURNS TABLE (usefulness integer, agreement text, unit text, month text, n bigint, comments bigint) LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
#variable_conflict use_column
DECLARE
    sight text := current_setting('omasuunta.units', true);
    within text[] := report_units(of_units);
BEGIN
    PERFORM set_config('omasuunta.units', '{*}', true);
    RETURN QUERY SELECT f.usefulness, f.agreement, f.unit, to_char(f.given_on, 'YYYY-MM'), count(*), count(f.sealed) FROM feedback f
        WHERE f.given_on BETWEEN first AND last AND (within IS NULL OR f.unit = ANY (within)) GROUP BY 1, 2, 3, 4;
    PERFORM set_config('omasuunta.units', sight, true);
END $$;

-- How many professionals have so many assessments, with 0 for those of the unit who
-- have none.
CREATE FUNCTION report_targets(first date, last date, of_units text[], of_battery text)
    RETURNS TABLE (unit text, assessments bigint, professionals bigint) LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
#variable_conflict use_column
DECLARE
    sight text := current_setting('omasuunta.units', true);
    within text[] := report_units(of_units);
BEGIN
    PERFORM set_config('omasuunta.units', '{*}', true);
    RETURN QUERY
    WITH done AS (SELECT s.unit, s.key AS who, sum(s.omatoimi + s.yhteiso + s.yhteistyo + s.verkosto + s.others) AS n
            FROM summed('author', first, last, within, of_battery) s GROUP BY 1, 2),
        members AS (SELECT m.unit, m.user_id::text AS who FROM user_units m JOIN users u ON u.id = m.user_id
            WHERE u.role = 'professional' AND u.disabled_at IS NULL AND (within IS NULL OR m.unit = ANY (within))),
        each AS (SELECT d.unit, d.who, d.n FROM done d
            UNION ALL SELECT m.unit, m.who, 0 FROM members m WHERE NOT EXISTS (SELECT 1 FROM done d WHERE d.unit = m.unit AND d.who = m.who)),
        together AS (SELECT e.unit, e.n FROM each e UNION ALL SELECT '', sum(e.n) FROM each e GROUP BY e.who)
    SELECT t.unit, t.n::bigint, count(*) FROM together t GROUP BY 1, 2;
    PERFORM set_config('omasuunta.units', sight, true);
END $$;

-- Questions that were marked as unclear, in the whole house: it is the texts that they
-- tell about.
CREATE FUNCTION report_unclear() RETURNS TABLE (battery text, version integer, item text, n bigint) LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
#variable_conflict use_column
DECLARE
    sight text := current_setting('omasuunta.units', true);
BEGIN
    IF nullif(current_setting('omasuunta.reports', true), '') IS NULL THEN
        RETURN;
    END IF;
    PERFORM set_config('omasuunta.units', '{*}', true);
    RETURN QUERY SELECT u.battery, u.version, u.item, count(*) FROM (
        SELECT a.client_battery AS battery, a.client_version AS version, answer ->> 'item' AS item
            FROM assessments a CROSS JOIN LATERAL jsonb_array_elements(a.client_answers -> 'answers') AS answer
            WHERE a.status <> 'withdrawn' AND a.client_answers @> '{"answers": [{"unclear": true}]}' AND answer @> '{"unclear": true}'
        UNION ALL
        SELECT a.battery, a.battery_version, answer ->> 'item'
            FROM assessments a CROSS JOIN LATERAL jsonb_array_elements(a.professional_answers -> 'answers') AS answer
            WHERE a.status <> 'withdrawn' AND a.professional_answers @> '{"answers": [{"unclear": true}]}' AND answer @> '{"unclear": true}') u
        GROUP BY 1, 2, 3;
    PERFORM set_config('omasuunta.units', sight, true);
END $$;

-- They find their tables where they were made, and are for whoever is given the right.
DO $$
DECLARE made regprocedure;
BEGIN
    FOR made IN SELECT oid FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND prosecdef LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', made, current_schema());
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', made);
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION report_facts(), report_reassessments(), summaries_take_back(uuid) FROM PUBLIC;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION report_unclear(), report_targets(date, date, text[], text), report_feedback(date, date, text[]), report_previous(date, date, text[], text),
    report_cells(text, date, date, text[], text), summed(text, date, date, text[], text), report_units(text[]), fold_summaries(integer);
DROP TRIGGER summaries_delete ON non_participations;
DROP TRIGGER summaries_phase ON assessment_phases;
DROP TRIGGER summaries_event ON assessment_events;
DROP TRIGGER summaries_delete ON assessments;
DROP TRIGGER summaries_change ON assessments;
DROP FUNCTION summaries_non_participation_gone(), summaries_part_changed(), summaries_assessment_changed(), summaries_take_back(uuid);
DROP FUNCTION report_reassessments(), report_facts();
DROP TABLE summary_state, summary_corrections, summaries;
DROP INDEX feedback_day, non_participations_turn, assessments_turn;
ALTER TABLE non_participations DROP COLUMN turn;
ALTER TABLE assessments DROP COLUMN turn;
