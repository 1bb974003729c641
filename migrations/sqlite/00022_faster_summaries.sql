-- +goose Up

-- Folding reads beside those who write, and takes the one writer's place only to put
-- down what it has counted: see docs/adr/0039-summaries.md. So a turn is closed before
-- it is read. The triggers go by what is closed (SQLite renames it in them): a row of
-- a closed turn that changes is taken back as it was and gets a new turn, folded or not.
ALTER TABLE summary_state RENAME COLUMN turn TO closed_turn;
ALTER TABLE summary_state RENAME COLUMN id TO closed_id;

-- All rows up to this turn and id are in the summaries, and what was taken back of them
-- counts.
ALTER TABLE summary_state ADD COLUMN turn integer NOT NULL DEFAULT -1;
ALTER TABLE summary_state ADD COLUMN id text NOT NULL DEFAULT 'ffffffff-ffff-ffff-ffff-ffffffffffff';
UPDATE summary_state SET turn = closed_turn, id = closed_id, closed_turn = closed_turn + 1, closed_id = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

-- +goose Down
DELETE FROM summary_corrections WHERE (turn, id) > (SELECT turn, id FROM summary_state);
UPDATE summary_state SET closed_turn = turn, closed_id = id;
ALTER TABLE summary_state DROP COLUMN turn;
ALTER TABLE summary_state DROP COLUMN id;
ALTER TABLE summary_state RENAME COLUMN closed_turn TO turn;
ALTER TABLE summary_state RENAME COLUMN closed_id TO id;
