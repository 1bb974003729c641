-- +goose Up

-- Research permits, and the files of rows that are made under them: see
-- docs/adr/0045. The key of each is in record_keys, under its id.

CREATE TABLE research_permits (
    id          uuid PRIMARY KEY,
    user_id     uuid NOT NULL REFERENCES users (id),
    reference   text NOT NULL,
    purposes    text NOT NULL, -- codes, a space between them, as in the next two
    units       text NOT NULL,
    registers   text NOT NULL,
    visits_from date NOT NULL,
    visits_to   date NOT NULL,
    items       boolean NOT NULL, -- the answers item by item
    days        boolean NOT NULL, -- the day of a visit, not the month alone
    valid_from  date NOT NULL,
    valid_until date NOT NULL,
    granted_by  uuid NOT NULL, -- the nil UUID for the command line
    granted_at  timestamptz NOT NULL,
    revoked_by  uuid,
    revoked_at  timestamptz,
    CONSTRAINT research_permits_order CHECK (visits_from <= visits_to AND valid_from <= valid_until)
);
CREATE INDEX research_permits_user ON research_permits (user_id, granted_at);

CREATE TABLE extracts (
    id         uuid PRIMARY KEY,
    permit_id  uuid NOT NULL REFERENCES research_permits (id),
    user_id    uuid NOT NULL REFERENCES users (id),
    format     text NOT NULL CHECK (format IN ('csv', 'fi-excel', 'parquet', 'xlsx')),
    state      text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'gone')),
    attempts   integer NOT NULL, -- counts up whenever somebody begins it; tells one attempt's bytes from another's
    tries      integer NOT NULL, -- the same, without those that were called off
    next_at    timestamptz NOT NULL, -- not taken before
    asked_at   timestamptz NOT NULL,
    total      bigint NOT NULL, -- rows that there will be
    done       bigint NOT NULL, -- rows that there are
    removals   bigint NOT NULL, -- how many rows of extract_removals were known to it
    as_of      timestamptz,
    made_at    timestamptz,
    expires_at timestamptz,
    bytes      bigint NOT NULL,
    chunks     integer NOT NULL,
    sha256     text,
    problem    text,
    fetched_at timestamptz
);
CREATE INDEX extracts_user ON extracts (user_id, asked_at);
CREATE INDEX extracts_permit ON extracts (permit_id);
CREATE INDEX extracts_due ON extracts (next_at, id) WHERE state IN ('waiting', 'running');

-- The bytes of a file, sealed with its own key. They are no smaller compressed.
CREATE TABLE extract_chunks (
    extract_id uuid NOT NULL REFERENCES extracts (id),
    attempt    integer NOT NULL,
    number     integer NOT NULL,
    sealed     bytea NOT NULL,
    PRIMARY KEY (extract_id, attempt, number)
);
ALTER TABLE extract_chunks ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- One row for every assessment that was counted and is no longer, or not as it was:
-- what was made before one of them is made anew before anybody gets it. Rows are
-- only ever added, so that counting them says whether there are new ones.
CREATE TABLE extract_removals (
    id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    unit text NOT NULL
);
CREATE INDEX extract_removals_unit ON extract_removals (unit);

-- +goose StatementBegin
CREATE FUNCTION note_extract_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO extract_removals (unit) VALUES (OLD.unit);
    RETURN NULL;
END $$;
-- +goose StatementEnd

CREATE TRIGGER extract_removal_by_deletion AFTER DELETE ON assessments FOR EACH ROW
    WHEN (OLD.statistics AND OLD.status IN ('completed', 'confirmed'))
    EXECUTE FUNCTION note_extract_removal();
CREATE TRIGGER extract_removal_by_change AFTER UPDATE OF status, statistics, unit, register, assessed_on ON assessments FOR EACH ROW
    WHEN (OLD.statistics AND OLD.status IN ('completed', 'confirmed') AND (NOT NEW.statistics OR NEW.status NOT IN ('completed', 'confirmed')
        OR (NEW.unit, NEW.register, NEW.assessed_on) IS DISTINCT FROM (OLD.unit, OLD.register, OLD.assessed_on)))
    EXECUTE FUNCTION note_extract_removal();

-- A file is seen by the user who asked for it, and by what makes it.
ALTER TABLE extract_chunks ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON extract_chunks USING ((SELECT whole_house_in_scope())
    OR EXISTS (SELECT 1 FROM extracts e WHERE e.id = extract_id AND e.user_id = (SELECT user_in_scope())));

-- +goose Down
DROP TRIGGER extract_removal_by_change ON assessments;
DROP TRIGGER extract_removal_by_deletion ON assessments;
DROP FUNCTION note_extract_removal();
DELETE FROM record_keys WHERE id IN (SELECT id FROM extracts UNION ALL SELECT id FROM research_permits);
DROP TABLE extract_removals, extract_chunks, extracts, research_permits;
