-- +goose Up

-- Research permits, and the files of rows that are made under them: see
-- docs/adr/0045. The key of each is in record_keys, under its id.

CREATE TABLE research_permits (
    id          text PRIMARY KEY,
    user_id     text NOT NULL REFERENCES users (id),
    reference   text NOT NULL,
    purposes    text NOT NULL, -- codes, a space between them, as in the next two
    units       text NOT NULL,
    registers   text NOT NULL,
    visits_from text NOT NULL,
    visits_to   text NOT NULL,
    items       integer NOT NULL, -- the answers item by item
    days        integer NOT NULL, -- the day of a visit, not the month alone
    valid_from  text NOT NULL,
    valid_until text NOT NULL,
    granted_by  text NOT NULL, -- the nil UUID for the command line
    granted_at  text NOT NULL,
    revoked_by  text,
    revoked_at  text,
    CONSTRAINT research_permits_order CHECK (visits_from <= visits_to AND valid_from <= valid_until)
) STRICT;
CREATE INDEX research_permits_user ON research_permits (user_id, granted_at);

CREATE TABLE extracts (
    id         text PRIMARY KEY,
    permit_id  text NOT NULL REFERENCES research_permits (id),
    user_id    text NOT NULL REFERENCES users (id),
    format     text NOT NULL CHECK (format IN ('csv', 'fi-excel', 'parquet', 'xlsx')),
    state      text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'gone')),
    attempts   integer NOT NULL, -- counts up whenever somebody begins it; tells one attempt's bytes from another's
    tries      integer NOT NULL, -- the same, without those that were called off
    next_at    text NOT NULL, -- not taken before
    asked_at   text NOT NULL,
    total      integer NOT NULL, -- rows that there will be
    done       integer NOT NULL, -- rows that there are
    removals   integer NOT NULL, -- how many rows of extract_removals were known to it
    as_of      text,
    made_at    text,
    expires_at text,
    bytes      integer NOT NULL,
    chunks     integer NOT NULL,
    sha256     text,
    problem    text,
    fetched_at text
) STRICT;
CREATE INDEX extracts_user ON extracts (user_id, asked_at);
CREATE INDEX extracts_permit ON extracts (permit_id);
CREATE INDEX extracts_due ON extracts (next_at, id) WHERE state IN ('waiting', 'running');

-- The bytes of a file, sealed with its own key.
CREATE TABLE extract_chunks (
    extract_id text NOT NULL REFERENCES extracts (id),
    attempt    integer NOT NULL,
    number     integer NOT NULL,
    sealed     blob NOT NULL,
    PRIMARY KEY (extract_id, attempt, number)
) STRICT;

-- One row for every assessment that was counted and is no longer, or not as it was:
-- what was made before one of them is made anew before anybody gets it. Rows are
-- only ever added, so that counting them says whether there are new ones.
CREATE TABLE extract_removals (
    id   integer PRIMARY KEY,
    unit text NOT NULL
) STRICT;
CREATE INDEX extract_removals_unit ON extract_removals (unit);

-- +goose StatementBegin
CREATE TRIGGER extract_removal_by_deletion AFTER DELETE ON assessments
    WHEN OLD.statistics AND OLD.status IN ('completed', 'confirmed')
BEGIN
    INSERT INTO extract_removals (unit) VALUES (OLD.unit);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER extract_removal_by_change AFTER UPDATE OF status, statistics, unit, register, assessed_on ON assessments
    WHEN OLD.statistics AND OLD.status IN ('completed', 'confirmed') AND (NOT NEW.statistics OR NEW.status NOT IN ('completed', 'confirmed')
        OR NEW.unit <> OLD.unit OR NEW.register <> OLD.register OR NEW.assessed_on <> OLD.assessed_on)
BEGIN
    INSERT INTO extract_removals (unit) VALUES (OLD.unit);
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER extract_removal_by_change;
DROP TRIGGER extract_removal_by_deletion;
DELETE FROM record_keys WHERE id IN (SELECT id FROM extracts UNION ALL SELECT id FROM research_permits);
DROP TABLE extract_removals;
DROP TABLE extract_chunks;
DROP TABLE extracts;
DROP TABLE research_permits;
