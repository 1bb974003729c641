-- +goose Up

CREATE TABLE units (
    code text PRIMARY KEY,
    name text NOT NULL
);

CREATE TABLE users (
    id            uuid PRIMARY KEY,
    username      text NOT NULL,
    name          text NOT NULL,
    role          text NOT NULL CHECK (role IN ('professional', 'expert', 'admin')),
    password_hash text NOT NULL,
    password_once boolean NOT NULL,
    disabled_at   timestamptz,
    created_at    timestamptz NOT NULL,
    CONSTRAINT users_username_key UNIQUE (username)
);

CREATE TABLE user_units (
    user_id uuid NOT NULL REFERENCES users (id),
    unit    text NOT NULL REFERENCES units (code),
    PRIMARY KEY (user_id, unit)
);

CREATE TABLE api_tokens (
    id         uuid PRIMARY KEY,
    user_id    uuid NOT NULL REFERENCES users (id),
    name       text NOT NULL,
    hash       bytea NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT api_tokens_hash_key UNIQUE (hash)
);
CREATE INDEX api_tokens_user ON api_tokens (user_id, name);

CREATE TABLE settings (
    name  text PRIMARY KEY,
    value text NOT NULL
);

-- Every version of a battery and of a consent text that this database has ever
-- been used with. The same version with another content is refused at start.
CREATE TABLE batteries (
    code    text NOT NULL,
    version integer NOT NULL,
    side    text NOT NULL,
    digest  text NOT NULL,
    content jsonb NOT NULL,
    PRIMARY KEY (code, version)
);

CREATE TABLE consent_texts (
    version  integer NOT NULL,
    language text NOT NULL,
    sha256   text NOT NULL,
    content  text NOT NULL,
    PRIMARY KEY (version, language)
);

CREATE TABLE consents (
    id                uuid PRIMARY KEY,
    unit              text NOT NULL REFERENCES units (code),
    language          text NOT NULL,
    form              text NOT NULL CHECK (form IN ('electronic', 'paper')),
    for_assessment    boolean NOT NULL,
    for_record        boolean NOT NULL,
    for_statistics    boolean NOT NULL,
    given_by          text NOT NULL CHECK (given_by IN ('client', 'representative')),
    ground            text,
    text_version      integer NOT NULL,
    text_sha256       text NOT NULL,
    given_at          timestamptz NOT NULL,
    before_name       text NOT NULL,
    before_id         uuid NOT NULL REFERENCES users (id),
    client_ref        text,
    withdrawn_at      timestamptz,
    withdrawal_reason text,
    CONSTRAINT consents_text FOREIGN KEY (text_version, language) REFERENCES consent_texts (version, language),
    CONSTRAINT consents_purpose CHECK (for_assessment OR for_record OR for_statistics),
    CONSTRAINT consents_ground CHECK ((given_by = 'representative') = (ground IS NOT NULL))
);
CREATE INDEX consents_unit ON consents (unit, given_at);

CREATE TABLE assessments (
    id                   uuid PRIMARY KEY,
    revision             integer NOT NULL,
    status               text NOT NULL CHECK (status IN ('draft', 'completed', 'confirmed', 'withdrawn')),
    consent_id           uuid NOT NULL REFERENCES consents (id),
    statistics           boolean NOT NULL,
    unit                 text NOT NULL REFERENCES units (code),
    register             text NOT NULL CHECK (register IN ('health', 'social')),
    language             text NOT NULL,
    mode                 text NOT NULL CHECK (mode IN ('joint', 'self', 'phone', 'paper')),
    assessed_on          date NOT NULL,
    assessed_month       text NOT NULL,
    client_ref           text,
    expected_segment     text,
    client_battery       text NOT NULL,
    client_version       integer NOT NULL,
    battery              text NOT NULL,
    battery_version      integer NOT NULL,
    client_answers       jsonb NOT NULL,
    professional_answers jsonb NOT NULL,
    segment              text,
    resources            double precision,
    challenge            double precision,
    result               jsonb,
    agreed_segment       text,
    confirmation         jsonb,
    feedback_given       boolean NOT NULL,
    created_by           uuid NOT NULL REFERENCES users (id),
    created_at           timestamptz NOT NULL,
    completed_at         timestamptz,
    CONSTRAINT assessments_segment CHECK (segment IN ('omatoimi', 'yhteiso', 'yhteistyo', 'verkosto')),
    CONSTRAINT assessments_agreed CHECK (agreed_segment IN ('omatoimi', 'yhteiso', 'yhteistyo', 'verkosto')),
    CONSTRAINT assessments_result CHECK (status NOT IN ('completed', 'confirmed') OR (segment IS NOT NULL AND result IS NOT NULL))
);
CREATE INDEX assessments_consent ON assessments (consent_id);
CREATE INDEX assessments_unit ON assessments (unit, assessed_on DESC, id DESC);
-- What the distribution counts, without touching the table.
CREATE INDEX assessments_distribution ON assessments (assessed_on, assessed_month, unit, battery, segment, statistics)
    WHERE status IN ('completed', 'confirmed');

CREATE TABLE assessment_events (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    assessment_id uuid NOT NULL REFERENCES assessments (id),
    kind          text NOT NULL CHECK (kind IN ('printed', 'recorded', 'discussed')),
    at            timestamptz NOT NULL,
    by_id         uuid NOT NULL REFERENCES users (id)
);
CREATE INDEX assessment_events_assessment ON assessment_events (assessment_id);

-- Deliberately without the assessment, the user, or a time finer than the day.
CREATE TABLE feedback (
    id         uuid PRIMARY KEY,
    unit       text NOT NULL REFERENCES units (code),
    given_on   date NOT NULL,
    usefulness integer NOT NULL CHECK (usefulness BETWEEN 1 AND 5),
    agreement  text NOT NULL CHECK (agreement IN ('agree', 'partly', 'disagree', 'no_opinion')),
    comment    text
);

CREATE TABLE non_participations (
    id          uuid PRIMARY KEY,
    unit        text NOT NULL REFERENCES units (code),
    battery     text,
    kind        text NOT NULL CHECK (kind IN ('declined', 'unsuitable', 'unfinished')),
    reason      text NOT NULL,
    happened_on date NOT NULL,
    by_id       uuid NOT NULL REFERENCES users (id),
    at          timestamptz NOT NULL
);
CREATE INDEX non_participations_day ON non_participations (happened_on, unit, kind);

-- No foreign keys: the audit outlives what it tells about.
CREATE TABLE audit_events (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL,
    actor_id   uuid NOT NULL,
    role       text NOT NULL,
    action     text NOT NULL,
    subject    text NOT NULL,
    subject_id text NOT NULL,
    unit       text NOT NULL,
    request_id text NOT NULL
);

CREATE TABLE idempotency_keys (
    user_id      uuid NOT NULL,
    route        text NOT NULL,
    key          text NOT NULL,
    body_hash    bytea NOT NULL,
    claim        uuid NOT NULL,
    claimed_at   timestamptz NOT NULL,
    done         boolean NOT NULL,
    status       integer NOT NULL,
    etag         text NOT NULL,
    location     text NOT NULL,
    content_type text NOT NULL,
    language     text NOT NULL,
    body         bytea,
    PRIMARY KEY (user_id, route, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (claimed_at);

-- +goose Down
DROP TABLE idempotency_keys, audit_events, non_participations, feedback, assessment_events, assessments, consents,
    consent_texts, batteries, settings, api_tokens, user_units, users, units;
