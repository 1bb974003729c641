-- +goose Up

-- Browsers that users have logged in with. Whoever tries a password there is
-- counted apart from strangers, who could otherwise keep the user out.
CREATE TABLE known_browsers (
    id         uuid PRIMARY KEY,
    hash       bytea NOT NULL, -- of the secret in the browser's cookie
    user_id    uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL, -- at the latest login
    CONSTRAINT known_browsers_key UNIQUE (hash, user_id)
);
CREATE INDEX known_browsers_user ON known_browsers (user_id, seen_at);
CREATE INDEX known_browsers_seen ON known_browsers (seen_at);

-- From when the time of a one-time password runs.
ALTER TABLE users ADD COLUMN password_set_at timestamptz;
UPDATE users SET password_set_at = now() WHERE password_once;

-- +goose Down
ALTER TABLE users DROP COLUMN password_set_at;
DROP TABLE known_browsers;
