-- +goose Up

-- Who sees whose records, once more and apart from the program: see
-- docs/adr/0035. A transaction says for which units it works, and sees and
-- changes the records of these alone. What says nothing sees nothing, the owner
-- of the tables included: a later migration that reads or changes rows of these
-- tables begins with SELECT set_config('omasuunta.units', '{*}', true).
--
--   omasuunta.units  the codes of the units as the literal of a text array; with
--                    the one element *, which is no code, all of them
--   omasuunta.user   the user whose answers to repeated calls are seen
--
-- A further setting, such as one for registers, gets a function of its own here
-- and another condition beside the units.

CREATE FUNCTION units_in_scope() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('omasuunta.units', true), '')::text[];

CREATE FUNCTION whole_house_in_scope() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(nullif(current_setting('omasuunta.units', true), '')::text[] = '{*}', false);

CREATE FUNCTION user_in_scope() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('omasuunta.user', true), '')::uuid;

-- +goose StatementBegin
DO $$
DECLARE guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['consents', 'assessments', 'assessment_events', 'assessment_phases', 'invitations', 'feedback',
        'non_participations', 'archive_jobs', 'legal_holds', 'idempotency_keys', 'audit_events'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', guarded);
    END LOOP;
    -- Each (SELECT …) is asked once for a statement, not once for a row.
    FOREACH guarded IN ARRAY ARRAY['assessments', 'invitations', 'feedback', 'non_participations', 'archive_jobs'] LOOP
        EXECUTE format('CREATE POLICY in_scope ON %I USING ((SELECT whole_house_in_scope()) OR unit = ANY ((SELECT units_in_scope())::text[]))', guarded);
    END LOOP;
END $$;
-- +goose StatementEnd

-- A visit may stand on a consent that was given in another unit.
CREATE POLICY in_scope ON consents USING ((SELECT whole_house_in_scope()) OR unit = ANY ((SELECT units_in_scope())::text[])
    OR EXISTS (SELECT 1 FROM assessments a WHERE a.consent_id = consents.id));

-- What hangs on a record is seen by whoever sees the record.
CREATE POLICY in_scope ON assessment_events USING ((SELECT whole_house_in_scope())
    OR EXISTS (SELECT 1 FROM assessments a WHERE a.id = assessment_id));
CREATE POLICY in_scope ON assessment_phases USING ((SELECT whole_house_in_scope())
    OR EXISTS (SELECT 1 FROM assessments a WHERE a.id = assessment_id));
CREATE POLICY in_scope ON legal_holds USING ((SELECT whole_house_in_scope())
    OR EXISTS (SELECT 1 FROM consents c WHERE c.id = consent_id));

CREATE POLICY in_scope ON idempotency_keys USING ((SELECT whole_house_in_scope()) OR user_id = (SELECT user_in_scope()));

-- Everybody may add to the audit, also before it is known who they are. Nobody
-- changes it.
CREATE POLICY in_scope ON audit_events FOR SELECT USING ((SELECT whole_house_in_scope()) OR unit = ANY ((SELECT units_in_scope())::text[]));
CREATE POLICY added_by_all ON audit_events FOR INSERT WITH CHECK (true);

-- +goose Down
-- +goose StatementBegin
DO $$
DECLARE guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['consents', 'assessments', 'assessment_events', 'assessment_phases', 'invitations', 'feedback',
        'non_participations', 'archive_jobs', 'legal_holds', 'idempotency_keys', 'audit_events'] LOOP
        EXECUTE format('DROP POLICY in_scope ON %I', guarded);
        EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY', guarded);
    END LOOP;
END $$;
-- +goose StatementEnd
DROP POLICY added_by_all ON audit_events;
DROP FUNCTION user_in_scope(), whole_house_in_scope(), units_in_scope();
