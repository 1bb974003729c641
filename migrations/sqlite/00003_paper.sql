-- +goose Up

-- Whether the client read the text of the consent in plain language.
ALTER TABLE consents ADD COLUMN plain integer NOT NULL DEFAULT 0;

-- What is to be handed to the archive, written in the same transaction as what
-- it tells about. The id stays the same however often it is tried.
CREATE TABLE archive_jobs (
    id            text PRIMARY KEY,
    kind          text NOT NULL CHECK (kind IN ('consent', 'withdrawal', 'result')),
    subject_id    text NOT NULL,
    revision      integer NOT NULL,
    unit          text NOT NULL REFERENCES units (code),
    queued_at     text NOT NULL,
    state         text NOT NULL CHECK (state IN ('waiting', 'delivered', 'dropped')),
    attempts      integer NOT NULL,
    next_at       text NOT NULL,
    problem       text,
    delivered_at  text,
    sha256        text,
    CONSTRAINT archive_jobs_subject UNIQUE (kind, subject_id, revision),
    CONSTRAINT archive_jobs_delivered CHECK ((state = 'delivered') = (delivered_at IS NOT NULL AND sha256 IS NOT NULL))
) STRICT;
CREATE INDEX archive_jobs_next ON archive_jobs (next_at) WHERE state = 'waiting';
CREATE INDEX archive_jobs_queued ON archive_jobs (queued_at, id);

-- Who has read what is kept about a client.
CREATE INDEX audit_events_subject ON audit_events (subject_id);

-- All that is kept about one client.
CREATE INDEX consents_client ON consents (client_ref, unit) WHERE client_ref IS NOT NULL;
CREATE INDEX invitations_client ON invitations (client_ref, unit) WHERE client_ref IS NOT NULL;

-- +goose Down
DROP INDEX invitations_client;
DROP INDEX consents_client;
DROP INDEX audit_events_subject;
DROP TABLE archive_jobs;
ALTER TABLE consents DROP COLUMN plain;
