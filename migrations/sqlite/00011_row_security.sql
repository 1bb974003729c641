-- +goose Up

-- Nothing: SQLite has neither roles nor rights on rows. Whoever can open the file
-- has all of it, and the checks of the program stand alone. The number is taken on
-- PostgreSQL, and both have the same ones.
SELECT 1;

-- +goose Down
SELECT 1;
