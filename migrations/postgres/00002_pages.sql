-- +goose Up

-- What the pages need: sessions, invitations to answer beforehand, texts of the
-- house's own, and how long each phase of a visit takes.

ALTER TABLE consents ADD COLUMN signed_name text;

ALTER TABLE assessments ADD COLUMN plain boolean NOT NULL DEFAULT false;
ALTER TABLE assessments ADD COLUMN present text NOT NULL DEFAULT '';
CREATE INDEX assessments_own ON assessments (created_by, assessed_on) WHERE status IN ('completed', 'confirmed');
CREATE INDEX assessments_client ON assessments (client_ref, unit) WHERE client_ref IS NOT NULL;
CREATE INDEX assessments_drafts ON assessments (unit, created_at) WHERE status = 'draft';

CREATE TABLE assessment_phases (
    assessment_id uuid NOT NULL REFERENCES assessments (id),
    phase         text NOT NULL CHECK (phase IN ('begin', 'consent', 'client', 'professional', 'result', 'feedback')),
    seconds       integer NOT NULL CHECK (seconds >= 0),
    PRIMARY KEY (assessment_id, phase)
);

CREATE TABLE invitations (
    id            uuid PRIMARY KEY,
    unit          text NOT NULL REFERENCES units (code),
    register      text NOT NULL CHECK (register IN ('health', 'social')),
    battery       text NOT NULL,
    language      text NOT NULL,
    plain         boolean NOT NULL,
    client_ref    text,
    created_by    uuid NOT NULL REFERENCES users (id),
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    link_hash     bytea NOT NULL,
    link_used_at  timestamptz,
    code_selector text NOT NULL,
    code_hash     text NOT NULL,
    failures      integer NOT NULL,
    cancelled_at  timestamptz,
    assessment_id uuid REFERENCES assessments (id),
    answered_at   timestamptz,
    CONSTRAINT invitations_link_key UNIQUE (link_hash),
    CONSTRAINT invitations_selector_key UNIQUE (code_selector)
);
CREATE INDEX invitations_unit ON invitations (unit, created_at);
CREATE INDEX invitations_assessment ON invitations (assessment_id);

-- A session is a user's, or that of a client who answers beforehand. While it is
-- handed over, it shows nothing but the client's part of one assessment.
CREATE TABLE sessions (
    hash           bytea PRIMARY KEY,
    user_id        uuid REFERENCES users (id),
    invitation_id  uuid REFERENCES invitations (id),
    handed_over_to uuid REFERENCES assessments (id),
    created_at     timestamptz NOT NULL,
    seen_at        timestamptz NOT NULL,
    CONSTRAINT sessions_owner CHECK ((user_id IS NULL) <> (invitation_id IS NULL))
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_seen ON sessions (seen_at);

-- One-time links for creating the first administrator.
CREATE TABLE setup_links (
    hash       bytea PRIMARY KEY,
    created_at timestamptz NOT NULL
);

-- What the house has written in place of the texts that come with the program.
-- The highest version counts; the versions before it are kept.
CREATE TABLE guidance_texts (
    segment    text NOT NULL CHECK (segment IN ('omatoimi', 'yhteiso', 'yhteistyo', 'verkosto')),
    version    integer NOT NULL,
    content    jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES users (id),
    PRIMARY KEY (segment, version)
);

CREATE TABLE own_consent_texts (
    version    integer PRIMARY KEY,
    content    jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES users (id)
);

-- What readers say about barriers to using the pages.
CREATE TABLE barrier_reports (
    id          uuid PRIMARY KEY,
    page        text NOT NULL,
    description text NOT NULL,
    contact     text,
    reported_on date NOT NULL
);

-- +goose Down
DROP TABLE barrier_reports, own_consent_texts, guidance_texts, setup_links, sessions, invitations, assessment_phases;
DROP INDEX assessments_drafts, assessments_client, assessments_own;
ALTER TABLE assessments DROP COLUMN present, DROP COLUMN plain;
ALTER TABLE consents DROP COLUMN signed_name;
