-- +goose Up

-- Second factors of users who log in with a password here, and what a login has
-- left to be done.

ALTER TABLE sessions ADD COLUMN waits_for text CHECK (waits_for IN ('second_factor', 'add_factor'));

CREATE TABLE totp_factors (
    user_id    text PRIMARY KEY REFERENCES users (id),
    secret     blob NOT NULL,
    last_step  integer NOT NULL,
    created_at text NOT NULL
) STRICT;

CREATE TABLE passkeys (
    id              text PRIMARY KEY,
    user_id         text NOT NULL REFERENCES users (id),
    name            text NOT NULL,
    credential      blob NOT NULL,
    public_key      blob NOT NULL,
    transports      text NOT NULL,
    sign_count      integer NOT NULL,
    backup_eligible integer NOT NULL,
    backed_up       integer NOT NULL,
    created_at      text NOT NULL,
    used_at         text,
    CONSTRAINT passkeys_credential_key UNIQUE (credential)
) STRICT;
CREATE INDEX passkeys_user ON passkeys (user_id, created_at);

CREATE TABLE recovery_codes (
    user_id text NOT NULL REFERENCES users (id),
    hash    blob NOT NULL,
    PRIMARY KEY (user_id, hash)
) STRICT;

-- What is asked of a browser, until it answers, once. The holder is the hash of
-- its session's token or, before a login, of a secret of its own.
CREATE TABLE factor_challenges (
    holder     blob NOT NULL,
    purpose    text NOT NULL,
    content    blob NOT NULL,
    expires_at text NOT NULL,
    PRIMARY KEY (holder, purpose)
) STRICT;
CREATE INDEX factor_challenges_expiry ON factor_challenges (expires_at);

-- +goose Down
DROP TABLE factor_challenges;
DROP TABLE recovery_codes;
DROP TABLE passkeys;
DROP TABLE totp_factors;
ALTER TABLE sessions DROP COLUMN waits_for;
