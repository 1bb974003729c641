-- +goose Up

-- What was counted about the questions, for those who asked: figures, of no
-- assessment by itself. A row without figures waits for them.
CREATE TABLE quality_results (
    id          text PRIMARY KEY, -- SHA-256 of the scope
    scope       jsonb NOT NULL,
    figures     jsonb,
    counted     integer NOT NULL DEFAULT 0,
    latest_at   timestamptz, -- when the latest of what was counted was completed
    made_at     timestamptz,
    asked_at    timestamptz NOT NULL,
    wanted_at   timestamptz, -- NULL when nothing waits
    running     boolean NOT NULL DEFAULT false,
    lease_until timestamptz,
    done        integer NOT NULL DEFAULT 0,
    total       integer NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX quality_results_one_at_a_time ON quality_results (running) WHERE running;
CREATE INDEX quality_results_wanted ON quality_results (wanted_at) WHERE wanted_at IS NOT NULL;

-- +goose Down
DROP TABLE quality_results;
