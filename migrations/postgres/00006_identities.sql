-- +goose Up

-- Who comes in from outside: the issuer's own identifier of a user.
CREATE TABLE identities (
    issuer     text NOT NULL,
    subject    text NOT NULL,
    user_id    uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX identities_user ON identities (user_id);

-- Logins that were begun here and go on at an identity provider, for minutes.
CREATE TABLE login_attempts (
    state_hash   bytea PRIMARY KEY,
    browser_hash bytea NOT NULL,
    provider     text NOT NULL,
    nonce        text NOT NULL,
    verifier     text NOT NULL,
    back         text NOT NULL,
    fresh        boolean NOT NULL,
    begun_at     timestamptz NOT NULL
);
CREATE INDEX login_attempts_begun ON login_attempts (begun_at);

-- +goose Down
DROP TABLE login_attempts;
DROP TABLE identities;
