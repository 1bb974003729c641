-- +goose Up

-- The chain over the audit: see docs/adr/0028. Batches and members point to each
-- other and to the rows by number only, for a broken chain must be readable too.
CREATE TABLE audit_batches (
    number          integer PRIMARY KEY NOT NULL CHECK (number > 0),
    first_position  integer NOT NULL,
    last_position   integer NOT NULL,
    row_count       integer NOT NULL,
    root            blob NOT NULL,
    prev            blob NOT NULL UNIQUE,
    chain           blob NOT NULL,
    sealed_at       text NOT NULL
) STRICT;

CREATE TABLE audit_members (
    position  integer PRIMARY KEY NOT NULL,
    batch     integer NOT NULL,
    row_id    integer NOT NULL UNIQUE,
    leaf      blob NOT NULL
) STRICT;

-- Here rows are committed in the order of their ids, because there is one writer
-- at a time: the column is for PostgreSQL alone, so that the tables are alike.
ALTER TABLE audit_events ADD COLUMN xid integer NOT NULL DEFAULT 0;

-- What is written stays. Who can write to the file can switch this off: that is
-- what the chain is for.
-- +goose StatementBegin
CREATE TRIGGER audit_events_not_changed BEFORE UPDATE ON audit_events BEGIN SELECT RAISE(ABORT, 'the audit is not changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_events_not_deleted BEFORE DELETE ON audit_events BEGIN SELECT RAISE(ABORT, 'the audit is not deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_members_not_changed BEFORE UPDATE ON audit_members BEGIN SELECT RAISE(ABORT, 'the audit is not changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_members_not_deleted BEFORE DELETE ON audit_members BEGIN SELECT RAISE(ABORT, 'the audit is not deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_batches_not_changed BEFORE UPDATE ON audit_batches BEGIN SELECT RAISE(ABORT, 'the audit is not changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_batches_not_deleted BEFORE DELETE ON audit_batches BEGIN SELECT RAISE(ABORT, 'the audit is not deleted'); END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER audit_events_not_changed;
DROP TRIGGER audit_events_not_deleted;
DROP TABLE audit_batches;
DROP TABLE audit_members;
ALTER TABLE audit_events DROP COLUMN xid;
