-- +goose Up

-- How long what is kept, where the house has decided something else than the
-- program: whole days, 0 for ever.
CREATE TABLE retention_rules (
    kind text PRIMARY KEY,
    days integer NOT NULL CHECK (days >= 0)
);

-- Consents that must be kept with all that stands under them. The reference keeps
-- one from being deleted past it.
CREATE TABLE legal_holds (
    consent_id uuid PRIMARY KEY REFERENCES consents (id),
    reason     text NOT NULL,
    set_by     uuid NOT NULL, -- the nil UUID for the command line
    set_at     timestamptz NOT NULL
);

-- +goose Down
DROP TABLE legal_holds;
DROP TABLE retention_rules;
