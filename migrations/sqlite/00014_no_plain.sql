-- +goose Up

-- What 00013 has sealed goes from where it stood. The program then writes the file
-- anew, so that nothing is left in free pages.

DROP INDEX consents_client;
DROP INDEX assessments_client;
DROP INDEX invitations_client;
DROP INDEX api_tokens_user;

-- A rule of the table names a column that goes, so the table is made anew. What
-- refers to it is looked at when the transaction ends.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE consents_kept AS SELECT id, unit, language, form, for_assessment, for_record, for_statistics, given_by, text_version, text_sha256,
    given_at, before_id, withdrawn_at, plain, sealed, key_mark, client_index FROM consents;
DROP TABLE consents;
CREATE TABLE consents (
    id             text PRIMARY KEY,
    unit           text NOT NULL REFERENCES units (code),
    language       text NOT NULL,
    form           text NOT NULL CHECK (form IN ('electronic', 'paper')),
    for_assessment integer NOT NULL,
    for_record     integer NOT NULL,
    for_statistics integer NOT NULL,
    given_by       text NOT NULL CHECK (given_by IN ('client', 'representative')),
    text_version   integer NOT NULL,
    text_sha256    text NOT NULL,
    given_at       text NOT NULL,
    before_id      text NOT NULL REFERENCES users (id),
    withdrawn_at   text,
    plain          integer NOT NULL DEFAULT 0,
    sealed         blob,
    key_mark       blob NOT NULL,
    client_index   blob,
    CONSTRAINT consents_text FOREIGN KEY (text_version, language) REFERENCES consent_texts (version, language),
    CONSTRAINT consents_purpose CHECK (for_assessment OR for_record OR for_statistics)
) STRICT;
INSERT INTO consents (id, unit, language, form, for_assessment, for_record, for_statistics, given_by, text_version, text_sha256,
    given_at, before_id, withdrawn_at, plain, sealed, key_mark, client_index)
SELECT id, unit, language, form, for_assessment, for_record, for_statistics, given_by, text_version, text_sha256,
    given_at, before_id, withdrawn_at, plain, sealed, key_mark, client_index FROM consents_kept;
DROP TABLE consents_kept;
CREATE INDEX consents_unit ON consents (unit, given_at);

ALTER TABLE assessments DROP COLUMN client_ref;
ALTER TABLE invitations DROP COLUMN client_ref;
ALTER TABLE users DROP COLUMN name;
ALTER TABLE feedback DROP COLUMN comment;
ALTER TABLE non_participations DROP COLUMN reason;
ALTER TABLE barrier_reports DROP COLUMN page;
ALTER TABLE barrier_reports DROP COLUMN description;
ALTER TABLE barrier_reports DROP COLUMN contact;
ALTER TABLE api_tokens DROP COLUMN name;
ALTER TABLE passkeys DROP COLUMN name;
DROP TABLE identities_plain;

CREATE INDEX consents_client ON consents (client_index, unit) WHERE client_index IS NOT NULL;
CREATE INDEX assessments_client ON assessments (client_index, unit) WHERE client_index IS NOT NULL;
CREATE INDEX invitations_client ON invitations (client_index, unit) WHERE client_index IS NOT NULL;
CREATE INDEX api_tokens_user ON api_tokens (user_id, name_index);

-- +goose Down
DROP INDEX api_tokens_user;
DROP INDEX invitations_client;
DROP INDEX assessments_client;
DROP INDEX consents_client;
CREATE TABLE identities_plain (
    issuer     text NOT NULL,
    subject    text NOT NULL,
    user_id    text NOT NULL REFERENCES users (id),
    created_at text NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT;
ALTER TABLE passkeys ADD COLUMN name text NOT NULL DEFAULT '';
ALTER TABLE api_tokens ADD COLUMN name text NOT NULL DEFAULT '';
ALTER TABLE barrier_reports ADD COLUMN page text NOT NULL DEFAULT '';
ALTER TABLE barrier_reports ADD COLUMN description text NOT NULL DEFAULT '';
ALTER TABLE barrier_reports ADD COLUMN contact text;
ALTER TABLE non_participations ADD COLUMN reason text NOT NULL DEFAULT '';
ALTER TABLE feedback ADD COLUMN comment text;
ALTER TABLE users ADD COLUMN name text NOT NULL DEFAULT '';
ALTER TABLE invitations ADD COLUMN client_ref text;
ALTER TABLE assessments ADD COLUMN client_ref text;
-- Without the rule that a representative has a ground: the program keeps it.
ALTER TABLE consents ADD COLUMN ground text;
ALTER TABLE consents ADD COLUMN before_name text NOT NULL DEFAULT '';
ALTER TABLE consents ADD COLUMN client_ref text;
ALTER TABLE consents ADD COLUMN withdrawal_reason text;
ALTER TABLE consents ADD COLUMN signed_name text;
CREATE INDEX api_tokens_user ON api_tokens (user_id, name);
CREATE INDEX invitations_client ON invitations (client_ref, unit) WHERE client_ref IS NOT NULL;
CREATE INDEX assessments_client ON assessments (client_ref, unit) WHERE client_ref IS NOT NULL;
CREATE INDEX consents_client ON consents (client_ref, unit) WHERE client_ref IS NOT NULL;
