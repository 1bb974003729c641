-- +goose Up

-- What 00013 has sealed goes from where it stood. See docs/operate/keys.md for what
-- is left of it in the files of PostgreSQL.

DROP INDEX consents_client, assessments_client, invitations_client, api_tokens_user;

-- The rule about the ground goes with it.
ALTER TABLE consents DROP COLUMN ground, DROP COLUMN before_name, DROP COLUMN client_ref, DROP COLUMN withdrawal_reason, DROP COLUMN signed_name,
    ALTER COLUMN key_mark SET NOT NULL;
ALTER TABLE assessments DROP COLUMN client_ref;
ALTER TABLE invitations DROP COLUMN client_ref;
ALTER TABLE users DROP COLUMN name;
ALTER TABLE feedback DROP COLUMN comment;
ALTER TABLE non_participations DROP COLUMN reason;
ALTER TABLE barrier_reports DROP COLUMN page, DROP COLUMN description, DROP COLUMN contact;
ALTER TABLE api_tokens DROP COLUMN name;
ALTER TABLE passkeys DROP COLUMN name;
DROP TABLE identities_plain;

CREATE INDEX consents_client ON consents (client_index, unit) WHERE client_index IS NOT NULL;
CREATE INDEX assessments_client ON assessments (client_index, unit) WHERE client_index IS NOT NULL;
CREATE INDEX invitations_client ON invitations (client_index, unit) WHERE client_index IS NOT NULL;
CREATE INDEX api_tokens_user ON api_tokens (user_id, name_index);

-- +goose Down
DROP INDEX api_tokens_user, invitations_client, assessments_client, consents_client;
CREATE TABLE identities_plain (
    issuer     text NOT NULL,
    subject    text NOT NULL,
    user_id    uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (issuer, subject)
);
ALTER TABLE passkeys ADD COLUMN name text NOT NULL DEFAULT '';
ALTER TABLE api_tokens ADD COLUMN name text NOT NULL DEFAULT '';
ALTER TABLE barrier_reports ADD COLUMN page text NOT NULL DEFAULT '', ADD COLUMN description text NOT NULL DEFAULT '', ADD COLUMN contact text;
ALTER TABLE non_participations ADD COLUMN reason text NOT NULL DEFAULT '';
ALTER TABLE feedback ADD COLUMN comment text;
ALTER TABLE users ADD COLUMN name text NOT NULL DEFAULT '';
ALTER TABLE invitations ADD COLUMN client_ref text;
ALTER TABLE assessments ADD COLUMN client_ref text;
ALTER TABLE consents ALTER COLUMN key_mark DROP NOT NULL, ADD COLUMN ground text, ADD COLUMN before_name text NOT NULL DEFAULT '',
    ADD COLUMN client_ref text, ADD COLUMN withdrawal_reason text, ADD COLUMN signed_name text;
CREATE INDEX api_tokens_user ON api_tokens (user_id, name);
CREATE INDEX invitations_client ON invitations (client_ref, unit) WHERE client_ref IS NOT NULL;
CREATE INDEX assessments_client ON assessments (client_ref, unit) WHERE client_ref IS NOT NULL;
CREATE INDEX consents_client ON consents (client_ref, unit) WHERE client_ref IS NOT NULL;
