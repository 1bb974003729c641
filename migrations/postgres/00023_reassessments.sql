-- +goose Up

-- What reports count beside the assessments by themselves comes from summaries too: the
-- assessment before, and the clients' feedback. See docs/adr/0039-summaries.md.

-- The next and the one before under a consent are found without looking at the others.
DROP INDEX assessments_consent;
CREATE INDEX assessments_consent ON assessments (consent_id, assessed_on, created_at, id);

-- Each assessment that has one before it, with that one's segment, as it is in the
-- summaries.
CREATE TABLE reassessments (
    id       uuid PRIMARY KEY,
    day      date NOT NULL,
    unit     text NOT NULL,
    battery  text NOT NULL,
    segment  text NOT NULL,
    previous text NOT NULL
);
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
);

-- Where an assessment stood among those of its client before it went or was put
-- elsewhere, and where it was put: the one behind it has another one before it.
CREATE TABLE reassessment_moves (
    assessment_id uuid NOT NULL,
    consent_id    uuid NOT NULL,
    client_index  bytea,
    unit          text NOT NULL,
    register      text NOT NULL,
    day           date NOT NULL,
    created_at    timestamptz NOT NULL
);

-- All assessments up to this turn and id are in them. It is never further than
-- summary_state, behind which no turn is given any more.
CREATE TABLE reassessment_state (
    one    integer PRIMARY KEY CHECK (one = 1),
    turn   bigint NOT NULL,
    id     uuid NOT NULL,
    server text NOT NULL,
    folds  bigint NOT NULL DEFAULT 0 -- how often they were brought on
);
INSERT INTO reassessment_state (one, turn, id, server)
SELECT 1, -1, 'ffffffff-ffff-ffff-ffff-ffffffffffff', system_identifier::text FROM pg_control_system();

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
);
CREATE TABLE feedback_changes (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    month      text NOT NULL,
    unit       text NOT NULL,
    usefulness integer NOT NULL,
    agreement  text NOT NULL,
    n          integer NOT NULL,
    comments   integer NOT NULL
);
-- +goose StatementBegin
DO $$
BEGIN
    PERFORM set_config('omasuunta.units', '{*}', true);
    INSERT INTO feedback_summaries (month, unit, usefulness, agreement, n, comments)
    SELECT to_char(given_on, 'YYYY-MM'), unit, usefulness, agreement, count(*), count(sealed) FROM feedback GROUP BY 1, 2, 3, 4;
    PERFORM set_config('omasuunta.units', '', true);
END $$;
-- +goose StatementEnd

-- Behind functions alone, as the other summaries.
ALTER TABLE reassessments ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE reassessment_summaries ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE reassessment_moves ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE feedback_summaries ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE feedback_changes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON reassessments USING ((SELECT whole_house_in_scope()) OR unit = ANY ((SELECT units_in_scope())::text[]));
CREATE POLICY in_scope ON reassessment_summaries USING ((SELECT whole_house_in_scope()) OR unit = ANY ((SELECT units_in_scope())::text[]));
CREATE POLICY in_scope ON reassessment_moves USING ((SELECT whole_house_in_scope()) OR unit = ANY ((SELECT units_in_scope())::text[]));
CREATE POLICY in_scope ON feedback_summaries USING ((SELECT whole_house_in_scope()) OR unit = ANY ((SELECT units_in_scope())::text[]));
CREATE POLICY in_scope ON feedback_changes USING ((SELECT whole_house_in_scope()) OR unit = ANY ((SELECT units_in_scope())::text[]));

-- +goose StatementBegin
DROP FUNCTION report_reassessments();

-- Each assessment that counts, with the segment of the client's one before, if there is
-- one: by the consent or by the reference.
CREATE FUNCTION report_reassessments() RETURNS TABLE (id uuid, day date, unit text, battery text, segment text, previous text)
LANGUAGE sql STABLE AS $$
SELECT a.id, a.assessed_on, a.unit, a.battery, a.segment, (SELECT p.segment FROM (
        (SELECT b.segment, b.assessed_on, b.created_at, b.id FROM assessments b
            WHERE b.consent_id = a.consent_id AND (b.assessed_on, b.created_at, b.id) < (a.assessed_on, a.created_at, a.id)
                AND b.register = a.register AND b.status IN ('completed', 'confirmed') AND b.statistics
            ORDER BY b.assessed_on DESC, b.created_at DESC, b.id DESC LIMIT 1)
        UNION ALL
        (SELECT b.segment, b.assessed_on, b.created_at, b.id FROM assessments b
            WHERE b.client_index = a.client_index AND b.unit = a.unit AND (b.assessed_on, b.created_at, b.id) < (a.assessed_on, a.created_at, a.id)
                AND b.register = a.register AND b.status IN ('completed', 'confirmed') AND b.statistics
            ORDER BY b.assessed_on DESC, b.created_at DESC, b.id DESC LIMIT 1)
    ) p ORDER BY p.assessed_on DESC, p.created_at DESC, p.id DESC LIMIT 1)
FROM assessments a WHERE a.status IN ('completed', 'confirmed') AND a.statistics
$$;

-- The assessments that may have another one before them than is in the summaries: those
-- that have come or changed, those that were moved, and what stands behind each of these.
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

CREATE FUNCTION reassessment_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF OLD.status IN ('completed', 'confirmed') THEN
        INSERT INTO reassessment_moves (assessment_id, consent_id, client_index, unit, register, day, created_at)
        VALUES (OLD.id, OLD.consent_id, OLD.client_index, OLD.unit, OLD.register, OLD.assessed_on, OLD.created_at);
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.status IN ('completed', 'confirmed') THEN
        INSERT INTO reassessment_moves (assessment_id, consent_id, client_index, unit, register, day, created_at)
        VALUES (NEW.id, NEW.consent_id, NEW.client_index, NEW.unit, NEW.register, NEW.assessed_on, NEW.created_at);
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd

CREATE TRIGGER reassessment_gone AFTER DELETE ON assessments FOR EACH ROW
    WHEN (OLD.status IN ('completed', 'confirmed')) EXECUTE FUNCTION reassessment_moved();
-- What changes and stays has a turn anew.
CREATE TRIGGER reassessment_moved AFTER UPDATE OF status, consent_id, client_index, unit, register, assessed_on, created_at ON assessments FOR EACH ROW
    WHEN (OLD.status IN ('completed', 'confirmed') AND (NEW.status NOT IN ('completed', 'confirmed') OR
        (OLD.consent_id, OLD.client_index, OLD.unit, OLD.register, OLD.assessed_on, OLD.created_at) IS DISTINCT FROM
        (NEW.consent_id, NEW.client_index, NEW.unit, NEW.register, NEW.assessed_on, NEW.created_at)))
    EXECUTE FUNCTION reassessment_moved();

-- fold_reassessments brings the summaries of what came before as far as summary_state
-- is, at most so many assessments at a time, and tells whether there is more to do.
--
-- Nobody has to be waited for. What has changed says where it stands, in its own
-- transaction: by its turn, or in reassessment_moves. One statement reads both and
-- counts those anew that may hang on it. A change that it does not show yet, says later
-- that its place has to be looked at again; looking twice does no harm.
-- +goose StatementBegin
CREATE FUNCTION fold_reassessments(most integer) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET plan_cache_mode = force_custom_plan AS $$
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

-- Without what is folded, or with too much that is not, the rows themselves are counted.
DROP FUNCTION report_previous(date, date, text[], text);
CREATE FUNCTION report_previous(first date, last date, of_units text[], of_battery text)
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

-- Feedback: a line for what comes, and one for what goes. Nobody waits for another.
CREATE FUNCTION feedback_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO feedback_changes (month, unit, usefulness, agreement, n, comments)
        VALUES (to_char(OLD.given_on, 'YYYY-MM'), OLD.unit, OLD.usefulness, OLD.agreement, -1, -(OLD.sealed IS NOT NULL)::integer);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO feedback_changes (month, unit, usefulness, agreement, n, comments)
        VALUES (to_char(NEW.given_on, 'YYYY-MM'), NEW.unit, NEW.usefulness, NEW.agreement, 1, (NEW.sealed IS NOT NULL)::integer);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION fold_feedback() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    sight text := current_setting('omasuunta.units', true);
BEGIN
    IF NOT pg_try_advisory_xact_lock(x'6f6d617366656564'::bigint) THEN -- "omasfeed"
        RETURN;
    END IF;
    PERFORM set_config('omasuunta.units', '{*}', true);
    WITH gone AS (
        DELETE FROM feedback_changes RETURNING *
    )
    INSERT INTO feedback_summaries AS s (month, unit, usefulness, agreement, n, comments)
    SELECT g.month, g.unit, g.usefulness, g.agreement, sum(g.n), sum(g.comments) FROM gone g GROUP BY 1, 2, 3, 4
    ON CONFLICT (month, unit, usefulness, agreement) DO UPDATE SET n = s.n + excluded.n, comments = s.comments + excluded.comments;
    IF FOUND THEN
        DELETE FROM feedback_summaries WHERE n = 0;
    END IF;
    PERFORM set_config('omasuunta.units', sight, true);
END $$;

CREATE OR REPLACE FUNCTION report_feedback(first date, last date, of_units text[])
    RETURNS TABLE (usefulness integer, agreement text, unit text, month text, n bigint, comments bigint) LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
#variable_conflict use_column
DECLARE
    sight text := current_setting('omasuunta.units', true);
    within text[] := report_units(of_units);
    whole_from date := (date_trunc('month', first - 1) + interval '1 month')::date;
    whole_to date := date_trunc('month', last + 1)::date - 1;
BEGIN
    PERFORM set_config('omasuunta.units', '{*}', true);
    IF whole_from > whole_to THEN -- no month is whole: all days come before them
        whole_from := last + 1;
        whole_to := last;
    END IF;
    RETURN QUERY SELECT f.usefulness, f.agreement, f.unit, f.month, sum(f.n), sum(f.comments) FROM (
            SELECT s.usefulness, s.agreement, s.unit, s.month, s.n, s.comments FROM feedback_summaries s
            UNION ALL SELECT c.usefulness, c.agreement, c.unit, c.month, c.n, c.comments FROM feedback_changes c) f
        WHERE whole_from <= whole_to AND f.month BETWEEN to_char(whole_from, 'YYYY-MM') AND to_char(whole_to, 'YYYY-MM') AND (within IS NULL OR f.unit = ANY (within))
        GROUP BY 1, 2, 3, 4 HAVING sum(f.n) <> 0
        UNION ALL SELECT f.usefulness, f.agreement, f.unit, to_char(f.given_on, 'YYYY-MM'), count(*), count(f.sealed) FROM feedback f
            WHERE (f.given_on BETWEEN first AND whole_from - 1 OR f.given_on BETWEEN whole_to + 1 AND last) AND (within IS NULL OR f.unit = ANY (within)) GROUP BY 1, 2, 3, 4;
    PERFORM set_config('omasuunta.units', sight, true);
END $$;
-- +goose StatementEnd

CREATE TRIGGER feedback_changed AFTER INSERT OR DELETE ON feedback FOR EACH ROW EXECUTE FUNCTION feedback_changed();
CREATE TRIGGER feedback_other AFTER UPDATE OF unit, given_on, usefulness, agreement, sealed ON feedback FOR EACH ROW
    WHEN ((OLD.unit, OLD.given_on, OLD.usefulness, OLD.agreement, OLD.sealed IS NULL) IS DISTINCT FROM (NEW.unit, NEW.given_on, NEW.usefulness, NEW.agreement, NEW.sealed IS NULL))
    EXECUTE FUNCTION feedback_changed();

-- +goose StatementBegin
DO $$
DECLARE made regprocedure;
BEGIN
    FOR made IN SELECT oid FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND prosecdef
        AND proname IN ('reassessment_moved', 'fold_reassessments', 'report_previous', 'feedback_changed', 'fold_feedback', 'report_feedback') LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', made, current_schema());
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', made);
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION report_reassessments(), reassessments_touched(bigint, uuid, bigint, uuid) FROM PUBLIC;
-- +goose StatementEnd

-- How many have left the statistics in the units of kept figures, when it was last
-- looked whether everybody they were made of is still counted; and when that was.
ALTER TABLE quality_results ADD COLUMN removals bigint NOT NULL DEFAULT 0, ADD COLUMN checked_at timestamptz;

-- +goose Down
ALTER TABLE quality_results DROP COLUMN removals, DROP COLUMN checked_at;
DROP TRIGGER feedback_other ON feedback;
DROP TRIGGER feedback_changed ON feedback;
DROP TRIGGER reassessment_moved ON assessments;
DROP TRIGGER reassessment_gone ON assessments;
DROP FUNCTION fold_feedback(), feedback_changed(), report_previous(date, date, text[], text), fold_reassessments(integer), reassessment_moved(),
    reassessments_touched(bigint, uuid, bigint, uuid), report_reassessments();
DROP TABLE feedback_changes, feedback_summaries, reassessment_state, reassessment_moves, reassessment_summaries, reassessments;
DROP INDEX assessments_consent;
CREATE INDEX assessments_consent ON assessments (consent_id);
-- +goose StatementBegin
CREATE FUNCTION report_reassessments() RETURNS TABLE (day date, unit text, battery text, segment text, month text, previous text)
LANGUAGE sql STABLE AS $$
SELECT a.assessed_on AS day, a.unit, a.battery, a.segment, a.assessed_month AS month, (SELECT b.segment FROM assessments b
    WHERE (b.consent_id = a.consent_id OR b.client_index = a.client_index AND b.unit = a.unit) AND b.register = a.register
        AND (b.assessed_on, b.created_at, b.id) < (a.assessed_on, a.created_at, a.id) AND b.status IN ('completed', 'confirmed') AND b.statistics
    ORDER BY b.assessed_on DESC, b.created_at DESC, b.id DESC LIMIT 1) AS previous
FROM assessments a WHERE a.status IN ('completed', 'confirmed') AND a.statistics
$$;
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
CREATE OR REPLACE FUNCTION report_feedback(first date, last date, of_units text[])
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
DO $$
DECLARE made regprocedure;
BEGIN
    FOR made IN SELECT oid FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname IN ('report_previous', 'report_feedback') LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', made, current_schema());
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', made);
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION report_reassessments() FROM PUBLIC;
-- +goose StatementEnd
