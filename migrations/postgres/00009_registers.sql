-- +goose Up

-- The registers that a user sees records of, a space between them and health
-- first. Without any, none is seen. Until now everybody saw both.
ALTER TABLE users ADD COLUMN registers text NOT NULL DEFAULT '' CHECK (registers IN ('', 'health', 'social', 'health social'));
UPDATE users SET registers = 'health social';

-- +goose Down
ALTER TABLE users DROP COLUMN registers;
