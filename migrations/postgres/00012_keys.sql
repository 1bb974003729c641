-- +goose Up

-- Secrets at rest: see docs/adr/0034. What people typed is sealed with a key of
-- the client's consent or invitation, or with the house's where it is no client's;
-- those keys are here, wrapped by a key-encryption key. 00013 seals what is there,
-- 00014 takes the columns away in which it stood.

-- The secret is kept where the house has given no key-encryption key itself.
CREATE TABLE keks (
    id     text PRIMARY KEY,
    secret bytea
);

-- The reference keeps a key-encryption key from going while something is wrapped by it.
CREATE TABLE house_keys (
    name    text PRIMARY KEY CHECK (name IN ('house', 'index')),
    kek     text NOT NULL REFERENCES keks (id),
    wrapped bytea NOT NULL
);

-- One for each consent and each invitation, with its id. No references: keys can be
-- put back from a backup apart from the data.
CREATE TABLE record_keys (
    id         uuid PRIMARY KEY,
    kek        text NOT NULL REFERENCES keks (id),
    wrapped    bytea NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX record_keys_kek ON record_keys (kek, id);

ALTER TABLE consents ADD COLUMN sealed bytea, ADD COLUMN key_mark bytea, ADD COLUMN client_index bytea;
ALTER TABLE assessments ADD COLUMN sealed bytea, ADD COLUMN client_index bytea;
ALTER TABLE invitations ADD COLUMN sealed bytea, ADD COLUMN client_index bytea;
ALTER TABLE users ADD COLUMN sealed bytea;
ALTER TABLE feedback ADD COLUMN sealed bytea;
ALTER TABLE non_participations ADD COLUMN sealed bytea;
ALTER TABLE barrier_reports ADD COLUMN sealed bytea;
ALTER TABLE api_tokens ADD COLUMN sealed bytea, ADD COLUMN name_index bytea;
ALTER TABLE passkeys ADD COLUMN sealed bytea;

-- Which records a kept answer tells about: its body is sealed.
ALTER TABLE idempotency_keys ADD COLUMN mentions text NOT NULL DEFAULT '';

-- The subject is in the key, so the table is another one.
DROP INDEX identities_user;
ALTER TABLE identities RENAME CONSTRAINT identities_pkey TO identities_plain_pkey;
ALTER TABLE identities RENAME TO identities_plain;
CREATE TABLE identities (
    issuer        text NOT NULL,
    subject_index bytea NOT NULL,
    sealed        bytea NOT NULL,
    user_id       uuid NOT NULL REFERENCES users (id),
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (issuer, subject_index)
);
CREATE INDEX identities_user ON identities (user_id);

-- Half a minute and some minutes old at most: whoever is logging in begins again.
DELETE FROM card_tickets;
ALTER TABLE card_tickets DROP COLUMN subject, ADD COLUMN sealed bytea;
DELETE FROM factor_challenges;

-- +goose Down
DELETE FROM factor_challenges;
DELETE FROM card_tickets;
ALTER TABLE card_tickets DROP COLUMN sealed, ADD COLUMN subject text NOT NULL;
DROP TABLE identities;
ALTER TABLE identities_plain RENAME TO identities;
ALTER TABLE identities RENAME CONSTRAINT identities_plain_pkey TO identities_pkey;
CREATE INDEX identities_user ON identities (user_id);
ALTER TABLE idempotency_keys DROP COLUMN mentions;
ALTER TABLE passkeys DROP COLUMN sealed;
ALTER TABLE api_tokens DROP COLUMN name_index, DROP COLUMN sealed;
ALTER TABLE barrier_reports DROP COLUMN sealed;
ALTER TABLE non_participations DROP COLUMN sealed;
ALTER TABLE feedback DROP COLUMN sealed;
ALTER TABLE users DROP COLUMN sealed;
ALTER TABLE invitations DROP COLUMN client_index, DROP COLUMN sealed;
ALTER TABLE assessments DROP COLUMN client_index, DROP COLUMN sealed;
ALTER TABLE consents DROP COLUMN client_index, DROP COLUMN key_mark, DROP COLUMN sealed;
ALTER TABLE consents ADD CONSTRAINT consents_ground CHECK ((given_by = 'representative') = (ground IS NOT NULL));
DROP TABLE record_keys;
DROP TABLE house_keys;
DROP TABLE keks;
