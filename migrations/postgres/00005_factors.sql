-- +goose Up

-- Second factors of users who log in with a password here, and what a login has
-- left to be done.

ALTER TABLE sessions ADD COLUMN waits_for text CHECK (waits_for IN ('second_factor', 'add_factor'));

CREATE TABLE totp_factors (
    user_id    uuid PRIMARY KEY REFERENCES users (id),
    secret     bytea NOT NULL,
    last_step  bigint NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE passkeys (
    id              uuid PRIMARY KEY,
    user_id         uuid NOT NULL REFERENCES users (id),
    name            text NOT NULL,
    credential      bytea NOT NULL,
    public_key      bytea NOT NULL,
    transports      text NOT NULL,
    sign_count      bigint NOT NULL,
    backup_eligible boolean NOT NULL,
    backed_up       boolean NOT NULL,
    created_at      timestamptz NOT NULL,
    used_at         timestamptz,
    CONSTRAINT passkeys_credential_key UNIQUE (credential)
);
CREATE INDEX passkeys_user ON passkeys (user_id, created_at);

CREATE TABLE recovery_codes (
    user_id uuid NOT NULL REFERENCES users (id),
    hash    bytea NOT NULL,
    PRIMARY KEY (user_id, hash)
);

-- What is asked of a browser, until it answers, once. The holder is the hash of
-- its session's token or, before a login, of a secret of its own.
CREATE TABLE factor_challenges (
    holder     bytea NOT NULL,
    purpose    text NOT NULL,
    content    bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (holder, purpose)
);
CREATE INDEX factor_challenges_expiry ON factor_challenges (expires_at);

-- +goose Down
DROP TABLE factor_challenges;
DROP TABLE recovery_codes;
DROP TABLE passkeys;
DROP TABLE totp_factors;
ALTER TABLE sessions DROP COLUMN waits_for;
