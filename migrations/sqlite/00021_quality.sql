-- +goose Up

-- What was counted about the questions, for those who asked: figures, of no
-- assessment by itself. A row without figures waits for them.
CREATE TABLE quality_results (
    id          text PRIMARY KEY, -- SHA-256 of the scope
    scope       text NOT NULL,
    figures     text,
    counted     integer NOT NULL DEFAULT 0,
    latest_at   text, -- when the latest of what was counted was completed
    made_at     text,
    asked_at    text NOT NULL,
    wanted_at   text, -- NULL when nothing waits
    running     integer NOT NULL DEFAULT 0,
    lease_until text,
    done        integer NOT NULL DEFAULT 0,
    total       integer NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX quality_results_one_at_a_time ON quality_results (running) WHERE running <> 0;
CREATE INDEX quality_results_wanted ON quality_results (wanted_at) WHERE wanted_at IS NOT NULL;

-- +goose Down
DROP TABLE quality_results;
