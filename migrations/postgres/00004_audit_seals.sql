-- +goose Up

-- The chain over the audit: see docs/adr/0028. Batches and members point to each
-- other and to the rows by number only, for a broken chain must be readable too.
CREATE TABLE audit_batches (
    number          bigint PRIMARY KEY CHECK (number > 0),
    first_position  bigint NOT NULL,
    last_position   bigint NOT NULL,
    row_count       bigint NOT NULL,
    root            bytea NOT NULL,
    prev            bytea NOT NULL CONSTRAINT audit_batches_prev UNIQUE,
    chain           bytea NOT NULL,
    sealed_at       timestamptz NOT NULL
);

CREATE TABLE audit_members (
    position  bigint PRIMARY KEY,
    batch     bigint NOT NULL,
    row_id    bigint NOT NULL CONSTRAINT audit_members_row UNIQUE,
    leaf      bytea NOT NULL
);

-- The transaction that wrote a row: one may be sealed when all older
-- transactions have ended. A row takes its id after its transaction has taken its
-- number, so that a transaction that begins later has later ids only; see
-- internal/store/seals.go.
ALTER TABLE audit_events ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
ALTER TABLE audit_events ALTER COLUMN id DROP IDENTITY;
CREATE SEQUENCE audit_events_id_seq OWNED BY audit_events.id;
SELECT setval('audit_events_id_seq', (SELECT coalesce(max(id), 0) + 1 FROM audit_events), false);
ALTER TABLE audit_events ALTER COLUMN id
    SET DEFAULT CASE WHEN pg_current_xact_id() IS NULL THEN NULL ELSE nextval('audit_events_id_seq') END;

-- What is written stays. Who owns the tables can switch this off: that is what
-- the chain is for.
-- +goose StatementBegin
CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit is neither changed nor deleted';
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_events_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events FOR EACH STATEMENT EXECUTE FUNCTION audit_stays();
CREATE TRIGGER audit_members_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_members FOR EACH STATEMENT EXECUTE FUNCTION audit_stays();
CREATE TRIGGER audit_batches_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_batches FOR EACH STATEMENT EXECUTE FUNCTION audit_stays();

-- +goose Down
DROP TRIGGER audit_events_stay ON audit_events;
DROP TABLE audit_batches, audit_members;
DROP FUNCTION audit_stays();
ALTER TABLE audit_events DROP COLUMN xid;
ALTER TABLE audit_events ALTER COLUMN id DROP DEFAULT;
DROP SEQUENCE audit_events_id_seq;
ALTER TABLE audit_events ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
SELECT setval('audit_events_id_seq', (SELECT coalesce(max(id), 0) + 1 FROM audit_events), false);
