-- +goose Up

-- Sealed codes for the outage of an identity provider: two sheets for a unit, in
-- two hands.
CREATE TABLE emergency_sets (
    id         uuid PRIMARY KEY,
    unit       text NOT NULL REFERENCES units (code),
    made_by    uuid NOT NULL, -- the nil UUID for the command line
    made_at    timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);

-- What was opened with them. A user works in one at a time, so that the audit's
-- rows between its beginning and its end are its own.
CREATE TABLE emergency_logins (
    id            uuid PRIMARY KEY,
    set_id        uuid NOT NULL REFERENCES emergency_sets (id),
    user_id       uuid NOT NULL REFERENCES users (id),
    witness_id    uuid NOT NULL REFERENCES users (id),
    first_number  integer NOT NULL,
    second_number integer NOT NULL,
    begun_at      timestamptz NOT NULL,
    ends_at       timestamptz NOT NULL,
    ended_at      timestamptz,
    reviewed_at   timestamptz,
    reviewed_by   uuid,
    outcome       text CHECK (outcome IN ('in_order', 'not_needed', 'misused')),
    CONSTRAINT emergency_logins_people CHECK (user_id <> witness_id)
);
CREATE INDEX emergency_logins_user ON emergency_logins (user_id, begun_at);
CREATE INDEX emergency_logins_witness ON emergency_logins (witness_id, begun_at);

CREATE TABLE emergency_codes (
    hash     bytea PRIMARY KEY,
    set_id   uuid NOT NULL REFERENCES emergency_sets (id),
    sheet    integer NOT NULL CHECK (sheet IN (1, 2)),
    number   integer NOT NULL,
    login_id uuid REFERENCES emergency_logins (id), -- that it was used for
    CONSTRAINT emergency_codes_place UNIQUE (set_id, sheet, number)
);
CREATE INDEX emergency_codes_login ON emergency_codes (login_id);

ALTER TABLE sessions ADD COLUMN emergency_id uuid REFERENCES emergency_logins (id);

CREATE INDEX audit_events_emergency ON audit_events (actor_id, at) WHERE role = 'emergency';

-- +goose Down
DROP INDEX audit_events_emergency;
DELETE FROM sessions WHERE emergency_id IS NOT NULL;
ALTER TABLE sessions DROP COLUMN emergency_id;
DROP TABLE emergency_codes;
DROP TABLE emergency_logins;
DROP TABLE emergency_sets;
