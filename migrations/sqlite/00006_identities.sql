-- +goose Up

-- Who comes in from outside: the issuer's own identifier of a user.
CREATE TABLE identities (
    issuer     text NOT NULL,
    subject    text NOT NULL,
    user_id    text NOT NULL REFERENCES users (id),
    created_at text NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT;
CREATE INDEX identities_user ON identities (user_id);

-- Logins that were begun here and go on at an identity provider, for minutes.
CREATE TABLE login_attempts (
    state_hash   blob PRIMARY KEY,
    browser_hash blob NOT NULL,
    provider     text NOT NULL,
    nonce        text NOT NULL,
    verifier     text NOT NULL,
    back         text NOT NULL,
    fresh        integer NOT NULL,
    begun_at     text NOT NULL
) STRICT;
CREATE INDEX login_attempts_begun ON login_attempts (begun_at);

-- +goose Down
DROP TABLE login_attempts;
DROP TABLE identities;
